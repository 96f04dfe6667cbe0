"""The ONVIF Export File Format's boxes (version 26.06), written: what makes an MP4 a sealed one.

No key and no disk here. `meta` stands last in the file, so that one pass over the bytes gives the digest that is signed
(the signature's bytes zero) and, from a copy of the hash's state at the beginning of `meta`, the file's own:

    meta = meta_box(unit, sources, start_utc_90k, slot)
    digest: everything before, then `meta.data`;  file: everything before, then `meta.signed(signature)`

One slot: a further signature covers the ones before it, so it is appended to a signed file (`seal.repeated`). Reading
is in `seal.reading`, of which `read_meta` is here too.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ronda.evidence.seal.reading import read_meta
from ronda.evidence.seal.sealed import ExportUnit, TrackSource
from ronda.evidence.seal.sealed import hundred_ns_1601 as _hundred_ns_1601
from ronda.evidence.seal.sealed import seconds_1904 as _seconds_1904
from ronda.media.fmp4.box import box, full_box

__all__ = ["ExportUnit", "MetaBox", "SignatureSlot", "TrackSource", "loci_box", "meta_box", "read_meta", "sinf_box"]

SIGNATURE_BYTES: Final = 384
_SCHEME: Final = struct.pack(">4sI", b"oeff", 0x0001_0000)
_INDONESIAN: Final = (ord("i") - 0x60) << 10 | (ord("n") - 0x60) << 5 | (ord("d") - 0x60)
_LONGEST_TEXT: Final = 1_000
_LONGEST_NOTE: Final = 10_000


@dataclass(frozen=True, slots=True)
class SignatureSlot:
    """Room for one signature.

    Attributes:
        certificate_der: The certificate of the key that signs.
        signature_bytes: Bytes of its signature: the length of the RSA modulus.
        note: What whoever signs says (`auib`); empty for nothing.
    """

    certificate_der: bytes
    signature_bytes: int = SIGNATURE_BYTES
    note: str = ""


@dataclass(frozen=True, slots=True)
class MetaBox:
    """A `meta` box whose signature is still zero.

    Attributes:
        data: The whole box.
        signature_offset: Where in `data` the signature's bytes lie.
        signature_bytes: How many there are.
    """

    data: bytes
    signature_offset: int
    signature_bytes: int

    def signed(self, signature: bytes) -> bytes:
        """Return the box with the signature in its place.

        Raises:
            ValueError: It has another length than the slot.
        """
        if len(signature) != self.signature_bytes:
            raise ValueError(f"a signature of {len(signature)} bytes, and room for {self.signature_bytes}")
        end = self.signature_offset + self.signature_bytes
        return self.data[: self.signature_offset] + signature + self.data[end:]


def meta_box(
    unit: ExportUnit, sources: Sequence[TrackSource], start_utc_90k: int | None, slot: SignatureSlot
) -> MetaBox:
    """Return the file's `meta`, to be written after everything else.

    Args:
        unit: Who exports.
        sources: One for each track.
        start_utc_90k: Time of day of the first track's zero; None where it is not known.
        slot: Of the one that signs first.
    """
    sinf = sinf_box(slot, sources[0].track_id if sources else 1, start_utc_90k)
    before = struct.pack(">H", 1)
    start = b"" if start_utc_90k is None else _start_box(sources[0].track_id if sources else 1, start_utc_90k)
    data = full_box(
        b"meta",
        0,
        0,
        full_box(b"hdlr", 0, 0, struct.pack(">4x4s12x", b"null"), b"\0"),
        _export_box(unit, sources),
        start,
        full_box(b"ipro", 0, 0, before, sinf.data),
    )
    return MetaBox(data, len(data) - len(sinf.data) + sinf.signature_offset, slot.signature_bytes)


def sinf_box(slot: SignatureSlot, track_id: int = 1, start_utc_90k: int | None = None) -> MetaBox:
    """Return one `sinf`, its signature zero; `start_utc_90k` is a start that differs from or repeats the file's."""
    start = b"" if start_utc_90k is None else _start_box(track_id, start_utc_90k)
    before = full_box(b"schm", 0, 0, _SCHEME) + start
    note = box(b"auib", _text(slot.note, _LONGEST_NOTE)) if slot.note else b""
    schi = box(b"schi", box(b"sibo", bytes(slot.signature_bytes)), box(b"cert", slot.certificate_der), note)
    return MetaBox(box(b"sinf", before, schi), 8 + len(before) + 16, slot.signature_bytes)


def loci_box(name: str, latitude: float, longitude: float, altitude_m: float | None = None) -> bytes:
    """Return the place of the view as `loci` (ETSI TS 126 244, 8.13), for `moov/udta`; WGS 84 degrees."""
    return full_box(
        b"loci",
        0,
        0,
        struct.pack(">H", _INDONESIAN),
        _text(name),
        struct.pack(">Biii", 1, *map(_fixed, (longitude, latitude, altitude_m or 0.0))),
        _text("earth"),
        _text(""),
    )


def _export_box(unit: ExportUnit, sources: Sequence[TrackSource]) -> bytes:
    parts = [
        *map(_text, (unit.name, unit.url, unit.mac)),
        struct.pack(">Q", _seconds_1904(unit.at_utc_90k)),
        _text(unit.operator),
        struct.pack(">I", len(sources)),
    ]
    for source in sources:
        parts += [struct.pack(">H", source.track_id), *map(_text, (source.name, source.url, source.mac, source.line))]
    return full_box(b"suep", 1, 0, *parts)


def _start_box(track_id: int, start_utc_90k: int) -> bytes:
    return box(b"cstb", struct.pack(">IIQ", 1, track_id, _hundred_ns_1601(start_utc_90k)))


def _text(text: str, longest: int = _LONGEST_TEXT) -> bytes:
    return text.replace("\0", "")[:longest].encode("utf-8", "replace") + b"\0"


def _fixed(value: float) -> int:
    return max(-0x8000_0000, min(0x7FFF_FFFF, round(value * 0x10000)))
