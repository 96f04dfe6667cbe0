"""What a session description says of a video track that can be carried."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from ronda.media.access_unit import Codec
from ronda.media.rtp.sdp import MediaDescription

_CODECS: Final = {"H264": Codec.H264, "H265": Codec.H265, "HEVC": Codec.H265}
_SETS: Final = {
    Codec.H264: ("sprop-parameter-sets",),
    Codec.H265: ("sprop-vps", "sprop-sps", "sprop-pps"),
}


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """How a track's RTP packets are to be read.

    Attributes:
        codec: The coding.
        payload_type: RTP payload type.
        clock_rate: Ticks per second of the RTP timestamps.
        parameter_sets: NAL units from the description; none where they only come in band.
        decoding_order_numbers: H.265 packets carry DONL fields (RFC 7798, `sprop-max-don-diff` > 0).
    """

    codec: Codec
    payload_type: int
    clock_rate: int = 90_000
    parameter_sets: tuple[bytes, ...] = ()
    decoding_order_numbers: bool = False


def video_format(media: MediaDescription) -> VideoFormat | None:
    """Return the format of `media`, or None when it is not video in H.264 or H.265."""
    codec = _CODECS.get(media.encoding)
    if media.kind != "video" or codec is None:
        return None
    return VideoFormat(
        codec=codec,
        payload_type=media.payload_type,
        clock_rate=media.clock_rate,
        parameter_sets=tuple(_parameter_sets(codec, media.parameters)),
        decoding_order_numbers=_positive(media.parameters.get("sprop-max-don-diff", "0")),
    )


def _positive(text: str) -> bool:
    return text.isascii() and text.isdigit() and text.strip("0") != ""


def _parameter_sets(codec: Codec, parameters: dict[str, str]) -> list[bytes]:
    found: list[bytes] = []
    for name in _SETS[codec]:
        for piece in parameters.get(name, "").split(","):
            try:
                # Cameras leave out the padding; more of it than needed does no harm.
                unit = base64.b64decode(piece.strip().rstrip("=") + "==", validate=False)
            except (binascii.Error, ValueError):
                continue
            # Some cameras leave the start code on.
            unit = unit.removeprefix(b"\0").removeprefix(b"\0\0\1")
            if unit:
                found.append(unit)
    return found
