"""The routes of the live playlist and what it names.

Every request is asked for anew, and its treatment chooses the stream: where masks are painted, the names of the
whole stream's pieces are not found.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ronda.base.errors import Busy, NotAllowed
from ronda.base.identity import profile_name
from ronda.media.delivery.caching import answer_same
from ronda.media.delivery.hls import LiveHls
from ronda.media.delivery.live import Pictures, treated_stream
from ronda.media.delivery.permission import Ask, Authorise, MediaAction, Permit, Treatment
from ronda.media.delivery.reasons import MASKS_BUSY, MASKS_UNPLAYABLE, no_live
from ronda.media.stream import Stream
from ronda.media.streams import Streams

PLAYLIST_TYPE: Final = "application/vnd.apple.mpegurl"
_MEND: Final = "look at the camera's still"
_PUBLIC_PIECE_S: Final = 10


def hls_routes(hls: LiveHls, streams: Streams, pictures: Pictures | None, authorise: Authorise) -> list[BaseRoute]:
    """Return the routes.

    Args:
        hls: The segmenters.
        streams: Where streams are found.
        pictures: Makes the streams on which masks are painted; without it there are none.
        authorise: Asked before each answer.
    """

    def shown(camera: str, profile: str, treatment: Treatment) -> Stream:
        return _shown(streams, pictures, (camera, profile), treatment)

    async def playlist(request: Request) -> Response:
        camera, profile = _asked(request)
        permit = await authorise(Ask(MediaAction.LIVE, camera, request))
        try:
            treatment = permit.treatment
            text = await hls.playlist(shown(camera, profile, treatment), f"live/{profile}/")
            if permit.revoked or permit.treatment != treatment:  # while it was waited for
                raise NotAllowed("the permission to watch was withdrawn")
            body = text.encode()
            tag = hashlib.sha256(body).hexdigest()[:24]
            return answer_same(request, body, PLAYLIST_TYPE, tag, _cache(permit, 1))
        finally:
            permit.close()

    async def init(request: Request) -> Response:
        return await piece(request, hls.init)

    async def media(request: Request) -> Response:
        return await piece(request, hls.media)

    async def piece(request: Request, find: Callable[[Stream, str], bytes]) -> Response:
        camera, profile = _asked(request)
        permit = await authorise(Ask(MediaAction.LIVE, camera, request))
        try:
            name = request.path_params["name"]
            data = find(shown(camera, profile, permit.treatment), name)
            # Public pieces never change, and must yet be gone from caches soon after a quarantine.
            headers = _cache(permit, _PUBLIC_PIECE_S if permit.public else 60, immutable=True)
            return answer_same(request, data, "video/mp4", name, headers)
        finally:
            permit.close()

    return [
        Route("/{camera}/live.m3u8", playlist),
        Route("/{camera}/live/{profile}/{name}.mp4", init),
        Route("/{camera}/live/{profile}/{name}.m4s", media),
    ]


def _shown(streams: Streams, pictures: Pictures | None, asked: tuple[str, str], treatment: Treatment) -> Stream:
    """Return the stream that may be seen of a camera and profile."""
    camera, profile = asked
    reason = no_live(treatment)
    if reason is not None:
        raise NotAllowed(reason.sentence, _MEND)
    if not treatment.masks:
        return streams.get(camera, profile)
    if pictures is None:
        raise NotAllowed(MASKS_UNPLAYABLE.sentence, _MEND)
    try:
        return treated_stream(streams, pictures, camera, treatment.masks)
    except Busy as error:
        raise Busy(MASKS_BUSY.sentence, _MEND) from error


def _asked(request: Request) -> tuple[str, str]:
    profile = request.path_params.get("profile") or request.query_params.get("profile", "main")
    return request.path_params["camera"], profile_name(profile)


def _cache(permit: Permit, seconds: int, *, immutable: bool = False) -> dict[str, str]:
    value = f"{'public' if permit.public else 'private'}, max-age={seconds}"
    return {"Cache-Control": value + (", immutable" if immutable else "")}
