"""The people of the city: who they are, how they sign in, what they may do, what they did.

Owned state: none of its own; it holds the parts that have some and runs their work in the background.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import sqlalchemy as sa
import structlog
from starlette.requests import HTTPConnection

from ronda.base.errors import BadInput, NotFound, NotSignedIn, RondaError
from ronda.base.time import Clock
from ronda.people import grant_rows
from ronda.people.access_log import AccessLog, Look
from ronda.people.credentials import Credentials
from ronda.people.grant_rows import GrantEntry
from ronda.people.passwords import LONGEST, Passwords
from ronda.people.policy import Action, Decision, Policy, Reach
from ronda.people.principal import ANONYMOUS, LOCAL, Credential, Kind, Principal, administrator
from ronda.people.tables import PERSONS
from ronda.people.throttle import Throttle
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
COOKIE: Final = "ronda_session"
LOCAL_MARK: Final = "ronda.local"
"""Key of an ASGI scope that came in over the Unix socket: whoever may open it administers the machine."""
PUBLIC_MARK: Final = "ronda.public"
"""Key of an ASGI scope whose caller is nobody, whatever credentials they bring."""
ADMIN: Final = "admin"
_SWEEP_S: Final = 5.0
_SHORTEST_PASSWORD: Final = 8


class People:
    """Persons, sessions, tokens, the policy and the access log; made by `People.open`.

    Attributes:
        first_password: The password made up for `admin` at the very first start, to be printed once; else None.
        credentials: Sessions and tokens.
        log: The access log.
        passwords: Makes and checks hashes.
        policy: The rules in force.
    """

    def __init__(self, store: Store, clock: Clock, policy: Policy, passwords: Passwords | None = None) -> None:
        self.first_password: str | None = None
        self.credentials = Credentials(store, clock)
        self.log = AccessLog(store, clock)
        self.log.area_of = lambda camera: place.area if (place := self.policy.places(camera)) else None
        self.policy = policy
        self._store = store
        self._clock = clock
        self.passwords = passwords or Passwords()
        self._throttle = Throttle()

    @classmethod
    async def open(
        cls,
        store: Store,
        clock: Clock,
        policy: Policy,
        admin_password: str | None = None,
        passwords: Passwords | None = None,
        *,
        make_admin: bool = True,
    ) -> "People":
        """Open the people of `store`; where there is nobody yet, make `admin`, unless `make_admin` is off.

        `admin_password` counts only then; without it a random one is made (see `first_password`).
        """
        people = cls(store, clock, policy, passwords)
        if make_admin and not await store.read(
            lambda connection: connection.execute(sa.select(PERSONS.c.name).limit(1)).first()
        ):
            password = admin_password or secrets.token_urlsafe(12)
            await people._add_administrator(ADMIN, password)
            people.first_password = None if admin_password else password
        return people

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write the access log and sweep the sessions while the context is open; then write what is left."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.log.run()), group.create_task(self._sweep())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
        await self.log.close()
        self.passwords.close()

    async def credential_of(self, connection: HTTPConnection) -> Credential:
        """Return who is behind a request or socket: local, a token's, a session's, or anonymous.

        Raises:
            NotSignedIn: A token was given that does not count (a forgotten cookie is simply nobody).
        """
        if connection.scope.get(PUBLIC_MARK) is True:
            return ANONYMOUS
        if connection.scope.get(LOCAL_MARK) is True:
            return LOCAL
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            credential = await self.credentials.find(token.strip())
            if credential is None or credential.principal.kind is not Kind.TOKEN:
                raise NotSignedIn("the token is not valid", "make a new one with: ronda token create")
            return credential
        if cookie := connection.cookies.get(COOKIE):
            credential = await self.credentials.find(cookie)
            if credential is not None and credential.principal.kind is Kind.PERSON:
                return credential
        return ANONYMOUS

    async def sign_in(self, name: str, password: str, remote: str, agent: str) -> str:
        """Begin a session and return its secret.

        Raises:
            NotSignedIn: Name and password do not belong together.
            Busy: Too many failed from `remote` (`TooManyAttempts`), or too many sign in at once.
        """
        self._throttle.check(remote, name, self._clock.monotonic())
        # Counted before the check, so that many at once do not all slip through.
        self._throttle.failed(remote, name, self._clock.monotonic())
        if not await self.passwords.check(await self._hash_of(name), password):
            self.log.refuse(Look(name[:100], "sign-in", None, "", remote_kind(remote)), "wrong name or password")
            raise NotSignedIn("name and password do not belong together", "check both")
        self._throttle.succeeded(remote, name)
        return await self.credentials.new_session(name, agent)

    async def change_password(self, credential: Credential, old: str, new: str, remote: str) -> None:
        """Change the password of the person behind `credential`; their other sessions end.

        Raises:
            BadInput: The new one is too short, or the old one is wrong.
            Busy: Too many failed from `remote`.
        """
        name = credential.principal.name
        _check_length(new)
        self._throttle.check(remote, name, self._clock.monotonic())
        self._throttle.failed(remote, name, self._clock.monotonic())
        if not await self.passwords.check(await self._hash_of(name), old):
            raise BadInput("the old password is wrong")
        self._throttle.succeeded(remote, name)
        await self._replace_password(name, new)
        await self.credentials.revoke_sessions_of(name, except_id=credential.id)

    async def set_password(self, name: str, new: str) -> None:
        """Give somebody a new password on an administrator's word; all their sessions end.

        Raises:
            BadInput: It is too short or too long.
            NotFound: There is nobody of that name.
        """
        _check_length(new)
        if await self._hash_of(name) is None:
            raise NotFound(f"there is nobody called {name[:80]!r}", f"the first person is {ADMIN}, made by ronda serve")
        await self._replace_password(name, new)
        await self.credentials.revoke_sessions_of(name)

    async def _replace_password(self, name: str, new: str) -> None:
        hashed = await self.passwords.hash(new)
        statement = PERSONS.update().where(PERSONS.c.name == name).values(password_hash=hashed)
        await self._store.run(lambda connection: connection.execute(statement))

    def require(
        self,
        connection: HTTPConnection,
        principal: Principal,
        action: Action,
        camera: str | None,
        *,
        area: str | None = None,
        published: bool = True,
    ) -> Decision:
        """Ask the policy for somebody, and log it when somebody known is refused; see `Policy.require`.

        Raises:
            NotFound: Nobody is signed in, and residents do not see such a camera.
            NotSignedIn: Nobody is signed in and this is not for everybody.
            NotAllowed: They may not.
        """
        try:
            return self.policy.require(
                principal, action, camera, purpose_of(connection), area=area, published=published
            )
        except RondaError as error:
            if principal.kind is not Kind.ANONYMOUS:
                self.log.refuse(look_of(connection, principal, action, camera, area), error.message)
            raise

    def require_somewhere(self, connection: HTTPConnection, principal: Principal, action: Action) -> Reach:
        """Ask the policy what somebody may do `action` to, and log it when it is nothing.

        Raises:
            NotSignedIn: Nobody is signed in and this is not for everybody.
            NotAllowed: They may do it to nothing.
        """
        try:
            return self.policy.require_somewhere(principal, action)
        except RondaError as error:
            if principal.kind is not Kind.ANONYMOUS:
                self.log.refuse(look_of(connection, principal, action, None), error.message)
            raise

    async def _add_administrator(self, name: str, password: str) -> None:
        now = self._clock.utc_90k()
        hashed = await self.passwords.hash(password)
        entry = GrantEntry(administrator(secrets.token_hex(6), "the first start", now), name, now)

        def add(connection: sa.Connection) -> None:
            connection.execute(PERSONS.insert().values(name=name, password_hash=hashed, created=now))
            grant_rows.insert(connection, entry)

        await self._store.run(add)

    async def _hash_of(self, name: str) -> str | None:
        query = sa.select(PERSONS.c.password_hash).where(PERSONS.c.name == name)
        found = await self._store.read(lambda connection: connection.execute(query).scalar())
        return None if found is None else str(found)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self.credentials.sweep()
            except RondaError as error:
                _log.error("sessions: cannot be swept", problem=str(error))


def _check_length(password: str) -> None:
    if len(password) < _SHORTEST_PASSWORD:
        raise BadInput("the new password is too short", f"use {_SHORTEST_PASSWORD} letters or more")
    if len(password) > LONGEST:
        raise BadInput("the new password is too long", f"use at most {LONGEST} letters")


def look_of(
    connection: HTTPConnection, principal: Principal, action: Action, camera: str | None, area: str | None = None
) -> Look:
    """Return what the access log shall say of a request."""
    remote = "socket" if principal.kind is Kind.LOCAL else remote_kind(remote_of(connection))
    return Look(principal.label, action.value, camera, purpose_of(connection), remote, area=area)


def purpose_of(connection: HTTPConnection) -> str:
    """Return what a request says it is for: header `Ronda-Purpose` or query `purpose`, as plain text."""
    text = connection.headers.get("ronda-purpose") or connection.query_params.get("purpose") or ""
    return "".join(letter for letter in text[:200] if letter.isprintable())


def remote_of(connection: HTTPConnection) -> str:
    """Return the address that asks, for throttling alone."""
    return connection.client.host if connection.client else ""


def remote_kind(remote: str) -> str:
    """Return what kind of place an address is; the address itself is never kept."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return "unknown"
    if address.is_loopback:
        return "this-machine"
    return "local-network" if address.is_private else "internet"
