"""Video files as a row of pictures with times, and a row of pictures as a video file. Blocking; for one thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.masks import Rgb

_TICK: Final = Fraction(1, HZ_90K)
_FORMATS: Final = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,h264,hevc,m4v,mpegvideo,mjpeg,ivf,asf,dv,mxf,gif"
_LARGEST_PIXELS: Final = 8192 * 4608
_ASSUMED_RATE: Final = 25
_MOST_BAD_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class FilePicture:
    """One picture of a file.

    Attributes:
        rgb: Its pixels, upright, scaled down; (H, W, 3), red first.
        at_90k: When it is shown, from 0 at the file's beginning.
        full_wh: Width and height in the file, upright.
        keyframe: Whether it was coded by itself.
    """

    rgb: Rgb
    at_90k: int
    full_wh: tuple[int, int]
    keyframe: bool


class VideoFile:
    """A file's video. A context manager.

    Args:
        path: The file; never an address.
        width: Pictures are made at most so many pixels wide.

    Attributes:
        bad: Coded pictures that were damaged.
        full_wh: Width and height, as coded.
        duration_90k: As the file says; None where it does not.
        rate: Pictures a second, on average, as the file says.

    Raises:
        BadInput: It is not there, no video, or has no picture in it.
    """

    def __init__(self, path: Path, width: int) -> None:
        self.path, self.bad = path, 0
        self._width = width
        self._scaler = VideoReformatter()
        self._container = _opened(path)
        try:
            self._stream = _video(self._container, path)
        except BaseException:
            self._container.close()
            raise
        self.full_wh = (self._stream.width, self._stream.height)
        self.rate = float(self._stream.average_rate or self._stream.guessed_rate or _ASSUMED_RATE)
        self.duration_90k = self._read_duration()
        self._start = self._stream.start_time or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def pictures(self, rate: float | None = None) -> Iterator[FilePicture]:
        """Yield the pictures in the order of time, evenly thinned out to `rate` a second.

        What is damaged is left out and counted. Only what is yielded is scaled.

        Raises:
            CannotDecode: There is nothing in it that can be shown.
        """
        yield from self._thinned(self._frames(), rate)

    def samples(self, many: int, until_s: float) -> list[FilePicture]:
        """Return about so many pictures from all over the file's first seconds; the file is at its beginning after.

        Raises:
            CannotDecode: It cannot be read again from its beginning.
        """
        end = min(self.duration_90k or round(until_s * HZ_90K), round(until_s * HZ_90K))
        found: list[FilePicture] = []
        for index in range(many):
            try:
                sample = self._sample(end * index // many)
            except CannotDecode:
                break
            if sample is not None and (not found or sample.at_90k > found[-1].at_90k):
                found.append(sample)
        self.bad = 0
        self._seek(0)
        return found

    def _sample(self, wanted: int) -> FilePicture | None:
        self._seek(wanted)
        for frame, at_90k in self._frames():
            if at_90k >= wanted:
                return self._picture(frame, at_90k)
        return None

    def _seek(self, at_90k: int) -> None:
        base = self._stream.time_base or _TICK
        try:
            self._container.seek(int(self._start + at_90k * _TICK / base), stream=self._stream)
        except FFmpegError as error:
            raise CannotDecode(f"{self.path}: it cannot be read from another place: {error}") from error
        self._stream.codec_context.flush_buffers()

    def _thinned(self, frames: Iterator[tuple[av.VideoFrame, int]], rate: float | None) -> Iterator[FilePicture]:
        step = 0.0 if rate is None else HZ_90K / rate
        due: float | None = None
        for frame, at_90k in frames:
            # A picture half a period early is the nearest one to its time.
            if due is not None and at_90k < due - self._half_period(step):
                continue
            due = at_90k + step if due is None or at_90k > due + 2 * step else due + step
            yield self._picture(frame, at_90k)

    def _half_period(self, step: float) -> float:
        return min(HZ_90K / self.rate / 2, step / 2)

    def _frames(self) -> Iterator[tuple[av.VideoFrame, int]]:
        """Yield decoded pictures with times that only grow."""
        last, in_a_row, shown = -1, 0, 0
        period = round(HZ_90K / self.rate)
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                break
            except FFmpegError:  # the file is cut off
                self.bad += 1
                break
            try:
                frames = packet.decode()
            except FFmpegError as error:
                self.bad += 1
                in_a_row += 1
                if in_a_row > _MOST_BAD_AT_ONCE:
                    raise CannotDecode(f"{self.path}: its pictures cannot be decoded: {error}") from error
                continue
            for frame in frames:
                at_90k = last + period if frame.pts is None else self._time(frame)
                if at_90k <= last:
                    continue
                last, in_a_row, shown = max(at_90k, 0), 0, shown + 1
                yield frame, last
        if not shown:
            raise CannotDecode(f"{self.path}: it holds no picture that can be shown")

    def _time(self, frame: av.VideoFrame) -> int:
        base = frame.time_base or self._stream.time_base or _TICK
        return round(((frame.pts or 0) - self._start) * base * HZ_90K)

    def _picture(self, frame: av.VideoFrame, at_90k: int) -> FilePicture:
        turns = round(frame.rotation / 90) % 4
        wide = frame.width if turns % 2 == 0 else frame.height
        scale = min(self._width / wide, 1)
        width, height = (max(round(side * scale) & ~1, 2) for side in (frame.width, frame.height))
        how = "FAST_BILINEAR" if width == frame.width else "AREA"
        scaled = self._scaler.reformat(frame, width=width, height=height, format="rgb24", interpolation=how)
        rgb = np.asarray(scaled.to_ndarray(), np.uint8)
        if turns:
            rgb = np.ascontiguousarray(np.rot90(rgb, turns))
        full = (frame.width, frame.height) if turns % 2 == 0 else (frame.height, frame.width)
        return FilePicture(rgb, at_90k, full, frame.key_frame)

    def _read_duration(self) -> int | None:
        if self._stream.duration and self._stream.time_base:
            return round(self._stream.duration * self._stream.time_base * HZ_90K)
        return None if self._container.duration is None else round(self._container.duration * HZ_90K / av.time_base)


class FileWriter:
    """Writes pictures as H.264 in MP4, each at its time. A context manager; the file is whole after it.

    Args:
        file: Where to; it must be seekable.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._container = av.open(file, "w", format="mp4")
        self._stream: VideoStream | None = None
        self._last = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None and kind is None:
            self._container.mux(self._stream.encode())
        self._container.close()

    def write(self, rgb: Rgb, at_90k: int) -> None:
        """Add a picture; one of another size than the first is scaled, one out of order left out."""
        if at_90k <= self._last:
            return
        self._last = at_90k
        if self._stream is None:
            self._stream = self._begin(rgb.shape[1] & ~1, rgb.shape[0] & ~1)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame = frame.reformat(width=self._stream.width, height=self._stream.height, format="yuv420p")
        frame.pts, frame.time_base = at_90k, _TICK
        self._container.mux(self._stream.encode(frame))

    def _begin(self, width: int, height: int) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=_ASSUMED_RATE, options={"preset": "veryfast", "crf": "23"})
        if not isinstance(stream, VideoStream):
            raise CannotDecode("this FFmpeg has no H.264 encoder")
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = _TICK
        return stream


def _opened(path: Path) -> InputContainer:
    if not path.is_file():
        raise BadInput(f"{path} is not there" if not path.exists() else f"{path} is no file", "name a video file")
    options = {"protocol_whitelist": "file", "format_whitelist": _FORMATS, "fflags": "+genpts"}
    try:
        return av.open(str(path), options=options)
    except (FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            f"{path} is no video that can be read ({reason.lower()})", "is the file whole? Copy or download it again"
        ) from error


def _video(container: InputContainer, path: Path) -> VideoStream:
    streams = container.streams.video
    if not streams:
        raise BadInput(f"{path} has no picture in it", "name a file with video")
    stream = streams[0]
    if stream.codec_context is None or not stream.width or not stream.height:
        raise BadInput(f"{path} has a video whose coding is not known", "convert it to H.264 in MP4")
    if stream.width * stream.height > _LARGEST_PIXELS:
        raise BadInput(f"{path}: its picture of {stream.width}x{stream.height} is too large", "make it smaller")
    stream.thread_type = "AUTO"
    return stream
