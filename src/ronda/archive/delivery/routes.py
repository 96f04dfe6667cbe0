"""The archive's routes of a node's media application; paths are relative to its mount."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from ronda.archive.archive import Archive
from ronda.archive.delivery.clip import answer_clip
from ronda.archive.delivery.hls import answer_file, answer_playlist
from ronda.archive.delivery.playback import PlaybackSession, StillMaker, playback_wish
from ronda.base.errors import NotAllowed, RondaError
from ronda.media.delivery.origin import origin_allowed
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.media.delivery.problem import problem

_Answer = Callable[[Request, Archive, Authorise], Awaitable[Response]]


def archive_routes(
    archive: Archive,
    authorise: Authorise,
    *,
    stills: StillMaker | None = None,
    allowed_origins: frozenset[str] = frozenset(),
) -> list[BaseRoute]:
    """Return the routes.

    Args:
        archive: An open archive.
        authorise: Asked before each picture.
        stills: Makes JPEGs for players that cannot play what was recorded.
        allowed_origins: Origins of pages beside our own that may open sockets.
    """

    async def playback(websocket: WebSocket) -> None:
        try:
            if not origin_allowed(websocket, allowed_origins):
                raise NotAllowed("a page of another site may not open this socket")
            wish = playback_wish(websocket)
            permit = await authorise(Ask(MediaAction.REPLAY, wish.camera, websocket, wish.from_90k))
        except RondaError as error:
            await websocket.send_denial_response(problem(error))
            return
        try:
            await websocket.accept()
            await PlaybackSession(websocket, permit, wish, archive, stills).run()
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
