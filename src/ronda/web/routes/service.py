"""Facts, health and metrics."""

from http import HTTPStatus

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from ronda.web.documents import Health, InfoShown, MapTilesShown
from ronda.web.gate import PartsOf, ReadsMetrics
from ronda.web.parts import Facts, Parts

router = APIRouter(tags=["service"])


@router.get("/api/v1/info", summary="What this installation is")
async def info(parts: PartsOf) -> InfoShown:
    """Return what anybody may know; open to everybody."""
    facts = parts.facts
    simulated = facts.simulated or any(camera.simulated for camera in parts.centre.cameras.all())
    return InfoShown(
        version=facts.version,
        name=facts.name,
        simulated=simulated,
        https=facts.https,
        timezone=facts.timezone,
        map=_tiles(facts),
        sign_on=parts.sign_on.name if parts.sign_on else None,
    )


def _tiles(facts: Facts) -> MapTilesShown | None:
    if (tiles := facts.tiles) is None:
        return None
    return MapTilesShown(tiles=tiles.address, kind=tiles.kind, attribution=tiles.attribution)


@router.get("/healthz", response_model=None, responses={200: {"model": Health}}, summary="Whether it works")
async def health(parts: PartsOf) -> Response:
    """Return `ok`, or `degraded` while an alarm is in force; open to everybody, and names nothing.

    Alarms are of disks, and of nodes that refuse the access log's newest head.
    """
    return JSONResponse(_health(parts).model_dump(), HTTPStatus.OK)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "The metrics"}},
    summary="Metrics for Prometheus",
)
async def metrics(caller: ReadsMetrics) -> Response:
    """Return the metrics as text."""
    return Response(generate_latest(caller.parts.metrics), media_type=CONTENT_TYPE_LATEST)


def _health(parts: Parts) -> Health:
    centre = parts.centre
    cameras, running, recording = centre.tally()
    alarms = len(centre.alarms) + len(parts.witnessing.alarms)
    return Health(
        status="degraded" if alarms else "ok",
        version=parts.facts.version,
        cameras=cameras,
        running=running,
        recording=recording,
        alarms=alarms,
    )
