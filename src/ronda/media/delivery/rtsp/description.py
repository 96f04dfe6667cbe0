"""The SDP of a presentation: RFC 4566 with the formats of RFC 6184, 8.2.1 and RFC 7798, 7.1."""

import base64
from collections.abc import Sequence

from ronda.media.access_unit import Codec
from ronda.media.rtp.packetise import PAYLOAD_TYPE

TRACK = "trackID=0"


def describe(codec: Codec, parameter_sets: Sequence[bytes], name: str = "Ronda") -> bytes:
    """Return the SDP of one video track.

    Args:
        codec: The coding.
        parameter_sets: As in `Encoding.parameter_sets`.
        name: The session's name; line breaks are left out.
    """
    fmtp = _h264(parameter_sets) if codec is Codec.H264 else _h265(parameter_sets)
    lines = (
        "v=0",
        "o=- 0 0 IN IP4 0.0.0.0",
        f"s={' '.join(name.split()) or '-'}",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=range:npt=now-",
        "a=control:*",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {codec.value.upper()}/90000",
        f"a=fmtp:{PAYLOAD_TYPE} {fmtp}",
        f"a=control:{TRACK}",
        "",
    )
    return "\r\n".join(lines).encode()


def _text(unit: bytes) -> str:
    return base64.b64encode(unit).decode()


def _h264(parameter_sets: Sequence[bytes]) -> str:
    sets = ",".join(_text(unit) for unit in parameter_sets)
    level = next((unit[1:4].hex().upper() for unit in parameter_sets if unit and unit[0] & 0x1F == 7), "")
    return f"packetization-mode=1;profile-level-id={level};sprop-parameter-sets={sets}"


def _h265(parameter_sets: Sequence[bytes]) -> str:
    names = {32: "sprop-vps", 33: "sprop-sps", 34: "sprop-pps"}
    found: dict[str, list[str]] = {}
    for unit in parameter_sets:
        name = names.get(unit[0] >> 1 & 0x3F)
        if name:
            found.setdefault(name, []).append(_text(unit))
    return ";".join(f"{name}={','.join(texts)}" for name, texts in found.items())
