"""The documents of finding: what passed by time, cameras around a place, the next ones, bookmarks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.city.around import LARGEST_RADIUS_M
from ronda.web.documents import Moment
from ronda.web.fields import Bearing, CameraId, CameraName, Label, Latitude, Longitude

_Three = Literal["yes", "no", "unknown"]
_CaseNumber = Annotated[str, Field(pattern=r"^(|\d{4}-\d{4,9})$", description="Empty for none", examples=["2026-0012"])]
_Distance = Annotated[float, Field(description="Metres", examples=[84.0])]
_BookmarkId = Annotated[str, Field(examples=["9f2c4d1a77b03e58"])]
_Note = Annotated[str, Field(min_length=1, max_length=500, examples=["Motor merah keluar gang"])]


class MomentsAsked(BaseModel):
    """Which moments of a camera are asked for."""

    model_config = ConfigDict(extra="forbid")

    start: Annotated[str, Field(alias="from", max_length=40, description="What began from then on; RFC 3339")]
    end: Annotated[str, Field(alias="to", max_length=40, description="And before then; 31 days at most")]
    newest: Annotated[bool, Field(False, description="The newest first, else the oldest")]
    motion: Annotated[
        bool,
        Field(
            False,
            description="Also when something moved, by the size of coded pictures, for cameras that nothing watches; "
            "six hours at most",
        ),
    ]
    limit: Annotated[int, Field(200, ge=1, le=500)]
    purpose: Annotated[
        str, Field("", max_length=200, description="What for; some roles must say it", examples=["Motor hilang"])
    ]


class MomentFoundShown(BaseModel):
    """Something that was seen, that an alarm was raised about, or that moved."""

    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:14:05.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:14:09.000Z"])
    kind: Annotated[Literal["seen", "alarm", "motion"], Field(examples=["seen"])]
    what: Annotated[
        str,
        Field(description="The class of a thing; the analytic of an alarm; empty for motion", examples=["two-wheeler"]),
    ]


class MomentsShown(BaseModel):
    """What happened at a camera, by when it began."""

    watched: Annotated[
        bool, Field(description="Whether analytics follow what passes there; where not, nothing is seen")
    ]
    moments: list[MomentFoundShown]
    more: Annotated[bool, Field(description="Whether there are more than these", examples=[False])]


class AroundAsked(BaseModel):
    """Where and when something happened."""

    model_config = ConfigDict(extra="forbid")

    lat: Annotated[float, Field(ge=-90, le=90, examples=[-6.98419])]
    lon: Annotated[float, Field(ge=-180, le=180, examples=[110.36984])]
    at: Annotated[str, Field(max_length=40, description="RFC 3339", examples=["2026-11-21T19:14:05Z"])]
    radius_m: Annotated[int, Field(250, ge=10, le=LARGEST_RADIUS_M)]
    purpose: Annotated[
        str, Field("", max_length=200, description="What for; some roles must say it", examples=["Motor hilang"])
    ]


class NearShown(BaseModel):
    """A camera around the place."""

    id: CameraId
    name: CameraName
    lat: Latitude
    lon: Longitude
    bearing_deg: Annotated[Bearing | None, Field(description="Where it looks; null where that is not registered")]
    angle_deg: Annotated[float | None, Field(description="How wide it looks", examples=[80.0])]
    distance_m: _Distance
    direction_deg: Annotated[Bearing, Field(description="From the place to the camera, clockwise from north")]
    sees: Annotated[_Three, Field(description="Whether the place lies in its direction of view", examples=["yes"])]
    recorded: Annotated[
        _Three, Field(description="Whether it recorded then; `unknown` where its node does not answer", examples=["no"])
    ]
    nearest: Annotated[
        Moment | None, Field(description="Where it did not record: the nearest footage within an hour; else null")
    ]


class AroundShown(BaseModel):
    """The cameras around: those that look this way from near first, then by distance."""

    lat: Latitude
    lon: Longitude
    at: Moment
    cameras: list[NearShown] = Field(description="Whose recordings you may replay; at most 60")
    more: Annotated[bool, Field(description="Whether there are more than these", examples=[False])]
    for_a_purpose: Annotated[int, Field(description="How many more there are once you say what for", examples=[0])]


class OnwardCameraShown(BaseModel):
    """A camera that may see next what passed another one."""

    id: CameraId
    name: CameraName
    distance_m: _Distance
    direction_deg: Bearing
    road: Annotated[
        str | None,
        Field(description="The road of the schematic map that both hang at; null: a straight line", examples=[None]),
    ]
    fastest_s: Annotated[int, Field(description="At 40 km/h", examples=[7])]
    slowest_s: Annotated[int, Field(description="At 20 km/h", examples=[16])]


class OnwardShown(BaseModel):
    """Where to look next, by travel time."""

    placed: Annotated[bool, Field(description="Whether it is known where the camera hangs")]
    lat: Latitude | None
    lon: Longitude | None
    cameras: list[OnwardCameraShown]


class BookmarkGiven(BaseModel):
    """A moment to be found again."""

    model_config = ConfigDict(extra="forbid")

    at: Moment
    note: _Note
    case: _CaseNumber = ""


class BookmarkShown(BaseModel):
    """A moment with a note."""

    id: _BookmarkId
    camera: CameraId
    at: Moment
    note: Annotated[str, Field(examples=["Motor merah keluar gang"])]
    by: Label
    case: _CaseNumber
    mine: Annotated[bool, Field(description="Whether you may remove it", examples=[True])]


class BookmarksShown(BaseModel):
    """The oldest first."""

    bookmarks: list[BookmarkShown]
