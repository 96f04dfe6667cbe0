"""A stretch of a recorder's own archive, played once over RTSP, as fast as whoever takes it allows.

Owns the pictures that have come and were not taken yet, bounded: when too much waits the socket is not read, and TCP
holds the recorder back.
"""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import Clock
from ronda.media.access_unit import AccessUnit
from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.rtp.replayed import ReplayReceiver
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceRefused
from ronda.media.sources.rtsp.client import Channels, RtspClient
from ronda.media.sources.rtsp.connection import Patience, RtspConnection
from ronda.media.sources.rtsp.source import Resolve, RtspOptions, RtspSource
from ronda.media.sources.rtsp.stretch import Stretch, range_start_90k

_FULL_BYTES: Final = 4 << 20
_ROOMY_BYTES: Final = 1 << 20
_BYE: Final = 203
REPLAY_PATIENCE: Final = Patience(picture_s=8.0, keyframe_s=30.0)
"""Many recorders do not say that a recording is over: they fall silent."""
_USUAL: Final = RtspOptions(REPLAY_PATIENCE)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One picture of a recording.

    Attributes:
        unit: The picture.
        utc_90k: When it was taken by the recorder's clock; None where the recorder does not say.
    """

    unit: AccessUnit
    utc_90k: int | None


class _ReplayConnection(RtspConnection):
    """Tells when pictures were taken, can be held back, and ends where the recorder says goodbye."""

    replay: ReplayReceiver | None = None
    _held = False

    def hold(self, held: bool) -> None:
        """Stop reading, or go on."""
        if held is self._held or self._transport is None or self._transport.is_closing():
            return
        self._held = held
        if held:
            self._transport.pause_reading()
        else:
            self._waiting_since = self._keyframe_since = self._monotonic()
            self._transport.resume_reading()

    def _new_receiver(self, video: VideoFormat, channels: Channels) -> VideoReceiver:
        around = self._around
        self.replay = ReplayReceiver(video, around.listener.picture, around.counters, channels.rtp)
        return self.replay

    def _watch_silence(self, receiver: VideoReceiver) -> None:
        if not self._held:
            super()._watch_silence(receiver)

    def _control(self, packet: memoryview) -> None:
        at = 0
        while at + 4 <= len(packet):
            if packet[at + 1] == _BYE:
                self._end(SourceFailed("the recorder has played all that was asked for"))
                return
            at += 4 + 4 * (packet[at + 2] << 8 | packet[at + 3])


class ReplaySource(RtspSource):
    """Plays one stretch once; `playing` gives its pictures.

    Args:
        address: Of the recording, with the credentials to use.
        stretch: What of it, asked for as ONVIF says; None where the address says it itself.
        resolve: Looks a host up.
        clock: For waiting.
        options: See `RtspOptions`.
    """

    def __init__(
        self,
        address: StreamAddress,
        stretch: Stretch | None,
        resolve: Resolve,
        clock: Clock,
        options: RtspOptions = _USUAL,
    ) -> None:
        super().__init__(address, self, SourceCounters(), resolve, clock, options)
        self._stretch = stretch
        self._arrived: deque[Replayed] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._failure: SourceFailed | None = None
        self._over = False
        self.received = False

    @property
    def began_90k(self) -> int | None:
        """Where the recorder says that it began to play; None where it does not say."""
        return range_start_90k(self._client.played_range) if self._client else None

    def picture(self, unit: AccessUnit) -> None:
        """Take the next picture in; called by the connection."""
        connection = self._connection
        receiver = connection.replay if isinstance(connection, _ReplayConnection) else None
        self._arrived.append(Replayed(unit, receiver.unit_utc_90k if receiver else None))
        self._bytes += len(unit.data)
        self.received = True
        self._news.set()
        if self._bytes > _FULL_BYTES:
            self._hold(True)

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """Sources tell no states."""

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[AsyncIterator[Replayed]]:
        """Play while the context is open; the pictures end where the recorder ends.

        Raises:
            SourceFailed: Nothing was played; one of its kinds says why.
        """
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self._play_out(), name="replay")
                try:
                    yield self._pictures()
                finally:
                    task.cancel()
        except BaseExceptionGroup as errors:  # what went wrong within the context, and nothing of the task
            raise errors.exceptions[0] from None

    async def _play_out(self) -> None:
        try:
            await self.run()
        except SourceFailed as error:
            self._failure = error
        finally:
            self._over = True
            self._news.set()

    async def _pictures(self) -> AsyncIterator[Replayed]:
        while True:
            while self._arrived:
                one = self._arrived.popleft()
                self._bytes -= len(one.unit.data)
                if self._bytes < _ROOMY_BYTES:
                    self._hold(False)
                yield one
            if self._over:
                break
            self._news.clear()
            await self._news.wait()
        # What ends behind pictures is the end of the recording, or was cut: whoever asked sees how far it came.
        if self._failure is not None and (not self.received or isinstance(self._failure, SourceRefused)):
            raise type(self._failure)(self._failure.message, self._failure.mend)

    def _hold(self, held: bool) -> None:
        if isinstance(self._connection, _ReplayConnection):
            self._connection.hold(held)

    def _new_client(self, address: StreamAddress) -> RtspClient:
        return RtspClient(address, self._stretch)

    def _new_connection(self, client: RtspClient, raw: socket.socket) -> RtspConnection:
        return _ReplayConnection(client, self._around, raw, watched=True)
