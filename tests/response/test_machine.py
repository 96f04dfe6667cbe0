"""The state machine of alarms: whatever comes in whatever order, what the design says of an alarm holds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronda.base.errors import BadInput, Conflict
from ronda.base.time import HZ_90K
from ronda.bus.observations import EyeId, SeenSign, ShotName
from ronda.response import machine
from ronda.response.alarm import Alarm, AlarmState, Attention, Verdict, ViewStep
from ronda.response.machine import Step
from ronda.response.rules import priority_of, rule_of

SECOND = HZ_90K
DAY = 86_400 * HZ_90K
BUILTIN = EyeId(id="builtin", version="1 of 2026")


def sign(turn: str = "raised", at_s: float = 0, analytic: str = "parking", key: str = "7", **more: Any) -> SeenSign:
    at_90k = round(at_s * HZ_90K)
    document = {"camera": "gate", "analytic": analytic, "zone": "kerb", "key": key, "turn": turn, "at_90k": at_90k}
    return SeenSign.model_validate({**document, "since_90k": 0, "eye": BUILTIN, **more})


def fresh(**more: Any) -> Alarm:
    return machine.raised(sign(**more), "a", "33.74", 0).alarm


def test_an_alarm_goes_from_new_over_its_owner_to_a_verdict() -> None:
    alarm = machine.taken(fresh(), "joko", 1).alarm
    assert (alarm.state, alarm.owner) == (AlarmState.IN_PROGRESS, "joko")
    alarm = machine.held(alarm, "joko", 100, "waits for the tow truck", 2).alarm
    assert (alarm.state, alarm.held_until_90k) == (AlarmState.ON_HOLD, 100)
    back = machine.waited(alarm, rule_of("parking"), 100)
    assert (back.alarm.state, back.alarm.attention) == (AlarmState.IN_PROGRESS, Attention.HOLD_OVER)
    closed = machine.closed(back.alarm, "joko", Verdict.CONFIRMED, "", 101)
    assert (closed.alarm.verdict, closed.alarm.judged_by, closed.alarm.closed_90k) == (Verdict.CONFIRMED, "joko", 101)
    assert [entry.what for entry in closed.entries] == ["closed"]


def test_nobody_takes_it_out_of_anothers_hands_unsaid() -> None:
    alarm = machine.taken(fresh(), "joko", 1).alarm
    with pytest.raises(Conflict, match="joko looks at this alarm already"):
        machine.taken(alarm, "rina", 2)
    step = machine.taken(alarm, "rina", 2, over=True)
    assert (step.alarm.owner, step.entries[0].what, step.entries[0].subject) == ("rina", "taken-over", "joko")


def test_what_cannot_follow_is_refused() -> None:
    with pytest.raises(Conflict, match="new cannot be put on hold"):
        machine.held(fresh(), "joko", 100, "", 1)
    with pytest.raises(BadInput, match="30 days"):
        machine.held(machine.taken(fresh(), "joko", 1).alarm, "joko", 0, "", 1)
    closed = machine.closed(fresh(), "joko", Verdict.REJECTED, "", 1).alarm
    refused: list[Callable[[], Step]] = [
        lambda: machine.taken(closed, "joko", 2),
        lambda: machine.closed(closed, "joko", Verdict.NONE, "", 2),
        lambda: machine.reopened(closed, "joko", "", 2 + DAY),
        lambda: machine.reopened(fresh(), "joko", "", 2),
        lambda: machine.judged(fresh(), "joko", Verdict.NONE, "", 2),
    ]
    for step in refused:
        with pytest.raises(Conflict):
            step()
    assert machine.reopened(closed, "rina", "", DAY).alarm.owner == "rina"
    assert machine.judged(closed, "rina", Verdict.CONFIRMED, "", 9 * DAY).alarm.judged_by == "rina"


def test_a_cause_that_comes_back_within_the_pause_opens_the_same_alarm() -> None:
    rule = rule_of("parking")
    over = machine.signed(machine.taken(fresh(), "joko", 1).alarm, sign("over", 10), 10 * SECOND).alarm
    assert over.over_90k == 10 * SECOND
    closed = machine.closed(over, "joko", Verdict.CONFIRMED, "", 11 * SECOND).alarm
    soon, late = sign("raised", 10 + rule.pause_s), sign("raised", 11 + rule.pause_s)
    assert machine.belongs(closed, soon, rule)
    assert not machine.belongs(closed, late, rule)
    back = machine.signed(closed, soon, soon.at_90k).alarm
    assert (back.state, back.attention, back.times) == (AlarmState.IN_PROGRESS, Attention.CAME_BACK, 2)
    assert (back.verdict, back.over_90k, back.closed_90k) == (None, None, None)


def test_one_that_nobody_took_lapses_and_comes_back_as_new() -> None:
    rule = rule_of("parking")
    over = machine.signed(fresh(), sign("over", 10), 10 * SECOND).alarm
    until = 10 * SECOND + rule.lapse_90k
    assert machine.waited(over, rule, until).alarm is over
    lapsed = machine.waited(over, rule, until + 1).alarm
    assert (lapsed.state, lapsed.verdict, lapsed.judged_by, lapsed.owner) == (
        AlarmState.CLOSED,
        Verdict.NONE,
        None,
        None,
    )
    taken = machine.taken(over, "joko", 11).alarm
    assert machine.waited(taken, rule, until + DAY).alarm is taken
    assert machine.signed(lapsed, sign("raised", 20), 20 * SECOND).alarm.state is AlarmState.NEW


def test_what_gets_graver_after_it_was_closed_opens_again() -> None:
    flood = fresh(analytic="flood", level=3)
    closed = machine.closed(flood, "joko", Verdict.CONFIRMED, "", 5).alarm
    same = machine.signed(closed, sign("changed", 1, "flood", level=3), SECOND).alarm
    assert same.state is AlarmState.CLOSED
    graver = machine.signed(closed, sign("changed", 1, "flood", level=1), SECOND).alarm
    assert (graver.state, graver.attention, graver.priority) == (AlarmState.IN_PROGRESS, Attention.GRAVER, 1)


def test_a_turned_view_is_a_quarantine_that_never_lapses() -> None:
    alarm = fresh(analytic="own-eyes", key="turned", zone="")
    assert (alarm.view, alarm.priority) == (ViewStep.WITHDRAW, 1)
    assert fresh(analytic="own-eyes", key="covered", zone="").view is ViewStep.NONE
    over = machine.signed(replace(alarm, view=ViewStep.WITHDRAWN), sign("over", 1, "own-eyes", "turned"), SECOND).alarm
    assert machine.waited(over, rule_of("own-eyes"), 30 * DAY).alarm is over


def test_a_view_that_was_mended_is_released_by_the_comparison_alone() -> None:
    alarm = fresh(analytic="own-eyes", key="turned", zone="")
    comparing = replace(machine.taken(alarm, "rina", 1).alarm, view=ViewStep.COMPARING)
    wrong = machine.signed(comparing, sign("changed", 2, "own-eyes", "turned"), 2 * SECOND).alarm
    assert (wrong.view, wrong.attention, wrong.open) == (ViewStep.WITHDRAWN, Attention.STILL_WRONG, True)
    right = machine.signed(comparing, sign("over", 2, "own-eyes", "turned"), 2 * SECOND).alarm
    assert (right.view, right.verdict, right.judged_by) == (ViewStep.RELEASE, Verdict.CONFIRMED, "rina")


def test_a_release_that_is_taken_back_withdraws_the_camera_again() -> None:
    alarm = fresh(analytic="own-eyes", key="turned", zone="")
    released = replace(machine.closed(alarm, "rina", Verdict.CONFIRMED, "", 1).alarm, view=ViewStep.RELEASED)
    assert machine.reopened(released, "rina", "", 2).alarm.view is ViewStep.WITHDRAW
    assert machine.signed(released, sign("raised", 1, "own-eyes", "turned"), SECOND).alarm.view is ViewStep.WITHDRAW
    assert machine.signed(released, sign("changed", 1, "own-eyes", "turned"), SECOND).alarm.view is ViewStep.RELEASED


def test_the_first_and_the_newest_pictures_are_kept() -> None:
    alarm = fresh(shots=(ShotName(id="0", at_90k=0),))
    for at in range(1, 30):
        alarm = machine.signed(alarm, sign("changed", at, shots=(ShotName(id=str(at), at_90k=at),)), at).alarm
    assert [shot.id for shot in alarm.shots] == ["0", "1", "2", "3", "26", "27", "28", "29"]


def test_priority_is_the_levels_where_there_is_one() -> None:
    assert [priority_of(sign(analytic="flood", level=level)) for level in (1, 2, 3, 4)] == [1, 2, 3, 3]
    assert [priority_of(sign(analytic=name)) for name in ("crowd", "litter", "unheard-of")] == [2, 3, 2]


PERSONS = st.sampled_from(("joko", "rina"))
HAPPENINGS = st.one_of(
    st.tuples(st.just("sign"), st.sampled_from(("raised", "changed", "over")), st.none() | st.integers(1, 4)),
    st.tuples(st.just("take"), PERSONS, st.booleans()),
    st.tuples(st.just("hold"), PERSONS, st.integers(1, 4000)),
    st.tuples(st.just("close"), PERSONS, st.sampled_from(list(Verdict))),
    st.tuples(st.just("reopen"), PERSONS, st.none()),
    st.tuples(st.just("judge"), PERSONS, st.sampled_from(list(Verdict))),
    st.tuples(st.just("wait"), st.none(), st.none()),
)


def happen(alarm: Alarm, what: Any, now_90k: int) -> Step:
    kind, first, second = what
    if kind == "sign":
        said = sign(first, now_90k / HZ_90K, level=second)
        return machine.signed(alarm, said, now_90k) if machine.belongs(alarm, said, rule_of("parking")) else Step(alarm)
    if kind == "take":
        return machine.taken(alarm, first, now_90k, over=second)
    if kind == "hold":
        return machine.held(alarm, first, now_90k + second * SECOND, "", now_90k)
    if kind == "close":
        return machine.closed(alarm, first, second, "", now_90k)
    if kind == "reopen":
        return machine.reopened(alarm, first, "", now_90k)
    if kind == "judge":
        return machine.judged(alarm, first, second, "", now_90k)
    return machine.waited(alarm, rule_of("parking"), now_90k)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.lists(st.tuples(HAPPENINGS, st.integers(0, 4000)), max_size=25))
def test_an_alarm_never_says_what_cannot_be(story: list[Any]) -> None:
    alarm, now_90k = fresh(), 0
    for what, pause_s in story:
        now_90k += pause_s * SECOND
        before = alarm
        try:
            step = happen(alarm, what, now_90k)
        except (Conflict, BadInput):
            continue
        alarm = step.alarm
        assert (alarm.state is AlarmState.CLOSED) == (alarm.closed_90k is not None) == (alarm.verdict is not None)
        assert (alarm.state is AlarmState.ON_HOLD) == (alarm.held_until_90k is not None)
        assert (alarm.judged_by is not None) == (alarm.verdict in (Verdict.CONFIRMED, Verdict.REJECTED))
        assert alarm.owner is not None or alarm.state in (AlarmState.NEW, AlarmState.CLOSED)
        assert 1 <= alarm.priority <= before.priority
        assert (alarm.id, alarm.key, alarm.raised_90k) == (before.id, before.key, before.raised_90k)
        if alarm.state is not before.state:
            assert step.entries, f"{what} changed the state and wrote nothing down"
