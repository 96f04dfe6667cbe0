"""The documents of trends: the typical week, what is unusual, measures with their levels, alarms by day."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.web.documents import Moment
from ronda.web.documents_watching import ClassName, Direction, EyeShown, LineName
from ronda.web.fields import AreaName, CameraId, CameraName, Day, SiteName

Analytic = Annotated[str, Field(examples=["crowd"])]
ZoneName = Annotated[str, Field(examples=["lapangan"])]
MeasureName = Annotated[str, Field(examples=["persons"])]
Unit = Annotated[str, Field(examples=["persons"])]
_Typical = Annotated[float, Field(examples=[96.0])]


class CellShown(BaseModel):
    """One hour of the typical week."""

    hour: Annotated[int, Field(description="0 is Monday from midnight to one, 167 the last of Sunday", examples=[8])]
    median: _Typical
    low: Annotated[float, Field(description="One week in ten had less", examples=[81.5])]
    high: Annotated[float, Field(description="One week in ten had more", examples=[118.0])]
    weeks: Annotated[int, Field(description="Of how many weeks this is known", examples=[6])]


class WeekShown(BaseModel):
    """A typical week; without cells where there are not days enough."""

    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    days: Annotated[int, Field(description="On how many of the last 56 days somebody looked", examples=[42])]
    needed: Annotated[int, Field(description="So many are needed", examples=[21])]
    cells: list[CellShown]


class UnusualShown(BaseModel):
    """Something that is not as usual in this hour of the week."""

    camera: CameraId
    name: CameraName
    area: AreaName
    analytic: Annotated[str, Field(description="`counting` for what passed a line", examples=["counting"])]
    place: Annotated[str, Field(description="The line or the zone", examples=["mulut gang"])]
    label: Annotated[str, Field(description="The class, or the measure's name; empty for all", examples=["car"])]
    unit: Annotated[str, Field(description="The measure's", examples=[""])]
    value: Annotated[float, Field(description="Of the last hour: how many passed, or the mean", examples=[240.0])]
    median: _Typical
    low: Annotated[float, Field(examples=[81.5])]
    high: Annotated[float, Field(examples=[118.0])]
    weeks: Annotated[int, Field(examples=[6])]
    score: Annotated[
        float, Field(description="Standard deviations from the median; above zero is more", examples=[11.2])
    ]
    eyes: list[EyeShown]


class UnusualNowShown(BaseModel):
    """What is unusual within the last hour, the strongest first."""

    begin: Annotated[Moment, Field(serialization_alias="from", description="When that hour began")]
    end: Annotated[Moment, Field(serialization_alias="to", description="When it ended")]
    cameras: Annotated[int, Field(description="How many cameras there are that somebody looks at", examples=[12])]
    known: Annotated[int, Field(description="Of how many of them this hour is known from three weeks", examples=[9])]
    weeks: Annotated[
        int, Field(description="How many weeks are known of the camera that is known longest", examples=[6])
    ]
    needed: Annotated[int, Field(description="So many weeks are needed", examples=[3])]
    found: list[UnusualShown]


class SeriesShown(BaseModel):
    """A measure that a camera has, with the values at which its levels begin."""

    camera: CameraId
    name: CameraName
    analytic: Analytic
    zone: ZoneName
    measure: MeasureName
    unit: Unit
    levels: Annotated[
        list[float], Field(description="Where levels begin, the gravest last; none without", examples=[[20.0, 40.0]])
    ]


class SeriesListShown(BaseModel):
    """The measures of an area of the last seven days."""

    series: list[SeriesShown]
    more: Annotated[bool, Field(description="Whether there are more than an answer tells", examples=[False])]


class AlarmDayShown(BaseModel):
    """The alarms of one zone of one camera on one day."""

    day: Day
    site: Annotated[SiteName | None, Field(description="Where the camera hangs", examples=["Jalan Pemuda"])]
    zone: ZoneName
    camera: CameraId
    name: CameraName
    alarms: Annotated[int, Field(description="Those that nobody has rejected", examples=[4])]
    rejected: Annotated[int, Field(examples=[1])]
    lasted_s: Annotated[float | None, Field(description="Half of them lasted longer", examples=[640.0])]
    longest_s: Annotated[float | None, Field(examples=[3120.0])]


class AlarmDaysShown(BaseModel):
    """Alarms by day and place."""

    analytic: Annotated[str, Field(examples=["parking"])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    days: list[AlarmDayShown]


class Tap(BaseModel):
    """One thing that a person saw pass."""

    at: Moment
    direction: Annotated[Direction, Field(max_length=60)]
    label: Annotated[
        ClassName, Field(max_length=40, description="The class; empty where classes are not told apart")
    ] = ""


class HandCountGiven(BaseModel):
    """What a person counted at a line over some whole minutes."""

    line: Annotated[LineName, Field(min_length=1, max_length=60)]
    begin: Annotated[Moment, Field(alias="from", description="A whole minute")]
    end: Annotated[
        Moment, Field(alias="to", description="A whole minute, at most 60 later", examples=["2026-11-21T10:05:00.000Z"])
    ]
    live: Annotated[bool, Field(description="Whether it was counted while it happened", examples=[False])] = False
    taps: Annotated[list[Tap], Field(max_length=5_000)]


class LaneShown(BaseModel):
    """What passed in one direction, of one class, minute by minute."""

    direction: Direction
    label: ClassName
    hand: Annotated[list[int], Field(description="As the person counted", examples=[[3, 1, 4]])]
    counted: Annotated[list[int], Field(description="As the eye did", examples=[[3, 1, 3]])]


class HandCountShown(BaseModel):
    """A count by hand beside the eye's."""

    id: Annotated[str, Field(examples=["9f2c4d1a77b0"])]
    line: LineName
    begin: Annotated[Moment, Field(serialization_alias="from")]
    end: Annotated[Moment, Field(serialization_alias="to")]
    live: Annotated[bool, Field(examples=[False])]
    by: Annotated[str, Field(description="Who counted", examples=["operator"])]
    at: Annotated[Moment, Field(description="When")]
    eyes: list[EyeShown]
    hand: Annotated[int, Field(description="How many the person saw", examples=[42])]
    counted: Annotated[int, Field(description="How many the eye counted", examples=[41])]
    effectiveness: Annotated[float, Field(description="How right that is, 0 to 1; see `docs/api.md`", examples=[0.94])]
    lanes: list[LaneShown]


class HandCountsShown(BaseModel):
    """The counts by hand of a camera, the newest first."""

    counts: list[HandCountShown]
