"""Stills over HTTP: the latest picture, or one of a moment in the past."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ronda.base.errors import BadInput
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.media.codec.keyframe import StillFormat
from ronda.media.codec.stills import Still, still_width
from ronda.media.delivery.caching import answer_same
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.media.delivery.treated import Asked, SharedStills, TreatedStills

_DEFAULT_WIDTH: Final = 640
_PUBLIC_S: Final = 5
_PRIVATE_S: Final = 2
_PAST_S: Final = 10


def still_routes(stills: TreatedStills, shared: SharedStills, authorise: Authorise) -> list[BaseRoute]:
    """Return the routes `/{camera}/still.jpg` and `/{camera}/still.webp`.

    Args:
        stills: Makes what one person gets.
        shared: Keeps what everybody gets.
        authorise: Asked before each picture.
    """

    async def answer(request: Request, kind: StillFormat) -> Response:
        camera = request.path_params["camera"]
        width, at_90k = _asked(request)
        action = MediaAction.STILL if at_90k is None else MediaAction.REPLAY
        permit = await authorise(Ask(action, camera, request, at_90k, at_90k))
        try:
            public = permit.public
            asked = Asked(camera, width, kind, permit.treatment)
            if at_90k is not None:
                still = await stills.at(asked, at_90k)
            elif public:
                still = await shared.latest(asked)
            else:
                still = await stills.latest(asked)
            permit_ends = permit.revoked or permit.treatment != asked.treatment
        finally:
            permit.close()
        if permit_ends:
            # Withdrawn while the picture was being made: ask once more, and be refused or get the other picture.
            (await authorise(Ask(action, camera, request, at_90k, at_90k))).close()
            return Response(status_code=503, headers={"Cache-Control": "no-store", "Retry-After": "1"})
        return _respond(request, still, public=public, past=at_90k is not None)

    return [Route(f"/{{camera}}/still.{kind.value}", _route(answer, kind), methods=["GET"]) for kind in StillFormat]


def _route(
    answer: Callable[[Request, StillFormat], Awaitable[Response]], kind: StillFormat
) -> Callable[[Request], Awaitable[Response]]:
    async def route(request: Request) -> Response:
        return await answer(request, kind)

    return route


def _asked(request: Request) -> tuple[int, int | None]:
    text, at = request.query_params.get("width", str(_DEFAULT_WIDTH)), request.query_params.get("at")
    if not text.isascii() or not text.isdigit():
        raise BadInput(f"{text[:80]!r} is not a width", "use a number of pixels")
    return still_width(int(text[:9])), parse_rfc3339(at) if at else None


def _respond(request: Request, still: Still, *, public: bool, past: bool) -> Response:
    seconds = _PAST_S if past else _PUBLIC_S if public else _PRIVATE_S
    headers = {
        "Cache-Control": f"{'public' if public else 'private'}, max-age={seconds}",
        "Ronda-Picture-Time": format_rfc3339(still.utc_90k),
    }
    return answer_same(request, still.data, still.kind.mime, still.key, headers)
