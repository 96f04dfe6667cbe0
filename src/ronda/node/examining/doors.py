"""Examinations over the bus and over HTTP: orders, what was found, and its pictures."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ronda.base.errors import NotFound
from ronda.base.identity import camera_id
from ronda.bus.contract import Bus
from ronda.bus.examining import (
    EXAMINING_REQUESTS,
    ExaminationAbout,
    FoundWanted,
    KeepExamination,
    RemoveExamination,
    StartExamination,
    WantPicture,
)
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.node.examining.orders import Examinations, KeptExamination
from ronda.node.examining.pictures import BoardDoor
from ronda.node.ordered.orders import serving

_NAME: Final = re.compile(r"([0-9]{1,6})(-plate)?\.jpg")


@asynccontextmanager
async def serving_examinations(
    node: str, examinations: Examinations, pictures: BoardDoor, bus: Bus
) -> AsyncIterator[None]:
    """Examine, and answer requests about it and for pictures of boards, while the context is open."""
    async with examinations.running(), serving(node, bus, EXAMINING_REQUESTS) as serve:
        await serve(StartExamination, examinations.make)
        await serve(ExaminationAbout, examinations.about)
        await serve(FoundWanted, examinations.found)
        await serve(KeepExamination, examinations.keep)
        await serve(RemoveExamination, examinations.withdraw)
        await serve(WantPicture, pictures.picture)
        yield


def examination_route(examinations: Examinations, authorise: Authorise) -> BaseRoute:
    """Return the route of pictures, relative to the media application's mount.

    Args:
        examinations: The node's examinations.
        authorise: Asked before each, with the examination: who may see it depends on its case.
    """

    async def picture(request: Request) -> Response:
        """Answer with the picture of what was found, `3.jpg`, or of its plate, `3-plate.jpg`."""
        camera, id = camera_id(str(request.path_params["camera"])), str(request.path_params["examination"])
        kept = _kept(examinations, camera, id)
        begin, end = (kept.from_90k, kept.to_90k) if kept is not None else (None, None)
        permit = await authorise(Ask(MediaAction.EXAMINE, camera, request, begin, end, examination=id))
        try:
            named = _NAME.fullmatch(str(request.path_params["name"]))
            if kept is None or named is None:
                raise NotFound("there is no such picture (any more)")
            jpeg = await examinations.picture(id, camera, int(named[1]), plate=named[2] is not None)
            if permit.revoked:
                raise NotFound("there is no such picture (any more)")
        finally:
            permit.close()
        return Response(jpeg, 200, {"Cache-Control": "private, no-store"}, "image/jpeg")

    return Route("/{camera}/examinations/{examination}/{name}", picture, methods=["GET"])


def _kept(examinations: Examinations, camera: str, id: str) -> KeptExamination | None:
    try:
        kept = examinations.kept(id)
    except NotFound:
        return None
    return kept if kept.camera == camera else None
