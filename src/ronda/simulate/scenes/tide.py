"""Water of any level before a place that was drawn dry: ripples that drift, the sky and what stands in it mirrored."""

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np

from ronda.simulate.scenes import textures
from ronda.simulate.scenes.canvas import Place, Quad, cast
from ronda.simulate.scenes.optics import Floats, Image, View

_TILE: Final = 512
_TILE_M: Final = 8.0
_FAR_M: Final = 150.0


class Tide:
    """Draws the water of one view; the place is cast once.

    Args:
        place: What stands still, without water.
        view: From where.
        seed: Of the ripples.
        mirrored: Flat things that are seen mirrored, such as a staff.
        scale: How much larger the place is drawn before it is scaled down.
        relief: Height of the ground at x and y where it is drawn flat, at 0: pools stand where it is lowest.
    """

    def __init__(
        self,
        place: Place,
        view: View,
        seed: int,
        mirrored: Sequence[Quad] = (),
        scale: float = 1.5,
        relief: Callable[[Floats, Floats], Floats] | None = None,
    ) -> None:
        self.dry, self._depth = cast(place, view, scale)
        self._view, self._mirrored = view, mirrored
        self._rays = cv2.resize(view.rays(1.0), (view.width, view.height))
        self._sky = np.array(place.sky[1], np.float32)
        self._haze, self._haze_m = np.array(place.haze, np.float32), place.haze_m
        rng = np.random.default_rng((seed, 21))
        tone = np.random.default_rng((seed, 22)).uniform(0.85, 1.1, 3) * (96, 118, 128)
        self._colour = np.array(tone, np.float32)
        grain = textures.cloud(rng, _TILE, _TILE, (6, 20, 60))
        ramp = 1 - np.abs(np.linspace(-1, 1, _TILE, dtype=np.float32))
        grain = grain * ramp + np.roll(grain, _TILE // 2, 1) * (1 - ramp)
        grain = grain * ramp[:, None] + np.roll(grain, _TILE // 2, 0) * (1 - ramp[:, None])
        self._ripples = np.asarray(grain, np.float32)
        away = -view.z / np.minimum(self._rays[..., 2], -1e-4)
        self.ground = (away < _FAR_M) & (np.abs(away - self._depth) < 0.02 * away)
        self._heights = None
        if relief is not None:
            x, y = view.x + self._rays[..., 0] * away, view.y + self._rays[..., 1] * away
            self._heights = np.where(self.ground, relief(x, y), np.float32(np.inf))

    def rained(self, light: Image) -> Image:
        """Return a picture of light whose ground is wet: darker, and the sky shines in it."""
        steep = self._rays[..., 2] / np.sqrt((self._rays**2).sum(-1))
        mirror = (0.5 * np.clip(0.04 + 0.96 * (1 + np.clip(steep, -1, 0)) ** 5, 0, 0.6))[..., None]
        wet = light * 0.62 * (1 - mirror) + self._sky * mirror
        return np.where(self.ground[..., None], np.clip(wet, 0, 255), light).astype(np.uint8)

    def draw(self, level_m: float, at_s: float, waves: float = 1.0, shine: float = 1.0) -> tuple[Image, Image]:
        """Return the picture of light with water at a height, and where water is seen, (h, w) bool.

        Args:
            level_m: Height of the surface.
            at_s: When; the ripples drift.
            waves: How strong the ripples are; 0 is a mirror.
            shine: How much is mirrored; 1 is what physics says (Fresnel, after Schlick 1994).
        """
        view, rays = self._view, self._rays
        away = (level_m - view.z) / np.minimum(rays[..., 2], -1e-4)
        wet = (away < self._depth - 0.01) & (away < _FAR_M)
        if self._heights is not None:
            wet &= self._heights < level_m
        rows, cols = np.flatnonzero(wet.any(1)), np.flatnonzero(wet.any(0))
        light = self.dry.copy()
        if not rows.size:
            return light, wet
        part = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1))
        light[part] = self._water(light[part], part, (level_m, at_s, waves, shine), away[part], wet[part])
        return light, wet

    def _water(
        self,
        dry: Image,
        part: tuple[slice, slice],
        how: tuple[float, float, float, float],
        away: Floats,
        wet: Image,
    ) -> Image:
        level_m, at_s, waves, shine = how
        rays = self._rays[part]
        x = self._view.x + rays[..., 0] * away
        y = self._view.y + rays[..., 1] * away
        fade = np.clip(30 / np.maximum(away, 1), 0.15, 1) * waves
        ripple = self._ripple(x, y, at_s) * fade
        steep = (rays[..., 2] / np.sqrt((rays**2).sum(-1))).astype(np.float32)
        mirror = np.clip((0.02 + 0.98 * (1 + np.clip(steep - 0.06 * ripple, -1, 0)) ** 5) * shine, 0, 0.9)
        body = self._colour * (1 + 0.28 * ripple[..., None])
        drawn = body * (1 - mirror[..., None]) + self._sky * mirror[..., None]
        for quad in self._mirrored:
            self._reflect(drawn, quad, (x, y, level_m), rays, (ripple, mirror))
        veil = (1 - np.exp(-away / self._haze_m))[..., None]
        drawn = drawn * (1 - veil) + self._haze * veil
        return np.where(wet[..., None], np.clip(drawn, 0, 255), dry).astype(np.uint8)

    def _ripple(self, x: Floats, y: Floats, at_s: float) -> Floats:
        """Two trains of waves that drift apart, about -1 to 1."""
        scale = _TILE / _TILE_M
        found = np.zeros(x.shape, np.float32)
        for stretch, (vx, vy), share in (((0.6, 1.7), (0.12, 0.9), 0.7), ((1.3, 1.1), (-0.35, 0.5), 0.5)):
            u = np.mod((x + vx * at_s) * scale * stretch[0], _TILE).astype(np.float32)
            v = np.mod((y + vy * at_s) * scale * stretch[1], _TILE).astype(np.float32)
            found += share * cv2.remap(self._ripples, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return found

    def _reflect(
        self,
        drawn: Floats,
        quad: Quad,
        at: tuple[Floats, Floats, float],
        rays: Floats,
        surface: tuple[Floats, Floats],
    ) -> None:
        """Mix in the mirrored picture of a flat thing where reflected rays meet it."""
        (x, y, level_m), (ripple, mirror) = at, surface
        across, down = np.array(quad.across, np.float64), np.array(quad.down, np.float64)
        normal = np.cross(across, down)
        turned = rays * np.array((1, 1, -1), np.float32)
        turned = turned + np.stack((0.10 * ripple, np.zeros_like(ripple), 0.12 * ripple), -1)
        offset = np.stack((quad.origin[0] - x, quad.origin[1] - y, np.full_like(x, quad.origin[2] - level_m)), -1)
        facing = turned @ normal.astype(np.float32)
        facing = np.where(np.abs(facing) < 1e-6, 1e-6, facing)
        far = (offset @ normal.astype(np.float32)) / facing
        hit = turned * far[..., None] - offset
        u = hit @ (across / (across @ across)).astype(np.float32)
        v = hit @ (down / (down @ down)).astype(np.float32)
        seen = (far > 0.02) & (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
        if not seen.any():
            return
        high, wide = quad.texture.shape[:2]
        shown = cv2.remap(
            quad.texture[..., :3], (u * wide).astype(np.float32), (v * high).astype(np.float32), cv2.INTER_LINEAR
        )
        share = np.where(seen, np.clip(mirror * 1.5 + 0.05, 0, 0.9), 0)[..., None]
        drawn[...] = drawn * (1 - share) + shown * share
