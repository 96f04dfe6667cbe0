"""Fragmented MP4, read: every length is checked before it is believed.

Reads what `writer` wrote, and enough of other people's files to say what is wrong with them.
Garbage raises `BadMp4` and nothing else.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from ronda.media.access_unit import Codec, Encoding
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.sample import Sample
from ronda.media.parameter_sets.encoding import from_decoder_configuration
from ronda.media.parameter_sets.errors import BadParameterSets

MAX_SAMPLES: Final = 100_000
_NOT_SYNC: Final = 0x0001_0000
_SAMPLE_ENTRY_FIXED_BYTES: Final = 78
_CODECS: Final = {
    b"avc1": (b"avcC", Codec.H264),
    b"avc3": (b"avcC", Codec.H264),
    b"hvc1": (b"hvcC", Codec.H265),
    b"hev1": (b"hvcC", Codec.H265),
}


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies in what was read.

    Attributes:
        kind: Its four letters.
        start: Offset of its header.
        content: Offset of what it holds.
        end: Offset after it.
    """

    kind: bytes
    start: int
    content: int
    end: int


@dataclass(frozen=True, slots=True)
class InitHeader:
    """What an init segment says.

    Attributes:
        encoding: What a decoder needs.
        timescale: Ticks a second; 90,000 in our own files.
        udta: The content of `moov/udta`; empty when there is none.
    """

    encoding: Encoding
    timescale: int
    udta: bytes


