"""Cases on both kinds of database: numbered, kept at their nodes at once, written down row by row."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import anyio
import pytest
import sqlalchemy as sa
from tests.evidence.cases.test_machine import RT03, new
from tests.people.conftest import HandClock
from tests.store.databases import database_kind, store, store_url

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError
from ronda.base.time import HZ_90K
from ronda.evidence.cases.case import Asker, Case, CaseState, NewCase, OwnCameras, Stretch, What
from ronda.evidence.cases.cases import Cases
from ronda.evidence.cases.machine import DAY_90K
from ronda.evidence.cases.rows import Asked
from ronda.evidence.cases.tables import CASE_CUSTODY, CASE_STRETCHES, CASES
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]

EVERY = Asked()


@dataclass
class Nodes:
    """Nodes that keep what they are asked to, unless something is in the way."""

    kept: dict[str, int] = field(default_factory=dict)
    away: RondaError | None = None

    async def keep(self, stretch: Stretch, case: Case) -> None:
        if self.away is not None:
            raise self.away
        self.kept[stretch.hold] = case.until_90k

    async def release(self, stretch: Stretch) -> None:
        if self.away is not None:
            raise self.away
        self.kept.pop(stretch.hold, None)


@dataclass
class Desk:
    """Cases with their nodes, under a clock that is moved by hand."""

    cases: Cases
    nodes: Nodes
    clock: HandClock

    async def ask(self, own: OwnCameras | None = None, by: str = "joko", **more: object) -> Case:
        now = self.clock.utc_90k()
        stretches = (("gang-1", now - 3 * 3_600 * HZ_90K, now - 3_600 * HZ_90K, RT03),)
        wanted: NewCase = new(**{"stretches": stretches, **more})
        return (await self.cases.open(wanted, by, own)).case

    async def steps(self, case: Case) -> list[What]:
        return [entry.what for entry in (await self.cases.get(case.number)).custody]


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    nodes, clock = Nodes(), HandClock()
    clock.seconds = 1_790_000_000  # in 2026
    cases = Cases(store, clock, nodes)
    async with cases.running():
        yield Desk(cases, nodes, clock)


async def until(what: str, holds: object) -> None:
    """Wait until `holds()` is true."""
    with anyio.fail_after(5):
        while not holds():  # type: ignore[operator]
            await anyio.sleep(0.01)
    assert what


async def test_footage_is_kept_the_moment_somebody_asks(desk: Desk) -> None:
    case = await desk.ask()
    assert case.number == "2026-0001"
    assert desk.nodes.kept == {case.stretches[0].hold: desk.clock.utc_90k() + 30 * DAY_90K}
    assert case.stretches[0].held_90k == desk.clock.utc_90k()
    assert await desk.steps(case) == [What.REQUESTED, What.HELD]
    assert (await desk.ask()).number == "2026-0002"


async def test_an_approval_keeps_it_longer_and_entitles_the_one_who_asked(desk: Desk) -> None:
    case = await desk.ask()
    stretch = case.stretches[0]
    assert await desk.cases.entitled("joko", "gang-1", stretch.from_90k, stretch.to_90k) is None
    case = await desk.cases.approve(case.number, "lurah", "")
    await until("the node was told", lambda: desk.nodes.kept.get(stretch.hold) == case.until_90k)
    assert await desk.cases.entitled("joko", "gang-1", stretch.from_90k, stretch.to_90k) == case.number
    assert await desk.cases.entitled("joko", "gang-1", stretch.from_90k - 1, stretch.to_90k) is None
    assert await desk.cases.entitled("sari", "gang-1", stretch.from_90k, stretch.to_90k) is None
    await desk.cases.close(case.number, "joko", "selesai")
    assert await desk.cases.entitled("joko", "gang-1", stretch.from_90k, stretch.to_90k) is None


async def test_a_node_that_is_away_is_asked_again(desk: Desk) -> None:
    desk.nodes.away = Busy("the node does not answer")
    case = await desk.ask()
    assert (case.stretches[0].held_90k, case.stretches[0].problem) == (None, "")
    desk.nodes.away = None
    await desk.cases.approve(case.number, "lurah", "")  # any change of its time does it before the minute is over
    await until("it is kept", lambda: desk.nodes.kept)


async def test_a_node_that_has_nothing_says_so_and_is_not_asked_for_ever(desk: Desk) -> None:
    desk.nodes.away = NotFound("nothing of 'gang-1' is recorded then")
    case = await desk.ask()
    assert case.stretches[0].problem == "nothing of 'gang-1' is recorded then"
    assert await desk.steps(case) == [What.REQUESTED, What.NOT_HELD]


async def test_the_footage_of_what_was_refused_is_let_go_after_a_week(desk: Desk) -> None:
    case = await desk.ask()
    await desk.cases.refuse(case.number, "lurah", "bukan kamera RT ini")
    await until("a shorter time is told", lambda: desk.nodes.kept.get(case.stretches[0].hold, 0) < case.until_90k)
    desk.clock.seconds += 8 * 86_400
    await desk.ask()
    await desk.cases.approve("2026-0002", "lurah", "")
    await until("it is let go", lambda: case.stretches[0].hold not in desk.nodes.kept)


async def test_what_the_policy_gives_directly_is_there_after_a_restart_too(desk: Desk, store: Store) -> None:
    case = await desk.ask(OwnCameras.DIRECT)
    stretch = case.stretches[0]
    again = Cases(store, desk.clock, desk.nodes)
    async with again.running():
        assert await again.entitled("joko", "gang-1", stretch.from_90k, stretch.to_90k) == case.number


async def test_no_number_of_approved_cases_is_too_many_for_the_last_one_to_count(desk: Desk, store: Store) -> None:
    case = await desk.ask(OwnCameras.DIRECT)
    stretch = case.stretches[0]

    def thousands(connection: sa.Connection) -> None:
        """Write rows of cases of others, and older ones of the same person, as years of work would have."""
        one = connection.execute(sa.select(CASES)).mappings().one()
        part = connection.execute(sa.select(CASE_STRETCHES)).mappings().one()
        numbers = range(2, 12_002)
        names = {number: "joko" if number % 2 else f"warga{number}" for number in numbers}
        more = [{**one, "number": f"2026-{number:05}", "by": names[number]} for number in numbers]
        connection.execute(CASES.insert(), more)
        parts = [{**part, "case": f"2026-{number:05}", "hold": f"h{number}", "camera": "gang-9"} for number in numbers]
        connection.execute(CASE_STRETCHES.insert(), parts)

    await store.run(thousands)
    again = Cases(store, desk.clock, desk.nodes)
    async with again.running():
        assert await again.entitled("joko", "gang-1", stretch.from_90k, stretch.to_90k) == case.number
        assert await again.entitled("warga12000", "gang-9", stretch.from_90k, stretch.to_90k) == "2026-12000"
        assert again.entitles("joko", "gang-9")
        assert not again.entitles("warga12000", "gang-1")
        await again.close("2026-12000", "warga12000", "selesai")
        assert not again.entitles("warga12000", "gang-9")
        await again.close("2026-12001", "joko", "selesai")
        assert again.entitles("joko", "gang-9"), "thousands of others of theirs are open"


async def test_the_chain_of_custody_is_never_rewritten(desk: Desk, store: Store) -> None:
    case = await desk.ask(OwnCameras.DIRECT)
    await desk.cases.add_custody(case.number, "joko", What.HANDED_OVER, subject="Polsek", sha256="ab" * 32)
    with pytest.raises(RondaError):
        await store.run(lambda connection: connection.execute(sa.delete(CASE_CUSTODY)))
    custody = (await desk.cases.get(case.number)).custody
    assert (custody[-1].subject, custody[-1].sha256) == ("Polsek", "ab" * 32)


async def test_the_clock_runs_from_the_request_to_the_first_delivery(desk: Desk) -> None:
    case = await desk.ask(OwnCameras.DIRECT)
    desk.clock.seconds += 600
    await desk.cases.add_custody(case.number, "joko", What.FETCHED, subject="x")
    assert await desk.cases.delivery_times(30) == [600.0]


async def test_lists_go_page_by_page_through_what_one_may_see(desk: Desk) -> None:
    for number in range(5):
        desk.clock.seconds += 1
        await desk.ask(by="joko" if number % 2 else "sari", asker=Asker.POLICE)
    page, after = await desk.cases.found(Asked(limit=2), lambda case: case.by == "sari")
    assert [case.number for case in page] == ["2026-0005", "2026-0003"]
    rest, end = await desk.cases.found(Asked(limit=2, after=after or ""), lambda case: case.by == "sari")
    assert ([case.number for case in rest], end) == (["2026-0001"], None)
    assert await desk.cases.found(Asked(states=(CaseState.CLOSED,)), lambda _: True) == ([], None)
    with pytest.raises(BadInput):
        await desk.cases.found(Asked(after="2026-9999"), lambda _: True)


async def test_what_is_not_there_or_too_much_is_told(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no such case"):
        await desk.cases.get("2026-0404")
    case = await desk.ask()
    with pytest.raises(Conflict):
        await desk.cases.reopen(case.number, "lurah", "")
