"""Sequence and picture parameter sets of H.264 (ITU-T H.264 7.3.2.1, 7.3.2.2, Annex E)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ronda.media.parameter_sets.bits import BitReader
from ronda.media.parameter_sets.errors import BadParameterSets

_WITH_CHROMA: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_INTRA_WHEN_SET3: Final = frozenset({44, 86, 100, 110, 122, 244})
_WITHOUT_EXTENSION: Final = frozenset({66, 77, 88})
_CROP_UNITS: Final = {0: (1, 1), 1: (2, 2), 2: (2, 1), 3: (1, 1)}
_EXTENDED_SAR: Final = 255


@dataclass(frozen=True, slots=True)
class H264Sps:
    """What of a sequence parameter set matters here.

    Attributes:
        id: `seq_parameter_set_id`.
        profile: `profile_idc`.
        constraints: The byte of constraint flags after it.
        level: `level_idc`.
        width: Displayed width in pixels.
        height: Displayed height in pixels.
        chroma_format: `chroma_format_idc`.
        bit_depth_luma: Bits per luma sample.
        bit_depth_chroma: Bits per chroma sample.
        reorder_depth: See `Encoding.reorder_depth`.
        fps: Pictures per second where the VUI tells a fixed or usual rate.
    """

    id: int
    profile: int
    constraints: int
    level: int
    width: int
    height: int
    chroma_format: int
    bit_depth_luma: int
    bit_depth_chroma: int
    reorder_depth: int | None
    fps: float | None


@dataclass(slots=True)
class _Vui:
    reorder_depth: int | None = None
    fps: float | None = None


def parse_sps(nal: bytes) -> H264Sps:
    """Return what an SPS says.

    Raises:
        BadParameterSets: It is cut short or impossible.
    """
    bits = BitReader(nal[1:])
    profile, constraints, level = bits.u(8), bits.u(8), bits.u(8)
    sps_id = bits.ue(31)
    chroma, planes, luma_depth, chroma_depth = 1, False, 8, 8
    if profile in _WITH_CHROMA:
        chroma = bits.ue(3)
        planes = bits.flag() if chroma == 3 else False
        luma_depth, chroma_depth = 8 + bits.ue(6), 8 + bits.ue(6)
        bits.skip(1)
        if bits.flag():
            _skip_scaling_matrix(bits, 8 if chroma != 3 else 12)
    bits.ue(12)
    order_type = _skip_picture_order(bits)
    bits.ue(16)
    bits.skip(1)
    width, height = _size(bits, 0 if planes else chroma)
    vui = _vui(bits) if bits.flag() else _Vui()
    intra_only = profile in _INTRA_WHEN_SET3 and bool(constraints & 0x10)
    in_order = order_type == 2 or profile == 66 or intra_only
    return H264Sps(
        id=sps_id,
        profile=profile,
        constraints=constraints,
        level=level,
        width=width,
        height=height,
        chroma_format=chroma,
        bit_depth_luma=luma_depth,
        bit_depth_chroma=chroma_depth,
        reorder_depth=0 if in_order else vui.reorder_depth,
        fps=vui.fps,
    )


def _skip_scaling_matrix(bits: BitReader, lists: int) -> None:
    for index in range(lists):
        if not bits.flag():
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last


def _skip_picture_order(bits: BitReader) -> int:
    order_type = bits.ue(2)
    if order_type == 0:
        bits.ue(12)
    elif order_type == 1:
        bits.skip(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue(255)):
            bits.se()
    return order_type


def _size(bits: BitReader, chroma_array: int) -> tuple[int, int]:
    width = (bits.ue(1023) + 1) * 16
    height_units = (bits.ue(1023) + 1) * 16
    frames_only = bits.flag()
    if not frames_only:
        bits.skip(1)
    bits.skip(1)
    fields = 1 if frames_only else 2
    height = height_units * fields
    if bits.flag():
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        unit_x, unit_y = _CROP_UNITS[chroma_array]
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y * fields
    if width <= 0 or height <= 0:
        raise BadParameterSets("a picture would have no size after cropping")
    return width, height


def _vui(bits: BitReader) -> _Vui:
    """Read the VUI; a camera that botches it keeps what was read until there."""
    found = _Vui()
    try:
        _read_vui(bits, found)
    except BadParameterSets:
        found.reorder_depth = None
    return found


def _read_vui(bits: BitReader, found: _Vui) -> None:
    _skip_video_signal(bits)
    if bits.flag():
        tick, scale = bits.u(32), bits.u(32)
        bits.skip(1)
        found.fps = scale / tick / 2 if tick and scale else None
    hrds = sum(_skip_hrd(bits) for _ in range(2))
    bits.skip(2 if hrds else 1)
    if bits.flag():
        bits.skip(1)
        for _ in range(4):
            bits.ue()
        found.reorder_depth = bits.ue(16)


def _skip_video_signal(bits: BitReader) -> None:
    """Pass over aspect ratio, overscan, colours and chroma location."""
    if bits.flag() and bits.u(8) == _EXTENDED_SAR:
        bits.skip(32)
    if bits.flag():
        bits.skip(1)
    if bits.flag():
        bits.skip(4)
        if bits.flag():
            bits.skip(24)
    if bits.flag():
        bits.ue()
        bits.ue()


def _skip_hrd(bits: BitReader) -> bool:
    """Pass over the parameters of a hypothetical decoder; return whether they are there."""
    if not bits.flag():
        return False
    count = bits.ue(31) + 1
    bits.skip(8)
    for _ in range(count):
        bits.ue()
        bits.ue()
        bits.skip(1)
    bits.skip(20)
    return True


def parse_pps_ids(nal: bytes) -> tuple[int, int]:
    """Return a PPS's own id and that of the SPS it refers to.

    Raises:
        BadParameterSets: It is cut short or impossible.
    """
    bits = BitReader(nal[1:])
    return bits.ue(255), bits.ue(31)


def decoder_configuration(sps: H264Sps, sps_nals: Sequence[bytes], pps_nals: Sequence[bytes]) -> bytes:
    """Return the body of an `avcC` box (ISO/IEC 14496-15, 5.3.3.1.2) with 4-byte NAL lengths."""
    parts = [bytes((1, sps.profile, sps.constraints, sps.level, 0xFF, 0xE0 | len(sps_nals)))]
    for nal in sps_nals:
        parts += [len(nal).to_bytes(2, "big"), nal]
    parts.append(bytes((len(pps_nals),)))
    for nal in pps_nals:
        parts += [len(nal).to_bytes(2, "big"), nal]
    if sps.profile not in _WITHOUT_EXTENSION:
        depths = (0xF8 | sps.bit_depth_luma - 8, 0xF8 | sps.bit_depth_chroma - 8)
        parts.append(bytes((0xFC | sps.chroma_format, *depths, 0)))
    return b"".join(parts)


def rfc6381(sps: H264Sps) -> str:
    """Return the `codecs` parameter (RFC 6381 3.3), such as `avc1.640028`."""
    return f"avc1.{sps.profile:02x}{sps.constraints:02x}{sps.level:02x}"
