"""Decoding times for pictures whose transport tells presentation times alone (RTP).

Pictures arrive in decoding order. With a reorder depth of `n`, the decoding times are the
presentation times in rising order, `n` pictures late; the first `n` are extrapolated backwards.
Nothing is held back: a picture gets its time at once.
"""

from collections import deque
from heapq import heappush, heappushpop, nlargest
from typing import Final

_DEEPEST: Final = 16  # H.264 and H.265 allow no deeper reordering
_USUAL_DURATION_90K: Final = 3_600
_FARTHEST_90K: Final = 3 * 90_000


class DecodingTimes:
    """Derives decoding times: strictly rising, and at most the presentation time.

    Where the depth is not known (or was told too low) it deepens when a picture is shown before
    one that was decoded earlier; the few pictures around that get times squeezed behind the last
    one, and may be decoded some ticks after their presentation.

    Args:
        reorder_depth: See `Encoding.reorder_depth`; None where unknown.
        duration_90k: How long one picture lasts, for the extrapolation; a guess will do.
    """

    def __init__(self, reorder_depth: int | None, duration_90k: int = _USUAL_DURATION_90K) -> None:
        self._duration = max(duration_90k, 1)
        self.reset(reorder_depth)

    @property
    def depth(self) -> int:
        """The depth in use, told or learnt."""
        return self._depth

    def reset(self, reorder_depth: int | None) -> None:
        """Forget everything: the source's time jumped, or a new encoding starts."""
        self._depth = min(max(reorder_depth or 0, 0), _DEEPEST)
        self._waiting: list[int] = []
        self._recent: deque[int] = deque(maxlen=_DEEPEST)
        self._highest = 0
        self._last_dts = 0
        self._started = False

    def stamp(self, pts_90k: int) -> int:
        """Return the decoding time of the next picture in decoding order, in 90 kHz ticks."""
        if not self._started:
            self._start(pts_90k)
        elif pts_90k <= self._highest:
            self._deepen(pts_90k)
        else:
            self._highest = pts_90k
        self._recent.append(pts_90k)
        dts = heappushpop(self._waiting, pts_90k)
        if dts <= self._last_dts:
            dts = self._last_dts + 1
        self._last_dts = dts
        return dts

    def _start(self, pts_90k: int) -> None:
        self._started = True
        self._highest = pts_90k
        for before in range(self._depth, 0, -1):
            heappush(self._waiting, pts_90k - before * self._duration)
        self._last_dts = pts_90k - (self._depth + 1) * self._duration

    def _deepen(self, pts_90k: int) -> None:
        if self._highest - pts_90k > _FARTHEST_90K:
            return  # no reordering goes that far: time jumped and nobody called `reset`
        needed = sum(earlier > pts_90k for earlier in self._recent)
        if needed > self._depth:
            self._depth = needed
            self._waiting = sorted(nlargest(needed, self._recent))
