"""Duty: what an agency was handed, on its responders' phones."""

from typing import Annotated

from fastapi import APIRouter, Depends

from ronda.base.errors import NotFound
from ronda.people.action import Action
from ronda.response.dispatch import Dispatch
from ronda.response.dispatching import Duty
from ronda.web.alarms_shown import cause_shown, dispatch_shown, words
from ronda.web.documents_alarms import DeclineGiven, DoneGiven, DutiesShown, DutyShown
from ronda.web.gate import Asks, Caller
from ronda.web.routes.alarms import Id

router = APIRouter(prefix="/api/v1", tags=["alarms"])
_OnDuty = Annotated[Caller, Depends(Asks(Action.DUTY, somewhere=True))]
_Answers = Annotated[Caller, Depends(Asks(Action.DUTY, somewhere=True, noted=False))]


@router.get("/duty", summary="What my agency was handed")
async def list_duty(caller: _OnDuty) -> DutiesShown:
    """Return the dispatches of the caller's agency: those under way, and those that ended within a day."""
    reach = caller.reach(Action.DUTY)
    agencies = None if reach.everywhere else sorted(reach.agencies)
    found = await caller.parts.responding.dispatches.duty(agencies)
    return DutiesShown(agencies=agencies or [], duties=[_shown(caller, one) for one in found])


@router.post("/dispatches/{id}/accept", summary="Go there")
async def accept(caller: _Answers, id: Id) -> DutyShown:
    """Accept a dispatch for one's agency; from then on a clock runs until somebody is on scene."""
    await _mine(caller, id)
    return await _answered(caller, await caller.parts.responding.accept(id, caller.label))


@router.post("/dispatches/{id}/decline", summary="Do not go")
async def decline(caller: _Answers, id: Id, given: DeclineGiven) -> DutyShown:
    """Give a dispatch back with a reason; its alarm returns to the inbox."""
    await _mine(caller, id)
    return await _answered(caller, await caller.parts.responding.decline(id, caller.label, words(given.reason)))


@router.post("/dispatches/{id}/on-scene", summary="Be there")
async def arrive(caller: _Answers, id: Id) -> DutyShown:
    """Say that somebody of the agency is on scene."""
    await _mine(caller, id)
    return await _answered(caller, await caller.parts.responding.arrive(id, caller.label))


@router.post("/dispatches/{id}/done", summary="Be done")
async def done(caller: _Answers, id: Id, given: DoneGiven) -> DutyShown:
    """Say what was found and done; the camera's pictures are lent no longer."""
    await _mine(caller, id)
    return await _answered(
        caller, await caller.parts.responding.done(id, caller.label, given.outcome, words(given.note))
    )


async def _mine(caller: Caller, id: str) -> None:
    """Go on only with a dispatch of the caller's own agency; it is logged.

    Raises:
        NotFound: There is none, or it is another agency's: the answer is alike.
    """
    duty, reach = await caller.parts.responding.dispatches.get(id), caller.reach(Action.DUTY)
    if not reach.everywhere and duty.dispatch.agency not in reach.agencies:
        raise NotFound("there is no such dispatch", "it may be too old")
    with caller.noting(Action.DUTY, subject=f"alarm:{duty.alarm.id}:{duty.dispatch.agency}", area=duty.alarm.area):
        pass


async def _answered(caller: Caller, dispatch: Dispatch) -> DutyShown:
    return _shown(caller, await caller.parts.responding.dispatches.get(dispatch.id))


def _shown(caller: Caller, duty: Duty) -> DutyShown:
    city = caller.parts.centre.city
    instructions = caller.parts.responding.bounds.instructions.get(duty.alarm.analytic)
    return DutyShown(**cause_shown(city, duty.alarm), **dispatch_shown(city, duty.dispatch), instructions=instructions)
