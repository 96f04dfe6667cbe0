"""Whether a camera is looked at as it should be; stretches in which it is not are gaps with a cause."""

from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K
from ronda.bus.observations import ObservationGap

_PICTURES: Final = 5
"""So many missing pictures in a row are a gap, where they take longer than one's patience."""
_AGAIN_90K: Final = 60 * HZ_90K
"""A gap that lasts is told again so often."""

WORKER_DIED: Final = "worker-died"
OVERLOADED: Final = "overloaded"
UNDECODABLE: Final = "undecodable"
NO_EYE: Final = "no-eye"
UNKNOWN: Final = "unknown"


@dataclass(slots=True)
class _Gap:
    cause: str
    from_90k: int
    told_90k: int = 0
    problem: str = ""


class Attention:
    """One camera that is to be looked at.

    Args:
        camera: Which one.
        rate: So many pictures a second are to be looked at.
        now_90k: Since when.
        patience_s: Nothing seen for so long is a gap.
    """

    def __init__(self, camera: str, rate: float, now_90k: int, patience_s: float = 10.0) -> None:
        self.camera = camera
        self._patience_90k = round(max(patience_s, _PICTURES / rate) * HZ_90K)
        self._last_90k = now_90k
        self._suspect = UNKNOWN
        self._problem = ""
        self._gap: _Gap | None = None

    @property
    def lasts(self) -> bool:
        """Whether there is a gap now."""
        return self._gap is not None

    def seen(self, at_90k: int) -> ObservationGap | None:
        """A picture has been looked at; return the gap that this ends."""
        gap, self._gap = self._gap, None
        self._suspect, self._problem = UNKNOWN, ""
        self._last_90k = max(at_90k, self._last_90k)
        if gap is None:
            return None
        return self._told(gap, max(at_90k, gap.from_90k), lasts=False)

    def suspect(self, cause: str, problem: str = "") -> None:
        """If nothing is seen for a while, this is why."""
        self._suspect, self._problem = cause, problem

    def lost(self, cause: str, now_90k: int, problem: str = "") -> list[ObservationGap]:
        """Nothing is seen from the last picture on, for sure; return the gap, and one of another cause that this ends.

        A gap of the same cause simply lasts.
        """
        found: list[ObservationGap] = []
        from_90k = self._last_90k
        if self._gap is not None:
            if self._gap.cause == cause:
                return found
            from_90k = max(now_90k, self._gap.from_90k + 1)
            found.append(self._told(self._gap, from_90k, lasts=False))
        self._gap = _Gap(cause, from_90k, now_90k, problem)
        found.append(self._told(self._gap, max(now_90k, from_90k), lasts=True))
        return found

    def look(self, now_90k: int, stream_cause: str | None) -> ObservationGap | None:
        """Notice that nothing is seen; return a gap that begins or lasts, now and then.

        Args:
            now_90k: Now.
            stream_cause: Why the stream brings nothing; None while it does.
        """
        gap = self._gap
        if gap is None:
            if now_90k - self._last_90k < self._patience_90k:
                return None
            return self.lost(stream_cause or self._suspect, now_90k, self._problem)[0]
        if now_90k - gap.told_90k < _AGAIN_90K:
            return None
        gap.told_90k = now_90k
        return self._told(gap, now_90k, lasts=True)

    def close(self, now_90k: int) -> ObservationGap | None:
        """It need not be looked at any more; return the gap that this ends."""
        gap, self._gap = self._gap, None
        return self._told(gap, max(now_90k, gap.from_90k), lasts=False) if gap else None

    def _told(self, gap: _Gap, to_90k: int, *, lasts: bool) -> ObservationGap:
        return ObservationGap(
            camera=self.camera,
            cause=gap.cause,
            from_90k=gap.from_90k,
            to_90k=to_90k,
            lasts=lasts,
            problem=gap.problem[:2000],
        )
