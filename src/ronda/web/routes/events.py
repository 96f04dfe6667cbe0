"""The live event feed: server-sent events, for those who are signed in and for residents."""

import json
import time
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from ronda.bus.contract import EventKind
from ronda.centre.feed import RESYNC, FeedEvent
from ronda.people.policy import Action
from ronda.web.gate import Caller, PartsOf, SeesSome
from ronda.web.parts import Parts

router = APIRouter(prefix="/api/v1", tags=["events"])
_HEARTBEAT_S: Final = 15.0
_LOOK_S: Final = 5.0
_KEPT_FREE: Final = 1_000
"""Places that residents leave to those who are signed in."""
_FOR_KEEPERS: Final = {EventKind.DISK_ALARM.value, EventKind.DISK_RECOVERED.value}
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_BEGIN: Final = "retry: 2000\n: following\n\n"
_STILL_HERE: Final = ": still here\n\n"


@router.get(
    "/events",
    response_class=StreamingResponse,
    summary="Follow what happens",
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def follow(caller: SeesSome) -> StreamingResponse:
    """Send events as they happen: follow first, then read the cameras, and nothing is missed.

    `camera-status` carries `{"camera","state"}`; `camera-added`, `camera-changed`, `camera-removed` and
    `publication-changed` carry `{"camera"}`; each reaches those who may see that camera. `alarm` carries
    `{"camera","alarm","state","priority","attention"}`, for those who see its alarms, and `dispatch`
    `{"camera","dispatch","state"}`, also for the agency that has it. `registry-changed` says that
    areas, sites or many cameras have changed; `disk-alarm` and `disk-recovered` (for administrators) carry
    `{"detail"}`; `resync` says that events were lost and everything should be read again. A comment comes each
    15 s when nothing happens. 503 where as many follow as this server tells.
    """
    caller.parts.centre.feed.make_room()
    return StreamingResponse(_told(caller), media_type="text/event-stream", headers=_HEADERS)


@router.get(
    "/public/events",
    response_class=StreamingResponse,
    summary="Follow what residents see",
    responses={200: {"content": {"text/event-stream": {}}}},
    tags=["public"],
)
async def follow_as_resident(parts: PartsOf) -> StreamingResponse:
    """Send what changes for residents; open to everybody, and the same for everybody.

    `camera-status` carries `{"camera","state","live"}` of a published camera that began or ceased to show pictures;
    `registry-changed` carries `{"revision"}`, the `ETag` of the map's new file, within some seconds of any change of
    what is published. 503 where as many follow as this server tells: read the map now and then instead.
    """
    parts.centre.feed.make_room(_KEPT_FREE)
    return StreamingResponse(_told_residents(parts), media_type="text/event-stream", headers=_HEADERS)


async def _told(caller: Caller) -> AsyncIterator[str]:
    feed = caller.parts.centre.feed
    with feed.follow() as follower:
        yield _BEGIN
        while True:
            event = await follower.next(_HEARTBEAT_S)
            # Asked after the wait: what came since the session was revoked is not theirs any more.
            if feed.closed or caller.credential.revoked or not caller.reach(Action.SEE):
                return
            if event is None:
                yield _STILL_HERE
            elif _for(caller, event):
                data = event.data if caller.may(Action.MANAGE, event.camera) else event.public_data
                yield _event(event.kind, data)


def _for(caller: Caller, event: FeedEvent) -> bool:
    if event.kind in _FOR_KEEPERS:
        return caller.may(Action.MANAGE)
    if event.kind == EventKind.ALARM.value:
        return caller.may(Action.ALARMS, event.camera)
    if event.kind == EventKind.DISPATCH.value:
        return caller.may(Action.ALARMS, event.camera) or caller.may(Action.DUTY, event.camera)
    if event.place is not None:
        return caller.reach(Action.SEE).holds(event.place)
    return event.camera is None or caller.may(Action.SEE, event.camera)


async def _told_residents(parts: Parts) -> AsyncIterator[str]:
    feed, portal = parts.centre.feed, parts.portal
    known, said_at = portal.map.etag, time.monotonic()
    with feed.follow(_concerns_residents) as follower:
        yield _BEGIN
        while not feed.closed:
            event = await follower.next(_LOOK_S)
            told = ""
            if portal.map.etag != known:
                known = portal.map.etag
                told = _event(EventKind.REGISTRY_CHANGED.value, json.dumps({"revision": known.strip('"')}))
            if event is not None and event.kind == RESYNC:
                told += _event(RESYNC, "{}")
            elif event is not None and event.camera is not None and (brief := portal.brief(event.camera)) is not None:
                told += _event(event.kind, json.dumps(brief))
            if not told and time.monotonic() - said_at >= _HEARTBEAT_S:
                told = _STILL_HERE
            if told:
                said_at = time.monotonic()
                yield told


def _concerns_residents(event: FeedEvent) -> bool:
    return event.kind == EventKind.CAMERA_STATUS.value and event.turned


def _event(kind: str, data: str) -> str:
    return f"event: {kind}\ndata: {data}\n\n"
