"""Playing at the speed of life what comes faster than that: files, and segments of HLS."""

from typing import Final

_BEHIND_S: Final = 0.5
_AHEAD_S: Final = 30.0


class Pacer:
    """Says how long to wait before a picture is due; sans-I/O, times passed in."""

    def __init__(self) -> None:
        self._zero_s: float | None = None

    def wait_s(self, dts_90k: int, now_s: float) -> float:
        """Return the seconds until the picture is due; 0 or less when it is due or late.

        A jump ahead, or a picture that is late by more than half a second, starts the count anew.
        """
        at_s = dts_90k / 90_000
        if self._zero_s is None:
            self._zero_s = now_s - at_s
        wait = self._zero_s + at_s - now_s
        if not -_BEHIND_S <= wait <= _AHEAD_S:
            self._zero_s = now_s - at_s
            return 0.0
        return wait
