"""Video, sequence and picture parameter sets of H.265 (ITU-T H.265 7.3.2, 7.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ronda.media.parameter_sets.bits import BitReader
from ronda.media.parameter_sets.errors import BadParameterSets

_CROP_UNITS: Final = {0: (1, 1), 1: (2, 2), 2: (2, 1), 3: (1, 1)}
_LARGEST_SIDE: Final = 16_384
_SPACES: Final = ("", "A", "B", "C")


@dataclass(frozen=True, slots=True)
class ProfileTierLevel:
    """`profile_tier_level` (7.3.3).

    Attributes:
        space: `general_profile_space`.
        tier: `general_tier_flag`: 0 main, 1 high.
        profile: `general_profile_idc`.
        compatibility: The 32 compatibility flags, first flag in the highest bit.
        constraints: The 48 bits after them, 6 bytes.
        level: `general_level_idc`, 30 times the level.
    """

    space: int
    tier: int
    profile: int
    compatibility: int
    constraints: bytes
    level: int


@dataclass(frozen=True, slots=True)
class H265Sps:
    """What of a sequence parameter set matters here.

    Attributes:
        id: `sps_seq_parameter_set_id`.
        vps_id: The VPS that it refers to.
        temporal_layers: How many temporal sub-layers there may be.
        temporal_nesting: `sps_temporal_id_nesting_flag`.
        ptl: Profile, tier and level.
        width: Displayed width in pixels.
        height: Displayed height in pixels.
        chroma_format: `chroma_format_idc`.
        bit_depth_luma: Bits per luma sample.
        bit_depth_chroma: Bits per chroma sample.
        reorder_depth: `sps_max_num_reorder_pics` of the highest sub-layer.
    """

    id: int
    vps_id: int
    temporal_layers: int
    temporal_nesting: bool
    ptl: ProfileTierLevel
    width: int
    height: int
    chroma_format: int
    bit_depth_luma: int
    bit_depth_chroma: int
    reorder_depth: int


def parse_sps(nal: bytes) -> H265Sps:
    """Return what an SPS says.

    Raises:
        BadParameterSets: It is cut short or impossible.
    """
    bits = BitReader(nal[2:])
    vps_id, sub_layers, nesting = bits.u(4), bits.u(3), bits.flag()
    if sub_layers > 6:
        raise BadParameterSets(f"an SPS claims {sub_layers + 1} temporal layers where at most 7 are allowed")
    ptl = _profile_tier_level(bits, sub_layers)
    sps_id = bits.ue(15)
    chroma = bits.ue(3)
    planes = bits.flag() if chroma == 3 else False
    width, height = _size(bits, 0 if planes else chroma)
    luma_depth, chroma_depth = 8 + bits.ue(8), 8 + bits.ue(8)
    bits.ue(12)
    return H265Sps(
        id=sps_id,
        vps_id=vps_id,
        temporal_layers=sub_layers + 1,
        temporal_nesting=nesting,
        ptl=ptl,
        width=width,
        height=height,
        chroma_format=chroma,
        bit_depth_luma=luma_depth,
        bit_depth_chroma=chroma_depth,
        reorder_depth=_reorder_depth(bits, sub_layers),
    )


def _profile_tier_level(bits: BitReader, sub_layers: int) -> ProfileTierLevel:
    ptl = ProfileTierLevel(
        space=bits.u(2),
        tier=bits.u(1),
        profile=bits.u(5),
        compatibility=bits.u(32),
        constraints=bits.u(48).to_bytes(6, "big"),
        level=bits.u(8),
    )
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    if sub_layers:
        bits.skip(2 * (8 - sub_layers))
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))
    return ptl


def _size(bits: BitReader, chroma_array: int) -> tuple[int, int]:
    width, height = bits.ue(_LARGEST_SIDE), bits.ue(_LARGEST_SIDE)
    if bits.flag():
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        unit_x, unit_y = _CROP_UNITS[chroma_array]
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y
    if width <= 0 or height <= 0:
        raise BadParameterSets("a picture would have no size after cropping")
    return width, height


def _reorder_depth(bits: BitReader, sub_layers: int) -> int:
    depth = 0
    for _ in range(0 if bits.flag() else sub_layers, sub_layers + 1):
        bits.ue(15)
        depth = bits.ue(15)
        bits.ue()
    return depth


def parse_vps_id(nal: bytes) -> int:
    """Return a VPS's id.

    Raises:
        BadParameterSets: It is cut short.
    """
    return BitReader(nal[2:]).u(4)


def parse_pps_ids(nal: bytes) -> tuple[int, int]:
    """Return a PPS's own id and that of the SPS it refers to.

    Raises:
        BadParameterSets: It is cut short or impossible.
    """
    bits = BitReader(nal[2:])
    return bits.ue(63), bits.ue(15)


def decoder_configuration(sps: H265Sps, arrays: Sequence[tuple[int, Sequence[bytes]]]) -> bytes:
    """Return the body of an `hvcC` box (ISO/IEC 14496-15, 8.3.3.1.2) with 4-byte NAL lengths.

    Args:
        sps: The active SPS.
        arrays: NAL unit type and units: VPS, SPS, PPS.
    """
    ptl = sps.ptl
    parts = [
        bytes((1, ptl.space << 6 | ptl.tier << 5 | ptl.profile)),
        ptl.compatibility.to_bytes(4, "big"),
        ptl.constraints,
        bytes((ptl.level, 0xF0, 0x00, 0xFC, 0xFC | sps.chroma_format)),
        bytes((0xF8 | sps.bit_depth_luma - 8 & 7, 0xF8 | sps.bit_depth_chroma - 8 & 7, 0, 0)),
        bytes((sps.temporal_layers << 3 | sps.temporal_nesting << 2 | 3, len(arrays))),
    ]
    for kind, nals in arrays:
        parts.append(bytes((0x80 | kind,)) + len(nals).to_bytes(2, "big"))
        for nal in nals:
            parts += [len(nal).to_bytes(2, "big"), nal]
    return b"".join(parts)


def rfc6381(sps: H265Sps) -> str:
    """Return the `codecs` parameter (ISO/IEC 14496-15 Annex E.3), such as `hvc1.1.6.L93.B0`."""
    ptl = sps.ptl
    reversed_flags = int(f"{ptl.compatibility:032b}"[::-1], 2)
    tier = "H" if ptl.tier else "L"
    parts = ["hvc1", f"{_SPACES[ptl.space]}{ptl.profile}", f"{reversed_flags:X}", f"{tier}{ptl.level}"]
    parts += [f"{byte:X}" for byte in ptl.constraints.rstrip(b"\x00")]
    return ".".join(parts)
