"""The state machine of cases: who may move one on, what must be there, and how long its footage is kept."""

from dataclasses import replace
from typing import Any

import pytest

from ronda.base.errors import BadInput, Conflict, NotAllowed
from ronda.base.time import HZ_90K
from ronda.evidence.cases import machine
from ronda.evidence.cases.case import SYSTEM, Asker, Case, CaseState, Custody, NewCase, OwnCameras, What
from ronda.evidence.cases.machine import DAY_90K, Terms

HOUR = 3_600 * HZ_90K
NOW = 100 * DAY_90K
TERMS = Terms(asked_90k=30 * DAY_90K, approved_90k=365 * DAY_90K)
RT03 = "33.74.13.1003.rw04.rt03"


def new(**more: Any) -> NewCase:
    document: dict[str, Any] = {
        "title": "Motor dicuri di gang",
        "why": "Mencari siapa yang mengambil motor",
        "asker": Asker.MEMBER,
        "name": "Pak Joko",
        "organisation": "",
        "letter": "",
        "basis": "UU 27/2022 Pasal 17",
        "happened_90k": NOW - 5 * HOUR,
        "stretches": (("gang-1", NOW - 6 * HOUR, NOW - 3 * HOUR, RT03),),
    }
    return NewCase(**document | more)


def opened(own: OwnCameras | None = OwnCameras.APPROVAL, **more: Any) -> Case:
    return machine.requested(new(**more), "2026-0001", "joko", own, TERMS, NOW).case


def test_a_request_waits_for_somebody_elses_approval_and_then_its_footage_is_kept_a_year() -> None:
    case = opened()
    assert (case.state, case.until_90k, case.areas) == (CaseState.REQUESTED, NOW + 30 * DAY_90K, (RT03,))
    with pytest.raises(NotAllowed, match="nobody decides on what they asked for"):
        machine.approved(case, "joko", "", TERMS, NOW)
    step = machine.approved(case, "lurah", "setuju", TERMS, NOW + HOUR)
    assert (step.case.state, step.case.decided_by, step.case.decision) == (CaseState.APPROVED, "lurah", "setuju")
    assert step.case.until_90k == NOW + HOUR + 365 * DAY_90K
    assert step.custody == (Custody(NOW + HOUR, "lurah", What.APPROVED, note="setuju"),)
    with pytest.raises(Conflict, match="the case is approved"):
        machine.approved(step.case, "camat", "", TERMS, NOW)


@pytest.mark.parametrize(("own", "unseen"), [(OwnCameras.DIRECT, False), (OwnCameras.NOTIFY, True)])
def test_the_citys_policy_lets_members_take_what_is_their_own(own: OwnCameras, unseen: bool) -> None:
    step = machine.requested(new(), "2026-0001", "joko", own, TERMS, NOW)
    assert (step.case.state, step.case.decided_by, step.case.unseen) == (CaseState.APPROVED, SYSTEM, unseen)
    assert [entry.what for entry in step.custody] == [What.REQUESTED, What.APPROVED]
    after = machine.seen(step.case, "lurah", NOW + 1)
    assert (after.case.unseen, len(after.custody)) == (False, int(unseen))


def test_the_policy_is_not_for_the_police() -> None:
    assert opened(OwnCameras.DIRECT, asker=Asker.POLICE).state is CaseState.REQUESTED


def test_the_police_may_ask_before_their_letter_comes_and_get_nothing_before_it() -> None:
    case = opened(None, asker=Asker.POLICE, organisation="Polsek Semarang Barat")
    with pytest.raises(Conflict, match="letter"):
        machine.approved(case, "camat", "", TERMS, NOW)
    case = machine.lettered(case, "joko", " B/123/XI/2026 ", NOW).case
    assert machine.approved(case, "camat", "", TERMS, NOW).case.letter == "B/123/XI/2026"


def test_what_is_refused_says_why_and_is_kept_a_week_in_case_that_was_a_mistake() -> None:
    case = opened()
    with pytest.raises(BadInput, match="says why"):
        machine.refused(case, "lurah", "  ", NOW)
    after = machine.refused(case, "lurah", "bukan kamera RT ini", NOW).case
    assert (after.state, after.until_90k) == (CaseState.REFUSED, NOW + 7 * DAY_90K)
    assert not after.open


def test_only_who_asked_takes_it_back() -> None:
    with pytest.raises(NotAllowed):
        machine.withdrawn(opened(), "lurah", "", NOW)
    assert machine.withdrawn(opened(), "joko", "", NOW).case.state is CaseState.WITHDRAWN


def test_a_closed_case_can_be_reopened_for_thirty_days() -> None:
    case = machine.approved(opened(), "lurah", "", TERMS, NOW).case
    done = machine.closed(case, "joko", "pelaku ditangkap", NOW).case
    assert (done.state, done.until_90k) == (CaseState.CLOSED, NOW + 30 * DAY_90K)
    assert machine.reopened(done, "joko", "", TERMS, NOW + 29 * DAY_90K).case.state is CaseState.APPROVED
    with pytest.raises(Conflict, match="more than 30 days ago"):
        machine.reopened(done, "joko", "", TERMS, NOW + 31 * DAY_90K)


def test_nothing_is_handed_over_before_the_approval_and_the_first_time_stops_the_clock() -> None:
    given = Custody(NOW + HOUR, "joko", What.HANDED_OVER, "Polsek", "ab" * 32)
    with pytest.raises(Conflict, match="before the case is approved"):
        machine.noted(opened(), given)
    case = machine.approved(opened(), "lurah", "", TERMS, NOW).case
    once = machine.noted(case, given).case
    again = machine.noted(once, replace(given, at_90k=NOW + 2 * HOUR)).case
    assert (once.delivered_90k, again.delivered_90k) == (NOW + HOUR, NOW + HOUR)


def test_a_node_says_once_that_it_keeps_a_stretch_and_once_that_it_will_not() -> None:
    case = opened()
    hold = case.stretches[0].hold
    refused = machine.not_held(case, hold, "nothing is recorded", NOW)
    assert [entry.what for entry in refused.custody] == [What.NOT_HELD]
    assert machine.not_held(refused.case, hold, "nothing is recorded", NOW + 1).custody == ()
    kept = machine.held(refused.case, hold, case.until_90k, NOW + 2)
    assert (kept.case.stretches[0].held_90k, kept.case.stretches[0].problem) == (NOW + 2, "")
    longer = machine.held(kept.case, hold, case.until_90k + DAY_90K, NOW + 3)
    assert (longer.custody, longer.case.stretches[0].held_90k) == ((), NOW + 2)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "what happened"),
        ({"why": ""}, "wanted for"),
        ({"basis": ""}, "legal basis"),
        ({"title": "x" * 201}, "too long"),
        ({"stretches": ()}, "1 to 32 stretches"),
        ({"stretches": (("gang-1", NOW, NOW, RT03),)}, "ends before it begins"),
        ({"stretches": (("gang-1", NOW - 25 * HOUR, NOW, RT03),)}, "more than a day"),
        ({"stretches": (("gang-1", NOW + 1, NOW + HOUR, RT03),)}, "still to come"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_mend(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        machine.requested(new(**wrong), "2026-0001", "joko", None, TERMS, NOW)
    assert caught.value.mend
