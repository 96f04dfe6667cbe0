"""Cases: asking for footage as evidence, deciding on it, and what became of it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from ronda.base.errors import NotAllowed, NotFound
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.evidence.cases.case import (
    OPEN,
    Asker,
    Case,
    CaseState,
    Custody,
    NewCase,
    OwnCameras,
    Stretch,
    What,
)
from ronda.evidence.cases.machine import DAY_90K, REOPENED_WITHIN_90K
from ronda.evidence.cases.rows import Asked
from ronda.evidence.cases.sight import decides, sees
from ronda.evidence.sharing.share import ShareState
from ronda.people.action import Action
from ronda.people.principal import Kind, Role
from ronda.web.documents_cases import (
    CaseFigures,
    CaseGiven,
    CaseLetter,
    CaseNote,
    CasesAsked,
    CaseShown,
    CasesShown,
    CaseStretchShown,
    CaseTime,
    CaseWholeShown,
    CustodyShown,
    HandOverGiven,
)
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1/cases", tags=["evidence"])
CaseAsks = Annotated[Caller, Depends(Asks(Action.CASE, somewhere=True, noted=False, else_=Action.APPROVE))]
Number = Annotated[str, Path(pattern=r"^\d{4}-\d{4,9}$", examples=["2026-0012"])]
_SOON_90K: Final = 7 * DAY_90K
_MEMBERS: Final = frozenset({Role.RT_MEMBER, Role.RT_HEAD})


@router.get("", summary="Cases")
async def list_cases(caller: CaseAsks, asked: Annotated[CasesAsked, Query()]) -> CasesShown:
    """Return the cases that the caller asked for or may decide on, newest first."""
    states = OPEN if asked.state == "open" else (CaseState(asked.state),) if asked.state else ()
    wanted = Asked(states, asked.limit, asked.after)
    found, after = await caller.parts.cases.found(wanted, lambda case: _sees(caller, case))
    return CasesShown(cases=[_shown(caller, case) for case in found], next=after)


@router.post("", status_code=201, summary="Ask for footage as evidence")
async def open_case(caller: CaseAsks, given: CaseGiven) -> CaseWholeShown:
    """Open a case: its footage is kept at once, at the place of recording, and somebody is asked to approve it.

    Footage of one's own cameras is approved by the city's policy where that says so.
    """
    for stretch in given.footage:
        caller.require(Action.CASE, camera=stretch.camera, subject=f"case: {given.title[:80]}")
    known = await caller.parts.cases.open(_new(caller, given), caller.label, _own(caller, given))
    return await _whole(caller, known.case.number)


@router.get("/figures", summary="How soon footage is handed over")
async def get_figures(caller: CaseAsks, days: Annotated[int, Query(ge=1, le=3_660)] = 365) -> CaseFigures:
    """Return median and 95th percentile of the seconds from request to delivery, of cases of the last days."""
    spans = await caller.parts.cases.delivery_times(days)
    return CaseFigures(
        days=days,
        delivered=len(spans),
        median_s=spans[(len(spans) - 1) // 2] if spans else None,
        p95_s=spans[-(-len(spans) * 95 // 100) - 1] if spans else None,
    )


@router.get("/{number}", summary="One case")
async def get_case(caller: CaseAsks, number: Number) -> CaseWholeShown:
    """Return a case with its chain of custody, and what the caller may do about it."""
    await seen_case(caller, number)
    return await _whole(caller, number)


@router.post("/{number}/approve", summary="Approve a case")
async def approve(caller: CaseAsks, number: Number, given: CaseNote) -> CaseWholeShown:
    """Let exports be made; 403 for who asked for it, 409 where the police's letter is missing."""
    await _deciding(caller, number)
    await caller.parts.cases.approve(number, caller.label, given.note)
    return await _whole(caller, number)


@router.post("/{number}/refuse", summary="Refuse a case")
async def refuse(caller: CaseAsks, number: Number, given: CaseNote) -> CaseWholeShown:
    """Let no exports be made and say why; the footage is kept for a week more."""
    await _deciding(caller, number)
    await caller.parts.cases.refuse(number, caller.label, given.note)
    return await _whole(caller, number)


@router.post("/{number}/seen", summary="Note that one has seen what was taken by policy")
async def saw(caller: CaseAsks, number: Number) -> CaseWholeShown:
    """Take it off the list of what officers are told of."""
    await _deciding(caller, number)
    await caller.parts.cases.saw(number, caller.label)
    return await _whole(caller, number)


