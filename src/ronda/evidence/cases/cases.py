"""Cases: every step in one transaction with its row in the chain of custody; holds follow at the cameras' nodes.

Owned state: the tables of cases, and in memory who has approved cases of which cameras, all of them and nothing more
(some 300 bytes for each camera of a case), since the policy asks before each look. A node that is away is asked again
each minute until it keeps the footage.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final, Protocol

import sqlalchemy as sa
import structlog

from ronda.base.errors import Busy, Conflict, RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.evidence.cases import machine, rows
from ronda.evidence.cases.case import Case, CaseState, Custody, NewCase, OwnCameras, Stretch, What
from ronda.evidence.cases.machine import Step, Terms
from ronda.evidence.cases.rows import Asked
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 60.0
_TRIES: Final = 5


class Keeper(Protocol):
    """Keeps footage where it is recorded."""

    async def keep(self, stretch: Stretch, case: Case) -> None:
        """Keep it under `stretch.hold` until `case.until_90k`; again with another moment where that has changed.

        Raises:
            RondaError: It is not kept; `Busy` where that may change.
        """
        ...

    async def release(self, stretch: Stretch) -> None:
        """Let it be deleted again; nothing happens where it was not kept.

        Raises:
            RondaError: It is still kept; `Busy` where that may change.
        """
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """A case and its chain of custody, oldest first."""

    case: Case
    custody: tuple[Custody, ...]


class Cases:
    """All cases; `running` must be open for holds to follow.

    Args:
        store: The database.
        clock: The time.
        keeper: Keeps footage at its node.
        zone: In which a year begins.
        terms: How long footage is kept.
    """

    def __init__(
        self, store: Store, clock: Clock, keeper: Keeper, zone: tzinfo = UTC, terms: Terms | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._keeper = keeper
        self._zone = zone
        self._terms = terms or Terms()
        self._approved: dict[tuple[str, str], set[str]] = {}
        self._due = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep and release footage while the context is open.

        Raises:
            StorageFailed: The database refuses.
        """
        for by, camera, number in await self._store.read(rows.approved):
            self._approved.setdefault((by, camera), set()).add(number)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="cases")
            yield
            task.cancel()

    async def open(self, new: NewCase, by: str, own: OwnCameras | None) -> Known:
        """Take a request in and keep its footage at once; see `machine.requested`.

        Returns when every node was asked once; what a stretch's `held_90k` does not say is kept is tried again.

        Raises:
            BadInput: Something is missing or makes no sense.
            Busy: Whoever asks has very many open.
        """

        def work(connection: sa.Connection) -> Case:
            now_90k = self._clock.utc_90k()
            number = rows.next_number(connection, datetime.fromtimestamp(now_90k / HZ_90K, self._zone).year)
            step = machine.requested(new, number, by, own, self._terms, now_90k)
            rows.insert(connection, step.case)
            rows.write_custody(connection, number, step.custody)
            return step.case

        for attempt in range(_TRIES):
            try:
                case = await self._store.run(work)
            except Conflict:
                if attempt + 1 == _TRIES:
                    raise
            else:
                break
        self._remember(case)
        await asyncio.gather(*(self._settle(case, stretch) for stretch in case.stretches))
        return await self.get(case.number)

    async def get(self, number: str) -> Known:
        """Return one case.

        Raises:
            NotFound: There is none.
        """

        def work(connection: sa.Connection) -> Known:
            case = rows.get(connection, number)
            return Known(case, tuple(rows.read_custody(connection, case.number)))

        return await self._store.read(work)

    async def found(self, asked: Asked, may: Callable[[Case], bool]) -> tuple[list[Case], str | None]:
        """Return a page of cases; see `rows.page_of`."""
        return await self._store.read(lambda connection: rows.page_of(connection, asked, may))

    async def approve(self, number: str, by: str, note: str) -> Case:
        """Let exports be made; see `machine.approved`."""
        return await self._change(number, lambda case, now: machine.approved(case, by, note, self._terms, now))

    async def refuse(self, number: str, by: str, note: str) -> Case:
        """Let none be made; see `machine.refused`."""
        return await self._change(number, lambda case, now: machine.refused(case, by, note, now))

    async def withdraw(self, number: str, by: str, note: str) -> Case:
        """Take it back; see `machine.withdrawn`."""
        return await self._change(number, lambda case, now: machine.withdrawn(case, by, note, now))

    async def close(self, number: str, by: str, note: str) -> Case:
        """Be done with it; see `machine.closed`."""
        return await self._change(number, lambda case, now: machine.closed(case, by, note, now))

    async def reopen(self, number: str, by: str, note: str) -> Case:
        """Go on with it; see `machine.reopened`."""
        return await self._change(number, lambda case, now: machine.reopened(case, by, note, self._terms, now))

    async def letter(self, number: str, by: str, letter: str) -> Case:
        """Write the letter's number; see `machine.lettered`."""
        return await self._change(number, lambda case, now: machine.lettered(case, by, letter, now))

    async def extend(self, number: str, by: str, until_90k: int, note: str) -> Case:
        """Keep its footage until another moment; see `machine.extended`."""
        return await self._change(number, lambda case, now: machine.extended(case, by, until_90k, note, now))

    async def saw(self, number: str, by: str) -> Case:
        """Note that somebody who could have approved it has looked at it; see `machine.seen`."""
        return await self._change(number, lambda case, now: machine.seen(case, by, now))

    async def add_custody(
        self, number: str, by: str, what: What, *, subject: str = "", sha256: str = "", note: str = ""
    ) -> Case:
        """Write down what happened; see `machine.noted`."""
        return await self._change(
            number, lambda case, now: machine.noted(case, Custody(now, by, what, subject, sha256, note))
        )

    async def let_go(self) -> list[tuple[Case, Stretch]]:
        """Return what was kept and is not any more, as long as it is not known to be gone; see `rows.let_go`."""
        return await self._store.read(rows.let_go)

    async def gone(self, number: str, hold: str, rule: str) -> Case:
        """Nothing of a stretch is recorded any more; see `machine.gone`."""
        return await self._change(number, lambda case, now: machine.gone(case, hold, rule, now))

    async def touching(self, camera: str, from_90k: int, to_90k: int) -> list[str]:
        """Return the numbers of the newest cases that ask for some of a range of a camera; two hundred at most."""
        return await self._store.read(lambda connection: rows.touching(connection, camera, from_90k, to_90k))

    async def delivery_times(self, days: int) -> list[float]:
        """Return the seconds from request to delivery of the cases of the last days, shortest first."""
        since_90k = self._clock.utc_90k() - days * machine.DAY_90K
        spans = await self._store.read(lambda connection: rows.times_to_deliver(connection, since_90k))
        return sorted(span / HZ_90K for span in spans)

    async def entitled(self, by: str, camera: str, from_90k: int, to_90k: int, named: str = "") -> str | None:
        """Return the number of an approved case in which `by` asked for that footage; None where there is none.

        Of several, the one that is `named`.
        """
        if not self.entitles(by, camera):
            return None
        stretch = (by, camera, from_90k, to_90k)
        return await self._store.read(lambda connection: rows.entitling(connection, *stretch, named))

    def entitles(self, by: str, camera: str) -> bool:
        """Whether an approved case in which `by` asked for footage of a camera is open."""
        return (by, camera) in self._approved

    async def _change(self, number: str, change: Callable[[Case, int], Step]) -> Case:
        def work(connection: sa.Connection) -> tuple[Case, Case]:
            before = rows.get(connection, number)
            step = change(before, self._clock.utc_90k())
            rows.update(connection, before, step.case)
            rows.write_custody(connection, before.number, step.custody)
            return before, step.case

        before, after = await self._store.run(work)
        self._remember(after)
        if after.until_90k != before.until_90k:
            self._due.set()
        return after

    def _remember(self, case: Case) -> None:
        for key in ((case.by, camera) for camera in case.cameras):
            if case.state is CaseState.APPROVED:
                self._approved.setdefault(key, set()).add(case.number)
            elif (numbers := self._approved.get(key)) is not None:
                numbers.discard(case.number)
                if not numbers:
                    del self._approved[key]

    async def _follow(self) -> None:
        while True:
            self._due.clear()
            try:
                for case, stretch in await self._unsettled():
                    await self._settle(case, stretch)
            except RondaError as error:
                _log.warning("cases could not be followed", problem=error.message)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), _EVERY_S)

    async def _unsettled(self) -> list[tuple[Case, Stretch]]:
        now_90k = self._clock.utc_90k()
        return await self._store.read(lambda connection: rows.unsettled(connection, now_90k))

    async def _settle(self, case: Case, stretch: Stretch) -> None:
        """Have a stretch's node keep it until the case's moment, or keep it no more; a node that is away can wait."""
        if case.until_90k <= self._clock.utc_90k():
            await self._release(case, stretch)
            return
        hold, until_90k = stretch.hold, case.until_90k
        try:
            await self._keeper.keep(stretch, case)
        except Busy:
            return
        except RondaError as error:
            problem = error.message
            await self._change(case.number, lambda held, now: machine.not_held(held, hold, problem, now))
            return
        await self._change(case.number, lambda held, now: machine.held(held, hold, until_90k, now))

    async def _release(self, case: Case, stretch: Stretch) -> None:
        try:
            await self._keeper.release(stretch)
        except RondaError as error:
            _log.warning("a hold could not be ended", case=case.number, hold=stretch.hold, problem=error.message)
            return
        await self._change(case.number, lambda held, now: machine.released(held, stretch.hold, now))
