"""The way of something that was followed, in few moments between which it goes evenly."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ronda.vision.tracks.following import Box, Placed

_NEAR: Final = 0.006
"""How far from the way its even pieces may be, in shares of the view."""
Corners = tuple[tuple[float, float], ...]


def simplified(way: Sequence[Placed], most: int) -> list[Placed]:
    """Return at most so many moments of a way, its first and last among them (U. Ramer, 1972; in time and place).

    Args:
        way: In either order of time.
        most: At least two.
    """
    if len(way) <= 2:
        return list(way)
    times = np.array([one.at_90k for one in way], float)
    boxes = np.array([one.box for one in way], float)
    near = _NEAR
    while len(kept := _kept(times, boxes, near)) > most:
        near *= 1.5
    return [way[number] for number in kept]


def _kept(times: np.ndarray, boxes: np.ndarray, near: float) -> list[int]:
    kept, open_ = {0, len(times) - 1}, [(0, len(times) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        share = (times[first + 1 : last] - times[first]) / (times[last] - times[first])
        even = boxes[first] + share[:, None] * (boxes[last] - boxes[first])
        apart = np.abs(boxes[first + 1 : last] - even).max(axis=1)
        if apart.max() > near:
            middle = first + 1 + int(apart.argmax())
            kept.add(middle)
            open_ += [(first, middle), (middle, last)]
    return sorted(kept)


def bounds(corners: Corners) -> Box:
    """Return the box around corners."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def carried(corners: Corners, to: Box) -> Corners:
    """Return a shape carried along from the box around it to another one, within the view."""
    left, top, right, bottom = bounds(corners)
    wide, high = (to[2] - to[0]) / max(1e-6, right - left), (to[3] - to[1]) / max(1e-6, bottom - top)
    return tuple((_share(to[0] + (x - left) * wide), _share(to[1] + (y - top) * high)) for x, y in corners)


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
