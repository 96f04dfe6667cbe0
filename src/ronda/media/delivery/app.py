"""The node's own ASGI application: everything that shows a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from ronda.base.errors import NotAllowed, RondaError
from ronda.media.codec.stills import Stills
from ronda.media.delivery.live import LiveSession, Pictures, wish_of
from ronda.media.delivery.origin import origin_allowed
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.media.delivery.problem import answer_error, problem
from ronda.media.delivery.socket import STUCK_S
from ronda.media.delivery.stills import PastPictures, still_routes
from ronda.media.streams import Streams


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """How pictures are delivered.

    Attributes:
        allowed_origins: Origins of pages beside our own that may open sockets.
        stuck_s: How long a message may wait for its reader.
    """

    allowed_origins: frozenset[str] = frozenset()
    stuck_s: float = STUCK_S


def media_app(
    streams: Streams,
    authorise: Authorise,
    *,
    pictures: Pictures | None = None,
    stills: Stills | None = None,
    past: PastPictures | None = None,
    settings: MediaSettings | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application that is mounted at `/media`.

    Args:
        streams: The node's streams.
        authorise: Asked before each picture.
        pictures: Derived profiles and stills; without it a player gets what the camera sends or nothing.
        stills: The latest stills; without it there are no routes for them.
        past: Stills of the past.
        settings: How pictures are delivered.
        routes: More routes, such as the archive's, matched first.
    """
    settings = settings or MediaSettings()

    async def live(websocket: WebSocket) -> None:
        try:
            if not origin_allowed(websocket, settings.allowed_origins):
                raise NotAllowed("a page of another site may not open this socket")
            wish = wish_of(websocket)
            permit = await authorise(Ask(MediaAction.LIVE, wish.camera, websocket))
        except RondaError as error:
            await websocket.send_denial_response(problem(error))
            return
        try:
            await websocket.accept()
            await LiveSession(websocket, permit, wish, streams, pictures, settings.stuck_s).run()
        finally:
            permit.close()

    return Starlette(
        routes=[
            *routes,
            WebSocketRoute("/{camera}/live", live),
            *(still_routes(stills, authorise, past) if stills is not None else ()),
        ],
        exception_handlers={RondaError: answer_error},
    )
