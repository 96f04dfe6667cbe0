"""The documents of cases: what is asked for as evidence, what was decided, and the chain of custody."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.evidence.cases.case import Asker, CaseState
from ronda.web.documents import Given, Moment
from ronda.web.fields import AreaCode, CameraId, CameraName, Label

CaseNumber = Annotated[str, Field(examples=["2026-0012"])]
_TITLE: Final = "Motor Beat hitam dicuri di mulut gang"
_BASIS: Final = "UU 27/2022 Pasal 15; laporan polisi LP/B/123/XI/2026"
_LATER: Final = "2027-11-21T19:14:05.000Z"
NoMoment = Annotated[str | None, Field(examples=[None])]


class CaseStretchGiven(Given):
    """Minutes of a camera."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    camera: CameraId
    begin: Annotated[str, Field(alias="from", max_length=40, examples=["2026-11-21T18:00:00Z"])]
    end: Annotated[str, Field(alias="to", max_length=40, examples=["2026-11-21T21:00:00Z"])]


class CaseGiven(Given):
    """What is asked for, and why."""

    title: Annotated[str, Field(min_length=1, max_length=200, description="What happened", examples=[_TITLE])]
    why: Annotated[
        str, Field(min_length=1, max_length=2_000, examples=["Mencari siapa yang membawa motor itu dan ke mana"])
    ]
    asker: Annotated[
        Asker | None,
        Field(description="In what capacity; left out: what the caller's role says", examples=["member"]),
    ] = None
    organisation: Annotated[str, Field(max_length=200, description="Whom one asks for", examples=[""])] = ""
    letter: Annotated[
        str,
        Field(max_length=200, description="Of police and investigators: the letter's number", examples=[""]),
    ] = ""
    basis: Annotated[str, Field(min_length=1, max_length=200, description="The law it rests on", examples=[_BASIS])]
    happened: Annotated[str | None, Field(max_length=40, examples=["2026-11-21T19:14:05Z"])] = None
    footage: Annotated[list[CaseStretchGiven], Field(min_length=1, max_length=32)]


class CaseNote(Given):
    """Some words."""

    note: Annotated[str, Field(max_length=2_000, examples=["Sesuai laporan polisi"])] = ""


class CaseLetter(Given):
    """The number of the letter that came."""

    letter: Annotated[str, Field(min_length=1, max_length=200, examples=["B/123/XI/RES.1.8/2026"])]


class CaseTime(Given):
    """Until when footage is kept."""

    until: Annotated[str, Field(max_length=40, examples=[_LATER])]
    note: Annotated[str, Field(max_length=2_000, examples=["Sidang bulan depan"])] = ""


class HandOverGiven(Given):
    """Something was given into somebody's hands, or written down."""

    what: Annotated[Literal["handed-over", "note"], Field(examples=["handed-over"])] = "handed-over"
    to: Annotated[str, Field(max_length=200, description="Who has it now", examples=["Bripka Anton, NRP 81030123"])] = (
        ""
    )
    sha256: Annotated[
        str, Field(pattern=r"^(|[0-9a-f]{64})$", description="Of the file that was handed over", examples=["ab" * 32])
    ] = ""
    note: Annotated[str, Field(max_length=2_000, examples=["Pada kartu memori, disaksikan ketua RT"])] = ""


class CasesAsked(BaseModel):
    """Which cases are wanted."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[
        Literal["", "open", "requested", "approved", "refused", "withdrawn", "closed"], Field("", examples=["open"])
    ]
    limit: Annotated[int, Field(50, ge=1, le=200)]
    after: Annotated[
        str, Field("", max_length=40, pattern=r"^(|\d{4}-\d{4,9})$", description="`next` of the answer before")
    ]


class CaseStretchShown(BaseModel):
    """Minutes of a camera, and whether they are kept."""

    model_config = ConfigDict(populate_by_name=True)

    camera: CameraId
    name: CameraName
    area: AreaCode
    begin: Annotated[Moment, Field(alias="from")]
    end: Annotated[Moment, Field(alias="to")]
    hold: Annotated[str, Field(description="Id of the hold that keeps it", examples=["5f0c1d2e3a4b"])]
    held: Annotated[str | None, Field(description="Since when; null: not yet", examples=["2026-11-22T00:01:00.000Z"])]
    problem: Annotated[str, Field(description="Why it is not kept", examples=[""])]


class CaseShown(BaseModel):
    """A case."""

    number: CaseNumber
    title: Annotated[str, Field(examples=[_TITLE])]
    asker: Annotated[Asker, Field(examples=["member"])]
    by: Label
    name: Annotated[str, Field(description="Who asked, as people write it", examples=["Siti Aminah"])]
    organisation: Annotated[str, Field(examples=[""])]
    state: Annotated[CaseState, Field(examples=["requested"])]
    policy: Annotated[
        str | None,
        Field(description="The city's policy that approved it: direct, notify; null: a person did", examples=[None]),
    ]
    unseen: Annotated[bool, Field(description="Taken by policy; nobody has looked at it yet", examples=[False])]
    asked: Moment
    decided: NoMoment
    decided_by: Annotated[str | None, Field(examples=[None])]
    delivered: Annotated[str | None, Field(description="When something was first handed over", examples=[None])]
    closed: NoMoment
    until: Annotated[Moment, Field(description="Until when its footage is kept")]
    ends_soon: Annotated[bool, Field(description="That is within seven days", examples=[False])]
    footage: list[CaseStretchShown]


class CasesShown(BaseModel):
    """Cases, newest first."""

    cases: list[CaseShown]
    next: Annotated[str | None, Field(description="`after` for the next ones; null at the end", examples=[None])]


class CustodyShown(BaseModel):
    """One row of the chain of custody."""

    at: Moment
    by: Label
    what: Annotated[str, Field(examples=["approved"])]
    subject: Annotated[str, Field(description="To whom or what", examples=[""])]
    sha256: Annotated[str, Field(description="Of what was handed over; or empty", examples=[""])]
    note: Annotated[str, Field(examples=["Sesuai laporan polisi"])]


class CaseWholeShown(CaseShown):
    """A case with everything that belongs to it."""

    why: Annotated[str, Field(examples=["Mencari siapa yang membawa motor itu dan ke mana"])]
    letter: Annotated[str, Field(examples=[""])]
    basis: Annotated[str, Field(examples=[_BASIS])]
    happened: NoMoment
    decision: Annotated[str, Field(examples=[""])]
    custody: list[CustodyShown]
    may: Annotated[
        list[str],
        Field(
            description="What the caller may do: approve, refuse, withdraw, close, reopen, letter, extend, export, "
            "hand-over, seen",
            examples=[["approve", "refuse"]],
        ),
    ]


class CaseFigures(BaseModel):
    """How soon footage that was asked for was handed over."""

    days: Annotated[int, Field(description="Of cases asked for within how many days", examples=[365])]
    delivered: Annotated[int, Field(description="How many of them were handed over", examples=[12])]
    median_s: Annotated[
        float | None, Field(description="Seconds from request to first hand-over; null without any", examples=[5400.0])
    ]
    p95_s: Annotated[float | None, Field(description="The same of 95 in 100", examples=[86400.0])]
