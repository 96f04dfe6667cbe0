"""The documents of the search in what was seen."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from ronda.vision.colour import Colour
from ronda.vision.objects import ObjectClass
from ronda.web.documents import Moment
from ronda.web.documents_watching import Direction, EyeShown, LineName
from ronda.web.fields import CameraId, CameraName, Count

_CLASSES: Final = "|".join(one.value for one in ObjectClass if one is not ObjectClass.OTHER)
_COLOURS: Final = "|".join(Colour)
_HOUR: Final = r"^(|([01]\d|2[0-3]):[0-5]\d)$"
_PICTURE: Final = "160682004500000-0a1b2c3d"


class SeenAsked(BaseModel):
    """What is searched for; what is left out does not matter."""

    model_config = ConfigDict(extra="forbid")

    labels: Annotated[
        str,
        Field(
            "",
            alias="class",
            max_length=200,
            pattern=rf"^(|({_CLASSES})(,({_CLASSES}))*)$",
            description="Classes, with commas between",
            examples=["motorcycle"],
        ),
    ]
    colours: Annotated[
        str,
        Field(
            "",
            alias="colour",
            max_length=200,
            pattern=rf"^(|({_COLOURS})(,({_COLOURS}))*)$",
            description="Colours, with commas between",
            examples=["red,orange"],
        ),
    ]
    line: Annotated[str, Field("", max_length=80, description="Crossed this line", examples=["mulut gang"])]
    direction: Annotated[
        str,
        Field(
            "",
            max_length=80,
            description="The line so; or `up`, `down`, `left`, `right` on the picture",
            examples=["masuk"],
        ),
    ]
    zone: Annotated[str, Field("", max_length=80, description="Stood in this zone", examples=[""])]
    area: Annotated[str, Field("", max_length=40, description="A region code", examples=["33.74.13"])]
    camera: Annotated[str, Field("", max_length=63, pattern=r"^[a-z0-9-]*$", examples=[""])]
    start: Annotated[str, Field(alias="from", max_length=40, description="Start, RFC 3339; 31 days at most")]
    end: Annotated[str, Field(alias="to", max_length=40, description="End, RFC 3339")]
    hour_from: Annotated[
        str,
        Field("", pattern=_HOUR, description="Of each day only from then on, in the city's zone", examples=["02:00"]),
    ]
    hour_to: Annotated[
        str, Field("", pattern=_HOUR, description="Until then; may be of the day after", examples=["04:00"])
    ]
    limit: Annotated[int, Field(60, ge=1, le=200)]
    after: Annotated[
        str, Field("", max_length=50, pattern=r"^(|\d{1,19}-\d{1,18})$", description="`next` of the answer before")
    ]
    purpose: Annotated[
        str, Field("", max_length=200, description="What for; some roles must say it", examples=["Motor hilang"])
    ]


class SeenPictureShown(BaseModel):
    """The best picture of a thing."""

    url: Annotated[str, Field(examples=[f"/media/krapyak-rt03-rw04-1/sightings/{_PICTURE}.jpg"])]
    at: Moment
    xyxy: Annotated[
        tuple[float, float, float, float] | None,
        Field(
            description="Where the thing is on the camera's view, in 0..1; the picture shows it and what is around it",
            examples=[[0.41, 0.52, 0.58, 0.71]],
        ),
    ]


class SeenLineShown(BaseModel):
    """A line that was crossed."""

    line: LineName
    direction: Direction


class SeenShown(BaseModel):
    """A thing that passed a camera."""

    id: Annotated[int, Field(examples=[48_213])]
    camera: CameraId
    name: CameraName
    begun: Annotated[Moment, Field(description="When it was first seen")]
    ended: Annotated[Moment, Field(description="When it was last seen")]
    label: Annotated[str, Field(description="The class, as far as the eye can tell", examples=["two-wheeler"])]
    colour: Annotated[str, Field(description="Empty where it cannot be told", examples=["red"])]
    direction: Annotated[
        str,
        Field(
            description="Where it went on the picture: `up`, `down`, `left`, `right`; empty where it hardly moved",
            examples=["down"],
        ),
    ]
    lines: list[SeenLineShown]
    zones: Annotated[list[str], Field(description="In which it stood", examples=[["depan pos"]])]
    speed_kmh: Annotated[float | None, Field(description="Where the camera is calibrated", examples=[23.4])]
    picture: Annotated[SeenPictureShown | None, Field(description="Null where none was kept")]
    eye: EyeShown | None


class UnseenShown(BaseModel):
    """A stretch within what was searched in which a camera was not looked at: not found is not not there."""

    camera: CameraId
    name: CameraName
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:25:00.000Z"])
    cause: Annotated[str, Field(examples=["worker-died"])]


class SeenAreaShown(BaseModel):
    """A kecamatan or kelurahan with cameras that the caller may search."""

    code: Annotated[str, Field(examples=["33.74.13.1006"])]
    name: Annotated[str, Field(examples=["Krapyak"])]
    level: Annotated[str, Field(examples=["kelurahan"])]
    cameras: Count


class SeenAreasShown(BaseModel):
    """Where the caller may search, by code: a kelurahan after its kecamatan."""

    areas: list[SeenAreaShown]


class SeenFoundShown(BaseModel):
    """One answer of a search, newest first."""

    timezone: Annotated[str, Field(examples=["Asia/Jakarta"])]
    cameras: Annotated[int, Field(description="How many cameras were searched", examples=[12])]
    counted: Annotated[int, Field(description="How many of them are looked at for what passes now", examples=[11])]
    for_a_purpose: Annotated[int, Field(description="How many more are searched once you say what for", examples=[0])]
    found: list[SeenShown]
    gaps: list[UnseenShown] = Field(description="Newest first, at most 50; with the first answer only")
    more_gaps: Annotated[bool, Field(description="Whether there are more than these", examples=[False])]
    next: Annotated[
        str | None,
        Field(description="`after` for the next answer; null at the end", examples=["160682004500000-48213"]),
    ]
