"""The documents of sealed exports."""

from typing import Annotated

from pydantic import BaseModel, Field

from ronda.evidence.export import MOST_DAYS, SealState
from ronda.web.documents import Given, Moment
from ronda.web.fields import CameraId, Label

_Case = Annotated[str, Field(max_length=80, description="Number of a case", examples=["STPL/112/XI/2026"])]
_Basis = Annotated[str, Field(max_length=200, description="The law it is asked for by", examples=["KUHAP Pasal 39"])]
_Purpose = Annotated[
    str, Field(max_length=500, description="What for", examples=["Pencurian sepeda motor, 21 November"])
]
_Letter = Annotated[str, Field(max_length=120, description="Number of a letter", examples=["B/77/XI/2026/Reskrim"])]


class CaseExportGiven(Given):
    """A stretch of a case's footage to be sealed; six hours at most, and over."""

    camera: CameraId = Field(max_length=63)
    begin: Moment = Field(alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(alias="to", examples=["2026-11-21T19:20:00.000Z"])
    days: int | None = Field(
        None,
        ge=1,
        le=MOST_DAYS,
        description="For how many days its files can be fetched; left out, as many as usual",
        examples=[30],
    )


class ExportGiven(CaseExportGiven):
    """A stretch of a camera's footage to be sealed, in a case or without one."""

    case: _Case = ""
    basis: _Basis = ""
    purpose: _Purpose = ""
    letter: _Letter = ""


class ExportFileShown(BaseModel):
    """A file that can be fetched."""

    name: Annotated[str, Field(examples=["gerbang-rt03_2026-11-21T19-10-00Z_600s.mp4"])]
    url: Annotated[
        str, Field(examples=["/media/gerbang-rt03/exports/0123456789abcdef/gerbang-rt03_2026-11-21T19-10-00Z_600s.mp4"])
    ]


class ExportShown(BaseModel):
    """A sealed export: who asked, why, how far it is, and what can be fetched."""

    id: Annotated[str, Field(examples=["0123456789abcdef"])]
    camera: CameraId
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:20:00.000Z"])
    case: _Case
    basis: _Basis
    purpose: _Purpose
    letter: _Letter
    by: Label
    at: Moment
    until: Annotated[Moment, Field(description="When its files are deleted", examples=["2026-12-21T19:14:05.000Z"])]
    state: SealState
    progress: float = Field(description="Which share is copied, 0 to 1", examples=[1.0])
    problem: Annotated[str, Field(description="Why it was not made", examples=[""])]
    mend: Annotated[str, Field(description="What can be done", examples=[""])]
    size: int = Field(serialization_alias="bytes", description="Of the sealed file", examples=[300_000_000])
    sha256: Annotated[str, Field(description="Of the sealed file", examples=["5f70bf18a086007016e948b04aed3b82" * 2])]
    gaps: int = Field(description="How many gaps it has; see the manifest", examples=[0])
    altered: int = Field(
        description="How many of the archive's files were not what was kept of them when they were closed",
        examples=[0],
    )
    certificate: Annotated[
        str,
        Field(
            description="SHA-256 of the certificate that sealed it", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2]
        ),
    ]
    files: list[ExportFileShown]
    archive: Annotated[
        str | None,
        Field(description="All of them as one ZIP", examples=["/media/gerbang-rt03/exports/0123456789abcdef/all.zip"]),
    ]
    ended: Annotated[Moment | None, Field(examples=[None])]
    ended_by: Annotated[str | None, Field(examples=[None])]


class ExportsShown(BaseModel):
    """Sealed exports, newest first."""

    exports: list[ExportShown]
