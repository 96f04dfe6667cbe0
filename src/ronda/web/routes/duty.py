"""Duty: what an agency was handed, on its responders' phones."""

from collections.abc import Container
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ronda.base.errors import NotFound
from ronda.city.region import within
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
_SeesPhotos = Annotated[Caller, Depends(Asks(Action.DUTY, somewhere=True, noted=False, else_=Action.ALARMS))]
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_PICTURE: Final = {
    "requestBody": {"required": True, "content": dict.fromkeys(("image/jpeg", "image/png", "image/webp"), _BINARY)}
}
"""At most 1 MiB, as any body: phones draw their photos anew, smaller, before they send them."""


@router.get("/duty", summary="What my agency was handed")
async def list_duty(caller: _OnDuty) -> DutiesShown:
    """Return the dispatches of the caller's agency, or of any agency in the caller's area: under way, and of a day."""
    reach = caller.reach(Action.DUTY)
    agencies = None if reach.everywhere else sorted(reach.agencies)
    found = await caller.parts.responding.dispatches.duty(agencies, reach.areas)
    photos = await caller.parts.responding.photos.kept(one.dispatch.id for one in found)
    return DutiesShown(agencies=agencies or [], duties=[_shown(caller, one, photos) for one in found])


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


@router.put("/dispatches/{id}/photo.jpg", openapi_extra=_PICTURE, summary="Show what is there")
async def put_photo(caller: _Answers, id: Id, request: Request) -> DutyShown:
    """Keep a photo of what the agency found, made anew without place, device or owner; another takes its place."""
    await _mine(caller, id)
    return await _answered(caller, await caller.parts.responding.photograph(id, caller.label, await request.body()))


@router.get(
    "/dispatches/{id}/photo.jpg",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The photo"}},
    summary="An agency's photo of what it found",
)
async def get_photo(caller: _SeesPhotos, id: Id) -> Response:
    """Return the photo; for the agency, and for who sees the alarm."""
    duty = await caller.parts.responding.dispatches.get(id)
    if caller.may(Action.ALARMS, duty.alarm.camera):
        caller.require(Action.ALARMS, camera=duty.alarm.camera, subject=f"photo:{id}")
    else:
        await _mine(caller, id)
    return Response(await caller.parts.responding.photos.read(id), 200, None, "image/jpeg")


async def _mine(caller: Caller, id: str) -> None:
    """Go on only with a dispatch of the caller's own agency or area; it is logged.

    Raises:
        NotFound: There is none, or it is somebody else's: the answer is alike.
    """
    duty, reach = await caller.parts.responding.dispatches.get(id), caller.reach(Action.DUTY)
    there = any(within(duty.alarm.area, area) for area in reach.areas)
    if not reach.everywhere and not there and duty.dispatch.agency not in reach.agencies:
        raise NotFound("there is no such dispatch", "it may be too old")
    with caller.noting(Action.DUTY, subject=f"alarm:{duty.alarm.id}:{duty.dispatch.agency}", area=duty.alarm.area):
        pass


async def _answered(caller: Caller, dispatch: Dispatch) -> DutyShown:
    responding = caller.parts.responding
    photos = await responding.photos.kept([dispatch.id])
    return _shown(caller, await responding.dispatches.get(dispatch.id), photos)


def _shown(caller: Caller, duty: Duty, photos: Container[str]) -> DutyShown:
    city = caller.parts.centre.city
    instructions = caller.parts.responding.bounds.instructions.get(duty.alarm.analytic)
    return DutyShown(
        **cause_shown(city, duty.alarm), **dispatch_shown(city, duty.dispatch, photos), instructions=instructions
    )
