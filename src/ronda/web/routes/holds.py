"""Holds: ranges that must not be deleted."""

import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Depends

from ronda.base.errors import NotFound
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.bus.contract import Hold
from ronda.people.action import Action
from ronda.web.documents import HoldExtended, HoldGiven, HoldShown, HoldsShown
from ronda.web.gate import Asks, Caller, Holds
from ronda.web.routes.cameras import moments

router = APIRouter(prefix="/api/v1/holds", tags=["holds"])
_DAY_90K: Final = 86_400 * HZ_90K
_SOON_90K: Final = 7 * _DAY_90K
_Changes = Annotated[Caller, Depends(Asks(Action.HOLD, somewhere=True, noted=False))]


@router.get("", summary="Every hold")
async def list_holds(caller: Holds, camera: str | None = None) -> HoldsShown:
    """Return the holds of the cameras whose footage the caller may keep, of one or all, oldest first."""
    centre, reach = caller.parts.centre, caller.reach(Action.HOLD)
    found = [hold for hold in await centre.holds(camera) if reach.holds(centre.city.place(hold.camera))]
    return HoldsShown(holds=[_shown(caller, hold) for hold in found])


@router.post("", status_code=201, summary="Keep a range")
async def add_hold(caller: _Changes, given: HoldGiven) -> HoldShown:
    """Keep a camera's footage between two moments for some days; footage of a removed camera too.

    Where nothing is recorded then and nothing can be any more, there is nothing to keep: 404.
    """
    from_90k, to_90k = moments(given.start, given.end)
    caller.require(Action.HOLD, camera=given.camera)
    cameras = caller.parts.centre.cameras
    if given.camera not in cameras and not await cameras.history(given.camera):
        raise NotFound(f"there was never a camera {given.camera[:80]!r}", "list them with: ronda camera list")
    now_90k = caller.parts.clock.utc_90k()
    hold = Hold(
        id=secrets.token_hex(6),
        camera=given.camera,
        from_90k=from_90k,
        to_90k=to_90k,
        reason=given.reason,
        by=caller.label,
        at=now_90k,
        case=given.case.strip(),
        until_90k=now_90k + given.days * _DAY_90K,
    )
    await caller.parts.centre.add_hold(hold)
    return _shown(caller, hold)


@router.patch("/{hold}", summary="Keep on")
async def extend_hold(caller: _Changes, hold: str, given: HoldExtended) -> HoldShown:
    """Let a hold end some days from now; one that a case lets last longer is not made shorter."""
    found = await _found(caller, hold)
    until_90k = caller.parts.clock.utc_90k() + given.days * _DAY_90K
    if found.until_90k is not None and found.until_90k < until_90k:
        await caller.parts.centre.extend_hold(hold, until_90k)
        found = found.model_copy(update={"until_90k": until_90k})
    return _shown(caller, found)


@router.delete("/{hold}", status_code=204, summary="End a hold")
async def remove_hold(caller: _Changes, hold: str) -> None:
    """End a hold; the footage is then deleted when its days are over."""
    await _found(caller, hold)
    await caller.parts.centre.remove_hold(hold)


async def _found(caller: Caller, hold: str) -> Hold:
    """Return a hold of a camera whose footage the caller may keep.

    Raises:
        NotFound: There is none.
        NotAllowed: They may not.
    """
    found = next((one for one in await caller.parts.centre.holds(None) if one.id == hold), None)
    if found is None:
        raise NotFound(f"there is no hold {hold[:80]!r}", "list them with: ronda hold list")
    caller.require(Action.HOLD, camera=found.camera)
    return found


def _shown(caller: Caller, hold: Hold) -> HoldShown:
    until_90k = hold.until_90k
    return HoldShown(
        id=hold.id,
        camera=hold.camera,
        start=format_rfc3339(hold.from_90k),
        end=format_rfc3339(hold.to_90k),
        reason=hold.reason,
        by=hold.by,
        at=format_rfc3339(hold.at),
        case=hold.case,
        until=None if until_90k is None else format_rfc3339(until_90k),
        ends_soon=until_90k is not None and until_90k < caller.parts.clock.utc_90k() + _SOON_90K,
    )
