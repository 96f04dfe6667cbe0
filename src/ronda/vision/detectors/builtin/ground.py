"""How large things are at each height of the picture, learnt from those that pass."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_KEPT: Final = 400
FEWEST: Final = 25
"""Sightings before anything is said."""
EACH: Final = 0.3
"""A thing is taken again when it has moved by this share of its size."""


class Scale:
    """The height of a vehicle by where it stands: a straight line over the rows, as a flat street has it.

    All in heights of the picture. Learnt by least squares with outliers left out (IRLS), from what passed last.
    """

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []
        self._line: tuple[float, float] | None = None
        self._new = 0

    @property
    def known(self) -> bool:
        """Whether enough has passed."""
        return self._line is not None

    def add(self, foot: float, size: float) -> None:
        """Take in a vehicle that stands at `foot` and whose box has sides of `size` (geometric mean)."""
        self._seen.append((foot, size))
        del self._seen[:-MOST_KEPT]
        self._new += 1
        if len(self._seen) >= FEWEST and self._new >= FEWEST // 3:
            self._new = 0
            self._line = _fit(np.array(self._seen))

    def expected(self, foot: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return how large a vehicle is at some rows; None while nothing is known."""
        if self._line is None:
            return None
        slope, level = self._line
        return np.asarray(np.maximum(slope * foot + level, 0.01), np.float32)


def _fit(seen: NDArray[np.float64]) -> tuple[float, float]:
    foot, size = seen.T
    weights = np.ones(len(seen))
    slope, level = 0.0, float(np.median(size))
    for _ in range(5):
        middle_foot, middle_size = np.average(foot, weights=weights), np.average(size, weights=weights)
        spread = np.average((foot - middle_foot) ** 2, weights=weights)
        slope = float(np.average((foot - middle_foot) * (size - middle_size), weights=weights) / (spread + 1e-4))
        slope = max(0.0, slope)
        level = float(middle_size - slope * middle_foot)
        off = np.abs(size - slope * foot - level)
        weights = 1 / np.maximum(off, 0.1 * np.median(size))
    return slope, level
