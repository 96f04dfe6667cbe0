"""The live event feed: server-sent events."""

from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from ronda.bus.contract import EventKind
from ronda.centre.feed import FeedEvent
from ronda.people.policy import Action
from ronda.web.gate import Caller, SeesSome

router = APIRouter(prefix="/api/v1", tags=["events"])
_HEARTBEAT_S: Final = 15.0
_FOR_KEEPERS: Final = {EventKind.DISK_ALARM.value, EventKind.DISK_RECOVERED.value}


@router.get(
    "/events",
    response_class=StreamingResponse,
    summary="Follow what happens",
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def follow(caller: SeesSome) -> StreamingResponse:
    """Send events as they happen: follow first, then read the cameras, and nothing is missed.

    `camera-status` carries `{"camera","state"}`, `camera-added`, `camera-changed` and `camera-removed` carry
    `{"camera"}`, `disk-alarm` and `disk-recovered` (for administrators) `{"detail"}`; `resync` says that
    events were lost and everything should be read again. A comment comes each 15 s when nothing happens.
    """
    return StreamingResponse(
        _told(caller), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def _told(caller: Caller) -> AsyncIterator[str]:
    feed = caller.parts.centre.feed
    with feed.follow() as follower:
        yield "retry: 2000\n: following\n\n"
        while True:
            event = await follower.next(_HEARTBEAT_S)
            # Asked after the wait: what came since the session was revoked is not theirs any more.
            if feed.closed or caller.credential.revoked or not caller.reach(Action.SEE):
                return
            if event is None:
                yield ": still here\n\n"
            elif _for(caller, event):
                data = event.data if caller.may(Action.MANAGE, event.camera) else event.public_data
                yield f"event: {event.kind}\ndata: {data}\n\n"


def _for(caller: Caller, event: FeedEvent) -> bool:
    if event.kind in _FOR_KEEPERS:
        return caller.may(Action.MANAGE)
    return event.camera is None or caller.may(Action.SEE, event.camera)
