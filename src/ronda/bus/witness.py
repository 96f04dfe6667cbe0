"""Tree heads of the access log on their way from the centre to every node, and what nodes make of them.

The centre publishes each new head on `HEAD_SUBJECT`. A node reports on `centre_subject("witness")` what it has seen
last, and is answered with the newest head and the proof that leads there from it.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from ronda.bus.contract import Message

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0, lt=1 << 62)]

HEAD_SUBJECT: Final = "centre.head"
"""Subject of new heads; every node follows it."""
LONGEST_PROOF: Final = 128
"""More hashes than any proof has: a tree of 2^62 entries has 62 levels."""


class HeadObjection(StrEnum):
    """What is wrong with a head that somebody was shown.

    Attributes:
        FORGED: Its signature is not that of its key.
        OTHER_KEY: It was signed with another key than the heads before it.
        SHRUNK: It is over fewer entries than a head that was seen before.
        REWRITTEN: Its tree does not begin with the one that was seen before.
        UNPROVEN: No proof came with it, though it is over more entries.
        UNKEPT: It is good, and could not be written down.
    """

    FORGED = "forged"
    OTHER_KEY = "other-key"
    SHRUNK = "shrunk"
    REWRITTEN = "rewritten"
    UNPROVEN = "unproven"
    UNKEPT = "unkept"


class HeadTold(Message):
    """A signed head, and the proof that its tree begins with that of the first `first` entries.

    `hashes` is None where the centre can prove nothing.
    """

    size: Size
    root: Hash
    at_90k: int
    key: Hash
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    first: Size = 0
    hashes: Annotated[tuple[Hash, ...], Field(max_length=LONGEST_PROOF)] | None = ()


class WitnessReport(Message):
    """What a node has seen; answered with a `HeadTold` whose proof begins at `size`.

    Attributes:
        node: Its name.
        size: Entries of the newest head that it accepted; None before the first.
        at_90k: When that head was signed.
        objection: What was wrong with the newest head it was shown; None: nothing.
        refused: How many heads it has refused, since it keeps heads.
        refused_90k: When it refused one last.
    """

    node: Annotated[str, Field(min_length=1, max_length=63)]
    size: Size | None = None
    at_90k: int | None = None
    objection: HeadObjection | None = None
    refused: Annotated[int, Field(ge=0)] = 0
    refused_90k: int | None = None
