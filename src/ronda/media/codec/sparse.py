"""Decoding of which only some pictures are wanted, small: what eyes are fed with.

A picture that no other one needs is not decoded where few are wanted, filters that a smaller picture does not show are
left out, and only a picture that is asked for is scaled and becomes RGB. One decoder belongs to one thread.
"""

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import av
import av.packet
import numpy as np
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.access_unit import Encoding
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import DECODERS
from ronda.media.codec.masks import Rgb

_TICK: Final = Fraction(1, HZ_90K)
_MUCH_SMALLER: Final = 1.9
"""A picture that is made smaller by so much shows nothing of the deblocking filter."""
_FEW: Final = 13.0
"""Below so many wanted pictures a second, those that no other needs are not decoded."""
NO_HARDWARE: Final = "none"


@dataclass(frozen=True, slots=True)
class Sparseness:
    """How little is wanted.

    Attributes:
        width: Pictures are at most so many pixels wide.
        rate: At most so many a second.
        hardware: `none`, `auto` (what this machine has), or a kind that FFmpeg knows, such as `cuda` or `vaapi`.
    """

    width: int = 640
    rate: float = 5.0
    hardware: str = NO_HARDWARE


class Decoded:
    """One decoded picture, scaled only when its pixels are asked for.

    Attributes:
        pts_90k: Its presentation time, on the axis of what was fed.
        keyframe: Whether it was coded by itself.
        width: What the camera sent, in pixels.
        height: Likewise.
    """

    __slots__ = ("_frame", "_most_width", "_scaler", "height", "keyframe", "pts_90k", "width")

    def __init__(self, frame: av.VideoFrame, scaler: VideoReformatter, most_width: int) -> None:
        self.pts_90k = frame.pts or 0
        self.keyframe = frame.key_frame
        self.width, self.height = frame.width, frame.height
        self._frame = frame
        self._scaler = scaler
        self._most_width = most_width

    def rgb(self) -> Rgb:
        """Return its pixels, (height, width, 3), red first."""
        width = max(min(self._most_width, self.width) & ~1, 2)
        height = max(round(self.height * width / self.width) & ~1, 2)
        # "Area" takes each pixel of the camera into account: thin things do not flicker.
        how = "FAST_BILINEAR" if width == self.width else "AREA"
        scaled = self._scaler.reformat(
            self._frame, width=width, height=height, format="rgb24", interpolation=how, threads=1
        )
        return np.asarray(scaled.to_ndarray(), np.uint8).reshape(height, width, 3)


class SparseDecoder:
    """Decodes one encoding; a stream that begins anew, or has lost a picture, needs a new decoder or `restart`.

    Args:
        encoding: What a decoder needs to know.
        wanted: How little is wanted.

    Raises:
        CannotDecode: FFmpeg does not take the encoding.

    Attributes:
        hardware: What decodes: `none` for the processor, also where the hardware that was wanted did not take it.
    """

    def __init__(self, encoding: Encoding, wanted: Sparseness) -> None:
        self.hardware = _present(wanted.hardware)
        self._wanted = wanted
        self._scaler = VideoReformatter()
        self._context = self._open(encoding)

    def feed(self, data: bytes, pts_90k: int, dts_90k: int | None = None) -> list[Decoded]:
        """Decode one access unit; return the pictures that are complete now, in the order of presentation.

        Args:
            data: NAL units, each behind a 4-byte length.
            pts_90k: Presentation time.
            dts_90k: Decoding time, where it differs.

        Raises:
            CannotDecode: It is damaged.
        """
        packet = av.Packet(data)
        packet.pts, packet.dts = pts_90k, pts_90k if dts_90k is None else dts_90k
        packet.time_base = _TICK
        return self._decoded(packet)

    def finish(self) -> list[Decoded]:
        """Return what is still in the decoder; `restart` must follow before more is fed.

        Raises:
            CannotDecode: It is damaged.
        """
        return self._decoded(None)

    def restart(self) -> None:
        """Forget all pictures: a keyframe follows."""
        self._context.flush_buffers()

    def _decoded(self, packet: "av.packet.Packet[Any] | None") -> list[Decoded]:
        try:
            frames = self._context.decode(packet)
        except (FFmpegError, ValueError) as error:
            raise CannotDecode(f"a picture cannot be decoded: {error}") from error
        return [Decoded(frame, self._scaler, self._wanted.width) for frame in frames]

    def _open(self, encoding: Encoding) -> av.VideoCodecContext:
        """Open a decoder; where the hardware does not take it (its places are few), the processor's."""
        try:
            if self.hardware != NO_HARDWARE:
                with contextlib.suppress(FFmpegError, ValueError, NotImplementedError, RuntimeError):
                    context = self._opened(encoding, HWAccel(self.hardware, allow_software_fallback=True))
                    if context.is_hwaccel:
                        return context
                self.hardware = NO_HARDWARE
            return self._opened(encoding, None)
        except (FFmpegError, ValueError) as error:
            raise CannotDecode(f"{encoding.codec.value} cannot be decoded: {error}") from error

    def _opened(self, encoding: Encoding, accelerator: HWAccel | None) -> av.VideoCodecContext:
        context = av.CodecContext.create(DECODERS[encoding.codec], "r", hwaccel=accelerator)
        if not isinstance(context, av.VideoCodecContext):
            raise CannotDecode(f"FFmpeg has no decoder for {encoding.codec.value}")
        context.extradata = encoding.decoder_configuration
        context.thread_count = 1
        if self._wanted.rate < _FEW:
            context.skip_frame = "NONREF"
        if encoding.width >= self._wanted.width * _MUCH_SMALLER:
            context.options = {"skip_loop_filter": "all"}
        context.open()
        return context


def _present(asked: str) -> str:
    """Return which hardware decodes.

    Raises:
        BadInput: What was asked for is not here.
    """
    if asked == NO_HARDWARE:
        return asked
    here = hwdevices_available()
    if asked == "auto":
        return next((kind for kind in _USABLE if kind in here and _works(kind)), NO_HARDWARE)
    if asked not in here:
        raise BadInput(f"this FFmpeg decodes on no {asked!r} hardware", f"use none, auto or one of {', '.join(here)}")
    return asked


_USABLE: Final = ("cuda", "vaapi", "qsv", "videotoolbox")
_tried: Final[dict[str, bool]] = {}


def _works(kind: str) -> bool:
    """Say whether a device of the kind opens here; tried once."""
    if kind not in _tried:
        try:
            codec = av.Codec("h264", "r")
            HWAccel(kind).create(codec)
            _tried[kind] = True
        except (FFmpegError, ValueError, NotImplementedError, RuntimeError):
            _tried[kind] = False
    return _tried[kind]
