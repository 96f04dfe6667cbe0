"""How one place on a picture looks, so that it can be known again in other light and behind what passes before it.

Normalised cross-correlation of the cells of a small grey picture (Lewis, Fast normalized cross-correlation, 1995):
a cell that is hidden spoils only itself, and gain and offset of the exposure spoil none.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Picture, Rgb

Box = tuple[float, float, float, float]
Floats = NDArray[np.float32]

SIDE: Final = 32
CELLS: Final = 4
REACH: Final = 2
"""So many pixels of `SIDE` a place may seem to be shifted."""
LIKE: Final = 0.55
"""Correlation from which on a cell looks as before."""
FLAT: Final = 2.5
"""Levels of standard deviation under which a cell shows nothing."""
ALIKE: Final = 0.7
"""Correlation from which on two looks of a cell cannot be told apart."""
FEWEST: Final = 3
"""So many cells at least must say something."""
EMPTY: Final = 0.6
"""Share of cells that look as before the thing came where it is not there."""
_CELL: Final = SIDE // CELLS


def looked(picture: Picture, box: Box) -> Floats:
    """Return what a box of the picture, in 0..1, shows: (SIDE + 2 REACH)² grey levels, a rim around it included."""
    return looked_rgb(picture.rgb, box)


def looked_rgb(rgb: Rgb, box: Box) -> Floats:
    """Return the same of pixels, (H, W, 3) or (H, W) grey."""
    high, wide = rgb.shape[:2]
    rim_x, rim_y = (box[2] - box[0]) * REACH / SIDE, (box[3] - box[1]) * REACH / SIDE
    left, right = (box[0] - rim_x) * wide, (box[2] + rim_x) * wide
    top, bottom = (box[1] - rim_y) * high, (box[3] + rim_y) * high
    x0, y0 = int(np.clip(left, 0, wide - 2)), int(np.clip(top, 0, high - 2))
    x1, y1 = int(np.clip(np.ceil(right), x0 + 2, wide)), int(np.clip(np.ceil(bottom), y0 + 2, high))
    part = rgb[y0:y1, x0:x1]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY) if part.ndim == 3 else part
    side = SIDE + 2 * REACH
    way = cv2.INTER_AREA if min(grey.shape) > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (side, side), interpolation=way), np.float32)


class Appearance:
    """How a thing looks at its place, and how the place looked without it.

    Args:
        now: The place with the thing, as of `looked`.
        before: The place before it came, where that is known: what looks the same in both tells nothing.
    """

    def __init__(self, now: Floats, before: Floats | None = None) -> None:
        self._with = now
        self._before = before

    @property
    def there(self) -> Floats:
        """The place with the thing."""
        return self._with

    @property
    def before(self) -> Floats | None:
        """The place without the thing."""
        return self._before

    def share(self, now: Floats) -> float | None:
        """Return which share of what tells something still looks as with the thing; None when nothing tells."""
        scores, telling = _scores(self._with, now)
        if self._before is not None:
            same, _ = _scores(self._before, self._with)
            without, seen = _scores(self._before, now)
            told = same < ALIKE
            if (told & (telling | seen)).sum() >= FEWEST:
                telling = told & (telling | seen)
                scores = np.where(without > scores, 0, scores)
        if telling.sum() < FEWEST:
            return None
        return float((scores[telling] >= LIKE).mean())

    def is_without(self, now: Floats) -> bool:
        """Whether the place looks as it did without the thing; never where nobody has seen that."""
        if self._before is None:
            return False
        same, _ = _scores(self._before, self._with)
        bare, telling = _scores(self._before, now)
        there, _ = _scores(self._with, now)
        told = (same < ALIKE) & telling
        return bool(told.sum() >= FEWEST and ((bare >= LIKE) & (bare > there))[told].mean() >= EMPTY)

    def learn(self, now: Floats, part: float) -> None:
        """Follow the light: let a share of what is seen now into the memory."""
        self._with = self._with + part * (now - self._with)


def likeness(one: Floats, other: Floats) -> float:
    """Return how much of two looks of one place agrees, 0..1; 1 where neither shows anything."""
    scores, telling = _scores(one, other)
    return float((scores[telling] >= LIKE).mean()) if telling.any() else 1.0


def _scores(known: Floats, now: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the correlation of each cell at the best common shift, (CELLS²,), and which cells show something."""
    base = _cells(known[REACH : REACH + SIDE, REACH : REACH + SIDE])
    steps = range(2 * REACH + 1)
    moved = np.stack([_cells(now[y : y + SIDE, x : x + SIDE]) for y in steps for x in steps])
    base = base - base.mean(-1, keepdims=True)
    moved = moved - moved.mean(-1, keepdims=True)
    spread_base = np.sqrt((base**2).mean(-1))
    spread_moved = np.sqrt((moved**2).mean(-1))
    floor = FLAT / 2
    found = (base * moved).mean(-1) / (np.maximum(spread_base, floor) * np.maximum(spread_moved, floor))
    best = int(np.clip(found, 0, 1).sum(1).argmax())
    telling = np.maximum(spread_base, spread_moved[best]) >= FLAT
    return np.asarray(found[best], np.float32), telling


def _cells(plane: Floats) -> Floats:
    parts = plane.reshape(CELLS, _CELL, CELLS, _CELL).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(parts.reshape(CELLS * CELLS, _CELL * _CELL))
