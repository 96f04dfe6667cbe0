"""Sealed exports of a case: what was made in it, and making one of what it asks for."""

from fastapi import APIRouter

from ronda.base.errors import BadInput, Conflict
from ronda.evidence.cases.case import CaseState
from ronda.web.documents_exports import CaseExportGiven, ExportGiven, ExportShown, ExportsShown
from ronda.web.routes.cameras import moments
from ronda.web.routes.cases import CaseAsks, Number, seen_case
from ronda.web.routes.exports import export_shown, ordered

router = APIRouter(prefix="/api/v1/cases/{number}/exports", tags=["evidence"])


@router.get("", summary="The sealed exports of a case")
async def list_case_exports(caller: CaseAsks, number: Number) -> ExportsShown:
    """Return what was sealed in a case, newest first, to who may see it; the files are another question."""
    case = await seen_case(caller, number)
    found = await caller.parts.exports.listed(case=case.number)
    return ExportsShown(exports=[export_shown(caller, one) for one in found])


@router.post("", status_code=201, summary="Seal a stretch of a case's footage")
async def make_case_export(caller: CaseAsks, number: Number, given: CaseExportGiven) -> ExportShown:
    """Seal some of what an approved case asks for; why, by which law and letter is taken from the case.

    409 while it is not approved, 400 for what it does not ask for, 403 for who may not export there.
    """
    case = await seen_case(caller, number)
    if case.state is not CaseState.APPROVED:
        raise Conflict(f"the case is {case.state.value}", "exports are made once it is approved")
    if not case.covers(given.camera, *moments(given.begin, given.end)):
        raise BadInput(f"the case does not ask for that of {given.camera}", "stay within its stretches")
    whole = ExportGiven.model_validate(
        {
            "camera": given.camera,
            "from": given.begin,
            "to": given.end,
            "case": case.number,
            "basis": case.basis[:200],
            "purpose": case.why[:500],
            "letter": case.letter[:120],
            "days": given.days,
        }
    )
    return await ordered(caller, whole)
