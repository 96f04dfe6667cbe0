"""Keeps a camera that sends by itself: waits for its device, plays what it pushes, waits again."""

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import Clock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceListener, SourceUnsupported
from ronda.media.sources.device.desk import Desk, Ending, Push
from ronda.media.sources.device.source import DeviceSource
from ronda.media.sources.libav.transcoding import Transcoders

NOT_SENDING = "the device is not sending"


class DeviceSupervisor:
    """Stands where `ronda.media.sources.supervisor.Supervisor` stands for cameras that are dialled.

    Nothing is dialled: it costs no place in a budget to wait, and a device that comes is taken at once.
    """

    def __init__(
        self, desk: Desk, listener: SourceListener, counters: SourceCounters, clock: Clock, transcoders: Transcoders
    ) -> None:
        self._desk = desk
        self._listener = listener
        self._counters = counters
        self._clock = clock
        self._transcoders = transcoders
        self._running = False
        self._ran = False

    def watch(self, watched: bool) -> None:
        """Take the same whether watched or not."""

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            self._listener.state(SourceState.SILENT, NOT_SENDING, GapCause.SILENT)
            push = await self._desk.next()
            self._listener.state(SourceState.CONNECTING, None, GapCause.SILENT)
            self._running = False
            try:
                await self._play(push)
            finally:
                push.end("the camera's stream was stopped")

    def picture(self, unit: AccessUnit) -> None:
        """The next access unit; the first one says that the device is there."""
        if not self._running:
            self._running = True
            self._counters.reconnects += self._ran
            self._ran = True
            self._listener.state(SourceState.RUNNING, None, None)
        self._listener.picture(unit)

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """States are told by `run`."""

    async def _play(self, push: Push) -> None:
        source = DeviceSource(push, self, self._counters, self._clock, self._transcoders)
        try:
            await source.run()
        except SourceFailed as error:
            push.end(str(error), Ending.UNREADABLE if isinstance(error, SourceUnsupported) else Ending.AGAIN)
