"""Whom a provider's account belongs to here; called in the store's threads, within its transactions.

An account that is not linked yet is linked to the person with the e-mail address that the provider has verified, else
somebody new is made of it, who has no grant and so sees what residents see.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput
from ronda.city.history import Change, note
from ronda.people import persons
from ronda.people.errors import Disabled
from ronda.people.persons import PERSON, Person
from ronda.people.sign_on.errors import SignOnWeak
from ronda.people.sign_on.provider import Identity
from ronda.people.sign_on.tables import SIGN_ON_LINKS
from ronda.people.tables import PERSONS

_BY: Final = "sign-on"
_NOT_A_HASH: Final = "!"
"""Nobody signs in with a password until one is set."""


@dataclass(frozen=True, slots=True)
class Link:
    """An account at the city's sign-on that somebody signs in with; moments in `utc_90k`."""

    issuer: str
    subject: str
    since_90k: int
    seen_90k: int


def person_of(connection: sa.Connection, identity: Identity, now_90k: int) -> str:
    """Return the sign-in name of whoever an identity belongs to, made when it is nobody yet.

    Raises:
        Disabled: They may not sign in any more.
        SignOnWeak: They have a second factor here, and the provider did not ask for one.
    """
    mine = sa.and_(SIGN_ON_LINKS.c.issuer == identity.issuer, SIGN_ON_LINKS.c.subject == identity.subject)
    name = connection.execute(sa.select(SIGN_ON_LINKS.c.person).where(mine)).scalar()
    if name is not None:
        _require_open(persons.get(connection, name), identity)
        connection.execute(SIGN_ON_LINKS.update().where(mine).values(seen=now_90k))
        return str(name)
    person = _by_email(connection, identity)
    if person is None:
        person = _added(connection, identity, now_90k)
    else:
        _require_open(person, identity)
    connection.execute(
        SIGN_ON_LINKS.insert().values(
            issuer=identity.issuer, subject=identity.subject, person=person.name, since=now_90k, seen=now_90k
        )
    )
    shown = {"issuer": identity.issuer}
    note(connection, [Change(now_90k, _BY, "person", person.name, "changed", None, {"sign_on": shown})])
    return person.name


def links_of(connection: sa.Connection, person: str) -> list[Link]:
    """Return the accounts that somebody signs in with, oldest first."""
    query = sa.select(SIGN_ON_LINKS).where(SIGN_ON_LINKS.c.person == person).order_by(SIGN_ON_LINKS.c.since)
    return [Link(row.issuer, row.subject, row.since, row.seen) for row in connection.execute(query)]


def unlink(connection: sa.Connection, person: str, now_90k: int, by: str) -> int:
    """Forget every account of somebody, and return how many there were."""
    gone = connection.execute(SIGN_ON_LINKS.delete().where(SIGN_ON_LINKS.c.person == person)).rowcount
    if gone:
        note(connection, [Change(now_90k, by, "person", person, "changed", {"sign_on": gone}, {"sign_on": 0})])
    return gone


def _require_open(person: Person, identity: Identity) -> None:
    if person.disabled_90k is not None:
        raise Disabled("this account may not sign in any more", "ask whoever manages your area")
    if person.second_factor and not identity.strong:
        raise SignOnWeak(
            "this account asks for a code, and the city's sign-on did not",
            "sign in with name, password and code, or have the sign-on ask for a second factor",
        )


def _by_email(connection: sa.Connection, identity: Identity) -> Person | None:
    """Return the one person with the verified address who is not linked yet; a shared address says nothing."""
    if identity.email is None:
        return None
    linked = sa.select(SIGN_ON_LINKS.c.person).where(SIGN_ON_LINKS.c.issuer == identity.issuer)
    query = sa.select(PERSONS.c.name).where(
        sa.func.lower(PERSONS.c.email) == identity.email.lower(),
        PERSONS.c.kind == PERSON,
        PERSONS.c.name.not_in(linked),
    )
    names = connection.execute(query.limit(2)).scalars().all()
    return persons.get(connection, names[0]) if len(names) == 1 else None


def _added(connection: sa.Connection, identity: Identity, now_90k: int) -> Person:
    person = Person(_free_name(connection, identity), identity.display, PERSON, now_90k, email=_email(identity))
    persons.add(connection, person, _NOT_A_HASH, _BY)
    return person


def _email(identity: Identity) -> str | None:
    try:
        return persons.parse_email(identity.email or "")
    except BadInput:
        return None


def _free_name(connection: sa.Connection, identity: Identity) -> str:
    """Return a sign-in name that resembles what they are called there, and that nobody has."""
    wish = identity.username.partition("@")[0] or (identity.email or "").partition("@")[0]
    stem = re.sub(r"[^a-z0-9._-]+", "-", wish.lower()).strip("._-")[:30] or "warga"
    for name in (stem, *(f"{stem}-{secrets.token_hex(3)}" for _ in range(5))):
        try:
            free = persons.find(connection, persons.parse_name(name)) is None
        except BadInput:
            continue
        if free:
            return name
    return f"warga-{secrets.token_hex(8)}"
