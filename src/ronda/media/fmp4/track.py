"""The boxes that describe the one video track, shared by fragmented and progressive files."""

import struct
from collections.abc import Sequence
from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.access_unit import Codec, Encoding
from ronda.media.fmp4.box import box, full_box

TRACK_ID: Final = 1
_MATRIX: Final = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)


def sample_entry(encoding: Encoding) -> bytes:
    """Return the `avc1` or `hvc1` box: size in pixels and decoder configuration (ISO/IEC 14496-15)."""
    kind, configuration = (b"avc1", b"avcC") if encoding.codec is Codec.H264 else (b"hvc1", b"hvcC")
    fixed = struct.pack(
        ">6xH16xHHIIIH32xHh",
        1,  # the first (and only) data reference: this file
        encoding.width,
        encoding.height,
        0x0048_0000,  # 72 dpi, as everybody writes
        0x0048_0000,
        0,
        1,
        24,
        -1,
    )
    return box(kind, fixed, box(configuration, encoding.decoder_configuration))


def sample_description(encodings: Sequence[Encoding]) -> bytes:
    """Return `stsd` with one entry for each of `encodings`."""
    return full_box(b"stsd", 0, 0, struct.pack(">I", len(encodings)), *map(sample_entry, encodings))


def movie_header(duration_90k: int) -> bytes:
    """Return `mvhd`, version 1; a duration of 0 means that it is not known."""
    return full_box(
        b"mvhd",
        1,
        0,
        struct.pack(">QQIQ", 0, 0, HZ_90K, duration_90k),
        struct.pack(">IH10x", 0x10000, 0x100),
        _MATRIX,
        struct.pack(">24xI", TRACK_ID + 1),
    )


def track_header(width: int, height: int, duration_90k: int) -> bytes:
    """Return `tkhd`, version 1: enabled, in the movie, shown at `width` by `height` pixels."""
    return full_box(
        b"tkhd",
        1,
        3,
        struct.pack(">QQIIQ", 0, 0, TRACK_ID, 0, duration_90k),
        struct.pack(">8xhhhxx", 0, 0, 0),
        _MATRIX,
        struct.pack(">II", width << 16, height << 16),
    )


def media(duration_90k: int, *sample_table: bytes) -> bytes:
    """Return `mdia` of a video track at 90 kHz whose `stbl` holds `sample_table`."""
    return box(
        b"mdia",
        full_box(b"mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, HZ_90K, duration_90k, 0x55C4, 0)),
        full_box(b"hdlr", 0, 0, struct.pack(">4x4s12x", b"vide"), b"Ronda\0"),
        box(
            b"minf",
            full_box(b"vmhd", 0, 1, bytes(8)),
            box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))),
            box(b"stbl", *sample_table),
        ),
    )
