"""What stands still before a fixed camera, and what differs from it.

Two memories. The *slow* one is the place without what comes and goes; the *fast* one is what has been there for two
seconds. What differs from the slow memory and not from the fast one came and stayed; what differs from both moves. All
constants are in seconds, so that 5 and 25 pictures a second are judged alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.memory import Memory
from ronda.vision.picture import Picture, Rgb

PIXELS: Final = 480 * 270
"""Of the working size, whatever the shape of the picture."""
LONGEST_STEP_S: Final = 1.0
"""A longer gap between pictures teaches no more than this."""
LOST_S: Final = 1.0
"""After so long of an upheaval the place is learnt anew."""
FLAT: Final = 2.0
"""A picture whose luma spreads less (standard deviation) shows nothing: black, white, no signal."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A camera's background at one moment, at a working size of h x w pixels.

    Attributes:
        empty: The place without what comes and goes, (h, w, 3) uint8: the slow memory, learnt over minutes.
        moving: What differs from the fast memory and is no shadow, (h, w) bool: it moves now.
        stopped: What differs from the slow memory and agrees with the fast one, (h, w) bool: it came and stayed.
    """

    empty: Rgb
    moving: NDArray[np.bool_]
    stopped: NDArray[np.bool_]


class Background:
    """The background of one camera. Give it every picture; it forgets by itself when the view changes."""

    def __init__(self) -> None:
        self._memory: Memory | None = None
        self._last_90k: int | None = None
        self._step_s = 0.0

    @property
    def shift_xy(self) -> tuple[float, float]:
        """How far the camera is shaken now, in pixels of the working size."""
        return self._memory.shift_xy if self._memory else (0.0, 0.0)

    @property
    def step_s(self) -> float:
        """Time between the last two pictures, at most `LONGEST_STEP_S`; 0 where it ran backwards."""
        return self._step_s

    def prime(self, pictures: Sequence[Picture]) -> None:
        """Learn from pictures of some seconds or minutes, in the order of time, before the first is looked at.

        Where the place looked different early and late, that look counts as the empty one which has the weaker outline.
        Fewer than four pictures that show something teach nothing.
        """
        smalls = [_small(picture) for picture in pictures]
        smalls = [small for small in smalls if small.shape == smalls[0].shape and _sees(small)]
        if len(smalls) < 4:
            return
        self._memory = Memory(smalls[0])
        self._memory.prime(smalls)

    def update(self, picture: Picture) -> Backdrop | None:
        """Take in the next picture; None while nothing is known, or nothing can be seen (black, white)."""
        small = _small(picture)
        step_s = 0.0 if self._last_90k is None else (picture.at_90k - self._last_90k) / 90_000
        self._step_s = min(max(step_s, 0.0), LONGEST_STEP_S)
        self._last_90k = picture.at_90k if self._last_90k is None else max(picture.at_90k, self._last_90k)
        if not _sees(small):
            return None
        memory = self._memory
        if memory is None or memory.now.shape != small.shape or memory.lost_s > LOST_S:
            self._memory = Memory(small)
            return None
        memory.update(small, self._step_s)
        return None if memory.lost_s > 0 else Backdrop(memory.empty, memory.moving, memory.stopped)

    def restless(self, where: NDArray[np.bool_]) -> None:
        """Say that what differs here is no thing: the place grows insensitive until it is quiet again."""
        if (memory := self._fitting(where)) is not None:
            memory.learn_noise(where, self._step_s)

    def keep(self, where: NDArray[np.bool_]) -> None:
        """Say that things stand here: they are never taken for the place, however long they stay."""
        if (memory := self._fitting(where)) is not None:
            memory.kept = where

    def absorb(self, where: NDArray[np.bool_]) -> None:
        """Say that what is seen here belongs to the place."""
        if (memory := self._fitting(where)) is not None:
            memory.absorb(where)

    def _fitting(self, where: NDArray[np.bool_]) -> Memory | None:
        return self._memory if self._memory is not None and self._memory.moving.shape == where.shape else None


def _small(picture: Picture) -> Rgb:
    """Return a picture at the working size: the same for every size that a camera may send of one view."""
    high = max(8, round((PIXELS / picture.aspect) ** 0.5))
    size = (max(8, round(PIXELS / high)), high)
    # Averaging is dear, and below twice the size it takes no more noise away.
    shrinks = picture.rgb.shape[1] >= 2 * size[0]
    return np.asarray(
        cv2.resize(picture.rgb, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8
    )


def _sees(small: Rgb) -> bool:
    return float(small[::4, ::4, 1].std()) >= FLAT
