"""Sessions and API tokens: made, found, listed, revoked.

Owned state: the credentials seen lately, so that a request costs no database. Only this process
writes them; a sweep each few seconds still notices what was removed behind its back.
"""

import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import HZ_90K, Clock
from ronda.people import grant_rows
from ronda.people.action import Action
from ronda.people.persons import PLACE
from ronda.people.principal import Credential, Grant, Kind, Principal, Role, Scope, administrator
from ronda.people.tables import PERSONS, SESSIONS, TOKENS
from ronda.store.database import Store

T = TypeVar("T")
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
    """One API token in a list; moments in `utc_90k`.

    Attributes:
        id: Its public id.
        name: What it is for.
        grant: What it may; its `by` is who made it, its `until_90k` when it expires.
        only: The only actions that it may do; None for all of its role.
        created_90k: When it was made.
        seen_90k: When it was last used; None for never.
    """

    id: str
    name: str
    grant: Grant
    only: frozenset[Action] | None
    created_90k: int
    seen_90k: int | None

    @property
    def by(self) -> str:
        """Who made it."""
        return self.grant.by


class Credentials:
    """Every session and token, found by the hash of its secret."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: OrderedDict[str, Credential] = OrderedDict()
        self._by_id: dict[str, Credential] = {}
        self._turn = 0  # grows with everything that is withdrawn or changed: what was read before is old

    async def find(self, secret: str) -> Credential | None:
        """Return the credential whose secret this is, None when there is none or it has ended."""
        hashed = hash_of(secret)
        credential = self._known.get(hashed)
        if credential is None:
            now = self._clock.utc_90k()
            credential = await self._settled(lambda connection: _read(connection, hashed, now))
            if credential is None:
                return None
            # Somebody else may have put it there meanwhile; there must be one object to revoke.
            credential = self._known.setdefault(hashed, credential)
            self._by_id[credential.id] = credential
        self._known.move_to_end(hashed)
        while len(self._known) > _REMEMBERED:
            self._by_id.pop(self._known.popitem(last=False)[1].id, None)
        if credential.revoked:
            return None
        credential.used = True
        return credential

    def known(self, id: str) -> Credential | None:
        """Return the session or token `id` where it was seen lately and still counts, without asking the database."""
        found = self._by_id.get(id)
        return None if found is None or found.revoked else found

    async def new_session(self, person: str, agent: str) -> str:
        """Begin a session of `person` and return its secret."""
        secret, now = secrets.token_urlsafe(32), self._clock.utc_90k()
        row = {
            "id": secrets.token_hex(6),
            "secret_hash": hash_of(secret),
            "person": person,
            "created": now,
            "seen": now,
            "expires": now + IDLE_90K,
            "agent": "".join(letter for letter in agent if letter.isprintable())[:200],
        }
        await self._store.run(lambda connection: connection.execute(SESSIONS.insert().values(row)))
        return secret

    async def new_token(
        self, name: str, by: str, grant: Grant | None = None, only: Collection[Action] | None = None
    ) -> str:
        """Make an API token and return it; it is shown this once.

        Args:
            name: What it is for; a number is added where another token is called so: the log knows them by name.
            by: Who makes it.
            grant: What it may, and until when; None is everything in the whole city.
            only: The only actions that it may do; None for all of its role.

        Raises:
            BadInput: The name is empty or too long.
        """
        name = " ".join(name.split())
        if not name or len(name) > 100 or not name.isprintable():
            raise BadInput(f"{name[:80]!r} is not a name for a token", "use 1 to 100 letters")
        secret, id = _PREFIX + secrets.token_urlsafe(32), secrets.token_hex(6)
        grant = grant or administrator(id, by)
        row = {
            "id": id,
            "secret_hash": hash_of(secret),
            "name": name,
            "role": grant.role.value,
            "scope": grant.scope.value,
            "value": grant.value,
            "actions": None if only is None else json.dumps(sorted(only)),
            "by": by,
            "created": self._clock.utc_90k(),
            "expires": grant.until_90k,
            "seen": None,
        }

        def add(connection: sa.Connection) -> None:
            connection.execute(TOKENS.insert().values(row | {"name": _own_name(connection, name)}))

        await self._store.run(add)
        return secret

    async def sessions(self, person: str | None = None) -> list[SessionEntry]:
        """Return every session (of one person) that has not ended, newest first."""
        now = self._clock.utc_90k()
        query = sa.select(SESSIONS).where(SESSIONS.c.expires > now).order_by(SESSIONS.c.created.desc())
        if person is not None:
            query = query.where(SESSIONS.c.person == person)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [SessionEntry(r.id, r.person, r.agent, r.created, r.seen, r.expires) for r in rows]

    async def tokens(self) -> list[TokenEntry]:
        """Return every token, newest first."""
        query = sa.select(TOKENS).order_by(TOKENS.c.created.desc())
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [TokenEntry(r.id, r.name, _token_grant(r), _only(r.actions), r.created, r.seen) for r in rows]

    async def revoke(self, kind: Kind, id: str) -> None:
        """End the session or token `id`; open views of it end too.

        Raises:
            NotFound: There is none.
        """
        table = TOKENS if kind is Kind.TOKEN else SESSIONS
        statement = table.delete().where(table.c.id == id)
        gone = await self._store.run(lambda connection: connection.execute(statement).rowcount)
        self._turn += 1
        self._forget(lambda one: one.id == id and one.principal.kind is kind)
        if not gone:
            raise NotFound(f"there is no such {'token' if kind is Kind.TOKEN else 'session'}")

    async def revoke_sessions_of(self, person: str, except_id: str = "") -> None:
        """End every session of `person` but one: after a change of password."""
        mine = sa.and_(SESSIONS.c.person == person, SESSIONS.c.id != except_id)
        await self._store.run(lambda connection: connection.execute(SESSIONS.delete().where(mine)))
        self._turn += 1
        self._forget(lambda one: _is_of(one, person) and one.id != except_id)

    async def revoke_tokens_by(self, by: str, keep: Callable[[TokenEntry], bool] = lambda _: False) -> None:
        """End the tokens that `by` made, but those to keep: when their maker may no longer do what they may."""
        gone = {one.id for one in await self.tokens() if one.by == by and not keep(one)}
        if not gone:
            return
        await self._store.run(lambda connection: connection.execute(TOKENS.delete().where(TOKENS.c.id.in_(gone))))
        self._turn += 1
        self._forget(lambda one: one.principal.kind is Kind.TOKEN and one.id in gone)

    async def refresh(self, person: str) -> None:
        """Let every session of `person` count as what they are now; open views notice at once."""
        self._turn += 1
        principal = await self._settled(lambda connection: principal_of(connection, person))
        if principal is None:
            self._forget(lambda one: _is_of(one, person))
            return
        for credential in self._known.values():
            if _is_of(credential, person):
                credential.principal = principal

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
                self._drop(hashed, credential)

    async def _settled(self, read: Callable[[sa.Connection], T]) -> T:
        """Return what the database holds; read again where something was withdrawn while it was being read."""
        while True:
            turn = self._turn
            found = await self._store.read(read)
            if turn == self._turn:
                return found

    def _forget(self, which: Callable[[Credential], bool]) -> None:
        for hashed, credential in list(self._known.items()):
            if which(credential):
                self._drop(hashed, credential)

    def _drop(self, hashed: str, credential: Credential) -> None:
        credential.revoked = True
        self._known.pop(hashed, None)
        self._by_id.pop(credential.id, None)


def hash_of(secret: str) -> str:
    """Return what is kept of a random secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def principal_of(connection: sa.Connection, person: str) -> Principal | None:
    """Return a person as the policy knows them; None for nobody, and for who is disabled. In the store's threads."""
    query = sa.select(PERSONS.c.display, PERSONS.c.kind).where(PERSONS.c.name == person, PERSONS.c.disabled.is_(None))
    row = connection.execute(query).first()
    if row is None:
        return None
    grants = grant_rows.grants_of(connection, person)
    return Principal(Kind.PERSON, person, grants, display=row.display, place=row.kind == PLACE)


