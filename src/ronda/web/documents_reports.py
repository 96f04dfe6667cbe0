"""The documents of reports."""

from pydantic import BaseModel, ConfigDict, Field

from ronda.upkeep.reports import ReportState
from ronda.web.documents import Given


class ReceiptShown(BaseModel):
    """What a resident is told of a report."""

    receipt: str = Field(examples=["K7M2XQ4PZR"])
    state: str = Field(examples=["new"])
    note: str
    at: str


class PublicReportShown(BaseModel):
    """A report whose text a moderator has let be shown."""

    kind: str
    text: str
    state: str
    note: str
    at: str


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

    id: str
    kind: str
    camera: str | None
    camera_name: str | None = Field(description="What it is called; null where there is none of that id any more")
    area: str
    text: str
    photo: bool
    lat: float | None
    lon: float | None
    by: str | None = Field(description="Who reported it; null for a resident")
    at: str
    state: str
    moderator: str | None
    note: str
    public: bool
    simulated: bool


class ReportsShown(BaseModel):
    """Reports, newest first."""

    reports: list[ReportShown]
    counts: dict[str, int] = Field(description="Reports of the area by state; empty for who does not moderate there")
    before: str | None = Field(description="What to send as `before` for older ones; null when there are none")


class ReportDecision(Given):
    """What becomes of a report."""

    state: ReportState
    note: str = Field("", max_length=2000, description="Answer that the reporter reads")
    public: bool = Field(False, description="Whether its text may be shown to everybody")
