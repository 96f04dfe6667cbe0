"""Proof of deletion: notes when nothing is recorded any more of what a case had kept, and by which rule it went."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import structlog

from ronda.base.errors import RondaError
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.bus.contract import Gap, Message, Timeline, TimelineRequest
from ronda.evidence.cases.case import SYSTEM, Case, Stretch
from ronda.evidence.cases.cases import Cases
from ronda.evidence.report.words import CAUSES
from ronda.people.access_log import AccessLog, Look

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 3600.0
R = TypeVar("R", bound=Message)


class AskNodeOf(Protocol):
    """Asks the node that has a camera."""

    async def __call__(self, camera: str, request: Message, kind: type[R], /) -> R:
        """Return its answer; raises what it refuses with, and `Busy` where it does not answer."""
        ...


@dataclass(frozen=True, slots=True)
class Vanishing:
    """See the module; one row a camera and stretch, which is a day at most.

    Attributes:
        cases: The cases.
        ask: Asks nodes what is recorded.
        log: The access log.
    """

    cases: Cases
    ask: AskNodeOf
    log: AccessLog

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look each hour, while the context is open."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="proof of deletion")
            try:
                yield
            finally:
                task.cancel()

    async def look(self) -> int:
        """Ask the nodes once; return how many stretches are newly known to be gone."""
        found = 0
        for case, stretch in await self.cases.let_go():
            try:
                found += await self._gone(case, stretch)
            except RondaError as error:
                _log.info("proof of deletion: to be asked again", camera=stretch.camera, problem=str(error))
        return found

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await self.look()
            except RondaError as error:
                _log.warning("proof of deletion: cases cannot be read", problem=str(error))

    async def _gone(self, case: Case, stretch: Stretch) -> bool:
        asked = TimelineRequest(camera=stretch.camera, from_90k=stretch.from_90k, to_90k=stretch.to_90k)
        timeline = await self.ask(stretch.camera, asked, Timeline)
        if timeline.coverage:
            return False
        rule = f"{format_rfc3339(stretch.from_90k)} - {format_rfc3339(stretch.to_90k)}: {_rule(timeline.gaps)}"
        look = Look(SYSTEM, "footage-deleted", stretch.camera, _rule(timeline.gaps), "this-machine")
        self.log.start(replace(look, subject=case.number, from_90k=stretch.from_90k, to_90k=stretch.to_90k))
        await self.cases.gone(case.number, stretch.hold, rule)
        return True


def _rule(gaps: Iterable[Gap]) -> str:
    """Return in words why it is gone, what took longest first."""
    lengths: dict[str, int] = {}
    for gap in gaps:
        lengths[gap.cause.value] = lengths.get(gap.cause.value, 0) + gap.to_90k - gap.from_90k
    ordered = sorted(lengths, key=lambda cause: -lengths[cause])
    said = [f"{CAUSES.get(cause, cause)} ({lengths[cause] // HZ_90K} detik)" for cause in ordered]
    return "; ".join(said) or CAUSES["unknown"]
