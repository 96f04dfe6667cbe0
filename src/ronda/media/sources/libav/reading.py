"""From an open container to pictures with times: as they are where browsers play them, else transcoded.

Runs in a source's thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import av.error
from av.packet import Packet
from av.video.stream import VideoStream

from ronda.base.errors import Busy
from ronda.media.access_unit import Codec, Encoding
from ronda.media.parameter_sets import (
    BadParameterSets,
    read_decoder_configuration,
    split_annex_b,
    split_length_prefixed,
)
from ronda.media.parameter_sets.pictures import Picture, PictureBuilder
from ronda.media.reorder import DecodingTimes
from ronda.media.sources.contract import SourceFailed, SourceUnsupported
from ronda.media.sources.libav.containers import Opened
from ronda.media.sources.libav.transcoding import Transcoder, Transcoders

_CARRIED: Final = {"h264": Codec.H264, "hevc": Codec.H265}
_MOST_BAD: Final = 200
_LARGEST_PIXELS: Final = 8192 * 4608


@dataclass(frozen=True, slots=True)
class Timed:
    """A picture and the container's times at 90 kHz."""

    picture: Picture
    pts_90k: int
    dts_90k: int


class Reader(Protocol):
    """Makes pictures out of the packets of one container, and of the next ones after it."""

    bad_packets: int

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of the last picture."""
        ...

    def begin(self, opened: Opened) -> None:
        """A container has been opened: its packets follow."""
        ...

    def read(self, packet: "Packet[VideoStream]", arrival_90k: int) -> Iterator[Timed]:
        """Yield the pictures that `packet` completes."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...


def reader_for(opened: Opened, transcoders: Transcoders) -> Reader:
    """Return the reader for a container's video.

    Raises:
        SourceUnsupported: Nothing here can decode it.
        SourceFailed: All places for transcoding are taken.
    """
    context = opened.video.codec_context
    codec = _CARRIED.get(context.name) if context is not None else None
    if codec is not None and not _turned(opened):
        return CarriedReader(codec)
    if context is None or context.name is None:
        raise SourceUnsupported("the coding of the video is not known")
    if opened.video.width * opened.video.height > _LARGEST_PIXELS:
        raise SourceUnsupported(f"the picture is too large: {opened.video.width}x{opened.video.height}")
    try:
        return TranscodingReader(transcoders.take())
    except Busy as error:
        raise SourceFailed(error.message, error.mend) from error


def _turned(opened: Opened) -> bool:
    """Whether a file says that its pictures must be turned, as those of phones held upright do."""
    if not (opened.seekable and opened.container.format.name.startswith("mov")):
        return False
    try:
        for frame in opened.container.decode(opened.video):
            return frame.rotation % 360 != 0
    except av.error.FFmpegError:
        return False
    finally:
        opened.container.seek(0)
        opened.video.codec_context.flush_buffers()
    return False


