"""The ground as a map seen from above, painted in metres: surfaces, markings, wear, shadows."""

from collections.abc import Callable

import cv2
import numpy as np

from ronda.simulate.scenes import textures
from ronda.simulate.scenes.canvas import Quad
from ronda.simulate.scenes.optics import Image
from ronda.simulate.scenes.textures import Colour, Rng

PAINT: Colour = (205, 212, 214)
Spots = list[tuple[float, float]]


class Ground:
    """A rectangle of the world's ground, x0..x1 by y0..y1 metres.

    Args:
        extent: x0, y0, x1, y1.
        per_metre: Pixels in a metre.
        rng: For wear.
        sun: Where shadows of 1 m high things end, in metres.
    """

    def __init__(
        self, extent: tuple[float, float, float, float], per_metre: float, rng: Rng, sun: tuple[float, float]
    ) -> None:
        self.extent, self.per_metre, self.rng, self.sun = extent, per_metre, rng, sun
        self.wide = round((extent[2] - extent[0]) * per_metre)
        self.high = round((extent[3] - extent[1]) * per_metre)
        self.image: Image = textures.concrete(rng, self.high, self.wide, 150)
        self._light = np.ones((self.high // 2, self.wide // 2), np.float32)

    def _spots(self, points: Spots, shift: int = 4) -> np.ndarray:
        xs = [((x - self.extent[0]) * self.per_metre) * 2**shift for x, _ in points]
        ys = [((self.extent[3] - y) * self.per_metre) * 2**shift for _, y in points]
        return np.stack((xs, ys), 1).round().astype(np.int32)

    def cover(self, points: Spots, surface: Image) -> None:
        """Lay a surface (of the map's size, or repeated) on a polygon."""
        spots = self._spots(points)
        left, top = np.maximum(spots.min(0) // 16, 0).tolist()
        right, low = np.minimum(spots.max(0) // 16 + 2, (self.wide, self.high)).tolist()
        if left >= right or top >= low:
            return
        mask = np.zeros((low - top, right - left), np.uint8)
        cv2.fillPoly(mask, [spots - np.array((left, top), np.int32) * 16], 255, cv2.LINE_AA, 4)
        rows = np.arange(top, low) % surface.shape[0]
        cols = np.arange(left, right) % surface.shape[1]
        whole = np.ascontiguousarray(surface[rows][:, cols])
        cv2.copyTo(whole, cv2.threshold(mask, 127, 255, cv2.THRESH_BINARY)[1], self.image[top:low, left:right])

    def rect(self, box: tuple[float, float, float, float], surface: Image) -> None:
        """Lay a surface on x0, y0, x1, y1."""
        x0, y0, x1, y1 = box
        self.cover([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], surface)

    def asphalt(self, box: tuple[float, float, float, float], grey: int = 96) -> None:
        """Lay asphalt on x0, y0, x1, y1, with patches, cracks and stains."""
        self.rect(box, textures.asphalt(self.rng, min(self.high, 900), min(self.wide, 900), grey))
        x0, y0, x1, y1 = box
        for _ in range(int((x1 - x0) * (y1 - y0) / 90)):
            x, y = self.rng.uniform(x0, x1 - 1), self.rng.uniform(y0, y1 - 1)
            w, h = self.rng.uniform(0.6, 2.2), self.rng.uniform(0.8, 5)
            shade = float(self.rng.uniform(0.84, 1.12))
            self._shade([(x, y), (min(x + w, x1), y), (min(x + w, x1), min(y + h, y1)), (x, min(y + h, y1))], shade)
        for _ in range(int((x1 - x0) * (y1 - y0) / 30)):
            x, y = self.rng.uniform(x0, x1), self.rng.uniform(y0, y1)
            steps = np.cumsum(self.rng.normal(0, 0.35, (8, 2)), 0) + np.array((x, y))
            line = self._spots([(float(a), float(b)) for a, b in steps])
            cv2.polylines(self.image, [line], False, (76, 76, 77), 1, cv2.LINE_AA, 4)
        for _ in range(int((x1 - x0) * (y1 - y0) / 25)):
            x, y = self.rng.uniform(x0, x1), self.rng.uniform(y0, y1)
            self._blot((x, y), float(self.rng.uniform(0.15, 0.7)), float(self.rng.uniform(0.72, 0.92)))

    def _shade(self, points: Spots, factor: float) -> None:
        spots = self._spots(points, 0)
        low, top = np.maximum(spots.min(0), 0), spots.max(0) + 1
        part = self.image[low[1] : top[1], low[0] : top[0]]
        if part.size:
            mask = np.zeros(part.shape[:2], np.uint8)
            cv2.fillPoly(mask, [spots - low], 255)
            part[mask > 0] = np.clip(part[mask > 0] * factor, 0, 255).astype(np.uint8)

    def _blot(self, spot: tuple[float, float], radius: float, factor: float) -> None:
        (centre,) = self._spots([spot], 0)
        size = max(2, round(radius * self.per_metre))
        part = self.image[max(0, centre[1] - size) : centre[1] + size, max(0, centre[0] - size) : centre[0] + size]
        if part.size:
            disc = np.zeros(part.shape[:2], np.float32)
            cv2.ellipse(disc, (part.shape[1] // 2, part.shape[0] // 2), (size * 2 // 3, size // 2), 20, 0, 360, 1, -1)
            soft = cv2.GaussianBlur(disc, (0, 0), max(0.6, size / 4))[..., None]
            part[:] = (part * (1 + (factor - 1) * soft)).astype(np.uint8)

    def tracks(self, x: float, y0: float, y1: float, width: float = 2.6) -> None:
        """Darken where wheels roll in a lane around x along y."""
        for side in (-0.75, 0.75):
            left, right = x + side - width / 8, x + side + width / 8
            self._shade([(left, y0), (right, y0), (right, y1), (left, y1)], 0.955)

    def line(
        self, points: Spots, width_m: float = 0.12, colour: Colour = PAINT, dash: float = 0, gap: float = 0
    ) -> None:
        """Paint a line, dashed where `dash` metres are given; worn."""
        (x0, y0), (x1, y1) = points[0], points[-1]
        whole = float(np.hypot(x1 - x0, y1 - y0))
        step = dash + gap if dash else whole
        at = 0.0
        while at < whole:
            parts = [at / whole, min(1.0, (at + (dash or whole)) / whole)]
            ends = [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in parts]
            self._worn(ends, max(1, round(width_m * self.per_metre)), colour)
            at += step

    def _worn(self, ends: Spots, thickness: int, colour: Colour) -> None:
        spots = self._spots(ends, 0)
        pad = thickness + 2
        low, top = np.maximum(spots.min(0) - pad, 0), spots.max(0) + pad
        part = self.image[low[1] : top[1], low[0] : top[0]]
        if not part.size:
            return
        drawn = np.zeros(part.shape[:2], np.uint8)
        cv2.line(drawn, tuple(int(n) for n in spots[0] - low), tuple(int(n) for n in spots[1] - low), 255, thickness)
        wear = np.clip(0.82 + textures.cloud(self.rng, part.shape[0], part.shape[1], (10, 60)) * 0.35, 0.1, 0.95)
        opacity = (drawn.astype(np.float32) / 255 * wear)[..., None]
        part[:] = (part + (np.array(colour, np.float32) - part) * opacity).astype(np.uint8)

    def zebra(self, box: tuple[float, float, float, float], *, along_x: bool) -> None:
        """Paint a crossing whose stripes run along y (`along_x`: people walk along x... stripes stack in x)."""
        x0, y0, x1, y1 = box
        if along_x:
            at = x0
            while at < x1:
                self.line([(at + 0.25, y0), (at + 0.25, y1)], 0.5)
                at += 1.0
        else:
            at = y0
            while at < y1:
                self.line([(x0, at + 0.25), (x1, at + 0.25)], 0.5)
                at += 1.0

    def shadow(self, points: Spots, height: float, strength: float = 0.45) -> None:
        """Cast the shadow of an upright block with the footprint `points`."""
        dx, dy = self.sun[0] * height, self.sun[1] * height
        both = [*points, *((x + dx, y + dy) for x, y in points)]
        hull = cv2.convexHull(self._spots(both, 0) // 2)
        self._darken(hull.reshape(-1, 2), 1, lambda layer, at: cv2.fillPoly(layer, [hull - at], strength))

    def _darken(self, spots: np.ndarray, pad: int, draw: Callable[[np.ndarray, np.ndarray], object]) -> None:
        """Lower the light to 1 - what `draw` puts into a layer around `spots` (given its corner)."""
        low = np.maximum(spots.min(0) - pad, 0)
        top = spots.max(0) + pad + 1
        part = self._light[low[1] : top[1], low[0] : top[0]]
        if part.size and (top > 0).all():
            layer = np.zeros_like(part)
            draw(layer, low)
            np.minimum(part, 1 - layer, out=part)

    def occlude(self, points: Spots, reach_m: float = 0.7, strength: float = 0.35) -> None:
        """Darken the ground around the foot of something."""
        spots, wide = self._spots(points, 0) // 2, reach_m * self.per_metre / 2
        pad = round(3 * wide) + 2
        low, top = np.maximum(spots.min(0) - pad, 0), spots.max(0) + pad
        part = self._light[low[1] : max(0, top[1]), low[0] : max(0, top[0])]
        if not part.size:
            return
        layer = np.zeros_like(part)
        cv2.fillPoly(layer, [spots - low], 1.0)
        cv2.polylines(layer, [spots - low], True, 1.0, max(1, round(wide)))
        part *= 1 - strength * cv2.GaussianBlur(layer, (0, 0), max(0.8, wide * 0.4))

    def dapple(self, spot: tuple[float, float], radius: float, height: float, strength: float = 0.42) -> None:
        """Cast the broken shadow of a tree's crown."""
        centre = (spot[0] + self.sun[0] * height, spot[1] + self.sun[1] * height)
        (pixel,) = self._spots([centre], 0) // 2
        scale = radius * self.per_metre / 2
        turns = self.rng.uniform(0, 2 * np.pi, 70)
        reach = np.sqrt(self.rng.random(70)) * scale
        spots = np.stack((pixel[0] + np.cos(turns) * reach, pixel[1] + np.sin(turns) * reach), 1).astype(np.int32)
        sizes = np.maximum(1, self.rng.uniform(0.1, 0.26, 70) * scale).astype(int)

        def blots(layer: np.ndarray, at: np.ndarray) -> None:
            for (x, y), size in zip(spots - at, sizes, strict=True):
                cv2.circle(layer, (int(x), int(y)), int(size), strength, -1)

        self._darken(spots, int(sizes.max()), blots)

    def quad(self) -> Quad:
        """Return the ground with its light on it."""
        soft = cv2.GaussianBlur(self._light, (0, 0), max(0.8, 0.1 * self.per_metre))
        light = cv2.resize(soft, (self.wide, self.high))
        # Shade is lit by the sky alone, so it is bluer.
        colour = cv2.merge([cv2.pow(light, 0.86), light, cv2.pow(light, 1.08)])
        lit = cv2.multiply(self.image, colour, dtype=cv2.CV_8U)
        x0, y0, x1, y1 = self.extent
        return Quad((x0, y1, 0), (x1 - x0, 0, 0), (0, y0 - y1, 0), lit, self.per_metre)
