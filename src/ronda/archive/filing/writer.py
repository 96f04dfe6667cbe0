"""The one thread that does a volume's file work, in batches of 250 ms, or of 8 MB if these come sooner.

Everything here runs on that thread unless it says otherwise; tests call `step` by hand instead of
starting the thread.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from ronda.archive.errors import VolumeFailed
from ronda.archive.filing.disk import Disk
from ronda.archive.filing.health import ArchiveCounters, Health, cause_of
from ronda.archive.filing.intake import Begin, End, Intake, Operation, Take
from ronda.archive.filing.layout import PROBE_NAME
from ronda.archive.filing.ledger import Ledger
from ronda.archive.filing.lock import VolumeLock
from ronda.archive.filing.record import Missing, Opened, Stopped
from ronda.archive.filing.recovery import finish
from ronda.archive.filing.retention import Retention
from ronda.archive.filing.segment import Author, OpenSegment
from ronda.archive.filing.track import Track
from ronda.archive.index.apply import CONTIGUOUS_90K
from ronda.base.causes import GapCause
from ronda.base.stages import WRITTEN
from ronda.base.time import Clock
from ronda.media.fragment import Fragment, Origin

BATCH_S: Final = 0.25
SYNC_S: Final = 10.0
BEAT_S: Final = 1.0
RETENTION_S: Final = 2.0
PROBE_S: Final = 2.0
MEND_S: Final = 0.04
_PROBE_BYTES: Final = 64 * 1024
_LOG: Final = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """What a writer works with."""

    folder: Path
    disk: Disk
    clock: Clock
    ledger: Ledger
    health: Health
    retention: Retention
    counters: ArchiveCounters
    lock: VolumeLock
    sync_s: float = SYNC_S


class VolumeWriter:
    """Writes, closes, syncs, deletes, and mends what the last life left."""

    def __init__(self, tools: Tools, intake: Intake, author: Author, unfinished: list[str]) -> None:
        """Take over; `unfinished` files are mended step by step, newest last."""
        self._tools = tools
        self._intake = intake
        self.author = author
        self._unfinished = deque(unfinished)
        self._left_behind: dict[str, tuple[Track, OpenSegment]] = {}
        self._active: set[Track] = set()
        self._calls: deque[Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._stopping = False
        self._closed = False
        now = tools.clock.monotonic()
        self._next_sync = now + self._tools.sync_s
        self._next_beat = now + BEAT_S
        # A sync takes seconds on a busy disk; writing goes on beside it.
        self._syncer = ThreadPoolExecutor(1, thread_name_prefix=f"sync {tools.folder.name}")
        self._syncing: Future[float] | None = None
        self._next_retention = now
        self._next_probe = now
        self._thread = threading.Thread(target=self._run, name=f"archive {tools.folder.name}", daemon=True)

    @property
    def files_to_go(self) -> list[str]:
        """Which deleted files are still there (any thread)."""
        return self._tools.retention.files_to_go()

    @property
    def mending(self) -> int:
        """How many files of the last life, or of a failing disk, are still to be finished (any thread)."""
        return len(self._unfinished)

    def waiting_files(self) -> list[str]:
        """Return the files that are still to be finished (any thread)."""
        return list(self._unfinished)

    def mend_later(self, file: str) -> None:
        """Finish a file, or take it in, when there is time."""
        if file not in self._unfinished:
            self._unfinished.append(file)

    def start(self) -> None:
        """Start the thread (any thread)."""
        self._intake.hurry = self._wake.set
        self._thread.start()

    def call(self, work: Callable[[], T]) -> "Future[T]":
        """Let the writer thread do `work` between two batches (any thread)."""
        future: Future[T] = Future()

        def do() -> None:
            try:
                if self._closed:
                    raise VolumeFailed(f"{self._tools.folder} is closed")
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - handed to whoever waits
                future.set_exception(error)

        self._calls.append(do)
        self._wake.set()
        if self._closed:
            self._answer_calls()
        return future

    def close(self) -> None:
        """Write what waits, finish every file and stop (any thread but the writer's)."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        else:
            self._last()

    def step(self) -> None:
        """Do one batch."""
        clock = self._tools.clock
        began = clock.monotonic()
        operations = self._intake.take()
        try:
            for operation in operations:
                self._do(operation)
            for track in [track for track in self._active if track.segment is not None]:
                self._flush(track)
            self._measure(operations)
        finally:
            self._intake.done(operations)
        self._answer_calls()
        self._settle()
        counters = self._tools.counters
        counters.slowest_batch_ms = max(counters.slowest_batch_ms, (clock.monotonic() - began) * 1000)
        self._housekeeping(clock.monotonic())

    def _measure(self, operations: list[Operation]) -> None:
        now = self._tools.clock.monotonic()
        for one in operations:
            if isinstance(one, Take) and one.fragment.keyframe and one.fragment.run.origin is Origin.LIVE:
                WRITTEN.observe(now - one.fragment.arrival)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(BATCH_S)
            self._wake.clear()
            self._guarded(self.step)
        self._guarded(self._last)
        self._closed = True
        self._answer_calls()

    def _guarded(self, work: Callable[[], None]) -> None:
        """The thread's root: what nobody foresaw is logged and counted, and recording goes on."""
        try:
            work()
        except Exception:  # noqa: BLE001 - the thread's root
            self._tools.counters.unforeseen_errors += 1
            _LOG.exception("the writer of %s failed in a way that nobody foresaw", self._tools.folder)

    def _answer_calls(self) -> None:
        while self._calls:
            self._calls.popleft()()

    def _last(self) -> None:
        self.step()
        for track in list(self._active):
            self._close(track, None)
        self._tools.ledger.add(Stopped(self._tools.clock.utc_90k()))
        self._settle()
        self._syncer.shutdown(wait=True)
        if self._syncing is not None:
            self._synced(self._syncing)
        self._tools.retention.sync_begins()
        try:
            self._sync()
            self._tools.retention.sync_ended(well=True)
            self._tools.retention.remove_leftover()
        except OSError as error:
            self._trouble("sync", error)
        self._tools.ledger.close()
        self._tools.lock.stopped()

    def _do(self, operation: Operation) -> None:
        match operation:
            case Take():
                self._take(operation.track, operation.fragment)
            case Begin():
                self._close(operation.track, None)
            case End(track, None, _):
                self._close(track, None)
            case End(track, cause, at_90k) if cause is not None:
                self._end(track, cause, at_90k)

    def _end(self, track: Track, cause: GapCause, at_90k: int) -> None:
        if track.segment is not None:
            self._close(track, cause)
        elif track.gap is None or track.gap[1] is not cause:
            self._gap(track, at_90k if track.gap is None else max(at_90k, track.gap[0] + 1), cause)

    def _take(self, track: Track, fragment: Fragment) -> None:
        counters = self._tools.counters
        if self._tools.health.fault is not None:
            if track.segment is not None:
                self._close(track, self._tools.health.fault)
            counters.dropped_fragments += 1
            return
        at_90k = fragment.run.start_utc_90k + fragment.start_90k
        segment = track.segment
        if segment is not None and abs(at_90k - segment.taken_90k) > CONTIGUOUS_90K:
            self._close(track, GapCause.UNKNOWN)
            segment = None
        if segment is None or (fragment.keyframe and track.due(at_90k)):
            if not fragment.keyframe or not self._turn(track, fragment):
                counters.dropped_fragments += 1
                return
            segment = track.segment
        if segment is not None:
            segment.add(fragment)
            counters.written_fragments += 1

    def _turn(self, track: Track, fragment: Fragment) -> bool:
        """Close the file that was, and begin another with `fragment`."""
        self._close(track, None)
        if self._tools.health.fault is not None:
            return False
        segment = OpenSegment(self._tools.folder, self._tools.disk, fragment.run, fragment, self.author)
        try:
            self._tools.ledger.add(Opened(segment.file, segment.start_90k))
            self._tools.ledger.write()
            segment.create()
        except OSError as error:
            self._failed(track, segment, error)
            return False
        track.segment, track.gap, track.rotate = segment, None, False
        track.show(segment)
        self._active.add(track)
        if track.failing:
            track.failing = False
            self._tools.health.over(f"{track.camera}/{track.profile}")
        return True

    def _flush(self, track: Track) -> bool:
        segment = track.segment
        if segment is None:
            return True
        before = segment.flushed.bytes
        try:
            segment.flush()
        except OSError as error:
            self._failed(track, segment, error)
            return False
        self._tools.counters.written_bytes += segment.flushed.bytes - before
        return True

    def _close(self, track: Track, cause: GapCause | None) -> None:
        """Finish the track's file; with a cause, there is nothing from its end on."""
        if track.segment is None or not self._flush(track):
            return
        segment, track.segment = track.segment, None
        self._active.discard(track)
        try:
            closed = segment.finish()
        except OSError as error:
            self._failed(track, segment, error)
            return
        self._tools.counters.closed_segments += 1
        self._tools.ledger.add(closed, partial(track.hide, segment))
        if cause is not None:
            self._gap(track, segment.end_90k, cause)

    def _gap(self, track: Track, at_90k: int, cause: GapCause) -> None:
        track.gap = (at_90k, cause)
        self._tools.ledger.add(Missing(track.camera, track.profile, at_90k, cause))

    def _failed(self, track: Track, segment: OpenSegment, error: OSError) -> None:
        """The disk refused a file: leave it behind for mending, note the gap, look at the whole disk."""
        track.segment = None
        self._active.discard(track)
        segment.abandon()
        self._left_behind[segment.file] = (track, segment)
        self._unfinished.append(segment.file)
        if track.gap is None or track.gap[1] is not cause_of(error):
            self._gap(track, segment.end_90k, cause_of(error))
        track.failing = True
        self._trouble(f"{track.camera}/{track.profile}", error)
        if self._tools.health.fault is None and not self._probe():
            self._stop_all()

    def _trouble(self, where: str, error: OSError) -> None:
        self._tools.counters.disk_errors += 1
        self._tools.health.trouble(where, cause_of(error), f"{where}: {error.strerror or error}")

    def _stop_all(self) -> None:
        for track in list(self._active):
            self._close(track, self._tools.health.fault)

    def _probe(self) -> bool:
        """Write, sync and remove a small file: does the disk work at all?"""
        tools = self._tools
        path = tools.folder / PROBE_NAME
        try:
            tools.disk.unlink(path)
            descriptor = tools.disk.create(path)
            try:
                tools.disk.write(descriptor, [bytes(_PROBE_BYTES)])
                tools.disk.sync(descriptor)
            finally:
                tools.disk.close(descriptor)
            tools.disk.unlink(path)
        except OSError as error:
            tools.health.fault = cause_of(error)
            self._trouble("volume", error)
            return False
        if tools.health.fault is not None:
            tools.health.fault = None
            tools.health.all_over()
        return True

    def _settle(self) -> None:
        """Write down what happened."""
        try:
            self._tools.ledger.write()
            self._tools.ledger.take_in()
        except OSError as error:
            self._trouble("journal", error)
            if self._tools.health.fault is None and not self._probe():
                self._stop_all()
        else:
            self._tools.health.over("journal")

    def _housekeeping(self, now: float) -> None:
        tools = self._tools
        if tools.health.fault is not None:
            if now >= self._next_probe:
                self._next_probe = now + PROBE_S
                if self._make_room():
                    self._probe()
            return
        if now >= self._next_beat:
            self._next_beat = now + BEAT_S
            tools.lock.beat(tools.clock.utc_90k())
        if self._syncing is not None and self._syncing.done():
            self._synced(self._syncing)
            self._syncing = None
        if now >= self._next_sync and self._syncing is None:
            self._next_sync = now + self._tools.sync_s
            tools.retention.sync_begins()
            self._syncing = self._syncer.submit(self._sync)
        if now >= self._next_retention:
            self._next_retention = now + RETENTION_S
            self._make_room()
        self._mend(now)

    def _sync(self) -> float:
        """Bring the volume to the disk, journal included (the syncer's thread); return the seconds it took."""
        began = time.monotonic()
        self._tools.disk.sync_volume(self._tools.lock.descriptor)
        return time.monotonic() - began

    def _synced(self, sync: "Future[float]") -> None:
        """Take note of a sync; when it failed nobody knows what the disk holds: begin new files, keep recording."""
        error = sync.exception()
        self._tools.retention.sync_ended(well=error is None)
        counters = self._tools.counters
        if isinstance(error, OSError):
            self._trouble("sync", error)
            for track in self._active:
                track.rotate = True
        elif error is None:
            counters.syncs += 1
            counters.slowest_sync_ms = max(counters.slowest_sync_ms, sync.result() * 1000)
            self._tools.health.over("sync")

    def _make_room(self) -> bool:
        """Delete what is due; without room, and nothing to delete, recording stops until there is."""
        tools = self._tools
        growing = sum(track.segment.flushed.bytes for track in self._active if track.segment is not None)
        try:
            now_90k, monotonic = tools.clock.utc_90k(), tools.clock.monotonic()
            roomy = tools.retention.run(now_90k, monotonic, growing, urgent=tools.health.fault is not None)
        except OSError as error:
            self._trouble("retention", error)
            return True
        if roomy:
            if tools.health.fault is None:  # else a probe is next, which tells that all is well
                tools.health.over("retention")
            return True
        tools.health.trouble("retention", GapCause.DISK_FULL, "there is no room and nothing that may be deleted")
        tools.health.fault = GapCause.DISK_FULL
        self._next_probe = tools.clock.monotonic() + PROBE_S
        self._stop_all()
        return False

    def _mend(self, now: float) -> None:
        """Finish some of the unfinished files, for at most some tens of milliseconds."""
        while self._unfinished and self._tools.clock.monotonic() - now < MEND_S:
            file = self._unfinished[0]
            try:
                record = finish(self._tools.folder, file, self._tools.disk)
            except OSError as error:
                self._trouble("mending", error)
                self._unfinished.rotate(-1)
                return
            self._unfinished.popleft()
            track, segment = self._left_behind.pop(file, (None, None))
            if track is not None and segment is not None:
                self._tools.ledger.add(record, partial(track.hide, segment))
            else:
                self._tools.ledger.add(record)
        if not self._unfinished:
            self._tools.health.over("mending")
