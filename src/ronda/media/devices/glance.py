"""A look at a stream that ends with its first keyframe."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from ronda.base.causes import GapCause, SourceState
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.codec.keyframe import Keyframe
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceSilent
from ronda.media.sources.supervisor import Opener

LOOK_S: Final = 8.0


@dataclass(slots=True)
class _Watch:
    """A listener that waits for one picture."""

    encoding: Encoding | None = None
    data: bytes = b""
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    def picture(self, unit: AccessUnit) -> None:
        """Keep the first keyframe."""
        if unit.encoding is not None:
            self.encoding = unit.encoding
        if unit.keyframe and self.encoding is not None and not self.seen.is_set():
            self.data = unit.data
            self.seen.set()

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """Sources tell no states."""


async def glance(address: StreamAddress, opener: Opener, seconds: float = LOOK_S) -> Keyframe:
    """Return the first keyframe of a stream; dials once.

    Raises:
        SourceFailed: There is none; one of its kinds says why.
    """
    watch = _Watch()
    source = opener(address, watch, SourceCounters())
    source.watch(True)
    failures: list[SourceFailed] = []

    async def play() -> None:
        try:
            await source.run()
        except SourceFailed as error:
            failures.append(error)
        watch.seen.set()

    async with asyncio.TaskGroup() as group:
        playing = group.create_task(play())
        try:
            async with asyncio.timeout(seconds):
                await watch.seen.wait()
        except TimeoutError:
            pass
        playing.cancel()
    if watch.encoding is not None and watch.data:
        return Keyframe(watch.encoding, watch.data, 0, "glance")
    if failures:
        raise failures[0]
    raise SourceSilent(f"no picture came within {seconds:g} s")
