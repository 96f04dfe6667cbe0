"""The documents of imports."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ronda.web.documents import Given


class FindingShown(BaseModel):
    """One thing at one place of a file: a line that is refused, or a value that was read otherwise."""

    line: Annotated[int, Field(examples=[17])]
    column: Annotated[str, Field(examples=["lintang"])]
    value: Annotated[str, Field(examples=["96.98712"])]
    reason: Annotated[str, Field(examples=["96.98712, 110.36 lies outside the city"])]
    mend: str


class DifferenceShown(BaseModel):
    """One field that would be different."""

    field: str
    before: str
    after: str


class ItemShown(BaseModel):
    """One thing that would be added or changed; `line` is 0 where several lines ask for it."""

    kind: Literal["camera", "site", "recorder", "area"]
    id: str
    name: str
    line: int
    differences: list[DifferenceShown]


class CountsShown(BaseModel):
    """How much of everything."""

    lines: int
    new: int
    changed: int
    unchanged: int
    refused: int
    told: int


class ImportShown(BaseModel):
    """An import: how far it is and, once it is `ready`, what it would do; lists are cut, counts are not."""

    id: str
    kind: Literal["cameras", "areas"]
    file: str
    state: Literal["reading", "ready", "failed", "writing", "done"]
    lines: int
    problem: str | None
    mend: str | None
    counts: CountsShown | None
    new: list[ItemShown]
    changed: list[ItemShown]
    refused: list[FindingShown]
    told: list[FindingShown]
    stopped: bool
    """Reading was given up because nothing was acceptable."""


class CommitGiven(Given):
    """Whether to write what is acceptable although lines are refused."""

    partial: bool = False
