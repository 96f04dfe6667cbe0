"""Holds: ranges that must not be deleted."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends

from ronda.base.errors import NotFound
from ronda.base.time import format_rfc3339
from ronda.bus.contract import Hold
from ronda.people.action import Action
from ronda.web.documents import HoldGiven, HoldShown, HoldsShown
from ronda.web.gate import Asks, Caller, Holds
from ronda.web.routes.cameras import moments

router = APIRouter(prefix="/api/v1/holds", tags=["holds"])
_Changes = Annotated[Caller, Depends(Asks(Action.HOLD, somewhere=True, noted=False))]


@router.get("", summary="Every hold")
async def list_holds(caller: Holds, camera: str | None = None) -> HoldsShown:
    """Return the holds of the cameras whose footage the caller may keep, of one or all, oldest first."""
    centre, reach = caller.parts.centre, caller.reach(Action.HOLD)
    found = [hold for hold in await centre.holds(camera) if reach.holds(centre.city.place(hold.camera))]
    return HoldsShown(holds=[_shown(hold) for hold in found])


@router.post("", status_code=201, summary="Keep a range")
async def add_hold(caller: _Changes, given: HoldGiven) -> HoldShown:
    """Keep a camera's footage between two moments until the hold is removed; footage of a removed camera too."""
    from_90k, to_90k = moments(given.start, given.end)
    caller.require(Action.HOLD, camera=given.camera)
    cameras = caller.parts.centre.cameras
    if given.camera not in cameras and not await cameras.history(given.camera):
        raise NotFound(f"there was never a camera {given.camera[:80]!r}", "list them with: ronda camera list")
    hold = Hold(
        id=secrets.token_hex(6),
        camera=given.camera,
        from_90k=from_90k,
        to_90k=to_90k,
        reason=given.reason,
        by=caller.label,
        at=caller.parts.clock.utc_90k(),
    )
    await caller.parts.centre.add_hold(hold)
    return _shown(hold)


@router.delete("/{hold}", status_code=204, summary="End a hold")
async def remove_hold(caller: _Changes, hold: str) -> None:
    """End a hold; the footage is then deleted when its days are over."""
    found = next((one for one in await caller.parts.centre.holds(None) if one.id == hold), None)
    if found is None:
        raise NotFound(f"there is no hold {hold[:80]!r}", "list them with: ronda hold list")
    caller.require(Action.HOLD, camera=found.camera)
    await caller.parts.centre.remove_hold(hold)


def _shown(hold: Hold) -> HoldShown:
    return HoldShown(
        id=hold.id,
        camera=hold.camera,
        start=format_rfc3339(hold.from_90k),
        end=format_rfc3339(hold.to_90k),
        reason=hold.reason,
        by=hold.by,
        at=format_rfc3339(hold.at),
    )
