"""Sessions and API tokens: made, found, listed, revoked.

Owned state: the credentials seen lately, so that a request costs no database. Only this process
writes them; a sweep each few seconds still notices what was removed behind its back.
"""

import hashlib
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import HZ_90K, Clock
from ronda.people.principal import Credential, Kind, Principal, Role
from ronda.people.tables import PERSONS, SESSIONS, TOKENS
from ronda.store.database import Store

IDLE_90K: Final = 7 * 86_400 * HZ_90K
LONGEST_90K: Final = 30 * 86_400 * HZ_90K
_REMEMBERED: Final = 20_000
_PREFIX: Final = "ronda_"


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One session in a list; moments in `utc_90k`."""

    id: str
    person: str
    agent: str
    created_90k: int
    seen_90k: int
    expires_90k: int


@dataclass(frozen=True, slots=True)
class TokenEntry:
    """One API token in a list; moments in `utc_90k`."""

    id: str
    name: str
    by: str
    created_90k: int
    seen_90k: int | None


class Credentials:
    """Every session and token, found by the hash of its secret."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: OrderedDict[str, Credential] = OrderedDict()

    async def find(self, secret: str) -> Credential | None:
        """Return the credential whose secret this is, None when there is none or it has ended."""
        hashed = _hashed(secret)
        credential = self._known.get(hashed)
        if credential is None:
            now = self._clock.utc_90k()
            credential = await self._store.read(lambda connection: _read(connection, hashed, now))
            if credential is None:
                return None
            # Somebody else may have put it there meanwhile; there must be one object to revoke.
            credential = self._known.setdefault(hashed, credential)
        self._known.move_to_end(hashed)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        if credential.revoked:
            return None
        credential.used = True
        return credential

    async def new_session(self, person: str, agent: str) -> str:
        """Begin a session of `person` and return its secret."""
        secret, now = secrets.token_urlsafe(32), self._clock.utc_90k()
        row = {
            "id": secrets.token_hex(6),
            "secret_hash": _hashed(secret),
            "person": person,
            "created": now,
            "seen": now,
            "expires": now + IDLE_90K,
            "agent": "".join(letter for letter in agent if letter.isprintable())[:200],
        }
        await self._store.run(lambda connection: connection.execute(SESSIONS.insert().values(row)))
        return secret

    async def new_token(self, name: str, by: str) -> str:
        """Make an API token with every right of an administrator and return it; it is shown this once.

        Raises:
            BadInput: The name is empty or too long.
        """
        name = " ".join(name.split())
        if not name or len(name) > 100 or not name.isprintable():
            raise BadInput(f"{name[:80]!r} is not a name for a token", "use 1 to 100 letters")
        secret = _PREFIX + secrets.token_urlsafe(32)
        row = {
            "id": secrets.token_hex(6),
            "secret_hash": _hashed(secret),
            "name": name,
            "roles": json.dumps([Role.ADMINISTRATOR.value]),
            "by": by,
            "created": self._clock.utc_90k(),
            "seen": None,
        }
        await self._store.run(lambda connection: connection.execute(TOKENS.insert().values(row)))
        return secret

    async def sessions(self) -> list[SessionEntry]:
        """Return every session that has not ended, newest first."""
        now = self._clock.utc_90k()
        query = sa.select(SESSIONS).where(SESSIONS.c.expires > now).order_by(SESSIONS.c.created.desc())
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [SessionEntry(r.id, r.person, r.agent, r.created, r.seen, r.expires) for r in rows]

    async def tokens(self) -> list[TokenEntry]:
        """Return every token, newest first."""
        query = sa.select(TOKENS).order_by(TOKENS.c.created.desc())
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [TokenEntry(r.id, r.name, r.by, r.created, r.seen) for r in rows]

    async def revoke(self, kind: Kind, id: str) -> None:
        """End the session or token `id`; open views of it end too.

        Raises:
            NotFound: There is none.
        """
        table = TOKENS if kind is Kind.TOKEN else SESSIONS
        statement = table.delete().where(table.c.id == id)
        gone = await self._store.run(lambda connection: connection.execute(statement).rowcount)
        self._forget(kind, id)
        if not gone:
            raise NotFound(f"there is no such {'token' if kind is Kind.TOKEN else 'session'}")

    async def revoke_sessions_of(self, person: str, except_id: str = "") -> None:
        """End every session of `person` but one: after a change of password."""
        mine = sa.and_(SESSIONS.c.person == person, SESSIONS.c.id != except_id)
        await self._store.run(lambda connection: connection.execute(SESSIONS.delete().where(mine)))
        for credential in list(self._known.values()):
            principal = credential.principal
            if principal.kind is Kind.PERSON and principal.name == person and credential.id != except_id:
                self._forget(Kind.PERSON, credential.id)

    async def sweep(self) -> None:
        """Note what was used, drop what has expired, revoke what is no longer in the database."""
        known = list(self._known.items())  # what is found while the database works is none of this sweep's business
        used = [credential for _, credential in known if credential.used and not credential.revoked]
        for credential in used:
            credential.used = False
        now = self._clock.utc_90k()
        valid = await self._store.run(lambda connection: _sweep(connection, used, now))
        for hashed, credential in known:
            if hashed not in valid:
                credential.revoked = True
                self._known.pop(hashed, None)

    def _forget(self, kind: Kind, id: str) -> None:
        for hashed, credential in list(self._known.items()):
            if credential.id == id and credential.principal.kind is kind:
                credential.revoked = True
                del self._known[hashed]


def _hashed(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can guess what the hash belongs to.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _roles(text: str) -> frozenset[Role]:
    return frozenset(Role(role) for role in json.loads(text) if role in set(Role))


def _read(connection: sa.Connection, hashed: str, now: int) -> Credential | None:
    session = connection.execute(
        sa.select(SESSIONS.c.id, PERSONS.c.name, PERSONS.c.roles)
        .join(PERSONS, PERSONS.c.name == SESSIONS.c.person)
        .where(SESSIONS.c.secret_hash == hashed, SESSIONS.c.expires > now)
    ).first()
    if session is not None:
        return Credential(Principal(Kind.PERSON, session.name, _roles(session.roles)), session.id)
    token = connection.execute(sa.select(TOKENS).where(TOKENS.c.secret_hash == hashed)).first()
    if token is not None:
        return Credential(Principal(Kind.TOKEN, token.name, _roles(token.roles)), token.id)
    return None


def _sweep(connection: sa.Connection, used: list[Credential], now: int) -> set[str]:
    for credential in used:
        if credential.principal.kind is Kind.TOKEN:
            connection.execute(TOKENS.update().where(TOKENS.c.id == credential.id).values(seen=now))
        else:
            last = SESSIONS.c.created + LONGEST_90K
            expires = sa.case((last < now + IDLE_90K, last), else_=now + IDLE_90K)
            mine = SESSIONS.c.id == credential.id
            connection.execute(SESSIONS.update().where(mine).values(seen=now, expires=expires))
    connection.execute(SESSIONS.delete().where(SESSIONS.c.expires <= now))
    found = connection.execute(sa.union_all(sa.select(SESSIONS.c.secret_hash), sa.select(TOKENS.c.secret_hash)))
    return set(found.scalars())
