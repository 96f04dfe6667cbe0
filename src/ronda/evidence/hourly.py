"""What is written down once an hour, however often it is done: whoever fetches a film in many parts fetches it once."""

from collections import OrderedDict
from typing import Final

from ronda.base.time import Clock

_HOUR_S: Final = 3600.0
_MOST: Final = 10_000


class Hourly:
    """Remembers what was written down in the last hour, bounded: the oldest is forgotten first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._done: OrderedDict[tuple[str, str], float] = OrderedDict()

    def first(self, what: str, who: str) -> bool:
        """Whether it is the first time within an hour that somebody does something; from now on it is not."""
        now_s = self._clock.monotonic()
        if now_s - self._done.get((what, who), -_HOUR_S) < _HOUR_S:
            return False
        self._done[what, who] = now_s
        self._done.move_to_end((what, who))
        while len(self._done) > _MOST:
            self._done.popitem(last=False)
        return True
