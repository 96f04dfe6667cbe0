"""Journal and index together: what happened is written down once, then taken into the index.

Owned by the volume's writer thread. What a full or broken disk refuses stays here, in order, until
it is taken.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ronda.archive.errors import VolumeFailed
from ronda.archive.filing.disk import Disk
from ronda.archive.filing.journal import Journal, Position, journal_numbers, read_journal
from ronda.archive.filing.layout import INDEX_NAME
from ronda.archive.filing.record import Closed, Deleted, Opened, Record
from ronda.archive.index.index import SIDE_FILES, Index

ASIDE_NAME: Final = "index.new.db"
_REPLAY_BATCH: Final = 2000


class Ledger:
    """Writes records down."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Open both; bring the index up to the journal, or rebuild it when it is missing or damaged.

        Raises:
            VolumeFailed: The journal cannot be opened or the index cannot be made.
        """
        self._folder = folder
        self._pending: list[Record] = []
        self._unindexed: list[Record] = []
        self._waiting: list[Callable[[], None]] = []
        self.rebuilt = False
        self.deleted: dict[str, None] = {}
        try:
            self._journal = Journal(folder, disk)
            self.index = self._open_index()
            self._replay(self.index)
        except (OSError, sqlite3.Error) as error:
            raise VolumeFailed(f"the journal or index of {folder} cannot be opened ({error})") from error

    @property
    def torn_bytes(self) -> int:
        """How much of a torn record was cut off the journal's end."""
        return self._journal.torn_bytes

    def add(self, record: Record, then: Callable[[], None] | None = None) -> None:
        """Take a record for the next `write`; `then` is called once the index has it."""
        self._pending.append(record)
        if then is not None:
            self._waiting.append(then)

    def put(self, record: Record) -> None:
        """Write a record down at once, to the disk.

        Raises:
            OSError: The disk refuses; the record is forgotten.
        """
        self.write()
        self._journal.append([record])
        self._unindexed.append(record)
        self._journal.sync()
        self.take_in()

    def write(self) -> None:
        """Append what was added to the journal.

        Raises:
            OSError: The disk refuses; it stays added.
        """
        if self._pending:
            self._journal.append(self._pending)
            self._unindexed += self._pending
            self._pending = []

    def take_in(self) -> None:
        """Bring the index up to the journal.

        Raises:
            OSError: The disk refuses; it is tried again at the next call.
        """
        if not self._unindexed:
            return
        try:
            self.index.apply(self._unindexed, self._journal.position)
        except sqlite3.OperationalError as error:  # locked, full, unreadable: another time
            raise OSError(None, f"the index refuses: {error}") from error
        except sqlite3.DatabaseError:
            self._begin_anew()
        self._unindexed = []
        if not self._pending:
            waiting, self._waiting = self._waiting, []
            for then in waiting:
                then()

    def sync(self) -> None:
        """Bring the journal to the disk.

        Raises:
            OSError: The disk refuses.
        """
        self._journal.sync()

    def forget(self) -> None:
        """Remove journal files that say nothing of living footage, after saying again what still holds.

        Raises:
            OSError: The disk refuses.
        """
        needed = self.index.first_needed_journal()
        if needed > min(journal_numbers(self._folder), default=needed):
            self._pending += self.index.standing()
            self.write()
            self.sync()
            self.take_in()
            self._journal.forget_before(needed)

    def build_aside(self) -> Index:
        """Make another index from the journal as it is now (disk pool); `swap` brings it into use.

        Raises:
            OSError: A file cannot be read or written.
            sqlite3.Error: The index cannot be made.
        """
        _remove(self._folder / ASIDE_NAME)
        fresh = Index(self._folder, ASIDE_NAME)
        self._replay(fresh)
        return fresh

    def swap(self, fresh: Index) -> None:
        """Bring the other index up to the journal and into the place of this one.

        Raises:
            OSError: A file cannot be read or written.
            sqlite3.Error: The index cannot be brought up.
        """
        self.write()
        self._replay(fresh)
        fresh.close()
        self.index.close()
        _remove(self._folder / INDEX_NAME)
        (self._folder / ASIDE_NAME).rename(self._folder / INDEX_NAME)
        self.index = Index(self._folder)
        self._unindexed = []

    def close(self) -> None:
        """Close both."""
        self._journal.close()
        self.index.close()

    def _begin_anew(self) -> None:
        """The index was damaged while in use: make it anew at once."""
        try:
            self.index.close()
            _remove(self._folder / INDEX_NAME)
            self.index = Index(self._folder)
            self._replay(self.index)
        except sqlite3.Error as error:
            raise OSError(None, f"the index cannot be made anew: {error}") from error

    def _open_index(self) -> Index:
        existed = (self._folder / INDEX_NAME).exists()
        try:
            index = Index(self._folder)
            if index.position <= self._journal.position:
                self.rebuilt = not existed and self._journal.position > Position()
                return index
            index.close()  # ahead of the journal, as after a power cut
        except sqlite3.Error:
            pass
        self.rebuilt = True
        _remove(self._folder / INDEX_NAME)
        return Index(self._folder)

    def _replay(self, index: Index) -> None:
        batch: list[Record] = []
        position = index.position
        for line in read_journal(self._folder, position):
            position = line.after
            if line.record is not None:
                batch.append(line.record)
                self._remember(line.record)
            if len(batch) >= _REPLAY_BATCH:
                index.apply(batch, position)
                batch = []
        index.apply(batch, position)

    def _remember(self, record: Record) -> None:
        """Keep the names of deleted files: a crash may have come before they went."""
        if isinstance(record, Deleted):
            self.deleted.update(dict.fromkeys(record.files))
        elif isinstance(record, Opened | Closed):
            self.deleted.pop(record.file, None)


def _remove(path: Path) -> None:
    """Remove a database with what SQLite keeps beside it."""
    for side in SIDE_FILES:
        path.with_name(path.name + side).unlink(missing_ok=True)
