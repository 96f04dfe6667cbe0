"""The documents of what cameras are looked at for, and of what was counted there."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from ronda.web.documents import Moment
from ronda.web.fields import CameraId

LINE: Final[dict[str, Any]] = {
    "tier": "count",
    "eye": "builtin",
    "lines": [{"name": "mulut gang", "start": [0.1, 0.6], "end": [0.9, 0.6], "forward": "masuk", "backward": "keluar"}],
    "counting": [{}],
}
LineName = Annotated[str, Field(examples=["mulut gang"])]
Direction = Annotated[str, Field(examples=["masuk"])]
ClassName = Annotated[str, Field(description="The class, as far as the eye can tell", examples=["two-wheeler"])]


class WatchingDocument(BaseModel):
    """What a camera is looked at for: tier, eye, lines, zones and rules; see `docs/analytics.md`.

    `tier` is `off`, `sweep`, `watch` or `count`. Points are in 0..1 of the picture, or in pixels with `size`.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": LINE})


class WatchingShown(BaseModel):
    """What a camera is looked at for."""

    camera: CameraId
    watching: Annotated[
        dict[str, Any] | None, Field(description="The document; null for what every camera is", examples=[LINE])
    ]


class EyeShown(BaseModel):
    """The eye that a number comes from."""

    id: Annotated[str, Field(examples=["builtin"])]
    version: Annotated[str, Field(examples=["1"])]


class CountShown(BaseModel):
    """What passed a line in a direction within one step."""

    at: Annotated[Moment, Field(description="When the step begins")]
    line: LineName
    direction: Direction
    label: ClassName
    count: Annotated[int, Field(examples=[14])]
    speed_kmh: Annotated[float | None, Field(description="Mean, where the camera is calibrated", examples=[23.4])]
    eye: EyeShown | None


class ObservationGapShown(BaseModel):
    """A stretch in which the camera was not looked at: nothing counted is not nothing there."""

    begin: Moment = Field(alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(alias="to", examples=["2026-11-21T19:20:00.000Z"])
    cause: Annotated[str, Field(examples=["worker-died"])]
    lasts: Annotated[bool, Field(description="Whether it goes on", examples=[False])]
    problem: Annotated[str, Field(description="What is wrong and how to mend it", examples=[""])]


class CountsShown(BaseModel):
    """What was counted at one camera."""

    camera: CameraId
    step: Annotated[str, Field(examples=["hour"])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    counts: list[CountShown]
    gaps: list[ObservationGapShown]


class MeasureShown(BaseModel):
    """What a measure was within one step: mean and extremes."""

    at: Annotated[Moment, Field(description="When the step begins")]
    analytic: Annotated[str, Field(examples=["crowd"])]
    zone: Annotated[str, Field(examples=["lapangan"])]
    name: Annotated[str, Field(examples=["persons"])]
    unit: Annotated[str, Field(examples=["persons"])]
    mean: Annotated[float, Field(examples=[12.5])]
    least: Annotated[float, Field(examples=[3.0])]
    most: Annotated[float, Field(examples=[31.0])]
    values: Annotated[int, Field(description="From how many values", examples=[300])]
    eye: EyeShown | None


class MeasuresShown(BaseModel):
    """What was measured at one camera."""

    camera: CameraId
    step: Annotated[str, Field(examples=["hour"])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    measures: list[MeasureShown]
    gaps: list[ObservationGapShown]


class OpenCountShown(CountShown):
    """What passed a line of a published camera within a step."""

    camera: CameraId


class OpenCountsShown(BaseModel):
    """Counts of published cameras: by the hour of the last two days, or by the day of the last 31."""

    at: Annotated[Moment, Field(description="When they were worked out")]
    step: Annotated[str, Field(examples=["hour"])]
    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    counts: list[OpenCountShown]
