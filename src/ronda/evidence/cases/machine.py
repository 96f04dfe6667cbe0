"""The one state machine of cases, without database or clock: a case and what happens to it in, the case after out."""

import secrets
from dataclasses import dataclass, replace
from typing import Final

from ronda.base.errors import BadInput, Conflict, NotAllowed
from ronda.base.time import HZ_90K
from ronda.evidence.cases.case import (
    FOLLOWS,
    HAND_OVERS,
    SYSTEM,
    Asker,
    Case,
    CaseState,
    Custody,
    NewCase,
    OwnCameras,
    Stretch,
    What,
)

DAY_90K: Final = 86_400 * HZ_90K
REOPENED_WITHIN_90K: Final = 30 * DAY_90K
REFUSED_KEEPS_90K: Final = 7 * DAY_90K
"""How long footage is kept after a refusal or a withdrawal: a decision may be a mistake."""
MOST_STRETCHES: Final = 32
LONGEST_90K: Final = DAY_90K
LONGEST_KEPT_90K: Final = 10 * 365 * DAY_90K
_LONGEST_TEXT: Final = 2_000
_LONGEST_LINE: Final = 200
_NEED_LETTER: Final = frozenset({Asker.POLICE, Asker.INVESTIGATOR})


@dataclass(frozen=True, slots=True)
class Terms:
    """How long footage is kept, as the installation sets it; `utc_90k` spans.

    Attributes:
        asked_90k: From the request on, until somebody decides.
        approved_90k: From the approval on.
    """

    asked_90k: int = 30 * DAY_90K
    approved_90k: int = 365 * DAY_90K


@dataclass(frozen=True, slots=True)
class Step:
    """A case after something happened, and what its chain of custody says of it."""

    case: Case
    custody: tuple[Custody, ...] = ()


def requested(new: NewCase, number: str, by: str, own: OwnCameras | None, terms: Terms, now_90k: int) -> Step:
    """Return the case that a request begins.

    Args:
        new: What is asked for.
        number: Its number.
        by: Who asks.
        own: The city's policy, where every camera is one that is the asker's own; None where one is not.
        terms: How long footage is kept.
        now_90k: The time.

    Raises:
        BadInput: Something is missing, too long, or makes no sense.
    """
    case = Case(
        number=number,
        title=_line(new.title, "what happened"),
        why=_text(new.why, "what the footage is wanted for"),
        asker=new.asker,
        by=by,
        name=_line(new.name, "the name of the one who asks"),
        organisation=_line(new.organisation, "the organisation", empty=True),
        letter=_line(new.letter, "the letter's number", empty=True),
        basis=_line(new.basis, "the legal basis"),
        happened_90k=new.happened_90k,
        stretches=_stretches(new, now_90k),
        state=CaseState.REQUESTED,
        policy=None,
        unseen=False,
        asked_90k=now_90k,
        decided_by=None,
        decided_90k=None,
        decision="",
        until_90k=now_90k + terms.asked_90k,
        delivered_90k=None,
        closed_90k=None,
        changed_90k=now_90k,
    )
    first = Custody(now_90k, by, What.REQUESTED, note=case.title)
    if own is None or own is OwnCameras.APPROVAL or new.asker is not Asker.MEMBER:
        return Step(case, (first,))
    case = replace(
        case,
        state=CaseState.APPROVED,
        policy=own,
        unseen=own is OwnCameras.NOTIFY,
        decided_by=SYSTEM,
        decided_90k=now_90k,
        until_90k=now_90k + terms.approved_90k,
    )
    return Step(case, (first, Custody(now_90k, SYSTEM, What.APPROVED, subject=own.value)))


def approved(case: Case, by: str, note: str, terms: Terms, now_90k: int) -> Step:
    """Let exports be made.

    Raises:
        Conflict: It is decided already, or the letter is missing.
        NotAllowed: Nobody approves what they asked for themselves.
    """
    _follows(case, CaseState.APPROVED)
    if case.state is CaseState.CLOSED:
        raise Conflict("the case is closed", "reopen it first")
    _four_eyes(case, by)
    if case.asker in _NEED_LETTER and not case.letter:
        raise Conflict("the letter's number is missing", "write it into the case first: the footage is held meanwhile")
    after = _decided(case, CaseState.APPROVED, by, note, now_90k)
    after = replace(after, until_90k=max(case.until_90k, now_90k + terms.approved_90k))
    return Step(after, (Custody(now_90k, by, What.APPROVED, note=after.decision),))


