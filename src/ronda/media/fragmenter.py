"""Access units into runs and fragments (sans-I/O; see `fragment.py` for what these are).

A fragment leaves as soon as 200 ms are full, never waiting for the next picture: the duration of
its last picture is estimated. When a picture is late, `flush` sends what is there.

A run opens with the first 150 ms of arrivals held (longer while they come in a burst): a server
that hands out its stored pictures at once shows by it how old the first one is, and the run's
start is dated back by that.
"""

from typing import Final, Protocol

from ronda.base.identity import new_run_id
from ronda.base.time import HZ_90K, Clock
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.fmp4.writer import fragment_boxes, init_segment
from ronda.media.fragment import Fragment, Origin, Run
from ronda.media.timekeeper import Timekeeper

FULL_90K: Final = HZ_90K // 5
_SLACK_90K: Final = 450  # 5 ms of jitter in a camera's timestamps
LATE_S: Final = 0.25
_OPENING_S: Final = 0.15
_LONGEST_OPENING_S: Final = 1.0
_BURST_90K: Final = HZ_90K // 20
_OPENING_BYTES: Final = 8 << 20
_USUAL_STEP_90K: Final = 3_600
_LONGEST_OFFSET_90K: Final = 10 * HZ_90K


class FragmenterOutput(Protocol):
    """Who is told what came of the access units; called before `push` or `flush` returns."""

    def run_began(self, run: Run) -> None:
        """A new run; whatever was before is over."""
        ...

    def picture_stamped(self, run: Run, unit: AccessUnit, start_90k: int) -> None:
        """The next picture of the run, `start_90k` from its zero."""
        ...

    def fragment_made(self, fragment: Fragment) -> None:
        """The next fragment of the run."""
        ...


