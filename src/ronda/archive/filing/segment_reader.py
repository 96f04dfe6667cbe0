"""Reading a segment back: its head, its keyframes, its fragments one by one.

Blocking; called in the disk pool or on the writer thread. Payload is not read unless asked for.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ronda.archive.filing.anchor import Anchor, read_anchor
from ronda.archive.filing.segment import Keyframe
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.reader import MoofHeader, find, read_init, read_moof

_GULP_BYTES: Final = 4096
_MAX_HEAD_BYTES: Final = 1 << 20
_MAX_MOOF_BYTES: Final = 1 << 22
_HEADER: Final = struct.Struct(">I4s")


@dataclass(frozen=True, slots=True)
class FragmentPlace:
    """One fragment in a file.

    Attributes:
        offset: Where its first box (`prft` or `moof`) starts.
        moof: The `moof` box.
        header: What it says; `base_90k` counts from the file's zero.
        payload: Where the pictures' data start.
        end: Offset after its `mdat`.
    """

    offset: int
    moof: bytes
    header: MoofHeader
    payload: int
    end: int

    @property
    def keyframe(self) -> bool:
        """Whether a decoder can start at its first picture."""
        return bool(self.header.samples) and self.header.samples[0].keyframe


@dataclass(frozen=True, slots=True)
class SegmentHead:
    """What stands before the first fragment."""

    init: bytes
    anchor: Anchor
    encoding: Encoding


class SegmentReader:
    """An open segment, finished or growing."""

    def __init__(self, path: Path, limit: int | None = None) -> None:
        """Open it.

        Args:
            path: The file.
            limit: How many of its bytes are whole; all when None.

        Raises:
            OSError: It cannot be opened.
        """
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        size = os.fstat(self._descriptor).st_size
        self.limit = size if limit is None else min(limit, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def read(self, offset: int, size: int) -> bytes:
        """Return bytes of the file.

        Raises:
            OSError: The disk refuses.
        """
        return os.pread(self._descriptor, size, offset)

    def head(self) -> SegmentHead:
        """Return what stands before the first fragment.

        Raises:
            BadMp4: It is cut, or not a segment of ours.
        """
        data = self.read(0, min(_GULP_BYTES, self.limit))
        size = 0
        for wanted in (b"ftyp", b"moov"):
            length, kind = self._box(data, size)
            if kind != wanted or length > _MAX_HEAD_BYTES or size + length > self.limit:
                raise BadMp4(f"no whole {wanted.decode()} box at byte {size}")
            size += length
            if len(data) < size + 8:
                data = self.read(0, min(size + _GULP_BYTES, self.limit))
        init = data[:size]
        found = read_init(init)
        return SegmentHead(init, read_anchor(found.udta), found.encoding)

    def keyframes(self) -> list[Keyframe] | None:
        """Return the keyframes from the last box; None when the file has none."""
        tail = self.read(self.limit - 16, 16) if self.limit > 16 else b""
        if len(tail) < 16 or tail[4:8] != b"mfro":
            return None
        (size,) = struct.unpack_from(">I", tail, 12)
        if not 16 < size <= self.limit:
            return None
        data = self.read(self.limit - size, size)
        try:
            tfra = find(data, b"mfra", b"tfra")
        except BadMp4:
            return None
        rows = data[tfra.content + 16 : tfra.end]
        return [Keyframe(time, offset) for time, offset, _, _, _ in struct.iter_unpack(">QQBBB", rows)]

    def fragments(self, offset: int) -> Iterator[FragmentPlace]:
        """Yield the whole fragments from `offset` on, which must be where one starts.

        Ends at the last box, at the limit, or where something else than a fragment stands.

        Raises:
            OSError: The disk refuses.
        """
        while (place := self._fragment(offset)) is not None:
            yield place
            offset = place.end

    def _fragment(self, offset: int) -> FragmentPlace | None:
        data = self.read(offset, min(_GULP_BYTES, self.limit - offset)) if offset < self.limit else b""
        at = 0
        length, kind = self._box(data, 0)
        if kind == b"prft":
            at = length
            length, kind = self._box(data, at)
        if kind != b"moof" or not 8 < length <= _MAX_MOOF_BYTES:
            return None
        if len(data) < at + length + 16:
            data = self.read(offset, min(at + length + 16, self.limit - offset))
        size, kind = self._box(data, at + length)
        if kind != b"mdat" or size < 8 or offset + at + length + size > self.limit:
            return None
        moof = data[at : at + length]
        try:
            header = read_moof(moof)
        except BadMp4:
            return None
        payload = offset + at + header.data_offset
        end = offset + at + length + size
        return FragmentPlace(offset, moof, header, payload, end) if payload + header.data_bytes <= end else None

    @staticmethod
    def _box(data: bytes, at: int) -> tuple[int, bytes]:
        if at + 8 > len(data):
            return 0, b""
        length, kind = _HEADER.unpack_from(data, at)
        return length, kind
