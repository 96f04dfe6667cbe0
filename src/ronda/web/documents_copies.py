"""The documents of masked copies."""

from pydantic import BaseModel, Field

from ronda.bus.copies import MaskPlan, Seconds
from ronda.privacy.copies import MOST_DAYS, HandingState
from ronda.web.documents import Given, Moment


class StretchShown(BaseModel):
    """An uninterrupted recorded stretch."""

    begin: Moment = Field(serialization_alias="from")
    end: Moment = Field(serialization_alias="to")


class FootageShown(BaseModel):
    """What there is of the footage that a request is about, and within which bounds copies of it can be made."""

    camera: str
    begin: Moment = Field(serialization_alias="from", description="Earliest start of a copy")
    end: Moment = Field(serialization_alias="to", description="Latest end")
    recorded: list[StretchShown]
    masks: list[list[tuple[float, float]]] = Field(description="The camera's own, painted in every copy")
    most_seconds: float
    most_days: int


class CopyGiven(Given):
    """A masked copy as an officer orders it; moments of the plan are seconds from `from`."""

    camera: str = Field(max_length=63)
    begin: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    plan: MaskPlan
    stills_s: tuple[Seconds, ...] = Field((), max_length=12, description="Moments of which a picture lies beside it")
    days: int = Field(7, ge=1, le=MOST_DAYS, description="For how many days it can be fetched")


class CopyShown(BaseModel):
    """A masked copy as the desk sees it."""

    copy_id: str = Field(serialization_alias="copy")
    camera: str
    begin: Moment = Field(serialization_alias="from")
    end: Moment = Field(serialization_alias="to")
    by: str
    at: Moment
    until: Moment
    state: HandingState
    progress: float = Field(description="Which share of it is made, 0 to 1")
    problem: str
    mend: str
    bytes: int
    film: str | None = Field(description="Its address, for who made it; None as long as there is none")
    stills: list[str]
    links: int
    fetched: Moment | None
    ended: Moment | None
    ended_by: str | None


class CopiesShown(BaseModel):
    """The masked copies of a request, newest first."""

    copies: list[CopyShown]


class HandedShown(BaseModel):
    """A masked copy as the one who asked is told of it."""

    copy_id: str = Field(serialization_alias="copy")
    camera: str
    begin: Moment = Field(serialization_alias="from")
    end: Moment = Field(serialization_alias="to")
    until: Moment
    bytes: int
    stills: int
    links_left: int


class HandedListShown(BaseModel):
    """The masked copies that can be fetched now."""

    copies: list[HandedShown]


class LinkShown(BaseModel):
    """Addresses that open for a minute."""

    film: str
    stills: list[str]
    until: Moment
