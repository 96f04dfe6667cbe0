"""The seal's boxes: what is written is read back, and lies where the specification wants it."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.base.time import HZ_90K
from ronda.evidence.seal.boxes import ExportUnit, SignatureSlot, TrackSource, loci_box, meta_box, read_meta
from ronda.evidence.seal.reading import BrokenFile
from ronda.evidence.seal.sealed import hundred_ns_1601, seconds_1904, utc_90k_of_hundred_ns_1601
from ronda.media.fmp4.box import box

AT_90K = 1_795_633_200 * HZ_90K
UNIT = ExportUnit("Kota Semarang", AT_90K, "Siti", "https://cctv.example.go.id")
SOURCES = (TrackSource("Gapura", "rtsp://192.0.2.7/1", "", "kanal 1"),)
FTYP = box(b"ftyp", b"isom")


def test_what_is_written_is_read_back() -> None:
    meta = meta_box(UNIT, SOURCES, AT_90K + 123, SignatureSlot(b"certificate"))
    sealed = read_meta(io.BytesIO(FTYP + box(b"mdat", b"pictures") + meta.signed(b"s" * 384)))
    assert sealed is not None
    assert (sealed.unit, sealed.sources, sealed.start_utc_90k) == (UNIT, SOURCES, AT_90K + 123)
    signature = sealed.signatures[0]
    assert (signature.value, signature.certificate_der, signature.usual) == (b"s" * 384, b"certificate", True)
    assert signature.value_offset == len(FTYP) + 16 + meta.signature_offset
    with pytest.raises(ValueError, match="room for 384"):
        meta.signed(b"s" * 256)


def test_bytes_lie_as_the_specification_says() -> None:
    data = meta_box(UNIT, SOURCES, AT_90K, SignatureSlot(b"certificate")).data
    at = data.index(b"suep")
    assert data[at + 4 : at + 8] == b"\1\0\0\0"
    assert data[at + 8 :].startswith(b"Kota Semarang\0https://cctv.example.go.id\0\0")
    assert struct.pack(">Q", AT_90K // HZ_90K + 2_082_844_800) + b"Siti\0" + b"\0\0\0\1\0\1Gapura\0" in data
    assert b"cstb" + struct.pack(">IIQ", 1, 1, (AT_90K // HZ_90K + 11_644_473_600) * 10_000_000) in data
    assert b"schm\0\0\0\0oeff\0\1\0\0" in data
    assert b"ipro\0\0\0\0\0\1" in data
    assert [
        data.index(kind) for kind in (b"hdlr", b"suep", b"ipro", b"sinf", b"schm", b"schi", b"sibo", b"cert")
    ] == sorted(data.index(kind) for kind in (b"hdlr", b"suep", b"ipro", b"sinf", b"schm", b"schi", b"sibo", b"cert"))


def test_a_place_is_written_in_fixed_point() -> None:
    loci = loci_box("Jl. Krapyak", -6.5, 110.25, 12)
    assert loci[8:14] == b"\0\0\0\0" + struct.pack(">H", 9 << 10 | 14 << 5 | 4)
    assert (
        loci[14:]
        == b"Jl. Krapyak\0\1" + struct.pack(">iii", int(110.25 * 65536), int(-6.5 * 65536), 12 << 16) + b"earth\0\0"
    )


def test_texts_cannot_break_out_of_their_field() -> None:
    unit = ExportUnit("nul\0in a name", AT_90K, "x" * 5_000)
    meta = meta_box(unit, (), None, SignatureSlot(b""))
    sealed = read_meta(io.BytesIO(FTYP + meta.data))
    assert sealed is not None
    assert (sealed.unit.name, len(sealed.unit.operator), sealed.start_utc_90k) == ("nulin a name", 1_000, None)


@given(st.integers(0, 253_000_000_000 * HZ_90K))
def test_times_survive(utc_90k: int) -> None:
    assert utc_90k_of_hundred_ns_1601(hundred_ns_1601(utc_90k)) == utc_90k
    assert seconds_1904(utc_90k) == utc_90k // HZ_90K + 2_082_844_800


@given(st.binary(max_size=400), st.integers(0, 700))
def test_any_bytes_are_answered(junk: bytes, at: int) -> None:
    meta = meta_box(UNIT, SOURCES, AT_90K, SignatureSlot(b"certificate")).data
    whole = bytearray(FTYP + meta)
    whole[at : at + len(junk)] = junk
    try:
        read_meta(io.BytesIO(bytes(whole)))
    except BrokenFile as error:
        assert error.message
