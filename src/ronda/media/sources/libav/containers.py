"""Opening what PyAV reads: options and limits of each protocol, and foreign errors in our words.

Everything here blocks and runs in a source's thread.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

import av
import av.error
from av.container import InputContainer
from av.stream import Discard
from av.video.stream import VideoStream

from ronda.base.causes import GapCause
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed, SourceRefused, SourceSilent, SourceUnsupported

OPEN_TIMEOUT_S: Final = 10.0
READ_TIMEOUT_S: Final = 10.0
# A file that somebody uploads must not make us read other files or addresses: no playlists, no lists.
_FILE_FORMATS: Final = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,h264,hevc,m4v,mpegvideo,mjpeg,ivf,asf,dv,mxf"
_NETWORK: Final = "tcp,tls,http,https,httpproxy,crypto,data,rtmp,rtmps,rtmpt,srt,udp"
_QUICK_START: Final = {"analyzeduration": "2000000", "probesize": "2000000", "fpsprobesize": "4"}
_PUSHED_FORMATS: Final = "matroska,webm,mov,mp4"
_AT_ONCE: Final = {"analyzeduration": "100000", "probesize": "65536", "fpsprobesize": "0", "formatprobesize": "32768"}
_PUSH_BUFFER_BYTES: Final = 8192
_UNREACHABLE: Final = "cannot be reached"


class FileGone(SourceFailed):
    """The file is not there or may not be read."""

    cause = GapCause.UNREACHABLE


@dataclass(slots=True)
class Opened:
    """An open container and what was found in it.

    Attributes:
        container: PyAV's; only its thread may touch it.
        video: The stream that is read.
        tracks: All streams in words.
        paced: It comes faster than life and must be slowed down.
        timeless: Its pictures carry no times of their own.
        seekable: Its reader may go back to the beginning.
    """

    container: InputContainer
    video: VideoStream
    tracks: tuple[str, ...]
    paced: bool
    timeless: bool
    seekable: bool = True


@dataclass(slots=True)
class Interruption:
    """Lets the event loop end what a thread waits for, where that is possible."""

    interrupted: bool = False
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def interrupt(self) -> None:
        """Kill the programs that the container reads from; returns at once."""
        self.interrupted = True
        for process in tuple(self.processes):
            process.kill()

    def add(self, process: "subprocess.Popen[bytes]") -> None:
        """A program was started, in the source's thread."""
        self.processes.append(process)
        if self.interrupted:
            process.kill()


@contextmanager
def opened(address: StreamAddress, interruption: Interruption) -> Iterator[Opened]:
    """Open `address` while the context lasts.

    Raises:
        SourceFailed: One of its kinds, for whatever PyAV raises here or within the context.
    """
    try:
        with _container(address, interruption) as container:
            video = _best_video(container, address)
            if video.codec_context is not None:
                video.codec_context.thread_count = 1
            for stream in container.streams:
                if stream is not video:
                    stream.discard = Discard.all
            is_list = "hls" in container.format.name
            paced = is_list or address.scheme == "file" or (container.duration is not None and container.duration > 0)
            timeless = container.format.name == "mpjpeg"
            yield Opened(container, video, _tracks(container), paced and not timeless, timeless)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise translated(error, address) from error


class Readable(Protocol):
    """Bytes that come one after the other and not again."""

    def read(self, size: int) -> bytes:
        """Wait for bytes and return at most `size` of them; none at the end."""
        ...


@contextmanager
def opened_push(file: Readable, address: StreamAddress) -> Iterator[Opened]:
    """Open what a device sends as it comes, while the context lasts; raises as `opened` does."""
    options = {"format_whitelist": _PUSHED_FORMATS, "protocol_whitelist": "file", **_AT_ONCE}
    try:
        with av.open(file, "r", options=options, buffer_size=_PUSH_BUFFER_BYTES) as container:
            video = _best_video(container, address)
            if video.codec_context is not None:
                video.codec_context.thread_count = 1
            yield Opened(container, video, _tracks(container), paced=False, timeless=False, seekable=False)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise translated(error, address) from error


