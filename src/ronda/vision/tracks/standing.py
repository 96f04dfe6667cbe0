"""Whether a thing stands still, and since when: with hysteresis, and not misled by what passes before it."""

import math
from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K

Box = tuple[float, float, float, float]

_SETTLED: Final = round(1.5 * HZ_90K)
"""As long it must keep its place before it stands."""
_NEAR: Final = 0.12
_GONE: Final = 0.3
"""In sizes: nearer than the one it keeps its place, further than the other it has left."""
_TWICE: Final = 2
_MEMORY: Final = 8 * HZ_90K
"""Who comes back to the place within this time has not left it: its box was wrong for a while."""
_FIRM: Final = 0.05


@dataclass(slots=True)
class _Place:
    box: Box
    since_90k: int
    firm: int = 1


class Stillness:
    """Follows one thing's boxes, in heights of the picture."""

    def __init__(self, box: Box, at_90k: int) -> None:
        self.since_90k: int | None = None
        self._place = _Place(box, at_90k)
        self._left: tuple[_Place, int] | None = None
        self._away = 0

    def see(self, box: Box, at_90k: int) -> int | None:
        """Take in where it is now; returns since when it stands, None while it moves."""
        if self._left is not None and at_90k - self._left[1] > _MEMORY:
            self._left = None
        if self._left is not None and _distance(self._left[0].box, box) < _NEAR:
            self._place, self._left, self._away = self._left[0], None, 0
        far = _distance(self._place.box, box)
        standing = self.since_90k is not None
        if far < (_GONE if standing else _NEAR):
            self._away = 0
            if far < _NEAR:
                self._settle(box)
            if at_90k - self._place.since_90k >= _SETTLED:
                self.since_90k = self._place.since_90k
            return self.since_90k
        self._away += 1
        if standing and self._away < _TWICE:
            return self.since_90k
        if standing:
            self._left = (self._place, at_90k)
        self._place, self.since_90k, self._away = _Place(box, at_90k), None, 0
        return None

    def stretch(self, factor: float) -> None:
        """The picture has become wider by a factor, in heights of it."""
        for place in filter(None, (self._place, self._left and self._left[0])):
            left, top, right, bottom = place.box
            place.box = (left * factor, top, right * factor, bottom)

    def _settle(self, box: Box) -> None:
        """Let the first boxes of a place be averaged; later ones must not drag it along."""
        place = self._place
        if place.firm < 1 / _FIRM:
            place.firm += 1
            share = 1 / place.firm
            held = place.box
            place.box = (
                held[0] + (box[0] - held[0]) * share,
                held[1] + (box[1] - held[1]) * share,
                held[2] + (box[2] - held[2]) * share,
                held[3] + (box[3] - held[3]) * share,
            )


def _distance(one: Box, other: Box) -> float:
    """Return how far a box has moved, in its size. An edge that alone has moved was hidden, or is seen again."""
    across = _moved(other[0] - one[0], other[2] - one[2])
    down = _moved(other[1] - one[1], other[3] - one[3])
    size = max(math.sqrt((one[2] - one[0]) * (one[3] - one[1])), 1e-6)
    return math.hypot(across, down) / size


def _moved(near: float, far: float) -> float:
    """Return how far both edges have moved the same way."""
    return 0.0 if near * far <= 0 else min(abs(near), abs(far))
