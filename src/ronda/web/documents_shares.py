"""The documents of shares: what of a case is given to whom, and what the receiver sees."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ronda.evidence.sharing.share import MOST_DAYS, ShareKind, ShareState
from ronda.web.documents import Given, Moment
from ronda.web.documents_cases import CaseNumber, NoMoment
from ronda.web.fields import CameraName, Label

_Receiver = Annotated[str, Field(description="Who is to have it, by name", examples=["Bripka Anton Wibowo"])]
_Kind = Annotated[ShareKind, Field(examples=["download"])]
_Id = Annotated[str, Field(examples=["9f3b5c7d1e2a4f60"])]
_Name = Annotated[str, Field(examples=["gerbang-rt03_2026-11-21T19-10-00Z_600s"])]
_Until = Annotated[Moment, Field(examples=["2026-11-28T19:14:05.000Z"])]
_Sha256 = Annotated[str, Field(description="Of the sealed file", examples=["5f70bf18a086007016e948b04aed3b82" * 2])]


class ShareGiven(Given):
    """One sealed export of a case for a receiver."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    export: Annotated[str, Field(max_length=32, description="Id of the export", examples=["0123456789abcdef"])]
    receiver: Annotated[str, Field(min_length=2, max_length=80, examples=["Bripka Anton Wibowo"])]
    kind: _Kind = ShareKind.DOWNLOAD
    days: int = Field(7, ge=1, le=MOST_DAYS, description="For how many days", examples=[7])


class ShareShown(BaseModel):
    """A share, as who sees the case sees it; what opens it is shown to nobody again."""

    share: _Id
    export: Annotated[str, Field(examples=["0123456789abcdef"])]
    name: _Name
    receiver: _Receiver
    kind: _Kind
    by: Label
    at: Moment
    until: _Until
    state: Annotated[ShareState, Field(examples=["ready"])]
    tries: Annotated[int, Field(description="Wrong codes since it was opened last", examples=[0])]
    opened: Annotated[str | None, Field(description="When the code was given last", examples=[None])]
    fetched: NoMoment
    fetches: Annotated[int, Field(examples=[0])]
    problem: Annotated[str, Field(description="Why there is no copy to look at", examples=[""])]
    ended: NoMoment
    ended_by: Annotated[str | None, Field(examples=[None])]


class SharesShown(BaseModel):
    """The shares of a case, newest first."""

    shares: list[ShareShown]


class ShareMadeShown(BaseModel):
    """A new share and what opens it: both are shown this once."""

    share: ShareShown
    link: Annotated[str, Field(description="Path of the page to open", examples=["/e/0b7c2WJvQ3mTz9kE1LrXyA"])]
    code: Annotated[
        str, Field(description="Eight digits; tell them by another way than the link", examples=["40718835"])
    ]


class ShareCode(Given):
    """The code that a receiver was told."""

    code: Annotated[str, Field(min_length=1, max_length=20, examples=["40718835"])]


class SharedShown(BaseModel):
    """What a receiver is told once the code is given."""

    city: Annotated[str, Field(description="Whose system it is", examples=["Semarang"])]
    case: CaseNumber
    receiver: _Receiver
    kind: _Kind
    state: Annotated[ShareState, Field(description="`making` as long as the copy is made", examples=["ready"])]
    name: _Name
    camera: CameraName
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:20:00.000Z"])
    until: _Until
    size: int = Field(serialization_alias="bytes", description="Of the sealed file", examples=[300_000_000])
    sha256: _Sha256


class SharedLinkShown(BaseModel):
    """An address that opens for a minute, and goes on as long as it is asked for."""

    url: Annotated[str, Field(examples=["/media/t/eyJj.c2ln/gerbang-rt03/exports/0123456789abcdef/all.zip"])]
    until: Moment
