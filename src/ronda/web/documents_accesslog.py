"""The documents of the access log's routes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.bus.witness import HeadObjection
from ronda.web.documents import Given, Moment

Hash = Annotated[str, Field(description="SHA-256, hexadecimal", examples=["5dc9da79a70659a9ad559cb701ded9a2ab9d823a…"])]


class EntriesAsked(BaseModel):
    """Which entries somebody asks for; what is not given asks for all."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    area: str | None = Field(None, max_length=40, description="Region code; all below too", examples=["33.74.13.1006"])
    camera: str | None = Field(None, max_length=200, description="Id of a camera")
    who: str | None = Field(None, max_length=200, description="The name as the log shows it", examples=["budi"])
    action: list[Annotated[str, Field(max_length=40)]] = Field(
        [], max_length=50, description="What was done; given several times, any of these", examples=[["replay"]]
    )
    start: str | None = Field(None, alias="from", description="Looks that began then or later, RFC 3339")
    end: str | None = Field(None, alias="to", description="Looks that began before, RFC 3339")
    purpose: str | None = Field(None, max_length=200, description="What you ask for; goes into the log itself")


class PageAsked(EntriesAsked):
    """A page of entries."""

    limit: int = Field(100, ge=1, le=1000)
    before: int | None = Field(None, ge=0, le=1 << 62, description="`before` of the answer before")


class ExportAsked(EntriesAsked):
    """All entries as one file."""

    format: Literal["csv", "jsonl"] = "csv"


class LookShown(BaseModel):
    """One entry of the access log; what was erased reads `(erased)`."""

    number: int
    who: str
    erased: bool
    action: str
    camera: str | None
    area: str | None
    subject: str | None
    purpose: str
    start: Moment | None = Field(serialization_alias="from")
    end: Moment | None = Field(serialization_alias="to")
    started: Moment
    ended: Moment | None
    remote: str
    allowed: bool
    reason: str


class LookRead(LookShown):
    """An entry for people to read: with what is known now of who looked, and of the camera."""

    display: Annotated[str, Field(description="Their name as people write it; empty where none was given")]
    role: Annotated[str | None, Field(description="What they are there; null for nothing", examples=["rt-head"])]
    camera_name: Annotated[str | None, Field(description="What the camera is called; null where it is gone")]


class AccessLogShown(BaseModel):
    """Entries, newest first; `before` is the number to ask for the next page with.

    `whole` says that you answer for the whole city, so that heads and proofs are yours to ask for; `disputed` that a
    node refuses the log's newest head, because it does not follow from what that node has seen before.
    """

    entries: list[LookRead]
    before: int | None
    whole: bool
    disputed: bool


class WitnessShown(BaseModel):
    """What a node has seen of the log's heads, and what is wrong with the newest one."""

    node: str
    size: Annotated[int | None, Field(description="Entries under the newest head that it accepted")]
    time: Annotated[Moment | None, Field(description="When that head was signed")]
    heard: Annotated[Moment, Field(description="When the node said so")]
    problem: Annotated[HeadObjection | None, Field(description="Why it refuses the newest head; null: it does not")]
    refused: Annotated[int, Field(description="Heads that it has refused")]
    refused_at: Annotated[Moment | None, Field(description="When it refused one last")]


class WitnessesShown(BaseModel):
    """Every node that has spoken since the start, by name."""

    witnesses: list[WitnessShown]


class HeadShown(BaseModel):
    """A signed tree head; how to check it stands in `docs/api.md`."""

    size: int
    root: Hash
    time: Moment
    key: Annotated[str, Field(description="Ed25519 public key, hexadecimal")]
    signature: Annotated[str, Field(description="Ed25519, hexadecimal")]


class ConsistencyShown(BaseModel):
    """The proof that a log of `second` entries begins with that of `first` (RFC 9162, 2.1.4)."""

    first: int
    second: int
    hashes: list[Hash]


class InclusionShown(BaseModel):
    """The proof that an entry is in the log of `size` entries (RFC 9162, 2.1.3)."""

    number: int
    size: int
    entry: Annotated[str, Field(description="What the leaf is the hash of, after a zero byte")]
    leaf: Hash
    hashes: list[Hash]


class ErasureGiven(Given):
    """Whose name is erased."""

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["budi"])]


class ErasureDone(BaseModel):
    """In how many entries a name was erased."""

    entries: int
