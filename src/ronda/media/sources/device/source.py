"""What a device pushes, as access units: the thread that reads it."""

import asyncio
import threading
from typing import Final

from ronda.base.logging import get_logger
from ronda.base.time import Clock
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceListener, SourceSilent
from ronda.media.sources.device.desk import Push
from ronda.media.sources.libav.containers import opened_push
from ronda.media.sources.libav.crossing import Crossing
from ronda.media.sources.libav.source import Player
from ronda.media.sources.libav.transcoding import Transcoders

_log = get_logger("media.sources.device")
_ADDRESS: Final = StreamAddress.parse("device:own")
_LEAVE_AFTER_S: Final = 2.0


class DeviceSource:
    """One push, played to its end.

    Args:
        push: Where the bytes come from.
        listener: Who gets the pictures.
        counters: What is counted.
        clock: The time.
        transcoders: Places for codings that cannot be carried.
    """

    def __init__(
        self, push: Push, listener: SourceListener, counters: SourceCounters, clock: Clock, transcoders: Transcoders
    ) -> None:
        self._push = push
        self._listener = listener
        self._counters = counters
        self._clock = clock
        self._transcoders = transcoders

    def watch(self, watched: bool) -> None:
        """Read the same whether watched or not."""

    async def run(self) -> None:
        """Deliver pictures until the device leaves or the task is cancelled.

        Raises:
            SourceFailed: One of its kinds, always.
        """
        crossing = Crossing(self._listener, self._counters)
        threading.Thread(target=self._serve, args=(crossing,), name="device", daemon=True).start()
        try:
            raise await asyncio.shield(crossing.ended)
        finally:
            crossing.stop()
            self._push.close()
            await asyncio.wait([crossing.ended], timeout=_LEAVE_AFTER_S)

    def _serve(self, crossing: Crossing) -> None:
        """Read until it ends; the thread's root."""
        failure: SourceFailed = SourceSilent("the device has stopped sending")
        try:
            self._read(crossing)
        except SourceFailed as error:
            # What breaks off before a picture could be read says nothing of what it would have been.
            broken_off = self._push.silent or not self._push.received_bytes
            failure = failure if broken_off else error
        except Exception as error:  # noqa: BLE001 - the thread's root
            _log.exception("device-failed")
            failure = SourceFailed(f"the source failed: {type(error).__name__}")
        crossing.end(failure)

    def _read(self, crossing: Crossing) -> None:
        player = Player(crossing, self._clock, self._counters, looped=False)
        try:
            with opened_push(self._push, _ADDRESS) as container:
                player.play(container, self._transcoders)
        finally:
            player.close()
