"""Alarms out of batches on both kinds of database: each sign once, bounded in a storm, moved on by people and time."""

from typing import Any

import pytest
from tests.people.conftest import HandClock
from tests.response.test_machine import sign
from tests.store.databases import database_kind, store, store_url

from ronda.base.errors import BadInput, Busy, Conflict, NotFound
from ronda.bus.observations import ObservationBatch, SeenSign, ShotName
from ronda.insight.observations import Observations
from ronda.response import rows
from ronda.response.accuracy import accuracy
from ronda.response.alarm import Alarm, AlarmState, Attention, Entry, Verdict, ViewStep
from ronda.response.alarms import Alarms
from ronda.response.asked import Asked
from ronda.response.dispatch import DispatchState, Outcome
from ronda.response.dispatching import Dispatches
from ronda.response.rules import Bounds
from ronda.store.database import Store

__all__ = ["database_kind", "store", "store_url"]

EVERY = Asked(urgent_first=False)
BOUNDS = Bounds(most_open=5, answer_s=60, arrive_s=600, days=30)


class Desk:
    """Alarms and dispatches that take batches as the centre does, under a clock that is moved by hand."""

    def __init__(self, store: Store) -> None:
        self.clock = HandClock()
        self.observations = Observations(store, self.clock)
        self.alarms = Alarms(store, self.clock, BOUNDS, lambda camera: f"33.74.{camera}")
        self.dispatches = Dispatches(store, self.clock, BOUNDS)
        self.sequence = 0
        self.observations.parties.append(lambda connection, batch: (self.alarms.take(connection, batch), None)[1])

    async def see(self, *signs: SeenSign, sequence: int | None = None) -> None:
        self.sequence += 1
        number = self.sequence if sequence is None else sequence
        await self.observations.take(ObservationBatch(node="n", sequence=number, signs=signs))

    def sign(self, turn: str = "raised", **more: Any) -> SeenSign:
        return sign(turn, self.clock.seconds, **more)

    async def all(self, asked: Asked = EVERY) -> tuple[Alarm, ...]:
        return (await self.alarms.found(asked, lambda _: True)).alarms

    async def steps(self, id: str) -> list[str]:
        return [entry.what for entry in (await self.alarms.get(id)).log]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def test_one_cause_is_one_alarm_however_often_it_is_told(desk: Desk) -> None:
    await desk.see(desk.sign(shots=(ShotName(id="1-0a0a0a0a", at_90k=1, xyxy=(0.1, 0.1, 0.2, 0.2)),)), sequence=4)
    await desk.see(desk.sign(), sequence=4)  # the node tells the same batch again
    await desk.see(desk.sign("changed"), desk.sign(key="8"), sequence=5)
    found = await desk.all()
    assert sorted(alarm.key for alarm in found) == ["7", "8"]
    seven = next(alarm for alarm in found if alarm.key == "7")
    assert (seven.times, seven.area, seven.eye) == (1, "33.74.gate", "builtin 1 of 2026")
    assert seven.shots == (ShotName(id="1-0a0a0a0a", at_90k=1, xyxy=(0.1, 0.1, 0.2, 0.2)),)
    assert await desk.steps(seven.id) == ["raised"]
    assert desk.alarms.tally.made == 2


async def test_the_end_of_what_nobody_was_told_of_is_no_alarm(desk: Desk) -> None:
    await desk.see(desk.sign("over"))
    assert await desk.all() == ()
    await desk.see(desk.sign("changed"))  # its beginning was lost
    assert len(await desk.all()) == 1


async def test_after_its_pause_a_cause_is_a_new_alarm(desk: Desk) -> None:
    await desk.see(desk.sign(), desk.sign("over"))
    (first,) = await desk.all()
    desk.clock.seconds += 100
    await desk.see(desk.sign(), desk.sign("over"))
    assert len(await desk.all()) == 1
    await desk.alarms.close(first.id, "joko", Verdict.CONFIRMED, "")
    desk.clock.seconds += 121
    await desk.see(desk.sign())
    new, old = await desk.all()
    assert (old.id, old.state, old.times) == (first.id, AlarmState.CLOSED, 2)
    assert new.state is AlarmState.NEW


async def test_a_storm_is_counted_and_not_stored(desk: Desk) -> None:
    await desk.see(*(desk.sign(key=str(number)) for number in range(40)))
    await desk.see(*(desk.sign("changed", key=str(number)) for number in range(40)))
    await desk.see(desk.sign(analytic="crowd"))
    found = await desk.all()
    assert len(found) == BOUNDS.most_open + 1
    assert sum(alarm.more for alarm in found) == 35
    assert desk.alarms.tally.counted == 35


