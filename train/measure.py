"""How right a network is: balanced accuracy and who is taken for whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from train.data import CLASSES


def confusion(labels: NDArray[np.int64], verdicts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts: rows are what a crop is, columns what it was taken for, (classes, classes)."""
    size = len(CLASSES)
    return np.bincount(labels * size + verdicts, minlength=size * size).reshape(size, size)


def balanced(matrix: NDArray[np.int64]) -> float:
    """Return the mean over the classes that occur of the share taken for what they are."""
    occurs = matrix.sum(1)
    return float((np.diag(matrix)[occurs > 0] / occurs[occurs > 0]).mean())


def table(matrix: NDArray[np.int64]) -> str:
    """Return the counts as text, with the share that is right at each row's end."""
    lines = [" " * 12 + "".join(f"{name:>12}" for name in CLASSES)]
    for name, row in zip(CLASSES, matrix, strict=True):
        right = row[CLASSES.index(name)] / max(1, row.sum())
        lines.append(f"{name:>12}" + "".join(f"{int(count):>12}" for count in row) + f"   {right:.3f}")
    return "\n".join(lines)
