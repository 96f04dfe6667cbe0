"""The clock camera: encoded live while somebody watches, so that latency can be read from a page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from ronda.base.time import HZ_90K, Clock
from ronda.media.access_unit import Codec
from ronda.media.delivery.rtsp.presentation import Picture, Sink
from ronda.media.rtp.packetise import payloads
from ronda.simulate.clockcode import draw_code, draw_face

WIDTH: Final = 640
HEIGHT: Final = 360
RATE: Final = 25
GOP: Final = 25


def annexb_units(data: bytes) -> list[bytes]:
    """Split a byte stream (H.264, annex B) into NAL units."""
    marks = []
    at = data.find(b"\0\0\1")
    while at >= 0:
        marks.append(at)
        at = data.find(b"\0\0\1", at + 3)
    ends = [*marks[1:], len(data)]
    units = (data[mark + 3 : end].rstrip(b"\0") for mark, end in zip(marks, ends, strict=True))
    return [unit for unit in units if unit]


class ClockPresentation:
    """Shows the clock, 25 pictures a second, drawn and encoded within a few milliseconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sink: Sink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._encoder = self._opened()
        self._index = 0
        self._due = 0.0
        first = self._encode(keyframe=True)
        self._sets = tuple(unit for unit in annexb_units(b"".join(map(bytes, first))) if unit[0] & 0x1F in {7, 8})

    @staticmethod
    def _opened() -> VideoCodecContext:
        encoder = av.CodecContext.create("libx264", "w")
        if not isinstance(encoder, VideoCodecContext):
            raise TypeError("libx264 is no video encoder")
        encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        encoder.time_base, encoder.framerate = Fraction(1, HZ_90K), Fraction(RATE)
        encoder.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "crf": "24",
            "x264-params": f"keyint={GOP}:min-keyint={GOP}:scenecut=0:threads=1:repeat-headers=1:bframes=0",
        }
        encoder.open()
        return encoder

    @property
    def codec(self) -> Codec:
        """H.264."""
        return Codec.H264

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """See `Encoding.parameter_sets`."""
        return self._sets

    def attach(self, sink: Sink) -> None:
        """Start."""
        self._sink, self._due, self._index = sink, self._clock.monotonic(), 0
        self._tick()

    def detach(self, sink: Sink) -> None:
        """Stop."""
        self._sink = None
        if self._timer:
            self._timer.cancel()

    def end(self) -> None:
        """Hang up on everybody who watches."""
        if self._sink:
            self._sink.end()

    def _encode(self, *, keyframe: bool) -> list[Packet[VideoStream]]:
        utc_90k = self._clock.utc_90k()
        unix_ms = utc_90k // 90
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        luma = planes[:HEIGHT]
        moment = datetime.fromtimestamp(unix_ms / 1000, UTC)
        draw_face(luma, unix_ms, moment.strftime("%H:%M:%S.%f")[:-3] + " UTC")
        draw_code(luma, unix_ms)
        frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
        frame.pts, frame.time_base = utc_90k, Fraction(1, HZ_90K)
        if keyframe:
            frame.pict_type = av.video.frame.PictureType.I
        return self._encoder.encode(frame)

    def _tick(self) -> None:
        sink = self._sink
        if sink is None:
            return
        for packet in self._encode(keyframe=self._index % GOP == 0):
            pts = packet.pts or 0
            units = [unit for unit in annexb_units(bytes(packet)) if unit[0] & 0x1F not in {7, 8, 9}]
            data = b"".join(len(unit).to_bytes(4) + unit for unit in units)
            parts = payloads(Codec.H264, data, self._sets if packet.is_keyframe else ())
            sink.picture(Picture(parts, pts, packet.is_keyframe, pts))
        self._index += 1
        self._due = max(self._due + 1 / RATE, self._clock.monotonic())
        if self._sink:
            delay = self._due - self._clock.monotonic()
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)
