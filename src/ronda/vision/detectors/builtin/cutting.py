"""A thing's box cut out of its picture: the square around it that the classifier was trained on."""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

MARGIN: Final = 1.25
"""Side of the square, in long sides of the box."""


def cut(rgb: NDArray[np.uint8], boxes_xyxy: NDArray[np.float32], side: int) -> list[NDArray[np.uint8]]:
    """Return the square around each box, its middle in the middle; what lies outside the picture repeats its edge.

    Args:
        rgb: The picture, (H, W, 3).
        boxes_xyxy: Boxes in pixels of that picture, (N, 4).
        side: Largest side in pixels of a crop; smaller ones stay as they are.
    """
    return [_square(rgb, box, side) for box in boxes_xyxy]


def _square(rgb: NDArray[np.uint8], box: Sequence[float] | NDArray[np.float32], side: int) -> NDArray[np.uint8]:
    high, wide = rgb.shape[:2]
    left, top, right, bottom = (float(part) for part in box)
    half = max(1.0, MARGIN * max(right - left, bottom - top) / 2)
    x, y = (left + right) / 2, (top + bottom) / 2
    x0, y0 = round(min(max(x - half, 1 - 2 * half), wide - 1)), round(min(max(y - half, 1 - 2 * half), high - 1))
    size = max(2, round(2 * half))
    inside: NDArray[Any] = rgb[max(0, y0) : min(high, y0 + size), max(0, x0) : min(wide, x0 + size)]
    gaps = (max(0, -y0), max(0, y0 + size - high), max(0, -x0), max(0, x0 + size - wide))
    if size > side:  # shrunk before it is padded: a box may be as large as the picture
        factor = side / size
        gaps = tuple(round(gap * factor) for gap in gaps)
        shape = (max(1, side - gaps[2] - gaps[3]), max(1, side - gaps[0] - gaps[1]))
        inside = cv2.resize(inside, shape, interpolation=cv2.INTER_AREA)
    if any(gaps):
        inside = cv2.copyMakeBorder(inside, *gaps, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(inside, np.uint8)
