"""Which of a camera's pictures are looked at: so many a second, whatever the camera sends; which must be decoded."""

from collections import deque
from enum import Enum, auto
from typing import Final

from ronda.base.time import HZ_90K

_EARLY_90K: Final = HZ_90K // 50
"""A picture so little early is not waited past: cameras are not exact."""
_EVEN: Final = 3
"""So many distances of keyframes that are alike are believed."""
_NEARLY: Final = 1.5
"""Keyframes that come so many times the wanted distance apart suffice."""


class Pace:
    """Chooses pictures at a rate.

    Args:
        rate: Pictures a second, at most.
    """

    def __init__(self, rate: float) -> None:
        self._step_90k = max(round(HZ_90K / rate), 1)
        self._due_90k: int | None = None

    @property
    def due_90k(self) -> int:
        """When the next one is due; 0 before the first."""
        return self._due_90k or 0

    def takes(self, at_90k: int) -> bool:
        """Say whether the picture of this moment is one of them; moments come in order, and may jump."""
        due = self._due_90k
        if due is None or at_90k < due - 2 * self._step_90k or at_90k > due + self._step_90k:
            self._due_90k = at_90k + self._step_90k
            return True
        if at_90k < due - min(_EARLY_90K, self._step_90k // 4):
            return False
        self._due_90k = due + self._step_90k
        return True


class Need(Enum):
    """What a coded picture is needed for.

    Attributes:
        NOTHING: It is not looked at, and nothing that is looked at follows before the next keyframe.
        DECODED: It is looked at, or what is needs it.
        LAST: It is the last one before the next keyframe that is.
    """

    NOTHING = auto()
    DECODED = auto()
    LAST = auto()


class Sparing:
    """Tells which coded pictures must be decoded so that one is seen at each moment of a slow pace.

    Where keyframes come about as often as is looked, they suffice. Where they come more rarely but evenly, what follows
    the last look before the next one is not needed. A camera whose keyframes are uneven is decoded whole.

    Args:
        rate: Pictures a second that are looked at, at most.
    """

    def __init__(self, rate: float) -> None:
        self._step_90k = max(round(HZ_90K / rate), 1)
        self._pace = Pace(rate)
        self._distances: deque[int] = deque(maxlen=_EVEN)
        self._keyframe_90k: int | None = None
        self._ended = False

    def needs(self, at_90k: int, keyframe: bool) -> Need:
        """Say what a picture is needed for; pictures come in decoding order."""
        if keyframe:
            if self._keyframe_90k is not None:
                self._distances.append(at_90k - self._keyframe_90k)
            self._keyframe_90k = at_90k
            self._ended = False
        elif self._ended:
            return Need.NOTHING
        taken = self._pace.takes(at_90k)
        distance_90k = self._distance_90k()
        if distance_90k is None or self._keyframe_90k is None:
            return Need.DECODED
        suffices = distance_90k <= self._step_90k * _NEARLY
        next_90k = self._keyframe_90k + distance_90k
        if suffices or (taken and next_90k <= self._pace.due_90k + self._step_90k // 4):
            self._ended = True
            return Need.LAST
        return Need.DECODED

    def _distance_90k(self) -> int | None:
        """Return how far apart keyframes are; None where that is not known, or not even."""
        if len(self._distances) < _EVEN:
            return None
        least, most = min(self._distances), max(self._distances)
        return most if 0 < least and most - least <= self._step_90k // 4 else None
