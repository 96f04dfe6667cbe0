"""The heads that a node was shown, in files of its own beside its recordings: only ever added to.

`accesslog-heads-NNNNNN.jsonl`, one JSON document a line: an accepted head as it left the centre, or
`{"refused": OBJECTION, "refusals": N, "at": TIME, "head": HEAD}`. A file begins with the last head and the last refusal
of the one before it, so that the newest file is enough to go on; beyond `MOST_FILES` the oldest is removed.
Everything here blocks.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ronda.base.errors import BadInput, RondaError, StorageFailed
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.bus.witness import HeadObjection
from ronda.people.access_log.head import Head

ROTATE_BYTES: Final = 1 << 20
MOST_FILES: Final = 32
_NAME: Final = re.compile(r"accesslog-heads-(\d{6})\.jsonl")
_LONGEST_LINE: Final = 4_096


@dataclass(frozen=True, slots=True)
class Refusal:
    """A head that was refused.

    Attributes:
        head: The head.
        objection: What was wrong with it.
        at_90k: When that was.
        number: How many had been refused with it.
    """

    head: Head
    objection: HeadObjection
    at_90k: int
    number: int


Line = Head | Refusal


class HeadsFile:
    """Appends to the newest file of a folder; used by one thread at a time.

    Attributes:
        last: The newest head that was accepted.
        refusal: The newest refusal that was written down.
        broken: Lines that could not be read when it was opened.
    """

    def __init__(self, folder: Path, rotate_bytes: int = ROTATE_BYTES) -> None:
        """Open the newest file, and cut off a torn tail.

        Raises:
            StorageFailed: The disk refuses.
        """
        self.last: Head | None = None
        self.refusal: Refusal | None = None
        self.broken = 0
        self._folder = folder
        self._rotate_bytes = rotate_bytes
        try:
            numbers = _numbers(folder)
            self._read(numbers)
            self._number = numbers[-1] if numbers else 1
            self._descriptor = self._open(self._number)
            self._size = _whole(self._descriptor)
            os.ftruncate(self._descriptor, self._size)
        except OSError as error:
            raise _failed(folder, error) from error

    def accept(self, head: Head) -> None:
        """Write an accepted head down, and bring it to the disk.

        Raises:
            StorageFailed: The disk refuses; nothing was written.
        """
        self._append(head)
        self.last = head

    def refuse(self, refusal: Refusal) -> None:
        """Write a refusal down, and bring it to the disk.

        Raises:
            StorageFailed: The disk refuses; nothing was written.
        """
        self._append(refusal)
        self.refusal = refusal

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _append(self, line: Line) -> None:
        try:
            if self._size >= self._rotate_bytes:
                self._rotate()
            self._write([line])
        except OSError as error:
            raise _failed(self._folder, error) from error

    def _write(self, lines: list[Line]) -> None:
        data = b"".join(_encoded(line) for line in lines)
        try:
            if os.write(self._descriptor, data) != len(data):
                raise OSError("the disk is full")
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(data)

    def _rotate(self) -> None:
        opened = self._open(self._number + 1)
        os.close(self._descriptor)
        self._descriptor, self._number, self._size = opened, self._number + 1, 0
        self._write([line for line in (self.last, self.refusal) if line is not None])
        for number in _numbers(self._folder)[:-MOST_FILES]:
            _path(self._folder, number).unlink()

    def _open(self, number: int) -> int:
        path = _path(self._folder, number)
        new = not path.exists()
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
        if new:
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return opened

    def _read(self, numbers: list[int]) -> None:
        """Find the last head and the last refusal, in the newest file that has a head."""
        for number in reversed(numbers):
            for line in _lines(_path(self._folder, number)):
                if isinstance(line, Head):
                    self.last = line
                elif isinstance(line, Refusal):
                    self.refusal = line
                else:
                    self.broken += 1
            if self.last is not None:
                return


def kept_in(place: Path) -> list[Line]:
    """Return everything that a node wrote down, in its order, without what is told twice.

    Args:
        place: One file, or the folder with all of them.

    Raises:
        BadInput: There is none, it cannot be read, or a line of it is neither head nor refusal.
    """
    try:
        paths = [_path(place, number) for number in _numbers(place)] if place.is_dir() else [place]
        found: dict[Line, None] = {}
        for path in paths:
            for number, line in enumerate(_lines(path), start=1):
                if line is None:
                    raise BadInput(f"line {number} of {path} is no tree head", "give the file as the node wrote it")
                found.setdefault(line)
    except OSError as error:
        raise BadInput(f"{place} cannot be read", error.strerror or "") from error
    if not found:
        raise BadInput(f"{place} holds no tree head", "give a file accesslog-heads-NNNNNN.jsonl, or its folder")
    return list(found)


def has_heads(folder: Path) -> bool:
    """Say whether a node has written heads down in a folder."""
    return folder.is_dir() and bool(_numbers(folder))


def _path(folder: Path, number: int) -> Path:
    return folder / f"accesslog-heads-{number:06d}.jsonl"


def _numbers(folder: Path) -> list[int]:
    return sorted(int(found[1]) for name in os.listdir(folder) if (found := _NAME.fullmatch(name)))


def _lines(path: Path) -> Iterator[Line | None]:
    """Yield the lines of a file, None for what is none; a tail without its newline is left out."""
    with path.open("rb") as file:
        while data := file.readline(_LONGEST_LINE):
            if data.endswith(b"\n"):
                yield _decoded(data)
            elif len(data) == _LONGEST_LINE:
                yield None


def _decoded(data: bytes) -> Line | None:
    try:
        found = json.loads(data)
        if "refused" not in found:
            return Head.parse(data.decode())
        head = Head.parse(json.dumps(found["head"]))
        return Refusal(head, HeadObjection(found["refused"]), parse_rfc3339(found["at"]), int(found["refusals"]))
    except (ValueError, TypeError, KeyError, RecursionError, RondaError):
        return None


def _encoded(line: Line) -> bytes:
    document: dict[str, Any]
    if isinstance(line, Head):
        document = line.document()
    else:
        document = {
            "refused": line.objection.value,
            "refusals": line.number,
            "at": format_rfc3339(line.at_90k),
            "head": line.head.document(),
        }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _whole(descriptor: int) -> int:
    """Return where the last whole line ends."""
    end = os.fstat(descriptor).st_size
    start = max(0, end - _LONGEST_LINE)
    return start + os.pread(descriptor, end - start, start).rfind(b"\n") + 1


def _failed(folder: Path, error: OSError) -> StorageFailed:
    return StorageFailed(
        f"the access log's heads cannot be kept in {folder}: {error.strerror or error}", "look at the disk"
    )
