"""The running pipeline of one camera profile: source, fragmenter, GOP cache, and those who follow.

It runs while somebody holds a lease and some seconds longer: one pull for all. Lives on the event
loop; its task belongs to `Streams`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol

import structlog

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import NotFound
from ronda.base.stages import PACKAGED
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import ProfileStatus
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.fragment import Fragment, FragmentSink, Run
from ronda.media.fragmenter import LATE_S, Fragmenter
from ronda.media.leases import WATCHING, Lease, Purpose, lingering_s
from ronda.media.measure import Measure
from ronda.media.ring import FragmentCursor, FragmentRing, RingLimits
from ronda.media.sources.contract import SourceCounters, SourceListener
from ronda.media.tap import UnitListener, UnitTap, units_of

_log = structlog.get_logger(__name__)

_UNWATCHED_LATE_S: Final = 1.0  # longer than a gulp: see `SourceListener` and `Source.watch`


class Supervisor(Protocol):
    """Keeps a source going: dials, waits, dials again; tells its states to the stream."""

    async def run(self) -> None:
        """Go on until cancelled."""
        ...

    def watch(self, watched: bool) -> None:
        """Say whether somebody watches live; see `Source.watch`."""
        ...


OpenSupervisor = Callable[[SourceListener, SourceCounters], Supervisor]


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How streams behave.

    Attributes:
        linger_s: How long a stream runs on after its last lease.
        restart_s: Pause after a supervisor has failed, which it should not.
        ring: How much of it is kept.
    """

    linger_s: float = 5.0
    restart_s: float = 5.0
    ring: RingLimits = field(default_factory=RingLimits)


class _Follower:
    """A sink, and whether the run that goes on now has begun for it."""

    def __init__(self, sink: FragmentSink) -> None:
        self.sink = sink
        self._run: Run | None = None

    def begin(self, run: Run) -> None:
        self._run = run
        self.sink.begin(run)

    def fragment(self, fragment: Fragment) -> None:
        if fragment.run is not self._run:
            if not fragment.keyframe:
                return  # it came in the middle of a GOP that is held no more
            self.begin(fragment.run)
        self.sink.fragment(fragment)


class _KeyframeGate:
    """Lets pictures through to a listener from a run's first keyframe that it sees."""

    def __init__(self, listener: UnitListener) -> None:
        self._listener = listener
        self._run: Run | None = None

    def __call__(self, run: Run, unit: AccessUnit) -> None:
        if run is not self._run:
            if not unit.keyframe:
                return
            self._run = run
            if unit.encoding is None:
                unit = replace(unit, encoding=run.encoding, discontinuity=True)
        self._listener(run, unit)


