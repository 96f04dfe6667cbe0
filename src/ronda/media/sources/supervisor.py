"""Keeps one source connected: dials in turn, waits longer after each failure, stops when refused.

The life of a source: `idle` until somebody runs it, `connecting`, `running`; then `silent` while it is
connected and sends nothing, `backing-off` until the next attempt (`busy` where the other side says that it serves
as many as it can), or `refused` for good when the login is wrong. A new address or password means a new supervisor.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.causes import GapCause, SourceState
from ronda.base.logging import get_logger
from ronda.base.redaction import redact
from ronda.base.time import Clock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import (
    Source,
    SourceBusy,
    SourceCounters,
    SourceFailed,
    SourceListener,
    SourceRefused,
    SourceSilent,
    SourceUnsupported,
)
from ronda.media.sources.dialling import Dialler, DialTicket, Urgency

_log = get_logger("media.sources")

Opener = Callable[[StreamAddress, SourceListener, SourceCounters], Source]
"""Makes the source of an address; see `ronda.media.sources.opening`."""

_LOOK_S: Final = 0.025
_QUICK_DIAL_S: Final = 2.0
_MOST_DOUBLINGS: Final = 16
_UNSUPPORTED_COUNTS_AS: Final = 6


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a supervisor waits for what, in seconds.

    Attributes:
        base_s: The wait after the first failure is at most this; it doubles with each.
        cap_s: It is at most this.
        watched_cap_s: The cap while somebody watches.
        least_s: It is at least this.
        stable_s: After so long a run the count of failures starts anew.
        first_picture_s: From the beginning of the dial to the first picture: the last resort behind the
            limits of the sources, of which some wait a minute for a keyframe.
        silent_s: Without a picture for so long the source is `silent`.
        give_up_s: Without a picture for so long it is connected anew.
        urge_every_s: A viewer cuts a wait short at most so often.
        scout_s: A channel that was held back because another was refused tries after so long itself.
    """

    base_s: float = 1.0
    cap_s: float = 60.0
    watched_cap_s: float = 10.0
    least_s: float = 0.1
    stable_s: float = 10.0
    first_picture_s: float = 80.0
    silent_s: float = 5.0
    give_up_s: float = 15.0
    urge_every_s: float = 3.0
    scout_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class SupervisorTools:
    """What all supervisors of a node share.

    Attributes:
        opener: Makes sources.
        dialler: The dial budgets.
        accounts: Logins that were refused.
        clock: The time.
        random: Returns a number in [0, 1); `random.random` outside tests.
    """

    opener: Opener
    dialler: Dialler
    accounts: Accounts
    clock: Clock
    random: Callable[[], float]


