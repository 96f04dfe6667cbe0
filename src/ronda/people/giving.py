"""Grants written and ended, each with its entry of history; called in the store's threads, within its transactions."""

import secrets
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.city.history import Change, change_of, note
from ronda.people import grant_rows, persons, powers
from ronda.people.grant_rows import GrantEntry
from ronda.people.persons import PLACE
from ronda.people.principal import Grant, Role, Scope
from ronda.people.tables import GRANTS, PERSONS

_MOST_GRANTS: Final = 30
"""Grants of one person that count at a time: a decision looks at each."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A grant as somebody asks for it.

    Attributes:
        role: What its holder shall be.
        scope: What kind of thing it is over.
        value: Region code, agency or partner; empty for the city.
        from_90k: First moment, `utc_90k`; None for now.
        until_90k: Its end; None for none.
    """

    role: Role
    scope: Scope
    value: str = ""
    from_90k: int | None = None
    until_90k: int | None = None

    def grant(self, by: str, now_90k: int) -> Grant:
        """Return the grant that it becomes.

        Raises:
            BadInput: The role cannot be given over that, the value is none, or it would be over before it begins.
        """
        value = powers.parse_scope(self.role, self.scope, self.value)
        start = now_90k if self.from_90k is None else self.from_90k
        if self.until_90k is not None and self.until_90k <= max(start, now_90k):
            raise BadInput("the grant would be over before it begins", "let it end later")
        return Grant(secrets.token_hex(6), self.role, self.scope, value, start, self.until_90k, by)


def write_grant(connection: sa.Connection, entry: GrantEntry) -> None:
    """Write a grant that may be given, and the entry of the history; in the store's threads.

    Raises:
        NotFound: There is nobody of that name.
        Conflict: They have it already, have too many, or a place would get a person's role.
    """
    person, grant = persons.get(connection, entry.person), entry.grant
    if (person.kind == PLACE) != (grant.role is Role.KIOSK):
        raise Conflict(
            f"{grant.role.value} is not for a {person.kind}", "a place is a kiosk, a kiosk is a place: name people"
        )
    theirs = grant_rows.grants_of(connection, entry.person)
    same = (grant.role, grant.scope, grant.value, grant.until_90k)
    if any((one.role, one.scope, one.value, one.until_90k) == same for one in theirs):
        raise Conflict(f"{entry.person} has this already", "nothing needs to be done")
    if len(theirs) >= _MOST_GRANTS:
        raise Conflict(f"{entry.person} has {len(theirs)} grants", "end some, or give one over a larger area")
    grant_rows.insert(connection, entry)
    note(connection, [change_of(entry.given_90k, grant.by, "grant", grant.id, None, document_of(entry))])


def document_of(entry: GrantEntry) -> dict[str, Any]:
    """Return a grant as the history keeps it."""
    grant = entry.grant
    return {
        "person": entry.person,
        "role": grant.role.value,
        "scope": grant.scope.value,
        "value": grant.value,
        "from_90k": grant.from_90k,
        "until_90k": grant.until_90k,
    }


def no_grant(id: str) -> NotFound:
    """Return the answer for a grant that is not there, or not any more."""
    return NotFound(f"there is no grant {id[:80]!r}", "it may have been ended already")


def end_grants(connection: sa.Connection, entries: list[GrantEntry], now: int, by: str) -> None:
    """Note that grants have ended, and the entries of the history; in the store's threads.

    Raises:
        Conflict: Nobody would administer the city any more.
    """
    ids = [entry.grant.id for entry in entries]
    if any(entry.grant.role is Role.ADMINISTRATOR for entry in entries):
        require_administrator_beside(connection, now, without_grants=ids)
    grant_rows.end(connection, ids, now, by)
    note(connection, [Change(now, by, "grant", one.grant.id, "removed", document_of(one), None) for one in entries])


def require_administrator_beside(
    connection: sa.Connection, now: int, *, without_grants: list[str] | None = None, without_person: str = ""
) -> None:
    """Refuse to leave the city without anybody who can mend what is wrong; in the store's threads.

    Raises:
        Conflict: Without these grants, or this person, nobody would administer the city.
    """
    query = (
        sa.select(GRANTS.c.id)
        .join(PERSONS, PERSONS.c.name == GRANTS.c.person)
        .where(
            GRANTS.c.role == Role.ADMINISTRATOR.value,
            GRANTS.c.ended.is_(None),
            GRANTS.c.starts <= now,
            sa.or_(GRANTS.c.until.is_(None), GRANTS.c.until > now),
            GRANTS.c.id.not_in(without_grants or []),
            PERSONS.c.name != without_person,
            PERSONS.c.disabled.is_(None),
        )
        .limit(1)
    )
    if connection.execute(query).first() is None:
        raise Conflict("nobody would administer the city any more", "make somebody else an administrator first")
