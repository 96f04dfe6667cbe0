"""Water that flows: ripples that drift along y and are back after a period."""

from dataclasses import dataclass

import cv2
import numpy as np

from ronda.simulate.scenes.optics import Floats, Image, View
from ronda.simulate.scenes.textures import cloud


@dataclass(frozen=True)
class River:
    """A level rectangle of water.

    Attributes:
        box: x0, y0, x1, y1 in metres.
        level: Height of the surface.
        speed: Metres a second, towards smaller y; rounded so that a period is whole.
        seed: Of its ripples.
    """

    box: tuple[float, float, float, float]
    level: float
    speed: float
    seed: int


class Flow:
    """Draws the ripples of a river into a picture of light."""

    _TILE_M = 6.0

    def __init__(self, river: River, view: View, depth: Floats, period_s: float) -> None:
        rays = cv2.resize(view.rays(1.0), (view.width, view.height))
        down = np.minimum(rays[..., 2], -1e-4)
        away = (river.level - view.z) / down
        x, y = view.x + rays[..., 0] * away, view.y + rays[..., 1] * away
        x0, y0, x1, y1 = river.box
        mask = (x > x0) & (x < x1) & (y > y0) & (y < y1) & (np.abs(depth - away) < 0.25 + away * 0.01)
        rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if not rows.size:
            rows = cols = np.array([0, 1])
        self._region = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1))
        tile = 256
        rng = np.random.default_rng(river.seed)
        grain = cloud(rng, tile, tile, (6, 20, 60))
        # The same on the right as on the left, on top as below.
        ramp = 1 - np.abs(np.linspace(-1, 1, tile, dtype=np.float32))
        grain = grain * ramp + np.roll(grain, tile // 2, 1) * (1 - ramp)
        grain = grain * ramp[:, None] + np.roll(grain, tile // 2, 0) * (1 - ramp[:, None])
        self._ripples = np.tile(grain, (2, 2)).astype(np.float32)
        self._tile, self._scale = tile, tile / self._TILE_M
        self._u = np.mod(x[self._region] * self._scale * 0.6, tile).astype(np.float32)
        self._v = np.mod(y[self._region] * self._scale * 1.7, tile).astype(np.float32)
        fade = np.clip(28 / np.maximum(away[self._region], 1), 0, 1) * mask[self._region]
        self._strength = cv2.GaussianBlur(fade.astype(np.float32), (0, 0), 1.0) * 34
        turns = max(1, round(river.speed * period_s * self._scale * 1.7 / tile))
        self._drift = turns * tile / period_s

    def draw(self, light: Image, at_s: float) -> tuple[slice, slice]:
        """Add the ripples of a moment; returns the region that changed."""
        v = self._v + np.float32(self._drift * at_s % self._tile)
        drawn = cv2.multiply(cv2.remap(self._ripples, self._u, v, cv2.INTER_LINEAR), self._strength)
        part = light[self._region]
        part[:] = cv2.add(part, cv2.merge([drawn] * 3), dtype=cv2.CV_8U)
        return self._region