@router.post("/{number}/withdraw", summary="Take a request back")
async def withdraw(caller: CaseAsks, number: Number, given: CaseNote) -> CaseWholeShown:
    """End it before it is decided; only who asked may."""
    await _acting(caller, number)
    await caller.parts.cases.withdraw(number, caller.label, given.note)
    return await _whole(caller, number)


@router.post("/{number}/close", summary="Close a case")
async def close(caller: CaseAsks, number: Number, given: CaseNote) -> CaseWholeShown:
    """Say that nothing more is to be done; for thirty days it can be reopened, and its footage is kept."""
    await _acting(caller, number)
    await caller.parts.cases.close(number, caller.label, given.note)
    await caller.parts.examinations.case_closed(number)
    await caller.parts.shares.end_all(ShareState.CLOSED, caller.label, case=number)
    return await _whole(caller, number)


@router.post("/{number}/reopen", summary="Go on with a closed case")
async def reopen(caller: CaseAsks, number: Number, given: CaseNote) -> CaseWholeShown:
    """Open it again, within thirty days of its closing."""
    await _deciding(caller, number)
    await caller.parts.cases.reopen(number, caller.label, given.note)
    return await _whole(caller, number)


@router.put("/{number}/letter", summary="Write down the letter's number")
async def put_letter(caller: CaseAsks, number: Number, given: CaseLetter) -> CaseWholeShown:
    """Say under which letter the police or an investigator ask; it can come after the request."""
    await _acting(caller, number)
    await caller.parts.cases.letter(number, caller.label, given.letter)
    return await _whole(caller, number)


@router.put("/{number}/until", summary="Keep a case's footage longer")
async def put_until(caller: CaseAsks, number: Number, given: CaseTime) -> CaseWholeShown:
    """Say until when its footage is kept; whoever may approve it may."""
    await _deciding(caller, number)
    await caller.parts.cases.extend(number, caller.label, parse_rfc3339(given.until), given.note)
    return await _whole(caller, number)


@router.post("/{number}/custody", status_code=201, summary="Write down a hand-over, or a note")
async def add_custody(caller: CaseAsks, number: Number, given: HandOverGiven) -> CaseWholeShown:
    """Add a row to the chain of custody; it cannot be changed or removed."""
    await _acting(caller, number)
    what = What(given.what)
    await caller.parts.cases.add_custody(
        number, caller.label, what, subject=" ".join(given.to.split()), sha256=given.sha256, note=given.note.strip()
    )
    return await _whole(caller, number)


def _new(caller: Caller, given: CaseGiven) -> NewCase:
    place = caller.parts.centre.city.place
    stretches = []
    for one in given.footage:
        found = place(one.camera)
        area = found.area if found is not None else ""
        stretches.append((one.camera, parse_rfc3339(one.begin), parse_rfc3339(one.end), area))
    return NewCase(
        title=given.title,
        why=given.why,
        asker=_asker(caller, given),
        name=caller.principal.display or caller.label,
        organisation=given.organisation,
        letter=given.letter,
        basis=given.basis,
        happened_90k=parse_rfc3339(given.happened) if given.happened else None,
        stretches=tuple(stretches),
    )


def _asker(caller: Caller, given: CaseGiven) -> Asker:
    """Return in what capacity somebody asks: police and investigators say so, the rest their roles say."""
    if given.asker in (Asker.POLICE, Asker.INVESTIGATOR):
        return given.asker
    roles = {grant.role for grant in caller.parts.people.policy.current(caller.principal)}
    if Role.INVESTIGATOR in roles:
        return Asker.INVESTIGATOR
    return Asker.MEMBER if roles and roles <= _MEMBERS | {Role.RESIDENT} else Asker.OFFICER


def _own(caller: Caller, given: CaseGiven) -> OwnCameras | None:
    """Return the city's policy where every camera is one of the caller's own RT; None where one is not."""
    if caller.principal.kind is not Kind.PERSON:
        return None
    own = caller.parts.people.policy.own_cameras(caller.principal)
    if all(own.holds(caller.parts.centre.city.place(one.camera)) for one in given.footage):
        return caller.parts.own_cameras
    return None


def _sees(caller: Caller, case: Case) -> bool:
    return sees(caller.parts.people.policy, caller.principal, case)


