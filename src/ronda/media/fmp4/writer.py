"""Fragmented MP4, written (ISO/IEC 14496-12, CMAF): one video track at 90 kHz.

Every `moof` has one fixed layout, so that counting it from another zero patches two fields:

    0 moof  8 mfhd (sequence at 20)  24 traf  32 tfhd  48 tfdt (64-bit base at 60)
    68 trun: count at 80, data offset at 84, then 16 bytes a sample (duration, size, flags, offset)
"""

import struct
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from ronda.base.time import HZ_90K
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.box import box, full_box
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.track import TRACK_ID, media, movie_header, sample_description, track_header

KEYFRAME_FLAGS: Final = 0x0200_0000  # depends on no other picture
DELTA_FLAGS: Final = 0x0101_0000  # depends on others, is not a sync sample
MOOF_FIXED_BYTES: Final = 88
_NTP_EPOCH_S: Final = 2_208_988_800  # 1900 to 1970
_SEQUENCE_AT: Final = 20
_BASE_AT: Final = 60
_HEAD: Final = struct.Struct(">I4s I4sII I4s I4sII I4sIQ I4sIIi")
_MDAT: Final = struct.Struct(">I4s")
_SEQUENCE: Final = struct.Struct(">I")
_BASE: Final = struct.Struct(">Q")


def init_segment(encoding: Encoding, *, udta: bytes = b"") -> bytes:
    """Return `ftyp` and `moov` of a fragmented MP4 of one video track.

    Args:
        encoding: What a decoder needs.
        udta: Boxes to put into `moov/udta`; nothing is written when empty.
    """
    empty = struct.pack(">I", 0)
    sample_table = (
        sample_description([encoding]),
        full_box(b"stts", 0, 0, empty),
        full_box(b"stsc", 0, 0, empty),
        full_box(b"stsz", 0, 0, empty, empty),
        full_box(b"stco", 0, 0, empty),
    )
    return box(b"ftyp", b"iso6", bytes(4), b"iso6cmfcmp41") + box(
        b"moov",
        movie_header(0),
        box(b"trak", track_header(encoding.width, encoding.height, 0), media(0, *sample_table)),
        box(b"mvex", full_box(b"trex", 0, 0, struct.pack(">IIIII", TRACK_ID, 1, 0, 0, 0))),
        box(b"udta", udta) if udta else b"",
    )


def fragment_boxes(
    samples: Sequence[Sample | tuple[int, int, int, bool]], payloads: Iterable[bytes], sequence: int, base_90k: int
) -> tuple[bytes, bytes]:
    """Return the `moof` and the `mdat` of one fragment.

    Args:
        samples: What to say of each picture, in decoding order.
        payloads: Their data in the same order, of the sizes that `samples` say.
        sequence: Number in `mfhd`.
        base_90k: Decoding time of the first picture, never negative.
    """
    count = len(samples)
    trun_bytes = 20 + 16 * count
    moof_bytes = 68 + trun_bytes
    head = _HEAD.pack(
        *(moof_bytes, b"moof"),
        *(16, b"mfhd", 0, sequence),
        *(moof_bytes - 24, b"traf"),
        *(16, b"tfhd", 0x02_0000, TRACK_ID),  # default-base-is-moof
        *(20, b"tfdt", 0x0100_0000, base_90k),
        *(trun_bytes, b"trun", 0x0100_0F01, count, moof_bytes + 8),
    )
    rows: list[int] = []
    mdat_bytes = 8
    for size, duration, offset, keyframe in samples:
        rows += (duration, size, KEYFRAME_FLAGS if keyframe else DELTA_FLAGS, offset)
        mdat_bytes += size
    return head + _rows(count).pack(*rows), b"".join((_MDAT.pack(mdat_bytes, b"mdat"), *payloads))


@cache
def _rows(count: int) -> struct.Struct:
    return struct.Struct(">" + "IIIi" * count)


def restamp(moof: bytes, sequence: int, base_90k: int) -> bytes:
    """Return `moof` (one of `fragment_boxes`) with another number and another decoding time."""
    patched = bytearray(moof)
    _SEQUENCE.pack_into(patched, _SEQUENCE_AT, sequence)
    _BASE.pack_into(patched, _BASE_AT, base_90k)
    return bytes(patched)


def prft(utc_90k: int, media_time_90k: int) -> bytes:
    """Return a producer reference time box: at `media_time_90k` it was `utc_90k`. Stands before a `moof`."""
    seconds, ticks = divmod(utc_90k, HZ_90K)
    ntp = (seconds + _NTP_EPOCH_S) % (1 << 32) << 32 | (ticks << 32) // HZ_90K
    # Flag 8: related to the media in an arbitrary but consistent way; it is arrival, not capture.
    return full_box(b"prft", 1, 8, struct.pack(">IQQ", TRACK_ID, ntp, media_time_90k))


def mfra(entries: Iterable[tuple[int, int]]) -> bytes:
    """Return the random access box that ends a file.

    Args:
        entries: For each fragment that starts with a keyframe, that picture's presentation time in
            90 kHz ticks and the offset of its `moof` in the file.
    """
    rows = [struct.pack(">QQBBB", time_90k, offset, 1, 1, 1) for time_90k, offset in entries]
    tfra = full_box(b"tfra", 1, 0, struct.pack(">III", TRACK_ID, 0, len(rows)), *rows)
    size = 8 + len(tfra) + 16
    return box(b"mfra", tfra, full_box(b"mfro", 0, 0, struct.pack(">I", size)))
