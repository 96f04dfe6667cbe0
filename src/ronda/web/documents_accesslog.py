"""The documents of the access log's routes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.bus.witness import HeadObjection
from ronda.web.documents import Given, Moment
from ronda.web.fields import AreaCode, CameraId, Purpose

Hash = Annotated[
    str,
    Field(
        description="SHA-256, hexadecimal",
        examples=["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
    ),
]


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

    number: Annotated[int, Field(examples=[412])]
    who: Annotated[str, Field(examples=["budi"])]
    erased: bool
    action: Annotated[str, Field(examples=["replay"])]
    camera: CameraId | None
    area: AreaCode | None
    subject: Annotated[str | None, Field(examples=[None])]
    purpose: Purpose
    start: Moment | None = Field(serialization_alias="from", examples=["2026-11-21T19:10:00.000Z"])
    end: Moment | None = Field(serialization_alias="to", examples=["2026-11-21T19:20:00.000Z"])
    started: Moment
    ended: Moment | None
    remote: Annotated[str, Field(examples=["local-network"])]
    allowed: Annotated[bool, Field(examples=[True])]
    reason: Annotated[str, Field(examples=[""])]


class LookRead(LookShown):
    """An entry for people to read: with what is known now of who looked, and of the camera."""

    display: Annotated[
        str, Field(description="Their name as people write it; empty where none was given", examples=["Budi Santoso"])
    ]
    role: Annotated[str | None, Field(description="What they are there; null for nothing", examples=["rt-head"])]
    camera_name: Annotated[
        str | None, Field(description="What the camera is called; null where it is gone", examples=["Gang masuk"])
    ]


class AccessLogShown(BaseModel):
    """Entries, newest first; `before` is the number to ask for the next page with.

    `whole` says that you answer for the whole city, so that heads and proofs are yours to ask for; `disputed` that a
    node refuses the log's newest head, because it does not follow from what that node has seen before.
    """

    entries: list[LookRead]
    before: Annotated[int | None, Field(examples=[312])]
    whole: Annotated[bool, Field(examples=[True])]
    disputed: bool


class WitnessShown(BaseModel):
    """What a node has seen of the log's heads, and what is wrong with the newest one."""

    node: Annotated[str, Field(examples=["rt-box-krapyak"])]
    size: Annotated[int | None, Field(description="Entries under the newest head that it accepted", examples=[812004])]
    time: Annotated[Moment | None, Field(description="When that head was signed")]
    heard: Annotated[Moment, Field(description="When the node said so")]
    problem: Annotated[
        HeadObjection | None, Field(description="Why it refuses the newest head; null: it does not", examples=[None])
    ]
    refused: Annotated[int, Field(description="Heads that it has refused", examples=[0])]
    refused_at: Annotated[Moment | None, Field(description="When it refused one last", examples=[None])]


class WitnessesShown(BaseModel):
    """Every node that has spoken since the start, by name."""

    witnesses: list[WitnessShown]


class HeadShown(BaseModel):
    """A signed tree head; how to check it stands in `docs/api.md`."""

    size: Annotated[int, Field(examples=[812004])]
    root: Hash
    time: Moment
    key: Annotated[
        str,
        Field(
            description="Ed25519 public key, hexadecimal",
            examples=["6a3f0c1de2b84f5790a1c3d5e7f9021b4d6f8a0c2e4f6081a3c5e7092b4d6f80"],
        ),
    ]
    signature: Annotated[
        str,
        Field(
            description="Ed25519, hexadecimal",
            examples=[
                "9b5d1f7e3c8a20469b5d1f7e3c8a20469b5d1f7e3c8a20469b5d1f7e3c8a20469b5d1f7e3c8a20469b5d1f7e3c8a20469b5d1f7e3c8a20469b5d1f7e3c8a2046"
            ],
        ),
    ]


class ConsistencyShown(BaseModel):
    """The proof that a log of `second` entries begins with that of `first` (RFC 9162, 2.1.4)."""

    first: Annotated[int, Field(examples=[811530])]
    second: Annotated[int, Field(examples=[812004])]
    hashes: list[Hash]


class InclusionShown(BaseModel):
    """The proof that an entry is in the log of `size` entries (RFC 9162, 2.1.3)."""

    number: Annotated[int, Field(examples=[412])]
    size: Annotated[int, Field(examples=[812004])]
    entry: Annotated[
        str,
        Field(
            description="What the leaf is the hash of, after a zero byte",
            examples=[
                '["ronda-access-1",412,"00a1f3c2b47d5e9b1c22","started",160682004500000,"replay","krapyak-rt03-rw04-1","33.74.13.1003.rw04.rt03",null,null,"local-network",null,null,null,null]'
            ],
        ),
    ]
    leaf: Hash
    hashes: list[Hash]


class ErasureGiven(Given):
    """Whose name is erased."""

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["budi"])]


class ErasureDone(BaseModel):
    """In how many entries a name was erased."""

    entries: Annotated[int, Field(examples=[17])]
