"""What a stream hands its fragments to: decides what is recorded, never blocks."""

import zlib
from collections import deque
from datetime import tzinfo
from typing import Final

from ronda.archive.filing.intake import Begin, End
from ronda.archive.filing.track import Track
from ronda.archive.volume import Volume
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Recording, RecordingMode
from ronda.bus.hours import within_hours
from ronda.media.fragment import Fragment, Run

PRE_ROLL_BYTES: Final = 16 << 20


class Recorder:
    """A `FragmentSink` of one camera's profile; everything here runs on the event loop."""

    def __init__(self, volume: Volume, track: Track, clock: Clock, zone: tzinfo, recording: Recording) -> None:
        self._volume = volume
        self._track = track
        self._clock = clock
        self._zone = zone
        self._recording = recording
        self._run: Run | None = None
        self._announced: Run | None = None
        self._lot = 0.0
        self._open = False
        self._closed_told = False
        self._skipping = False
        self._event_until = 0.0
        self._ring: deque[Fragment] = deque()
        self._ring_bytes = 0
        self.dropped = 0

    @property
    def recording(self) -> bool:
        """Whether pictures reach the disk now."""
        return self._track.segment is not None

    @property
    def gap(self) -> GapCause | None:
        """Why nothing reaches the disk; None while something does."""
        gap = self._track.gap
        return gap[1] if gap is not None and self._track.segment is None else None

    def configure(self, recording: Recording) -> None:
        """Record in another way, from the next keyframe on."""
        self._recording = recording
        if recording.mode is not RecordingMode.EVENT:
            self._clear_ring()

    def trigger(self, seconds: float) -> None:
        """An event: record from the pre-roll on until `seconds` from now, or longer if that was said before."""
        self._event_until = max(self._event_until, self._clock.monotonic() + seconds)

    def begin(self, run: Run) -> None:
        """A run starts."""
        self._run = run
        self._skipping = False
        self._clear_ring()

    def fragment(self, fragment: Fragment) -> None:
        """The next fragment of the run."""
        if fragment.keyframe:
            self._decide(fragment)
        if self._open:
            self._offer(fragment)
        elif self._recording.mode is RecordingMode.EVENT:
            self._keep(fragment)

    def end(self, cause: GapCause) -> None:
        """The run is over, or the cause is known better."""
        self._run = None
        self._closed_told = False
        self._clear_ring()
        self._volume.intake.push(End(self._track, cause, self._clock.utc_90k()))

    def close(self) -> None:
        """Stop recording; what is written is finished."""
        self._open = False
        self.end(GapCause.SCHEDULE)

    def _decide(self, fragment: Fragment) -> None:
        """At a keyframe: record from here on, or not."""
        wanted = self._wanted(fragment)
        if wanted and not self._open:
            self._open = True
            for kept in self._ring:
                self._offer(kept)
            self._clear_ring()
            self._closed_told = False
        elif not wanted and not self._closed_told:
            self._open = False
            self._closed_told = True
            self._volume.intake.push(End(self._track, GapCause.SCHEDULE, self._clock.utc_90k()))

    def _wanted(self, fragment: Fragment) -> bool:
        match self._recording.mode:
            case RecordingMode.CONTINUOUS:
                return True
            case RecordingMode.SCHEDULE:
                at_90k = fragment.run.start_utc_90k + fragment.start_90k
                return within_hours(self._recording.hours, at_90k, self._zone)
            case RecordingMode.EVENT:
                return self._clock.monotonic() < self._event_until
            case RecordingMode.OFF:
                return False

    def _offer(self, fragment: Fragment) -> None:
        volume = self._volume
        if self._skipping:
            if not fragment.keyframe or volume.health.fault is not None or volume.intake.sheds(self._lot):
                self._drop()
                return
            self._skipping = False
        if volume.health.fault is not None:
            self._skipping = True
            self._drop()
            # The writer thread closes the file, knowing the cause, with the disk's own.
            volume.intake.push(End(self._track, volume.health.fault, self._clock.utc_90k()))
            return
        if self._announced is not fragment.run:
            self._announced = fragment.run
            self._lot = zlib.crc32(fragment.run.id.encode()) / (1 << 32)
            volume.intake.push(Begin(self._track))
        shed = fragment.keyframe and volume.intake.sheds(self._lot)
        if shed or not volume.intake.offer(self._track, fragment):
            self._skipping = True
            self._drop()
            volume.intake.push(End(self._track, GapCause.DISK_SLOW, self._clock.utc_90k()))

    def _drop(self) -> None:
        self.dropped += 1
        self._volume.counters.dropped_fragments += 1

    def _keep(self, fragment: Fragment) -> None:
        """Hold the last seconds, in whole GOPs, for an event that may come."""
        self._ring.append(fragment)
        self._ring_bytes += len(fragment.mdat)
        horizon = fragment.start_90k - self._recording.pre_roll_s * HZ_90K
        while (second := self._second_keyframe()) is not None:
            if self._ring[second].start_90k > horizon and self._ring_bytes <= PRE_ROLL_BYTES:
                break
            for _ in range(second):
                self._ring_bytes -= len(self._ring.popleft().mdat)
        if self._ring_bytes > PRE_ROLL_BYTES:
            self._clear_ring()

    def _second_keyframe(self) -> int | None:
        return next((number for number, one in enumerate(self._ring) if number and one.keyframe), None)

    def _clear_ring(self) -> None:
        self._ring.clear()
        self._ring_bytes = 0
