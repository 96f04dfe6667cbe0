"""Making room: each camera's days, then a volume's quota, oldest first, never under a hold.

A deletion is written into the journal at once; the file goes after the next sync of the volume, so
that no power cut leaves an index that promises what is gone. What waits counts as freed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ronda.archive.filing.disk import Disk
from ronda.archive.filing.health import ArchiveCounters
from ronda.archive.filing.ledger import Ledger
from ronda.archive.filing.record import Deleted, HoldRemoved
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
        self._noted: list[tuple[str, int]] = []
        self._syncing: list[tuple[str, int]] = []
        self._leftover: list[tuple[str, int]] = [(file, 0) for file in ledger.deleted]
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
        free = self._disk.space(self._folder).free + self._waiting_bytes()
        return max(over, self.quota.min_free_bytes - free)

    def files_to_go(self) -> list[str]:
        """Return the deleted files that are still there (any thread)."""
        return [file for file, _ in (*self._noted, *self._syncing, *self._leftover)]

    def sync_begins(self) -> None:
        """A sync of the volume begins: what was noted until now is on the disk when it ends."""
        self._syncing += self._noted
        self._noted = []

    def sync_ended(self, *, well: bool) -> None:
        """It ended."""
        if well:
            self._leftover += self._syncing
        else:
            self._noted = [*self._syncing, *self._noted]
        self._syncing = []

    def _waiting_bytes(self) -> int:
        return sum(size for _, size in (*self._noted, *self._syncing, *self._leftover))

    def run(self, now_90k: int, monotonic: float, growing_bytes: int, *, urgent: bool = False) -> bool:
        """Delete what is due, at most some dozens of files; return whether there is room.

        Days and holds' ends are not counted for a day after the system's clock was set forward by more than an
        hour: a wrong clock must not delete a month of footage before somebody can set it right.
        When it is `urgent` the journal is synced and files go at once.

        Raises:
            OSError: The disk refuses.
        """
        self.remove_leftover()
        if self._clock_is_steady(now_90k, monotonic):
            self._end_holds(now_90k)
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
        if urgent and self._noted:
            self._ledger.sync()
            self._leftover += self._noted
            self._noted = []
            self.remove_leftover()
        return bool(chosen)

    def _clock_is_steady(self, now_90k: int, monotonic: float) -> bool:
        ahead_90k = now_90k - round(monotonic * HZ_90K)
        if self._ahead_90k is not None and ahead_90k - self._ahead_90k > _STEP_90K:
            self._steady_at = monotonic + _DOUBT_S
        elif self._ahead_90k is not None and self._ahead_90k - ahead_90k > _STEP_90K:
            self._steady_at = monotonic  # set back: what was doubted is over
        self._ahead_90k = ahead_90k
        return monotonic >= self._steady_at

    def _end_holds(self, now_90k: int) -> None:
        """End the holds that end by themselves: from now on their footage is as old as it is."""
        ended = self._ledger.index.ended_holds(now_90k)
        for hold in ended:
            self._ledger.add(HoldRemoved(hold))
        if ended:
            self._ledger.write()
            self._ledger.take_in()

    def delete_ordered(self, segments: Sequence[SegmentRow], order: str) -> None:
        """Delete segments because somebody ordered it; their files are gone when this returns.

        Raises:
            OSError: The disk refuses; what it has written down goes as soon as it can.
        """
        self._delete(segments, order)
        self._ledger.sync()
        self._leftover += self._noted
        self._noted = []
        self.remove_leftover()

    def _delete(self, segments: Sequence[SegmentRow], order: str = "") -> None:
        if not segments:
            return
        files = tuple(segment.file for segment in segments)
        self._ledger.add(Deleted(files, GapCause.ORDER if order else GapCause.RETENTION, order))
        self._ledger.write()
        self._ledger.take_in()
        self._counters.deleted_segments += len(segments)
        self._counters.deleted_bytes += sum(segment.bytes for segment in segments)
        self._noted += [(segment.file, segment.bytes) for segment in segments]
        self._ledger.forget()

    def remove_leftover(self) -> None:
        """Remove the files whose deletion is on the disk.

        Raises:
            OSError: The disk refuses; it is tried again.
        """
        while self._leftover:
            path = self._folder / self._leftover[-1][0]
            self._disk.unlink(path)
            self._leftover.pop()
            for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
                try:
                    folder.rmdir()
                except OSError:
                    break  # not empty, the usual case
