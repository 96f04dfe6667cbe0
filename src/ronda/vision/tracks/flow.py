"""How things usually move at each place of a fixed camera's picture: what is expected of one that has just appeared.

With five pictures a second a fast vehicle is further on by more than its length on its second picture; where others
went before it is then the best guess of where to look.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CELLS: Final = 12
_LEAST: Final = 12.0
"""Sightings at a place before anything is expected there."""
_MEMORY: Final = 400.0


class Flow:
    """Mean and spread of movement by place, in sizes of the moving thing a second."""

    def __init__(self) -> None:
        self._many: Floats = np.zeros((_CELLS, _CELLS))
        self._mean: Floats = np.zeros((_CELLS, _CELLS, 2))
        self._square: Floats = np.zeros((_CELLS, _CELLS))

    def learn(self, x: float, y: float, speed: Floats, size: float) -> None:
        """Something of a size, in heights, moved at (x, y), in 0..1, with a speed in heights a second."""
        row, column = _cell(y), _cell(x)
        many = self._many[row, column] = min(self._many[row, column] + 1, _MEMORY)
        relative = speed / max(size, 1e-4)
        self._mean[row, column] += (relative - self._mean[row, column]) / many
        self._square[row, column] += (float(relative @ relative) - self._square[row, column]) / many

    def expected(self, x: Floats, y: Floats, size: Floats) -> tuple[Floats, Floats]:
        """Return speeds (N, 2) in heights a second, and their standard deviation (N,), NaN where nothing is known."""
        rows = np.clip((y * _CELLS).astype(int), 0, _CELLS - 1)
        columns = np.clip((x * _CELLS).astype(int), 0, _CELLS - 1)
        mean = self._mean[rows, columns]
        spread = np.sqrt(np.maximum(self._square[rows, columns] - (mean**2).sum(1), 0.25))
        known = self._many[rows, columns] >= _LEAST
        return mean * size[:, None], np.where(known, spread * size, np.nan)


def _cell(share: float) -> int:
    return min(max(int(share * _CELLS), 0), _CELLS - 1)
