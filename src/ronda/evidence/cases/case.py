"""What a case is; moments in `utc_90k`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SYSTEM: Final = "system"
"""Who does what the city's rules do by themselves."""


class CaseState(StrEnum):
    """How far a case has come."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


FOLLOWS: Final[Mapping[CaseState, frozenset[CaseState]]] = {
    CaseState.REQUESTED: frozenset({CaseState.APPROVED, CaseState.REFUSED, CaseState.WITHDRAWN}),
    CaseState.APPROVED: frozenset({CaseState.CLOSED}),
    CaseState.REFUSED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
    CaseState.CLOSED: frozenset({CaseState.APPROVED}),
}
"""Which state may follow which."""
OPEN: Final = (CaseState.REQUESTED, CaseState.APPROVED)


class Asker(StrEnum):
    """In what capacity somebody asks."""

    MEMBER = "member"
    OFFICER = "officer"
    POLICE = "police"
    INVESTIGATOR = "investigator"


class OwnCameras(StrEnum):
    """What a member of an RT needs to take footage of its own cameras: the city's policy.

    Attributes:
        DIRECT: Nothing; it is written down.
        NOTIFY: Nothing; those who could approve it are told.
        APPROVAL: Somebody's approval, as for everybody else.
    """

    DIRECT = "direct"
    NOTIFY = "notify"
    APPROVAL = "approval"


class What(StrEnum):
    """What happened: the words of the chain of custody."""

    REQUESTED = "requested"
    HELD = "held"
    NOT_HELD = "not-held"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SEEN = "seen"
    LETTER = "letter"
    EXPORTED = "exported"
    COPIED = "copied"
    EXAMINED = "examined"
    TRACED = "traced"
    SHARED = "shared"
    OPENED = "opened"
    SHARE_ENDED = "share-ended"
    FETCHED = "fetched"
    HANDED_OVER = "handed-over"
    NOTE = "note"
    CLOSED = "closed"
    REOPENED = "reopened"
    RELEASED = "released"
    DELETED = "deleted"


HAND_OVERS: Final = frozenset({What.FETCHED, What.HANDED_OVER})
"""With the first of these the one who asked has what they asked for."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of one camera.

    Attributes:
        camera: Its id.
        from_90k: Start.
        to_90k: End.
        area: Region code of where it stands, as it was when it was asked for.
        hold: Id of the hold that keeps it.
        held_90k: Since when it is kept; None as long as its node has not said so.
        kept_until_90k: Until when its node keeps it; None where it does not.
        problem: Why its node will not keep it; empty where nothing speaks against it.
        gone_90k: Since when it is known that nothing of it is recorded any more; None as long as some is.
    """

    camera: str
    from_90k: int
    to_90k: int
    area: str
    hold: str
    held_90k: int | None = None
    kept_until_90k: int | None = None
    problem: str = ""
    gone_90k: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One matter.

    Attributes:
        number: Its number: the year it was opened in, and which of that year, as `2026-0012`.
        title: What happened, in some words.
        why: What the footage is wanted for.
        asker: In what capacity it was asked for.
        by: Who asked; see `Principal.label`.
        name: Their name as people write it.
        organisation: Whom they ask for; empty for an RT.
        letter: Number of the police's or investigator's letter; empty while there is none.
        basis: The law that it rests on, in words.
        happened_90k: About when it happened; None where nobody knows.
        stretches: Which minutes of which cameras.
        state: How far it has come.
        policy: The city's policy for own cameras, where that decided; None where a person did, or will.
        unseen: Whether those who could have approved are still to be told.
        asked_90k: When it was asked for.
        decided_by: Who approved or refused.
        decided_90k: When.
        decision: What they said.
        until_90k: Until when its footage is kept.
        delivered_90k: When something was first handed over.
        closed_90k: When it was closed.
        changed_90k: When anything last changed.
    """

    number: str
    title: str
    why: str
    asker: Asker
    by: str
    name: str
    organisation: str
    letter: str
    basis: str
    happened_90k: int | None
    stretches: tuple[Stretch, ...]
    state: CaseState
    policy: OwnCameras | None
    unseen: bool
    asked_90k: int
    decided_by: str | None
    decided_90k: int | None
    decision: str
    until_90k: int
    delivered_90k: int | None
    closed_90k: int | None
    changed_90k: int

    @property
    def open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in OPEN

    @property
    def cameras(self) -> tuple[str, ...]:
        """Its cameras, each once, in the order they were asked for."""
        return tuple(dict.fromkeys(stretch.camera for stretch in self.stretches))

    @property
    def areas(self) -> tuple[str, ...]:
        """The region codes of its cameras, each once, sorted."""
        return tuple(sorted({stretch.area for stretch in self.stretches}))

    def covers_some(self, camera: str) -> bool:
        """Whether something of a camera was asked for."""
        return any(stretch.camera == camera for stretch in self.stretches)

    def covers(self, camera: str, from_90k: int, to_90k: int) -> bool:
        """Whether all of a range of a camera was asked for."""
        return any(
            stretch.camera == camera and stretch.from_90k <= from_90k and to_90k <= stretch.to_90k
            for stretch in self.stretches
        )


@dataclass(frozen=True, slots=True)
class NewCase:
    """What somebody asks for; see `Case`. Of a stretch: camera, from, to, area."""

    title: str
    why: str
    asker: Asker
    name: str
    organisation: str
    letter: str
    basis: str
    happened_90k: int | None
    stretches: tuple[tuple[str, int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Custody:
    """One row of the chain of custody; never changed, never deleted.

    Attributes:
        at_90k: When.
        by: Who did it.
        what: What it was.
        subject: To whom or what: a camera, an export's id, a receiver.
        sha256: Hash of what was handed over, in hexadecimal digits; empty where nothing was.
        note: What they said.
    """

    at_90k: int
    by: str
    what: What
    subject: str = ""
    sha256: str = ""
    note: str = ""
