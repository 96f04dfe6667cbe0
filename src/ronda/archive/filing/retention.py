"""Making room: each camera's days, then a volume's quota, oldest first, never under a hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ronda.archive.filing.disk import Disk
from ronda.archive.filing.health import ArchiveCounters
from ronda.archive.filing.ledger import Ledger
from ronda.archive.filing.record import Deleted
from ronda.archive.index.index import SegmentRow
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K

_BATCH: Final = 32
_STEP_90K: Final = 3600 * HZ_90K
_DOUBT_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a volume may hold.

    Attributes:
        max_bytes: Of footage; None for no bound of its own.
        min_free_bytes: What must stay free on its file system.
    """

    max_bytes: int | None = None
    min_free_bytes: int = 256 << 20


class Retention:
    """Deletes for one volume, some files at a time; called by its writer thread."""

    def __init__(self, folder: Path, disk: Disk, ledger: Ledger, quota: Quota, counters: ArchiveCounters) -> None:
        self._folder = folder
        self._disk = disk
        self._ledger = ledger
        self._counters = counters
        self._leftover: list[str] = list(ledger.deleted)
        self._ahead_90k: int | None = None
        self._steady_at = 0.0
        self.quota = quota

    def excess_bytes(self, growing_bytes: int) -> int:
        """Return how much too much is there; `growing_bytes` are those of unfinished files.

        Raises:
            OSError: The file system does not answer.
        """
        used = self._ledger.index.bytes + growing_bytes
        over = 0 if self.quota.max_bytes is None else used - self.quota.max_bytes
        return max(over, self.quota.min_free_bytes - self._disk.space(self._folder).free)

    def run(self, now_90k: int, monotonic: float, growing_bytes: int) -> bool:
        """Delete what is due, at most some dozens of files; return whether there is room.

        Days are not counted for a day after the system's clock was set forward by more than an
        hour: a wrong clock must not delete a month of footage before somebody can set it right.

        Raises:
            OSError: The disk refuses.
        """
        self._remove_leftover()
        if self._clock_is_steady(now_90k, monotonic):
            self._delete(self._ledger.index.expired(now_90k, _BATCH))
        excess = self.excess_bytes(growing_bytes)
        if excess <= 0:
            return True
        chosen = []
        for segment in self._ledger.index.oldest(_BATCH):
            chosen.append(segment)
            excess -= segment.bytes
            if excess <= 0:
                break
        self._delete(chosen)
        return bool(chosen)

    def _clock_is_steady(self, now_90k: int, monotonic: float) -> bool:
        ahead_90k = now_90k - round(monotonic * HZ_90K)
        if self._ahead_90k is not None and ahead_90k - self._ahead_90k > _STEP_90K:
            self._steady_at = monotonic + _DOUBT_S
        elif self._ahead_90k is not None and self._ahead_90k - ahead_90k > _STEP_90K:
            self._steady_at = monotonic  # set back: what was doubted is over
        self._ahead_90k = ahead_90k
        return monotonic >= self._steady_at

    def _delete(self, segments: Sequence[SegmentRow]) -> None:
        if not segments:
            return
        files = tuple(segment.file for segment in segments)
        self._ledger.add(Deleted(files, GapCause.RETENTION))
        self._ledger.write()
        self._ledger.sync()
        self._ledger.take_in()
        self._counters.deleted_segments += len(segments)
        self._counters.deleted_bytes += sum(segment.bytes for segment in segments)
        self._leftover += files
        self._remove_leftover()
        self._ledger.forget()

    def _remove_leftover(self) -> None:
        while self._leftover:
            path = self._folder / self._leftover[-1]
            self._disk.unlink(path)
            self._leftover.pop()
            for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
                try:
                    folder.rmdir()
                except OSError:
                    break  # not empty, the usual case
