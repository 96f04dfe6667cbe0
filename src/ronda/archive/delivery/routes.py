"""The archive's routes of a node's media application; paths are relative to its mount."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from ronda.archive.archive import Archive
from ronda.archive.delivery.clip import answer_clip
from ronda.archive.delivery.hls import answer_file, answer_playlist
from ronda.archive.delivery.playback import PlaybackSession, PlaybackTools, PlaybackWish, StillMaker, playback_wish
from ronda.base.errors import NotAllowed, RondaError
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.delivery.crowd import Crowd
from ronda.media.delivery.origin import origin_allowed
from ronda.media.delivery.permission import Ask, Authorise, MediaAction, Permit
from ronda.media.delivery.problem import problem
from ronda.media.delivery.reasons import CROWDED
from ronda.media.delivery.socket import turn_away

_SYSTEM: Final = SystemClock()
_SKEW_S: Final = 5
"""How far a page's clock may be ahead of ours."""

_Answer = Callable[[Request, Archive, Authorise], Awaitable[Response]]


def archive_routes(
    archive: Archive,
    authorise: Authorise,
    *,
    stills: StillMaker | None = None,
    crowd: Crowd | None = None,
    now_90k: Callable[[], int] = _SYSTEM.utc_90k,
    allowed_origins: frozenset[str] = frozenset(),
) -> list[BaseRoute]:
    """Return the routes.

    Args:
        archive: An open archive.
        authorise: Asked before each picture.
        stills: Makes JPEGs of what players cannot play or must not see whole.
        crowd: The places for public viewers.
        now_90k: The time of the timeline.
        allowed_origins: Origins of pages beside our own that may open sockets.
    """
    tools = PlaybackTools(archive, stills, now_90k)
    places = crowd or Crowd()

    async def playback(websocket: WebSocket) -> None:
        try:
            if not origin_allowed(websocket, allowed_origins):
                raise NotAllowed("a page of another site may not open this socket")
            wish = playback_wish(websocket)
            permit = await authorise(Ask(MediaAction.REPLAY, wish.camera, websocket, wish.from_90k))
            _check_age(permit, wish, tools)
        except RondaError as error:
            await websocket.send_denial_response(problem(error))
            return
        try:
            with places.place(public=permit.resident) as place:
                if not place:
                    await turn_away(websocket, CROWDED)
                    return
                await websocket.accept()
                await PlaybackSession(websocket, permit, wish, tools).run()
        finally:
            permit.close()

    def route(path: str, answer: _Answer) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                return await answer(request, archive, authorise)
            except RondaError as error:
                return problem(error)

        return Route(path, endpoint, methods=["GET"])

    return [
        WebSocketRoute("/{camera}/playback", playback),
        route("/{camera}/clip.mp4", answer_clip),
        route("/{camera}/playback.m3u8", answer_playlist),
        route("/{camera}/archive/{profile}/{day}/{name}", answer_file),
    ]


def _check_age(permit: Permit, wish: PlaybackWish, tools: PlaybackTools) -> None:
    """Refuse what is not old enough yet; whatever is let through is held back until it is.

    Raises:
        NotAllowed: It begins later than the camera may be seen; its permit is closed.
    """
    delay_s = permit.treatment.delay_s
    if delay_s and wish.from_90k > tools.now_90k() - (delay_s - _SKEW_S) * HZ_90K:
        permit.close()
        raise NotAllowed(f"this camera is shown {delay_s} seconds late", "ask for an earlier moment")
