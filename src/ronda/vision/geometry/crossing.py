"""Who crosses a line, where, when and in which direction; jitter on the line counts once."""

from dataclasses import dataclass, field
from typing import Final

from ronda.vision.geometry.drawn import LineShape

_ASIDE: Final = 0.03
"""How far past the ends of a line, in lengths of it, it still counts as crossed."""
_REVERSAL: Final = 3.0
"""Who comes back must come that many margins further: a box that shrinks behind something does not come back."""
_ENDING: Final = 0.3
"""Who ends beyond the line by that share of the margin has crossed it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Something went over a line.

    Attributes:
        forward: From the line's left to its right.
        at_90k: When, between the pictures before and after.
        along: Where, from 0 at its start to 1 at its end.
    """

    forward: bool
    at_90k: int
    along: float


@dataclass(slots=True)
class _Walker:
    """One thing near a line: `side` is where it has settled, -1 left, 1 right, 0 not known yet."""

    across: float
    along: float
    at_90k: int
    side: int = 0
    over: Passage | None = None
    counted: set[bool] = field(default_factory=set)


class LineWatch:
    """Watches one line for one camera. A thing is on a side when it is clear of the line by a margin.

    Args:
        line: In 0..1 of the picture.
        aspect: Width of the picture in heights of it; distances are in heights.
    """

    def __init__(self, line: LineShape, aspect: float) -> None:
        self.line = line
        self._start = (line.start[0] * aspect, line.start[1])
        across, down = line.end[0] * aspect - self._start[0], line.end[1] - self._start[1]
        self._length = float((across * across + down * down) ** 0.5)
        self._unit = (across / self._length, down / self._length)
        self._aspect = aspect
        self._walkers: dict[int, _Walker] = {}

    def step(self, track: int, x: float, y: float, at_90k: int, margin: float) -> Passage | None:
        """Take in where a thing stands; returns its passage once it is clear on the other side, in each direction once.

        Args:
            track: Its number.
            x: In 0..1.
            y: In 0..1.
            at_90k: When.
            margin: How far from the line is clear of it, in heights of the picture.
        """
        across, along = self._measured(x, y)
        one = self._walkers.get(track)
        if one is None:
            side = 0 if abs(across) < margin else (1 if across > 0 else -1)
            self._walkers[track] = _Walker(across, along, at_90k, side)
            return None
        if (across > 0) != (one.across > 0):
            share = one.across / (one.across - across)
            one.over = Passage(
                across > 0, round(one.at_90k + share * (at_90k - one.at_90k)), one.along + share * (along - one.along)
            )
        one.across, one.along, one.at_90k = across, along, at_90k
        return self._settle(one, margin)

    def _settle(self, one: _Walker, margin: float) -> Passage | None:
        """Decide on which side it is now; its passage when that has changed by way of the line itself."""
        side = 1 if one.across > 0 else -1
        if one.side == 0 and one.over is not None:
            one.side = -side  # came into sight on the line, and went over it since
        clear = margin * (_REVERSAL if one.counted and (side > 0) not in one.counted else 1)
        if side == one.side or abs(one.across) < clear:
            return None
        before, one.side = one.side, side
        over, one.over = one.over, None
        if before == 0 or over is None or over.forward != (side > 0) or over.forward in one.counted:
            return None
        if not -_ASIDE <= over.along <= 1 + _ASIDE:
            return None
        one.counted.add(over.forward)
        return over

    def end(self, track: int, margin: float) -> Passage | None:
        """A thing is followed no more: return its passage if it ended beyond the line, but not yet clear of it."""
        one = self._walkers.pop(track, None)
        return None if one is None or one.side == 0 else self._settle(one, margin * _ENDING)

    def _measured(self, x: float, y: float) -> tuple[float, float]:
        """Return how far right of the line, in heights, and how far along it, in lengths."""
        dx, dy = x * self._aspect - self._start[0], y - self._start[1]
        across = self._unit[0] * dy - self._unit[1] * dx
        return across, (self._unit[0] * dx + self._unit[1] * dy) / self._length