def _options(address: StreamAddress) -> dict[str, str]:
    if address.scheme == "file":
        return {"protocol_whitelist": "file", "format_whitelist": _FILE_FORMATS, "fflags": "+genpts"}
    return {"protocol_whitelist": _NETWORK, **_QUICK_START}


@contextmanager
def _container(address: StreamAddress, interruption: Interruption) -> Iterator[InputContainer]:
    place = address.path if address.scheme == "file" else address.with_credentials
    timeouts = (OPEN_TIMEOUT_S, READ_TIMEOUT_S)
    try:
        container = av.open(place, options=_options(address), timeout=timeouts)
    except av.error.ProtocolNotFoundError:
        with _through_ffmpeg(address, interruption) as container:
            yield container
    else:
        with container:
            yield container


@contextmanager
def _through_ffmpeg(address: StreamAddress, interruption: Interruption) -> Iterator[InputContainer]:
    """Read through the system's ffmpeg what PyAV was built without (SRT in its wheels)."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise SourceUnsupported(
            f"{address.scheme} needs the program ffmpeg, which is not installed", "install it: apt install ffmpeg"
        )
    # The address goes in by standard input: the list of processes shows no passphrase.
    playlist = f"ffconcat version 1.0\nfile '{address.with_credentials.replace(chr(39), '%27')}'\n"
    command = [program, "-loglevel", "error", "-protocol_whitelist", f"pipe,{_NETWORK}"]
    command += ["-fflags", "nobuffer", "-analyzeduration", "1000000", "-probesize", "500000"]
    command += ["-f", "concat", "-safe", "0", "-i", "pipe:0"]
    command += ["-map", "0:v:0", "-c", "copy", "-f", "mpegts", "-flush_packets", "1", "pipe:1"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    interruption.add(process)
    try:
        assert process.stdin is not None  # noqa: S101
        with process.stdin:
            process.stdin.write(playlist.encode())
        container = av.open(process.stdout, format="mpegts", options=dict(_QUICK_START))
        with container:
            yield cast("InputContainer", container)
    except (av.error.InvalidDataError, av.error.EOFError) as error:
        raise SourceFailed(f"{address} {_UNREACHABLE}", "check the address, and that it is sending") from error
    finally:
        interruption.processes.remove(process)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _best_video(container: InputContainer, address: StreamAddress) -> VideoStream:
    video = container.streams.best("video")
    if video is None:
        raise SourceUnsupported(f"{address} has no video")
    return cast("VideoStream", video)


def _tracks(container: InputContainer) -> tuple[str, ...]:
    return tuple(
        f"{stream.type} {stream.codec_context.name}" if stream.codec_context else stream.type
        for stream in container.streams
    )


def translated(error: Exception, address: StreamAddress) -> SourceFailed:
    """Return what an error of PyAV means, free of credentials (its own text may hold the address)."""
    where = str(address)
    if address.scheme == "file":
        return _translated_file(error, where)
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return SourceRefused(f"{where} refused the user name or password")
    if isinstance(error, av.error.HTTPError | av.error.HTTPClientError | av.error.HTTPServerError):
        return SourceFailed(f"{where} answered: {error.strerror}", "check the path of the address")
    if isinstance(error, ConnectionRefusedError):
        return SourceFailed(f"{where} refused the connection", "check the port, and that the device is on")
    if isinstance(error, av.error.ExitError | TimeoutError):
        return SourceSilent(f"{where} did not answer in time", "check that it is on and sending")
    if isinstance(error, av.error.InvalidDataError | ValueError):
        return SourceUnsupported(f"{where} sends nothing that can be read as video")
    reason = getattr(error, "strerror", None) or type(error).__name__
    return SourceFailed(f"{where} {_UNREACHABLE}: {reason}", "check the address and the network")


def _translated_file(error: Exception, where: str) -> SourceFailed:
    if isinstance(error, FileNotFoundError):
        return FileGone(f"there is no file {where}")
    if isinstance(error, PermissionError):
        return FileGone(f"{where} may not be read", "let the user that runs ronda read it")
    if isinstance(error, av.error.InvalidDataError | ValueError):
        return SourceUnsupported(f"{where} is no video that can be read", "use MP4, MOV, WebM or MKV")
    return FileGone(f"{where} cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}")
