"""The second factor: codes of an authenticator (TOTP, RFC 6238) and recovery codes for when it is lost.

The secret is sealed in the database; of a recovery code only its hash is kept. Every code opens once.
"""

import secrets
from dataclasses import dataclass
from typing import Final

import pyotp
import sqlalchemy as sa

from ronda.base.errors import BadInput, Conflict
from ronda.base.time import HZ_90K, Clock
from ronda.city.history import Change, note
from ronda.people import persons
from ronda.people.credentials import hash_of
from ronda.people.tables import PERSONS, RECOVERY_CODES
from ronda.store.database import Store

_STEP_S: Final = 30
_AROUND: Final = (-1, 0, 1)
"""Steps around now whose codes count: clocks of phones are a little off."""
_CODES: Final = 10
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS: Final = 4
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is told, once.

    Attributes:
        secret: Base32, for typing.
        uri: The same as `otpauth://`, for a QR code.
    """

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class FactorState:
    """Whether somebody has a second factor.

    Attributes:
        on: Whether signing in asks for a code.
        recovery_codes: How many recovery codes are left.
    """

    on: bool
    recovery_codes: int


class SecondFactors:
    """Everybody's second factors."""

    def __init__(self, store: Store, clock: Clock, issuer: str = "Ronda") -> None:
        self.issuer = issuer
        self._store = store
        self._clock = clock

    async def state(self, person: str) -> FactorState:
        """Return whether `person` has one."""

        def work(connection: sa.Connection) -> FactorState:
            since = connection.execute(sa.select(PERSONS.c.totp_since).where(PERSONS.c.name == person)).scalar()
            unused = sa.and_(RECOVERY_CODES.c.person == person, RECOVERY_CODES.c.used.is_(None))
            left = connection.execute(sa.select(sa.func.count()).select_from(RECOVERY_CODES).where(unused)).scalar_one()
            return FactorState(since is not None, int(left))

        return await self._store.read(work)

    async def enrol(self, person: str) -> Enrolment:
        """Make a secret for `person`'s authenticator; it counts once `confirm` has seen a code.

        Raises:
            Conflict: One is on already.
        """
        secret = pyotp.random_base32()
        sealed = self._store.secrets.seal(secret)

        def work(connection: sa.Connection) -> None:
            off = sa.and_(PERSONS.c.name == person, PERSONS.c.totp_since.is_(None))
            if not connection.execute(PERSONS.update().where(off).values(totp=sealed, totp_step=None)).rowcount:
                raise Conflict("a second factor is on already", "turn it off first")

        await self._store.run(work)
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=self.issuer))

    async def confirm(self, person: str, code: str) -> list[str]:
        """Turn on what was enrolled and return the recovery codes, which are never shown again.

        Raises:
            BadInput: The code is wrong.
            Conflict: Nothing was enrolled, or it is on already.
        """
        now = self._clock.utc_90k()
        codes = [_new_code() for _ in range(_CODES)]

        def work(connection: sa.Connection) -> None:
            row = connection.execute(_factor(person)).first()
            if row is None or row.totp is None or row.totp_since is not None:
                raise Conflict("there is no second factor to confirm", "begin with showing the code to scan")
            step = _step(self._store.secrets.open(row.totp), code, now, None)
            if step is None:
                raise BadInput("the code is wrong", "type the six digits that the authenticator shows now")
            mine = PERSONS.c.name == person
            connection.execute(PERSONS.update().where(mine).values(totp_since=now, totp_step=step))
            connection.execute(RECOVERY_CODES.delete().where(RECOVERY_CODES.c.person == person))
            rows = [{"person": person, "code_hash": hash_of(_plain(one)), "used": None} for one in codes]
            connection.execute(RECOVERY_CODES.insert(), rows)
            _note(connection, person, person, now, on=True)

        await self._store.run(work)
        return codes

    async def turn_off(self, person: str, by: str) -> None:
        """Forget the second factor of `person`: asked for with a code, or because everything was lost.

        Raises:
            Conflict: There is none.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> None:
            there = sa.and_(PERSONS.c.name == person, PERSONS.c.totp.is_not(None))
            gone = PERSONS.update().where(there).values(totp=None, totp_since=None, totp_step=None)
            if not connection.execute(gone).rowcount:
                persons.get(connection, person)
                raise Conflict(f"{person} has no second factor", "nothing needs to be done")
            connection.execute(RECOVERY_CODES.delete().where(RECOVERY_CODES.c.person == person))
            _note(connection, person, by, now, on=False)

        await self._store.run(work)

    async def check(self, person: str, code: str) -> bool:
        """Say whether `code` is one that counts now, and use it up."""
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> bool:
            if is_recovery_code(code):
                used = RECOVERY_CODES.update().where(
                    RECOVERY_CODES.c.person == person,
                    RECOVERY_CODES.c.code_hash == hash_of(_plain(code)),
                    RECOVERY_CODES.c.used.is_(None),
                )
                return bool(connection.execute(used.values(used=now)).rowcount)
            row = connection.execute(_factor(person)).first()
            if row is None or row.totp is None:
                return False
            step = _step(self._store.secrets.open(row.totp), code, now, row.totp_step)
            if step is None:
                return False
            connection.execute(PERSONS.update().where(PERSONS.c.name == person).values(totp_step=step))
            return True

        return await self._store.run(work)


def is_recovery_code(code: str) -> bool:
    """Whether `code` has the form of a recovery code rather than of an authenticator's."""
    return len(_plain(code)) == _GROUPS * _GROUP


def _factor(person: str) -> sa.Select[tuple[str, int, int]]:
    columns = (PERSONS.c.totp, PERSONS.c.totp_since, PERSONS.c.totp_step)
    return sa.select(*columns).where(PERSONS.c.name == person)


def _step(secret: str, code: str, now_90k: int, last: int | None) -> int | None:
    """Return the step whose code this is, later than the `last` one used; None for none."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit()):
        return None
    totp = pyotp.TOTP(secret, interval=_STEP_S)
    current = now_90k // HZ_90K // _STEP_S
    for around in _AROUND:
        step = current + around
        later = last is None or step > last
        if later and secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def _new_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def _note(connection: sa.Connection, person: str, by: str, now: int, *, on: bool) -> None:
    before, after = {"second_factor": not on}, {"second_factor": on}
    note(connection, [Change(now, by, "person", person, "changed", before, after)])
