"""The documents of traces: a case's boards, their points, the links between them, and where to look next."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ronda.evidence.traces.trace import LONGEST_LINE, LONGEST_NOTE, TraceKind, TraceLinkState
from ronda.web.documents import Given, Moment
from ronda.web.documents_finding import OnwardCameraShown
from ronda.web.fields import CameraId, CameraName, Label, Latitude, Longitude

TraceId = Annotated[str, Field(examples=["5b0c9d3e7f1a2468"])]
PointId = Annotated[str, Field(examples=["0f1e2d3c4b5a6978"])]
ExaminationId = Annotated[str, Field(examples=["9a8b7c6d5e4f3021"])]
Box = Annotated[
    list[float],
    Field(
        description="Left, upper, right, lower edge of what is meant, 0 to 1 from the picture's upper left",
        examples=[[0.41, 0.32, 0.52, 0.61]],
    ),
]
_Title = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE, examples=["Beat hitam yang dicuri"])]
_Note = Annotated[str, Field(max_length=LONGEST_NOTE, examples=["Keluar gang ke arah barat"])]
_Metres = Annotated[
    float | None, Field(description="Between the cameras as the crow flies; null: a place is not known", examples=[420])
]


class TraceGiven(Given):
    """What somebody begins to trace."""

    title: _Title
    kind: Annotated[TraceKind, Field(examples=["vehicle"])]


class TracePointGiven(Given):
    """A picture for the board: found by an examination, seen by a camera's eye, or of a moment."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"camera": "krapyak-rt03-rw04-1", "at": "2026-11-21T19:14:05.000Z", "note": "Keluar gang"}]
        },
    )

    examination: Annotated[str, Field(pattern=r"^(|[0-9a-f]{16})$", description="With `n`")] = ""
    n: Annotated[int | None, Field(ge=0, le=100_000, description="Number of what it found")] = None
    camera: Annotated[str, Field(max_length=63, description="With `seen` or `at`")] = ""
    seen: Annotated[int | None, Field(ge=0, lt=2**63, description="`id` of what `/api/v1/seen` found")] = None
    at: Annotated[str, Field(max_length=40, description="RFC 3339")] = ""
    note: _Note = ""

    @model_validator(mode="after")
    def _one_way(self) -> "TracePointGiven":
        found = bool(self.examination) and self.n is not None
        ways = [found, bool(self.camera) and self.seen is not None, bool(self.camera and self.at)]
        if sum(ways) != 1 or (found and self.camera):
            raise ValueError("give examination and n, or camera and seen, or camera and at")
        return self


class TraceLinkGiven(Given):
    """What somebody says of two successive points."""

    state: Annotated[TraceLinkState, Field(examples=["confirmed"])]
    note: Annotated[str, Field(max_length=LONGEST_NOTE, examples=["Stiker sama di spatbor"])] = ""


class TracePointShown(BaseModel):
    """A picture on the board."""

    id: PointId
    camera: CameraId
    camera_name: CameraName
    lat: Annotated[Latitude | None, Field(description="Where the camera hung; null where that is not known")]
    lon: Longitude | None
    at: Moment
    label: Annotated[str, Field(description="Class of what is traced; empty where nobody has said", examples=["car"])]
    colour: Annotated[str, Field(description="Empty where none is told", examples=["black"])]
    plate: Annotated[
        str, Field(description="What was read of it; empty for nothing, and for who may not examine", examples=[""])
    ]
    picture: Annotated[
        str | None,
        Field(
            description="Address of the picture that is kept with the board; null for who may not see that footage",
            examples=["/api/v1/cases/2026-0012/traces/5b0c9d3e7f1a2468/points/0f1e2d3c4b5a6978/picture.jpg"],
        ),
    ]
    xyxy: Box | None
    note: Annotated[str, Field(examples=["Keluar gang ke arah barat"])]
    by: Label
    added: Moment


class TraceLinkShown(BaseModel):
    """From one point to the next in time."""

    model_config = ConfigDict(populate_by_name=True)

    begin: Annotated[PointId, Field(alias="from")]
    end: Annotated[PointId, Field(alias="to")]
    state: Annotated[
        TraceLinkState, Field(description="`proposed` until a person has said something else", examples=["confirmed"])
    ]
    by: Annotated[str | None, Field(description="Who said so; null: nobody yet", examples=["siti.rt03"])]
    at: Annotated[str | None, Field(description="When", examples=["2026-11-22T08:00:00.000Z"])]
    note: Annotated[str, Field(examples=["Stiker sama di spatbor"])]
    distance_m: _Metres
    seconds: Annotated[float, Field(description="Between the two pictures", examples=[61.0])]
    kmh: Annotated[
        float | None, Field(description="How fast that is as the crow flies; null: it says nothing", examples=[24.8])
    ]
    likeness: Annotated[
        float | None,
        Field(description="How much the two look alike, 0 to 1: a hint; null where it is not known", examples=[0.83]),
    ]


class TraceShown(BaseModel):
    """A board."""

    id: TraceId
    title: Annotated[str, Field(examples=["Beat hitam yang dicuri"])]
    kind: Annotated[TraceKind, Field(examples=["vehicle"])]
    by: Label
    at: Moment
    may_change: Annotated[bool, Field(description="Whether you may change it now", examples=[True])]
    points: Annotated[list[TracePointShown], Field(description="The earliest first")]
    links: Annotated[list[TraceLinkShown], Field(description="Of each point with the next one")]


class TracesShown(BaseModel):
    """The boards of a case, the oldest first."""

    may: Annotated[bool, Field(description="Whether you may begin one", examples=[True])]
    traces: list[TraceShown]


class WindowShown(OnwardCameraShown):
    """A camera along the way, and when what is traced likely passed it."""

    model_config = ConfigDict(populate_by_name=True)

    begin: Annotated[str, Field(alias="from", description="From when", examples=["2026-11-21T19:14:09.000Z"])]
    end: Annotated[str, Field(alias="to", description="To when", examples=["2026-11-21T19:14:42.000Z"])]
    in_case: Annotated[bool, Field(description="Whether the case asks for its footage of then", examples=[False])]


class NextShown(BaseModel):
    """Where to look next."""

    point: Annotated[PointId, Field(description="From which point on")]
    placed: Annotated[bool, Field(description="Whether it is known where its camera hangs", examples=[True])]
    cameras: Annotated[list[WindowShown], Field(description="By travel time; whose recordings you may replay")]
    found: Annotated[
        list["CouldBeShown"],
        Field(description="What examinations of the case found there and then, the likeliest first: hints, no verdict"),
    ]


class CouldBeShown(BaseModel):
    """Something that an examination found, and that could be the same."""

    examination: ExaminationId
    n: Annotated[int, Field(examples=[3])]
    camera: CameraId
    camera_name: CameraName
    at: Moment
    label: Annotated[str, Field(examples=["car"])]
    colour: Annotated[str, Field(examples=["black"])]
    plate: Annotated[str, Field(description="What was read of it", examples=["H 1234 AB"])]
    likeness: Annotated[float | None, Field(description="0 to 1; null where it is not known", examples=[0.83])]
    picture: Annotated[str, Field(examples=["/media/krapyak-rt03-rw04-1/examinations/9a8b7c6d5e4f3021/3.jpg"])]
    score: Annotated[float, Field(description="By what they are ranked, 0 to 1", examples=[0.7])]
    why: Annotated[
        list[Literal["plate", "plate-near", "likeness", "colour", "label", "time"]],
        Field(description="What speaks for it", examples=[["colour", "label", "time"]]),
    ]
