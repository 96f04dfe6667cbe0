"""The append-only journal of a volume, in numbered files of bounded size.

Owned by the volume's writer thread. A torn tail, as a power cut leaves it, is cut off when the
journal is opened; a broken line in the middle is skipped and counted.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ronda.archive.filing.disk import Disk
from ronda.archive.filing.record import Record, decode, encode

ROTATE_BYTES: Final = 16 * 1024 * 1024
_NAME: Final = re.compile(r"journal-(\d{6})\.jsonl")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two records: number of the journal's file and byte in it."""

    number: int = 1
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was read: its record (None: broken) and the position after it."""

    record: Record | None
    after: Position


def journal_file(folder: Path, number: int) -> Path:
    """Return the path of the journal's file of that number."""
    return folder / f"journal-{number:06d}.jsonl"


def journal_numbers(folder: Path) -> list[int]:
    """Return the numbers of the journal's files, oldest first."""
    return sorted(int(found[1]) for name in os.listdir(folder) if (found := _NAME.fullmatch(name)))


def read_journal(folder: Path, start: Position | None = None) -> Iterator[Line]:
    """Yield the lines from `start` on; a tail without its newline is left out.

    Raises:
        OSError: A file cannot be read.
    """
    start = start or Position()
    for number in journal_numbers(folder):
        if number < start.number:
            continue
        offset = start.offset if number == start.number else 0
        with journal_file(folder, number).open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                offset += len(line)
                yield Line(decode(line[:-1]), Position(number, offset))


class Journal:
    """Appends records; opened at the end of the newest file."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Open, and cut off a torn tail.

        Raises:
            OSError: The disk refuses.
        """
        self._folder = folder
        self._disk = disk
        self._dirty = False
        self._number = max(journal_numbers(folder), default=1)
        self._descriptor = disk.open(journal_file(folder, self._number))
        self._size = os.fstat(self._descriptor).st_size
        whole = self._last_newline()
        self.torn_bytes = self._size - whole
        disk.truncate(self._descriptor, whole)
        self._size = whole

    @property
    def position(self) -> Position:
        """Where the next record will be."""
        return Position(self._number, self._size)

    def append(self, records: Iterable[Record]) -> None:
        """Write `records`, all or none of them.

        Raises:
            OSError: The disk refuses; nothing was appended.
        """
        if self._size >= ROTATE_BYTES:
            self._rotate()
        lines = b"".join(map(encode, records))
        try:
            self._disk.write(self._descriptor, [lines])
        except OSError:
            self._disk.truncate(self._descriptor, self._size)
            raise
        self._size += len(lines)
        self._dirty = True

    def sync(self) -> None:
        """Bring what was appended to the disk.

        Raises:
            OSError: The disk refuses.
        """
        if self._dirty:
            self._disk.sync(self._descriptor)
            self._dirty = False

    def forget_before(self, number: int) -> None:
        """Remove the files before `number`."""
        for old in journal_numbers(self._folder):
            if old < min(number, self._number):
                self._disk.unlink(journal_file(self._folder, old))

    def close(self) -> None:
        """Close the file."""
        self._disk.close(self._descriptor)

    def _rotate(self) -> None:
        self.sync()
        descriptor = self._disk.create(journal_file(self._folder, self._number + 1))
        self._disk.close(self._descriptor)
        self._descriptor, self._number, self._size = descriptor, self._number + 1, 0

    def _last_newline(self) -> int:
        end = self._size
        while end:
            start = max(0, end - 65_536)
            found = os.pread(self._descriptor, end - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0
