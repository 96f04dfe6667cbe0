"""The documents of the desk for personal data."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.privacy.requests import Ground, RequestKind, RequestState
from ronda.web.documents import Given, Moment
from ronda.web.fields import CameraId, Label


class DataRequestGiven(Given):
    """What somebody in the pictures asks."""

    kind: RequestKind
    name: str = Field(min_length=1, max_length=200, examples=["Sri Wahyuni"])
    contact: str = Field(min_length=3, max_length=200, description="Where the answer goes", examples=["0812 3456 789"])
    text: str = Field(
        min_length=1,
        max_length=4000,
        examples=["Saya jatuh dari sepeda di gang pada pukul dua siang dan meminta rekamannya."],
    )
    camera: CameraId | None = Field(None, max_length=63, description="Id of a published camera, or of a QR code")
    begin: Moment | None = Field(None, alias="from", examples=["2026-11-21T07:00:00.000Z"])
    end: Moment | None = Field(None, alias="to", examples=["2026-11-21T07:10:00.000Z"])


class DataReceiptShown(BaseModel):
    """What the one who asked is told."""

    receipt: Annotated[str, Field(examples=["K7M2XQ4PZR"])]
    kind: RequestKind
    state: RequestState
    ground: Annotated[Ground | None, Field(examples=[None])]
    answer: Annotated[str, Field(examples=[""])]
    at: Moment
    due: Annotated[Moment, Field(examples=["2026-11-24T19:14:05.000Z"])]


class DataRequestShown(DataReceiptShown):
    """A request as the desk reads it."""

    name: Annotated[str, Field(examples=["Sri Wahyuni"])]
    contact: Annotated[str, Field(examples=["0812 3456 789"])]
    text: Annotated[
        str, Field(examples=["Saya jatuh dari sepeda di gang pada pukul dua siang dan meminta rekamannya."])
    ]
    camera: CameraId | None
    begin: Moment | None = Field(serialization_alias="from", examples=["2026-11-21T07:00:00.000Z"])
    end: Moment | None = Field(serialization_alias="to", examples=["2026-11-21T07:10:00.000Z"])
    by: Annotated[str | None, Field(examples=[None])]
    late: bool


class DataRequestsShown(BaseModel):
    """Requests, the most urgent first."""

    requests: list[DataRequestShown]


class DataDecision(Given):
    """What becomes of a request."""

    state: Annotated[RequestState, Field(examples=["answered"])]
    answer: str = Field(
        "", max_length=4000, examples=["Salinan dengan orang lain disamarkan dapat diambil di tautan ini."]
    )
    ground: Ground | None = Field(None, description="Only for a refusal: Art. 33", examples=[None])


class ActivityShown(BaseModel):
    """One activity of processing: the cameras of one purpose."""

    purpose: Annotated[str, Field(examples=["keamanan"])]
    basis: Annotated[str, Field(examples=["UU 27/2022 Pasal 15, Perwal 5/2019"])]
    cameras: Annotated[int, Field(examples=[6900])]
    signs: Annotated[int, Field(examples=[6100])]
    published: Annotated[dict[str, int], Field(examples=[{"live": 5200, "stills": 900, "no": 800}])]
    recorded: Annotated[int, Field(examples=[24])]
    most_days: Annotated[int, Field(examples=[7])]
    masked: Annotated[int, Field(examples=[310])]
    partners: Annotated[int, Field(examples=[2])]


class RecipientShown(BaseModel):
    """Which pictures a role may see, and which only for a stated purpose."""

    role: Annotated[str, Field(examples=["rt-member"])]
    may: Annotated[list[str], Field(examples=[["see", "live", "still", "timeline", "replay"]])]
    purpose: Annotated[list[str], Field(examples=[["clip"]])]


class ProcessingShown(BaseModel):
    """The register of processing (Art. 31)."""

    activities: list[ActivityShown]
    recipients: list[RecipientShown]


class BreachGiven(Given):
    """A breach (Art. 46)."""

    found: Moment
    what: str = Field(min_length=1, max_length=4000, examples=["Akun pos RT dipakai orang luar."])
    data: str = Field(
        min_length=1, max_length=4000, examples=["Siaran langsung dan rekaman tujuh hari dari dua kamera."]
    )
    subjects: int | None = Field(None, ge=0, le=100_000_000, examples=[40])
    measures: str = Field("", max_length=4000, examples=["Akun ditutup, kata sandi diganti."])


class BreachChange(Given):
    """What has become known or been done; what is left out stays."""

    subjects: int | None = Field(None, ge=0, le=100_000_000, examples=[40])
    measures: str | None = Field(None, max_length=4000, examples=["Akun ditutup, kata sandi diganti."])
    subjects_told: Moment | None = None
    agency_told: Moment | None = None


class BreachShown(BaseModel):
    """A breach as it is recorded."""

    id: Annotated[str, Field(examples=["b7Xq2mPz"])]
    found: Moment
    due: Annotated[Moment, Field(examples=["2026-11-24T19:14:05.000Z"])]
    what: Annotated[str, Field(examples=["Akun pos RT dipakai orang luar."])]
    data: Annotated[str, Field(examples=["Siaran langsung dan rekaman tujuh hari dari dua kamera."])]
    subjects: Annotated[int | None, Field(examples=[40])]
    measures: Annotated[str, Field(examples=["Akun ditutup, kata sandi diganti."])]
    subjects_told: Annotated[Moment | None, Field(examples=[None])]
    agency_told: Annotated[Moment | None, Field(examples=[None])]
    by: Label


class BreachesShown(BaseModel):
    """The record of breaches, newest first."""

    breaches: list[BreachShown]