def refused(case: Case, by: str, note: str, now_90k: int) -> Step:
    """Let no exports be made.

    Raises:
        BadInput: Nothing says why.
        Conflict: It is decided already.
        NotAllowed: Nobody decides on what they asked for themselves; they may withdraw it.
    """
    _follows(case, CaseState.REFUSED)
    _four_eyes(case, by)
    if not note.strip():
        raise BadInput("a refusal says why", "write it in some words: the one who asked reads it")
    after = _decided(case, CaseState.REFUSED, by, note, now_90k)
    return Step(_kept_a_while(after, now_90k), (Custody(now_90k, by, What.REFUSED, note=after.decision),))


def withdrawn(case: Case, by: str, note: str, now_90k: int) -> Step:
    """Take a request back.

    Raises:
        Conflict: It is decided already.
        NotAllowed: Somebody else asked.
    """
    _follows(case, CaseState.WITHDRAWN)
    if by != case.by:
        raise NotAllowed(f"{case.by} asked for this, and only they take it back")
    after = _decided(case, CaseState.WITHDRAWN, by, note, now_90k)
    return Step(_kept_a_while(after, now_90k), (Custody(now_90k, by, What.WITHDRAWN, note=after.decision),))


def closed(case: Case, by: str, note: str, now_90k: int) -> Step:
    """Say that nothing more is to be done; its footage is kept as long as it can be reopened.

    Raises:
        Conflict: It was never approved, or is closed already.
    """
    _follows(case, CaseState.CLOSED)
    said = _text(note, "what came of it", empty=True)
    until_90k = min(case.until_90k, now_90k + REOPENED_WITHIN_90K)
    after = replace(case, state=CaseState.CLOSED, closed_90k=now_90k, until_90k=until_90k, changed_90k=now_90k)
    return Step(after, (Custody(now_90k, by, What.CLOSED, note=said),))


def reopened(case: Case, by: str, note: str, terms: Terms, now_90k: int) -> Step:
    """Go on with a closed case, for thirty days.

    Raises:
        Conflict: It is not closed, or was closed too long ago.
    """
    if case.state is not CaseState.CLOSED:
        raise Conflict("the case is not closed", "there is nothing to reopen")
    if now_90k - (case.closed_90k or 0) > REOPENED_WITHIN_90K:
        raise Conflict("the case was closed more than 30 days ago", "open another one")
    said = _text(note, "why", empty=True)
    until_90k = max(case.until_90k, now_90k + terms.approved_90k)
    after = replace(case, state=CaseState.APPROVED, closed_90k=None, until_90k=until_90k, changed_90k=now_90k)
    return Step(after, (Custody(now_90k, by, What.REOPENED, note=said),))


def lettered(case: Case, by: str, letter: str, now_90k: int) -> Step:
    """Write the number of the letter that came.

    Raises:
        BadInput: It is empty or too long.
        Conflict: The case is over.
    """
    _require_open(case)
    kept = _line(letter, "the letter's number")
    return Step(replace(case, letter=kept, changed_90k=now_90k), (Custody(now_90k, by, What.LETTER, subject=kept),))


def extended(case: Case, by: str, until_90k: int, note: str, now_90k: int) -> Step:
    """Keep its footage longer, or less long.

    Raises:
        BadInput: The moment is past, or too far away.
        Conflict: The case is over.
    """
    _require_open(case)
    if not now_90k < until_90k <= now_90k + LONGEST_KEPT_90K:
        raise BadInput("footage is kept until a moment that is to come, and for 10 years at most", "give another one")
    said = _text(note, "why", empty=True)
    entry = Custody(now_90k, by, What.HELD, subject=str(until_90k), note=said)
    return Step(replace(case, until_90k=until_90k, changed_90k=now_90k), (entry,))


def seen(case: Case, by: str, now_90k: int) -> Step:
    """Somebody who could have approved it has looked at what a member took by the city's policy."""
    if not case.unseen:
        return Step(case)
    return Step(replace(case, unseen=False, changed_90k=now_90k), (Custody(now_90k, by, What.SEEN),))


def noted(case: Case, entry: Custody) -> Step:
    """Something happened that changes no state: an export, a share, a hand-over, a note.

    Raises:
        Conflict: The case was never approved, and something is handed over all the same.
    """
    if entry.what in HAND_OVERS:
        if case.state not in (CaseState.APPROVED, CaseState.CLOSED):
            raise Conflict("nothing is handed over before the case is approved", "ask somebody who may approve it")
        case = replace(case, delivered_90k=case.delivered_90k or entry.at_90k)
    return Step(replace(case, changed_90k=entry.at_90k), (entry,))