def _decides(caller: Caller, case: Case) -> bool:
    return decides(caller.parts.people.policy, caller.principal, case)


async def seen_case(caller: Caller, number: str) -> Case:
    """Return a case that the caller may know of; to everybody else it is not there.

    Raises:
        NotFound: There is none, or it is not theirs.
    """
    case = (await caller.parts.cases.get(number)).case
    if not _sees(caller, case):
        with caller.noting(Action.CASE, subject=f"case:{number}"):
            raise NotAllowed("this case is not yours to see", "ask who opened it")
    return case


async def sees_case(caller: Caller, number: str) -> bool:
    """Return whether a caller may know of a case; asking leaves no trace."""
    try:
        return _sees(caller, (await caller.parts.cases.get(number)).case)
    except NotFound:
        return False


async def _acting(caller: Caller, number: str) -> Case:
    case = await seen_case(caller, number)
    with caller.noting(Action.CASE, subject=f"case:{number}", area=case.areas[0] if case.areas else None):
        return case


async def _deciding(caller: Caller, number: str) -> Case:
    case = await seen_case(caller, number)
    with caller.noting(Action.APPROVE, subject=f"case:{number}", area=case.areas[0] if case.areas else None):
        if not _decides(caller, case):
            raise NotAllowed(f"{caller.principal.name} may not decide on this case", "ask the kelurahan, or the city")
    return case


async def _whole(caller: Caller, number: str) -> CaseWholeShown:
    known = await caller.parts.cases.get(number)
    case = known.case
    return CaseWholeShown(
        **dict(_shown(caller, case)),
        why=case.why,
        letter=case.letter,
        basis=case.basis,
        happened=_moment(case.happened_90k),
        decision=case.decision,
        custody=[_custody(entry) for entry in known.custody],
        may=_may(caller, case),
    )


def _may(caller: Caller, case: Case) -> list[str]:
    mine, decides = case.by == caller.label, _decides(caller, case)
    now_90k = caller.parts.clock.utc_90k()
    reopens = case.state is CaseState.CLOSED and now_90k - (case.closed_90k or 0) <= REOPENED_WITHIN_90K
    may = {
        "approve": decides and not mine and case.state is CaseState.REQUESTED,
        "refuse": decides and not mine and case.state is CaseState.REQUESTED,
        "withdraw": mine and case.state is CaseState.REQUESTED,
        "letter": case.open and case.asker in (Asker.POLICE, Asker.INVESTIGATOR),
        "export": case.state is CaseState.APPROVED,
        "hand-over": case.state is CaseState.APPROVED,
        "extend": decides and case.open,
        "close": case.state is CaseState.APPROVED,
        "reopen": decides and reopens,
        "seen": decides and not mine and case.unseen,
    }
    return [what for what, allowed in may.items() if allowed]


def _shown(caller: Caller, case: Case) -> CaseShown:
    now_90k = caller.parts.clock.utc_90k()
    return CaseShown(
        number=case.number,
        title=case.title,
        asker=case.asker,
        by=case.by,
        name=case.name,
        organisation=case.organisation,
        state=case.state,
        policy=None if case.policy is None else case.policy.value,
        unseen=case.unseen,
        asked=format_rfc3339(case.asked_90k),
        decided=_moment(case.decided_90k),
        decided_by=case.decided_by,
        delivered=_moment(case.delivered_90k),
        closed=_moment(case.closed_90k),
        until=format_rfc3339(case.until_90k),
        ends_soon=case.open and case.until_90k - now_90k < _SOON_90K,
        footage=[_stretch(caller, one) for one in case.stretches],
    )


def _stretch(caller: Caller, one: Stretch) -> CaseStretchShown:
    try:
        name = caller.parts.centre.cameras.get(one.camera).name
    except NotFound:
        name = one.camera
    return CaseStretchShown(
        camera=one.camera,
        name=name,
        area=one.area,
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        hold=one.hold,
        held=_moment(one.held_90k),
        problem=one.problem,
    )


def _custody(entry: Custody) -> CustodyShown:
    return CustodyShown(
        at=format_rfc3339(entry.at_90k),
        by=entry.by,
        what=entry.what.value,
        subject=entry.subject,
        sha256=entry.sha256,
        note=entry.note,
    )


def _moment(utc_90k: int | None) -> str | None:
    return None if utc_90k is None else format_rfc3339(utc_90k)
