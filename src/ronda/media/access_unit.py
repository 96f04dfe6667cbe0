"""One coded picture on its way through, and the encoding that it belongs to."""

from dataclasses import dataclass
from enum import StrEnum


class Codec(StrEnum):
    """The two video codings that are carried as they are."""

    H264 = "h264"
    H265 = "h265"


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a decoder must know before the first picture.

    Attributes:
        codec: The coding.
        parameter_sets: The NAL units, without length or start code: SPS then PPS (H.264), or VPS,
            SPS, PPS (H.265), each kind in the order of its id.
        width: Displayed width in pixels (cropping applied).
        height: Displayed height in pixels.
        rfc6381: The `codecs` parameter of a MIME type, such as `avc1.640028` or `hvc1.1.6.L93.B0`.
        decoder_configuration: Body of the `avcC` or `hvcC` box (ISO/IEC 14496-15).
        reorder_depth: How many pictures may precede one in decoding order and follow it in
            presentation order; None where the SPS does not say.
    """

    codec: Codec
    parameter_sets: tuple[bytes, ...]
    width: int
    height: int
    rfc6381: str
    decoder_configuration: bytes
    reorder_depth: int | None = None


@dataclass(slots=True)
class AccessUnit:
    """One coded picture.

    Attributes:
        data: Its NAL units, each behind a 4-byte big-endian length; parameter sets, delimiters and
            filler are left out (they travel in `Encoding`), SEI stays.
        pts_90k: Presentation time in 90 kHz ticks, unwrapped; the zero is the source's own.
        dts_90k: Decoding time on the same axis; strictly increasing between discontinuities.
        arrival: Monotonic seconds at which the picture was complete.
        keyframe: A decoder can start here.
        encoding: Set on the first picture and on the first keyframe after parameter sets changed.
        discontinuity: Something before it was lost for good or time jumped: a new run must start.
    """

    data: bytes
    pts_90k: int
    dts_90k: int
    arrival: float
    keyframe: bool
    encoding: Encoding | None = None
    discontinuity: bool = False
