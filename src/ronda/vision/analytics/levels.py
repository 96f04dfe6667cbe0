"""Levels with hysteresis: a value must hold a level for a while, and fall clearly below it before it is left."""

from collections.abc import Sequence
from typing import Final

from ronda.base.time import HZ_90K

BACK: Final = 0.85
"""Share of a level's value under which it is left."""


class Levels:
    """Which level a value has: 1 is the gravest, as many as there are values, None below all.

    Args:
        values: Where the levels begin, the gravest last.
        rise_s: For so long a value must stay at a level before it is reached.
        fall_s: For so long it must stay below before it is left.
        back: Share of a level's value under which it is left.
    """

    def __init__(self, values: Sequence[float], rise_s: float, fall_s: float, back: float = BACK) -> None:
        self._values = tuple(values)
        self._rise, self._fall = round(rise_s * HZ_90K), round(fall_s * HZ_90K)
        self._back = [value * back if back <= 1 else value - (back - 1) for value in self._values]
        self._step = 0
        self._since: tuple[int, int] | None = None

    @property
    def level(self) -> int | None:
        """The level now."""
        return len(self._values) + 1 - self._step if self._step else None

    def resume(self, level: int | None) -> None:
        """Go on at a level that was reached before.

        Raises:
            ValueError: There is no such level.
        """
        if level is not None and not 1 <= level <= len(self._values):
            raise ValueError(f"there is no level {level}")
        self._step, self._since = 0 if level is None else len(self._values) + 1 - level, None

    def take(self, value: float, at_90k: int) -> bool:
        """Take in a value; return whether the level has changed."""
        up = sum(value >= one for one in self._values)
        down = sum(value >= one for one in self._back)
        wanted = up if up > self._step else min(down, self._step)
        if wanted == self._step:
            self._since = None
            return False
        way = 1 if wanted > self._step else -1
        if self._since is None or self._since[0] != way:
            self._since = (way, at_90k)
        if at_90k - self._since[1] < (self._rise if way > 0 else self._fall):
            return False
        self._step, self._since = wanted, None
        return True
