"""From 32-bit RTP timestamps to presentation times that neither wrap nor jump.

Owns the state of one track's clock. A timestamp that cannot be true (a camera that steps its clock,
starts over, or begins with nonsense) is replaced by the time that passed here, and the caller is
told, so that the next keyframe can start a new run.
"""

from typing import Final

from ronda.base.time import HZ_90K

_FARTHEST_AHEAD_S: Final = 10.0
# B-pictures go back by a few picture durations; cameras that use them send ten a second or more.
_FARTHEST_BACK_S: Final = 2.0
_STUCK_S: Final = 1.0


class TimestampClock:
    """Turns timestamps into `pts_90k`, counted from 0 at the first picture.

    Args:
        clock_rate: Ticks per second of the timestamps.
    """

    def __init__(self, clock_rate: int = HZ_90K) -> None:
        self._rate = clock_rate
        self._usual_ticks = int(clock_rate * _FARTHEST_AHEAD_S)
        self._last = 0
        self._ticks = 0
        self._base_90k = 0
        self._started = False
        self._moved_at = 0.0
        self._stuck = False

    def pts_90k(self, timestamp: int, arrival: float) -> tuple[int, bool]:
        """Return the presentation time, and whether time jumped just before it.

        Args:
            timestamp: The RTP timestamp, 32 bits.
            arrival: Monotonic seconds at which the picture came.
        """
        if not self._started:
            self._started = True
            self._last, self._moved_at = timestamp, arrival
            return 0, False
        delta = (timestamp - self._last) & 0xFFFF_FFFF
        if 0 < delta <= self._usual_ticks and not self._stuck:
            return self._advance(timestamp, delta, arrival), False
        if delta & 0x8000_0000:
            delta -= 0x1_0000_0000
        elapsed = arrival - self._moved_at
        if delta == 0:
            return self._unmoved(elapsed)
        seconds = delta / self._rate
        if self._stuck or seconds < -_FARTHEST_BACK_S or seconds > elapsed + _FARTHEST_AHEAD_S:
            self._rebase(timestamp, arrival, elapsed)
            return self._base_90k, True
        return self._advance(timestamp, delta, arrival), False

    def _advance(self, timestamp: int, delta: int, arrival: float) -> int:
        self._last, self._moved_at = timestamp, arrival
        self._ticks += delta
        if self._rate == HZ_90K:
            return self._base_90k + self._ticks
        return self._base_90k + self._ticks * HZ_90K // self._rate

    def _unmoved(self, elapsed: float) -> tuple[int, bool]:
        now = self._base_90k + self._ticks * HZ_90K // self._rate
        if elapsed < _STUCK_S and not self._stuck:
            return now, False
        jumped, self._stuck = not self._stuck, True
        return now + int(elapsed * HZ_90K), jumped

    def _rebase(self, timestamp: int, arrival: float, elapsed: float) -> None:
        passed = max(int(elapsed * HZ_90K), 1)
        self._base_90k += self._ticks * HZ_90K // self._rate + passed
        self._ticks, self._last, self._moved_at, self._stuck = 0, timestamp, arrival, False
