"""Loops: short encoded films that start again where they end, and cameras that play them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av

from ronda.base.errors import BadInput, StorageFailed
from ronda.base.time import HZ_90K, Clock
from ronda.media.access_unit import Codec
from ronda.media.delivery.rtsp.presentation import Picture, Sink
from ronda.media.rtp.packetise import payloads

_CODECS: Final = {"h264": Codec.H264, "hevc": Codec.H265}


@dataclass(frozen=True, slots=True)
class LoopPicture:
    """One picture of a loop, packetised.

    Attributes:
        payloads: For RTP; a keyframe's hold the parameter sets.
        keyframe: A decoder can start here.
        size_bytes: Sum of the payloads.
    """

    payloads: tuple[bytes, ...]
    keyframe: bool
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Loop:
    """An encoded film without B-frames whose end meets its beginning.

    Attributes:
        codec: The coding.
        parameter_sets: See `ronda.media.access_unit.Encoding`.
        tick_90k: Distance of its pictures.
        pictures: In order; the first is a keyframe.
    """

    codec: Codec
    parameter_sets: tuple[bytes, ...]
    tick_90k: int
    pictures: tuple[LoopPicture, ...]


def _avcc_sets(box: bytes) -> list[bytes]:
    """SPS and PPS of an `avcC` body, ISO/IEC 14496-15, 5.3.3."""
    at, found = 5, []
    for mask in (0x1F, 0xFF):
        count, at = box[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(box[at : at + 2])
            found.append(box[at + 2 : at + 2 + size])
            at += 2 + size
    return found


def _hvcc_sets(box: bytes) -> list[bytes]:
    """VPS, SPS and PPS of an `hvcC` body, ISO/IEC 14496-15, 8.3.3; SEI is left out."""
    at, found = 23, []
    for _ in range(box[22]):
        kind, count, at = box[at] & 0x3F, int.from_bytes(box[at + 1 : at + 3]), at + 3
        for _ in range(count):
            size = int.from_bytes(box[at : at + 2])
            if kind in {32, 33, 34}:
                found.append(box[at + 2 : at + 2 + size])
            at += 2 + size
    return found


def read_loop(path: Path) -> Loop:
    """Return the loop in an MP4 file (blocking: call it on a thread).

    Raises:
        StorageFailed: The file cannot be read.
        BadInput: It holds no H.264 or H.265, or B-frames.
    """
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            codec = _CODECS.get(stream.codec_context.name)
            if codec is None or stream.codec_context.extradata is None or stream.time_base is None:
                raise BadInput(f"{path} holds neither H.264 nor H.265 in MP4")
            read = _avcc_sets if codec is Codec.H264 else _hvcc_sets
            sets = tuple(read(bytes(stream.codec_context.extradata)))
            packets = [packet for packet in container.demux(stream) if packet.size]
            if any(packet.pts != packet.dts for packet in packets):
                raise BadInput(f"{path} has B-frames", "encode it with bframes=0")
            rate = stream.average_rate or 25
    except (av.FFmpegError, OSError) as error:
        raise StorageFailed(f"cannot read the loop {path}: {error}") from error
    pictures = []
    for packet in packets:
        parts = payloads(codec, bytes(packet), sets if packet.is_keyframe else ())
        pictures.append(LoopPicture(parts, packet.is_keyframe, sum(map(len, parts))))
    if not pictures or not pictures[0].keyframe:
        raise BadInput(f"{path} does not start with a keyframe")
    return Loop(codec, sets, round(HZ_90K / rate), tuple(pictures))


def since_keyframe(loop: Loop, index: int) -> int:
    """Return how many pictures before picture `index` of an endless loop its last keyframe is."""
    count = len(loop.pictures)
    return next(back for back in range(count) if loop.pictures[(index - back) % count].keyframe)


class LoopPresentation:
    """A loop played without end at a phase of its own; see `ronda.media.delivery.rtsp.presentation`.

    What is shown at a moment depends on the clock and the phase, so that a camera goes on where it would have been
    when somebody comes back; but it begins at once, with the keyframe shown last, and stays that much behind.
    """

    def __init__(self, loop: Loop, phase_s: float, clock: Clock) -> None:
        self._loop, self._clock = loop, clock
        self._phase_90k = round(phase_s * HZ_90K)
        self._sink: Sink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0
        self._behind = 0
        # Picks pts from UTC, so that a camera's timestamps look like those of a long-running one.
        self._utc_minus_monotonic_90k = clock.utc_90k() - round(clock.monotonic() * HZ_90K)

    @property
    def codec(self) -> Codec:
        """The coding."""
        return self._loop.codec

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """See `Encoding.parameter_sets`."""
        return self._loop.parameter_sets

    def attach(self, sink: Sink) -> None:
        """Start playing to `sink`."""
        self._sink = sink
        self._next = (self._now_90k() // self._loop.tick_90k) + 1
        self._behind = since_keyframe(self._loop, self._next)
        self._wait()

    def detach(self, sink: Sink) -> None:
        """Stop."""
        self._sink = None
        if self._timer:
            self._timer.cancel()

    def end(self) -> None:
        """Hang up on everybody who watches."""
        if self._sink:
            self._sink.end()

    def _now_90k(self) -> int:
        return round(self._clock.monotonic() * HZ_90K) + self._phase_90k

    def _wait(self) -> None:
        due_90k = self._next * self._loop.tick_90k
        delay = (due_90k - self._now_90k()) / HZ_90K
        self._timer = asyncio.get_running_loop().call_later(max(0.0, delay), self._tick)

    def _tick(self) -> None:
        index, pictures = self._next, self._loop.pictures
        self._next += 1
        pts = index * self._loop.tick_90k
        utc = pts - self._phase_90k + self._utc_minus_monotonic_90k
        if self._sink:
            self.show(index, pictures[(index - self._behind) % len(pictures)], pts, utc)
        if self._sink:
            self._wait()

    def show(self, index: int, picture: LoopPicture, pts_90k: int, utc_90k: int) -> None:
        """Send one picture on; a camera with a fault overrides it."""
        if self._sink:
            self._sink.picture(Picture(picture.payloads, pts_90k, picture.keyframe, utc_90k))
