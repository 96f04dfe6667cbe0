"""Reading a segment back: its head, its keyframes, its fragments one by one.

Blocking; called in the disk pool or on the writer thread. Payload is not read unless asked for.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from ronda.archive.filing.anchor import Anchor, read_anchor
from ronda.archive.filing.segment import Keyframe
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.reader import MoofHeader, find, read_init, read_moof
from ronda.media.fmp4.sample import Sample

_GULP_BYTES: Final = 1024
_MAX_HEAD_BYTES: Final = 1 << 20
_MAX_MOOF_BYTES: Final = 1 << 22
_HEADER: Final = struct.Struct(">I4s")
# The one layout that `fmp4.writer` writes; anything else is read slowly.
_MOOF: Final = struct.Struct(">I4s 12xI 4x4s 4x4s 12x4s 4xQ 4x4sIIi")
_LAYOUT: Final = (b"moof", b"traf", b"tfhd", b"tfdt", b"trun", 0x0100_0F01)
_SAMPLE: Final = struct.Struct(">IIIi")
_FLAGS: Final = struct.Struct(">I")
_NOT_SYNC: Final = 0x0001_0000
_PRFT_BYTES: Final = 32
_SKIM_BYTES: Final = 256


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


class Skimmed(NamedTuple):
    """One fragment seen in passing: where its first box starts, whether a decoder can, its time, its end."""

    offset: int
    keyframe: bool
    base_90k: int
    end: int


class _FixedHead(NamedTuple):
    """A `moof` of the layout that `fmp4.writer` writes: where it is, its size, number and time."""

    at: int
    size: int
    sequence: int
    base_90k: int


def _fixed_head(data: bytes) -> _FixedHead | None:
    """Return what the `moof` at the start of `data`, or behind a `prft`, says; None for any other layout."""
    at = _PRFT_BYTES if data[4:8] == b"prft" else 0
    if len(data) < at + _MOOF.size + 16:
        return None
    size, moof, sequence, traf, tfhd, tfdt, base_90k, trun, flags, count, data_offset = _MOOF.unpack_from(data, at)
    if (moof, traf, tfhd, tfdt, trun, flags) != _LAYOUT or not count:
        return None
    if size != _MOOF.size + 16 * count or data_offset != size + 8:
        return None
    return _FixedHead(at, size, sequence, base_90k)


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

    def skim(self, offset: int) -> Iterator[Skimmed]:
        """Yield the fragments from `offset` on as `fragments` does, without their pictures and ten times as fast.

        Raises:
            OSError: The disk refuses.
        """
        while (found := self._skimmed(offset)) is not None:
            yield found
            offset = found.end

    def _skimmed(self, offset: int) -> Skimmed | None:
        data = self.read(offset, _SKIM_BYTES)
        head = _fixed_head(data)
        if head is None:
            return self._slowly(offset)
        end = self._end_of_payload(data, head.at + head.size, offset)
        (first_flags,) = _FLAGS.unpack_from(data, head.at + _MOOF.size + 8)
        return None if end is None else Skimmed(offset, not first_flags & _NOT_SYNC, head.base_90k, end)

    def _end_of_payload(self, data: bytes, behind: int, offset: int) -> int | None:
        """Return where the `mdat` ends whose header stands at `data[behind:]`; None when it is not whole."""
        header = data[behind : behind + 8] if behind + 8 <= len(data) else self.read(offset + behind, 8)
        length, kind = self._box(header, 0)
        end = offset + behind + length
        return None if kind != b"mdat" or length < 8 or end > self.limit else end

    def _slowly(self, offset: int) -> Skimmed | None:
        place = self._fragment(offset)
        if place is None:
            return None
        return Skimmed(offset, place.keyframe, place.header.base_90k, place.end)

    def _fragment(self, offset: int) -> FragmentPlace | None:
        data = self.read(offset, _GULP_BYTES)
        head = _fixed_head(data)
        if head is None or head.at + head.size > len(data):
            return self._unknown_fragment(offset)
        end = self._end_of_payload(data, head.at + head.size, offset)
        moof = data[head.at : head.at + head.size]
        samples = tuple(
            Sample(size, duration, shown, not flags & _NOT_SYNC)
            for duration, size, flags, shown in _SAMPLE.iter_unpack(moof[_MOOF.size :])
        )
        payload = offset + head.at + head.size + 8
        if end is None or payload + sum(sample[0] for sample in samples) > end:
            return None
        return FragmentPlace(
            offset, moof, MoofHeader(head.sequence, head.base_90k, samples, head.size + 8), payload, end
        )

    def _unknown_fragment(self, offset: int) -> FragmentPlace | None:
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