async def test_a_cause_that_flaps_writes_no_endless_log(desk: Desk) -> None:
    for _ in range(8):
        await desk.see(*(desk.sign(turn) for _ in range(50) for turn in ("raised", "over")))
    (alarm,) = await desk.all()
    assert alarm.times == 400
    assert 300 <= len(await desk.steps(alarm.id)) <= 302
    await desk.alarms.take_up(alarm.id, "joko")
    assert (await desk.steps(alarm.id))[-1] == "taken"  # what people do is always written down


async def test_too_much_done_to_one_alarm_is_refused(desk: Desk, store: Store) -> None:
    await desk.see(desk.sign())
    (alarm,) = await desk.all()
    entries = [Entry(0, "joko", "taken")] * 600
    await store.run(lambda connection: rows.write_log(connection, alarm.id, *entries))
    with pytest.raises(Busy, match="very much was done"):
        await desk.alarms.take_up(alarm.id, "joko")


async def test_time_moves_on_what_waits(desk: Desk) -> None:
    await desk.see(desk.sign(), desk.sign(key="8"), desk.sign(analytic="litter"))
    await desk.see(desk.sign("over"), desk.sign("over", analytic="litter"))
    eight = next(alarm for alarm in await desk.all() if alarm.key == "8")
    await desk.alarms.take_up(eight.id, "joko")
    await desk.alarms.hold(eight.id, "joko", desk.clock.utc_90k() + 90_000, "")
    assert await desk.alarms.pass_time() == ([], [])
    desk.clock.seconds += 3_601
    changed, _ = await desk.alarms.pass_time()
    assert {(one.key, one.analytic, one.state) for one in changed} == {
        ("7", "parking", AlarmState.CLOSED),
        ("8", "parking", AlarmState.IN_PROGRESS),
    }
    assert desk.alarms.tally.lapsed == 1
    assert await desk.alarms.pass_time() == ([], [])


async def test_lists_are_read_page_by_page_and_never_show_what_may_not_be_seen(desk: Desk) -> None:
    for number in range(5):
        await desk.see(desk.sign(key=f"p{number}", camera="gate" if number % 2 else "yard"))
        desk.clock.seconds += 1
    await desk.see(desk.sign(analytic="own-eyes", key="turned", camera="gate"))
    urgent = await desk.all(Asked())
    assert [alarm.key for alarm in urgent] == ["turned", "p4", "p3", "p2", "p1", "p0"]
    for first in (True, False):
        keys, after = [], ""
        while True:
            asked = Asked(urgent_first=first, limit=2, after=after)
            page = await desk.alarms.found(asked, lambda alarm: alarm.camera == "gate")
            keys += [alarm.key for alarm in page.alarms]
            if page.after is None:
                break
            after = page.after
        assert keys == ["turned", "p3", "p1"]
    assert [one.key for one in await desk.all(Asked(analytic="own-eyes"))] == ["turned"]
    assert [one.key for one in await desk.all(Asked(camera="yard"))] == ["p4", "p2", "p0"]
    assert len(await desk.all(Asked(area="33.74.yard"))) == 3
    assert len(await desk.all(Asked(area="33.74"))) == 6
    assert [one.key for one in await desk.all(Asked(since_90k=desk.clock.utc_90k()))] == ["turned"]
    assert await desk.all(Asked(states=(AlarmState.CLOSED,))) == ()
    with pytest.raises(BadInput, match="no place in the list"):
        await desk.all(Asked(after="1-2"))


async def test_an_agency_answers_step_by_step(desk: Desk) -> None:
    await desk.see(desk.sign(shots=(ShotName(id="5-0a0a0a0a", at_90k=5),)))
    (alarm,) = await desk.all()
    alarm, offered = await desk.dispatches.offer(alarm.id, "satpolpp", "joko", "please look")
    assert (alarm.state, alarm.owner) == (AlarmState.IN_PROGRESS, "joko")
    with pytest.raises(Conflict, match="has this alarm already"):
        await desk.dispatches.offer(alarm.id, "satpolpp", "joko", "")
    assert desk.dispatches.lent("satpolpp", "gate", None)
    assert desk.dispatches.lent("satpolpp", "gate", 5)
    assert not desk.dispatches.lent("satpolpp", "gate", 6)
    assert not desk.dispatches.lent("dishub", "gate", None)
    await desk.dispatches.accept(offered.id, "sari")
    with pytest.raises(Conflict, match="accepted cannot become accepted"):
        await desk.dispatches.accept(offered.id, "sari")
    await desk.dispatches.arrive(offered.id, "sari")
    alarm, done = await desk.dispatches.done(offered.id, "sari", Outcome.HANDLED, " moved away ")
    assert (done.state, done.answer, alarm.attention) == (DispatchState.DONE, "moved away", Attention.DONE)
    assert not desk.dispatches.lent("satpolpp", "gate", None)
    assert await desk.steps(alarm.id) == ["raised", "taken", "dispatched", "accepted", "on-scene", "done"]
    assert [one.dispatch.id for one in await desk.dispatches.duty(["satpolpp"])] == [done.id]
    assert await desk.dispatches.duty(["dishub"]) == []
    desk.clock.seconds += 90_000
    assert await desk.dispatches.duty(None) == []


