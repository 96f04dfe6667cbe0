"""The documents of imports."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ronda.web.documents import Given
from ronda.web.fields import CameraId, CameraName


class FindingShown(BaseModel):
    """One thing at one place of a file: a line that is refused, or a value that was read otherwise."""

    line: Annotated[int, Field(examples=[17])]
    column: Annotated[str, Field(examples=["lintang"])]
    value: Annotated[str, Field(examples=["96.98712"])]
    reason: Annotated[str, Field(examples=["96.98712, 110.36 lies outside the city"])]
    mend: Annotated[str, Field(examples=["look at the decimal point"])]


class DifferenceShown(BaseModel):
    """One field that would be different."""

    field: Annotated[str, Field(examples=["name"])]
    before: Annotated[str, Field(examples=["Gang"])]
    after: Annotated[str, Field(examples=["Gang masuk"])]


class ItemShown(BaseModel):
    """One thing that would be added or changed; `line` is 0 where several lines ask for it."""

    kind: Literal["camera", "site", "recorder", "area"]
    id: CameraId
    name: CameraName
    line: Annotated[int, Field(examples=[17])]
    differences: list[DifferenceShown]


class ImportCountsShown(BaseModel):
    """How much of everything."""

    lines: Annotated[int, Field(examples=[240])]
    new: Annotated[int, Field(examples=[12])]
    changed: Annotated[int, Field(examples=[1])]
    unchanged: Annotated[int, Field(examples=[226])]
    refused: Annotated[int, Field(examples=[1])]
    told: Annotated[int, Field(examples=[3])]


class ImportShown(BaseModel):
    """An import: how far it is and, once it is `ready`, what it would do; lists are cut, counts are not."""

    id: Annotated[str, Field(examples=["i7Xq2mPz"])]
    kind: Literal["cameras", "areas"]
    file: Annotated[str, Field(examples=["kamera-krapyak.csv"])]
    state: Annotated[Literal["reading", "ready", "failed", "writing", "done"], Field(examples=["ready"])]
    lines: Annotated[int, Field(examples=[240])]
    problem: Annotated[str | None, Field(examples=[None])]
    mend: Annotated[str | None, Field(examples=[None])]
    counts: ImportCountsShown | None
    new: list[ItemShown]
    changed: list[ItemShown]
    refused: list[FindingShown]
    told: Annotated[list[FindingShown], Field(examples=[[]])]
    stopped: Annotated[bool, Field(examples=[False])]
    """Reading was given up because nothing was acceptable."""


class CommitGiven(Given):
    """Whether to write what is acceptable although lines are refused."""

    partial: bool = False
