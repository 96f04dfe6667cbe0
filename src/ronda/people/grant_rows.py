"""Grants to rows and back; called in the store's threads, within its transactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ronda.people.principal import Grant, Role, Scope
from ronda.people.tables import GRANTS


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """One grant in a list.

    Attributes:
        grant: What it is.
        person: Whose, by sign-in name.
        given_90k: When it was given, `utc_90k`.
        ended_90k: When it was ended before its time; None while it was not.
        ended_by: By whom.
    """

    grant: Grant
    person: str
    given_90k: int
    ended_90k: int | None = None
    ended_by: str | None = None


def grants_of(connection: sa.Connection, person: str) -> tuple[Grant, ...]:
    """Return the grants of a person that were not ended, the oldest first."""
    query = sa.select(GRANTS).where(GRANTS.c.person == person, GRANTS.c.ended.is_(None))
    return tuple(_grant(row) for row in connection.execute(query.order_by(GRANTS.c.given, GRANTS.c.id)))


def insert(connection: sa.Connection, entry: GrantEntry) -> None:
    """Write a new grant."""
    grant = entry.grant
    connection.execute(
        GRANTS.insert().values(
            id=grant.id,
            person=entry.person,
            role=grant.role.value,
            scope=grant.scope.value,
            value=grant.value,
            starts=grant.from_90k,
            until=grant.until_90k,
            by=grant.by,
            given=entry.given_90k,
        )
    )


def find(connection: sa.Connection, id: str) -> GrantEntry | None:
    """Return the grant `id`, ended or not."""
    row = connection.execute(sa.select(GRANTS).where(GRANTS.c.id == id)).first()
    return None if row is None else _entry(row)


def select(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[GrantEntry]:
    """Return the grants for which every condition holds, the newest first."""
    query = sa.select(GRANTS).where(*conditions).order_by(GRANTS.c.given.desc(), GRANTS.c.id)
    return [_entry(row) for row in connection.execute(query)]


def end(connection: sa.Connection, ids: Sequence[str], at_90k: int, by: str) -> None:
    """Note that grants have ended."""
    running = sa.and_(GRANTS.c.id.in_(ids), GRANTS.c.ended.is_(None))
    connection.execute(GRANTS.update().where(running).values(ended=at_90k, ended_by=by))


def _grant(row: sa.Row[Any]) -> Grant:
    return Grant(row.id, Role(row.role), Scope(row.scope), row.value, row.starts, row.until, row.by)


def _entry(row: sa.Row[Any]) -> GrantEntry:
    return GrantEntry(_grant(row), row.person, row.given, row.ended, row.ended_by)
