"""Persons of every role, and places of every kind, in two neighbouring RTs."""

from typing import Final

from ronda.city.place import Agreement, Place
from ronda.city.publication import Publication, PublicationMode
from ronda.people.principal import Grant, Kind, Principal, Role, Scope

OWN: Final = "33.74.13.1006.rw04.rt03"
NEIGHBOUR: Final = "33.74.13.1006.rw04.rt04"
KELURAHAN: Final = "33.74.13.1006"
FOR_EVER: Final = 1 << 60

AGREEMENT: Final = Agreement("mall", 0, FOR_EVER)


def grant(
    role: Role,
    value: str = OWN,
    scope: Scope = Scope.AREA,
    *,
    from_90k: int = 0,
    until_90k: int | None = None,
    id: str = "g",
) -> Grant:
    """Return a grant."""
    return Grant(id, role, scope, value, from_90k, until_90k, "admin")


def person(*grants: Grant, name: str = "siti", place: bool = False) -> Principal:
    """Return a person with grants."""
    return Principal(Kind.PERSON, name, grants, place=place)


def published(mode: PublicationMode, area: str = OWN, **more: object) -> Place:
    """Return the place of a published camera."""
    return Place(area, publication=Publication(mode, **more))  # type: ignore[arg-type]


ROLES: Final = {
    Role.RESIDENT: person(grant(Role.RESIDENT)),
    Role.RT_MEMBER: person(grant(Role.RT_MEMBER)),
    Role.RT_HEAD: person(grant(Role.RT_HEAD)),
    Role.OFFICER: person(grant(Role.OFFICER)),
    Role.ENGINEER: person(grant(Role.ENGINEER)),
    Role.OPERATOR: person(grant(Role.OPERATOR)),
    Role.RESPONDER: person(grant(Role.RESPONDER)),
    Role.INVESTIGATOR: person(grant(Role.INVESTIGATOR)),
    Role.PARTNER: person(grant(Role.PARTNER, "mall", Scope.PARTNER)),
    Role.AUDITOR: person(grant(Role.AUDITOR)),
    Role.ADMINISTRATOR: person(grant(Role.ADMINISTRATOR, "", Scope.CITY)),
    Role.KIOSK: person(grant(Role.KIOSK), place=True),
}
"""One person of each role, over the first RT where the role is over an area."""