class Fragmenter:
    """Makes runs and fragments of one profile's access units.

    Args:
        camera: Camera id.
        profile: Profile name.
        clock: The server's clocks.
        output: Who is told.
        origin: How the footage comes here.

    Attributes:
        clock_offset_90k: The camera's own clock minus ours, for the next run; set by the caller.
        dropped_pictures: Pictures before the first keyframe, over the fragmenter's life.
        tells_pictures: Whether the output wants to be told each picture; set by the caller.
        late_s: How long a picture waits for those that should follow it; set by the caller.
    """

    def __init__(
        self, camera: str, profile: str, clock: Clock, output: FragmenterOutput, origin: Origin = Origin.LIVE
    ) -> None:
        self.clock_offset_90k: int | None = None
        self.dropped_pictures = 0
        self.tells_pictures = True
        self.late_s = LATE_S
        self._camera = camera
        self._profile = profile
        self._clock = clock
        self._output = output
        self._origin = origin
        self._encoding: Encoding | None = None
        self._run: Run | None = None
        self._time: Timekeeper | None = None
        self._opening: list[AccessUnit] = []
        self._opening_bytes = 0
        self._opening_ends = 0.0
        self._opening_low_90k = 0
        self._pending: list[AccessUnit] = []
        self._starts_90k: list[int] = []
        self._sequence = 0
        self._wall_now_90k = 0

    @property
    def run(self) -> Run | None:
        """The run that goes on now."""
        return self._run

    @property
    def step_90k(self) -> int:
        """The usual distance of two pictures; 0 until it is known."""
        return self._time.step_90k if self._time else 0

    @property
    def waiting(self) -> list[tuple[AccessUnit, int]]:
        """Pictures that are told and in no fragment yet, each with its time from the run's zero."""
        return list(zip(self._pending, self._starts_90k, strict=True))

    @property
    def due(self) -> float | None:
        """Monotonic seconds at which `flush` should be called; None when nothing waits."""
        if self._opening:
            return self._opening_ends
        return self._pending[0].arrival + self.late_s if self._pending else None

    def push(self, unit: AccessUnit) -> None:
        """Take the next access unit in decoding order."""
        if unit.keyframe or unit.encoding is not None or unit.discontinuity:
            self._turn(unit)
        if self._run is not None:
            self._add(unit)
        elif self._opening or (unit.keyframe and self._encoding is not None):
            self._hold(unit)
        else:
            self.dropped_pictures += 1

    def flush(self, now: float) -> None:
        """Send what waits if it is due at `now` (monotonic seconds)."""
        due = self.due
        if due is None or now < due:
            return
        if self._opening:
            self._open()
        else:
            self._emit()

    def end(self) -> None:
        """Send what waits and finish the run; the next one starts with a keyframe."""
        if self._opening:
            self._open()
        self._emit()
        self._run = self._time = None

    def _turn(self, unit: AccessUnit) -> None:
        """End the run or the fragment where `unit` begins another."""
        changed = unit.encoding is not None and unit.encoding != self._encoding
        if changed or unit.discontinuity:
            self.end()
        if unit.encoding is not None:
            self._encoding = unit.encoding
        if unit.keyframe:
            if self._time is not None and self._time.stale:
                self.end()
            self._emit()

    def _hold(self, unit: AccessUnit) -> None:
        late_90k = round(unit.arrival * HZ_90K) - unit.dts_90k
        if not self._opening or late_90k < self._opening_low_90k - _BURST_90K:
            first = self._opening[0].arrival if self._opening else unit.arrival
            self._opening_ends = min(unit.arrival + _OPENING_S, first + _LONGEST_OPENING_S)
            self._opening_low_90k = late_90k
        self._opening.append(unit)
        self._opening_bytes += len(unit.data)
        if unit.arrival >= self._opening_ends or self._opening_bytes > _OPENING_BYTES:
            self._open()

    def _open(self) -> None:
        """Start the run that the held pictures belong to, dated by the one that came with least delay."""
        held, self._opening, self._opening_bytes = self._opening, [], 0
        encoding = self._encoding
        if encoding is None:
            return
        wall_90k = self._wall_90k()
        first_dts_90k = held[0].dts_90k
        start_utc_90k = min(
            round(unit.arrival * HZ_90K) + wall_90k - max(unit.dts_90k - first_dts_90k, 0) for unit in held
        )
        self._time = Timekeeper(first_dts_90k, start_utc_90k, wall_90k)
        self._sequence = 0
        self._run = Run(
            id=new_run_id(),
            camera=self._camera,
            profile=self._profile,
            encoding=encoding,
            start_utc_90k=start_utc_90k,
            init=init_segment(encoding),
            origin=self._origin,
            clock_offset_90k=self.clock_offset_90k,
        )
        self._output.run_began(self._run)
        for unit in held:
            if unit.keyframe:
                self._emit()
            self._add(unit)

    def _wall_90k(self) -> int:
        return self._clock.utc_90k() - round(self._clock.monotonic() * HZ_90K)

    def _add(self, unit: AccessUnit) -> None:
        time, run = self._time, self._run
        if time is None or run is None:
            return
        starts = self._starts_90k
        if not starts:
            self._wall_now_90k = self._wall_90k()  # once a fragment: clocks cost more than pictures
        wall_90k = self._wall_now_90k
        start_90k = time.stamp(unit.dts_90k, int(unit.arrival * HZ_90K) + wall_90k, wall_90k)
        if starts and start_90k - starts[0] >= FULL_90K:
            self._emit()  # the picture was late: together they would be longer than a fragment may be
            starts = self._starts_90k
        if self.tells_pictures:
            self._output.picture_stamped(run, unit, start_90k)
        self._pending.append(unit)
        starts.append(start_90k)
        step_90k = time.step_90k
        if step_90k and start_90k - starts[0] + 2 * step_90k > FULL_90K + _SLACK_90K:
            self._emit()

    def _emit(self) -> None:
        units, starts = self._pending, self._starts_90k
        run = self._run
        if not units or run is None:
            return
        self._pending, self._starts_90k = [], []
        first_90k, end_90k = starts[0], starts[-1] + (self.step_90k or _USUAL_STEP_90K)
        samples: list[tuple[int, int, int, bool]] = []
        payloads: list[bytes] = []
        ends = iter(starts)
        next(ends)
        for unit, start_90k in zip(units, starts, strict=True):
            data, offset_90k = unit.data, unit.pts_90k - unit.dts_90k
            if not -_LONGEST_OFFSET_90K <= offset_90k <= _LONGEST_OFFSET_90K:
                offset_90k = 0  # nonsense counts as nothing
            samples.append((len(data), next(ends, end_90k) - start_90k, offset_90k, unit.keyframe))
            payloads.append(data)
        moof, mdat = fragment_boxes(samples, payloads, self._sequence, first_90k)
        fragment = Fragment(
            run, self._sequence, units[0].keyframe, first_90k, end_90k - first_90k, len(units), moof, mdat, unit.arrival
        )
        self._sequence += 1
        self._output.fragment_made(fragment)
