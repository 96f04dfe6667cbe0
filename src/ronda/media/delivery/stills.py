"""Stills over HTTP: the latest picture, or one of a moment in the past."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ronda.base.errors import BadInput, Busy, NotFound
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.media.codec.keyframe import Keyframe, StillFormat
from ronda.media.codec.stills import Still, Stills, still_width
from ronda.media.delivery.permission import Ask, Authorise, MediaAction

_DEFAULT_WIDTH: Final = 640
_PUBLIC_S: Final = 5
_PRIVATE_S: Final = 2
_PAST_S: Final = 10


class PastPictures(Protocol):
    """Where pictures of the past are found."""

    async def keyframe_at(self, camera: str, utc_90k: int) -> Keyframe:
        """Return the keyframe that is shown at or last before a moment.

        Raises:
            NotFound: Nothing was recorded then.
        """
        ...

    async def last_keyframe(self, camera: str) -> Keyframe:
        """Return the newest keyframe that is recorded.

        Raises:
            NotFound: Nothing is.
        """
        ...


def still_routes(stills: Stills, authorise: Authorise, past: PastPictures | None = None) -> list[BaseRoute]:
    """Return the routes `/{camera}/still.jpg` and `/{camera}/still.webp`."""

    async def answer(request: Request, kind: StillFormat) -> Response:
        camera = request.path_params["camera"]
        width, at_90k = _asked(request)
        if at_90k is None:
            permit = await authorise(Ask(MediaAction.STILL, camera, request))
        else:
            permit = await authorise(Ask(MediaAction.REPLAY, camera, request, at_90k, at_90k))
        try:
            if at_90k is None:
                still = await _latest(stills, past, camera, width, kind)
            elif past is None:
                raise NotFound("nothing is recorded here")
            else:
                still = await stills.of_picture(await past.keyframe_at(camera, at_90k), width, kind)
            return _respond(request, still, public=permit.public, past=at_90k is not None)
        finally:
            permit.close()

    return [Route(f"/{{camera}}/still.{kind.value}", _route(answer, kind), methods=["GET"]) for kind in StillFormat]


async def _latest(stills: Stills, past: PastPictures | None, camera: str, width: int, kind: StillFormat) -> Still:
    """Return the newest picture: of a camera that is away since the start, the last one that was recorded."""
    try:
        return await stills.latest(camera, width, kind)
    except (NotFound, Busy) as error:
        if past is None:
            raise
        try:
            keyframe = await past.last_keyframe(camera)
        except NotFound:
            raise error from None
        return await stills.of_picture(keyframe, width, kind, camera=camera)


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
        "ETag": f'"{still.key}"',
        "Cache-Control": f"{'public' if public else 'private'}, max-age={seconds}",
        "Ronda-Picture-Time": format_rfc3339(still.utc_90k),
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(still.data, media_type=still.kind.mime, headers=headers)
