"""What a stream measures of itself as its fragments pass: bit rate and keyframe distance."""

from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.fragment import Fragment

_WINDOW_90K: Final = 2 * HZ_90K


class Measure:
    """Measures one run; a new run gets a new one.

    Attributes:
        bitrate_bps: Bits a second over the last two seconds or more; None until they are over.
        keyframe_distance_s: Seconds between the last two keyframes; None before the second.
    """

    def __init__(self) -> None:
        self.bitrate_bps: int | None = None
        self.keyframe_distance_s: float | None = None
        self._window_bytes = 0
        self._window_start_90k = 0
        self._keyframe_90k: int | None = None

    def add(self, fragment: Fragment) -> None:
        """Take the next fragment into account."""
        if fragment.keyframe:
            if self._keyframe_90k is not None:
                self.keyframe_distance_s = (fragment.start_90k - self._keyframe_90k) / HZ_90K
            self._keyframe_90k = fragment.start_90k
            # Whole GOPs alone are comparable: the window ends where one starts.
            self._turn(fragment.start_90k)
        elif self.bitrate_bps is None:
            self._turn(fragment.start_90k)
        self._window_bytes += len(fragment.mdat) - 8

    def _turn(self, now_90k: int) -> None:
        elapsed_90k = now_90k - self._window_start_90k
        if elapsed_90k >= _WINDOW_90K:
            self.bitrate_bps = self._window_bytes * 8 * HZ_90K // elapsed_90k
            self._window_bytes = 0
            self._window_start_90k = now_90k
