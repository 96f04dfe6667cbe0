"""Persons: named people, and places whose screen is signed in; their rows, read and written in transactions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.city.history import change_of, note
from ronda.people.principal import Scope
from ronda.people.tables import GRANTS, PERSONS

PLACE: Final = "place"
PERSON: Final = "person"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_RESERVED: Final = frozenset({"anonymous", "local", "system", "ronda", "public", "nobody", "everybody"})
_LONGEST: Final = 100
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in.

    Attributes:
        name: The sign-in name; never changes.
        display: Their name as people write it; empty where none was given.
        kind: `person`, or `place` for a place's screen.
        created_90k: When they were added, `utc_90k`.
        disabled_90k: Since when they may not sign in; None while they may.
        phone: Where they can be called; None where not given.
        email: Where they can be written to; None where not given.
        second_factor: Whether signing in asks for a code.
    """

    name: str
    display: str
    kind: str
    created_90k: int
    disabled_90k: int | None = None
    phone: str | None = None
    email: str | None = None
    second_factor: bool = False

    def shown(self) -> dict[str, Any]:
        """Return what the history keeps: that there are a phone number and an address, not which."""
        return {
            "display": self.display,
            "kind": self.kind,
            "disabled": self.disabled_90k is not None,
            "phone": self.phone is not None,
            "email": self.email is not None,
            "second_factor": self.second_factor,
        }


def parse_name(text: str) -> str:
    """Return a sign-in name for somebody new.

    Raises:
        BadInput: It is not one, or is kept for the machine.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise BadInput(
            f"{text[:80]!r} is not a name to sign in with",
            "use 2 to 40 letters a-z, digits, dots, dashes, such as siti.rt03",
        )
    return name


def parse_display(text: str) -> str:
    """Return somebody's name as people write it; may be empty.

    Raises:
        BadInput: It is too long or holds control characters.
    """
    display = " ".join(text.split())
    if len(display) > _LONGEST or not (display.isprintable()):
        raise BadInput(f"{text[:80]!r} is not somebody's name", f"use at most {_LONGEST} letters")
    return display


def parse_phone(text: str) -> str | None:
    """Return a phone number; None for none.

    Raises:
        BadInput: It is none.
    """
    if not text.strip():
        return None
    if not _PHONE.fullmatch(text.strip()):
        raise BadInput(f"{text[:40]!r} is not a phone number", "write it like +62 812 3456 7890")
    return text.strip()


def parse_email(text: str) -> str | None:
    """Return an e-mail address; None for none.

    Raises:
        BadInput: It is none.
    """
    if not text.strip():
        return None
    if not _EMAIL.fullmatch(text.strip()):
        raise BadInput(f"{text[:80]!r} is not an e-mail address", "write it like siti@example.org")
    return text.strip()


def find(connection: sa.Connection, name: str) -> Person | None:
    """Return the person `name`; None for nobody."""
    row = connection.execute(sa.select(PERSONS).where(PERSONS.c.name == name)).first()
    return None if row is None else _person(row)


def get(connection: sa.Connection, name: str) -> Person:
    """Return the person `name`.

    Raises:
        NotFound: There is nobody of that name.
    """
    if (person := find(connection, name)) is None:
        raise nobody(name)
    return person


def nobody(name: str) -> NotFound:
    """Return the answer for a name that nobody has."""
    return NotFound(f"there is nobody called {name[:80]!r}", "list who there is with: ronda user list")


def add(connection: sa.Connection, person: Person, password_hash: str, by: str) -> None:
    """Write somebody new, and the entry of the history.

    Raises:
        Conflict: The name is taken.
    """
    if find(connection, person.name) is not None:
        raise Conflict(f"somebody is called {person.name!r} already", "choose another name to sign in with")
    connection.execute(
        PERSONS.insert().values(
            name=person.name,
            password_hash=password_hash,
            created=person.created_90k,
            display=person.display,
            kind=person.kind,
            phone=person.phone,
            email=person.email,
        )
    )
    note(connection, [change_of(person.created_90k, by, "person", person.name, None, person.shown())])


def update(connection: sa.Connection, before: Person, after: Person, at_90k: int, by: str) -> None:
    """Write what is different of somebody, and the entry of the history."""
    if after == before:
        return
    connection.execute(
        PERSONS.update()
        .where(PERSONS.c.name == after.name)
        .values(
            display=after.display,
            kind=after.kind,
            disabled=after.disabled_90k,
            phone=after.phone,
            email=after.email,
        )
    )
    note(connection, [change_of(at_90k, by, "person", after.name, before.shown(), after.shown())])


@dataclass(frozen=True, slots=True)
class PersonsWanted:
    """Which persons a list shows.

    Attributes:
        areas: Those with a grant over one of these areas, or in them; None for all.
        kind: Only persons or only places.
        text: Part of their name.
        after: Begin behind this name.
        limit: At most so many.
    """

    areas: Sequence[str] | None = None
    kind: str | None = None
    text: str = ""
    after: str = ""
    limit: int = 100


def select(connection: sa.Connection, wanted: PersonsWanted) -> list[Person]:
    """Return persons by name."""
    query = sa.select(PERSONS).where(PERSONS.c.name > wanted.after).order_by(PERSONS.c.name).limit(wanted.limit)
    if wanted.kind is not None:
        query = query.where(PERSONS.c.kind == wanted.kind)
    if wanted.text:
        part = f"%{_escaped(wanted.text.lower())}%"
        query = query.where(
            sa.or_(
                sa.func.lower(PERSONS.c.display).like(part, escape="\\"),
                PERSONS.c.name.like(part, escape="\\"),
            )
        )
    if wanted.areas is not None:
        mine = sa.select(GRANTS.c.person).where(GRANTS.c.ended.is_(None), in_areas(wanted.areas))
        query = query.where(PERSONS.c.name.in_(mine))
    return [_person(row) for row in connection.execute(query)]


def in_areas(areas: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a grant is over one of these areas or what lies in it."""
    inside = [sa.or_(GRANTS.c.value == area, GRANTS.c.value.like(f"{_escaped(area)}.%", escape="\\")) for area in areas]
    return sa.and_(GRANTS.c.scope == Scope.AREA.value, sa.or_(sa.false(), *inside))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _person(row: sa.Row[Any]) -> Person:
    return Person(
        name=row.name,
        display=row.display,
        kind=row.kind,
        created_90k=row.created,
        disabled_90k=row.disabled,
        phone=row.phone,
        email=row.email,
        second_factor=row.totp_since is not None,
    )
