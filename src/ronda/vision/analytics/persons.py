"""How large a person is at each row of a picture: from the ground where it is given, learnt from who is alone."""

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.analytics.parked import box_of, covered
from ronda.vision.geometry.ground import GroundPlane
from ronda.vision.tracks.track import Track

FILL: Final = 0.55
"""Share of a person's box that is the person, before anybody has been seen."""
WIDE_M: Final = 0.5
"""A person's width."""
TALL: Final = 3.2
"""A person's height in widths."""
FEWEST: Final = 8
"""So many must have been seen alone before rows are told apart by them."""
GUESS: Final = 0.18
"""Height of a person in heights of the picture where nothing at all is known."""
_MOST: Final = 300


class PersonSize:
    """The size of a person, in heights of the picture, by the row on which they stand.

    Attributes:
        aspect: Width of the picture in heights of it.
    """

    def __init__(self, ground: GroundPlane | None) -> None:
        self._ground = ground
        self.aspect = 16 / 9
        self._seen: deque[tuple[float, float, float]] = deque(maxlen=_MOST)
        self._line: tuple[float, float] | None = None
        self._fill = FILL
        self._new = 0
        self._made: tuple[tuple[int, ...], NDArray[np.float64]] | None = None

    def learn(self, fore: NDArray[np.bool_], persons: Sequence[Track], aspect: float) -> None:
        """Take in who is alone: how tall they are where they stand, and how much of their box they fill."""
        high, wide = fore.shape
        boxes = [one.xyxy for one in persons]
        for index, one in enumerate(persons):
            left, top, right, bottom = box = box_of(one)
            others = boxes[:index] + boxes[index + 1 :]
            if bottom > 0.98 or top < 0.01 or one.seen % 5 or (others and covered(box, others) > 0.05):
                continue
            part = fore[round(top * high) : round(bottom * high), round(left * wide) : round(right * wide)]
            tall, broad = bottom - top, (right - left) * aspect
            if part.size < 6 or not 1.2 < tall / max(broad, 1e-6) < 6:
                continue
            self._seen.append((bottom, tall, float(np.clip(part.mean(), 0.2, 1.0)) * broad / tall))
            self._new += 1
        if self._new >= FEWEST and len(self._seen) >= FEWEST:
            self._new = 0
            self._fit()

    def height(self, foot: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how tall a person is who stands on some rows, in heights of the picture."""
        if self._line is not None:
            slope, level = self._line
            return np.maximum(slope * foot + level, 0.01)
        if self._ground is not None and (found := self._by_ground(foot)) is not None:
            return found
        return np.full_like(foot, GUESS)

    def pixels(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return how many pixels a person covers whose middle is at each row, (h,)."""
        if self._made is not None and self._made[0] == shape:
            return self._made[1]
        rows = (np.arange(shape[0]) + 0.5) / shape[0]
        foot = np.minimum(rows + self.height(rows) / 2, 1.2)
        tall = self.height(np.minimum(rows + self.height(foot) / 2, 1.2)) * shape[0]
        found = np.maximum(tall**2 * self._broad(), 1.0)
        self._made = (shape, found)
        return found

    def _broad(self) -> float:
        """Return how much a person covers, in squares of their height."""
        if len(self._seen) < FEWEST:
            return FILL / TALL * 1.25
        return float(np.median([one[2] for one in self._seen]))

    def _fit(self) -> None:
        self._made = None
        foot, tall, _ = np.array(self._seen).T
        if np.ptp(foot) < 0.1:
            self._line = (0.0, float(np.median(tall))) if self._ground is None else None
            return
        slope, level = np.polyfit(foot, tall, 1)
        off = np.abs(tall - slope * foot - level)
        good = off <= 2 * np.median(off) + 1e-6
        slope, level = np.polyfit(foot[good], tall[good], 1) if good.sum() >= FEWEST else (slope, level)
        self._line = (max(float(slope), 0.0), float(level if slope > 0 else np.median(tall)))

    def _by_ground(self, foot: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return heights from how wide half a metre is at each row, in the middle of the picture."""
        if self._ground is None:
            return None
        lefts = self._ground.metres(np.column_stack((np.full_like(foot, 0.45), foot)))
        rights = self._ground.metres(np.column_stack((np.full_like(foot, 0.55), foot)))
        metres = np.hypot(*(rights - lefts).T)
        if not np.isfinite(metres).any():
            return None
        wide = 0.1 / np.where(np.isfinite(metres) & (metres > 0), metres, np.inf) * WIDE_M
        return np.maximum(wide * TALL * self.aspect, 0.01)