class Stream:
    """One camera profile.

    Attributes:
        camera: Camera id.
        profile: Profile name.
        counters: What its sources have counted since the stream was made.
        state_now: What the source is doing.
        reason: One sentence for a person, when there is something to say.
        since_90k: UTC since when the state is that.
        cause: Why there are no pictures; None while there are.
        failures: How often its supervisor failed unexpectedly.
        last_codec: The coding of its last run; None before the first.
    """

    def __init__(
        self,
        camera: str,
        profile: str,
        clock: Clock,
        settings: StreamSettings,
        spawn: Callable[["Stream"], asyncio.Task[None]],
    ) -> None:
        self.camera = camera
        self.profile = profile
        self.counters = SourceCounters()
        self.state_now = SourceState.IDLE
        self.reason: str | None = None
        self.since_90k = clock.utc_90k()
        self.cause: GapCause | None = None
        self.failures = 0
        self.last_codec: Codec | None = None
        self._clock = clock
        self._settings = settings
        self._spawn = spawn
        self._open: OpenSupervisor | None = None
        self._supervisor: Supervisor | None = None
        self._task: asyncio.Task[None] | None = None
        self._fragmenter = Fragmenter(camera, profile, clock, self)
        self._fragmenter.tells_pictures = False
        self._fragmenter.late_s = _UNWATCHED_LATE_S
        self._ring = FragmentRing(settings.ring)
        self._measure = Measure()
        self._leases: set[Lease] = set()
        self._linger: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._sinks: list[_Follower] = []
        self._cause_told: GapCause | None = None
        self._listeners: list[UnitListener] = []
        self._taps: list[UnitTap] = []
        self._followers: list[Callable[[Stream], None]] = []
        self._last_picture_90k: int | None = None
        self._state_version = 0
        self._closed = False

    # What others see of it.

    @property
    def run(self) -> Run | None:
        """The run that goes on now."""
        return self._fragmenter.run

    @property
    def newest(self) -> Fragment | None:
        """The newest fragment held."""
        return self._ring.newest

    @property
    def newest_keyframe(self) -> Fragment | None:
        """The newest fragment held that starts with a keyframe, also after the pictures have stopped."""
        return self._ring.newest_keyframe

    @property
    def last_picture_90k(self) -> int | None:
        """Timeline time of the end of the newest picture there has been."""
        return self._last_picture_90k

    @property
    def state_version(self) -> int:
        """Grows with each change of state or reason."""
        return self._state_version

    @property
    def viewers(self) -> int:
        """How many watch live."""
        return sum(lease.purpose is Purpose.VIEW for lease in self._leases)

    @property
    def active(self) -> bool:
        """Whether it runs, or lingers after its last lease."""
        return self._task is not None

    @property
    def bytes_held(self) -> int:
        """Bytes in the GOP cache."""
        return self._ring.bytes_held

    @property
    def step_90k(self) -> int:
        """The usual distance of two pictures; 0 until it is known."""
        return self._fragmenter.step_90k

    def status(self) -> ProfileStatus:
        """Return what the stream is doing and has counted."""
        encoding = self.run.encoding if self.run else None
        offset_90k, step_90k = self.counters.clock_offset_90k, self._fragmenter.step_90k
        return ProfileStatus(
            state=self.state_now,
            since=self.since_90k,
            reason=self.reason,
            codec=encoding.codec.value if encoding else None,
            width=encoding.width if encoding else None,
            height=encoding.height if encoding else None,
            fps=round(HZ_90K / step_90k, 2) if step_90k else None,
            bitrate_bps=self._measure.bitrate_bps,
            keyframe_distance_s=self._measure.keyframe_distance_s,
            clock_offset_ms=None if offset_90k is None else round(offset_90k / 90, 1),
            pictures=self.counters.pictures,
            lost_packets=self.counters.lost_packets,
            bad_packets=self.counters.bad_packets,
            reconnects=self.counters.reconnects,
            viewers=self.viewers,
        )

    # Holding and following it.

    def lease(self, purpose: Purpose) -> Lease:
        """Hold the stream, starting it where nobody did.

        Raises:
            NotFound: The stream was closed.
        """
        if self._closed:
            raise NotFound(f"camera {self.camera!r} has no profile {self.profile!r} any more")
        lease = Lease(purpose, self._released)
        self._leases.add(lease)
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
        if self._task is None:
            self._start()
        self._leases_changed()
        return lease

    def cursor(self) -> FragmentCursor:
        """Return a reader that starts at the newest keyframe; hold a lease as well."""
        return self._ring.cursor()

    def attach(self, sink: FragmentSink) -> Callable[[], None]:
        """Send every fragment to `sink`, beginning with the current GOP; hold a lease as well.

        Returns:
            What ends it; the sink is told nothing then.
        """
        follower = _Follower(sink)
        if self.run is not None:
            for fragment in self._ring.gop():
                follower.fragment(fragment)
        elif self.cause is not None:
            sink.end(self.cause)
        self._sinks.append(follower)
        return partial(self._sinks.remove, follower)

    def listen(self, listener: UnitListener) -> Callable[[], None]:
        """Tell every picture to `listener`, beginning with the current GOP; hold a lease as well.

        Returns:
            What ends it.
        """
        gate = _KeyframeGate(listener)
        for run, unit in self._held():
            gate(run, unit)
        self._tell(gate)
        return partial(self._untell, gate)

    def tap(self, most_pictures: int = 150) -> UnitTap:
        """Return a bounded queue of pictures, beginning with the current GOP; hold a lease as well.

        Args:
            most_pictures: How many may wait beside that GOP before all are dropped up to a keyframe.
        """
        held = self._held()
        # What is there already must not count as its reader's slowness.
        tap = UnitTap(self._untap, most_pictures + len(held))
        for run, unit in held:
            tap.offer(run, unit)
        self._tell(tap.offer)
        self._taps.append(tap)
        return tap

    def follow(self, follower: Callable[["Stream"], None]) -> Callable[[], None]:
        """Call `follower` after each change of state or run; returns what ends it."""
        self._followers.append(follower)
        return partial(self._followers.remove, follower)

    def wake(self) -> None:
        """Let all who wait for fragments look around, such as whether they may still watch."""
        self._ring.wake()

    # What the source tells (`SourceListener`).

    def picture(self, unit: AccessUnit) -> None:
        """Take the next access unit."""
        if unit.keyframe:
            self._fragmenter.clock_offset_90k = self.counters.clock_offset_90k
        self._fragmenter.push(unit)
        if self._timer is None:
            self._arm()

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """Take the source's new state."""
        if (state, reason, cause) == (self.state_now, self.reason, self.cause):
            return
        if state is not self.state_now:
            self.since_90k = self._clock.utc_90k()
        self.state_now, self.reason, self.cause = state, reason, cause
        if state is not SourceState.RUNNING:
            self._fragmenter.end()
            self._ring.seal()
            self._tell_cause(cause)
        self._state_version += 1
        self._told()

    # What the fragmenter tells (`FragmenterOutput`).

    def run_began(self, run: Run) -> None:
        """Pass on a new run."""
        self.last_codec = run.encoding.codec
        self._measure = Measure()
        self._ring.seal()
        self._cause_told = None
        for follower in self._sinks:
            follower.begin(run)
        self._told()

    def picture_stamped(self, run: Run, unit: AccessUnit, start_90k: int) -> None:
        """Pass on a picture, its times counted from the run's zero."""
        stamped = _stamped(run, unit, start_90k)
        for listener in tuple(self._listeners):
            listener(run, stamped)

    def fragment_made(self, fragment: Fragment) -> None:
        """Pass on a fragment."""
        self._last_picture_90k = fragment.run.start_utc_90k + fragment.start_90k + fragment.duration_90k
        self._measure.add(fragment)
        self._ring.append(fragment)
        if fragment.keyframe:
            PACKAGED.observe(self._clock.monotonic() - fragment.arrival)
        for follower in self._sinks:
            follower.fragment(fragment)

    # Its task and end, for `Streams` alone.

    def use(self, open_supervisor: OpenSupervisor) -> None:
        """Take pictures from what `open_supervisor` makes from now on; those who hold it stay."""
        self._open = open_supervisor
        if self._task is not None:
            self._fragmenter.end()
            self._task.cancel()
            self._start()

    async def pull(self) -> None:
        """Keep a supervisor going until cancelled; the stream's task."""
        while self._open is not None:
            await self._supervise(self._open)
            await asyncio.sleep(self._settings.restart_s)

    async def close(self, cause: GapCause = GapCause.NODE_STOPPED) -> None:
        """Stop for good: finished pictures reach the sinks, cursors and taps end."""
        self._closed = True
        for handle in (self._linger, self._timer):
            if handle is not None:
                handle.cancel()
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._fragmenter.end()
        for follower in self._sinks:
            follower.sink.end(cause)
        for tap in self._taps:
            tap.end()
        self._ring.close()
        self._told()

    async def _supervise(self, open_supervisor: OpenSupervisor) -> None:
        supervisor: Supervisor | None = None
        try:
            supervisor = self._supervisor = open_supervisor(self, self.counters)
            supervisor.watch(self._watched())
            await supervisor.run()
        except Exception as error:  # noqa: BLE001  # the task's root: one camera must not end the others
            self.failures += 1
            _log.exception("stream failed", camera=self.camera, profile=self.profile)
            self.state(SourceState.BACKING_OFF, f"an error inside Ronda: {type(error).__name__}", GapCause.UNKNOWN)
        finally:
            if self._supervisor is supervisor:
                self._supervisor = None

    def _held(self) -> list[tuple[Run, AccessUnit]]:
        """Return the pictures of the current GOP, also those that are in no fragment yet."""
        held = [
            (fragment.run, unit)
            for number, fragment in enumerate(self._ring.gop())
            for unit in units_of(fragment, first=number == 0)
        ]
        run = self.run
        if run is not None:
            held += [(run, _stamped(run, unit, start_90k)) for unit, start_90k in self._fragmenter.waiting]
        return held

    def _tell_cause(self, cause: GapCause | None) -> None:
        """Tell why nothing comes, once for each cause: a source that dials again and again is one gap."""
        if cause is not None and cause is not self._cause_told:
            self._cause_told = cause
            for follower in self._sinks:
                follower.sink.end(cause)

    def _start(self) -> None:
        self._task = self._spawn(self)
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:
            return
        self._task = None
        if self._leases and not self._closed:
            self._start()  # somebody came while it was stopping
            return
        self.state(SourceState.IDLE, None, None)
        self._ring.clear()

    def _released(self, lease: Lease) -> None:
        self._leases.discard(lease)
        self._leases_changed()
        if not self._leases and self._task is not None and self._linger is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._linger = loop.call_later(lingering_s(lease.purpose, self._settings.linger_s), self._stop_unused)

    def _stop_unused(self) -> None:
        self._linger = None
        if not self._leases and self._task is not None:
            self._task.cancel()

    def _watched(self) -> bool:
        return any(lease.purpose in WATCHING for lease in self._leases)

    def _leases_changed(self) -> None:
        watched = self._watched()
        if watched != self._ring.watched:
            self._ring.watched = watched
            self._fragmenter.late_s = LATE_S if watched else _UNWATCHED_LATE_S
            if watched and self._timer is not None:
                self._timer.cancel()
                self._arm()
            if self._supervisor is not None:
                self._supervisor.watch(watched)

    def _untap(self, tap: UnitTap) -> None:
        if tap in self._taps:
            self._taps.remove(tap)
            self._untell(tap.offer)

    def _tell(self, listener: UnitListener) -> None:
        self._listeners.append(listener)
        self._fragmenter.tells_pictures = True

    def _untell(self, listener: UnitListener) -> None:
        self._listeners.remove(listener)
        self._fragmenter.tells_pictures = bool(self._listeners)

    def _told(self) -> None:
        self._ring.wake()
        for follower in tuple(self._followers):
            follower(self)

    def _arm(self) -> None:
        """Wait for a late picture: one timer that looks when it fires, instead of one a fragment."""
        self._timer = None
        due = self._fragmenter.due
        if due is not None:
            delay = max(due - self._clock.monotonic(), 0.001)
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._fragmenter.flush(self._clock.monotonic())
        self._arm()


def _stamped(run: Run, unit: AccessUnit, start_90k: int) -> AccessUnit:
    """Return a picture with its times counted from the run's zero."""
    first = start_90k == 0
    return AccessUnit(
        data=unit.data,
        pts_90k=start_90k + unit.pts_90k - unit.dts_90k,
        dts_90k=start_90k,
        arrival=unit.arrival,
        keyframe=unit.keyframe,
        encoding=run.encoding if first else None,
        discontinuity=first,
    )
