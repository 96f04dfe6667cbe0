"""Reads which share of a zone stands under water, against how its ground looks when it is dry.

Rain makes ground dark and shiny and leaves the edges of its markings, joints and stones where they are; water that
stands hides them. So small cells are compared by their edges alone. Where the surroundings of the zone cannot be known
again either, fog, night or a cloth hides all of it, and nothing is said.
"""

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Scene
from ronda.vision.geometry.zone import Zone
from ronda.vision.picture import Picture
from ronda.vision.water.kept import KeptGround, KeptLook
from ronda.vision.water.reading import Reading
from ronda.vision.water.strip import is_coloured

Cells = NDArray[np.float32]
"""(rows, columns) of cells."""
Plane = NDArray[np.float32]

EACH_90K: Final = HZ_90K * 9 // 10
FIRST: Final = 5
"""So many readings teach how the dry ground looks."""
PIXELS: Final = 40_000
CELL: Final = 6
"""Side of a cell in pixels of the working size."""
AROUND: Final = 0.35
"""So much around the zone is looked at too, in sizes of it."""
RENEWED: Final = 0.1
"""Each reading renews so much of what is known of dry ground."""
LIKE: Final = 0.5
"""A cell is dry that is more like itself than this share of what is usual."""
TELLS: Final = 0.35
"""A cell that is less like itself from picture to picture, dry, tells nothing: bare asphalt in the dark."""
SEEN: Final = 0.45
"""Share of their usual likeness that the clearest cells around the zone must have."""
CLEAREST: Final = 0.85
"""Those are the cells above this quantile: a street floods beyond a zone, walls and trees stand out of it."""
KNOWN: Final = 0.15
"""Share of the zone's cells that must tell something."""
FLOODED: Final = 15.0
"""Per cent from which on no new look of the ground is learnt."""
ENOUGH: Final = 5
"""So many looks hide noise and compression; of fewer, those of the readings before are added."""
SPREADS: Final = 3.0
"""A cell that was dry within so many of its mean deviations may be dry now."""
STRONG: Final = 4.0
"""Nor does one whose edges are weaker than so many levels a pixel: lamps and noise are stronger in the dusk."""
LOWEST: Final = 0.15
"""A cell that may be dry and less like itself than this tells nothing: so like is water, by chance."""
FITS: Final = 0.1
"""Pictures that fit less are not moved."""
SHAKE: Final = 4.0
"""A camera is shaken by at most so many pixels of the working size; pictures that lie farther off are left out."""
_NOISE: Final = 3.0


@dataclass(slots=True)
class _Look:
    """How the ground looks, by day or in infrared.

    Attributes:
        grey: The mean of what was seen dry.
        usual: How like itself each cell is from reading to reading.
        spread: By how much that differs on the mean.
        readings: How many were taken in.
    """

    grey: Plane
    usual: Cells
    spread: Cells
    readings: int = 0


