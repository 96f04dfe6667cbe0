"""Deletion that a court has ordered: brought by one person, approved by another, done at the camera's node."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from ronda.base.errors import NotFound
from ronda.base.time import format_rfc3339
from ronda.evidence.deletions.deletion import Deletion, NewDeletion
from ronda.people.action import Action
from ronda.web.documents_deletions import (
    DeletedShown,
    DeletionGiven,
    DeletionNote,
    DeletionShown,
    DeletionsShown,
    DeletionWholeShown,
    StaysShown,
)
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import moments

router = APIRouter(prefix="/api/v1/deletions", tags=["evidence"])
_Destroys = Annotated[Caller, Depends(Asks(Action.DESTROY, somewhere=True, noted=False))]


@router.get("", summary="Deletions that courts have ordered")
async def list_deletions(caller: _Destroys, camera: str | None = None) -> DeletionsShown:
    """Return the newest of cameras for which the caller may bring orders, of one or all, newest first."""
    reach, city = caller.reach(Action.DESTROY), caller.parts.centre.city
    found = await caller.parts.deletions.listed(camera)
    return DeletionsShown(
        deletions=[DeletionShown(**_shown(one)) for one in found if reach.holds(city.place(one.camera))]
    )


@router.post("", status_code=201, summary="Bring a court's order")
async def bring_deletion(caller: _Destroys, given: DeletionGiven) -> DeletionWholeShown:
    """Write a court's order down; nothing is deleted before another person approves it."""
    from_90k, to_90k = moments(given.begin, given.end)
    caller.require(Action.DESTROY, camera=given.camera, subject=f"order {given.order[:80]}")
    cameras = caller.parts.centre.cameras
    if given.camera not in cameras and not await cameras.history(given.camera):
        raise NotFound(f"there was never a camera {given.camera[:80]!r}", "list them with: ronda camera list")
    new = NewDeletion(given.camera, from_90k, to_90k, given.order, given.why, tuple(dict.fromkeys(given.cases)))
    return await _whole(caller, await caller.parts.deletions.bring(new, caller.label))


@router.get("/{deletion}", summary="One deletion, and the proof of it")
async def get_deletion(caller: _Destroys, deletion: str) -> DeletionWholeShown:
    """Return who brought and who approved it, which segments are gone, with their hashes, and which stay."""
    return await _whole(caller, await _found(caller, deletion))


@router.post("/{deletion}/approve", summary="Have it done")
async def approve_deletion(caller: _Destroys, deletion: str, given: DeletionNote) -> DeletionWholeShown:
    """Have the footage deleted for good: 403 for who brought the order. Where a hold stands in its way it has failed.

    Whole segments that lie within go; those with footage from outside too stay and are named. Sealed exports and
    masked copies that show any of it end.
    """
    found = await _found(caller, deletion)
    caller.require(Action.APPROVE, camera=found.camera, subject=f"deletion {found.id}")
    return await _whole(caller, await caller.parts.deletions.approve(found, caller.label, given.note.strip()))


@router.post("/{deletion}/refuse", summary="Have it not done")
async def refuse_deletion(caller: _Destroys, deletion: str, given: DeletionNote) -> DeletionWholeShown:
    """Say no, or take back what one brought oneself."""
    found = await _found(caller, deletion)
    if found.by != caller.label:
        caller.require(Action.APPROVE, camera=found.camera, subject=f"deletion {found.id}")
    return await _whole(caller, await caller.parts.deletions.refuse(found, caller.label, given.note.strip()))


async def _found(caller: Caller, deletion: str) -> Deletion:
    """Return a deletion of a camera for which the caller may bring orders.

    Raises:
        NotFound: There is none.
        NotAllowed: They may not.
    """
    found, _ = await caller.parts.deletions.get(deletion[:40])
    caller.require(Action.DESTROY, camera=found.camera, subject=f"deletion {found.id}")
    return found


async def _whole(caller: Caller, one: Deletion) -> DeletionWholeShown:
    one, done = await caller.parts.deletions.get(one.id)
    deleted = [
        DeletedShown(
            file=gone.file,
            begin=format_rfc3339(gone.from_90k),
            end=format_rfc3339(gone.to_90k),
            size=gone.bytes,
            sha256=gone.sha256,
        )
        for gone in done.deleted
    ]
    kept = [
        StaysShown(
            file=stays.file, begin=format_rfc3339(stays.from_90k), end=format_rfc3339(stays.to_90k), why=stays.why
        )
        for stays in done.kept
    ]
    return DeletionWholeShown(**_shown(one), deleted=deleted, kept=kept)


def _shown(one: Deletion) -> dict[str, Any]:
    return {
        "id": one.id,
        "camera": one.camera,
        "begin": format_rfc3339(one.from_90k),
        "end": format_rfc3339(one.to_90k),
        "order": one.number,
        "why": one.why,
        "cases": list(one.cases),
        "by": one.by,
        "at": format_rfc3339(one.at_90k),
        "state": one.state,
        "decided_by": one.decided_by,
        "decided": None if one.decided_90k is None else format_rfc3339(one.decided_90k),
        "note": one.note,
        "problem": one.problem,
        "mend": one.mend,
        "done": None if one.done_90k is None else format_rfc3339(one.done_90k),
        "segments": one.segments,
        "size": one.bytes,
        "ended": list(one.ended),
    }
