"""NAL units: taking byte streams apart and putting length-prefixed pictures together."""

from collections.abc import Iterable
from typing import Final

from ronda.media.access_unit import Codec
from ronda.media.parameter_sets.errors import BadParameterSets

H264_SPS: Final = 7
H264_PPS: Final = 8
H265_VPS: Final = 32
H265_SPS: Final = 33
H265_PPS: Final = 34
_H264_SETS: Final = frozenset({H264_SPS, H264_PPS})
_H265_SETS: Final = frozenset({H265_VPS, H265_SPS, H265_PPS})
_START_CODE: Final = b"\x00\x00\x01"


def split_annex_b(data: bytes) -> list[bytes]:
    """Return the NAL units of a byte stream with start codes (H.264 Annex B, H.265 Annex B).

    What stands before the first start code is dropped, and so are trailing zero bytes.
    """
    pieces = data.split(_START_CODE)[1:]
    return [nal for nal in (piece.rstrip(b"\x00") for piece in pieces) if nal]


def split_length_prefixed(data: bytes, length_bytes: int = 4) -> list[bytes]:
    """Return the NAL units of a picture as MP4 keeps it, each behind its length.

    Raises:
        BadParameterSets: A length reaches past the end.
    """
    nals: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + length_bytes
        at = start + int.from_bytes(data[at:start], "big")
        if start > end or at > end:
            raise BadParameterSets("a NAL unit is longer than the picture that holds it")
        if at > start:
            nals.append(data[start:at])
    return nals


def join_length_prefixed(nals: Iterable[bytes]) -> bytes:
    """Return `nals` as one picture, each behind a 4-byte big-endian length."""
    parts: list[bytes] = []
    for nal in nals:
        parts.append(len(nal).to_bytes(4, "big"))
        parts.append(nal)
    return b"".join(parts)


def nal_type(codec: Codec, nal: bytes) -> int:
    """Return the type in a NAL unit's header; -1 for an empty unit."""
    if not nal:
        return -1
    return nal[0] & 0x1F if codec is Codec.H264 else nal[0] >> 1 & 0x3F


def is_parameter_set(codec: Codec, nal: bytes) -> bool:
    """Return whether `nal` is a VPS, SPS or PPS."""
    return nal_type(codec, nal) in (_H264_SETS if codec is Codec.H264 else _H265_SETS)
