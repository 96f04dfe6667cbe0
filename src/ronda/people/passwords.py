"""Password hashing (argon2id, RFC 9106) in a small pool of its own, never in the loop."""

from collections.abc import Callable
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ronda.base.errors import Busy
from ronda.base.pools import Pool

T = TypeVar("T")
_WAITING_AT_MOST: Final = 16
LONGEST: Final = 1024


class Passwords:
    """Makes and checks password hashes; owns the `crypto` pool.

    More than a few checks waiting are refused: each costs 64 MiB and some tens of milliseconds.
    """

    def __init__(self, hasher: PasswordHasher | None = None, threads: int = 1) -> None:
        self._hasher = hasher or PasswordHasher()
        self.pool = Pool("crypto", threads, _WAITING_AT_MOST)
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """Return the encoded hash of `password`.

        Raises:
            Busy: Too many are being hashed already.
        """
        return await self._in_pool(self._hasher.hash, password)

    async def check(self, encoded: str | None, password: str) -> bool:
        """Say whether `password` belongs to `encoded`; for nobody (None) take as long and say no.

        Raises:
            Busy: Too many are being checked already.
        """
        if len(password) > LONGEST or not can_be_hashed(password):
            return False
        if encoded is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
        return await self._in_pool(self._matches, encoded or self._nobody, password) and encoded is not None

    def close(self) -> None:
        """Let the pool's threads end."""
        self.pool.close()

    def _matches(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (Argon2Error, InvalidHashError):
            return False

    async def _in_pool(self, work: Callable[..., T], *values: str) -> T:
        try:
            return await self.pool.run(work, *values)
        except Busy as error:
            raise Busy("too many people are signing in at once", "try again in a moment") from error


def can_be_hashed(password: str) -> bool:
    """Whether `password` is text: JSON can also write halves of characters."""
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True
