"""The ONVIF Export File Format's boxes, read: from any bytes, bounded, without trusting a size.

Only box headers and `meta` are read; the pictures are skipped.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from ronda.base.time import HZ_90K
from ronda.evidence.seal.sealed import (
    ExportUnit,
    Sealed,
    Signature,
    TrackSource,
    utc_90k_of_hundred_ns_1601,
    utc_90k_of_seconds_1904,
)
from ronda.media.fmp4.errors import BadMp4

LARGEST_META_BYTES: Final = 4 * 1024 * 1024
MOST_SIGNATURES: Final = 32
_MOST_BOXES: Final = 2_000_000
_MOST_TRACKS: Final = 64
_MOST_CHILDREN: Final = 256
_LARGEST_SIGNATURE: Final = 4_096
_YEAR_9999_90K: Final = 253_370_764_800 * HZ_90K


class BrokenFile(BadMp4):
    """Boxes that do not fit the file.

    Attributes:
        cut: The file ends before its last box does.
        box: That box's kind and offset, where it is known.
    """

    def __init__(
        self, message: str, mend: str = "", *, cut: bool = False, box: tuple[bytes, int] | None = None
    ) -> None:
        super().__init__(message, mend)
        self.cut = cut
        self.box = box


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    offset: int
    header: int
    size: int


def read_meta(file: IO[bytes]) -> Sealed | None:
    """Return what a file's seal says; None for an MP4 without one. Blocking.

    Raises:
        BrokenFile: It is no MP4, was cut short, or its boxes contradict each other.
    """
    size = file.seek(0, 2)
    metas = [one for one in _top_level(file, size) if one.kind == b"meta"]  # all boxes are walked: each must fit
    for meta in metas[:_MOST_CHILDREN]:
        if meta.size > LARGEST_META_BYTES or meta.header != 8:
            continue
        file.seek(meta.offset)
        data = file.read(meta.size)
        if (sealed := _sealed(data, meta, size)) is not None:
            return sealed
    return None


def _top_level(file: IO[bytes], size: int) -> Iterator[_Box]:
    offset = 0
    for number in range(_MOST_BOXES):
        if offset == size and number:
            return
        file.seek(offset)
        found = _header(file.read(16), offset, size - offset)
        if number == 0 and found.kind != b"ftyp":
            raise BrokenFile("this is no MP4: it does not begin with ftyp", "choose the file that was handed over")
        if found.size > size - offset:
            raise BrokenFile(
                f"the file is cut short: its part {_name(found.kind)} at byte {offset} should end at byte "
                f"{offset + found.size}, and the file ends at {size}",
                "fetch or copy it again",
                cut=True,
                box=(found.kind, offset),
            )
        yield found
        offset += found.size
    raise BrokenFile(f"the file has more than {_MOST_BOXES} parts", "")


def _header(head: bytes, offset: int, left: int) -> _Box:
    if len(head) < 8:
        raise BrokenFile(f"the file ends within a part at byte {offset}", "fetch or copy it again", cut=True)
    size, kind = struct.unpack_from(">I4s", head)
    header = 8
    if size == 1:
        if len(head) < 16:
            raise BrokenFile(f"the file ends within a part at byte {offset}", "fetch or copy it again", cut=True)
        size, header = struct.unpack_from(">Q", head, 8)[0], 16
    elif size == 0:
        size = left
    if size < header:
        raise BrokenFile(f"the part at byte {offset} has an impossible size, {size}", "")
    return _Box(kind, offset, header, size)


def _name(kind: bytes) -> str:
    return kind.decode("latin-1") if kind.isalnum() else kind.hex()


def _children(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """Yield the boxes in `data[start:end]`, which they must fill; a rest or an overhang is an error."""
    for _ in range(_MOST_CHILDREN):
        if start == end:
            return
        found = _header(data[start : min(end, start + 16)], start, end - start)
        if found.size > end - start:
            raise BrokenFile("a box of the seal is larger than the one that holds it", "")
        yield found
        start += found.size
    raise BrokenFile("the seal has too many boxes", "")


def _sealed(data: bytes, meta: _Box, size: int) -> Sealed | None:
    """Return what `meta` says; None where it is another kind of meta, which may hold anything."""
    if b"suep" not in data and b"oeff" not in data:
        return None
    if len(data) < 12:
        raise BrokenFile("the seal's box is cut", "")
    found = {one.kind: one for one in _children(data, 12, len(data))}
    if (export := found.get(b"suep")) is None:
        return None
    unit, sources = _export(data[export.offset + export.header : export.offset + export.size])
    ipro = found.get(b"ipro")
    signatures = () if ipro is None else tuple(_signatures(data, ipro, meta.offset))
    start = None
    if (stated := found.get(b"cstb")) is not None:
        start = _start(data[stated.offset + stated.header : stated.offset + stated.size])
    elif signatures:
        start = signatures[0].start_utc_90k
    ipro_offset = meta.offset + (ipro.offset if ipro else meta.size)
    return Sealed(size, meta.offset, meta.size, ipro_offset, unit, sources, start, signatures)


def _export(data: bytes) -> tuple[ExportUnit, tuple[TrackSource, ...]]:
    reader = _Reader(data)
    version = reader.number(">I") >> 24
    name, url, mac = reader.text(), reader.text(), reader.text()
    at = _possible(utc_90k_of_seconds_1904(reader.number(">Q")))
    unit = ExportUnit(name, at, reader.text(), url, mac)
    count = reader.number(">I")
    if count > _MOST_TRACKS:
        raise BrokenFile(f"the seal speaks of {count} tracks", "")
    sources = []
    for _ in range(count):
        track_id = reader.number(">H")
        name, url, mac = reader.text(), reader.text(), reader.text()
        sources.append(TrackSource(name, url, mac, reader.text() if version else "", track_id))
    return unit, tuple(sources)


def _signatures(data: bytes, ipro: _Box, meta_offset: int) -> Iterator[Signature]:
    body = ipro.offset + ipro.header + 6
    if body > ipro.offset + ipro.size or ipro.header != 8:
        raise BrokenFile("the seal's box ipro is cut", "")
    for number, one in enumerate(_children(data, body, ipro.offset + ipro.size)):
        if number >= MOST_SIGNATURES:
            raise BrokenFile(f"the file carries more than {MOST_SIGNATURES} signatures", "")
        if one.kind != b"sinf":
            raise BrokenFile("something else than a signature stands among the signatures", "")
        yield _signature(data, one, meta_offset)


def _signature(data: bytes, sinf: _Box, meta_offset: int) -> Signature:
    parts = list(_children(data, sinf.offset + sinf.header, sinf.offset + sinf.size))
    for scheme in [one for one in parts if one.kind == b"schi"]:
        parts += _children(data, scheme.offset + scheme.header, scheme.offset + scheme.size)
    by_kind: dict[bytes, _Box] = {}
    for one in parts:
        if one.kind in by_kind:
            raise BrokenFile(f"a signature has two boxes {_name(one.kind)}", "")
        by_kind[one.kind] = one

    def content(kind: bytes) -> bytes | None:
        one = by_kind.get(kind)
        return None if one is None else data[one.offset + one.header : one.offset + one.size]

    value, certificate, scheme_type = content(b"sibo"), content(b"cert"), content(b"schm")
    if value is None or certificate is None or len(value) > _LARGEST_SIGNATURE:
        raise BrokenFile("a signature lacks its value or its certificate", "")
    usual = scheme_type is not None and scheme_type[4:12] == b"oeff\0\1\0\0" and b"sigC" not in by_kind
    start = content(b"cstb")
    return Signature(
        meta_offset + sinf.offset,
        sinf.size,
        meta_offset + by_kind[b"sibo"].offset + by_kind[b"sibo"].header,
        value,
        certificate,
        (content(b"auib") or b"").rstrip(b"\0").decode("utf-8", "replace"),
        None if start is None else _start(start),
        usual,
    )


def _start(data: bytes) -> int | None:
    reader = _Reader(data)
    if reader.number(">I") == 0:
        return None
    reader.number(">I")
    return _possible(utc_90k_of_hundred_ns_1601(reader.number(">Q")))


def _possible(utc_90k: int) -> int:
    if not 0 <= utc_90k < _YEAR_9999_90K:
        raise BrokenFile("the seal names an impossible time", "")
    return utc_90k


class _Reader:
    """Numbers and null-terminated texts, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, form: str) -> int:
        if self._at + struct.calcsize(form) > len(self._data):
            raise BrokenFile("a box of the seal is too short", "")
        value: int = struct.unpack_from(form, self._data, self._at)[0]
        self._at += struct.calcsize(form)
        return value

    def text(self) -> str:
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise BrokenFile("a text of the seal does not end", "")
        text = self._data[self._at : end].decode("utf-8", "replace")
        self._at = end + 1
        return text
