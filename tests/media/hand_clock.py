"""A clock that a test moves by hand."""

from ronda.base.time import HZ_90K


class HandClock:
    """Both clocks, moved together by `advance`; `step` sets the wall clock alone."""

    def __init__(self, utc_90k: int = 1_790_000_000 * HZ_90K) -> None:
        self._now = 0.0
        self._utc_at_zero_90k = utc_90k

    def advance(self, seconds: float) -> None:
        self._now += seconds

    def move_to(self, now: float) -> None:
        self._now = now

    def step(self, seconds: float) -> None:
        self._utc_at_zero_90k += round(seconds * HZ_90K)

    def utc_90k(self) -> int:
        return self._utc_at_zero_90k + round(self._now * HZ_90K)

    def monotonic(self) -> float:
        return self._now
