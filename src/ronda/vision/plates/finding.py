"""Where on a vehicle's crop lines of letters stand that may be a plate.

The engine's finder of letters looks at the lower part of the crop, made so large that a plate's letters have the height
it knows. Pieces of one line (`H`, `1234`, `AB` stand apart) are put together again. A vehicle says more than its plate:
the name of its maker, stickers; what is a registration only reading tells.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Rgb

Quad = NDArray[np.float32]
"""Corners (4, 2) in pixels of the crop, clockwise from the top left as one reads."""

_ABOVE: Final = 0.22
"""So much of a vehicle's height, from the top, holds no plate."""
_WIDE: Final = 416
_HIGH: Final = 480
"""The finder is shown at most so many pixels; a car's plate is about a quarter of its width."""
_LARGEST: Final = 4.0
"""More than that nothing is enlarged: there is nothing more to be seen."""
_LEAST_HIGH: Final = 5.0
_MOST: Final = 6
_LEAST_ASPECT: Final = 1.3
_MOST_ASPECT: Final = 9.0
_STEEPEST: Final = 0.45


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where letters stand.

    Attributes:
        quad: Its corners.
        score: How sure the finder is.
    """

    quad: Quad
    score: float

    @property
    def sides(self) -> tuple[float, float]:
        """Width and height, in pixels of the crop."""
        across = np.linalg.norm(self.quad[1] - self.quad[0]) + np.linalg.norm(self.quad[2] - self.quad[3])
        down = np.linalg.norm(self.quad[3] - self.quad[0]) + np.linalg.norm(self.quad[2] - self.quad[1])
        return float(across / 2), float(down / 2)


class Finder:
    """Finds lines of letters on vehicles.

    Args:
        engine: See `ronda.vision.letter_engine`.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        # The engine loads a model when its public call first needs it.
        engine(np.zeros((64, 320, 3), np.uint8), use_det=True, use_cls=False, use_rec=False)

    def find(self, crop: Rgb) -> list[Candidate]:
        """Return where on a vehicle letters stand, the likeliest plate first, few.

        Args:
            crop: The vehicle, (H, W, 3), red first, as large as there is.
        """
        top = round(crop.shape[0] * _ABOVE)
        low = crop[top:]
        if min(low.shape[:2]) < 8:
            return []
        scale = min(_WIDE / low.shape[1], _HIGH / low.shape[0], _LARGEST)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = tuple(max(round(side * scale / 32) * 32, 32) for side in low.shape[1::-1])
        shown = cv2.resize(low, size, interpolation=way)
        found = self._engine.text_det(np.ascontiguousarray(shown[..., ::-1]))
        if found.boxes is None:
            return []
        back = np.array((low.shape[1] / size[0], low.shape[0] / size[1]), np.float32)
        pieces = [
            Candidate(np.asarray(quad, np.float32) * back + np.array((0, top), np.float32), float(score))
            for quad, score in zip(found.boxes, found.scores, strict=True)
        ]
        pieces = [one for one in pieces if one.sides[1] >= _LEAST_HIGH / max(scale, 1)]
        likely = [one for one in [*_joined(pieces), *pieces] if _may_be_plate(one)]
        return _distinct(sorted(likely, key=lambda one: -_merit(one)))[:_MOST]


def _may_be_plate(one: Candidate) -> bool:
    wide, high = one.sides
    across = one.quad[1] - one.quad[0]
    steep = abs(float(across[1])) / max(abs(float(across[0])), 1e-3)
    return _LEAST_ASPECT <= wide / max(high, 1e-3) <= _MOST_ASPECT and steep <= _STEEPEST


def _merit(one: Candidate) -> float:
    """Return how much like a plate it is by its shape: about three times as wide as high, and large."""
    wide, high = one.sides
    unlike = abs(math.log(wide / high / 3.2))
    return one.score * math.exp(-unlike) * math.sqrt(wide)


def _joined(pieces: Sequence[Candidate]) -> list[Candidate]:
    """Return lines put together of pieces that stand beside each other."""
    rows: list[list[Candidate]] = []
    for piece in sorted(pieces, key=lambda one: float(one.quad[:, 0].min())):
        for row in rows:
            if _beside(row[-1], piece):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [_around(row) for row in rows if len(row) > 1]


def _beside(left: Candidate, right: Candidate) -> bool:
    one, other = left.sides[1], right.sides[1]
    high = (one + other) / 2
    if not 0.55 <= one / max(other, 1e-3) <= 1.8:
        return False
    ends, begins = (left.quad[1] + left.quad[2]) / 2, (right.quad[0] + right.quad[3]) / 2
    gap, drop = begins - ends
    return bool(-0.8 * high <= gap <= 1.3 * high and abs(drop) <= 0.45 * high)


def _around(row: Sequence[Candidate]) -> Candidate:
    first, last = row[0].quad, row[-1].quad
    quad = np.stack((first[0], last[1], last[2], first[3])).astype(np.float32)
    return Candidate(quad, float(np.mean([one.score for one in row])))


def _distinct(found: Sequence[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for one in found:
        if all(float(np.abs(one.quad - other.quad).max()) > 0.25 * one.sides[1] for other in kept):
            kept.append(one)
    return kept
