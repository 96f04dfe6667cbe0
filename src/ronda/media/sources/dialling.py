"""Who may dial now: a budget for the node, one for each host, and viewers first.

A dial that takes longer than `patience_s` makes room for the next (up to `slow_concurrent` of them),
so that a thousand unreachable cameras do not keep fifty good ones waiting. Sans-I/O apart from the
loop's timers; owns the queue of those who wait.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heappop, heappush
from typing import Final, Self

from ronda.base.time import Clock


class Urgency(IntEnum):
    """Who goes first."""

    VIEWER = 0
    LOST = 1
    """It ran, and was lost."""
    NEW = 2
    FAILED = 3
    """The attempt before failed."""


@dataclass(frozen=True, slots=True)
class DialLimits:
    """The budgets.

    Attributes:
        node_concurrent: Dials at once.
        host_concurrent: Dials at once to one host.
        per_second: Dials begun a second, on average.
        burst: Dials that may begin at once after a quiet time.
        patience_s: A dial that takes longer gives its place in the node's budget to another.
        slow_concurrent: How many may have done so.
        host_patience_s: A dial that takes longer gives its place in the host's budget to another.
    """

    node_concurrent: int = 64
    host_concurrent: int = 2
    per_second: float = 100.0
    burst: int = 64
    patience_s: float = 0.5
    slow_concurrent: int = 1024
    host_patience_s: float = 6.0


@dataclass(slots=True)
class _Host:
    active: int = 0
    parked: list[tuple[int, int, "DialTicket"]] = field(default_factory=list)


class DialTicket:
    """One dial: waits for its turn, holds its place while connecting, gives it back."""

    def __init__(self, dialler: "Dialler", host: str, urgency: Urgency) -> None:
        self.host: Final = host
        self.urgency = urgency
        self.slow = False
        self.holds_node = False
        self.holds_host = False
        self.turn: asyncio.Future[None] | None = None
        self.timers: list[asyncio.TimerHandle] = []
        self._dialler = dialler

    async def wait(self) -> None:
        """Return when it may dial; `release` must follow."""
        turn = self.turn = asyncio.get_running_loop().create_future()
        self._dialler.enqueue(self)
        try:
            await turn
        except asyncio.CancelledError:
            self.release()
            raise

    def hurry(self) -> None:
        """A viewer waits for it now: it goes before all others."""
        if self.urgency is not Urgency.VIEWER:
            self.urgency = Urgency.VIEWER
            if self.waiting:
                self._dialler.enqueue(self)

    @property
    def waiting(self) -> bool:
        """Whether it waits for its turn."""
        return self.turn is not None and not self.turn.done()

    def release(self) -> None:
        """Give the place back: connected, failed or no longer wanted. May be called again."""
        self._dialler.release(self)

    async def __aenter__(self) -> Self:
        await self.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()


class Dialler:
    """Hands out places; used on the event loop only.

    Args:
        clock: For the rate.
        limits: The budgets.
    """

    def __init__(self, clock: Clock, limits: DialLimits = DialLimits()) -> None:
        self._clock = clock
        self._limits = limits
        self._queue: list[tuple[int, int, DialTicket]] = []
        self._hosts: dict[str, _Host] = {}
        self._sequence = 0
        self._tokens = float(limits.burst)
        self._filled_at = clock.monotonic()
        self._refill: asyncio.TimerHandle | None = None
        self.active = 0
        self.slow = 0
        self.begun = 0

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        parked = sum(sum(_current(entry) for entry in host.parked) for host in self._hosts.values())
        return parked + sum(_current(entry) for entry in self._queue)

    def ticket(self, host: str, urgency: Urgency = Urgency.NEW) -> DialTicket:
        """Return a ticket for one dial to `host` (see `StreamAddress.host_key`)."""
        return DialTicket(self, host, urgency)

    def enqueue(self, ticket: DialTicket) -> None:
        """Line a ticket up, or again with its new urgency."""
        self._sequence += 1
        heappush(self._queue, (int(ticket.urgency), self._sequence, ticket))
        self._admit()

    def release(self, ticket: DialTicket) -> None:
        """Take back what a ticket holds."""
        if ticket.turn is not None and not ticket.turn.done():
            ticket.turn.cancel()
        for timer in ticket.timers:
            timer.cancel()
        ticket.timers.clear()
        if ticket.slow:
            ticket.slow = False
            self.slow -= 1
        self._leave_node(ticket)
        self._leave_host(ticket)
        self._admit()

    def _admit(self) -> None:
        while self._queue and self.active < self._limits.node_concurrent and self._has_token():
            entry = heappop(self._queue)
            if not _current(entry):
                continue
            ticket = entry[2]
            host = self._hosts.setdefault(ticket.host, _Host())
            if host.active >= self._limits.host_concurrent:
                heappush(host.parked, entry)
                continue
            self._begin(ticket, host)

    def _begin(self, ticket: DialTicket, host: _Host) -> None:
        self._tokens -= 1
        self.begun += 1
        self.active += 1
        host.active += 1
        ticket.holds_node = ticket.holds_host = True
        self._later(ticket, self._limits.patience_s, self._grow_slow)
        self._later(ticket, self._limits.host_patience_s, self._tire_host)
        if ticket.turn is not None:
            ticket.turn.set_result(None)

    def _later(self, ticket: DialTicket, seconds: float, act: Callable[[DialTicket], None]) -> None:
        ticket.timers.append(asyncio.get_running_loop().call_later(seconds, act, ticket))

    def _grow_slow(self, ticket: DialTicket) -> None:
        if self.slow >= self._limits.slow_concurrent:
            self._later(ticket, self._limits.patience_s, self._grow_slow)
            return
        ticket.slow = True
        self.slow += 1
        self._leave_node(ticket)
        self._admit()

    def _tire_host(self, ticket: DialTicket) -> None:
        self._leave_host(ticket)
        self._admit()

    def _leave_node(self, ticket: DialTicket) -> None:
        if ticket.holds_node:
            ticket.holds_node = False
            self.active -= 1

    def _leave_host(self, ticket: DialTicket) -> None:
        host = self._hosts.get(ticket.host)
        if host is None:
            return
        if ticket.holds_host:
            ticket.holds_host = False
            host.active -= 1
        # The best of those that wait for this host line up again with their old place.
        while host.parked and host.active < self._limits.host_concurrent:
            entry = heappop(host.parked)
            if _current(entry):
                heappush(self._queue, entry)
                break
        if not host.active and not host.parked:
            del self._hosts[ticket.host]

    def _has_token(self) -> bool:
        now = self._clock.monotonic()
        self._tokens = min(self._limits.burst, self._tokens + (now - self._filled_at) * self._limits.per_second)
        self._filled_at = now
        if self._tokens >= 1:
            return True
        if self._refill is None:
            wait_s = (1 - self._tokens) / self._limits.per_second
            self._refill = asyncio.get_running_loop().call_later(wait_s, self._refilled)
        return False

    def _refilled(self) -> None:
        self._refill = None
        self._admit()


def _current(entry: tuple[int, int, DialTicket]) -> bool:
    """Whether a place in the queue still counts: its ticket waits and has not hurried past it."""
    urgency, _, ticket = entry
    return ticket.waiting and urgency == ticket.urgency
