"""What a volume's journal says, one record a line: eight hexadecimal digits of CRC-32, a space, JSON.

The journal together with the segments is the truth; the index is derived from both. Times are
timeline time (`utc_90k`). Camera, profile and run of a segment stand in its path.
"""

import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

from ronda.base.causes import GapCause


@dataclass(frozen=True, slots=True)
class Started:
    """The volume was opened; nothing was recorded since `down_since_90k` (None: it is new)."""

    kind: ClassVar[str] = "started"
    at_90k: int
    node: str
    revision: int
    down_since_90k: int | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The volume was closed in order."""

    kind: ClassVar[str] = "stopped"
    at_90k: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A segment is about to be created."""

    kind: ClassVar[str] = "opened"
    file: str
    start_90k: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A segment is finished and will not change any more."""

    kind: ClassVar[str] = "closed"
    file: str
    start_90k: int
    end_90k: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A segment that was opened holds nothing and is gone."""

    kind: ClassVar[str] = "dropped"
    file: str


@dataclass(frozen=True, slots=True)
class Missing:
    """From this moment on there is nothing of the profile, and why."""

    kind: ClassVar[str] = "gap"
    camera: str
    profile: str
    at_90k: int
    cause: GapCause


@dataclass(frozen=True, slots=True)
class Began:
    """Where a profile's footage ever began, said again when the journal's beginning goes."""

    kind: ClassVar[str] = "began"
    camera: str
    profile: str
    first_90k: int


@dataclass(frozen=True, slots=True)
class HoldAdded:
    """A range of a camera must not be deleted until a moment (None: until that is said); again, it is changed."""

    kind: ClassVar[str] = "hold"
    id: str
    camera: str
    from_90k: int
    to_90k: int
    reason: str
    by: str
    at_90k: int
    case: str = ""
    until_90k: int | None = None


@dataclass(frozen=True, slots=True)
class HoldRemoved:
    """The hold is over."""

    kind: ClassVar[str] = "unhold"
    id: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A camera's footage is kept for so many days."""

    kind: ClassVar[str] = "keep"
    camera: str
    days: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """Segments are deleted, and why; written before their files go. `order` is what `Ordered` says of it."""

    kind: ClassVar[str] = "deleted"
    files: tuple[str, ...]
    cause: GapCause
    order: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A segment was deleted by somebody's order; said again when the journal's beginning goes, since it is proof."""

    kind: ClassVar[str] = "ordered"
    file: str
    start_90k: int
    end_90k: int
    bytes: int
    sha256: str
    order: str


Record = (
    Started | Stopped | Opened | Closed | Dropped | Missing | Began | HoldAdded | HoldRemoved | Kept | Deleted | Ordered
)
_KINDS: Final[dict[str, type[Any]]] = {kind.kind: kind for kind in Record.__args__}


def encode(record: Record) -> bytes:
    """Return the journal's line for `record`, newline included."""
    fields = {"k": record.kind, **asdict(record)}
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=True).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode(line: bytes) -> Record | None:
    """Return the record of a line without its newline; None when it is torn or of an unknown kind."""
    digits, _, text = line.partition(b" ")
    if len(digits) != 8 or b"%08x" % zlib.crc32(text) != digits:
        return None
    try:
        fields = json.loads(text)
        kind = _KINDS[fields.pop("k")]
        if "cause" in fields:
            fields["cause"] = GapCause(fields["cause"])
        if "files" in fields:
            fields["files"] = tuple(fields["files"])
        record: Record = kind(**fields)
    except (ValueError, KeyError, TypeError):
        return None
    return record
