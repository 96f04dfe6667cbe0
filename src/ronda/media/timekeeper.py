"""Timeline time of a run: the server's UTC at its start plus the camera's elapsed time, kept true.

A camera's clock drifts, and what it sends comes late by a varying delay, never early. So the
difference between the server's clock and the camera's has a low envelope, the pictures that were
not held up, and only that is followed, by at most 500 ppm. More than a second off is no drift:
somebody set a clock, and a new run must start (see the architecture, "Time").

Sans-I/O: it is told of each picture's time and arrival.
"""

from collections import deque
from math import inf
from typing import Final

from ronda.base.time import HZ_90K

MOST_DRIFT_PPM: Final = 500
MOST_OFF_90K: Final = HZ_90K
_BUCKET_90K: Final = 2 * HZ_90K
_BUCKETS: Final = 5
_STEPS: Final = 7
_USUAL_STEP_90K: Final = 3_600
_LONGEST_STEP_90K: Final = 10 * HZ_90K


class Timekeeper:
    """Turns decoding times on the camera's axis into ticks since the run's start on the server's.

    Args:
        dts_90k: Decoding time of the run's first picture.
        utc_90k: The server's UTC that is held to be that picture's.
        wall_90k: The server's UTC minus its monotonic clock, in ticks.
    """

    def __init__(self, dts_90k: int, utc_90k: int, wall_90k: int) -> None:
        self.start_utc_90k = utc_90k
        self._zero_dts_90k = dts_90k
        self._wall_90k = wall_90k
        self._last_dts_90k = dts_90k
        self._last_elapsed_90k = -1
        self._last_late_90k = 0
        self._step_90k = 0
        self._steps_90k: deque[int] = deque(maxlen=_STEPS)
        self._correction_90k = 0.0
        self._bucket_end_90k = _BUCKET_90K
        self._bucket_low_90k: float = inf
        self._lows_90k: deque[float] = deque(maxlen=_BUCKETS)
        self._stale = False
        # What makes a picture an ordinary one, of which nothing but its time is to be noted.
        self._settled = True
        self._shift_90k = 0

    @property
    def stale(self) -> bool:
        """Whether time jumped or is more than a second off: the next keyframe must start a new run."""
        return self._stale

    @property
    def step_90k(self) -> int:
        """The usual distance of two pictures; 0 until two have come."""
        return self._step_90k

    @property
    def correction_90k(self) -> float:
        """Ticks added to the camera's elapsed time by now."""
        return self._correction_90k

    def stamp(self, dts_90k: int, utc_90k: int, wall_90k: int) -> int:
        """Return ticks from the run's start to this picture's decoding; they rise strictly.

        Args:
            dts_90k: Its decoding time on the camera's axis.
            utc_90k: The server's UTC when it arrived.
            wall_90k: The server's UTC minus its monotonic clock now, in ticks.
        """
        step_90k = dts_90k - self._last_dts_90k
        elapsed_90k = dts_90k - self._zero_dts_90k
        late_90k = utc_90k - self.start_utc_90k - elapsed_90k
        if (
            0 < step_90k == self._step_90k <= MOST_OFF_90K
            and elapsed_90k < self._bucket_end_90k
            and self._settled
            and -MOST_OFF_90K <= wall_90k - self._wall_90k <= MOST_OFF_90K
        ):
            self._steps_90k.append(step_90k)  # their median does not change by it
            if late_90k < self._bucket_low_90k:
                self._sink(late_90k)
        else:
            elapsed_90k, late_90k = self._consider(dts_90k, late_90k, wall_90k)
        self._last_dts_90k = dts_90k
        self._last_late_90k = late_90k
        stamp_90k = elapsed_90k + self._shift_90k
        if stamp_90k <= self._last_elapsed_90k:
            stamp_90k = self._last_elapsed_90k + 1
        self._last_elapsed_90k = stamp_90k
        return stamp_90k

    def _consider(self, dts_90k: int, late_90k: int, wall_90k: int) -> tuple[int, int]:
        """Look at a picture in full; return the camera's elapsed time and how late the picture came."""
        late_90k = self._follow(dts_90k, late_90k)
        if abs(wall_90k - self._wall_90k) > MOST_OFF_90K:
            self._stale = True
        elapsed_90k = dts_90k - self._zero_dts_90k
        self._observe(elapsed_90k, late_90k)
        self._slew(dts_90k - self._last_dts_90k)
        self._settled = len(self._lows_90k) < _BUCKETS or min(self._lows_90k) == self._correction_90k
        self._shift_90k = round(self._correction_90k)
        return elapsed_90k, late_90k

    def _follow(self, dts_90k: int, late_90k: int) -> int:
        """Return how late the picture came; bridge a jump of the camera's axis with a usual step."""
        step_90k = dts_90k - self._last_dts_90k
        if self._last_elapsed_90k < 0:
            return late_90k
        early_90k = self._last_late_90k - late_90k
        jumped = step_90k <= 0 or (step_90k > MOST_OFF_90K and early_90k > MOST_OFF_90K) or step_90k > _LONGEST_STEP_90K
        if jumped:
            self._stale = True
            bridged_90k = self._step_90k or _USUAL_STEP_90K
            self._zero_dts_90k += step_90k - bridged_90k
            self._last_dts_90k = dts_90k - bridged_90k
            return self._last_late_90k
        # The median: one hole, or the squeezed times at a B-frame stream's start, say little about the rate.
        self._steps_90k.append(step_90k)
        self._step_90k = sorted(self._steps_90k)[len(self._steps_90k) // 2]
        return late_90k

    def _observe(self, elapsed_90k: int, late_90k: int) -> None:
        """Keep the lowest lateness of each stretch of time."""
        self._sink(min(late_90k, self._bucket_low_90k))
        if elapsed_90k >= self._bucket_end_90k:
            self._lows_90k.append(self._bucket_low_90k)
            self._bucket_low_90k = inf
            self._bucket_end_90k = elapsed_90k + _BUCKET_90K

    def _sink(self, low_90k: float) -> None:
        self._bucket_low_90k = low_90k
        # Nothing comes before it was taken: being early is never jitter, and counts at once.
        if low_90k - self._correction_90k < -MOST_OFF_90K:
            self._stale = True

    def _slew(self, step_90k: int) -> None:
        """Move the correction towards the envelope, slowly."""
        if len(self._lows_90k) < _BUCKETS:
            return
        off_90k = min(self._lows_90k) - self._correction_90k
        if off_90k > MOST_OFF_90K:
            self._stale = True
        most_90k = step_90k * MOST_DRIFT_PPM / 1_000_000
        self._correction_90k += min(max(off_90k, -most_90k), most_90k)
