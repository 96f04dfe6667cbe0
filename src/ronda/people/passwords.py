"""Password hashing (argon2id, RFC 9106) in a small pool of its own, never in the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ronda.base.errors import Busy

T = TypeVar("T")
_THREADS: Final = 2
_WAITING_AT_MOST: Final = 16
_LONGEST: Final = 1024


class Passwords:
    """Makes and checks password hashes; owns the `crypto` pool.

    More than a few checks waiting are refused: each costs 64 MiB and some tens of milliseconds.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="crypto")
        self._waiting = 0
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
        if len(password) > _LONGEST:
            return False
        if encoded is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
        return await self._in_pool(self._matches, encoded or self._nobody, password) and encoded is not None

    def close(self) -> None:
        """Let the pool's threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (Argon2Error, InvalidHashError):
            return False

    async def _in_pool(self, work: Callable[..., T], *values: str) -> T:
        if self._waiting >= _WAITING_AT_MOST:
            raise Busy("too many people are signing in at once", "try again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *values)
        finally:
            self._waiting -= 1
