"""The part of a scene that never moves: textured rectangles cast into a picture with depth."""

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from ronda.simulate.scenes.optics import Floats, Image, View

FAR = np.float32(1e6)


@dataclass(frozen=True)
class Quad:
    """A flat rectangle (or parallelogram) with a picture on it.

    Attributes:
        origin: World position of the picture's top left corner.
        across: World vector of its width.
        down: World vector of its height.
        texture: BGR or BGRA.
        per_metre: Texture pixels in a metre, for choosing a level of detail.
    """

    origin: tuple[float, float, float]
    across: tuple[float, float, float]
    down: tuple[float, float, float]
    texture: Image
    per_metre: float = 40.0


@dataclass(frozen=True)
class Wire:
    """A cable that hangs between two points."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    sag: float = 0.5
    colour: tuple[int, int, int] = (38, 36, 36)
    thickness_m: float = 0.025


@dataclass
class Place:
    """Everything that stands still, in no order."""

    quads: list[Quad] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    sky: tuple[tuple[int, int, int], tuple[int, int, int]] = ((222, 214, 205), (236, 234, 230))
    haze: tuple[int, int, int] = (224, 220, 214)
    haze_m: float = 420.0


def cast(place: Place, view: View, scale: float) -> tuple[Image, Floats]:
    """Return the picture of a place and its depth in metres, both of the view's size.

    Args:
        place: What to draw.
        view: From where.
        scale: How much larger it is drawn before it is scaled down.
    """
    rays = view.rays(scale)
    high, wide = rays.shape[:2]
    slope = np.clip(rays[..., 2:] * 2.2, 0, 1)
    top, low = (np.array(colour, np.float32) for colour in place.sky)
    picture = (low + (top - low) * slope).astype(np.uint8)
    depth = np.full((high, wide), FAR, np.float32)
    caster = _Caster(view, scale, rays, picture, depth)
    solid = [quad for quad in place.quads if quad.texture.shape[2] == 3]
    airy = [quad for quad in place.quads if quad.texture.shape[2] == 4]
    for quad in solid:
        caster.draw(quad)
    for quad in sorted(airy, key=lambda quad: -caster.distance(quad)):
        caster.draw(quad)
    for wire in place.wires:
        caster.hang(wire)
    near = cv2.exp(np.minimum(depth, 5_000) * np.float32(-1 / place.haze_m))
    near[depth >= FAR] = 1
    veil = cv2.merge([cv2.convertScaleAbs(1 - near, alpha=part) for part in place.haze])
    picture = np.asarray(cv2.add(cv2.multiply(picture, cv2.merge([near] * 3), dtype=cv2.CV_8U), veil), np.uint8)
    size = (view.width, view.height)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.resize(
        depth, size, interpolation=cv2.INTER_NEAREST
    )


class _Caster:
    """Draws into one picture and its depth."""

    def __init__(self, view: View, scale: float, rays: Floats, picture: Image, depth: Floats) -> None:
        self.view, self.scale, self.rays, self.picture, self.depth = view, scale, rays, picture, depth

    def distance(self, quad: Quad) -> float:
        middle = np.array(quad.origin) + np.array(quad.across) / 2 + np.array(quad.down) / 2
        return float(((middle - self.view.position) @ self.view.axes[2]).item())

    def _region(self, quad: Quad) -> tuple[slice, slice] | None:
        steps = np.linspace(0, 1, 7, dtype=np.float32)
        grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
        points = np.array(quad.origin) + grid[:, :1] * np.array(quad.across) + grid[:, 1:] * np.array(quad.down)
        spots, depth = self.view.project(points.astype(np.float32))
        if (depth <= 0.1).all():
            return None
        high, wide = self.depth.shape
        if (depth <= 0.1).any():
            return slice(0, high), slice(0, wide)
        low, top = spots.min(0) * self.scale - 4, spots.max(0) * self.scale + 4
        x0, x1 = int(max(0, low[0])), int(min(wide, top[0] + 1))
        y0, y1 = int(max(0, low[1])), int(min(high, top[1] + 1))
        return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None

    def draw(self, quad: Quad) -> None:
        region = self._region(quad)
        if region is None:
            return
        rays, depth = self.rays[region], self.depth[region]
        across, down = np.array(quad.across, np.float32), np.array(quad.down, np.float32)
        normal = np.cross(across, down).astype(np.float32)
        offset = np.array(quad.origin, np.float32) - self.view.position
        # cv2.transform is a matrix product per pixel and much faster than numpy's here.
        gram = np.array(((across @ across, across @ down), (across @ down, down @ down)), np.float64)
        plane = np.linalg.inv(gram) @ np.stack((across, down)).astype(np.float64)
        parts = cv2.transform(rays, np.vstack((normal[None], plane)).astype(np.float32))
        facing = parts[..., 0]
        facing[np.abs(facing) < 1e-9] = 1e-9
        away = float(offset @ normal) / facing
        start = (plane @ offset.astype(np.float64)).astype(np.float32)
        u, v = parts[..., 1] * away - start[0], parts[..., 2] * away - start[1]
        hit = (u >= 0) & (u < 1) & (v >= 0) & (v < 1) & (away > 0.05) & (away < depth)
        if hit.any():
            self._paint(quad, region, hit, (u, v, away))

    def _paint(
        self, quad: Quad, region: tuple[slice, slice], hit: np.ndarray, found: tuple[Floats, Floats, Floats]
    ) -> None:
        u, v, away = found
        picture, depth = self.picture[region], self.depth[region]
        detail = np.log2(np.maximum(away[hit] * quad.per_metre / (self.view.focal * self.scale), 1e-3))
        level = np.zeros(hit.shape, np.int8)
        level[hit] = np.clip(np.round(detail + 0.35), 0, 5)
        texture = quad.texture
        for step in range(int(level[hit].max()) + 1):
            if step:
                if min(texture.shape[:2]) < 4:
                    level[level > step] = step
                else:
                    texture = cv2.resize(texture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            here = hit & (level == step)
            rows, cols = np.flatnonzero(here.any(1)), np.flatnonzero(here.any(0))
            if not rows.size:
                continue
            box = (slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1))
            self._sample(texture, here[box], picture[box], depth[box], (u[box], v[box], away[box]))

    @staticmethod
    def _sample(
        texture: Image, here: np.ndarray, picture: Image, depth: Floats, found: tuple[Floats, Floats, Floats]
    ) -> None:
        u, v, away = found
        high, wide = texture.shape[:2]
        drawn = cv2.remap(
            texture,
            np.clip(u, -1, 2).astype(np.float32) * wide - 0.5,
            np.clip(v, -1, 2).astype(np.float32) * high - 0.5,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        if drawn.shape[2] == 3:
            mask = here.view(np.uint8)
            cv2.copyTo(drawn, mask, picture)
            cv2.copyTo(away, mask, depth)
            return
        opacity = drawn[..., 3:].astype(np.float32) / 255
        mixed = picture + (drawn[..., :3].astype(np.float32) - picture) * opacity
        picture[here] = mixed[here].astype(np.uint8)
        solid = here & (drawn[..., 3] > 128)
        depth[solid] = away[solid]

    def hang(self, wire: Wire) -> None:
        steps = np.linspace(0, 1, 25, dtype=np.float32)[:, None]
        start, end = np.array(wire.start, np.float32), np.array(wire.end, np.float32)
        points = start + (end - start) * steps
        points[:, 2] -= wire.sag * 4 * (steps * (1 - steps))[:, 0]
        spots, depth = self.view.project(points)
        for (a, b), away in zip(pairwise(spots), depth[1:], strict=True):
            if away < 0.5:
                continue
            x, y = ((a + b) / 2 * self.scale).astype(int)
            if 0 <= x < self.depth.shape[1] and 0 <= y < self.depth.shape[0] and self.depth[y, x] < away:
                continue
            wide = wire.thickness_m * self.view.focal * self.scale / away
            ends = [tuple(int(n) for n in spot * self.scale * 16) for spot in (a, b)]
            if wide >= 1:
                cv2.line(self.picture, ends[0], ends[1], wire.colour, max(1, round(wide)), cv2.LINE_AA, 4)
            elif wide > 0.12:
                self._faint(ends, wire.colour, wide)

    def _faint(self, ends: list[tuple[int, ...]], colour: tuple[int, int, int], share: float) -> None:
        """A line thinner than a pixel: as much darker as it covers."""
        (x0, y0), (x1, y1) = ((n // 16 for n in end) for end in ends)
        left, right = max(0, min(x0, x1) - 2), max(x0, x1) + 3
        top, low = max(0, min(y0, y1) - 2), max(y0, y1) + 3
        part = self.picture[top:low, left:right]
        if not part.size:
            return
        drawn = part.copy()
        shift = (left * 16, top * 16)
        cv2.line(
            drawn,
            (ends[0][0] - shift[0], ends[0][1] - shift[1]),
            (ends[1][0] - shift[0], ends[1][1] - shift[1]),
            colour,
            1,
            cv2.LINE_AA,
            4,
        )
        part[:] = cv2.addWeighted(drawn, share, part, 1 - share, 0)
