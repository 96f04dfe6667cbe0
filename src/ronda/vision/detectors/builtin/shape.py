"""What a thing may be by its box alone: for a comparison, and while no classifier is at hand."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.detectors.builtin.ground import Scale

SLIM: Final = 0.62
"""A walking person's box is narrower than this share of its height."""
LARGE: Final = 1.8
"""A bus is so many times larger than what usually passes there."""
LITTLE: Final = 0.6
"""A two-wheeler is smaller than this share of it."""


def by_shape(xyxy: NDArray[np.float32], scale: Scale) -> NDArray[np.float32]:
    """Return votes for person, two-wheeler, car, bus or truck, other by shape, (N, 5).

    Args:
        xyxy: Boxes in heights of the picture.
        scale: How large vehicles are here.
    """
    votes = np.full((len(xyxy), 5), 0.1, np.float32)
    size = xyxy[:, 2:] - xyxy[:, :2]
    ratio = size[:, 0] / np.maximum(size[:, 1], 1e-6)
    expected = scale.expected(xyxy[:, 3])
    relative = np.sqrt(size.prod(axis=1)) / expected if expected is not None else np.ones(len(xyxy), np.float32)
    column = np.where(relative > LARGE, 3, np.where((relative < LITTLE) & (ratio < 1.2), 1, 2))
    column = np.where(ratio < SLIM, 0, column)
    votes[np.arange(len(xyxy)), column] = 0.6
    return votes
