"""Masked copies of a case."""

from fastapi import APIRouter

from ronda.base.time import parse_rfc3339
from ronda.evidence.copies import CaseCopies
from ronda.people.action import Action
from ronda.people.people import purpose_of
from ronda.privacy.copies import NewCopy
from ronda.web.documents_copies import CopiesShown, CopyGiven, CopyShown
from ronda.web.gate import Caller
from ronda.web.routes.cases import CaseAsks, Number, seen_case
from ronda.web.routes.masked_copies import copy_shown, note_copy

router = APIRouter(prefix="/api/v1/cases/{number}/copies", tags=["evidence"])


@router.get("", summary="The masked copies of a case")
async def list_case_copies(caller: CaseAsks, number: Number) -> CopiesShown:
    """Return every copy that was ordered in a case, newest first, and how far those are that are being made."""
    case = await seen_case(caller, number)
    return CopiesShown(copies=[copy_shown(caller, one) for one in await _copies(caller).of(case)])


@router.post("", status_code=201, summary="Make a masked copy in a case")
async def make_case_copy(caller: CaseAsks, number: Number, given: CopyGiven) -> CopyShown:
    """Order a copy of at most five minutes of an approved case, with those covered who have nothing to do with it.

    Each picture and the file say that it is one. The footage itself and what is sealed of it stay as they are.
    """
    case = await seen_case(caller, number)
    people, purpose = caller.parts.people, purpose_of(caller.request) or case.number
    people.require_look(caller.request, caller.principal, Action.EXPORT, given.camera, purpose, None)
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


@router.delete("/{copy}", summary="Withdraw a masked copy of a case")
async def revoke_case_copy(caller: CaseAsks, number: Number, copy: str) -> CopyShown:
    """End a copy: it cannot be fetched any more, and its file is deleted; the chain of custody says so."""
    case = await seen_case(caller, number)
    found = await _copies(caller).of(case)
    for one in (one for one in found if one.id == copy):
        caller.require(Action.EXPORT, camera=one.camera, subject=f"case:{number}")
    ended = await _copies(caller).revoke(case, copy, caller.label)
    note_copy(caller, "copy-revoked", ended)
    return copy_shown(caller, ended)


def _copies(caller: Caller) -> CaseCopies:
    return CaseCopies(caller.parts.privacy.copies, caller.parts.cases)
