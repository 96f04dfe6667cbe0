"""A place at night as an infrared camera sees it: one colour, a spot of light, noise, headlights that bloom."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ronda.simulate.scenes.canvas import cast
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.optics import Floats, Image
from ronda.simulate.scenes.sensor import letter
from ronda.simulate.scenes.solids import Drawn, Light, Painter, Solid
from ronda.simulate.scenes.textures import cloud

_VARIANTS = 8
_MOON = Light((0.05, 0.05), 0.22, 0.3)


@dataclass(frozen=True)
class Seen:
    """Something that moves through the night.

    Attributes:
        solid: What.
        x: Metres.
        y: Metres.
        heading: Radians; 0 along +y.
        headlight: It carries a lamp in front.
        power: Of the lamp: 1 blooms on a small lens, 0.3 is dipped and well aimed.
    """

    solid: Solid
    x: float
    y: float
    heading: float
    headlight: bool = False
    power: float = 1.0


class Night:
    """Draws luma planes of one camera; what does not move is made once, with a few variants of noise."""

    def __init__(self, scene: Scene, standing: Sequence[Standing], seed: int) -> None:
        view = scene.view
        scene.place.sky = ((10, 10, 10), (18, 18, 18))
        scene.place.haze = (8, 8, 8)
        scene.place.haze_m = 70
        self._view = view
        self._light, depth = cast(scene.place, view, 1.5)
        self._painter = Painter(view, depth, _MOON)
        for one in sorted(standing, key=lambda one: -np.hypot(one.x - view.x, one.y - view.y)):
            self._painter.draw(self._light, Solid(one.model).placed(one.x, one.y, one.heading), (0, 0, 0), hides=True)
        rng = np.random.default_rng(seed)
        self._gain = self._lamp(depth)
        self._whole = (slice(0, view.height), slice(0, view.width))
        quiet = self._expose(self._light, self._whole)
        letter(quiet, scene.lettering)
        self._grain = [self._noise(rng) for _ in range(_VARIANTS)]
        self._quiet = [cv2.add(quiet, grain, dtype=cv2.CV_8U) for grain in self._grain]
        self._bloom = _glow(257)

    def _lamp(self, depth: Floats) -> Floats:
        """Light of the camera's own ring of diodes: a spot that falls off with distance and to the corners."""
        high, wide = depth.shape
        ys, xs = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
        spot = np.exp(-((xs * 0.85) ** 2 + ((ys - 0.05) * 0.8) ** 2) * 1.25)
        away = 1 / (1 + (np.minimum(depth, 300) / 13) ** 1.7)
        near = np.clip(depth / 3.0, 0.6, 1)
        gain: Floats = (0.06 + 1.75 * spot * away * near).astype(np.float32)
        return gain

    def _noise(self, rng: np.random.Generator) -> Floats:
        high, wide = self._view.height, self._view.width
        grain = rng.standard_normal((high, wide)).astype(np.float32) * 2.2
        grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * 1.6
        return np.round(grain + cloud(rng, high, wide, (3, 6)) * 0.8).astype(np.int16)

    def _expose(self, light: Image, region: tuple[slice, slice]) -> Image:
        """Return luma of a region: foliage and cloth are bright in infrared, whatever their colour."""
        blue, green, red = cv2.split(light[region])
        grey = cv2.addWeighted(cv2.max(green, red), 0.85, blue, 0.15, 0)
        grey = cv2.GaussianBlur(grey, (0, 0), 0.7)
        shown = cv2.multiply(grey, self._gain[region], dtype=cv2.CV_32F)
        curve = 16 + 219 * (1 - np.exp(-shown / 105)) ** 0.92
        return np.asarray(curve, np.float32).astype(np.uint8)

    def draw(self, luma: Image, index: int, seen: Sequence[Seen]) -> list[tuple[Seen, Drawn]]:
        """Fill a luma plane with picture `index`; return where each thing is, far ones first."""
        grain = index * 5 % _VARIANTS
        np.copyto(luma, self._quiet[grain])
        found: list[tuple[Seen, Drawn]] = []
        regions, lamps = [], []
        for one in sorted(seen, key=lambda one: -np.hypot(one.x - self._view.x, one.y - self._view.y)):
            placed = one.solid.placed(one.x, one.y, one.heading)
            drawn = self._painter.draw(self._light_now(), placed, (0, 0, 0))
            found.append((one, drawn))
            if drawn.region:
                regions.append(drawn.region)
            if one.headlight:
                lamps.append(one)
        for rows, cols in regions:
            region = (rows, cols)
            part = cv2.add(self._expose(self._work, region), self._grain[grain][region], dtype=cv2.CV_8U)
            luma[region] = part
        for rows, cols in regions:
            self._work[rows, cols] = self._light[rows, cols]
        for one in lamps:
            self._shine(luma, one)
        return found

    def shown(self, light: Image, index: int) -> Image:
        """Return luma of a picture of light in which something else has changed, such as the water."""
        return cv2.add(self._expose(light, self._whole), self._grain[index * 5 % _VARIANTS], dtype=cv2.CV_8U)

    _work: Image

    def _light_now(self) -> Image:
        if not hasattr(self, "_work"):
            self._work = self._light.copy()
        return self._work

    def _shine(self, luma: Image, one: Seen) -> None:
        """Add a headlight: its glare where it looks at us, its pool of light on the ground always."""
        ahead = np.array((np.sin(one.heading), np.cos(one.heading)), np.float32)
        points = [(one.x + ahead[0] * far, one.y + ahead[1] * far, 0.0) for far in (3.0, 6.0, 10.0)]
        points.append((one.x + ahead[0] * 0.7, one.y + ahead[1] * 0.7, 0.8))
        spots, depth = self._view.project(np.array(points, np.float32))
        focal = self._view.focal
        for spot, away, radius, power in zip(spots, depth, (1.6, 2.4, 3.4, 0.0), (60, 44, 26, 0), strict=True):
            if away > 1 and radius:
                self._add(luma, spot, radius * focal / float(away), power * one.power, flat=0.45)
        towards = np.array((self._view.x - one.x, self._view.y - one.y))
        facing = float(ahead @ towards) / (float(np.hypot(*towards)) + 1e-6)
        if depth[3] > 1:
            glare = max(0.05, facing) ** 1.5 if facing > 0 else 0.04
            self._add(luma, spots[3], 40 + 900 / float(depth[3]) * glare, 330 * glare * one.power, flat=1.0)
            self._add(luma, spots[3], 5 + 60 / float(depth[3]), 400 * max(glare, 0.2) * one.power, flat=1.0)

    def _add(self, luma: Image, spot: Floats, radius: float, power: float, flat: float) -> None:
        high, wide = luma.shape
        rx, ry = max(2, int(radius)), max(2, int(radius * flat))
        x, y = int(spot[0]), int(spot[1])
        x0, x1, y0, y1 = max(0, x - rx), min(wide, x + rx), max(0, y - ry), min(high, y + ry)
        if x0 >= x1 or y0 >= y1:
            return
        glow = cv2.resize(self._bloom, (2 * rx, 2 * ry), interpolation=cv2.INTER_LINEAR)
        part = glow[y0 - y + ry : y1 - y + ry, x0 - x + rx : x1 - x + rx] * power
        luma[y0:y1, x0:x1] = cv2.add(luma[y0:y1, x0:x1], part, dtype=cv2.CV_8U)


def _glow(size: int) -> Floats:
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    square = ramp[None] ** 2 + ramp[:, None] ** 2
    glow: Floats = (np.exp(-square * 4.5) * np.clip(1 - square, 0, 1)).astype(np.float32)
    return glow
