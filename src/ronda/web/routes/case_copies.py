"""Masked copies of a case."""

from fastapi import APIRouter

from ronda.base.errors import BadInput, Conflict, NotAllowed
from ronda.base.time import parse_rfc3339
from ronda.evidence.cases.case import Case, CaseState
from ronda.evidence.copies import CaseCopies, stretch_of
from ronda.people.action import Action
from ronda.people.people import purpose_of
from ronda.privacy.copies import NewCopy
from ronda.web.documents import Moment
from ronda.web.documents_copies import CopiesShown, CopyGiven, CopyShown, FootageShown
from ronda.web.fields import CameraId
from ronda.web.gate import Caller
from ronda.web.routes.cases import CaseAsks, Number, seen_case
from ronda.web.routes.masked_copies import copy_shown, footage_shown, note_copy

router = APIRouter(prefix="/api/v1/cases/{number}", tags=["evidence"])


@router.get("/footage", summary="What is recorded of what a case asks for")
async def get_case_footage(
    caller: CaseAsks, number: Number, camera: CameraId, begin: Moment | None = None, end: Moment | None = None
) -> FootageShown:
    """Return the recorded stretches of a camera within what an approved case asks for, from `begin` to `end`."""
    case = await seen_case(caller, number)
    _require_copying(caller, case, camera)
    if case.state is not CaseState.APPROVED:
        raise Conflict(f"the case is {case.state.value}", "copies are made once it is approved")
    wanted = [None if text is None else parse_rfc3339(text) for text in (begin, end)]
    stretch = stretch_of(case, camera, *wanted)
    from_90k = max(stretch.from_90k, wanted[0] or 0)
    to_90k = stretch.to_90k if wanted[1] is None else min(stretch.to_90k, wanted[1])
    if from_90k >= to_90k:
        raise BadInput("the stretch ends before it begins", "exchange begin and end")
    timeline = await caller.parts.centre.timeline(camera, from_90k, to_90k, None)
    return footage_shown(caller, camera, (stretch.from_90k, stretch.to_90k), timeline)


@router.get("/copies", summary="The masked copies of a case")
async def list_case_copies(caller: CaseAsks, number: Number) -> CopiesShown:
    """Return every copy that was ordered in a case, newest first, and how far those are that are being made."""
    case = await seen_case(caller, number)
    copies = _copies(caller)
    found = await copies.of(case)
    return CopiesShown(copies=[copy_shown(caller, one, await copies.sha256_of(one)) for one in found])


@router.post("/copies", status_code=201, summary="Make a masked copy in a case")
async def make_case_copy(caller: CaseAsks, number: Number, given: CopyGiven) -> CopyShown:
    """Order a copy of at most five minutes of an approved case, with those covered who have nothing to do with it.

    Each picture and the file say that it is one. The footage itself and what is sealed of it stay as they are.
    """
    case = await seen_case(caller, number)
    _require_copying(caller, case, given.camera)
    camera = caller.parts.centre.cameras.get(given.camera)
    new = NewCopy(
        camera=camera.id,
        from_90k=parse_rfc3339(given.begin),
        to_90k=parse_rfc3339(given.end),
        plan=given.plan,
        always=camera.masks,
        days=given.days,
        stills_s=given.stills_s,
    )
    copy = await _copies(caller).make(case, new, caller.label)
    note_copy(caller, "copy-made", copy)
    return copy_shown(caller, copy)


@router.delete("/copies/{copy}", summary="Withdraw a masked copy of a case")
async def revoke_case_copy(caller: CaseAsks, number: Number, copy: str) -> CopyShown:
    """End a copy: it cannot be fetched any more, and its file is deleted; the chain of custody says so."""
    case = await seen_case(caller, number)
    found = await _copies(caller).of(case)
    for one in (one for one in found if one.id == copy):
        _require_copying(caller, case, one.camera)
    ended = await _copies(caller).revoke(case, copy, caller.label)
    note_copy(caller, "copy-revoked", ended)
    return copy_shown(caller, ended)


def _require_copying(caller: Caller, case: Case, camera: str) -> None:
    """Go on only when the caller may take the camera's footage as evidence: by a grant, or because the case is theirs.

    Raises:
        NotAllowed: They may not.
    """
    people, purpose = caller.parts.people, purpose_of(caller.request) or case.number
    decision = people.require_look(caller.request, caller.principal, Action.EXPORT, camera, purpose, None)
    if decision.cased and case.by != caller.label:
        raise NotAllowed("another case entitles you to that footage, not this one", "make the copy in that case")


def _copies(caller: Caller) -> CaseCopies:
    return CaseCopies(caller.parts.privacy.copies, caller.parts.cases)
