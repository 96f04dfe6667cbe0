"""Sealed exports: ordered, followed, listed, removed; the files themselves come from the camera's node."""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ronda.base.errors import NotAllowed, NotFound
from ronda.base.time import format_rfc3339
from ronda.evidence.export import Export, NewExport, SealState
from ronda.people.action import Action
from ronda.people.people import look_of, purpose_of
from ronda.web.documents_exports import ExportFileShown, ExportGiven, ExportShown, ExportsShown
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import moments

router = APIRouter(prefix="/api/v1/exports", tags=["evidence"])
_MANIFEST: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The signed bytes",
        "content": {
            "application/json": {"schema": {"type": "object"}, "example": {"format": "ronda-evidence", "version": 1}}
        },
    }
}
_Exports = Annotated[Caller, Depends(Asks(Action.EXPORT, somewhere=True, noted=False, else_=Action.CASE))]


@router.get("", summary="The sealed exports")
async def list_exports(caller: _Exports, camera: str | None = None, case: str | None = None) -> ExportsShown:
    """Return the newest exports of cameras whose footage the caller may export, and one's own, newest first."""
    found = await caller.parts.exports.listed(case=case, camera=camera)
    return ExportsShown(
        exports=[export_shown(caller, one) for one in found if one.by == caller.label or _freely(caller, one.camera)],
    )


@router.post("", status_code=201, summary="Seal a stretch")
async def make_export(caller: _Exports, given: ExportGiven) -> ExportShown:
    """Have a stretch of footage copied as it is, hashed and signed; follow it until it is ready.

    Gaps are sealed as gaps and told. What of the archive is not what was recorded is told too, and does not stop it.
    """
    return await ordered(caller, given)


async def ordered(caller: Caller, given: ExportGiven) -> ExportShown:
    """Order an export that the caller may make, and note it.

    Raises:
        NotAllowed: They may not.
        NotFound: There was never such a camera.
    """
    from_90k, to_90k = moments(given.begin, given.end)
    purpose = given.purpose.strip() or purpose_of(caller.request)
    _require(caller, given.camera, purpose)
    parts = caller.parts
    if given.camera not in parts.centre.cameras and not await parts.centre.cameras.history(given.camera):
        raise NotFound(f"there was never a camera {given.camera[:80]!r}", "list them with: ronda camera list")
    new = NewExport(
        camera=given.camera,
        from_90k=from_90k,
        to_90k=to_90k,
        days=given.days,
        case=await _case(caller, given, from_90k, to_90k),
        basis=given.basis.strip(),
        purpose=purpose,
        letter=given.letter.strip(),
    )
    export = await parts.exports.make(new, caller.label)
    note_export(caller, "export", export)
    return export_shown(caller, export)


@router.get("/{export}", summary="How a sealed export stands")
async def get_export(caller: _Exports, export: str) -> ExportShown:
    """Return one export, and how far it is while it is being made."""
    return export_shown(caller, await _found(caller, export))


@router.get("/{export}/manifest.json", responses=_MANIFEST, summary="The manifest of a sealed export")
async def get_manifest(caller: _Exports, export: str) -> Response:
    """Return the manifest as it was signed; it stays when the files are gone."""
    found = await _found(caller, export)
    data = await caller.parts.exports.manifest(found.id)
    note_export(caller, "export-fetched", found)
    return Response(data, media_type="application/json", headers={"Cache-Control": "private, no-store"})


@router.delete("/{export}", summary="Delete the files of a sealed export")
async def remove_export(caller: _Exports, export: str) -> ExportShown:
    """Delete the files, or give up making them; that there was such an export stays known, and its manifest."""
    found = await _found(caller, export)
    after = await caller.parts.exports.remove(found, caller.label)
    note_export(caller, "export-removed", after)
    return export_shown(caller, after)


def note_export(caller: Caller, action: str, export: Export) -> None:
    """Write into the access log what is done with an export."""
    look = look_of(caller.request, caller.principal, Action.EXPORT, export.camera)
    look = replace(look, action=action, subject=export.id, from_90k=export.from_90k, to_90k=export.to_90k)
    caller.parts.people.log.start(replace(look, purpose=export.purpose or look.purpose))


def export_shown(caller: Caller, one: Export) -> ExportShown:
    """Return the document of an export."""
    ready = one.state is SealState.READY
    base = f"/media/{one.camera}/exports/{one.id}"
    return ExportShown(
        id=one.id,
        camera=one.camera,
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        case=one.case,
        basis=one.basis,
        purpose=one.purpose,
        letter=one.letter,
        by=one.by,
        at=format_rfc3339(one.at_90k),
        until=format_rfc3339(one.until_90k),
        state=one.state,
        progress=1.0 if ready else caller.parts.exports.progress(one.id),
        problem=one.problem,
        mend=one.mend,
        size=one.bytes,
        sha256=one.sha256,
        gaps=one.gaps,
        altered=one.altered,
        certificate=one.certificate,
        files=[ExportFileShown(name=name, url=f"{base}/{name}") for name in one.files] if ready else [],
        archive=f"{base}/all.zip" if ready else None,
        ended=None if one.ended_90k is None else format_rfc3339(one.ended_90k),
        ended_by=one.ended_by,
    )


def _freely(caller: Caller, camera: str) -> bool:
    """Whether somebody may export a camera's footage without a case of theirs that was approved."""
    return caller.reach(Action.EXPORT).holds(caller.parts.centre.city.place(camera))


async def _case(caller: Caller, given: ExportGiven, from_90k: int, to_90k: int) -> str:
    """Return the number of the case that an export belongs to; who may not export freely needs an approved one.

    Raises:
        NotAllowed: They have none that covers it.
    """
    if _freely(caller, given.camera):
        return given.case.strip()
    number = await caller.parts.cases.entitled(caller.label, given.camera, from_90k, to_90k, named=given.case.strip())
    if number is None:
        raise NotAllowed(f"no approved case of yours covers that of {given.camera}", "ask for it first, in a case")
    return number


async def _found(caller: Caller, export: str) -> Export:
    """Return an export of a camera whose footage the caller may export.

    Raises:
        NotFound: There is none.
        NotAllowed: They may not.
    """
    found = await caller.parts.exports.get(export)
    # What it was for was said when it was ordered.
    _require(caller, found.camera, purpose_of(caller.request) or found.purpose)
    if found.by != caller.label and not _freely(caller, found.camera):
        raise NotAllowed("this export is somebody else's", "a case of yours gives you its own exports")
    return found


def _require(caller: Caller, camera: str, purpose: str) -> None:
    people = caller.parts.people
    people.require_look(caller.request, caller.principal, Action.EXPORT, camera, purpose, None)
