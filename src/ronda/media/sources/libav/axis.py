"""One rising axis of times out of what containers say: unknown, jumping, and starting over with each loop."""

from typing import Final

_JUMP_AHEAD_90K: Final = 10 * 90_000
_JUMP_BACK_90K: Final = 90_000
_USUAL_DURATION_90K: Final = 3_600


class Axis:
    """Places pictures; decoding times rise strictly between discontinuities. Sans-I/O."""

    def __init__(self) -> None:
        self._last_dts: int | None = None
        self._duration = _USUAL_DURATION_90K
        self._shift = 0
        self._joining = False

    def join(self) -> None:
        """The next picture follows the last one without a gap, whatever its own times: a loop."""
        self._joining = self._last_dts is not None

    def place(self, pts_90k: int, dts_90k: int) -> tuple[int, int, bool]:
        """Return (pts, dts, discontinuity) of the next picture."""
        last = self._last_dts
        if self._joining and last is not None:
            self._joining = False
            self._shift = last + self._duration - dts_90k
        pts, dts = pts_90k + self._shift, dts_90k + self._shift
        jumped = last is not None and not -_JUMP_BACK_90K <= dts - last <= _JUMP_AHEAD_90K
        if last is not None and not jumped:
            if dts > last:
                self._duration = dts - last
            else:
                dts = last + 1
                pts = max(pts, dts)
        self._last_dts = dts
        return pts, dts, jumped
