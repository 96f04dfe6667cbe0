"""Buildings, trees, poles: things that stand, as rectangles with pictures and shadows on the ground."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import cv2
import numpy as np

from ronda.simulate.scenes import textures
from ronda.simulate.scenes.canvas import Place, Quad, Wire
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.optics import Image
from ronda.simulate.scenes.textures import Colour, Rng

_PATTERNS_MAX = 5
Box = tuple[float, float, float, float]


def lit(image: Image, factor: float) -> Image:
    """Return an image lighter or darker; opacity stays."""
    colour = np.clip(image[..., :3] * np.float32(factor), 0, 255).astype(np.uint8)
    return np.dstack((colour, image[..., 3])) if image.shape[2] == 4 else colour


@dataclass
class Builder:
    """Puts things on a ground and collects what is to be drawn.

    Attributes:
        ground: Takes shadows.
        rng: Chooses.
        eye: Camera x, y: flat trees turn towards it.
        place: What has been collected.
    """

    ground: Ground
    rng: Rng
    eye: tuple[float, float]
    place: Place = field(default_factory=Place)
    _patterns: dict[tuple[str, int, int], list[Image]] = field(default_factory=dict)

    def _some(self, kind: str, wide_m: float, high_m: float, make: Callable[[], Image]) -> Image:
        """Return one of a few pictures of about that size: a quarter is built from few patterns."""
        known = self._patterns.setdefault((kind, round(wide_m), round(high_m)), [])
        if len(known) < _PATTERNS_MAX:
            known.append(make())
            return known[-1]
        return known[int(self.rng.integers(len(known)))]

    def _sunlit(self, nx: float, ny: float) -> float:
        sx, sy = self.ground.sun
        return float(np.clip(0.86 - 0.30 * (nx * sx + ny * sy) / max(0.2, np.hypot(sx, sy)), 0.58, 1.14))

    def wall(
        self, start: tuple[float, float], end: tuple[float, float], top: float, texture: Image, low: float = 0
    ) -> None:
        """Stand a picture between two points of the ground, lit by the way it faces (right of start to end)."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = float(np.hypot(dx, dy)) or 1.0
        shown = lit(texture, self._sunlit(dy / length, -dx / length))
        scale = texture.shape[1] / length
        self.place.quads.append(Quad((*start, top), (dx, dy, 0), (0, 0, low - top), shown, scale))

    def block(self, box: Box, height: float, fronts: dict[str, Image], roof: Image | None = None) -> None:
        """Build an upright block; `fronts` by side (s, n, w, e), plain plaster where missing."""
        x0, y0, x1, y1 = box
        plain = textures.plaster(self.rng, 120, 200, textures.PLASTERS[int(self.rng.integers(len(textures.PLASTERS)))])
        sides = {
            "s": ((x0, y0), (x1, y0)),
            "n": ((x1, y1), (x0, y1)),
            "w": ((x0, y1), (x0, y0)),
            "e": ((x1, y0), (x1, y1)),
        }
        for side, (start, end) in sides.items():
            self.wall(start, end, height, fronts.get(side, plain))
        top = textures.concrete(self.rng, 160, 160, 140) if roof is None else roof
        self.place.quads.append(Quad((x0, y1, height), (x1 - x0, 0, 0), (0, y0 - y1, 0), top, top.shape[1] / (x1 - x0)))
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        self.ground.shadow(corners, height)
        self.ground.occlude(corners)

    def gable(self, box: Box, eaves: float, rise: float, *, along_y: bool, overhang: float = 0.6) -> None:
        """Put a pitched roof of clay tiles on a box; `along_y`: the ridge runs along y."""
        x0, y0, x1, y1 = box[0] - overhang, box[1] - overhang, box[2] + overhang, box[3] + overhang
        low = eaves - 0.12
        per_metre = 26.0
        if along_y:
            half, length = (x1 - x0) / 2, y1 - y0
            tiles = self._tiles(length, float(np.hypot(half, rise)), per_metre)
            ridge = eaves + rise
            sides = (
                (((x0 + half), y1, ridge), (0.0, y0 - y1, 0.0), (-half, 0.0, low - ridge), -1.0, 0.0),
                (((x0 + half), y0, ridge), (0.0, y1 - y0, 0.0), (half, 0.0, low - ridge), 1.0, 0.0),
            )
        else:
            half, length = (y1 - y0) / 2, x1 - x0
            tiles = self._tiles(length, float(np.hypot(half, rise)), per_metre)
            ridge = eaves + rise
            sides = (
                ((x0, y0 + half, ridge), (x1 - x0, 0.0, 0.0), (0.0, -half, low - ridge), 0.0, -1.0),
                ((x1, y0 + half, ridge), (x0 - x1, 0.0, 0.0), (0.0, half, low - ridge), 0.0, 1.0),
            )
        for origin, across, down, nx, ny in sides:
            shade = lit(tiles, 1.06 * self._sunlit(nx * 0.6, ny * 0.6))
            self.place.quads.append(Quad(origin, across, down, shade, per_metre))

    def _tiles(self, wide_m: float, high_m: float, per_metre: float) -> Image:
        def make() -> Image:
            return textures.roof_tiles(
                self.rng, max(8, round(high_m * per_metre)), max(8, round(wide_m * per_metre)), per_metre
            )

        return self._some("tiles", wide_m, high_m, make)

    def house(self, box: Box, eaves: float = 3.1, *, along_y: bool | None = None) -> None:
        """A kampung house with a pitched roof."""
        x0, y0, x1, y1 = box
        wide, deep = x1 - x0, y1 - y0
        fronts = {
            side: self._some("house", length, eaves, partial(textures.house_front, self.rng, length, eaves))
            for side, length in (("s", wide), ("n", wide), ("w", deep), ("e", deep))
        }
        self.block(box, eaves, fronts)
        self.gable(
            box,
            eaves,
            float(self.rng.uniform(1.2, 2.0)),
            along_y=bool(self.rng.random() < 0.5) if along_y is None else along_y,
        )

    def shops(self, box: Box, height: float, sides: str) -> None:
        """A row of shop houses with fronts on `sides`."""
        x0, y0, x1, y1 = box
        fronts = {
            side: textures.shop_front(self.rng, (x1 - x0) if side in "sn" else (y1 - y0), height) for side in sides
        }
        self.block(box, height, fronts)

    def billboard(self, spot: tuple[float, float], wide: float, high: float, texture: Image, low: float = 0) -> None:
        """Stand a flat picture that faces the camera."""
        dx, dy = spot[0] - self.eye[0], spot[1] - self.eye[1]
        away = float(np.hypot(dx, dy)) or 1.0
        rx, ry = dy / away * wide / 2, -dx / away * wide / 2
        origin = (spot[0] - rx, spot[1] - ry, low + high)
        self.place.quads.append(Quad(origin, (2 * rx, 2 * ry, 0), (0, 0, -high), texture, texture.shape[1] / wide))

    def tree(self, spot: tuple[float, float], height: float = 6.0, kind: str = "tree") -> None:
        """Plant a tree or palm with its shadow."""
        size = 384 if np.hypot(spot[0] - self.eye[0], spot[1] - self.eye[1]) < 25 else 224
        tone = [int(part * self.rng.uniform(0.85, 1.2)) for part in (46, 94, 68)]
        make = (
            partial(textures.palm, self.rng, size)
            if kind == "palm"
            else partial(textures.tree, self.rng, size, (tone[0], tone[1], tone[2]))
        )
        texture = self._some(kind, size, size, make)
        self.billboard(spot, height, height, texture)
        self.ground.dapple(spot, height * 0.36, height * 0.6)
        self.ground.occlude([(spot[0] - 0.15, spot[1]), (spot[0] + 0.15, spot[1])], 0.5, 0.3)

    def pole(
        self, spot: tuple[float, float], height: float, width: float = 0.22, colour: Colour = (140, 144, 146)
    ) -> None:
        """Stand a round pole."""
        profile = 0.55 + 0.5 * np.sin(np.linspace(0.2, np.pi - 0.5, 16)) ** 0.8
        image = np.clip(np.array(colour) * profile[None, :, None] * np.ones((64, 1, 1)), 0, 255).astype(np.uint8)
        self.billboard(spot, width, height, image)
        self.ground.shadow([(spot[0] - 0.09, spot[1]), (spot[0] + 0.09, spot[1])], height, 0.4)
        self.ground.occlude([(spot[0] - 0.1, spot[1]), (spot[0] + 0.1, spot[1])], 0.35, 0.4)

    def power_line(self, spots: list[tuple[float, float]], height: float = 8.5) -> None:
        """Poles with the bundle of cables that every street here has."""
        for spot in spots:
            self.pole(spot, height, 0.26)
            bar = np.full((8, 60, 3), (70, 74, 78), np.uint8)
            self.billboard(spot, 1.7, 0.12, bar, height - 0.7)
            if self.rng.random() < 0.35:
                box = np.full((40, 40, 3), (128, 132, 134), np.uint8)
                cv2.rectangle(box, (0, 0), (39, 39), (90, 94, 96), 3)
                self.billboard((spot[0] + 0.2, spot[1]), 0.7, 0.9, box, height - 2.6)
        for (ax, ay), (bx, by) in pairwise(spots):
            for drop, side in ((0.6, -0.75), (0.6, 0.0), (0.6, 0.75), (2.0, 0.0), (2.35, 0.1), (2.7, -0.05)):
                sag = float(self.rng.uniform(0.25, 0.8)) * (1 if drop < 1 else 1.5)
                ends = (ax + side, ay, height - drop), (bx + side, by, height - drop)
                self.place.wires.append(Wire(*ends, sag=sag, thickness_m=0.05 if drop > 1 else 0.03))

    @staticmethod
    def wire(
        start: tuple[float, float, float], end: tuple[float, float, float], sag: float = 0.4, thick: float = 0.03
    ) -> Wire:
        """Return a cable or a thin rod."""
        return Wire(start, end, sag, thickness_m=thick)

    def tabletop(self, box: Box, level: float, image: Image) -> None:
        """Lay a picture flat at a height."""
        x0, y0, x1, y1 = box
        self.place.quads.append(
            Quad((x0, y1, level), (x1 - x0, 0, 0), (0, y0 - y1, 0), image, image.shape[1] / (x1 - x0))
        )

    def lamp(self, spot: tuple[float, float], reach: float, height: float = 8.0) -> None:
        """A street lamp whose arm reaches along x."""
        self.pole(spot, height, 0.18, (150, 152, 150))
        x, y = spot
        self.place.wires.append(Wire((x, y, height), (x + reach, y, height + 0.4), -0.1, (120, 124, 124), 0.1))
        head = np.full((8, 24, 3), (190, 192, 190), np.uint8)
        self.billboard((x + reach, y), 0.8, 0.16, head, height + 0.3)

    def solid(self, box: Box, low: float, high: float, colour: Colour, shadow: float = 0.4) -> None:
        """A plain box in the air or on the ground, such as a kerb, a table, a tent's roof."""
        x0, y0, x1, y1 = box
        image = textures.tint((48, 48), colour, textures.cloud(self.rng, 48, 48, (4, 12)), 0.05)
        sides = (((x0, y0), (x1, y0)), ((x1, y1), (x0, y1)), ((x0, y1), (x0, y0)), ((x1, y0), (x1, y1)))
        for start, end in sides:
            self.wall(start, end, high, image, low)
        self.place.quads.append(Quad((x0, y1, high), (x1 - x0, 0, 0), (0, y0 - y1, 0), lit(image, 1.08), 30))
        if shadow:
            self.ground.shadow([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], high, shadow)
