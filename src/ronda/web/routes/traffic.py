"""What passed the lines of all cameras of an area: by the hour, and the busiest lines."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from ronda.base.time import format_rfc3339
from ronda.city.city import City
from ronda.city.region import within
from ronda.insight.counts import Asked, Step
from ronda.insight.observations import eye_of
from ronda.insight.traffic import traffic, unwatched
from ronda.people.action import Action
from ronda.people.policy import Reach
from ronda.web.documents import Moment
from ronda.web.documents_watching import ClassName, Direction, EyeShown, LineName
from ronda.web.fields import CameraId
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import From, To, moments
from ronda.web.routes.watching import as_json, as_table

router = APIRouter(prefix="/api/v1", tags=["eyes"])
_SeesSomeTimeline = Annotated[Caller, Depends(Asks(Action.TIMELINE, somewhere=True))]
_MOST_LINES: Final = 50


class PassedShown(BaseModel):
    """What of a class passed within one step."""

    at: Annotated[Moment, Field(description="When the step begins")]
    label: ClassName
    count: Annotated[int, Field(examples=[140])]
    eye: EyeShown | None


class BusyLineShown(BaseModel):
    """What passed a line in one direction over the whole time."""

    camera: CameraId
    name: Annotated[str, Field(description="The camera's", examples=["Simpang Lima"])]
    line: LineName
    direction: Direction
    count: Annotated[int, Field(examples=[1204])]


class UnwatchedShown(BaseModel):
    """For how long nobody looked within a step, of all cameras together."""

    at: Annotated[Moment, Field(description="When the step begins")]
    seconds: Annotated[float, Field(examples=[600.0])]


class TrafficShown(BaseModel):
    """What passed the lines of an area's cameras."""

    area: Annotated[str, Field(description="Empty for all that you may see", examples=["33.74.13"])]
    step: Annotated[str, Field(examples=["hour"])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    cameras: Annotated[int, Field(description="How many cameras there are that you may see", examples=[210])]
    counted: Annotated[int, Field(description="How many of them have lines", examples=[12])]
    steps: list[PassedShown]
    lines: list[BusyLineShown] = Field(description="Most first, at most 50")
    gaps: list[UnwatchedShown] = Field(description="Steps that count too little, because nobody looked for a while")


@router.get(
    "/counts",
    response_model=None,
    responses={200: {"model": TrafficShown, "content": {"text/csv": {}}}},
    summary="What was counted in an area",
)
async def get_traffic(
    caller: _SeesSomeTimeline,
    start: From,
    end: To,
    area: Annotated[str, Query(max_length=40, description="A region code; none for all that you may see")] = "",
    step: Annotated[Step, Query(description="How finely")] = Step.HOUR,
    format: Annotated[Literal["json", "csv"], Query(description="`csv` for a table of the steps")] = "json",
) -> Response:
    """Return what passed the lines of an area's cameras by class, and which lines most passed."""
    parts = caller.parts
    from_90k, to_90k = moments(start, end)
    city, reach = parts.centre.city, caller.reach(Action.TIMELINE)
    cameras, lined = await parts.finder.pool.run(_cameras, city, reach, area)
    asked = Asked(tuple(lined), from_90k, to_90k, step, parts.observing.zone)
    found = await traffic(parts.observing.counts.store, asked, _MOST_LINES)
    rows = [
        {"at": format_rfc3339(one.from_90k), "label": one.label, "count": one.count, "eye": eye_of(one.eye)}
        for one in found.steps
    ]
    if format == "csv":
        return as_table(f"counts-{area or 'all'}.csv", rows)
    gaps = await parts.observing.counts.gaps(asked) if lined else []
    dark = unwatched(gaps, asked, found.steps, parts.clock.utc_90k())
    document: dict[str, Any] = {
        "area": area,
        "step": step.value,
        "timezone": parts.facts.timezone,
        "cameras": cameras,
        "counted": len(lined),
        "steps": rows,
        "lines": [
            {
                "camera": one.camera,
                "name": lined[one.camera],
                "line": one.line,
                "direction": one.direction,
                "count": one.count,
            }
            for one in found.lines
        ],
        "gaps": [{"at": format_rfc3339(at_90k), "seconds": seconds} for at_90k, seconds in dark.items()],
    }
    return as_json(document)


def _cameras(city: City, reach: Reach, area: str) -> tuple[int, dict[str, str]]:
    """Return how many cameras are in reach and in the area, and the names of those with lines by id."""
    seen, lined = 0, {}
    for camera in city.cameras.all():
        place = city.place_of(camera)
        if not reach.holds(place) or (area and not within(place.area, area)):
            continue
        seen += 1
        if _lines(camera.watching):
            lined[camera.id] = camera.name
    return seen, lined


def _lines(document: Any) -> Sequence[Any]:
    return document.get("lines", ()) if document else ()
