"""What passed the lines of all cameras of an area: by the hour, and the busiest lines."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from ronda.base.time import format_rfc3339
from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.region import parse_region, within
from ronda.insight.counts import Asked, Step
from ronda.insight.observations import eye_of
from ronda.insight.traffic import traffic, unwatched
from ronda.people.action import Action
from ronda.people.policy import Reach
from ronda.vision.objects import ObjectClass
from ronda.web.answers import as_json, as_table
from ronda.web.documents import Moment
from ronda.web.documents_watching import ClassName, Direction, EyeShown, LineName
from ronda.web.fields import CameraId, CameraName
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import From, To, moments

router = APIRouter(prefix="/api/v1", tags=["eyes"])
_SeesSomeTimeline = Annotated[Caller, Depends(Asks(Action.TIMELINE, somewhere=True))]
_MOST_LINES: Final = 50
_MOST_CAMERAS: Final = 500
_THINGS: Final = tuple(one.value for one in ObjectClass)


@dataclass(frozen=True, slots=True)
class Where:
    """Of which area or camera, and of which classes something is asked for.

    Attributes:
        area: A region code; empty for all that somebody may see.
        camera: Only that camera; empty for all.
        labels: Only these classes; none for all.
    """

    area: str
    camera: str
    labels: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name for files."""
        return self.camera or self.area or "all"

    def things(self) -> tuple[str, ...]:
        """Return the classes of what passes lines that are asked for."""
        return self.labels or _THINGS


async def _where(
    area: Annotated[str, Query(max_length=40, description="A region code; none for all that you may see")] = "",
    camera: Annotated[str, Query(max_length=63, pattern=r"^[a-z0-9-]*$", description="Only that camera")] = "",
    label: Annotated[
        str, Query(alias="class", max_length=200, description="Only these classes, with commas between; none for all")
    ] = "",
) -> Where:
    return Where(parse_region(area) if area else "", camera, tuple(label.split(",")) if label else ())


AskedWhere = Annotated[Where, Depends(_where)]


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


class WatchedShown(BaseModel):
    """For how long somebody looked within a step, of all cameras together: what else there was nobody knows."""

    at: Annotated[Moment, Field(description="When the step begins")]
    seconds: Annotated[int, Field(examples=[3600])]


class CountedAtShown(BaseModel):
    """A camera with lines."""

    camera: CameraId
    name: CameraName


class TrafficShown(BaseModel):
    """What passed the lines of an area's cameras."""

    area: Annotated[str, Field(description="Empty for all that you may see", examples=["33.74.13"])]
    step: Annotated[str, Field(examples=["hour"])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    cameras: Annotated[int, Field(description="How many cameras there are that you may see", examples=[210])]
    counted: Annotated[int, Field(description="How many of them have lines and are asked for", examples=[12])]
    counted_at: Annotated[
        list[CountedAtShown],
        Field(description="The area's cameras with lines by name, whichever is asked for; at most 500"),
    ]
    steps: list[PassedShown]
    lines: list[BusyLineShown] = Field(description="Most first, at most 50")
    gaps: list[UnwatchedShown] = Field(description="Steps that count too little, because nobody looked for a while")
    watched: list[WatchedShown] = Field(description="For how long somebody looked, by hour or day; empty by the minute")


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
    where: AskedWhere,
    step: Annotated[Step, Query(description="How finely")] = Step.HOUR,
    format: Annotated[Literal["json", "csv"], Query(description="`csv` for a table of the steps")] = "json",
) -> Response:
    """Return what passed the lines of an area's cameras by class, and which lines most passed."""
    parts = caller.parts
    from_90k, to_90k = moments(start, end)
    city, reach = parts.centre.city, caller.reach(Action.TIMELINE)
    cameras, there = await parts.finder.pool.run(lined_cameras, city, reach, replace(where, camera=""))
    lined = {id: name for id, name in there.items() if where.camera in ("", id)}
    asked = Asked(tuple(lined), from_90k, to_90k, step, parts.observing.zone)
    found = await traffic(parts.observing.counts.store, asked, _MOST_LINES, where.things())
    rows = [
        {"at": format_rfc3339(one.from_90k), "label": one.label, "count": one.count, "eye": eye_of(one.eye)}
        for one in found.steps
    ]
    if format == "csv":
        return as_table(f"counts-{where.name}.csv", rows)
    gaps = await parts.observing.counts.gaps(asked) if lined else []
    watched = await parts.observing.counts.watched(asked) if step is not Step.MINUTE else {}
    dark = unwatched(gaps, asked, found.steps, parts.clock.utc_90k())
    document: dict[str, Any] = {
        "area": where.area,
        "step": step.value,
        "timezone": parts.facts.timezone,
        "cameras": cameras,
        "counted": len(lined),
        "counted_at": [
            {"camera": id, "name": name}
            for id, name in sorted(there.items(), key=lambda one: (one[1].casefold(), one[0]))[:_MOST_CAMERAS]
        ],
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
        "watched": [{"at": format_rfc3339(at_90k), "seconds": seconds} for at_90k, seconds in watched.items()],
    }
    return as_json(document)


def lined_cameras(city: City, reach: Reach, where: Where) -> tuple[int, dict[str, str]]:
    """Return how many cameras are in reach and in the area, and the names of those with lines by id."""
    seen, lined = 0, {}
    for camera in city.cameras.all():
        if not asked_for(city, reach, where, camera):
            continue
        seen += 1
        # A line along a staff is not one that something passes: nothing is counted there.
        if camera.watching and camera.watching.get("lines") and camera.watching.get("counting", True):
            lined[camera.id] = camera.name
    return seen, lined


def asked_for(city: City, reach: Reach, where: Where, camera: Camera) -> bool:
    """Whether a camera is in reach, and the one or in the area that is asked for."""
    place = city.place_of(camera)
    if where.camera not in ("", camera.id) or not reach.holds(place):
        return False
    return not where.area or within(place.area, where.area)
