"""H.265 (or H.264 that a player cannot take, or that must not be seen whole) to plain H.264, picture by picture.

Used by one thread at a time; state is the open decoder and encoder of the current run.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import av
import av.packet
import numpy as np
from av.error import FFmpegError

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Codec, Encoding
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import open_decoder
from ronda.media.codec.masks import Masks, painted
from ronda.media.parameter_sets.encoding import encoding_of
from ronda.media.parameter_sets.errors import BadParameterSets
from ronda.media.parameter_sets.nal import is_parameter_set, join_length_prefixed, split_annex_b

MOST_WIDTH: Final = 1280
Paint = Callable[[av.VideoFrame, int], av.VideoFrame | None]
"""Is given a yuv420p frame and when it is shown (`pts_90k`); returns another in its place, or None to leave it out."""
_TICK: Final = Fraction(1, HZ_90K)
_BITS_PER_PIXEL_SECOND: Final = 1.6
_BLACK: Final = 16
_NEUTRAL: Final = 128


class Transcoder:
    """Turns access units of one stream into H.264 ones.

    Args:
        most_width: Wider pictures are made smaller.
        keyframe_s: Seconds between keyframes.
        masks: What is painted over in every picture.
        paint: Called for every picture instead, where what is painted over changes; see `Paint`.
        size: What every picture is fitted into, with black bars where it has another shape; None for its own.
        wanted: Is given when a picture is shown, and says whether it is made at all; None for all.
    """

    def __init__(
        self,
        most_width: int = MOST_WIDTH,
        keyframe_s: float = 2.0,
        masks: Masks = (),
        paint: Paint | None = None,
        size: tuple[int, int] | None = None,
        wanted: Callable[[int], bool] | None = None,
    ) -> None:
        self.bad_pictures = 0
        self._paint = paint or ((lambda frame, _: painted(frame, masks)) if masks else None)
        self._most_width = most_width
        self._keyframe_90k = round(keyframe_s * HZ_90K)
        self._decoder: av.VideoCodecContext | None = None
        self._encoder: av.VideoCodecContext | None = None
        self._encoding: Encoding | None = None
        self._next_keyframe_90k = 0
        self._restarted = False
        self._size = size
        self._wanted = wanted

    def feed(self, units: list[AccessUnit]) -> list[AccessUnit]:
        """Return the pictures that come out; `arrival` is the last input's.

        A unit with `encoding` set starts anew.

        Raises:
            CannotDecode: The decoder or encoder cannot be opened.
        """
        out: list[AccessUnit] = []
        for unit in units:
            if unit.encoding is not None and (unit.discontinuity or unit.encoding != self._encoding):
                self._start(unit.encoding)
            for frame in self._decode(unit):
                out += self._encode(frame, unit.arrival)
        return out

    def show(self, frame: av.VideoFrame, at_90k: int) -> list[AccessUnit]:
        """Return what comes out of a yuv420p picture that was never coded, as it is, after what the decoder holds.

        What is fed afterwards must start anew. The picture has the size that the others have.

        Raises:
            CannotDecode: The encoder cannot be opened.
        """
        out = self._drained()
        return out + self._put(frame, at_90k, 0.0)

    def finish(self) -> list[AccessUnit]:
        """Return the pictures that decoder and encoder still hold; nothing can be fed afterwards."""
        out = self._drained()
        if self._encoder is not None:
            try:
                out += [self._unit(packet, 0.0) for packet in self._encoder.encode(None)]
            except FFmpegError:
                self.bad_pictures += 1
        return out

    def _drained(self) -> list[AccessUnit]:
        if self._decoder is None:
            return []
        try:
            frames = self._decoder.decode(None)
        except FFmpegError:
            self.bad_pictures += 1
            frames = []
        self._decoder = None
        return [unit for frame in frames for unit in self._encode(frame, 0.0)]

    def _start(self, encoding: Encoding) -> None:
        try:
            self._decoder = open_decoder(encoding)
        except (FFmpegError, ValueError) as error:
            raise CannotDecode(f"{encoding.codec.value} cannot be decoded: {error}") from error
        self._encoding = encoding
        self._encoder = None

    def _decode(self, unit: AccessUnit) -> list[av.VideoFrame]:
        if self._decoder is None:
            return []
        packet = av.Packet(unit.data)
        packet.pts, packet.dts, packet.time_base = unit.pts_90k, unit.dts_90k, _TICK
        try:
            return self._decoder.decode(packet)
        except FFmpegError:
            self.bad_pictures += 1
            return []

    def _encode(self, frame: av.VideoFrame, arrival: float) -> list[AccessUnit]:
        if frame.pts is None or (self._wanted is not None and not self._wanted(frame.pts)):
            return []
        width, height = fitted(frame.width, frame.height, self._most_width)
        if self._size is None or self._size == (width, height):
            shown = frame.reformat(width=width, height=height, format="yuv420p")
        else:
            shown = _within(frame, *self._size)
        scaled = self._paint(shown, frame.pts) if self._paint is not None else shown
        return [] if scaled is None else self._put(scaled, frame.pts, arrival)

    def _put(self, scaled: av.VideoFrame, at_90k: int, arrival: float) -> list[AccessUnit]:
        encoder = self._encoder
        if encoder is None or (encoder.width, encoder.height) != (scaled.width, scaled.height):
            encoder = self._encoder = _open_encoder(scaled.width, scaled.height)
            self._next_keyframe_90k = at_90k
            self._restarted = True
        scaled.pts, scaled.time_base = at_90k, _TICK
        if at_90k >= self._next_keyframe_90k:
            scaled.pict_type = av.video.frame.PictureType.I
            self._next_keyframe_90k = at_90k + self._keyframe_90k
        else:
            scaled.pict_type = av.video.frame.PictureType.NONE
        try:
            packets = encoder.encode(scaled)
        except FFmpegError:
            self.bad_pictures += 1
            return []
        return [self._unit(packet, arrival) for packet in packets]

    def _unit(self, packet: "av.packet.Packet[av.VideoStream]", arrival: float) -> AccessUnit:
        nals = split_annex_b(bytes(packet))
        sets = [nal for nal in nals if is_parameter_set(Codec.H264, nal)]
        pts_90k = packet.pts or 0
        unit = AccessUnit(
            join_length_prefixed(nal for nal in nals if not is_parameter_set(Codec.H264, nal)),
            pts_90k,
            pts_90k if packet.dts is None else packet.dts,
            arrival,
            packet.is_keyframe,
        )
        if self._restarted and unit.keyframe and sets:
            try:
                unit.encoding = encoding_of(Codec.H264, sets)
            except BadParameterSets as error:
                raise CannotDecode(f"the encoder's own headers are not understood: {error}") from error
            unit.discontinuity = True
            self._restarted = False
        return unit


def fitted(width: int, height: int, most_width: int) -> tuple[int, int]:
    """Return the even size at which pictures of a size are coded."""
    wide = min(width, most_width) & ~1
    return wide, round(height * wide / width) & ~1


def _within(frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
    """Return a picture as large as it goes in the middle of a black one."""
    scale = min(width / frame.width, height / frame.height)
    wide, high = max(2, int(frame.width * scale) & ~1), max(2, int(frame.height * scale) & ~1)
    inner = frame.reformat(width=wide, height=high, format="yuv420p").to_ndarray()
    planes = np.full((height * 3 // 2, width), _NEUTRAL, np.uint8)
    planes[:height] = _BLACK
    left, top = (width - wide) // 4 * 2, (height - high) // 4 * 2
    planes[top : top + high, left : left + wide] = inner[:high]
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    colours = inner[high:].reshape(2, high // 2, wide // 2)
    chroma[:, top // 2 : (top + high) // 2, left // 2 : (left + wide) // 2] = colours
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _open_encoder(width: int, height: int) -> av.VideoCodecContext:
    encoder = av.CodecContext.create("libx264", "w")
    if not isinstance(encoder, av.VideoCodecContext):
        raise CannotDecode("this FFmpeg has no H.264 encoder")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = _TICK
    encoder.framerate = Fraction(25)  # else x264 shares the bits out among 90,000 pictures a second
    encoder.bit_rate = round(width * height * _BITS_PER_PIXEL_SECOND)
    encoder.thread_count = 1
    encoder.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "forced-idr": "1",
        "x264-params": "keyint=infinite:scenecut=0:bframes=0:sliced-threads=0",
    }
    try:
        encoder.open()
    except FFmpegError as error:
        raise CannotDecode(f"the H.264 encoder does not start: {error}") from error
    return encoder