def token_principal_of(connection: sa.Connection, name: str, now_90k: int) -> Principal | None:
    """Return what the policy knows of the token called `name`; None where there is none. In the store's threads."""
    row = connection.execute(sa.select(TOKENS).where(TOKENS.c.name == name, _in_time(now_90k))).first()
    return None if row is None else _token_principal(row)


def _token_principal(row: sa.Row[Any]) -> Principal:
    return Principal(Kind.TOKEN, row.name, (_token_grant(row),), _only(row.actions))


def _in_time(now_90k: int) -> sa.ColumnElement[bool]:
    return sa.or_(TOKENS.c.expires.is_(None), TOKENS.c.expires > now_90k)


def _own_name(connection: sa.Connection, wish: str) -> str:
    """Return `wish`, or where a token is called so already, with the first number that makes it another name."""
    taken = set(connection.execute(sa.select(TOKENS.c.name)).scalars())
    return next(name for name in (wish, *(f"{wish} ({n})" for n in range(2, len(taken) + 3))) if name not in taken)


def _is_of(credential: Credential, person: str) -> bool:
    return credential.principal.kind is Kind.PERSON and credential.principal.name == person


def _read(connection: sa.Connection, hashed: str, now: int) -> Credential | None:
    mine = sa.select(SESSIONS.c.id, SESSIONS.c.person).where(SESSIONS.c.secret_hash == hashed, SESSIONS.c.expires > now)
    session = connection.execute(mine).first()
    if session is not None:
        principal = principal_of(connection, session.person)
        return None if principal is None else Credential(principal, session.id)
    token = connection.execute(sa.select(TOKENS).where(TOKENS.c.secret_hash == hashed, _in_time(now))).first()
    return None if token is None else Credential(_token_principal(token), token.id)


def _token_grant(row: sa.Row[Any]) -> Grant:
    return Grant(row.id, Role(row.role), Scope(row.scope), row.value, 0, row.expires, row.by)


def _only(text: str | None) -> frozenset[Action] | None:
    return None if text is None else frozenset(Action(action) for action in json.loads(text) if action in set(Action))


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
    tokens = sa.select(TOKENS.c.secret_hash).where(_in_time(now))
    return set(connection.execute(sa.union_all(sa.select(SESSIONS.c.secret_hash), tokens)).scalars())