class _Attempt:
    """One connection attempt: passes pictures on and watches for silence."""

    def __init__(self, supervisor: "Supervisor", ticket: DialTicket, deadline: asyncio.Timeout) -> None:
        self._supervisor = supervisor
        self._listener = supervisor.listener
        self._patience = supervisor.patience
        self._clock = supervisor.clock
        self._deadline = deadline
        self._ticket = ticket
        self._begun = self._clock.monotonic()
        self._silent = False
        self.first_at: float | None = None
        self.last_at = 0.0
        self._counters = supervisor.counters
        self._packets = self._counters.packets
        self._dialling: asyncio.TimerHandle | None = None
        self._watch_dial()
        self._timer: asyncio.TimerHandle | None = None
        self._look_again(min(self._patience.first_picture_s, self._patience.silent_s))

    def picture(self, unit: AccessUnit) -> None:
        """The next access unit."""
        self.last_at = unit.arrival
        if self.first_at is None or self._silent:
            self._running()
        self._listener.picture(unit)

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """States are the supervisor's to tell."""

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._end_dial()

    @property
    def lasted_s(self) -> float:
        """From the first picture to the last."""
        return 0.0 if self.first_at is None else self.last_at - self.first_at

    def _running(self) -> None:
        if self.first_at is None:
            self.first_at = self.last_at
            self._end_dial()
            self._supervisor.connected()
        self._silent = False
        self._supervisor.tell(SourceState.RUNNING, None, None)

    def _watch_dial(self) -> None:
        """The dial is over when the first packet comes; the first keyframe may be long in coming."""
        if self._counters.packets != self._packets:
            self._end_dial()
            return
        quick = self._clock.monotonic() - self._begun < _QUICK_DIAL_S
        look_s = _LOOK_S if quick else 10 * _LOOK_S
        self._dialling = asyncio.get_running_loop().call_later(look_s, self._watch_dial)

    def _end_dial(self) -> None:
        if self._dialling is not None:
            self._dialling.cancel()
            self._dialling = None
        self._ticket.release()

    def _look_again(self, after_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(max(after_s, 0.01), self._look)

    def _look(self) -> None:
        now = self._clock.monotonic()
        patience = self._patience
        if self.first_at is None:
            left = self._begun + patience.first_picture_s - now
        else:
            quiet = now - self.last_at
            left = patience.give_up_s - quiet
            if quiet >= patience.silent_s and not self._silent:
                self._silent = True
                self._supervisor.tell(SourceState.SILENT, "connected, and no pictures come", GapCause.SILENT)
            if not self._silent:
                left = patience.silent_s - quiet
        if left <= 0:
            self._deadline.reschedule(asyncio.get_running_loop().time())
        else:
            self._look_again(min(left, patience.silent_s))


class Supervisor:
    """Keeps the source of one address connected and tells its listener what it is doing.

    Args:
        address: Where.
        listener: Who gets pictures and states.
        counters: What is counted; shared by all attempts.
        tools: What all supervisors share.
        patience: How long it waits for what.
    """

    def __init__(
        self,
        address: StreamAddress,
        listener: SourceListener,
        counters: SourceCounters,
        tools: SupervisorTools,
        patience: Patience = Patience(),
    ) -> None:
        self.address: Final = address
        self.listener: Final = listener
        self.patience: Final = patience
        self.clock: Final = tools.clock
        self._tools = tools
        self.counters: Final = counters
        self._state = SourceState.IDLE
        self._reason: str | None = None
        self._cause: GapCause | None = GapCause.UNREACHABLE
        self._failures = 0
        self._ran = False
        self._watched = False
        self._urged_at: float | None = None
        self._urge = asyncio.Event()
        self._ticket: DialTicket | None = None
        self._source: Source | None = None

    @property
    def state(self) -> SourceState:
        """What the source is doing now."""
        return self._state

    @property
    def reason(self) -> str | None:
        """Why, in one sentence; None while all is well."""
        return self._reason

    def watch(self, watched: bool) -> None:
        """Say whether somebody watches live: the source reads promptly, and a dial is urgent."""
        self._watched = watched
        if self._source is not None:
            self._source.watch(watched)
        if not watched:
            return
        if self._ticket is not None:
            self._ticket.hurry()
        now = self.clock.monotonic()
        if self._urged_at is None or now - self._urged_at >= self.patience.urge_every_s:
            self._urged_at = now
            self._urge.set()

    async def run(self) -> None:
        """Stay connected until cancelled.

        The listener is told nothing once it is cancelled: a source may take a moment to end, and
        by then its listener may follow another supervisor.
        """
        try:
            while True:
                failure = await self._attempt()
                if isinstance(failure, SourceRefused):
                    await self._stay_refused(failure)
                else:
                    await self._back_off(failure)
        finally:
            self._state, self._reason = SourceState.IDLE, None

    def tell(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """Pass a change of state on."""
        if cause is not None:
            self._cause = cause
        if (state, reason) != (self._state, self._reason):
            self._state, self._reason = state, reason
            self.listener.state(state, reason, cause)

    def connected(self) -> None:
        """The first picture of an attempt came."""
        if self._ran:
            self.counters.reconnects += 1
        self._ran = True
        self._tools.accounts.accept(self.address.account_key)

    async def _attempt(self) -> SourceFailed:
        """Dial once in turn and play; return why it ended."""
        self.tell(SourceState.CONNECTING, None, self._cause)
        ticket = self._ticket = self._tools.dialler.ticket(self.address.host_key, self._urgency())
        await ticket.wait()
        try:
            if self._tools.accounts.is_refused(self.address.account_key):
                return _RefusedElsewhere("another channel refused this user name and password")
            return await self._play(ticket)
        finally:
            self._ticket = None
            ticket.release()

    async def _play(self, ticket: DialTicket) -> SourceFailed:
        attempt: _Attempt | None = None
        deadline = asyncio.timeout(None)
        try:
            async with deadline:
                attempt = _Attempt(self, ticket, deadline)
                source = self._source = self._tools.opener(self.address, attempt, self.counters)
                source.watch(self._watched)
                # A task of its own: whatever a source did not foresee costs this attempt and nothing else.
                [ended] = await asyncio.gather(source.run(), return_exceptions=True)
            failure = self._failure(ended)
        except TimeoutError:
            failure = SourceSilent("connected, and no pictures came")
        except SourceFailed as error:
            failure = error
        finally:
            self._source = None
            if attempt is not None:
                attempt.close()
                if attempt.first_at is not None:
                    self._tools.accounts.leave(self.address.account_key)
        self._count(failure, attempt)
        return failure

    def _failure(self, ended: BaseException | None) -> SourceFailed:
        match ended:
            case None:
                return SourceFailed("the other side ended the stream")
            case SourceFailed():
                return ended
            case TimeoutError():
                return SourceSilent("connected, and no pictures came")
        _log.error("source-failed", address=self.address.redacted, exc_info=ended)
        return SourceFailed(f"the source failed: {type(ended).__name__}")

    def _count(self, failure: SourceFailed, attempt: _Attempt | None) -> None:
        if attempt is not None and attempt.lasted_s >= self.patience.stable_s:
            self._failures = 0
        self._failures += 1
        if isinstance(failure, SourceUnsupported):
            self._failures = max(self._failures, _UNSUPPORTED_COUNTS_AS)
        if isinstance(failure, SourceRefused):
            self._tools.accounts.refuse(self.address.account_key)

    def _urgency(self) -> Urgency:
        if self._watched:
            return Urgency.VIEWER
        if self._failures == 0:
            return Urgency.NEW
        return Urgency.LOST if self._ran and self._failures == 1 else Urgency.FAILED

    async def _back_off(self, failure: SourceFailed) -> None:
        """Wait a random time, longer at most with each failure (full jitter), or until a viewer comes."""
        state = SourceState.BUSY if isinstance(failure, SourceBusy) else SourceState.BACKING_OFF
        self.tell(state, redact(str(failure)), failure.cause)
        cap_s = self.patience.watched_cap_s if self._watched else self.patience.cap_s
        longest = min(cap_s, self.patience.base_s * 2 ** min(self._failures - 1, _MOST_DOUBLINGS))
        wait_s = max(self.patience.least_s, longest * self._tools.random())
        self._urge.clear()
        try:
            async with asyncio.timeout(wait_s):
                await self._urge.wait()
        except TimeoutError:
            pass

    async def _stay_refused(self, failure: SourceRefused) -> None:
        """Dial no more: each attempt with a wrong login brings the recorder closer to locking it."""
        mend = "" if failure.mend else ": change the user name or password in the camera's address"
        self.tell(SourceState.REFUSED, redact(f"{failure}{mend}"), failure.cause)
        if not isinstance(failure, _RefusedElsewhere):
            await asyncio.Event().wait()
        # This channel has not tried yet: it may once another got in, or, alone, after a long time.
        try:
            async with asyncio.timeout(self.patience.scout_s):
                await self._tools.accounts.accepted(self.address.account_key)
        except TimeoutError:
            pass


class _RefusedElsewhere(SourceRefused):
    """This channel has not dialled: another of the same recorder was refused with the same login."""
