"""The examinations of all cases: ordered, followed, searched, and gone with the footage of their case.

They run where the footage is; here is who asked for what, and what was found. Those that have not ended are in memory
too, so that pictures may be let through, or stopped, without the database. Implements `people.media_permits.Examined`.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import Busy, Conflict, NotFound, RondaError
from ronda.base.time import Clock, format_rfc3339
from ronda.bus.contract import Done
from ronda.bus.examining import (
    MOST_FOUND,
    ExaminationAbout,
    ExaminationStanding,
    ExamState,
    FoundPage,
    FoundThing,
    FoundWanted,
    KeepExamination,
    RemoveExamination,
    StartExamination,
)
from ronda.evidence.cases.case import SYSTEM, Case, CaseState, What
from ronda.evidence.cases.cases import Cases
from ronda.evidence.cases.sight import sees
from ronda.evidence.examinations import rows
from ronda.evidence.examinations.exam import (
    RUNNING,
    Examination,
    Found,
    NewExamination,
    Standing,
    check_case,
    check_stretch,
)
from ronda.people.action import Action
from ronda.people.policy import Policy
from ronda.people.principal import Principal
from ronda.privacy.copies import AskNodeOf
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_BUSY_S: Final = 1.0
_IDLE_S: Final = 30.0
_OF: Final = {
    ExamState.WAITING: Standing.WAITING,
    ExamState.LOOKING: Standing.LOOKING,
    ExamState.READY: Standing.READY,
    ExamState.FAILED: Standing.FAILED,
}


@dataclass(frozen=True, slots=True)
class ExamDesk:
    """What examinations are followed with.

    Attributes:
        store: The database.
        clock: The time.
        cases: The cases that they belong to.
        ask: Asks the node of a camera.
        policy: Says who may examine what, and who sees a case.
    """

    store: Store
    clock: Clock
    cases: Cases
    ask: AskNodeOf
    policy: Policy


class Examinations:
    """See the module; `running` must be open for them to be followed."""

    def __init__(self, desk: ExamDesk) -> None:
        self._desk = desk
        self._open: dict[str, Examination] = {}
        self._progress: dict[str, float] = {}
        self._closed_cases: set[str] = set()
        self._changing = asyncio.Lock()
        self._due = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow them while the context is open."""
        self._open = {one.id: one for one in await self._desk.store.read(rows.open_ones)}
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="examinations")
            try:
                yield
            finally:
                task.cancel()

    # What media asks

    def is_open(self, examination: str, camera: str) -> bool:
        """Whether there is such an examination, done, of a case that is not known to be closed."""
        found = self._open.get(examination)
        return (
            found is not None
            and found.camera == camera
            and found.state is Standing.READY
            and found.case not in self._closed_cases
        )

    async def entitling(self, examination: str, camera: str, who: Principal) -> str | None:
        """Return the number of the case in which somebody may see what one found; None where there is none."""
        found = self._open.get(examination)
        if found is None or found.camera != camera or found.state is not Standing.READY:
            return None
        case = await self._case(found.case)
        if case is None or not sees(self._desk.policy, who, case):
            return None
        try:
            check_case(case)
        except Conflict:
            return None
        self._closed_cases.discard(case.number)  # it may have been reopened a moment ago
        return case.number

    # What the case's page asks

    async def start(self, case: Case, new: NewExamination, by: str) -> Examination:
        """Order an examination of some of a case's footage, and write it into the chain of custody.

        Raises:
            BadInput: The stretch is empty or too long.
            Conflict: The case is not one in which footage is examined, or does not ask for that stretch; or it has
                very many examinations.
            Busy: The node does not answer, or has much to examine.
        """
        check_case(case)
        check_stretch(case, new)
        stretch = (new.camera, new.from_90k, new.to_90k)
        exam = Examination(
            *(secrets.token_hex(8), case.number, *stretch, new.plates, new.likeness, by),
            at_90k=self._desk.clock.utc_90k(),
            until_90k=case.until_90k,
        )
        await self._desk.store.run(lambda connection: rows.insert(connection, exam))
        self._open[exam.id] = exam
        span = f"{format_rfc3339(exam.from_90k)} - {format_rfc3339(exam.to_90k)}"
        wanted = [*(["pelat"] if exam.plates else []), *(["kemiripan"] if exam.likeness else [])]
        words = f"{exam.id}: {span}" + (f"; {', '.join(wanted)}" if wanted else "")
        try:
            order = StartExamination(
                id=exam.id,
                camera=exam.camera,
                from_90k=exam.from_90k,
                to_90k=exam.to_90k,
                until_90k=exam.until_90k,
                plates=exam.plates,
                likeness=exam.likeness,
                masks=new.masks,
            )
            await self._desk.ask(exam.camera, order, ExaminationStanding)
            await self._desk.cases.add_custody(case.number, by, What.EXAMINED, subject=exam.camera, note=words)
        except RondaError as error:
            await self._end(exam, Standing.FAILED, problem=error.message, mend=error.mend)
            raise
        self._due.set()
        return exam

    async def of(self, case: str) -> list[Examination]:
        """Return the examinations of a case, the newest first."""
        return await self._desk.store.read(lambda connection: rows.of_case(connection, case))

    async def get(self, case: str, id: str) -> Examination:
        """Return one examination of a case.

        Raises:
            NotFound: The case has none such.
        """
        found = await self._desk.store.read(lambda connection: rows.get(connection, id))
        if found.case != case:
            raise NotFound("the case has no such examination")
        return found

    def progress(self, exam: Examination) -> float:
        """Return which share of it is done, 0..1, as its node last said."""
        return 1.0 if exam.state is Standing.READY else self._progress.get(exam.id, 0.0)

    async def remove(self, exam: Examination, by: str) -> Examination:
        """End an examination: what it found is deleted here and at its node, and the chain of custody says so.

        Raises:
            Conflict: It has ended already.
        """
        if exam.id not in self._open:
            raise Conflict("the examination has ended already", "look at it again")
        ended = await self._end(exam, Standing.ENDED)
        words = f"{exam.id}: telaah dihentikan atau dihapus"
        await self._desk.cases.add_custody(exam.case, by, What.DELETED, subject=exam.camera, note=words)
        return ended

    async def case_closed(self, case: str) -> None:
        """A case is closed: nothing of it is examined or looked at any more."""
        self._closed_cases.add(case)
        for exam in [one for one in self._open.values() if one.case == case and one.state in RUNNING]:
            with suppress(Conflict):  # it ended in this moment
                await self._end(exam, Standing.ENDED, problem="the case was closed", mend="reopen it, examine again")

    async def end_of(self, camera: str, from_90k: int, to_90k: int, by: str, why: str) -> None:
        """Footage is deleted for good: so is whatever was found in any of it."""
        for exam in list(self._open.values()):
            if exam.camera == camera and exam.from_90k < to_90k and from_90k < exam.to_90k:
                await self._end(exam, Standing.ENDED, problem="its footage was deleted")
                words = f"{exam.id}: {why}"
                await self._desk.cases.add_custody(exam.case, by, What.DELETED, subject=camera, note=words)

    # What was found

    async def found(
        self, case: str, cameras: Collection[str], examination: str = "", *, looks: bool = False
    ) -> list[Found]:
        """Return what ready examinations of a case found at some cameras, the earliest first; see `rows.found_of`."""
        return await self._desk.store.read(
            lambda connection: rows.found_of(connection, case, cameras, examination, looks=looks)
        )

    async def named(self, case: str, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Found]:
        """Return things that examinations of a case found, by examination and number; those that there are."""
        wanted = set(keys)
        if not wanted:
            return {}
        return await self._desk.store.read(lambda connection: rows.found_named(connection, case, wanted))

    # What happens by itself

    async def refresh(self) -> None:
        """Ask the nodes how those stand that are not done, and take over what was found."""
        for exam in [one for one in self._open.values() if one.state in RUNNING]:
            try:
                await self._advance(exam)
            except NotFound:
                problem = "the node was started anew while it examined"
                await self._end(exam, Standing.FAILED, problem=problem, mend="examine again")
            except Busy as error:
                _log.warning("examination: its node does not answer", examination=exam.id, problem=str(error))
            except RondaError as error:
                if exam.id in self._open:  # else it was given up in the middle
                    await self._end(exam, Standing.FAILED, problem=error.message, mend=error.mend)

    async def sweep(self) -> None:
        """End what belongs to cases that are closed or whose footage is released; let the rest be kept as long."""
        for number in sorted({one.case for one in self._open.values()}):
            case = await self._case(number)
            if case is None or case.until_90k <= self._desk.clock.utc_90k():
                await self._release(number, case)
            elif case.state is not CaseState.APPROVED:
                await self.case_closed(number)
            else:
                self._closed_cases.discard(number)
            if case is not None:
                await self._keep(case)
        for exam in await self._desk.store.read(rows.left_at_nodes):
            await self._remove_at_node(exam)

    # Inside

    async def _advance(self, exam: Examination) -> None:
        ask = self._desk.ask
        said = await ask(exam.camera, ExaminationAbout(id=exam.id), ExaminationStanding)
        self._progress[exam.id] = said.progress
        if said.state is ExamState.FAILED:
            await self._end(exam, Standing.FAILED, problem=said.problem, mend=said.mend)
            return
        if said.state is not ExamState.READY:
            if exam.state is not _OF[said.state]:
                await self._change(exam, state=_OF[said.state])
            return
        things: list[FoundThing] = []
        more = True
        while more and len(things) < MOST_FOUND:
            after = things[-1].n if things else 0
            page = await ask(exam.camera, FoundWanted(id=exam.id, after=after), FoundPage)
            things += page.found
            more = page.more and bool(page.found)
        await self._change(
            exam, things, state=Standing.READY, found=len(things), gaps_s=said.gaps_s, problem=said.problem
        )

    async def _release(self, number: str, case: Case | None) -> None:
        """Delete what was found in a case whose footage is kept no longer, and say so."""
        exams = [one for one in self._open.values() if one.case == number]
        for exam in exams:
            await self._end(exam, Standing.ENDED, problem="the case's footage is kept no longer")
        self._closed_cases.discard(number)
        if case is not None:
            words = f"temuan dari {len(exams)} telaah, dengan rekaman perkaranya"
            await self._desk.cases.add_custody(number, SYSTEM, What.DELETED, note=words)

    async def _keep(self, case: Case) -> None:
        """Let nodes keep what was found for as long as the case's footage."""
        for exam in [one for one in self._open.values() if one.case == case.number]:
            if exam.state is not Standing.READY or exam.until_90k == case.until_90k:
                continue
            try:
                asked = KeepExamination(id=exam.id, until_90k=case.until_90k)
                await self._desk.ask(exam.camera, asked, ExaminationStanding)
            except NotFound:
                await self._end(exam, Standing.ENDED, problem="its node has lost what was found", mend="examine again")
            except RondaError as error:
                _log.warning("examination: its end is not moved yet", examination=exam.id, problem=str(error))
            else:
                await self._change(exam, until_90k=case.until_90k)

    async def _end(self, exam: Examination, state: Standing, *, problem: str = "", mend: str = "") -> Examination:
        """End one; what was found is forgotten, and its files go as soon as its node can be reached."""
        now_90k = self._desk.clock.utc_90k()
        ended = await self._change(exam, (), state=state, found=0, ended_90k=now_90k, problem=problem, mend=mend)
        return await self._remove_at_node(ended)

    async def _remove_at_node(self, exam: Examination) -> Examination:
        try:
            await self._desk.ask(exam.camera, RemoveExamination(id=exam.id), Done)
        except RondaError as error:
            _log.warning("examination: its files are not deleted yet", examination=exam.id, problem=str(error))
            return exam
        return await self._change(exam, at_node=False)

    async def _change(
        self, exam: Examination, things: Iterable[FoundThing] | None = None, **values: Any
    ) -> Examination:
        """Write an examination, and in the place of what was found before `things`, where they are given."""
        async with self._changing:
            live = self._open.get(exam.id)
            if live is None and values.keys() - {"at_node"}:
                raise Conflict("the examination has ended already", "look at it again")
            after = replace(live or exam, **values)

            def work(connection: sa.Connection) -> None:
                rows.update(connection, after)
                if things is not None:
                    rows.insert_found(connection, after, things)

            await self._desk.store.run(work)
            if after.ended_90k is None:
                self._open[after.id] = after
            else:
                self._open.pop(after.id, None)
                self._progress.pop(after.id, None)
            return after

    async def _case(self, number: str) -> Case | None:
        try:
            return (await self._desk.cases.get(number)).case
        except NotFound:
            return None

    async def _follow(self) -> None:
        swept = 0.0
        while True:
            self._due.clear()
            try:
                await self.refresh()
                if self._desk.clock.monotonic() >= swept:
                    swept = self._desk.clock.monotonic() + _IDLE_S
                    await self.sweep()
            except RondaError as error:
                _log.error("examinations cannot be followed", problem=str(error))
            busy = any(one.state in RUNNING for one in self._open.values())
            try:
                async with asyncio.timeout(_BUSY_S if busy else _IDLE_S):
                    await self._due.wait()
            except TimeoutError:
                pass


def may_examine(policy: Policy, who: Principal, case: Case) -> frozenset[str]:
    """Return the cameras of a case whose footage somebody may have examined, by their roles."""
    decided = {camera: policy.decide(who, Action.EXAMINE, camera, case.number) for camera in case.cameras}
    return frozenset(camera for camera, one in decided.items() if one.allowed and one.publication is None)
