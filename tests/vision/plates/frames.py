"""Frames as a network that reads lines would give them, made by hand."""

import numpy as np
from numpy.typing import NDArray

from ronda.vision.plates.decoding import SYMBOLS

NOTHING, GAP = 0, 1


def frames(*places: str | dict[str, float], sure: float = 0.98) -> NDArray[np.float32]:
    """Return frames: for each place what is likely there, then nothing. A blank is a gap.

    Args:
        places: One symbol, or several with how likely each is.
        sure: How likely a symbol by itself is.
    """
    rows: list[NDArray[np.float32]] = []
    for place in places:
        told = {place: sure} if isinstance(place, str) else place
        row = np.zeros(2 + len(SYMBOLS), np.float32)
        for symbol, likely in told.items():
            row[GAP if symbol == " " else 2 + SYMBOLS.index(symbol)] = likely
        row[NOTHING] = 1 - row.sum()
        empty = np.zeros_like(row)
        empty[NOTHING] = 1
        rows += [row, empty]
    return np.stack(rows)