class GroundGauge:
    """One zone of one camera, dry when it is first looked at."""

    def __init__(self, zone: Zone) -> None:
        (left, top), (right, bottom) = zone.points.min(0).tolist(), zone.points.max(0).tolist()
        x, y = AROUND * (right - left), AROUND * (bottom - top)
        self._frame = (max(left - x, 0.0), max(top - y, 0.0), min(right + x, 1.0), min(bottom + y, 1.0))
        self._zone = zone
        self._looks: dict[bool, _Look] = {}
        self._kind = True
        self._last_90k: int | None = None
        self._sum: Plane | None = None
        self._seen: Plane | None = None
        self._count = 0
        self._parts: deque[tuple[Plane, Plane, int]] = deque(maxlen=ENOUGH)
        self._fresh = 0
        self._value = 0.0

    def look(self, scene: Scene) -> None:
        """Take in a picture."""
        at_90k = scene.at_90k
        if self._last_90k is not None and 0 <= at_90k - self._last_90k < EACH_90K:
            return
        self._last_90k = at_90k
        grey, kind = self._small(scene.picture), is_coloured(scene.picture)
        if self._sum is None or self._seen is None or self._sum.shape != grey.shape or kind != self._kind:
            if kind != self._kind or (self._parts and self._parts[0][0].shape != grey.shape):
                self._parts.clear()
                self._fresh = 0
            self._sum, self._seen, self._kind, self._count = np.zeros_like(grey), np.zeros_like(grey), kind, 0
        known = self._looks.get(kind)
        if known is not None and known.grey.shape == grey.shape:
            aligned = _aligned(grey, known.grey)
            if aligned is None:
                return
            grey = aligned
        elif self._seen.any():
            before = np.asarray(self._sum / np.maximum(self._seen, 1), np.float32)
            aligned = _aligned(grey, before)
            grey = grey if aligned is None else aligned
        free = 1 - _spread(self._hidden(scene, grey.shape), grey.shape)
        self._sum += grey * free
        self._seen += free
        self._count += 1

    def read(self, at_90k: int) -> Reading | None:
        """Return the flooded share in per cent since the last reading; None where it cannot be told."""
        if self._sum is None or self._seen is None or not self._seen.any():
            return None
        self._gather(self._sum, self._seen)
        self._sum, self._seen = None, None
        now, free = self._together()
        teaches = self._fresh >= ENOUGH
        if teaches:
            self._fresh = 0
        known = self._looks.get(self._kind)
        if known is None or known.grey.shape != now.shape:
            if self._value < FLOODED and teaches:
                none = np.zeros(free.shape, np.float32)
                self._looks[self._kind] = _Look(now, none, none.copy(), 1)
            return None
        now = np.asarray(np.where(_spread(free, now.shape) > 0, now, known.grey), np.float32)
        likeness = _likeness(now, known.grey)
        if known.readings < FIRST:
            if teaches:
                self._learn(known, now, likeness, free, 1 / (known.readings + 1))
            return None
        return self._judge(known, now, likeness, free, teaches=teaches)

    def _gather(self, pictures: Plane, seen: Plane) -> None:
        """Put a reading's looks to those before, until there are enough."""
        self._parts.append((pictures, seen, self._count))
        self._fresh += self._count
        while sum(count for *_, count in self._parts) - self._parts[0][2] >= ENOUGH:
            self._parts.popleft()

    def _together(self) -> tuple[Plane, NDArray[np.bool_]]:
        """Return one picture of what was gathered and the cells of which all has been seen."""
        seen = np.sum([part for _, part, _ in self._parts], 0)
        now = np.sum([part for part, _, _ in self._parts], 0) / np.maximum(seen, 1)
        return np.asarray(now, np.float32), _by_cell((seen > 0).astype(np.float32)) > 0.99

    def _judge(
        self, known: _Look, now: Plane, likeness: Cells, free: NDArray[np.bool_], *, teaches: bool
    ) -> Reading | None:
        tells = (known.usual >= TELLS) & free & (known.usual - SPREADS * known.spread >= LOWEST)
        tells &= _strength(known.grey) >= STRONG
        share = self._cells_inside(now.shape)
        inside, outside = share >= 0.5, share < 0.01
        around, asked = tells & outside, tells & inside
        seen = 1.0
        if around.sum() >= 10:
            seen = float(np.clip(np.quantile(likeness[around] / known.usual[around], CLEAREST), 0, 1))
        told = float(asked.sum()) / max(float(inside.sum()), 1.0)
        if seen < SEEN or told < KNOWN:
            return None
        bar = np.minimum(LIKE * known.usual, known.usual - SPREADS * known.spread)
        wet = _joined(tells & (likeness < seen * bar), tells)
        self._value = 100.0 * float(_nearest(wet, asked)[inside].mean())
        if teaches:
            self._learn(known, now, likeness, free & ~wet & (likeness >= bar), RENEWED)
        return Reading(self._value, seen * min(told / 0.5, 1.0))

    # --- from one process to the next -----------------------------------------------------------

    def kept(self) -> KeptGround:
        """Return what is known of the dry ground."""
        looks = tuple(
            KeptLook.of(coloured, one.grey, (one.usual, one.spread), one.readings)
            for coloured, one in self._looks.items()
            if one.readings >= FIRST
        )
        return KeptGround.model_construct(points=self._drawn(), looks=looks, value=self._value)

    def recall(self, kept: KeptGround) -> None:
        """Go on from what was known, where the zone is still the same.

        Raises:
            ValueError: It is nothing that was kept.
        """
        if kept.points != self._drawn():
            return
        for one in kept.looks:
            self._looks[one.coloured] = _Look(*one.unpacked(CELL), one.readings)
        self._value = kept.value

    def _drawn(self) -> tuple[tuple[float, float], ...]:
        return tuple((float(x), float(y)) for x, y in self._zone.points)

    # --- looking --------------------------------------------------------------------------------

    def _learn(self, known: _Look, now: Plane, likeness: Cells, where: NDArray[np.bool_], rate: float) -> None:
        """Take in a reading, where the ground is known to be dry."""
        known.readings += 1
        # The first look is only compared with.
        quick = 1 / (known.readings - 1) if known.readings <= FIRST else 0.02
        known.grey += rate * _spread(where, now.shape) * (now - known.grey)
        rate_of = np.where(where, np.float32(quick), np.float32(0))
        off = np.maximum(likeness, 0) - known.usual
        known.usual += rate_of * off
        if known.readings > 2:
            known.spread += rate_of * (np.abs(off) - known.spread)

    def _hidden(self, scene: Scene, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return the cells before which somebody is."""
        rows, columns = shape[0] // CELL, shape[1] // CELL
        left, top, right, bottom = self._frame
        hidden = np.zeros((rows, columns), bool)
        for track in scene.tracks:
            x0, y0, x1, y1 = track.xyxy.tolist()
            across = np.array(((x0 - left), (x1 - left))) / (right - left) * columns
            down = np.array(((y0 - top), (y1 - top))) / (bottom - top) * rows
            (c0, c1), (r0, r1) = across.tolist(), down.tolist()
            hidden[max(int(r0), 0) : max(int(np.ceil(r1)), 0), max(int(c0), 0) : max(int(np.ceil(c1)), 0)] = True
        return hidden

    def _small(self, picture: Picture) -> Plane:
        high, wide = picture.rgb.shape[:2]
        left, top, right, bottom = self._frame
        part = picture.rgb[int(top * high) : int(np.ceil(bottom * high)), int(left * wide) : int(np.ceil(right * wide))]
        grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
        by = min((PIXELS / grey.size) ** 0.5, 1.0)
        size = (max(round(grey.shape[1] * by), 3 * CELL), max(round(grey.shape[0] * by), 3 * CELL))
        return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)

    def _cells_inside(self, shape: tuple[int, ...]) -> Cells:
        """Return which share of each cell lies in the zone."""
        high, wide = shape
        left, top, right, bottom = self._frame
        points = (self._zone.points - (left, top)) / (right - left, bottom - top) * (wide, high)
        canvas = np.zeros((high, wide), np.uint8)
        cv2.fillPoly(canvas, [np.round(points).astype(np.int32)], 1)
        return _by_cell(canvas.astype(np.float32))


def _by_cell(plane: Plane) -> Cells:
    rows, columns = plane.shape[0] // CELL, plane.shape[1] // CELL
    cut = plane[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
    return np.asarray(cut.mean((1, 3)), np.float32)


def _spread(cells: NDArray[np.bool_], shape: tuple[int, ...]) -> Plane:
    """Return what is said of cells for each of their pixels; 0 beyond them."""
    every = np.zeros(shape, np.float32)
    part = np.repeat(np.repeat(cells, CELL, 0), CELL, 1)
    every[: part.shape[0], : part.shape[1]] = part
    return every


def _slopes(grey: Plane) -> tuple[Plane, Plane]:
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _likeness(now: Plane, known: Plane) -> Cells:
    """Return how like each cell's edges are to what is known, 0 to 1; the strength of the light does not count."""
    (ax, ay), (bx, by) = _slopes(now), _slopes(known)
    both, first, second = _by_cell(ax * bx + ay * by), _by_cell(ax**2 + ay**2), _by_cell(bx**2 + by**2)
    wide = [cv2.blur(part, (3, 3)) for part in (both, first, second)]
    return np.asarray(wide[0] / np.sqrt(wide[1] * wide[2] + _NOISE), np.float32)


def _strength(grey: Plane) -> Cells:
    """Return how steep each cell is on the mean, in levels a pixel."""
    across, down = _slopes(grey)
    return np.asarray(np.sqrt(cv2.blur(_by_cell(across**2 + down**2), (3, 3))), np.float32)


@lru_cache(maxsize=64)
def _off(shape: tuple[int, ...]) -> tuple[float, float]:
    """Return how far phaseCorrelate says that a picture of a size lies from itself: half a pixel for some sizes."""
    some = np.random.default_rng(1).normal(0, 1, shape).astype(np.float32)
    (dx, dy), _ = cv2.phaseCorrelate(some, some)
    return dx, dy


def _aligned(grey: Plane, known: Plane) -> Plane | None:
    """Return the picture without the shake of the camera; None where it is shaken too far."""
    (dx, dy), fit = cv2.phaseCorrelate(known, grey)
    by_x, by_y = _off(grey.shape)
    dx, dy = dx - by_x, dy - by_y
    far = max(abs(dx), abs(dy))
    if fit < FITS or far < 0.15:
        return grey
    if far > SHAKE:
        return None if far <= 3 * SHAKE else grey
    matrix = np.array(((1, 0, -dx), (0, 1, -dy)), np.float64)
    size = (grey.shape[1], grey.shape[0])
    return np.asarray(cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _joined(wet: NDArray[np.bool_], tells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is wet by itself and for the most part of the cells around it: a leaf is no flood."""
    wets = cv2.blur((wet & tells).astype(np.float32), (3, 3))
    every = np.maximum(cv2.blur(tells.astype(np.float32), (3, 3)), 1e-3)
    return np.asarray(wet & (wets / every >= 0.5))


def _nearest(wet: NDArray[np.bool_], asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each cell whether the nearest one that tells is wet: plants and kerbs tell much, asphalt little."""
    _, labels = cv2.distanceTransformWithLabels(
        (~asked).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_label = np.zeros(int(labels.max()) + 1, bool)
    of_label[labels[asked]] = wet[asked]
    return np.asarray(of_label[labels], bool)
