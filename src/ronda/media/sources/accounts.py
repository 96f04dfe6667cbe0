"""Logins that a recorder refused, so that its other channels do not try them too and lock the account.

Owns a small table in memory; keys are secrets and are kept as digests.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Final

from ronda.base.time import Clock

_KEPT: Final = 16_384


@dataclass(slots=True)
class _Account:
    accepted_at: float | None = None
    refused_at: float | None = None
    accepted: asyncio.Event = field(default_factory=asyncio.Event)


class Accounts:
    """What is known of each login at each host; used on the event loop only.

    Args:
        clock: For ages.
        refused_s: How long a refusal keeps channels that start now from trying the same login.
        accepted_s: How long a success speaks against taking one channel's refusal for the login's.
    """

    def __init__(self, clock: Clock, refused_s: float = 60.0, accepted_s: float = 3600.0) -> None:
        self._clock = clock
        self._refused_s = refused_s
        self._accepted_s = accepted_s
        self._accounts: dict[bytes, _Account] = {}

    def accept(self, account_key: str) -> None:
        """The login worked: whoever waits because of it may try."""
        account = self._account(account_key)
        account.accepted_at = self._clock.monotonic()
        account.refused_at = None
        account.accepted.set()

    def refuse(self, account_key: str) -> None:
        """The login was refused on one channel."""
        account = self._account(account_key)
        if account.accepted_at is None or self._clock.monotonic() - account.accepted_at > self._accepted_s:
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
        if len(self._accounts) > _KEPT:
            self._accounts.pop(next(iter(self._accounts)))
        return self._accounts.setdefault(_digest(account_key), _Account())


def _digest(account_key: str) -> bytes:
    return hashlib.blake2b(account_key.encode(), digest_size=16).digest()
