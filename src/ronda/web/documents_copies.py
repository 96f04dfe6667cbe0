"""The documents of masked copies."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.bus.copies import MaskPlan, Seconds
from ronda.privacy.copies import MOST_DAYS, HandingState
from ronda.web.documents import Given, Moment
from ronda.web.fields import CameraId, Label


class StretchShown(BaseModel):
    """An uninterrupted recorded stretch."""

    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T07:00:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T07:05:00.000Z"])


class FootageShown(BaseModel):
    """What there is of the footage that a request or a case is about, and within which bounds copies can be made."""

    camera: CameraId
    begin: Moment = Field(
        serialization_alias="from", description="Earliest start of a copy", examples=["2026-11-21T07:00:00.000Z"]
    )
    end: Moment = Field(serialization_alias="to", description="Latest end", examples=["2026-11-21T07:10:00.000Z"])
    recorded: list[StretchShown]
    masks: list[list[tuple[float, float]]] = Field(
        description="The camera's own, painted in every copy", examples=[[[[0.0, 0.0], [0.3, 0.0], [0.3, 0.4]]]]
    )
    most_seconds: Annotated[float, Field(examples=[300.0])]
    most_days: Annotated[int, Field(examples=[30])]


class CopyGiven(Given):
    """A masked copy as an officer orders it; moments of the plan are seconds from `from`."""

    camera: CameraId = Field(max_length=63)
    begin: Moment = Field(alias="from", examples=["2026-11-21T07:02:00.000Z"])
    end: Moment = Field(alias="to", examples=["2026-11-21T07:02:20.000Z"])
    plan: MaskPlan
    stills_s: tuple[Seconds, ...] = Field(
        (), max_length=12, description="Moments of which a picture lies beside it", examples=[[4.5]]
    )
    days: int = Field(7, ge=1, le=MOST_DAYS, description="For how many days it can be fetched")


class CopyShown(BaseModel):
    """A masked copy as the desk sees it."""

    copy_id: str = Field(serialization_alias="copy", examples=["c7Xq2mPz"])
    camera: CameraId
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T07:02:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T07:02:20.000Z"])
    by: Label
    at: Moment
    until: Annotated[Moment, Field(examples=["2026-11-28T19:14:05.000Z"])]
    state: HandingState
    progress: float = Field(description="Which share of it is made, 0 to 1", examples=[1.0])
    problem: Annotated[str, Field(examples=[""])]
    mend: Annotated[str, Field(examples=[""])]
    bytes: Annotated[int, Field(examples=[4200000])]
    sha256: str = Field("", description="Of the film of a case's copy, as it was made", examples=[""])
    film: str | None = Field(
        description="Its address, for who made it; None as long as there is none",
        examples=["/media/masked/c7Xq2mPz/film.mp4"],
    )
    stills: Annotated[list[str], Field(examples=[["/media/masked/c7Xq2mPz/0.jpg"]])]
    links: Annotated[int, Field(examples=[1])]
    fetched: Annotated[Moment | None, Field(examples=[None])]
    ended: Annotated[Moment | None, Field(examples=[None])]
    ended_by: Annotated[str | None, Field(examples=[None])]


class CopiesShown(BaseModel):
    """The masked copies of a request, newest first."""

    copies: list[CopyShown]


class HandedShown(BaseModel):
    """A masked copy as the one who asked is told of it."""

    copy_id: str = Field(serialization_alias="copy", examples=["c7Xq2mPz"])
    camera: CameraId
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T07:02:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T07:02:20.000Z"])
    until: Annotated[Moment, Field(examples=["2026-11-28T19:14:05.000Z"])]
    bytes: Annotated[int, Field(examples=[4200000])]
    stills: Annotated[int, Field(examples=[1])]
    links_left: Annotated[int, Field(examples=[19])]


class HandedListShown(BaseModel):
    """The masked copies that can be fetched now."""

    copies: list[HandedShown]


class LinkShown(BaseModel):
    """Addresses that open for a minute."""

    film: Annotated[str, Field(examples=["/media/masked/t/eyJj.c2ln/film.mp4"])]
    stills: Annotated[list[str], Field(examples=[["/media/masked/t/eyJj.c2ln/0.jpg"]])]
    until: Moment
