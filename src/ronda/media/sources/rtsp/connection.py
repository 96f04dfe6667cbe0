"""The TCP connection to one camera: bytes from the loop to the reader, answers back.

Runs on the event loop. All connections of a loop read into one buffer: what is in it is taken within
the call that filled it, and only the unfinished rest (some hundred bytes) is kept per camera.
"""

import asyncio
import socket
import threading
from dataclasses import dataclass
from typing import Final, cast

from ronda.base.logging import get_logger
from ronda.base.time import Clock
from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.rtp.rtcp import sender_utc_90k
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceListener, SourceSilent
from ronda.media.sources.rtsp.client import Channels, Phase, RtspClient
from ronda.media.sources.rtsp.interleaved import BUFFER_BYTES, InterleavedReader
from ronda.media.sources.rtsp.message import Message

_log = get_logger("media.sources.rtsp")

_TICK_S: Final = 1.0
_REPORT_EVERY_S: Final = 60.0
_LONGEST_KEEP_ALIVE_S: Final = 30.0
_LARGEST_GULP_BYTES: Final = BUFFER_BYTES // 2
_SMALLEST_GULP_BYTES: Final = 4096


class _SharedBuffer(threading.local):
    """One read buffer per thread, and so per loop: reading and parsing happen in one go."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(BUFFER_BYTES))


_shared: Final = _SharedBuffer()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes:
        connect_s: For the TCP (and TLS) connection.
        response_s: For the answer to each request before pictures come.
        picture_s: For the next picture; a backstop, as supervisors lose patience sooner.
        keyframe_s: For a picture that a decoder can start at.
        gulp_s: How much of the stream to let pile up in the kernel while nobody watches.
    """

    connect_s: float = 5.0
    response_s: float = 10.0
    picture_s: float = 20.0
    keyframe_s: float = 60.0
    gulp_s: float = 0.4


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a connection works for and with."""

    listener: SourceListener
    counters: SourceCounters
    clock: Clock
    patience: Patience


class RtspConnection(asyncio.BufferedProtocol):
    """Plays one camera over one connection.

    Args:
        client: The conversation, not yet started.
        around: Whom to tell and how long to wait.
        raw: The socket beneath, for its low-water mark.
        watched: Whether somebody watches live now.

    Attributes:
        ended: Done when the connection is over: with a `SourceFailed`, or with None after a redirect.
    """

    def __init__(self, client: RtspClient, around: Surroundings, raw: socket.socket, watched: bool) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._client = client
        self._around = around
        self._counters = around.counters
        self._monotonic = around.clock.monotonic
        self._raw = raw
        self._watched = watched
        self._reader = InterleavedReader(self._message, self._control, around.counters)
        self._receiver: VideoReceiver | None = None
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._view = _shared.view
        self._timer: asyncio.TimerHandle | None = None
        self._now = 0.0
        self._waiting_since = 0.0
        self._keep_alive_at = 0.0
        self._units = 0
        self._pictures = around.counters.pictures
        self._bytes = around.counters.received_bytes
        self._keyframe_since = 0.0
        self._report_at = 0.0
        self._reported = (around.counters.lost_packets, around.counters.bad_packets)
        self._gulp_bytes = 1
        self._rate = 0.0
        self.ended: asyncio.Future[None] = loop.create_future()
        # Nobody may be waiting any more when it ends: its error is looked at once, so that asyncio does not complain.
        self.ended.add_done_callback(lambda ended: ended.cancelled() or ended.exception())

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the conversation."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._now = self._waiting_since = self._monotonic()
        self._timer = self._loop.call_later(_TICK_S, self._tick)
        self._transport.write(self._client.start())

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where to read to: the loop's buffer, behind the rest of the last time."""
        rest = self._rest
        if not rest:
            return self._view
        self._view[: len(rest)] = rest
        return self._view[len(rest) :]

    def buffer_updated(self, nbytes: int) -> None:
        """Take what has come."""
        view = self._view
        end = len(self._rest) + nbytes
        self._counters.received_bytes += nbytes
        self._now = now = self._monotonic()
        if self._receiver is not None:
            self._receiver.arrival = now
        try:
            taken = self._reader.feed(view, end)
        except SourceFailed as error:
            self._end(error)
            return
        self._rest = bytes(view[taken:end]) if taken < end else b""

    def eof_received(self) -> bool:
        """Close our side too."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side is gone, or we closed."""
        if self._client.phase in (Phase.PLAYING, Phase.CLOSED):
            why = "the camera closed the connection" if exc is None else f"the connection broke ({reason(exc)})"
        else:
            why = f"the camera closed the connection instead of answering {self._client.phase}"
        self._end(SourceFailed(why))

    # What the source calls.

    def watch(self, watched: bool) -> None:
        """Say whether somebody watches live."""
        self._watched = watched
        if watched:
            self._gulp(1)

    def close(self) -> None:
        """Say goodbye and close; may be called more than once."""
        self._end(None)

    # Within.

    def _message(self, message: Message) -> None:
        client, before = self._client, self._client.phase
        out = client.receive(message)
        if client.phase is not before or before is not Phase.PLAYING:
            self._waiting_since = self._now
        if out and self._transport is not None:
            self._transport.write(out)
        if client.phase is Phase.REDIRECTED:
            self._end(None)
        elif client.phase is before:
            return
        elif client.phase is Phase.PLAY and client.video is not None and client.channels is not None:
            self._receiver = self._new_receiver(client.video, client.channels)
            self._receiver.arrival = self._now
            self._reader.attach(self._receiver, client.channels)
        elif client.phase is Phase.PLAYING:
            self._keyframe_since = self._waiting_since
            self._plan_keep_alive()

    def _new_receiver(self, video: VideoFormat, channels: Channels) -> VideoReceiver:
        around = self._around
        return VideoReceiver(video, around.listener.picture, around.counters, channels.rtp)

    def _control(self, packet: memoryview) -> None:
        ours = self._around.clock.utc_90k()
        theirs = sender_utc_90k(packet, ours)
        if theirs is not None:
            self._counters.clock_offset_90k = theirs - ours

    def _plan_keep_alive(self) -> None:
        pause = min(self._client.session_timeout_s / 2, _LONGEST_KEEP_ALIVE_S)
        self._keep_alive_at = self._now + max(pause, 1.0)

    def _tick(self) -> None:
        """Once a second: is it silent, is a keep-alive due, how large a gulp fits."""
        self._now = now = self._monotonic()
        self._timer = self._loop.call_later(_TICK_S, self._tick)
        receiver = self._receiver
        if self._client.phase is not Phase.PLAYING or receiver is None:
            if now - self._waiting_since > self._around.patience.response_s:
                self._end(SourceSilent(f"accepts the connection and does not answer {self._client.phase}"))
            return
        self._watch_silence(receiver)
        if now >= self._keep_alive_at and self._transport is not None and not self.ended.done():
            self._transport.write(self._client.keep_alive())
            self._plan_keep_alive()
        self._fit_gulp()
        if now >= self._report_at:
            self._report()

    def _report(self) -> None:
        """Say now and then what went wrong on the way, instead of a line for each packet."""
        lost, bad = self._counters.lost_packets, self._counters.bad_packets
        lost_before, bad_before = self._reported
        if (lost, bad) == self._reported:
            return
        self._reported = (lost, bad)
        self._report_at = self._now + _REPORT_EVERY_S
        _log.warning(
            "packets lost or bad",
            source=self._client.shown_address,
            lost=lost - lost_before,
            bad=bad - bad_before,
            damaged_pictures=self._receiver.damaged_units if self._receiver else 0,
        )

    def _watch_silence(self, receiver: VideoReceiver) -> None:
        patience = self._around.patience
        if receiver.units != self._units:
            self._units, self._waiting_since = receiver.units, self._now
        elif self._now - self._waiting_since > patience.picture_s:
            self._end(SourceSilent(f"no picture for {patience.picture_s:g} s"))
        if self._counters.pictures != self._pictures:
            self._pictures, self._keyframe_since = self._counters.pictures, self._now
        elif self._now - self._keyframe_since > patience.keyframe_s:
            why = receiver.problem or f"no keyframe for {patience.keyframe_s:g} s"
            self._end(SourceSilent(f"pictures come that cannot be shown: {why}"))

    def _fit_gulp(self) -> None:
        received = self._counters.received_bytes
        fresh, self._bytes = received - self._bytes, received
        if not fresh:
            self._gulp(1)
            return
        self._rate = fresh if not self._rate else 0.7 * self._rate + 0.3 * fresh
        if self._watched:
            return
        size = int(min(self._rate, fresh) * self._around.patience.gulp_s / _TICK_S)
        self._gulp(min(size, _LARGEST_GULP_BYTES) if size >= _SMALLEST_GULP_BYTES else 1)

    def _gulp(self, size: int) -> None:
        """Let the kernel wake us only when `size` bytes have come (SO_RCVLOWAT)."""
        known = self._gulp_bytes
        if size == known or (size > 1 and known > 1 and abs(size - known) * 4 < known):
            return
        self._gulp_bytes = size
        try:
            self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
        except OSError:
            return  # closed meanwhile, or a system without it

    def _end(self, error: SourceFailed | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.ended.done():
            if error is None:
                self.ended.set_result(None)
            else:
                self.ended.set_exception(error)
        transport, self._transport = self._transport, None
        if transport is not None and not transport.is_closing():
            if self._client.phase in (Phase.PLAYING, Phase.PLAY):
                transport.write(self._client.teardown())
            transport.close()


def reason(error: BaseException) -> str:
    """Return what the system says of `error`, short."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:100]
