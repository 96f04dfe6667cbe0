"""Signing in: name and password, then a code where one is on; guesses are slowed down where they come from.

Owned state: the failures counted so far.
"""

import secrets
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotFound, NotSignedIn
from ronda.base.time import Clock
from ronda.people.access_log import AccessLog, Look
from ronda.people.credentials import Credentials
from ronda.people.errors import Disabled, SecondFactorNeeded, SecondFactorWrong
from ronda.people.passwords import LONGEST, Passwords, can_be_hashed
from ronda.people.principal import ANONYMOUS
from ronda.people.remote import remote_kind
from ronda.people.second_factor import SecondFactors, is_recovery_code
from ronda.people.tables import PERSONS
from ronda.people.throttle import Throttle
from ronda.store.database import Store

_SHORTEST_PASSWORD: Final = 8
_SIGN_IN: Final = "sign-in"
_NOBODY: Final = ANONYMOUS.principal.label


class SignIn:
    """Begins sessions, and changes passwords.

    Attributes:
        throttle: Slows down guesses, by where they come from.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        credentials: Credentials,
        passwords: Passwords,
        factors: SecondFactors,
        log: AccessLog,
    ) -> None:
        self._store = store
        self._clock = clock
        self._credentials = credentials
        self._passwords = passwords
        self._factors = factors
        self._log = log
        self.throttle = Throttle()
        self._codes = Throttle()

    async def begin(
        self, name: str, password: str, remote: str, agent: str, code: str = "", *, where: str | None = None
    ) -> str:
        """Begin a session and return its secret; it is logged, and so is a failure.

        Failures are counted at `where`; None for the network of `remote`.

        Raises:
            NotSignedIn: Name and password do not belong together; `SecondFactorNeeded` where a code is missing,
                `SecondFactorWrong` where it is wrong, `Disabled` for somebody who may not sign in any more.
            Busy: Too many failed from `remote` (`TooManyAttempts`), or too many sign in at once.
        """
        now, where = self._clock.monotonic(), where or remote
        self.throttle.check(where, name, now)
        # Counted before the check, so that many at once do not all slip through.
        self.throttle.failed(where, name, now)
        found = await self._find(name)
        # A name that nobody has may be a password typed in the wrong place: it is not written down for ever.
        look = Look(name if found is not None else _NOBODY, _SIGN_IN, None, "", remote_kind(remote))
        if not await self._passwords.check(None if found is None else found.password_hash, password) or found is None:
            self._log.refuse(look, "wrong name or password")
            raise NotSignedIn("name and password do not belong together", "check both")
        if found.disabled is not None:
            self._log.refuse(look, "disabled")
            raise Disabled("this account may not sign in any more", "ask whoever manages your area")
        if found.totp_since is not None:
            await self._second(name, code, where, look)
        self.throttle.succeeded(where, name)
        secret = await self._credentials.new_session(name, agent)
        self._log.start(look)
        return secret

    async def change_password(self, name: str, old: str, new: str, remote: str) -> None:
        """Change somebody's own password.

        Raises:
            BadInput: The new one is too short or too long, or the old one is wrong.
            Busy: Too many failed from `remote`.
        """
        check_length(new)
        await self.require_password(name, old, remote)
        await self.replace_password(name, new)

    async def require_password(self, name: str, password: str, remote: str) -> None:
        """Go on only with somebody's own password, as before what must not be done at a screen left alone.

        Raises:
            BadInput: It is wrong.
            Busy: Too many failed from `remote`.
        """
        self.throttle.check(remote, name, self._clock.monotonic())
        self.throttle.failed(remote, name, self._clock.monotonic())
        found = await self._find(name)
        if not await self._passwords.check(None if found is None else found.password_hash, password):
            raise BadInput("the old password is wrong" if found else "there is no password", "type it again")
        self.throttle.succeeded(remote, name)

    async def require_code(self, name: str, code: str) -> None:
        """Go on only with a code of somebody's second factor.

        Raises:
            BadInput: It is wrong.
            Busy: Too many were.
        """
        if not await self._checked(name, code):
            raise BadInput("the code is wrong", "type the one that the authenticator shows now, or a recovery code")

    async def hash(self, password: str) -> str:
        """Return the hash of a new password.

        Raises:
            BadInput: It is too short or too long.
            Busy: Too many are being hashed already.
        """
        check_length(password)
        return await self._passwords.hash(password)

    async def replace_password(self, name: str, new: str) -> None:
        """Give somebody a new password.

        Raises:
            BadInput: It is too short or too long.
            NotFound: There is nobody of that name.
        """
        hashed = await self.hash(new)
        statement = PERSONS.update().where(PERSONS.c.name == name).values(password_hash=hashed)
        if not await self._store.run(lambda connection: connection.execute(statement).rowcount):
            raise NotFound(f"there is nobody called {name[:80]!r}", "list who there is with: ronda user list")

    async def _second(self, name: str, code: str, where: str, look: Look) -> None:
        if not code:
            self.throttle.succeeded(where, name)
            raise SecondFactorNeeded("a code is needed too", "type the one that the authenticator shows now")
        if not await self._checked(name, code):
            self._log.refuse(look, "wrong code")
            raise SecondFactorWrong("the code is wrong", "type the one that the authenticator shows now")

    async def _checked(self, name: str, code: str) -> bool:
        """Check a code; guesses at one person's codes are slowed down wherever they come from.

        Only who knows the password can guess, and a recovery code, which nobody can guess, is never kept waiting:
        nobody is locked out.
        """
        guessable = not is_recovery_code(code)
        if guessable:
            self._codes.check(name, "", self._clock.monotonic())
            self._codes.failed(name, "", self._clock.monotonic())
        right = await self._factors.check(name, code)
        if right:
            self._codes.succeeded(name, "")
        return right

    async def _find(self, name: str) -> sa.Row[Any, Any, Any] | None:
        query = sa.select(PERSONS.c.password_hash, PERSONS.c.disabled, PERSONS.c.totp_since)
        mine = query.where(PERSONS.c.name == name)
        return await self._store.read(lambda connection: connection.execute(mine).first())


def check_length(password: str) -> None:
    """Refuse a new password that is too short or too long.

    Raises:
        BadInput: It is.
    """
    if len(password) < _SHORTEST_PASSWORD:
        raise BadInput("the new password is too short", f"use {_SHORTEST_PASSWORD} letters or more")
    if not can_be_hashed(password):
        raise BadInput("the new password holds what is no letter", "choose another")
    if len(password) > LONGEST:
        raise BadInput("the new password is too long", f"use at most {LONGEST} letters")


def random_password() -> str:
    """Return a password that nobody guesses."""
    return secrets.token_urlsafe(12)
