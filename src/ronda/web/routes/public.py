"""What residents read without signing in: published cameras, the map, the areas.

Every answer is the same for everybody and may be kept by any cache for a few seconds; nothing here asks the database.
"""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ronda.centre.portal.map_file import MapFile
from ronda.centre.portal.portal import Question
from ronda.city.region import parse_region
from ronda.web.documents_figures import FiguresShown
from ronda.web.documents_map import BaseMapShown, MapShown, WifiShown
from ronda.web.documents_public import AreasPublished, CameraPublished, CamerasAsked, CamerasPublished, parse_point
from ronda.web.gate import PartsOf

router = APIRouter(prefix="/api/v1/public", tags=["public"])
CACHE: Final = "public, max-age=5"


@router.get("/cameras", response_model=None, responses={200: {"model": CamerasPublished}}, summary="Published cameras")
async def list_cameras(parts: PartsOf, asked: Annotated[CamerasAsked, Query()]) -> Response:
    """Return published cameras, by id, best first for `q`, nearest first for `near`; open to everybody."""
    filters = {
        "area": parse_region(asked.area) if asked.area else "",
        "kind": asked.kind.value if asked.kind else "",
        "agency": asked.agency,
        "site": asked.site,
    }
    question = Question(
        tuple((by, value) for by, value in filters.items() if value),
        parse_point(asked.near) if asked.near else None,
        asked.q,
        asked.after,
        asked.limit,
    )
    return _json(parts.portal.cameras(question))


@router.get(
    "/cameras/{camera}",
    response_model=None,
    responses={200: {"model": CameraPublished}},
    summary="One published camera, and what is around it",
)
async def get_camera(parts: PartsOf, camera: str) -> Response:
    """Return one published camera; what is not published is answered as what was never there. Open to everybody."""
    return _json(parts.portal.camera(camera))


@router.get("/areas", response_model=None, responses={200: {"model": AreasPublished}}, summary="Areas on the portal")
async def list_areas(parts: PartsOf) -> Response:
    """Return the areas that hold published cameras, with how many; open to everybody."""
    return _json(parts.portal.areas())


@router.get(
    "/map",
    response_model=None,
    responses={200: {"model": MapShown}},
    summary="The whole map of published cameras, as columns",
)
async def get_map(parts: PartsOf, request: Request) -> Response:
    """Return the map's file, made when the registry changes (layout: `docs/design/city.md`); open to everybody."""
    return file_response(request, parts.portal.map)


@router.get("/basemap", response_model=None, responses={200: {"model": BaseMapShown}}, summary="The base map")
async def get_basemap(parts: PartsOf, request: Request) -> Response:
    """Return coast, rivers, roads and areas as GeoJSON layers; open to everybody."""
    return file_response(request, await parts.portal.basemap())


@router.get("/transparency", response_model=None, responses={200: {"model": FiguresShown}}, summary="The open figures")
async def get_figures(parts: PartsOf) -> Response:
    """Return cameras by area and kind, progress, availability and more, as of the last minute; open to everybody."""
    return _json(json.dumps(parts.figures.document, ensure_ascii=False))


@router.get("/wifi", response_model=None, responses={200: {"model": WifiShown}}, summary="Points of free wifi")
async def get_wifi(parts: PartsOf) -> Response:
    """Return where there is free wifi, and whether it works; open to everybody."""
    return _json(parts.portal.wifi())


def file_response(request: Request, file: MapFile) -> Response:
    """Return a file that any cache may keep for a moment and ask again for by its tag."""
    headers = {"Cache-Control": CACHE, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.compressed, 200, headers | {"Content-Encoding": "gzip"}, "application/json")
    return Response(file.body, 200, headers, "application/json")


def _json(text: str) -> Response:
    return Response(text, 200, {"Cache-Control": CACHE}, "application/json")
