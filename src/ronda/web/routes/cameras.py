"""Cameras: listed, added, changed, removed; their history and timeline."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.bus.contract import Recording
from ronda.city.camera import Camera
from ronda.city.region import parse_region, within
from ronda.city.registry import CameraChange, NewCamera
from ronda.people.policy import Action
from ronda.web.documents import (
    CameraChanges,
    CameraGiven,
    CameraShown,
    CamerasShown,
    CamerasWanted,
    ChangeShown,
    HistoryShown,
    TimelineShown,
    TriggerGiven,
)
from ronda.web.documents_public import parse_point
from ronda.web.gate import Asks, Caller, Manages, Sees, SeesSome, SeesTimeline, Triggers

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])
CameraId = Annotated[str, Path(description="The camera's id", examples=["simpang-lima-1"])]
Works = Annotated[Caller, Depends(Asks(Action.REGISTRY))]
_Adds = Annotated[Caller, Depends(Asks(Action.MANAGE, noted=False))]
_BREATH: Final = 200
From = Annotated[str, Query(alias="from", description="Start, RFC 3339")]
To = Annotated[str, Query(alias="to", description="End, RFC 3339")]


@router.get("", response_model=None, responses={200: {"model": CamerasShown}}, summary="Cameras, with their states")
async def list_cameras(caller: SeesSome, asked: Annotated[CamerasWanted, Query()]) -> Response:
    """Return the cameras that the caller may see: all by id, or those that fit, best or nearest first."""
    centre, addresses, reach = caller.parts.centre, caller.may(Action.MANAGE), caller.reach(Action.SEE)
    found = []
    for number, camera in enumerate(await _wanted(caller, asked)):
        if number % _BREATH == 0:
            await asyncio.sleep(0)  # thousands of cameras must not hold up everybody else
        if reach.holds(centre.city.place_of(camera)):
            found.append(camera)
    last = len(found) if asked.limit is None else asked.after + asked.limit
    texts = []
    for number, camera in enumerate(found[asked.after : last]):
        if number % _BREATH == 0:
            await asyncio.sleep(0)
        texts.append(centre.views.text(camera, centre.status(camera.id), addresses=addresses))
    following = f'"{last}"' if last < len(found) else "null"
    return _json(f'{{"cameras":[{",".join(texts)}],"total":{len(found)},"next":{following}}}')


async def _wanted(caller: Caller, asked: CamerasWanted) -> Sequence[Camera]:
    """Return the cameras that fit what is asked, whoever asks."""
    city = caller.parts.centre.city
    found: Sequence[Camera] = city.cameras.all()
    if asked.q.strip():
        caller.note_search(asked.q)
        ids = await caller.parts.finder.cameras(asked.q)
        found = [camera for id in ids if (camera := city.cameras.find(id)) is not None]
    if asked.area:
        area = parse_region(asked.area)
        found = [camera for camera in found if within(city.place_of(camera).area, area)]
    if asked.kind or asked.site:
        found = [
            camera
            for camera in found
            if (site := city.sites.find(camera.spot.site)) is not None
            and asked.kind in (None, site.kind)
            and asked.site in ("", site.id)
        ]
    if asked.near:
        return await caller.parts.finder.nearest(found, parse_point(asked.near))
    return found


@router.post("", status_code=201, response_model=None, responses={201: {"model": CameraShown}}, summary="Add a camera")
async def add_camera(caller: _Adds, given: CameraGiven) -> Response:
    """Add a camera; the node begins to dial at once."""
    new = NewCamera(
        id=given.id,
        url=given.url,
        name=given.name,
        sub_url=given.sub_url or None,
        snapshot_url=given.snapshot_url or None,
        recording=given.recording.over(Recording(), given.record),
        simulated=given.simulated,
    )
    with caller.noting(Action.MANAGE, subject=f"camera:{new.id[:80]}"):
        camera = await caller.parts.centre.add_camera(new, caller.label, local_files=caller.local)
    return shown(caller, camera, 201)


@router.get("/{camera}", response_model=None, responses={200: {"model": CameraShown}}, summary="One camera")
async def get_camera(caller: Sees, camera: CameraId) -> Response:
    """Return one camera, with its state and what the caller may do to it."""
    return shown(caller, caller.parts.centre.cameras.get(camera))


@router.patch("/{camera}", response_model=None, responses={200: {"model": CameraShown}}, summary="Change a camera")
async def change_camera(caller: Manages, camera: CameraId, given: CameraChanges) -> Response:
    """Change any part of a camera; a masked address (`rtsp://***@host/...`) keeps the stored credentials."""
    centre = caller.parts.centre
    before = centre.cameras.get(camera)
    change = CameraChange(
        url=given.url,
        name=given.name,
        sub_url=given.sub_url,
        snapshot_url=given.snapshot_url,
        recording=given.recording.over(before.recording, given.record),
    )
    return shown(caller, await centre.change_camera(camera, change, caller.label, local_files=caller.local))


@router.delete("/{camera}", status_code=204, summary="Remove a camera")
async def remove_camera(caller: Manages, camera: CameraId) -> None:
    """Remove a camera; its footage stays until its days are over."""
    removed = await caller.parts.centre.remove_camera(camera, caller.label)
    await caller.parts.own.removed(removed)


@router.post("/{camera}/trigger", status_code=204, summary="Something happens: record it")
async def trigger(caller: Triggers, camera: CameraId, given: TriggerGiven | None = None) -> None:
    """Record a camera that is recorded at events from its pre-roll on until some seconds from now."""
    await caller.parts.centre.trigger(camera, (given or TriggerGiven()).seconds)


@router.get("/{camera}/history", summary="Who changed the camera, and how")
async def get_history(caller: Works, camera: CameraId) -> HistoryShown:
    """Return every change, oldest first, also of a camera that is gone."""
    changes = await caller.parts.centre.cameras.history(camera)
    if not changes:
        raise NotFound(f"there was never a camera {camera[:80]!r}")
    return HistoryShown(
        changes=[
            ChangeShown(at=format_rfc3339(c.at_90k), by=c.by, action=c.action, before=c.before, after=c.after)
            for c in changes
        ]
    )


@router.get(
    "/{camera}/timeline",
    response_model=None,
    responses={200: {"model": TimelineShown}},
    summary="What is recorded, and what is missing and why",
)
async def get_timeline(
    caller: SeesTimeline, camera: CameraId, start: From, end: To, profile: str | None = None
) -> Response:
    """Return coverage and gaps between two moments."""
    from_90k, to_90k = moments(start, end)
    timeline = await caller.parts.centre.timeline(camera, from_90k, to_90k, profile)
    document = {
        "profile": timeline.profile,
        "coverage": [{"from": format_rfc3339(s.from_90k), "to": format_rfc3339(s.to_90k)} for s in timeline.coverage],
        "gaps": [
            {"from": format_rfc3339(g.from_90k), "to": format_rfc3339(g.to_90k), "cause": g.cause.value}
            for g in timeline.gaps
        ],
    }
    return _json(json.dumps(document))


def moments(start: str, end: str) -> tuple[int, int]:
    """Return two moments in order, `utc_90k`.

    Raises:
        BadInput: One is no time, or the first is not before the second.
    """
    from_90k, to_90k = parse_rfc3339(start), parse_rfc3339(end)
    if from_90k >= to_90k:
        raise BadInput(f"from ({start[:40]}) is not before to ({end[:40]})", "exchange them")
    return from_90k, to_90k


def shown(caller: Caller, camera: Camera, status: int = 200) -> Response:
    """Return a camera's document, with its addresses for those who may change it."""
    centre = caller.parts.centre
    text = centre.views.text(camera, centre.status(camera.id), addresses=caller.may(Action.MANAGE, camera.id))
    may = [action.value for action in Action if caller.may(action, camera.id)]
    purposes = [action.value for action in Action if caller.may_for_purpose(action, camera.id)]
    return _json(f'{text[:-1]},"may":{json.dumps(may)},"may_for_purpose":{json.dumps(purposes)}}}', status)


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status, media_type="application/json")
