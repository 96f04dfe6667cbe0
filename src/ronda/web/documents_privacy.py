"""The documents of the desk for personal data."""

from pydantic import BaseModel, Field

from ronda.privacy.requests import Ground, RequestKind, RequestState
from ronda.web.documents import Given, Moment


class DataRequestGiven(Given):
    """What somebody in the pictures asks."""

    kind: RequestKind
    name: str = Field(min_length=1, max_length=200, examples=["Sri Wahyuni"])
    contact: str = Field(min_length=3, max_length=200, description="Where the answer goes", examples=["0812 3456 789"])
    text: str = Field(min_length=1, max_length=4000)
    camera: str | None = Field(None, max_length=63, description="Id of a published camera, or of a QR code")
    begin: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")


class DataReceiptShown(BaseModel):
    """What the one who asked is told."""

    receipt: str
    kind: RequestKind
    state: RequestState
    ground: Ground | None
    answer: str
    at: Moment
    due: Moment


class DataRequestShown(DataReceiptShown):
    """A request as the desk reads it."""

    name: str
    contact: str
    text: str
    camera: str | None
    begin: Moment | None = Field(serialization_alias="from")
    end: Moment | None = Field(serialization_alias="to")
    by: str | None
    late: bool


class DataRequestsShown(BaseModel):
    """Requests, the most urgent first."""

    requests: list[DataRequestShown]


class DataDecision(Given):
    """What becomes of a request."""

    state: RequestState
    answer: str = Field("", max_length=4000)
    ground: Ground | None = Field(None, description="Only for a refusal: Art. 33")


class ActivityShown(BaseModel):
    """One activity of processing: the cameras of one purpose."""

    purpose: str
    basis: str
    cameras: int
    signs: int
    published: dict[str, int]
    recorded: int
    most_days: int
    masked: int
    partners: int


class RecipientShown(BaseModel):
    """Which pictures a role may see, and which only for a stated purpose."""

    role: str
    may: list[str]
    purpose: list[str]


class ProcessingShown(BaseModel):
    """The register of processing (Art. 31)."""

    activities: list[ActivityShown]
    recipients: list[RecipientShown]


class BreachGiven(Given):
    """A breach (Art. 46)."""

    found: Moment
    what: str = Field(min_length=1, max_length=4000)
    data: str = Field(min_length=1, max_length=4000)
    subjects: int | None = Field(None, ge=0, le=100_000_000)
    measures: str = Field("", max_length=4000)


class BreachChange(Given):
    """What has become known or been done; what is left out stays."""

    subjects: int | None = Field(None, ge=0, le=100_000_000)
    measures: str | None = Field(None, max_length=4000)
    subjects_told: Moment | None = None
    agency_told: Moment | None = None


class BreachShown(BaseModel):
    """A breach as it is recorded."""

    id: str
    found: Moment
    due: Moment
    what: str
    data: str
    subjects: int | None
    measures: str
    subjects_told: Moment | None
    agency_told: Moment | None
    by: str


class BreachesShown(BaseModel):
    """The record of breaches, newest first."""

    breaches: list[BreachShown]
