"""The people of the city: who they are, how they sign in, what they may do, what they did.

Owned state: none of its own; it holds the parts that have some and runs their work in the background.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import sqlalchemy as sa
import structlog
from starlette.requests import HTTPConnection

from ronda.base.errors import NotSignedIn, RondaError
from ronda.base.time import Clock
from ronda.people import grant_rows
from ronda.people.access_log import AccessLog, Look
from ronda.people.credentials import Credentials
from ronda.people.grant_rows import GrantEntry
from ronda.people.grants import Grants
from ronda.people.invitations import Invitations
from ronda.people.media_tokens import MediaTokens
from ronda.people.passwords import Passwords
from ronda.people.policy import Action, Decision, Policy, Reach
from ronda.people.principal import ANONYMOUS, LOCAL, Credential, Kind, Principal, administrator
from ronda.people.remote import purpose_of, remote_kind, remote_of
from ronda.people.second_factor import SecondFactors
from ronda.people.sign_in import SignIn, random_password
from ronda.people.tables import PERSONS
from ronda.store.database import Store

__all__ = [
    "ADMIN",
    "COOKIE",
    "LOCAL_MARK",
    "PUBLIC_MARK",
    "People",
    "look_of",
    "purpose_of",
    "remote_kind",
    "remote_of",
]
_log = structlog.get_logger(__name__)
COOKIE: Final = "ronda_session"
LOCAL_MARK: Final = "ronda.local"
"""Key of an ASGI scope that came in over the Unix socket: whoever may open it administers the machine."""
PUBLIC_MARK: Final = "ronda.public"
"""Key of an ASGI scope whose caller is nobody, whatever credentials they bring."""
ADMIN: Final = "admin"
_SWEEP_S: Final = 5.0


class People:
    """Persons, sessions, tokens, the policy and the access log; made by `People.open`.

    Attributes:
        first_password: The password made up for `admin` at the very first start, to be printed once; else None.
        credentials: Sessions and tokens.
        factors: Second factors.
        grants: Who was given what, and by whom.
        invitations: Links that make people of a place.
        known_browsers: Marks browsers in which somebody has signed in.
        log: The access log.
        media_tokens: Leave to open pictures, carried in a path.
        passwords: Makes and checks hashes.
        policy: The rules in force.
        signing_in: Begins sessions, changes passwords.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Policy,
        media_tokens: MediaTokens,
        passwords: Passwords | None = None,
    ) -> None:
        self.first_password: str | None = None
        self.media_tokens = media_tokens
        self.known_browsers = media_tokens.known_browsers()
        self.credentials = Credentials(store, clock)
        self.log = AccessLog(store, clock)
        self.log.area_of = lambda camera: place.area if (place := self.policy.places(camera)) else None
        self.policy = policy
        self._store = store
        self._clock = clock
        self.passwords = passwords or Passwords()
        self.factors = SecondFactors(store, clock)
        self.grants = Grants(store, clock, self.credentials)
        self.invitations = Invitations(store, clock, self.credentials)
        self.signing_in = SignIn(store, clock, self.credentials, self.passwords, self.factors, self.log)

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
        people = cls(store, clock, policy, await MediaTokens.open(store, clock), passwords)
        if make_admin and not await store.read(
            lambda connection: connection.execute(sa.select(PERSONS.c.name).limit(1)).first()
        ):
            password = admin_password or random_password()
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

    async def sign_in(
        self, name: str, password: str, remote: str, agent: str, code: str = "", *, mark: str = ""
    ) -> str:
        """Begin a session and return its secret; see `SignIn.begin`. `mark` is the browser's; see `KnownBrowsers`."""
        where = self.known_browsers.where(mark, name, remote)
        return await self.signing_in.begin(name, password, remote, agent, code, where=where)

    async def change_password(self, credential: Credential, old: str, new: str, remote: str) -> None:
        """Change the password of the person behind `credential`; their other sessions end.

        Raises:
            BadInput: The new one is too short, or the old one is wrong.
            Busy: Too many failed from `remote`.
        """
        name = credential.principal.name
        await self.signing_in.change_password(name, old, new, remote)
        await self.credentials.revoke_sessions_of(name, except_id=credential.id)

    async def set_password(self, name: str, new: str) -> None:
        """Give somebody a new password on somebody else's word; all their sessions end.

        Raises:
            BadInput: It is too short or too long.
            NotFound: There is nobody of that name.
        """
        await self.signing_in.replace_password(name, new)
        await self.credentials.revoke_sessions_of(name)

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
        with self._logging_refusal(connection, principal, action, camera, area):
            what_for = purpose_of(connection)
            return self.policy.require(principal, action, camera, what_for, area=area, published=published)

    def require_look(
        self,
        connection: HTTPConnection,
        principal: Principal,
        action: Action,
        camera: str,
        purpose: str,
        moment_90k: int | None,
    ) -> Decision:
        """Ask the policy for somebody who looks at pictures; see `require`.

        Args:
            connection: How they ask.
            principal: Who it is.
            action: What they want.
            camera: Of which camera.
            purpose: What it is for; it need not stand in the request.
            moment_90k: For one picture of the past: of when.
        """
        with self._logging_refusal(connection, principal, action, camera, None):
            return self.policy.require(principal, action, camera, purpose, moment_90k=moment_90k)

    @contextmanager
    def _logging_refusal(
        self, connection: HTTPConnection, principal: Principal, action: Action, camera: str | None, area: str | None
    ) -> Iterator[None]:
        try:
            yield
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

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self.credentials.sweep()
            except RondaError as error:
                _log.error("sessions: cannot be swept", problem=str(error))


def look_of(
    connection: HTTPConnection, principal: Principal, action: Action, camera: str | None, area: str | None = None
) -> Look:
    """Return what the access log shall say of a request about a camera, or about an area.

    What somebody unknown says it is for is not kept: nobody answers for it.
    """
    purpose = "" if principal.kind is Kind.ANONYMOUS else purpose_of(connection)
    remote = "socket" if principal.kind is Kind.LOCAL else remote_kind(remote_of(connection))
    return Look(principal.label, action.value, camera, purpose, remote, area=area)
