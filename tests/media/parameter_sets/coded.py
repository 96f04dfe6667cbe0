"""Streams for tests, coded on the spot by x264 and x265."""

from fractions import Fraction
from typing import cast

import av
import numpy as np

from ronda.media.parameter_sets import split_annex_b


def annex_b(
    encoder: str,
    size: tuple[int, int] = (320, 240),
    pix_fmt: str = "yuv420p",
    pictures: int = 3,
    options: dict[str, str] | None = None,
) -> list[bytes]:
    """Encode a few pictures and return the NAL units of all of them."""
    context = cast("av.VideoCodecContext", av.CodecContext.create(encoder, "w"))
    context.width, context.height = size
    context.pix_fmt = pix_fmt
    context.time_base = Fraction(1, 25)
    context.framerate = Fraction(25)
    context.options = options or {}
    packets = []
    for index in range(pictures):
        picture = np.full((size[1], size[0], 3), index * 20, np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pix_fmt)
        frame.pts = index
        packets += context.encode(frame)
    packets += context.encode(None)
    return split_annex_b(b"".join(bytes(packet) for packet in packets))
