"""From parameter sets, loose or in a container's record, to an `Encoding`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ronda.media.access_unit import Codec, Encoding
from ronda.media.parameter_sets import h264, h265
from ronda.media.parameter_sets.errors import BadParameterSets
from ronda.media.parameter_sets.nal import (
    H264_PPS,
    H264_SPS,
    H265_PPS,
    H265_SPS,
    H265_VPS,
    is_parameter_set,
    nal_type,
    split_annex_b,
)

_LONGEST_NAL_BYTES: Final = 0xFFFF
_READERS: Final[dict[tuple[Codec, int], Callable[[bytes], object]]] = {
    (Codec.H264, H264_SPS): h264.parse_sps,
    (Codec.H264, H264_PPS): h264.parse_pps_ids,
    (Codec.H265, H265_VPS): h265.parse_vps_id,
    (Codec.H265, H265_SPS): h265.parse_sps,
    (Codec.H265, H265_PPS): h265.parse_pps_ids,
}


@dataclass(frozen=True, slots=True)
class StoredConfiguration:
    """What a container's decoder configuration holds.

    Attributes:
        parameter_sets: The NAL units in it.
        length_bytes: Size of the length before each NAL unit of the pictures; 0 when the pictures
            come with start codes (Annex B).
    """

    parameter_sets: tuple[bytes, ...]
    length_bytes: int


def encoding_of(codec: Codec, parameter_sets: Sequence[bytes]) -> Encoding:
    """Return the encoding that `parameter_sets` describe.

    Of several with the same id the last counts; units of other kinds are left out, and so are
    picture parameter sets that refer to no sequence parameter set among them.

    Args:
        codec: The coding.
        parameter_sets: NAL units without length or start code, in any order.

    Raises:
        BadParameterSets: One is missing, cut short or impossible.
    """
    return _h264_encoding(parameter_sets) if codec is Codec.H264 else _h265_encoding(parameter_sets)


def is_readable(codec: Codec, nal: bytes) -> bool:
    """Return whether a VPS, SPS or PPS can be read by itself."""
    kind = nal_type(codec, nal)
    try:
        _READERS[codec, kind](nal)
    except (BadParameterSets, KeyError):
        return False
    return len(nal) <= _LONGEST_NAL_BYTES


def from_decoder_configuration(codec: Codec, extradata: bytes) -> Encoding:
    """Return the encoding that a container's `avcC`, `hvcC` or Annex B header describes.

    Raises:
        BadParameterSets: It is none of these, or what it holds is missing, cut short or impossible.
    """
    return encoding_of(codec, read_decoder_configuration(codec, extradata).parameter_sets)


def read_decoder_configuration(codec: Codec, extradata: bytes) -> StoredConfiguration:
    """Take a container's `avcC` or `hvcC` body, or Annex B header, apart.

    Raises:
        BadParameterSets: It is cut short.
    """
    if extradata.startswith((b"\x00\x00\x01", b"\x00\x00\x00\x01")) or not extradata:
        return StoredConfiguration(tuple(split_annex_b(extradata)), 0)
    record = _Record(extradata)
    return _read_avcc(record) if codec is Codec.H264 else _read_hvcc(record)


class _Record:
    """Reads a decoder configuration record byte by byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise BadParameterSets("a decoder configuration ends too early")
        self._at += count
        return piece

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def nals(self, count: int) -> list[bytes]:
        return [self.take(self.number(2)) for _ in range(count)]


def _read_avcc(record: _Record) -> StoredConfiguration:
    record.take(4)
    length_bytes = (record.number(1) & 3) + 1
    nals = record.nals(record.number(1) & 0x1F)
    nals += record.nals(record.number(1))
    return StoredConfiguration(tuple(nals), length_bytes)


def _read_hvcc(record: _Record) -> StoredConfiguration:
    record.take(21)
    length_bytes = (record.number(1) & 3) + 1
    nals: list[bytes] = []
    for _ in range(record.number(1)):
        record.take(1)
        nals += record.nals(record.number(2))
    return StoredConfiguration(tuple(nals), length_bytes)


def _by_id(
    codec: Codec, nals: Sequence[bytes], kind: int, name: str, id_of: Callable[[bytes], int]
) -> dict[int, bytes]:
    """Return the units of one kind in the order of their ids; the last of an id wins."""
    found: dict[int, bytes] = {}
    for padded in nals:
        nal = padded.rstrip(b"\x00")  # some cameras pad; no NAL unit ends in a zero byte (7.4.1)
        if nal_type(codec, nal) == kind:
            if len(nal) > _LONGEST_NAL_BYTES:
                raise BadParameterSets(f"{name} of {len(nal)} bytes is too long")
            found[id_of(nal)] = nal
    if not found:
        raise BadParameterSets(f"no {name} among {sum(is_parameter_set(codec, nal) for nal in nals)} parameter sets")
    return dict(sorted(found.items()))


def _referring(
    pps: dict[int, bytes], ids_of: Callable[[bytes], tuple[int, int]], sps: dict[int, bytes]
) -> tuple[list[bytes], int]:
    """Return the PPS units whose SPS is there, and the id of the SPS that the first one names."""
    kept = [nal for nal in pps.values() if ids_of(nal)[1] in sps]
    if not kept:
        raise BadParameterSets("no PPS refers to an SPS that is there")
    return kept, ids_of(kept[0])[1]


def _h264_encoding(nals: Sequence[bytes]) -> Encoding:
    sps = _by_id(Codec.H264, nals, H264_SPS, "SPS", lambda nal: h264.parse_sps(nal).id)
    pps = _by_id(Codec.H264, nals, H264_PPS, "PPS", lambda nal: h264.parse_pps_ids(nal)[0])
    # An avcC has 8 bits for the number of PPS, and there are 256 ids.
    pps_nals, active = _referring(dict(list(pps.items())[:255]), h264.parse_pps_ids, sps)
    sps_nals = list(sps.values())[:31]
    parsed = h264.parse_sps(sps[active])
    return Encoding(
        codec=Codec.H264,
        parameter_sets=(*sps_nals, *pps_nals),
        width=parsed.width,
        height=parsed.height,
        rfc6381=h264.rfc6381(parsed),
        decoder_configuration=h264.decoder_configuration(parsed, sps_nals, pps_nals),
        reorder_depth=parsed.reorder_depth,
    )


def _h265_encoding(nals: Sequence[bytes]) -> Encoding:
    vps = _by_id(Codec.H265, nals, H265_VPS, "VPS", h265.parse_vps_id)
    sps = _by_id(Codec.H265, nals, H265_SPS, "SPS", lambda nal: h265.parse_sps(nal).id)
    pps = _by_id(Codec.H265, nals, H265_PPS, "PPS", lambda nal: h265.parse_pps_ids(nal)[0])
    pps_nals, active = _referring(pps, h265.parse_pps_ids, sps)
    vps_nals, sps_nals = list(vps.values()), list(sps.values())
    parsed = h265.parse_sps(sps[active])
    arrays = ((H265_VPS, vps_nals), (H265_SPS, sps_nals), (H265_PPS, pps_nals))
    return Encoding(
        codec=Codec.H265,
        parameter_sets=(*vps_nals, *sps_nals, *pps_nals),
        width=parsed.width,
        height=parsed.height,
        rfc6381=h265.rfc6381(parsed),
        decoder_configuration=h265.decoder_configuration(parsed, arrays),
        reorder_depth=parsed.reorder_depth,
    )
