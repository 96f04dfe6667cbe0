"""A ZIP archive of files that are stored as they are, of known length, any byte range of which can be read.

APPNOTE.TXT 6.3.10 of PKWARE: each entry's check sum and size are known before, so that nothing needs a descriptor
behind it; entries and archives past 4 GiB are written as ZIP64. No disk here: a reader is told what to read from where.
"""

import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

_MAX_32: Final = 0xFFFF_FFFF
_UTF8: Final = 0x0800
_PLAIN, _ZIP64 = 20, 45
_UNIX_FILE: Final = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive: its name, size, CRC-32, and when it was made (as the archive shall say)."""

    name: str
    size: int
    crc32: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """What to read: bytes that are here, or those of the entry of that number."""

    data: bytes = b""
    entry: int = -1
    offset: int = 0
    size: int = 0


class StoredZip:
    """The layout of an archive.

    Attributes:
        size: Its bytes.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._blocks: list[Piece] = []
        starts: list[int] = []
        at = 0
        for number, entry in enumerate(entries):
            starts.append(at)
            head = _local(entry)
            self._blocks += [Piece(head, size=len(head)), Piece(entry=number, size=entry.size)]
            at += len(head) + entry.size
        end = b"".join(_central(entry, start) for entry, start in zip(entries, starts, strict=True))
        end += _end(len(entries), len(end), at)
        self._blocks.append(Piece(end, size=len(end)))
        self._starts = list(accumulate((block.size for block in self._blocks), initial=0))
        self.size = self._starts.pop()

    def piece(self, offset: int, size: int) -> Piece:
        """Return what stands at `offset`, at most `size` bytes and as far as one thing holds it."""
        number = bisect_right(self._starts, offset) - 1
        while self._blocks[number].size <= offset - self._starts[number] and number + 1 < len(self._blocks):
            number += 1
        block, skipped = self._blocks[number], offset - self._starts[number]
        size = min(size, block.size - skipped)
        if block.entry < 0:
            return Piece(block.data[skipped : skipped + size], size=size)
        return Piece(entry=block.entry, offset=skipped, size=size)


def _moment(at: datetime) -> tuple[int, int]:
    date = max(0, at.year - 1980) << 9 | at.month << 5 | at.day
    return at.hour << 11 | at.minute << 5 | at.second // 2, date


def _local(entry: Entry) -> bytes:
    name = entry.name.encode()
    large = entry.size >= _MAX_32
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if large else b""
    size = _MAX_32 if large else entry.size
    fixed = struct.pack(
        *("<IHHHHHIIIHH", 0x0403_4B50, _ZIP64 if large else _PLAIN, _UTF8, 0, *_moment(entry.at)),
        *(entry.crc32, size, size, len(name), len(extra)),
    )
    return fixed + name + extra


def _central(entry: Entry, start: int) -> bytes:
    name = entry.name.encode()
    wide = [value for value in (entry.size, entry.size, start) if value >= _MAX_32]
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    size = min(entry.size, _MAX_32)
    needs = _ZIP64 if wide else _PLAIN
    fixed = struct.pack(
        *("<IHHHHHHIIIHHHHHII", 0x0201_4B50, 3 << 8 | needs, needs, _UTF8, 0, *_moment(entry.at)),
        *(entry.crc32, size, size, len(name), len(extra), 0, 0, 0, _UNIX_FILE, min(start, _MAX_32)),
    )
    return fixed + name + extra


def _end(count: int, size: int, start: int) -> bytes:
    wide = b""
    if start >= _MAX_32:
        record = struct.pack("<IQHHIIQQQQ", 0x0606_4B50, 44, 3 << 8 | _ZIP64, _ZIP64, 0, 0, count, count, size, start)
        wide = record + struct.pack("<IIQI", 0x0706_4B50, 0, start + size, 1)
    return wide + struct.pack("<IHHHHIIH", 0x0605_4B50, 0, 0, count, count, size, min(start, _MAX_32), 0)
