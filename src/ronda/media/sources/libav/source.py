"""A source that PyAV reads: the thread that owns the container, and its face on the event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from ronda.base.logging import get_logger
from ronda.base.time import Clock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceListener, SourceUnsupported
from ronda.media.sources.libav.axis import Axis
from ronda.media.sources.libav.containers import Interruption, Opened, opened
from ronda.media.sources.libav.crossing import Crossing
from ronda.media.sources.libav.pacing import Pacer
from ronda.media.sources.libav.reading import Reader, Timed, reader_for
from ronda.media.sources.libav.transcoding import Transcoders

_log = get_logger("media.sources.libav")

Resolve = Callable[[str, int], Awaitable[object]]
_LEAVE_AFTER_S: Final = 2.0
_FEWEST_PICTURES: Final = 2


class LibavSource:
    """One attempt at an address that PyAV reads; files are looped in real time.

    Args:
        address: Where.
        listener: Who gets the pictures.
        counters: What is counted.
        clock: The time.
        resolve: Looks the host's name up first, so that a dead name server is met in its own pool.
        transcoders: Places for codings that cannot be carried.
    """

    def __init__(
        self,
        address: StreamAddress,
        listener: SourceListener,
        counters: SourceCounters,
        clock: Clock,
        resolve: Resolve,
        transcoders: Transcoders,
    ) -> None:
        self._address = address
        self._listener = listener
        self._counters = counters
        self._clock = clock
        self._resolve = resolve
        self._transcoders = transcoders
        self.tracks: tuple[str, ...] = ()

    def watch(self, watched: bool) -> None:
        """Read the same whether watched or not: the thread waits for each packet anyway."""

    async def run(self) -> None:
        """Deliver pictures until the other side ends it or the task is cancelled.

        Raises:
            SourceFailed: One of its kinds.
        """
        if self._address.host:
            await self._resolve(self._address.host, self._address.port)
        crossing = Crossing(self._listener, self._counters)
        interruption = Interruption()
        threading.Thread(
            target=self._serve, args=(crossing, interruption), name=f"libav {self._address.host_key}", daemon=True
        ).start()
        try:
            raise await asyncio.shield(crossing.ended)
        finally:
            crossing.stop()
            interruption.interrupt()
            # A thread that waits for the network is left to its own timeout.
            await asyncio.wait([crossing.ended], timeout=_LEAVE_AFTER_S)

    def _serve(self, crossing: Crossing, interruption: Interruption) -> None:
        """Read until it ends; the thread's root."""
        failure = SourceFailed("the other side ended the stream")
        try:
            self._read(crossing, interruption)
        except SourceFailed as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the thread's root
            _log.exception("libav-source-failed", address=self._address.redacted)
            failure = SourceFailed(f"the source failed: {type(error).__name__}")
        crossing.end(failure)

    def _read(self, crossing: Crossing, interruption: Interruption) -> None:
        player = Player(crossing, self._clock, self._counters, looped=self._address.scheme == "file")
        try:
            while True:
                with opened(self._address, interruption) as container:
                    self.tracks = container.tracks
                    player.play(container, self._transcoders)
                if not player.looped or crossing.stopped:
                    return
        finally:
            player.close()


class Player:
    """Plays containers one after the other as one stream; lives in the source's thread."""

    def __init__(self, crossing: Crossing, clock: Clock, counters: SourceCounters, looped: bool) -> None:
        self.looped: Final = looped
        self._crossing = crossing
        self._clock = clock
        self._counters = counters
        self._axis = Axis()
        self._pacer = Pacer()
        self._reader: Reader | None = None
        self._wants_keyframe = True
        self._broken = False

    def play(self, container: Opened, transcoders: Transcoders) -> None:
        """Play to the end, or until stopped."""
        if self._reader is None:
            self._reader = reader_for(container, transcoders)
        reader = self._reader
        reader.begin(container)
        self._axis.join()
        played = 0
        for packet in container.container.demux(container.video):
            if self._crossing.stopped:
                return
            now_90k = round(self._clock.monotonic() * 90_000)
            for timed in reader.read(packet, now_90k) if packet.size else ():
                self._show(timed, container.paced, reader)
                played += 1
            self._count_bad(reader)
        if played < _FEWEST_PICTURES:
            raise SourceUnsupported("there is no moving picture in it that can be read", "use MP4, MOV, WebM or MKV")

    def close(self) -> None:
        """Give back what is held."""
        if self._reader is not None:
            self._reader.close()

    def _count_bad(self, reader: Reader) -> None:
        # Nothing but this thread counts bad packets of this source.
        self._counters.bad_packets += reader.bad_packets
        reader.bad_packets = 0

    def _show(self, timed: Timed, paced: bool, reader: Reader) -> None:
        pts, dts, jumped = self._axis.place(timed.pts_90k, timed.dts_90k)
        if jumped:
            self._wants_keyframe = self._broken = True
        if self._wants_keyframe and not timed.picture.keyframe:
            return
        encoding = timed.picture.encoding or (reader.encoding if self._wants_keyframe else None)
        discontinuity, self._broken = self._broken, False
        self._wants_keyframe = False
        if paced:
            wait_s = self._pacer.wait_s(dts, self._clock.monotonic())
            if wait_s > 0:
                self._crossing.sleep(wait_s)
        unit = AccessUnit(
            data=timed.picture.data,
            pts_90k=pts,
            dts_90k=dts,
            arrival=self._clock.monotonic(),
            keyframe=timed.picture.keyframe,
            encoding=encoding,
            discontinuity=discontinuity,
        )
        self._crossing.offer(unit)
