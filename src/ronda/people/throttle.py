"""Slows down guessing of passwords without locking anybody else out.

Failures are counted per pair of (network that asks, name asked for) and per network. Whoever guesses
`admin` from one place makes only that place wait; the administrator signs in from any other at once, and from a
browser of before at once too (`ronda.people.known_browsers`).
"""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from ronda.base.errors import TooOften

_FREE: Final = {True: 5, False: 30}
"""Failures that cost nothing: for one name from one network, for all names from one network."""
_LONGEST_WAIT_S: Final = 60.0
_FORGET_S: Final = 900.0
_REMEMBERED: Final = 10_000


class TooManyAttempts(TooOften):
    """Signing in failed too often from here."""

    def __init__(self, wait_s: float) -> None:
        super().__init__("too many failed attempts to sign in from here", f"wait {wait_s:.0f} seconds", wait_s)


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Counts failures; time is passed in (monotonic seconds)."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str | None], _Failures] = OrderedDict()

    def check(self, remote: str, name: str, now: float) -> None:
        """Let an attempt pass.

        Raises:
            TooManyAttempts: It comes too soon after too many failures.
        """
        wait = max(self._wait(key, now) for key in _keys(remote, name))
        if wait > 0:
            raise TooManyAttempts(wait)

    def failed(self, remote: str, name: str, now: float) -> None:
        """Count a failure."""
        for key in _keys(remote, name):
            before = self._failures.pop(key, None)
            count = before.count if before and now - before.last < _FORGET_S else 0
            self._failures[key] = _Failures(count + 1, now)
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, remote: str, name: str) -> None:
        """Forget the failures of this name from this network, and take back the one just counted for the network."""
        own, network = _keys(remote, name)
        self._failures.pop(own, None)
        every = self._failures.get(network)
        if every is not None:
            every.count = max(0, every.count - 1)

    def _wait(self, key: tuple[str, str | None], now: float) -> float:
        failures = self._failures.get(key)
        if failures is None or now - failures.last >= _FORGET_S:
            return 0.0
        beyond = failures.count - _FREE[key[1] is not None]
        if beyond < 0:
            return 0.0
        return min(2.0 ** min(beyond, 10), _LONGEST_WAIT_S) - (now - failures.last)


def _keys(remote: str, name: str) -> tuple[tuple[str, str | None], tuple[str, str | None]]:
    network = network_of(remote)
    return (network, name[:200]), (network, None)


def network_of(remote: str) -> str:
    """Return the network an address belongs to: itself, or the /64 that one IPv6 household has."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else remote
