"""Running a source in tests until it has delivered enough or has ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import SystemClock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.rtsp.connection import Patience
from ronda.media.sources.rtsp.source import RtspOptions, RtspSource

USUAL = Patience()


async def numeric(host: str, port: int) -> Sequence[tuple[str, int]]:
    """A resolver for addresses that are numbers already."""
    return [(host, port)]


@dataclass
class Collector:
    """A listener that keeps everything and says when there is enough."""

    enough: int
    units: list[AccessUnit] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def picture(self, unit: AccessUnit) -> None:
        self.units.append(unit)
        if len(self.units) >= self.enough:
            self.reached.set()

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        raise AssertionError("states are the supervisor's")


@dataclass
class Played:
    """What became of a source."""

    units: list[AccessUnit]
    counters: SourceCounters
    source: RtspSource


async def play(
    url: str, enough: int, *, patience: Patience = USUAL, within_s: float = 15.0, watched: bool = True
) -> Played:
    """Play `url` until `enough` pictures came; raises what the source raises before that."""
    listener, counters = Collector(enough), SourceCounters()
    source = RtspSource(url, listener, counters, numeric, SystemClock(), RtspOptions(patience))
    source.watch(watched)
    running = asyncio.create_task(source.run())
    waiting = asyncio.create_task(listener.reached.wait())
    try:
        await asyncio.wait({running, waiting}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        if not listener.reached.is_set():
            if running.done():
                await running
            raise AssertionError(f"{len(listener.units)} of {enough} pictures within {within_s} s: {counters}")
    finally:
        for task in (running, waiting):
            task.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
    return Played(listener.units, counters, source)
