"""The documents of examinations: what is asked for, how it stands, and what was found."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ronda.evidence.examinations.exam import Standing
from ronda.web.documents import Given, Moment
from ronda.web.documents_traces import Box, ExaminationId
from ronda.web.fields import CameraId, CameraName, Label

_Begin = Annotated[str, Field(alias="from", examples=["2026-11-21T19:10:00.000Z"])]
_End = Annotated[str, Field(alias="to", examples=["2026-11-21T19:20:00.000Z"])]
_Plates = Annotated[bool, Field(description="Whether plates are read", examples=[True])]
_Likeness = Annotated[
    bool, Field(description="Whether it is noted how things look, so that they can be compared", examples=[True])
]
_Number = Annotated[int, Field(description="Its number in the examination", examples=[3])]


class ExaminationGiven(Given):
    """Some minutes of a case's footage that are to be looked through."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    camera: Annotated[CameraId, Field(max_length=63)]
    begin: Annotated[_Begin, Field(max_length=40, description="Within the case's stretches; RFC 3339")]
    end: Annotated[_End, Field(max_length=40, description="At most 30 minutes later")]
    plates: _Plates = True
    likeness: _Likeness = True


class ExaminationShown(BaseModel):
    """An examination."""

    model_config = ConfigDict(populate_by_name=True)

    id: ExaminationId
    camera: CameraId
    camera_name: CameraName
    begin: _Begin
    end: _End
    plates: _Plates
    likeness: _Likeness
    state: Annotated[
        Standing, Field(description="`ended`: withdrawn, or gone with the case's footage", examples=["ready"])
    ]
    progress: Annotated[float, Field(description="Which share of it is done, 0 to 1", examples=[1.0])]
    problem: Annotated[str, Field(description="Why it failed, or what it left out", examples=[""])]
    mend: Annotated[str, Field(examples=[""])]
    found: Annotated[int, Field(description="How many vehicles and persons were found", examples=[12])]
    gaps_s: Annotated[float, Field(description="How many seconds of the stretch are not recorded", examples=[0.0])]
    by: Label
    at: Moment


class ExaminationsShown(BaseModel):
    """The examinations of a case, the newest first."""

    may: Annotated[bool, Field(description="Whether you may have footage of the case examined", examples=[True])]
    why_not: Annotated[
        str, Field(description="Why not, and how that can be mended; empty where you may", examples=[""])
    ]
    cameras: Annotated[
        list[str], Field(description="Whose footage you may have examined", examples=[["krapyak-rt03-rw04-1"]])
    ]
    examinations: list[ExaminationShown]


class FoundAsked(BaseModel):
    """What of what was found is wanted."""

    model_config = ConfigDict(extra="forbid")

    examination: Annotated[
        str, Field("", pattern=r"^(|[0-9a-f]{16})$", description="Of one examination; left out: of all of the case")
    ]
    plate: Annotated[
        str,
        Field(
            "",
            max_length=20,
            description="A plate, `?` for what cannot be read; one letter may be wrong",
            examples=["H1?34AB"],
        ),
    ]
    like: Annotated[
        str,
        Field("", pattern=r"^(|[0-9a-f]{16}:[0-9]{1,6})$", description="What looks like this: examination and number"),
    ]
    label: Annotated[str, Field("", max_length=40, description="Of this class", examples=["motorcycle"])]
    colour: Annotated[str, Field("", max_length=40, description="Of this colour", examples=["black"])]
    limit: Annotated[int, Field(60, ge=1, le=200)]
    after: Annotated[str, Field("", pattern=r"^(|[0-9]{1,6})$", description="`next` of the answer before")]
    purpose: Annotated[str, Field("", max_length=200, description="What for; left out: the case")]


class PlateShown(BaseModel):
    """A plate as it was read over the pictures of one thing."""

    text: Annotated[str, Field(examples=["H 1234 AB"])]
    kind: Annotated[str, Field(description="What its colours say; empty: nothing", examples=["private"])]
    confidence: Annotated[float, Field(description="0 to 1", examples=[0.81])]
    height_px: Annotated[float, Field(description="Pixels that the plate is high: below 24 a hint", examples=[24])]
    readings: Annotated[int, Field(description="In how many pictures it was read", examples=[5])]
    alternatives: Annotated[list[str], Field(description="What it may be else", examples=[["H 1284 AB"]])]


class ThingShown(BaseModel):
    """A vehicle or a person that an examination found."""

    examination: ExaminationId
    n: _Number
    camera: CameraId
    camera_name: CameraName
    at: Annotated[Moment, Field(description="Of when its picture is")]
    begun: Annotated[Moment, Field(description="When it was first seen")]
    ended: Annotated[Moment, Field(description="When last")]
    label: Annotated[str, Field(examples=["car"])]
    colour: Annotated[str, Field(description="Empty where none is told", examples=["black"])]
    direction: Annotated[str, Field(description="Where it went on the picture; empty: nowhere", examples=["left"])]
    plate: PlateShown | None
    likeness: Annotated[
        float | None,
        Field(description="How much it looks like what was asked for, 0 to 1: a hint, no verdict", examples=[0.83]),
    ]
    score: Annotated[
        float | None, Field(description="By what it is ranked, 0 to 1; null where nothing was compared", examples=[0.9])
    ]
    picture: Annotated[str, Field(examples=["/media/krapyak-rt03-rw04-1/examinations/9a8b7c6d5e4f3021/3.jpg"])]
    plate_picture: Annotated[
        str | None, Field(examples=["/media/krapyak-rt03-rw04-1/examinations/9a8b7c6d5e4f3021/3-plate.jpg"])
    ]
    xyxy: Box


class ThingsShown(BaseModel):
    """What was found: by time, or the likeliest first where something is compared; a person must confirm it."""

    found: list[ThingShown]
    next: Annotated[str | None, Field(description="`after` for the next ones; null at the end", examples=[None])]
    needs_model: Annotated[
        bool,
        Field(description="Whether looks cannot be compared because no model of them was there", examples=[False]),
    ]
