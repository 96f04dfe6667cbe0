"""Zones at work: what stands in one, and how much of a box lies in it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.geometry.shapes import area

_MASK: Final = 256


class Zone:
    """A polygon on the picture, points in 0..1."""

    def __init__(self, shape: ZoneShape) -> None:
        self.name = shape.name
        self.points: NDArray[np.float64] = np.array(shape.points, np.float64)
        self.area = area(shape.points)
        """Share of the picture."""
        mask = self.mask(_MASK, _MASK).astype(np.float64)
        self._sums = np.zeros((_MASK + 1, _MASK + 1))
        self._sums[1:, 1:] = mask.cumsum(0).cumsum(1)

    def holds(self, points: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Return which of (N, 2) points lie inside (even-odd rule); (N,) bool."""
        at = np.asarray(points, np.float64).reshape(-1, 2)
        (x0, y0), (x1, y1) = self.points.T, np.roll(self.points, -1, 0).T
        x, y = at[:, :1], at[:, 1:]
        spans = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            crosses = x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
        return np.asarray((spans & crosses).sum(1) % 2 == 1)

    def holds_point(self, point: tuple[float, float]) -> bool:
        """Whether one point lies inside."""
        return bool(self.holds(np.array([point]))[0])

    def share(self, xyxy: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return which share of each of (N, 4) boxes lies in the zone; (N,), good to 1/256 of the picture."""
        boxes = np.clip(np.asarray(xyxy, np.float64).reshape(-1, 4), 0, 1) * _MASK
        left, top = np.floor(boxes[:, :2]).astype(int).T
        right, bottom = np.ceil(boxes[:, 2:]).astype(int).T
        right, bottom = np.maximum(right, left + 1).clip(max=_MASK), np.maximum(bottom, top + 1).clip(max=_MASK)
        left, top = np.minimum(left, right - 1), np.minimum(top, bottom - 1)
        s = self._sums
        inside = s[bottom, right] - s[top, right] - s[bottom, left] + s[top, left]
        return np.asarray(inside / ((right - left) * (bottom - top)))

    def mask(self, height: int, width: int) -> NDArray[np.bool_]:
        """Return the zone painted on a picture of that size; (height, width) bool."""
        canvas = np.zeros((height, width), np.uint8)
        corners = np.round(self.points * (width, height) * 16 - 8).astype(np.int32)
        cv2.fillPoly(canvas, [corners], 1, shift=4)
        return canvas.astype(bool)