def _times(packet: "Packet[VideoStream]", opened: Opened, arrival_90k: int) -> tuple[int | None, int | None]:
    if opened.timeless:
        return arrival_90k, arrival_90k
    base = packet.time_base
    numerator, denominator = base.numerator * 90_000, base.denominator
    pts, dts = (None if at is None else at * numerator // denominator for at in (packet.pts, packet.dts))
    return pts, dts


class CarriedReader:
    """H.264 and H.265 as they are."""

    def __init__(self, codec: Codec) -> None:
        self.bad_packets = 0
        self._bad_so_far = 0
        self._codec = codec
        self._builder = PictureBuilder(codec)
        self._length_bytes = 0
        self._opened: Opened | None = None
        self._derived: DecodingTimes | None = None
        self._next_90k = 0
        self._duration_90k = 3_600

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of the last picture."""
        return self._builder.encoding

    def begin(self, opened: Opened) -> None:
        """A container has been opened: its packets follow."""
        context = opened.video.codec_context
        if _CARRIED.get(context.name) is not self._codec:
            raise SourceFailed("the coding of the video changed")
        self._opened = opened
        try:
            stored = read_decoder_configuration(self._codec, context.extradata or b"")
        except BadParameterSets as error:
            raise SourceUnsupported(str(error)) from error
        self._length_bytes = stored.length_bytes
        self._builder.offer(stored.parameter_sets)
        rate = opened.video.average_rate or opened.video.guessed_rate
        self._duration_90k = max(1, round(90_000 / rate)) if rate else 3_600
        self._next_90k = 0
        self._derived = None

    def read(self, packet: "Packet[VideoStream]", arrival_90k: int) -> Iterator[Timed]:
        """Yield the picture in `packet`."""
        assert self._opened is not None  # noqa: S101
        if packet.has_sidedata("new_extradata"):
            self._renew(bytes(packet.get_sidedata("new_extradata")))
        data = bytes(packet)
        try:
            nals = split_length_prefixed(data, self._length_bytes) if self._length_bytes else split_annex_b(data)
        except BadParameterSets:
            self._count_bad()
            return
        picture = self._builder.build(nals, packet.is_keyframe)
        if picture is None:
            return
        pts, dts = _times(packet, self._opened, arrival_90k)
        yield Timed(picture, *self._both(pts, dts))

    def close(self) -> None:
        """Nothing is held."""

    def _renew(self, extradata: bytes) -> None:
        """Take the header that an encoder sent anew in mid-stream (RTMP, FLV)."""
        try:
            stored = read_decoder_configuration(self._codec, extradata)
        except BadParameterSets:
            self._count_bad()
        else:
            self._length_bytes = stored.length_bytes
            self._builder.offer(stored.parameter_sets)

    def _count_bad(self) -> None:
        self.bad_packets += 1
        self._bad_so_far += 1
        if self._bad_so_far >= _MOST_BAD and self._builder.encoding is None:
            raise SourceUnsupported("the video cannot be taken apart")

    def _both(self, pts: int | None, dts: int | None) -> tuple[int, int]:
        """Return both times where the container told one or none."""
        if pts is None:
            pts = dts if dts is not None else self._next_90k
        if dts is None and self._derived is None:
            depth = self._builder.encoding.reorder_depth if self._builder.encoding else None
            self._derived = DecodingTimes(depth, self._duration_90k)
        if self._derived is not None:
            dts = self._derived.stamp(pts)
        assert dts is not None  # noqa: S101
        self._next_90k = pts + self._duration_90k
        return pts, dts


class TranscodingReader:
    """Any other coding, decoded and coded anew."""

    def __init__(self, transcoder: Transcoder) -> None:
        self.bad_packets = 0
        self._transcoder = transcoder
        self._opened: Opened | None = None
        self._next_90k = 0

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of the last picture."""
        return self._transcoder.encoding

    def begin(self, opened: Opened) -> None:
        """A container has been opened: its packets follow."""
        self._opened = opened
        self._next_90k = 0
        self._transcoder.restart()

    def read(self, packet: "Packet[VideoStream]", arrival_90k: int) -> Iterator[Timed]:
        """Yield the pictures that decoding `packet` gives."""
        assert self._opened is not None  # noqa: S101
        try:
            frames = self._opened.video.decode(packet)
        except av.error.InvalidDataError:
            self.bad_packets += 1
            return
        for frame in frames:
            if self._opened.timeless:
                pts = arrival_90k
            elif frame.pts is not None and frame.time_base is not None:
                pts = frame.pts * frame.time_base.numerator * 90_000 // frame.time_base.denominator
            else:
                pts = self._next_90k
            self._next_90k = pts + 3_600
            for picture, shown_90k in self._transcoder.encode(frame, pts):
                yield Timed(picture, shown_90k, shown_90k)

    def close(self) -> None:
        """Give the place in the pool back."""
        self._transcoder.close()
