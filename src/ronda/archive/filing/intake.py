"""What the event loop hands to a volume's writer thread, bounded in bytes.

`offer` and `push` are called on one thread (the event loop), `take` and `done` on the writer thread.
When the queue is full a fragment is refused: the recorder drops up to the next keyframe and counts.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ronda.archive.filing.track import Track
from ronda.base.causes import GapCause
from ronda.media.fragment import Fragment


@dataclass(frozen=True, slots=True)
class Begin:
    """A run starts on a track."""

    track: Track


@dataclass(frozen=True, slots=True)
class End:
    """From `at_90k` on, at the earliest where the track's footage ends, there is nothing; `cause` says why."""

    track: Track
    cause: GapCause | None
    at_90k: int


@dataclass(frozen=True, slots=True)
class Take:
    """The next fragment of a track."""

    track: Track
    fragment: Fragment


Operation = Begin | End | Take


class Intake:
    """The queue.

    Attributes:
        limit_bytes: The most that may wait.
        hurry: Called each time an eighth of that has come, so that much footage is not left to pile up.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.hurry: Callable[[], None] = _nobody
        self._hurry_at = limit_bytes // 8
        self._operations: deque[Operation] = deque()
        self._offered_bytes = 0
        self._done_bytes = 0

    @property
    def bytes(self) -> int:
        """How much waits or is being written."""
        return self._offered_bytes - self._done_bytes

    @property
    def roomy(self) -> bool:
        """Whether so little waits that a recorder which dropped may begin again."""
        return self.bytes * 2 < self.limit_bytes

    def sheds(self, lot: float) -> bool:
        """Whether a run whose lot lies in 0..1 should leave out its next GOP: the fuller, the more runs.

        So a disk that is a little too slow costs a few cameras their pictures, not all of them at once.
        """
        return lot < self.bytes * 2 / self.limit_bytes - 1

    def offer(self, track: Track, fragment: Fragment) -> bool:
        """Queue a fragment; refuse it when too much waits."""
        size = len(fragment.moof) + len(fragment.mdat)
        if self.bytes + size > self.limit_bytes:
            return False
        self._offered_bytes += size
        self._operations.append(Take(track, fragment))
        if self._offered_bytes >= self._hurry_at:
            self._hurry_at = self._offered_bytes + self.limit_bytes // 8
            self.hurry()
        return True

    def push(self, operation: Begin | End) -> None:
        """Queue a small operation; never refused."""
        self._operations.append(operation)

    def take(self) -> list[Operation]:
        """Return what waits, in order."""
        return [self._operations.popleft() for _ in range(len(self._operations))]

    def done(self, operations: list[Operation]) -> None:
        """Give back the room of what was taken."""
        self._done_bytes += sum(
            len(one.fragment.moof) + len(one.fragment.mdat) for one in operations if isinstance(one, Take)
        )


def _nobody() -> None:
    """Nobody takes what waits."""
