"""Logins that a recorder refused, so that its other channels do not try them too and lock the account.

Owns a small table in memory; keys are secrets and are kept as digests.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Final

from ronda.base.time import Clock

_KEPT: Final = 16_384
_ENOUGH_REFUSALS: Final = 2


@dataclass(slots=True)
class _Account:
    playing: int = 0
    refusals: int = 0
    refused_at: float | None = None
    accepted: asyncio.Event = field(default_factory=asyncio.Event)


class Accounts:
    """What is known of each login at each host; used on the event loop only.

    One refusal speaks for the login unless another channel plays with it at that time: then it may
    be that channel alone which is forbidden, and it takes a second refusal.

    Args:
        clock: For ages.
        refused_s: How long a refusal keeps other channels from trying the same login.
    """

    def __init__(self, clock: Clock, refused_s: float = 60.0) -> None:
        self._clock = clock
        self._refused_s = refused_s
        self._accounts: dict[bytes, _Account] = {}

    def accept(self, account_key: str) -> None:
        """A channel plays with the login: whoever waits because of it may try. `leave` must follow."""
        account = self._account(account_key)
        account.playing += 1
        account.refusals = 0
        account.refused_at = None
        account.accepted.set()

    def leave(self, account_key: str) -> None:
        """A channel that played with the login plays no more."""
        self._account(account_key).playing -= 1

    def refuse(self, account_key: str) -> None:
        """The login was refused on one channel."""
        account = self._account(account_key)
        account.refusals += 1
        if not account.playing or account.refusals >= _ENOUGH_REFUSALS:
            account.refused_at = self._clock.monotonic()
            account.accepted.clear()

    def is_refused(self, account_key: str) -> bool:
        """Whether the login was refused a moment ago on another channel and has not worked since."""
        account = self._accounts.get(_digest(account_key))
        if account is None or account.refused_at is None:
            return False
        return self._clock.monotonic() - account.refused_at < self._refused_s

    async def accepted(self, account_key: str) -> None:
        """Return when the login works on some channel."""
        await self._account(account_key).accepted.wait()

    def _account(self, account_key: str) -> _Account:
        digest = _digest(account_key)
        account = self._accounts.get(digest)
        if account is None:
            if len(self._accounts) >= _KEPT:
                self._forget_one()
            account = self._accounts[digest] = _Account()
        return account

    def _forget_one(self) -> None:
        idle = next((digest for digest, account in self._accounts.items() if not account.playing), None)
        if idle is not None:
            del self._accounts[idle]


def _digest(account_key: str) -> bytes:
    return hashlib.blake2b(account_key.encode(), digest_size=16).digest()
