"""The one state machine of alarms, without database or clock: an alarm and what happens to it in, the alarm after out.

What people do raises `Conflict` where it cannot follow; what the eyes say never does.
"""

from dataclasses import dataclass, replace
from typing import Final

from ronda.base.errors import BadInput, Conflict
from ronda.base.time import HZ_90K
from ronda.bus.observations import SeenSign, ShotName
from ronda.insight.observations import eye_text
from ronda.response.alarm import (
    FOLLOWS,
    SYSTEM,
    Alarm,
    AlarmState,
    Attention,
    Entry,
    Verdict,
    ViewStep,
)
from ronda.response.rules import Rule, concerns_view, priority_of

REOPENED_WITHIN_90K: Final = 86_400 * HZ_90K
LONGEST_HOLD_90K: Final = 30 * 86_400 * HZ_90K
_MOST_SHOTS: Final = 8
_VERBS: Final = {
    AlarmState.IN_PROGRESS: "taken",
    AlarmState.ON_HOLD: "put on hold",
    AlarmState.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Step:
    """An alarm after something happened, and what its log says of it."""

    alarm: Alarm
    entries: tuple[Entry, ...] = ()


def raised(sign: SeenSign, id: str, area: str, now_90k: int) -> Step:
    """Return the alarm that a sign begins."""
    alarm = Alarm(
        id=id,
        camera=sign.camera,
        area=area,
        analytic=sign.analytic,
        zone=sign.zone,
        key=sign.key,
        eye=eye_text(sign.eye),
        label=sign.label,
        level=sign.level,
        priority=priority_of(sign),
        begun_90k=sign.since_90k,
        raised_90k=now_90k,
        signed_90k=sign.at_90k,
        changed_90k=now_90k,
        view=ViewStep.WITHDRAW if concerns_view(sign) else ViewStep.NONE,
        shots=_shots((), sign),
        detail=dict(sign.detail),
    )
    return Step(alarm, (Entry(now_90k, SYSTEM, "raised"),))


def belongs(alarm: Alarm, sign: SeenSign, rule: Rule) -> bool:
    """Whether a sign is about the cause of this alarm, the newest one with its camera, analytic and key."""
    if alarm.open or sign.turn == "over" or (sign.turn == "changed" and alarm.over_90k is None):
        return True
    ended_90k = alarm.closed_90k if alarm.over_90k is None else alarm.over_90k
    return ended_90k is None or sign.at_90k - ended_90k <= rule.pause_90k


def signed(alarm: Alarm, sign: SeenSign, now_90k: int) -> Step:
    """Take in what the eyes say of an alarm's cause; see `belongs`."""
    if sign.turn == "over":
        return _over(alarm, sign, now_90k)
    back = alarm.over_90k is not None or (sign.turn == "raised" and not alarm.open)
    graver = priority_of(sign) < alarm.priority
    after = replace(
        alarm,
        level=sign.level,
        label=sign.label or alarm.label,
        eye=eye_text(sign.eye) or alarm.eye,
        priority=min(alarm.priority, priority_of(sign)),
        signed_90k=max(alarm.signed_90k, sign.at_90k),
        over_90k=None,
        times=alarm.times + back,
        shots=_shots(alarm.shots, sign),
        detail=dict(sign.detail) or alarm.detail,
        changed_90k=now_90k,
    )
    entries: list[Entry] = []
    if back or graver:
        attention = Attention.CAME_BACK if back else Attention.GRAVER
        entries.append(Entry(now_90k, SYSTEM, attention.value))
        after = _opened(after) if not after.open else after
        after = replace(after, attention=attention if after.owner else Attention.NONE)
    return _viewed(Step(after, tuple(entries)), now_90k)


def taken(alarm: Alarm, by: str, now_90k: int, *, over: bool = False) -> Step:
    """Somebody looks at it from now on; from somebody else's hands only with `over`.

    Raises:
        Conflict: Somebody else looks at it, or it is closed.
    """
    if alarm.state is AlarmState.CLOSED:
        raise Conflict("the alarm is closed", "reopen it first")
    mine = alarm.owner in (None, by)
    if not mine and alarm.state is AlarmState.IN_PROGRESS and not over:
        raise Conflict(f"{alarm.owner} looks at this alarm already", "take it over if you must")
    if alarm.owner == by and alarm.state is AlarmState.IN_PROGRESS and not alarm.attention:
        return Step(alarm)
    after = replace(_acted(alarm, now_90k), state=AlarmState.IN_PROGRESS, owner=by, held_until_90k=None)
    return Step(after, (Entry(now_90k, by, "taken" if mine else "taken-over", "" if mine else alarm.owner or ""),))


def held(alarm: Alarm, by: str, until_90k: int, note: str, now_90k: int) -> Step:
    """It waits for something, until a moment.

    Raises:
        BadInput: The moment is past, or too far away.
        Conflict: Nobody looks at it.
    """
    if not now_90k < until_90k <= now_90k + LONGEST_HOLD_90K:
        raise BadInput("an alarm waits for 30 days at most, and until a moment that is to come", "give another moment")
    _follows(alarm, AlarmState.ON_HOLD)
    after = replace(_acted(alarm, now_90k), state=AlarmState.ON_HOLD, held_until_90k=until_90k, owner=alarm.owner or by)
    return Step(after, (Entry(now_90k, by, "held", str(until_90k), note),))


def closed(alarm: Alarm, by: str, verdict: Verdict, note: str, now_90k: int) -> Step:
    """Somebody has decided what it was.

    Raises:
        Conflict: It is closed already.
    """
    _follows(alarm, AlarmState.CLOSED)
    judged = None if verdict is Verdict.NONE else by
    after = replace(
        _acted(alarm, now_90k),
        state=AlarmState.CLOSED,
        owner=alarm.owner or by,
        verdict=verdict,
        judged_by=judged,
        held_until_90k=None,
        closed_90k=now_90k,
    )
    return Step(after, (Entry(now_90k, by, "closed", verdict.value, note),))


def reopened(alarm: Alarm, by: str, note: str, now_90k: int) -> Step:
    """It was closed too early; for a day that can be mended. A camera whose view it is about leaves publication again.

    Raises:
        Conflict: It is open, or was closed too long ago.
    """
    if alarm.open:
        raise Conflict("the alarm is open", "there is nothing to reopen")
    if now_90k - (alarm.closed_90k or 0) > REOPENED_WITHIN_90K:
        raise Conflict("the alarm was closed more than a day ago", "its verdict can still be changed")
    view = alarm.view if alarm.view is ViewStep.NONE else ViewStep.WITHDRAW
    after = replace(_opened(_acted(alarm, now_90k)), state=AlarmState.IN_PROGRESS, owner=by, view=view)
    return Step(after, (Entry(now_90k, by, "reopened", "", note),))


def judged(alarm: Alarm, by: str, verdict: Verdict, note: str, now_90k: int) -> Step:
    """Somebody gives a closed alarm another verdict.

    Raises:
        Conflict: It is still open.
    """
    if alarm.open:
        raise Conflict("the alarm is still open", "close it with a verdict")
    by_whom = None if verdict is Verdict.NONE else by
    after = replace(alarm, verdict=verdict, judged_by=by_whom, changed_90k=now_90k)
    return Step(after, (Entry(now_90k, by, "judged", verdict.value, note),))


def waited(alarm: Alarm, rule: Rule, now_90k: int) -> Step:
    """Let time pass: a hold is over, an alarm that nobody took lapses."""
    if alarm.state is AlarmState.ON_HOLD and now_90k >= (alarm.held_until_90k or 0):
        after = replace(
            alarm,
            state=AlarmState.IN_PROGRESS,
            held_until_90k=None,
            attention=Attention.HOLD_OVER,
            changed_90k=now_90k,
        )
        return Step(after, (Entry(now_90k, SYSTEM, Attention.HOLD_OVER.value),))
    if lapses(alarm, rule, now_90k):
        after = replace(alarm, state=AlarmState.CLOSED, verdict=Verdict.NONE, closed_90k=now_90k, changed_90k=now_90k)
        return Step(after, (Entry(now_90k, SYSTEM, "lapsed", Verdict.NONE.value),))
    return Step(alarm)


def lapses(alarm: Alarm, rule: Rule, now_90k: int) -> bool:
    """Whether it closes itself: nobody took it, and its cause is long over. A quarantine always waits for a person."""
    return (
        alarm.state is AlarmState.NEW
        and alarm.view is ViewStep.NONE
        and alarm.over_90k is not None
        and now_90k - alarm.over_90k > rule.lapse_90k
    )


def called(alarm: Alarm, attention: Attention, now_90k: int, *, urgent: bool = False) -> Alarm:
    """Return an alarm that somebody should look at again; `urgent` moves it up by one."""
    priority = max(alarm.priority - 1, 1) if urgent else alarm.priority
    return replace(alarm, attention=attention, priority=priority, changed_90k=now_90k)


def _over(alarm: Alarm, sign: SeenSign, now_90k: int) -> Step:
    if alarm.over_90k is not None:
        return Step(alarm)
    after = replace(
        alarm,
        over_90k=sign.at_90k,
        signed_90k=max(alarm.signed_90k, sign.at_90k),
        shots=_shots(alarm.shots, sign),
        changed_90k=now_90k,
    )
    entry = Entry(now_90k, SYSTEM, "over")
    if alarm.open and alarm.view in (ViewStep.COMPARE, ViewStep.COMPARING):
        # A person has said that it was mended, and the comparison agrees.
        done = closed(after, alarm.owner or SYSTEM, Verdict.CONFIRMED, "", now_90k)
        return Step(replace(done.alarm, view=ViewStep.RELEASE), (entry, *done.entries))
    return Step(after, (entry,))


def _viewed(step: Step, now_90k: int) -> Step:
    """The eyes say (again) that the view is wrong: the camera leaves publication, or stays out."""
    alarm = step.alarm
    if alarm.view is ViewStep.COMPARING:
        entry = Entry(now_90k, SYSTEM, Attention.STILL_WRONG.value)
        after = replace(alarm, view=ViewStep.WITHDRAWN, attention=Attention.STILL_WRONG)
        return Step(after, (*step.entries, entry))
    if alarm.open and alarm.view in (ViewStep.ACCEPT, ViewStep.RELEASE, ViewStep.RELEASED):
        return Step(replace(alarm, view=ViewStep.WITHDRAW), step.entries)
    return step


def _opened(alarm: Alarm) -> Alarm:
    return replace(
        alarm,
        state=AlarmState.IN_PROGRESS if alarm.owner else AlarmState.NEW,
        verdict=None,
        judged_by=None,
        closed_90k=None,
    )


def _acted(alarm: Alarm, now_90k: int) -> Alarm:
    return replace(alarm, attention=Attention.NONE, changed_90k=now_90k)


def _follows(alarm: Alarm, state: AlarmState) -> None:
    if state not in FOLLOWS[alarm.state]:
        mend = (
            "take it first" if alarm.state is AlarmState.NEW else "look at it again: somebody else may have been there"
        )
        raise Conflict(f"an alarm that is {alarm.state.value} cannot be {_VERBS[state]}", mend)


def _shots(before: tuple[ShotName, ...], sign: SeenSign) -> tuple[ShotName, ...]:
    """Keep the first pictures and the newest ones; what is between gives way."""
    known = {shot.id for shot in before}
    new = {shot.id: shot for shot in sign.shots if shot.id not in known}
    every = sorted((*before, *new.values()), key=lambda shot: shot.at_90k)
    half = _MOST_SHOTS // 2
    return tuple(every) if len(every) <= _MOST_SHOTS else (*every[:half], *every[-half:])
