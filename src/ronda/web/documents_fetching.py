"""The documents of footage that is still at the site."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.bus.fetching import FetchState, FetchWhen
from ronda.web.documents import Given, Moment
from ronda.web.fields import CameraId, Label


class SiteStretch(BaseModel):
    """A stretch of a camera's past."""

    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:00:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:30:00.000Z"])


class FetchGiven(Given):
    """A stretch of a camera's past, a day at most, to be fetched from its recorder."""

    begin: Moment = Field(alias="from", examples=["2026-11-21T19:00:00.000Z"])
    end: Moment = Field(alias="to", examples=["2026-11-21T19:30:00.000Z"])
    when: FetchWhen | None = Field(
        None, description="Left out, at once up to half an hour and else in the night", examples=["now"]
    )
    mbps: float | None = Field(
        None,
        ge=0,
        le=10_000,
        description="The most of the site's line that is taken; 0 for all, left out for 4 by day and all in the night",
        examples=[4],
    )
    keep_days: int = Field(
        30,
        ge=0,
        le=30,
        description="For how many days it is kept from deletion; 0 for as the camera's own",
        examples=[30],
    )


class FetchShown(BaseModel):
    """An order to fetch, and how it stands."""

    id: Annotated[str, Field(examples=["0123456789abcdef"])]
    camera: CameraId
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:00:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:30:00.000Z"])
    when: FetchWhen
    mbps: float = Field(description="The most of the line that is taken; 0 for all", examples=[4])
    by: Label
    at: Moment
    state: FetchState
    progress: float = Field(description="Which share of what was missing is here, 0 to 1", examples=[0.4])
    fetched_s: float = Field(description="Seconds of footage that came", examples=[720.0])
    size: int = Field(serialization_alias="bytes", description="How much came", examples=[180_000_000])
    fetching: SiteStretch | None = Field(description="What comes now")
    missing: list[SiteStretch] = Field(description="What the recorder does not have either")
    next: Moment | None = Field(description="When it goes on, where it waits", examples=[None])
    problem: Annotated[str, Field(description="Why it waits or failed", examples=[""])]
    mend: Annotated[str, Field(description="What can be done", examples=[""])]


class FetchesShown(BaseModel):
    """Orders to fetch, newest first."""

    fetches: list[FetchShown]


class SiteFootageShown(BaseModel):
    """What a camera's recorder has kept, what of it is here, and what is on its way."""

    how: str = Field(description="How it was learnt: onvif, hikvision, dahua; empty for nothing", examples=["onvif"])
    exact: bool = Field(description="Whether holes in it are known", examples=[True])
    clock_offset_s: float | None = Field(description="How far the recorder's clock is ahead", examples=[-41.0])
    at_site: list[SiteStretch] = Field(description="What is at the recorder and not here")
    fetches: list[FetchShown] = Field(description="Orders that wait or are under way")