async def test_an_agency_that_does_not_answer_brings_the_alarm_back_more_urgent(desk: Desk, store: Store) -> None:
    await desk.see(desk.sign())
    (alarm,) = await desk.all()
    _, offered = await desk.dispatches.offer(alarm.id, "dishub", "joko", "")
    assert await desk.alarms.pass_time() == ([], [])
    desk.clock.seconds += 61
    (late,), (silent,) = await desk.alarms.pass_time()
    assert (late.attention, late.priority, silent.state) == (Attention.NOT_ANSWERED, 2, DispatchState.NOT_ANSWERED)
    await desk.dispatches.accept(offered.id, "sari")  # late, and still welcome
    desk.clock.seconds += 601
    (late,), _ = await desk.alarms.pass_time()
    assert (late.attention, late.priority) == (Attention.LATE, 1)
    assert (await desk.alarms.pass_time()) == ([], [])
    again = Dispatches(store, desk.clock, BOUNDS)
    await again.open()
    assert again.lent("dishub", "gate", None)  # after a restart as before
    with pytest.raises(BadInput, match="no reason"):
        await desk.dispatches.decline(offered.id, "sari", " ")
    alarm, _ = await desk.dispatches.decline(offered.id, "sari", "the road is flooded")
    assert alarm.attention is Attention.DECLINED


async def test_closing_takes_back_what_agencies_have(desk: Desk) -> None:
    await desk.see(desk.sign())
    (alarm,) = await desk.all()
    await desk.dispatches.offer(alarm.id, "dishub", "joko", "")
    alarm, (back,) = await desk.alarms.close(alarm.id, "joko", Verdict.REJECTED, "a shadow")
    assert back.state is DispatchState.WITHDRAWN
    with pytest.raises(Conflict, match="closed"):
        await desk.dispatches.offer(alarm.id, "dishub", "joko", "")


async def test_a_decision_on_a_view_is_for_all_alarms_about_it(desk: Desk) -> None:
    await desk.see(*(desk.sign(analytic="own-eyes", key=key, zone="") for key in ("turned", "unlike", "blurred")))
    assert len(await desk.alarms.views_to_do()) == 2
    for alarm in await desk.alarms.views_to_do():
        assert await desk.alarms.view_done(alarm, ViewStep.WITHDRAWN) is not None
        assert await desk.alarms.view_done(alarm, ViewStep.RELEASED) is None  # what was to be done is done
    assert await desk.alarms.kept_out("gate")
    turned = next(alarm for alarm in await desk.all() if alarm.key == "turned")
    both, _ = await desk.alarms.decide_view(turned.id, "rina", ViewStep.ACCEPT, Verdict.REJECTED, "as always")
    assert {(one.key, one.state, one.verdict) for one in both} == {
        (key, AlarmState.CLOSED, Verdict.REJECTED) for key in ("turned", "unlike")
    }
    assert not await desk.alarms.kept_out("gate")


async def test_accuracy_is_what_people_said_or_not_measured(desk: Desk, store: Store) -> None:
    await desk.see(*(desk.sign(key=str(number)) for number in range(4)), desk.sign(camera="yard"))
    for alarm, verdict in zip(await desk.all(), ("confirmed", "confirmed", "rejected", "none"), strict=False):
        await desk.alarms.close(alarm.id, "joko", Verdict(verdict), "")
    every = await accuracy(store, lambda _: True, by_camera=False)
    assert [(one.analytic, one.alarms, one.confirmed, one.rejected) for one in every] == [("parking", 5, 2, 1)]
    assert every[0].share == pytest.approx(2 / 3)
    by_camera = await accuracy(store, lambda camera: camera == "gate", analytic="parking")
    assert [one.camera for one in by_camera] == ["gate"]
    await desk.see(desk.sign(analytic="crowd", camera="yard"))
    assert [one.share for one in await accuracy(store, lambda _: True, analytic="crowd")] == [None]


async def test_old_alarms_go_with_everything_that_belongs_to_them(desk: Desk) -> None:
    await desk.see(desk.sign())
    (alarm,) = await desk.all()
    await desk.dispatches.offer(alarm.id, "dishub", "joko", "")
    await desk.alarms.close(alarm.id, "joko", Verdict.CONFIRMED, "")
    assert await desk.alarms.tidy() == 0
    desk.clock.seconds += 31 * 86_400
    assert await desk.alarms.tidy() == 1
    with pytest.raises(NotFound, match="too old"):
        await desk.alarms.get(alarm.id)
