"""Who is asking: a named person, an API token, the local command line, or nobody known."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ronda.people.action import Action


class Role(StrEnum):
    """What somebody is over the scope of a grant."""

    RESIDENT = "resident"
    RT_MEMBER = "rt-member"
    RT_HEAD = "rt-head"
    OFFICER = "officer"
    ENGINEER = "engineer"
    OPERATOR = "operator"
    RESPONDER = "responder"
    INVESTIGATOR = "investigator"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    KIOSK = "kiosk"


class Scope(StrEnum):
    """What a grant is over."""

    AREA = "area"
    AGENCY = "agency"
    PARTNER = "partner"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an area and all below it, an agency's cameras, a partner's, or the whole city.

    Attributes:
        id: Its own id.
        role: What its holder is.
        scope: What kind of thing it is over.
        value: Region code, agency or partner; empty for the city.
        from_90k: First moment, `utc_90k`.
        until_90k: Its end; None for none.
        by: Who gave it; see `Principal.label`.
    """

    id: str
    role: Role
    scope: Scope
    value: str
    from_90k: int
    until_90k: int | None
    by: str

    def holds(self, now_90k: int) -> bool:
        """Whether it counts at a moment, `utc_90k`."""
        return self.from_90k <= now_90k and (self.until_90k is None or now_90k < self.until_90k)


class Kind(StrEnum):
    """How a principal came in."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a kind, no secret
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks.

    Attributes:
        kind: How they came in.
        name: The person's or the token's name.
        grants: What they have been given, past and future grants included.
        only: The only actions they may do, as a token's maker said; None for all that their grants give.
        display: Their name as people write it; empty where none was given.
        place: Whether this is a place's screen rather than a person.
    """

    kind: Kind
    name: str
    grants: tuple[Grant, ...] = ()
    only: frozenset[Action] | None = None
    display: str = ""
    place: bool = False

    @property
    def label(self) -> str:
        """The name under which the access log and the history know them."""
        return f"token:{self.name}" if self.kind is Kind.TOKEN else self.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all their grants."""
        return frozenset(grant.role for grant in self.grants)


class Credential:
    """What a principal holds: one session or token; open views ask it whether it still counts.

    Attributes:
        principal: Whose it is; replaced when their grants change, so that open views notice.
        id: The session's or token's public id; empty for anonymous and local.
        revoked: Set once it has been withdrawn or has expired; never cleared.
        used: Whether it was used since the last sweep.
    """

    __slots__ = ("id", "principal", "revoked", "used")

    def __init__(self, principal: Principal, id: str = "") -> None:
        self.principal = principal
        self.id = id
        self.revoked = False
        self.used = False


def administrator(id: str, by: str, from_90k: int = 0) -> Grant:
    """Return the grant of everything in the whole city."""
    return Grant(id, Role.ADMINISTRATOR, Scope.CITY, "", from_90k, None, by)


ANONYMOUS: Final = Credential(Principal(Kind.ANONYMOUS, "anonymous"))
LOCAL: Final = Credential(Principal(Kind.LOCAL, "local", (administrator("local", "the machine"),)))