def held(case: Case, hold: str, until_90k: int, now_90k: int) -> Step:
    """A camera's node says that it keeps a stretch until a moment; the first time is written down."""
    before = next(one for one in case.stretches if one.hold == hold)
    after = replace(before, held_90k=before.held_90k or now_90k, kept_until_90k=until_90k, problem="")
    entry = Custody(now_90k, SYSTEM, What.HELD, subject=before.camera, note=str(until_90k))
    return Step(_with(case, after, now_90k), () if before.held_90k else (entry,))


def not_held(case: Case, hold: str, problem: str, now_90k: int) -> Step:
    """A camera's node will not keep a stretch, and says why; once is written down."""
    before = next(one for one in case.stretches if one.hold == hold)
    if before.problem == problem:
        return Step(case)
    entry = Custody(now_90k, SYSTEM, What.NOT_HELD, subject=before.camera, note=problem)
    return Step(_with(case, replace(before, problem=problem), now_90k), (entry,))


def released(case: Case, hold: str, now_90k: int) -> Step:
    """A stretch is not kept any more: its time was over."""
    before = next(one for one in case.stretches if one.hold == hold)
    entry = Custody(now_90k, SYSTEM, What.RELEASED, subject=before.camera)
    return Step(_with(case, replace(before, kept_until_90k=None), now_90k), (entry,))


def gone(case: Case, hold: str, rule: str, now_90k: int) -> Step:
    """Nothing of a stretch is recorded any more; by which rule it went is written down, once."""
    before = next(one for one in case.stretches if one.hold == hold)
    if before.gone_90k is not None:
        return Step(case)
    entry = Custody(now_90k, SYSTEM, What.DELETED, subject=before.camera, note=rule)
    return Step(_with(case, replace(before, gone_90k=now_90k), now_90k), (entry,))


def _with(case: Case, changed: Stretch, now_90k: int) -> Case:
    stretches = tuple(changed if one.hold == changed.hold else one for one in case.stretches)
    return replace(case, stretches=stretches, changed_90k=now_90k)


def _decided(case: Case, state: CaseState, by: str, note: str, now_90k: int) -> Case:
    said = _text(note, "the decision", empty=True)
    return replace(case, state=state, decided_by=by, decided_90k=now_90k, decision=said, changed_90k=now_90k)


def _kept_a_while(case: Case, now_90k: int) -> Case:
    return replace(case, until_90k=min(case.until_90k, now_90k + REFUSED_KEEPS_90K), closed_90k=now_90k)


def _follows(case: Case, state: CaseState) -> None:
    if state not in FOLLOWS[case.state]:
        raise Conflict(f"the case is {case.state.value}", "look at it again: somebody else may have been there")


def _require_open(case: Case) -> None:
    if not case.open:
        raise Conflict(f"the case is {case.state.value}", "reopen it, or open another one")


def _four_eyes(case: Case, by: str) -> None:
    if by == case.by:
        raise NotAllowed("nobody decides on what they asked for themselves: ask somebody else who may")


def _stretches(new: NewCase, now_90k: int) -> tuple[Stretch, ...]:
    if not 1 <= len(new.stretches) <= MOST_STRETCHES:
        raise BadInput(f"a case has 1 to {MOST_STRETCHES} stretches of footage", "ask for the rest in another case")
    for camera, from_90k, to_90k, _ in new.stretches:
        if from_90k >= to_90k:
            raise BadInput(f"the footage of {camera} ends before it begins", "exchange from and to")
        if to_90k - from_90k > LONGEST_90K:
            raise BadInput(f"more than a day of {camera} is asked for at once", "ask for the hours that matter")
        if from_90k > now_90k:
            raise BadInput(f"the footage of {camera} is still to come", "ask when it is there, or hold it now")
    return tuple(Stretch(*one, hold=secrets.token_hex(6)) for one in new.stretches)


def _line(text: str, what: str, *, empty: bool = False) -> str:
    kept = " ".join(text.split())
    if (not kept and not empty) or len(kept) > _LONGEST_LINE or not kept.isprintable():
        raise BadInput(f"{what} is missing or too long", f"use {0 if empty else 1} to {_LONGEST_LINE} letters")
    return kept


def _text(text: str, what: str, *, empty: bool = False) -> str:
    kept = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if (not kept and not empty) or len(kept) > _LONGEST_TEXT:
        raise BadInput(f"{what} is missing or too long", f"use {0 if empty else 1} to {_LONGEST_TEXT} letters")
    return kept
