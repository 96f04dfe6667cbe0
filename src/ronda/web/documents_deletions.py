"""The documents of deletions that courts have ordered."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ronda.bus.deletion import MOST_DAYS
from ronda.evidence.deletions.deletion import DeletionState
from ronda.web.documents import Given, Moment
from ronda.web.fields import CameraId, Label

_Order = Annotated[str, Field(description="The court's number of the order", examples=["12/Pen.Pid/2026/PN Smg"])]
_Why = Annotated[
    str, Field(description="What it orders, and why", examples=["Rekaman kamar ganti, dihapus seluruhnya"])
]
_Case = Annotated[str, Field(pattern=r"^\d{4}-\d{4,9}$", examples=["2026-0012"])]
_File = Annotated[str, Field(examples=["krapyak-rt03-rw04-1/main/2026-11-21/190000.000Z-5d1c0b3f.mp4"])]


class DeletionGiven(Given):
    """A court's order that footage of a camera be deleted."""

    camera: CameraId = Field(max_length=63)
    begin: Moment = Field(alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(
        alias="to", description=f"{MOST_DAYS} days later at most, and over", examples=["2026-11-21T19:20:00.000Z"]
    )
    order: _Order = Field(min_length=1, max_length=120)
    why: _Why = Field(min_length=1, max_length=500)
    cases: list[_Case] = Field(
        [], max_length=20, description="Cases that the order names: what is held for them is deleted too"
    )


class DeletionNote(Given):
    """What somebody says when they decide."""

    note: str = Field("", max_length=500, examples=["Salinan penetapan sudah dicocokkan"])


class DeletionShown(BaseModel):
    """A deletion: who brought it, who decided, how far it is."""

    id: Annotated[str, Field(examples=["0123456789abcdef"])]
    camera: CameraId
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:20:00.000Z"])
    order: _Order
    why: _Why
    cases: list[_Case]
    by: Label
    at: Moment
    state: DeletionState
    decided_by: Label | None
    decided: Moment | None
    note: Annotated[str, Field(examples=["Salinan penetapan sudah dicocokkan"])]
    problem: Annotated[str, Field(description="Why the node refuses", examples=[""])]
    mend: Annotated[str, Field(description="What can be done", examples=[""])]
    done: Moment | None
    segments: Annotated[int, Field(description="How many segments are gone", examples=[2])]
    size: int = Field(serialization_alias="bytes", description="How large they were", examples=[300_000_000])
    ended: Annotated[list[str], Field(description="Sealed exports that ended with it", examples=[["fedcba9876543210"]])]


class DeletedShown(BaseModel):
    """A segment that is gone: its hash stays in its day's signed tree."""

    file: _File
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:15:00.000Z"])
    size: int = Field(serialization_alias="bytes", examples=[150_000_000])
    sha256: Annotated[str, Field(description="At its closing", examples=["5f70bf18a086007016e948b04aed3b82" * 2])]


class StaysShown(BaseModel):
    """A segment with footage of the stretch that stays, since it is not cut: `edge`, or is still written: `growing`."""

    file: _File
    begin: Moment = Field(serialization_alias="from", examples=["2026-11-21T19:05:00.000Z"])
    end: Moment = Field(serialization_alias="to", examples=["2026-11-21T19:10:02.000Z"])
    why: Literal["edge", "growing"]


class DeletionWholeShown(DeletionShown):
    """A deletion with the proof of it."""

    deleted: list[DeletedShown]
    kept: list[StaysShown]


class DeletionsShown(BaseModel):
    """Deletions, newest first."""

    deletions: list[DeletionShown]
