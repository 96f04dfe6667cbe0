"""A supervisor that plays encoded films into a stream, in real time or as fast as asked."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tests.media.pictures import Film, encode

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.sources.contract import SourceCounters, SourceListener


class FilmSupervisor:
    """Plays `films` one after the other, then loops the last one; times go on, arrivals are real."""

    def __init__(
        self, listener: SourceListener, counters: SourceCounters, films: tuple[Film, ...], at_once: int
    ) -> None:
        self.listener = listener
        self.counters = counters
        self.films = films
        self.at_once = at_once
        self.watched: list[bool] = []
        self.broken = False

    def watch(self, watched: bool) -> None:
        self.watched.append(watched)

    def fail(self, state: SourceState, reason: str | None, cause: GapCause) -> None:
        """Stop sending and say why."""
        self.broken = True
        self.listener.state(state, reason, cause)

    async def run(self) -> None:
        clock = SystemClock()
        self.listener.state(SourceState.CONNECTING, None, GapCause.UNREACHABLE)
        await asyncio.sleep(0)
        self.listener.state(SourceState.RUNNING, None, None)
        start, base_90k, sent = clock.monotonic(), 0, 0
        films = list(self.films)
        while True:
            film = films.pop(0) if len(films) > 1 else films[0]
            for unit in encode(film):
                due = start + (base_90k + unit.dts_90k) / HZ_90K
                if sent >= self.at_once:
                    await asyncio.sleep(max(due - clock.monotonic(), 0))
                elif sent == self.at_once - 1:
                    start = clock.monotonic() - (base_90k + unit.dts_90k) / HZ_90K
                sent += 1
                self.counters.pictures += 1
                if not self.broken:
                    self.listener.picture(
                        replace(
                            unit,
                            pts_90k=base_90k + unit.pts_90k,
                            dts_90k=base_90k + unit.dts_90k,
                            arrival=clock.monotonic(),
                        )
                    )
            base_90k += film.pictures * HZ_90K // film.fps


class FilmSources:
    """An `OpenSupervisor` that remembers what it opened."""

    def __init__(self, *films: Film, at_once: int = 0, broken: bool = False) -> None:
        self.broken = broken
        self.films = films or (Film(),)
        self.at_once = at_once
        self.opened: list[FilmSupervisor] = []

    def __call__(self, listener: SourceListener, counters: SourceCounters) -> FilmSupervisor:
        supervisor = FilmSupervisor(listener, counters, self.films, self.at_once)
        supervisor.broken = self.broken
        self.opened.append(supervisor)
        return supervisor


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until `condition()` holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
