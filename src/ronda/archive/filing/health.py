"""Whether a volume can be written, and who is told when it cannot."""

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.causes import GapCause

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class DiskAlarm:
    """A volume began to refuse (`cause` set) or works again (`cause` None)."""

    volume: str
    cause: GapCause | None
    detail: str


Told = Callable[[DiskAlarm], None]


def cause_of(error: OSError) -> GapCause:
    """Return the gap's cause that an error of the disk means."""
    return GapCause.DISK_FULL if error.errno in _FULL else GapCause.DISK_FAILED


@dataclass(slots=True)
class ArchiveCounters:
    """What a volume has counted since it was opened; read by metrics."""

    written_bytes: int = 0
    written_fragments: int = 0
    dropped_fragments: int = 0
    closed_segments: int = 0
    deleted_segments: int = 0
    deleted_bytes: int = 0
    disk_errors: int = 0
    unforeseen_errors: int = 0
    syncs: int = 0
    slowest_batch_ms: float = 0.0
    slowest_sync_ms: float = 0.0
    journal_torn_bytes: int = 0


class Health:
    """The state of one volume; written by the writer thread, `fault` is read by recorders."""

    def __init__(self, volume: str, told: Told) -> None:
        self._volume = volume
        self._told = told
        self._troubles: dict[str, GapCause] = {}
        self._lock = threading.Lock()
        self.fault: GapCause | None = None

    def trouble(self, where: str, cause: GapCause, detail: str) -> None:
        """Something refused; who follows is told of the first trouble only."""
        with self._lock:
            first = not self._troubles
            self._troubles.setdefault(where, cause)
        if first:
            self._told(DiskAlarm(self._volume, cause, detail))

    def over(self, where: str) -> None:
        """It works again; who follows is told when nothing is left."""
        with self._lock:
            last = self._troubles.pop(where, None) is not None and not self._troubles
        if last:
            self._told(DiskAlarm(self._volume, None, "recording works again"))

    def all_over(self) -> None:
        """The volume works again: whatever still does not will say so anew."""
        for where in list(self._troubles):
            self.over(where)