@dataclass(frozen=True, slots=True)
class MoofHeader:
    """What a `moof` says.

    Attributes:
        sequence: Its number.
        base_90k: Decoding time of the first sample, in the track's ticks.
        samples: The pictures in decoding order.
        data_offset: From the start of the `moof` to the first sample's data.
    """

    sequence: int
    base_90k: int
    samples: tuple[Sample, ...]
    data_offset: int

    @property
    def duration_90k(self) -> int:
        """Sum of the samples' durations."""
        return sum(sample.duration_90k for sample in self.samples)

    @property
    def data_bytes(self) -> int:
        """Sum of the samples' sizes."""
        return sum(sample.size for sample in self.samples)


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes that lie one after the other in `data[start:end]`.

    Raises:
        BadMp4: A box is shorter than its header or reaches over the end.
    """
    stop = len(data) if end is None else min(end, len(data))
    while start < stop:
        found = _box_at(data[start : min(start + 16, stop)], start, stop)
        yield found
        start = found.end


def file_boxes(file: BinaryIO, start: int = 0) -> Iterator[Box]:
    """Yield the boxes of a file without reading what they hold.

    The position of `file` is free to be moved between two boxes.

    Raises:
        BadMp4: A box is shorter than its header or reaches over the file's end; what was yielded
            before it is whole.
    """
    stop = file.seek(0, os.SEEK_END)
    while start < stop:
        file.seek(start)
        found = _box_at(file.read(16), start, stop)
        yield found
        start = found.end


def find(data: bytes, *path: bytes, start: int = 0, end: int | None = None) -> Box:
    """Return the first box reached by `path`, one kind inside the other.

    Raises:
        BadMp4: It is not there, or a box on the way is broken.
    """
    found: Box | None = None
    for kind in path:
        found = next((box for box in boxes(data, start, end) if box.kind == kind), None)
        if found is None:
            raise BadMp4(f"no {b'/'.join(path).decode('latin-1')} box")
        start, end = found.content, found.end
    if found is None:
        raise BadMp4("an empty path leads to no box")
    return found


def read_init(init: bytes) -> InitHeader:
    """Return what `ftyp` and `moov` say of the first video track.

    Raises:
        BadMp4: No `avc1`, `avc3`, `hvc1` or `hev1` track, or broken boxes.
    """
    moov = find(init, b"moov")
    for trak in boxes(init, moov.content, moov.end):
        if trak.kind == b"trak" and _handler(init, trak) == b"vide":
            return InitHeader(_encoding(init, trak), _timescale(init, trak), _udta(init, moov))
    raise BadMp4("no video track")


def read_moof(moof: bytes) -> MoofHeader:
    """Return what a `moof` of one track and one `trun` says.

    Raises:
        BadMp4: It is another kind of `moof`, or broken.
    """
    outer = find(moof, b"moof")
    (sequence,) = _unpack(">4xI", moof, find(moof, b"mfhd", start=outer.content, end=outer.end))
    traf = find(moof, b"traf", start=outer.content, end=outer.end)
    parts = {box.kind: box for box in boxes(moof, traf.content, traf.end)}
    if not {b"tfhd", b"tfdt", b"trun"} <= parts.keys():
        raise BadMp4("a traf without tfhd, tfdt or trun")
    tfdt = parts[b"tfdt"]
    (version,) = _unpack(">B", moof, tfdt)
    (base_90k,) = _unpack(">4xQ" if version else ">4xI", moof, tfdt)
    samples, data_offset = _read_trun(moof, parts[b"trun"], _read_tfhd(moof, parts[b"tfhd"]))
    return MoofHeader(sequence, base_90k, samples, data_offset)


def read_prft(data: bytes) -> tuple[int, int]:
    """Return (`utc_90k`, media time) of a `prft` box.

    Raises:
        BadMp4: It is not one.
    """
    found = find(data, b"prft")
    version, ntp = _unpack(">B7xQ", data, found)
    (media_time,) = _unpack(">16xQ" if version else ">16xI", data, found)
    seconds, fraction = ntp >> 32, ntp & 0xFFFF_FFFF
    return (seconds - 2_208_988_800) * 90_000 + -(-fraction * 90_000 >> 32), media_time


def _box_at(header: bytes, start: int, stop: int) -> Box:
    if len(header) < 8:
        raise BadMp4(f"a box is cut in its header at byte {start}")
    size, kind = struct.unpack_from(">I4s", header)
    content = start + 8
    if size == 1:
        if len(header) < 16:
            raise BadMp4(f"a box is cut in its header at byte {start}")
        (size,) = struct.unpack_from(">Q", header, 8)
        content = start + 16
    elif size == 0:
        size = stop - start
    if start + size < content or start + size > stop:
        raise BadMp4(f"the {kind.decode('latin-1')!r} box at byte {start} says {size} bytes, {stop - start} are left")
    return Box(kind, start, content, start + size)


def _unpack(layout: str, data: bytes, box: Box, skip: int = 0) -> tuple[int, ...]:
    if box.content + skip + struct.calcsize(layout) > box.end:
        raise BadMp4(f"the {box.kind.decode('latin-1')!r} box at byte {box.start} is too short")
    return struct.unpack_from(layout, data, box.content + skip)


def _handler(init: bytes, trak: Box) -> bytes:
    hdlr = find(init, b"mdia", b"hdlr", start=trak.content, end=trak.end)
    _unpack(">8x4x", init, hdlr)
    return init[hdlr.content + 8 : hdlr.content + 12]


def _timescale(init: bytes, trak: Box) -> int:
    mdhd = find(init, b"mdia", b"mdhd", start=trak.content, end=trak.end)
    (version,) = _unpack(">B", init, mdhd)
    (timescale,) = _unpack(">20xI" if version else ">12xI", init, mdhd)
    if not timescale:
        raise BadMp4("a timescale of 0")
    return timescale


def _udta(init: bytes, moov: Box) -> bytes:
    for inner in boxes(init, moov.content, moov.end):
        if inner.kind == b"udta":
            return init[inner.content : inner.end]
    return b""


def _encoding(init: bytes, trak: Box) -> Encoding:
    stsd = find(init, b"mdia", b"minf", b"stbl", b"stsd", start=trak.content, end=trak.end)
    _unpack(">8x", init, stsd)
    for entry in boxes(init, stsd.content + 8, stsd.end):
        if entry.kind in _CODECS:
            kind, codec = _CODECS[entry.kind]
            width, height = _unpack(">24xHH", init, entry)
            found = find(init, kind, start=entry.content + _SAMPLE_ENTRY_FIXED_BYTES, end=entry.end)
            record = init[found.content : found.end]
            try:
                parsed = from_decoder_configuration(codec, record)
            except BadParameterSets as error:
                raise BadMp4(f"{error.message} in its {kind.decode()} box") from error
            return replace(parsed, width=width, height=height, decoder_configuration=record)
    raise BadMp4("neither H.264 nor H.265")


def _read_tfhd(moof: bytes, tfhd: Box) -> tuple[int, int, int]:
    """Return the default duration, size and flags, 0 where not given."""
    (flags,) = _unpack(">I", moof, tfhd)
    at = 8
    found = [0, 0, 0]
    for bit, width, slot in ((0x1, 8, None), (0x2, 4, None), (0x8, 4, 0), (0x10, 4, 1), (0x20, 4, 2)):
        if flags & bit:
            if slot is not None:
                (found[slot],) = _unpack(">I", moof, tfhd, at)
            at += width
    return found[0], found[1], found[2]


def _read_trun(moof: bytes, trun: Box, default: tuple[int, int, int]) -> tuple[tuple[Sample, ...], int]:
    version_flags, count = _unpack(">II", moof, trun)
    at, data_offset, first_flags = 8, 0, default[2]
    if version_flags & 0x1:
        (data_offset,) = _unpack(">i", moof, trun, at)
        at += 4
    if version_flags & 0x4:
        (first_flags,) = _unpack(">I", moof, trun, at)
        at += 4
    given = [bool(version_flags & bit) for bit in (0x100, 0x200, 0x400, 0x800)]
    row = struct.Struct(">" + "I" * sum(given[:3]) + ("i" if version_flags >> 24 else "I") * given[3])
    if count > MAX_SAMPLES or trun.content + at + row.size * count > trun.end:
        raise BadMp4(f"a trun of {count} samples does not fit its box")
    begin = trun.content + at
    rows = row.iter_unpack(moof[begin : begin + row.size * count]) if row.size else iter([()] * count)
    samples = []
    for number, fields in enumerate(rows):
        values = iter(fields)
        duration = next(values) if given[0] else default[0]
        size = next(values) if given[1] else default[1]
        flags = next(values) if given[2] else (default[2] if number else first_flags)
        offset = next(values) if given[3] else 0
        samples.append(Sample(size, duration, offset, not flags & _NOT_SYNC))
    return tuple(samples), data_offset
