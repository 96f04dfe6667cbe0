"""Who is asking: a named person, an API token, the local command line, or nobody known."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is in this city."""

    ADMINISTRATOR = "administrator"


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
        roles: What they are.
    """

    kind: Kind
    name: str
    roles: frozenset[Role] = frozenset()

    @property
    def label(self) -> str:
        """The name under which the access log and the history know them."""
        return f"token:{self.name}" if self.kind is Kind.TOKEN else self.name


class Credential:
    """What a principal holds: one session or token; open views ask it whether it still counts.

    Attributes:
        principal: Whose it is.
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


ANONYMOUS: Final = Credential(Principal(Kind.ANONYMOUS, "anonymous"))
LOCAL: Final = Credential(Principal(Kind.LOCAL, "local", frozenset({Role.ADMINISTRATOR})))
