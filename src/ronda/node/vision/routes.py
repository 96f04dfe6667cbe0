"""Pictures of what was seen, over HTTP: for whoever may see the camera's recordings of that moment."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ronda.base.errors import NotAllowed, NotFound
from ronda.base.pools import Pool
from ronda.base.time import format_rfc3339
from ronda.media.codec.keyframe import StillFormat, still_of_image
from ronda.media.codec.masks import Masks
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.node.vision.sightings import Sightings, moment_of
from ronda.vision.worker.pictures import Box, view_of

_WIDEST: Final = 4096


def sighting_route(sightings: Sightings, authorise: Authorise, codec: Pool) -> Route:
    """Return the route `/{camera}/sightings/{id}.jpg`.

    Args:
        sightings: The pictures.
        authorise: Asked before each; the view is logged.
        codec: Where masks are painted.
    """

    async def answer(request: Request) -> Response:
        camera, id = request.path_params["camera"], request.path_params["id"]
        at_90k = _moment(id)
        permit = await authorise(Ask(MediaAction.REPLAY, camera, request, at_90k, at_90k))
        try:
            treatment = permit.treatment
            if treatment.without_people:
                raise NotAllowed("pictures of this camera are shown without people only", "sign in to see this one")
            jpeg = await sightings.read(camera, id)
            if treatment.masks:
                jpeg = await codec.run(masked, jpeg, treatment.masks)
            if permit.revoked or permit.treatment != treatment:
                return Response(status_code=503, headers={"Cache-Control": "no-store", "Retry-After": "1"})
            permit.shows(at_90k)
        finally:
            permit.close()
        headers = {"Cache-Control": "private, max-age=600", "Ronda-Picture-Time": format_rfc3339(at_90k)}
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    return Route("/{camera}/sightings/{id}.jpg", answer, methods=["GET"])


def _moment(id: str) -> int:
    """Return when a picture was made; of what is no picture's name the beginning: whoever asks is asked about first."""
    try:
        return moment_of(id)
    except NotFound:
        return 0


def masked(jpeg: bytes, masks: Masks) -> bytes:
    """Paint masks, which are drawn on the camera's whole view, over a picture that may show a part of it."""
    view = view_of(jpeg)
    return still_of_image(jpeg, _WIDEST, StillFormat.JPEG, tuple(_on(view, mask) for mask in masks))


def _on(view: Box, mask: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = view
    return tuple(((x - left) / (right - left), (y - top) / (bottom - top)) for x, y in mask)
