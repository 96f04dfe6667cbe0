"""What a share is, and within which bounds one may be made; moments in `utc_90k`."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import ClassVar, Final

from ronda.base.errors import BadInput, Conflict, NotAllowed, NotSignedIn
from ronda.base.time import HZ_90K
from ronda.evidence.cases.case import Case, CaseState
from ronda.evidence.export import Export, SealState
from ronda.people.access_log import Look
from ronda.people.remote import remote_kind

MOST_DAYS: Final = 30
MOST_TRIES: Final = 5
"""Wrong codes after which a link opens nothing any more."""
MOST_OF_A_CASE: Final = 50
"""Shares of a case that may be open at once."""
LONG_VIEW_90K: Final = 30 * 60 * HZ_90K
"""A copy to look at that is longer is made small, with few pictures a second: each is encoded anew."""
RECEIVER: Final = "receiver"
"""How the access log calls who was given a link: by name they stand in the case alone."""
_LONGEST_NAME: Final = 80


class ShareKind(StrEnum):
    """What a receiver may do.

    Attributes:
        VIEW: Look at a copy with their name in the picture; the original stays.
        DOWNLOAD: Fetch the sealed files.
    """

    VIEW = "view"
    DOWNLOAD = "download"


class ShareState(StrEnum):
    """How a share stands."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    LOCKED = "locked"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CLOSED = "closed"
    DELETED = "deleted"


OPEN: Final = (ShareState.MAKING, ShareState.READY)


class ShareOver(Conflict):
    """A link that opens nothing any more."""

    code: ClassVar[str] = "share-over"


class CodeNeeded(NotSignedIn):
    """The link is open, and this browser has not given its code."""

    code: ClassVar[str] = "code-needed"


class CodeWrong(NotAllowed):
    """The code is not that of the link."""

    code: ClassVar[str] = "code-wrong"


@dataclass(frozen=True, slots=True)
class NewShare:
    """What somebody gives to whom.

    Attributes:
        receiver: Who is to have it, by name.
        kind: What they may do.
        days: For how many days.
    """

    receiver: str
    kind: ShareKind
    days: int = 7


@dataclass(frozen=True, slots=True)
class Share:
    """One link.

    Attributes:
        id: Its id, which opens nothing; of a copy to look at, it is the copy's id too.
        case: Number of the case.
        export: Id of the sealed export.
        camera: Of which camera.
        name: Of the export's files, without what follows the dot.
        sha256: Of the sealed file.
        receiver: Who is to have it.
        kind: What they may do.
        by: Who shares.
        at_90k: When.
        until_90k: When it ends by itself.
        token_sha256: Hash of what stands in the link.
        code_hash: Hash (argon2id) of the code.
        pass_sha256: Hash of what the browser holds in which the code was given last; empty for none.
        state: How it stands.
        tries: How many wrong codes were given.
        opened_90k: When the code was given last.
        fetched_90k: When it was fetched last.
        fetches: How often.
        problem: Why there is no copy to look at.
        ended_by: Who ended it.
        ended_90k: When it ended.
        at_node: Whether its node may still have a copy of it.
    """

    id: str
    case: str
    export: str
    camera: str
    name: str
    sha256: str
    receiver: str
    kind: ShareKind
    by: str
    at_90k: int
    until_90k: int
    token_sha256: str
    code_hash: str
    pass_sha256: str = ""
    state: ShareState = ShareState.READY
    tries: int = 0
    opened_90k: int | None = None
    fetched_90k: int | None = None
    fetches: int = 0
    problem: str = ""
    ended_by: str | None = None
    ended_90k: int | None = None
    at_node: bool = False


def check_wanted(case: Case, export: Export, new: NewShare) -> str:
    """Check what is to be shared against the bounds; return the receiver's name on one line.

    Raises:
        BadInput: The name or the days are not acceptable.
        Conflict: The case is not approved, or the export is not whole or belongs to another case.
    """
    if case.state is not CaseState.APPROVED:
        raise Conflict(f"the case is {case.state.value}", "only what is approved and open is shared")
    if export.case != case.number:
        raise Conflict("the export is not one of this case", "choose one of its sealed files")
    if export.state is not SealState.READY:
        raise Conflict(f"the export is {export.state.value}", "share it when it is ready, or seal the stretch again")
    if not 1 <= new.days <= MOST_DAYS:
        raise BadInput(f"a share cannot last {new.days} days", f"say 1 to {MOST_DAYS}")
    receiver = " ".join(new.receiver.split())
    if not 2 <= len(receiver) <= _LONGEST_NAME or not receiver.isprintable():
        raise BadInput("the receiver's name is missing or too long", f"use 2 to {_LONGEST_NAME} letters")
    return receiver


def look_of_share(share: Share, action: str, remote: str = "") -> Look:
    """Return what the access log says of a receiver's look; `remote` is where they are, of which the kind is kept."""
    return Look(RECEIVER, action, share.camera, share.case, remote_kind(remote), subject=share.id)


def hashed(secret: str) -> str:
    """Return what is kept of what opens a share."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
