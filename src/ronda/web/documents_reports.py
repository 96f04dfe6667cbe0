"""The documents of reports."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ronda.upkeep.reports import ReportState
from ronda.web.documents import Given
from ronda.web.fields import AreaCode, CameraId, CameraName, Latitude, Longitude


class ReceiptShown(BaseModel):
    """What a resident is told of a report."""

    receipt: str = Field(examples=["K7M2XQ4PZR"])
    state: str = Field(examples=["new"])
    note: Annotated[str, Field(examples=[""])]
    at: Annotated[str, Field(examples=["2026-11-21T19:14:05.000Z"])]


class PublicReportShown(BaseModel):
    """A report whose text a moderator has let be shown."""

    kind: Annotated[str, Field(examples=["broken"])]
    text: Annotated[str, Field(examples=["Kamera menghadap langit sejak hujan kemarin"])]
    state: Annotated[str, Field(examples=["accepted"])]
    note: Annotated[str, Field(examples=["Teknisi datang Selasa"])]
    at: Annotated[str, Field(examples=["2026-11-21T19:14:05.000Z"])]


class PublicReportsShown(BaseModel):
    """Reports of a camera that may be shown."""

    reports: list[PublicReportShown]


class ReportsAsked(BaseModel):
    """Which reports are asked for."""

    model_config = ConfigDict(extra="forbid")

    state: ReportState | None = None
    area: str = Field("", max_length=40, examples=["33.74.16"])
    limit: int = Field(50, ge=1, le=500)
    before: str | None = Field(None, max_length=40, description="`before` of the answer before")


class ReportShown(BaseModel):
    """A report as those read it who decide on it or mend."""

    id: Annotated[str, Field(examples=["r7Xq2mPz"])]
    kind: Annotated[str, Field(examples=["broken"])]
    camera: CameraId | None
    camera_name: CameraName | None = Field(
        description="What it is called; null where there is none of that id any more"
    )
    area: AreaCode
    text: Annotated[str, Field(examples=["Kamera menghadap langit sejak hujan kemarin"])]
    photo: bool
    lat: Latitude | None
    lon: Longitude | None
    by: str | None = Field(description="Who reported it; null for a resident", examples=[None])
    at: Annotated[str, Field(examples=["2026-11-21T19:14:05.000Z"])]
    state: Annotated[str, Field(examples=["new"])]
    moderator: Annotated[str | None, Field(examples=[None])]
    note: Annotated[str, Field(examples=[""])]
    public: bool
    simulated: bool


class ReportsShown(BaseModel):
    """Reports, newest first."""

    reports: list[ReportShown]
    counts: dict[str, int] = Field(
        description="Reports of the area by state; empty for who does not moderate there",
        examples=[{"new": 3, "accepted": 12}],
    )
    before: str | None = Field(
        description="What to send as `before` for older ones; null when there are none", examples=[None]
    )


class ReportDecision(Given):
    """What becomes of a report."""

    state: Annotated[ReportState, Field(examples=["accepted"])]
    note: str = Field(
        "", max_length=2000, description="Answer that the reporter reads", examples=["Teknisi datang Selasa"]
    )
    public: bool = Field(False, description="Whether its text may be shown to everybody")
