"""The node's own ASGI application: everything that shows a picture."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from ronda.base.errors import NotAllowed, RondaError
from ronda.base.pools import Pool
from ronda.media.codec.derived import DerivedPictures
from ronda.media.codec.newest import NewestPictures
from ronda.media.codec.people_free import PeopleFree
from ronda.media.codec.stills import Stills
from ronda.media.delivery.crowd import Crowd
from ronda.media.delivery.hls import LiveHls
from ronda.media.delivery.hls_routes import hls_routes
from ronda.media.delivery.live import LiveSession, Pictures, wish_of
from ronda.media.delivery.origin import origin_allowed
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.media.delivery.problem import answer_error, problem
from ronda.media.delivery.reasons import CROWDED
from ronda.media.delivery.socket import STUCK_S, turn_away
from ronda.media.delivery.stills import still_routes
from ronda.media.delivery.treated import PastPictures, SharedStills, TreatedStills
from ronda.media.streams import Streams

_MOST_CODEC_JOBS: Final = 64


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """How pictures are delivered.

    Attributes:
        allowed_origins: Origins of pages beside our own that may open sockets.
        stuck_s: How long a message may wait for its reader.
    """

    allowed_origins: frozenset[str] = frozenset()
    stuck_s: float = STUCK_S


@dataclass(frozen=True, slots=True)
class MediaServices:
    """What the application can do beside live as it comes; what is None has no routes.

    Attributes:
        pictures: Derived profiles and moving stills for players that cannot play what comes.
        stills: The latest stills.
        people_free: Stills without people.
        past: Stills of the past.
        hls: Live HLS.
        codec: Where pictures are decoded and encoded.
    """

    pictures: Pictures | None = None
    stills: Stills | None = None
    people_free: PeopleFree | None = None
    past: PastPictures | None = None
    hls: LiveHls | None = None
    codec: Pool | None = None


@contextmanager
def open_services(
    streams: Streams,
    *,
    snapshot_url: Callable[[str], str | None] = lambda _: None,
    past: PastPictures | None = None,
    codec_threads: int = 2,
    most_derived: int = 1,
) -> Iterator[MediaServices]:
    """Yield all services of a node, with one codec pool that ends with the context.

    Args:
        streams: The node's streams.
        snapshot_url: Returns a camera's snapshot address, with credentials, or None.
        past: Where pictures of the past are found.
        codec_threads: How many threads decode and encode.
        most_derived: How many derived profiles run at once.
    """
    with closing(Pool("codec", codec_threads, _MOST_CODEC_JOBS)) as pool:
        hls, newest = LiveHls(streams), NewestPictures(streams, snapshot_url)
        people_free = PeopleFree(streams.clock, pool, newest, past.keyframe_at if past is not None else None)
        try:
            yield MediaServices(
                pictures=DerivedPictures(streams, pool, most_derived),
                stills=Stills(streams, pool, newest),
                people_free=people_free,
                past=past,
                hls=hls,
                codec=pool,
            )
        finally:
            people_free.close()
            hls.close()


def media_app(
    streams: Streams,
    authorise: Authorise,
    *,
    services: MediaServices | None = None,
    settings: MediaSettings | None = None,
    crowd: Crowd | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application that is mounted at `/media`.

    Args:
        streams: The node's streams.
        authorise: Asked before each picture.
        services: What there is beside live as it comes; see `open_services`.
        settings: How pictures are delivered.
        crowd: The places for public viewers.
        routes: More routes, such as the archive's, matched first.
    """
    settings, services = settings or MediaSettings(), services or MediaServices()
    places = crowd or Crowd()

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
            with places.place(public=permit.resident) as place:
                if not place:
                    await turn_away(websocket, CROWDED)
                    return
                await websocket.accept()
                await LiveSession(websocket, permit, wish, streams, services.pictures, settings.stuck_s).run()
        finally:
            permit.close()

    return Starlette(
        routes=[
            *routes,
            WebSocketRoute("/{camera}/live", live),
            *(hls_routes(services.hls, streams, services.pictures, authorise) if services.hls is not None else ()),
            *_still_routes(streams, services, authorise),
        ],
        exception_handlers={RondaError: answer_error},
    )


def _still_routes(streams: Streams, services: MediaServices, authorise: Authorise) -> list[BaseRoute]:
    if services.stills is None:
        return []
    stills = TreatedStills(services.stills, streams.clock, services.past, services.people_free)
    return still_routes(stills, SharedStills(stills.latest, streams.clock), authorise)
