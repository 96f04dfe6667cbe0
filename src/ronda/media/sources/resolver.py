"""Names to addresses in a few threads of their own, so that a dead name server holds up nobody else.

Owns its threads (daemons: a lookup that hangs does not hold up the exit) and a small cache. What was
found once is used at once, also past its age, and asked for anew meanwhile: a camera that was reachable
does not wait behind a thousand names that are not.
"""

import asyncio
import ipaddress
import queue
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.time import Clock
from ronda.media.sources.contract import SourceFailed

Endpoint = tuple[str, int]
"""A numeric address and a port."""
Lookup = Callable[[str], tuple[str, ...]]
"""Blocking: returns the addresses of a name or raises `OSError`."""

_CACHED_NAMES: Final = 8192


class NameNotFound(SourceFailed):
    """The name has no address, or no name server answers."""


@dataclass(frozen=True, slots=True)
class ResolverLimits:
    """How much is looked up at once and how long answers are kept.

    Attributes:
        threads: Lookups that run at once.
        waiting: Lookups that may wait for a thread; one more fails at once.
        timeout_s: How long somebody waits for an answer.
        found_s: An answer older than this is used and asked for anew.
        missing_s: How long a failure is remembered.
        stale_s: How long an answer is used while asking anew fails.
    """

    threads: int = 4
    waiting: int = 256
    timeout_s: float = 8.0
    found_s: float = 60.0
    missing_s: float = 15.0
    stale_s: float = 86_400.0


@dataclass(slots=True)
class _Entry:
    addresses: tuple[str, ...]
    found_at: float
    asked_at: float
    problem: str


def lookup_blocking(host: str) -> tuple[str, ...]:
    """Return the addresses of `host` in the system's order of preference. Blocks.

    Raises:
        OSError: There is none, or nobody answers.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Resolver:
    """Looks names up; used on the event loop, `start` first and `close` at the end.

    Args:
        clock: For ages.
        limits: See `ResolverLimits`.
        lookup: What a thread calls.

    Attributes:
        refused: Lookups refused because too many waited.
    """

    def __init__(
        self, clock: Clock, limits: ResolverLimits = ResolverLimits(), lookup: Lookup = lookup_blocking
    ) -> None:
        self._clock = clock
        self._limits = limits
        self._lookup = lookup
        self._cache: OrderedDict[str, _Entry] = OrderedDict()
        self._running: dict[str, asyncio.Future[tuple[str, ...]]] = {}
        self._work: queue.SimpleQueue[tuple[str, asyncio.AbstractEventLoop] | None] = queue.SimpleQueue()
        self._threads = 0
        self.refused = 0

    @property
    def limit(self) -> int:
        """The most lookups that run or wait at once."""
        return self._limits.waiting + self._limits.threads

    @property
    def waiting(self) -> int:
        """Lookups that run or wait for a thread now."""
        return len(self._running)

    async def resolve(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """Return where to dial, best first; a numeric `host` is returned as it is.

        Raises:
            NameNotFound: The name has no address, or nobody answered in time.
        """
        try:
            ipaddress.ip_address(host)
        except ValueError:
            addresses = await self._addresses(host)
            return tuple((address, port) for address in addresses)
        return ((host, port),)

    def close(self) -> None:
        """Let the threads end after the lookup they are in."""
        for _ in range(self._threads):
            self._work.put(None)
        self._threads = 0

    async def _addresses(self, host: str) -> tuple[str, ...]:
        now = self._clock.monotonic()
        entry = self._cache.get(host)
        if entry is not None:
            asked_lately = now - entry.asked_at < (self._limits.missing_s if entry.problem else self._limits.found_s)
            if entry.addresses and now - entry.found_at < self._limits.stale_s:
                if not asked_lately:
                    self._refresh(host, entry)
                return entry.addresses
            if entry.problem and asked_lately:
                raise _not_found(host, entry.problem)
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                return await asyncio.shield(self._ask(host))
        except TimeoutError:
            problem = f"no name server answered for {host!r}"
        except OSError as error:
            problem = f"the name {host!r} is not known: {error.strerror or error}"
        self._keep(host, _Entry((), now, self._clock.monotonic(), problem))
        raise _not_found(host, problem)

    def _refresh(self, host: str, entry: _Entry) -> None:
        """Ask again while the old answer is still used."""
        entry.asked_at = self._clock.monotonic()
        try:
            self._ask(host)
        except NameNotFound:
            return  # too much is asked already: later

    def _ask(self, host: str) -> asyncio.Future[tuple[str, ...]]:
        running = self._running.get(host)
        if running is not None:
            return running
        if len(self._running) >= self.limit:
            self.refused += 1
            raise NameNotFound("too many names are being looked up at once", "the name server may be down")
        loop = asyncio.get_running_loop()
        running = self._running[host] = loop.create_future()
        while self._threads < min(self._limits.threads, len(self._running)):
            self._threads += 1
            threading.Thread(target=self._serve, name=f"resolver-{self._threads}", daemon=True).start()
        self._work.put((host, loop))
        return running

    def _serve(self) -> None:
        """Answer lookups until told to end; runs in a thread of the resolver."""
        while (work := self._work.get()) is not None:
            host, loop = work
            answer: tuple[str, ...] | OSError
            try:
                answer = self._lookup(host)
            except OSError as error:
                answer = error
            except UnicodeError as error:
                answer = OSError(str(error))
            try:
                loop.call_soon_threadsafe(self._answered, host, answer)
            except RuntimeError:
                return  # the loop has been closed: nobody waits any more

    def _answered(self, host: str, answer: tuple[str, ...] | OSError) -> None:
        running = self._running.pop(host)
        now = self._clock.monotonic()
        if isinstance(answer, OSError):
            running.set_exception(answer)
            running.exception()  # nobody may be waiting any more
            if host in self._cache:
                self._cache[host].problem = str(answer.strerror or answer)
                self._cache[host].asked_at = now
        else:
            self._keep(host, _Entry(answer, now, now, ""))
            running.set_result(answer)

    def _keep(self, host: str, entry: _Entry) -> None:
        self._cache[host] = entry
        self._cache.move_to_end(host)
        while len(self._cache) > _CACHED_NAMES:
            self._cache.popitem(last=False)


def _not_found(host: str, problem: str) -> NameNotFound:
    return NameNotFound(problem, f"check the spelling of {host!r} and the name server")
