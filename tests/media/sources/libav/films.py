"""Small films for tests, coded on the spot, and a listener that remembers."""

from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ronda.base.causes import GapCause, SourceState
from ronda.media.access_unit import AccessUnit


def picture(index: int, size: tuple[int, int]) -> VideoFrame:
    """A bright bar that moves to the right, on grey."""
    canvas = np.full((size[1], size[0], 3), 90, np.uint8)
    at = index * 8 % (size[0] - 16)
    canvas[:, at : at + 16] = 230
    canvas[: size[1] // 4] //= 2  # the top is darker: tells which way is up
    return av.VideoFrame.from_ndarray(canvas, "rgb24")


def film(
    path: Path,
    encoder: str = "libx264",
    pictures: int = 25,
    size: tuple[int, int] = (320, 240),
    options: dict[str, str] | None = None,
    rotation: int = 0,
    pix_fmt: str = "yuv420p",
) -> Path:
    """Write a film of 25 pictures a second with a keyframe every 10."""
    with av.open(str(path), "w") as out:
        stream = cast("VideoStream", out.add_stream(encoder, rate=25))
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        stream.codec_context.gop_size = 10
        stream.codec_context.options = options or {}
        if rotation:
            stream.set_display_rotation(rotation)
        for index in range(pictures):
            out.mux(stream.encode(picture(index, size).reformat(format=pix_fmt)))
        out.mux(stream.encode(None))
    return path


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.units: list[AccessUnit] = []

    def picture(self, unit: AccessUnit) -> None:
        self.units.append(unit)

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        raise AssertionError("a source tells no states")


def decoded(units: list[AccessUnit]) -> list[VideoFrame]:
    """Decode what was heard, in presentation order; raises on anything a decoder stumbles over."""
    encoding = units[0].encoding
    assert encoding is not None
    name = {"h264": "h264", "h265": "hevc"}[encoding.codec]
    context = cast("av.VideoCodecContext", av.CodecContext.create(name, "r"))
    context.extradata = encoding.decoder_configuration
    frames = []
    for unit in units:
        packet = av.Packet(unit.data)
        packet.pts, packet.dts = unit.pts_90k, unit.dts_90k
        frames += context.decode(packet)
    return frames + context.decode(None)
