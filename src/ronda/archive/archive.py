"""The archive of a node: its volumes behind one door.

Called on the event loop; what blocks runs on the volumes' writer threads and in the disk pool.
"""

import asyncio
import sqlite3
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from functools import partial
from types import TracebackType
from typing import Final, Self, TypeVar

from ronda.archive.care import Care, on_writer
from ronda.archive.deletion import delete_by_order
from ronda.archive.errors import NoFootage, VolumeFailed
from ronda.archive.filing.health import DiskAlarm
from ronda.archive.filing.intake import Begin, End
from ronda.archive.filing.record import HoldRemoved, Missing, Record
from ronda.archive.filing.retention import Quota
from ronda.archive.filing.segment import Author
from ronda.archive.importing import fragments_of, imported_run
from ronda.archive.index.index import SegmentRow, held
from ronda.archive.reading.clip import Clip, plan_clip
from ronda.archive.reading.cursor import Cursor, Piece, Played, keyframe_at, keyframe_before_gap
from ronda.archive.reading.footage import Footage
from ronda.archive.reading.motion import motion
from ronda.archive.reading.questions import Questions
from ronda.archive.recorder import Recorder
from ronda.archive.sealing.master import Master, plan_master
from ronda.archive.volume import Volume, VolumeSettings
from ronda.base.causes import GapCause
from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.identity import PROFILES
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import (
    MOST_MOTION_90K,
    ArchiveCheckReport,
    Hold,
    Recording,
    ReindexReport,
    Timeline,
)
from ronda.bus.deletion import DeleteByOrder, DeletedByOrder
from ronda.media.access_unit import AccessUnit
from ronda.media.fragment import Fragment, Run

DISK_THREADS: Final = 4
_DISK_JOBS: Final = 4_000
_YIELD_S: Final = 0.02
_PLANNING: Final = 2  # clips measured at once: hours of samples take memory
_READ_90K: Final = 2 * HZ_90K
T = TypeVar("T")


class Archive:
    """Records, keeps and gives back."""

    def __init__(
        self,
        volumes: Sequence[VolumeSettings],
        clock: Clock,
        *,
        author: Author | None = None,
        zone: tzinfo = UTC,
        disk_threads: int = DISK_THREADS,
        on_alarm: Callable[[DiskAlarm], None] | None = None,
    ) -> None:
        """Describe it; `start` opens it.

        Args:
            volumes: At least one.
            clock: Where time comes from.
            author: Written into every segment.
            zone: The city's, for recording by schedule.
            disk_threads: How many threads read files and index.
            on_alarm: Told on the event loop when a volume begins to refuse, and when it works again.
        """
        self._settings = tuple(volumes)
        self._clock = clock
        self._author = author or Author("node", 0)
        self._zone = zone
        self._on_alarm = on_alarm
        self.pool = Pool("disk", disk_threads, _DISK_JOBS)
        self._planning = asyncio.Semaphore(_PLANNING)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._recorders: dict[tuple[str, str], Recorder] = {}
        self.volumes: tuple[Volume, ...] = ()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Open every volume.

        Raises:
            FolderInUse: Another process works on one.
            VolumeFailed: One cannot be opened.
        """
        self._loop = asyncio.get_running_loop()
        opened: list[Volume] = []
        try:
            for settings in self._settings:
                opened.append(await self.in_pool(partial(self._open, settings)))  # noqa: PERF401 - closed on failure
        except BaseException:
            for volume in opened:
                volume.close()
            raise
        self.volumes = tuple(opened)
        for volume in opened:
            volume.start()

    async def close(self) -> None:
        """Finish every file; nothing is lost."""
        for volume in self.volumes:
            await self.in_pool(volume.close)
        self.volumes = ()
        self._recorders.clear()
        self.pool.close()

    async def recovered(self) -> None:
        """Wait until what the last life left is finished."""
        while any(volume.writer.mending for volume in self.volumes):  # noqa: ASYNC110 - counted on other threads
            await asyncio.sleep(_YIELD_S)
        await self.settled()

    async def settled(self) -> None:
        """Wait until everything that was handed in before is written and in the index."""
        for volume in self.volumes:
            # Answered between what a batch writes and what it settles: the first by the batch that was under way, the
            # second by that with everything that was handed in before, the third once that is in the index.
            for _ in range(3):
                await on_writer(volume, lambda: None)

    async def in_pool(self, work: Callable[[], T]) -> T:
        """Run `work`, which blocks on files, in the disk pool.

        Raises:
            VolumeFailed: The disk or the index refuses.
        """
        try:
            return await self.pool.run(work)
        except (OSError, sqlite3.Error) as error:
            raise VolumeFailed(f"the archive cannot be read ({error})", "look at its disk") from error

    # Recording

    def volume_of(self, camera: str) -> Volume:
        """Return the volume on which a camera is recorded."""
        return self.volumes[zlib.crc32(camera.encode()) % len(self.volumes)]

    def recorder(self, camera: str, profile: str, recording: Recording | None = None) -> Recorder:
        """Return the sink that records a camera's profile; the same one when asked again."""
        key = (camera, profile)
        wanted = recording or Recording()
        if key not in self._recorders:
            volume = self.volume_of(camera)
            track = volume.track(camera, profile)
            self._recorders[key] = Recorder(volume, track, self._clock, self._zone, wanted)
        elif recording is not None:
            self._recorders[key].configure(recording)
        return self._recorders[key]

    def fence(self, revision: int) -> None:
        """Write this fencing number, of the assignment that is now followed, into every segment to come."""
        self._author = Author(self._author.node, revision)
        for volume in self.volumes:
            volume.writer.author = self._author

    async def keep(self, days: Mapping[str, int]) -> None:
        """Keep the footage of cameras for so many days each; without, only the quota bounds it."""

        def keep_on(volume: Volume) -> None:
            for camera, kept in days.items():
                volume.keep(camera, kept)

        for volume in self.volumes:
            await on_writer(volume, partial(keep_on, volume))

    async def set_quota(self, quota: Quota) -> None:
        """Bound every volume otherwise from now on."""
        for volume in self.volumes:
            await on_writer(volume, partial(volume.set_quota, quota))

    async def note_gap(self, camera: str, profile: str, at_90k: int, cause: GapCause) -> None:
        """Say why there is nothing from a moment on, until the next footage."""
        await self._write_down(Missing(camera, profile, at_90k, cause))

    async def import_run(
        self, run: Run, fragments: AsyncIterable[Fragment], cause_after: GapCause | None = None
    ) -> None:
        """Take in a finished run, older than what is there or not; waits where the disk is slow.

        Args:
            run: Whose origin says whether it was fetched or imported.
            fragments: Its fragments, the first starting with a keyframe.
            cause_after: Why there is nothing behind it, if there is nothing.

        Raises:
            VolumeFailed: The disk refuses; what was taken in stays.
        """
        volume = self.volume_of(run.camera)
        track = volume.track(run.camera, run.profile, f"import {run.id}")
        volume.intake.push(Begin(track))
        try:
            async for fragment in fragments:
                if volume.health.fault is not None:
                    raise VolumeFailed(f"{volume.folder} cannot be written now", "look at its disk")
                while not (volume.intake.roomy and volume.intake.offer(track, fragment)):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(_YIELD_S)
        finally:
            volume.intake.push(End(track, cause_after, run.start_utc_90k))
            await self.settled()
            volume.forget_track(run.camera, run.profile, f"import {run.id}")

    async def import_footage(
        self,
        camera: str,
        profile: str,
        units: AsyncIterator[AccessUnit],
        start_utc_90k: int,
        cause_after: GapCause | None = None,
    ) -> Run:
        """Take in access units whose first one, a keyframe with its encoding, was decoded at a known moment.

        Returns:
            The run that they became.

        Raises:
            BadInput: They do not start with a keyframe and its encoding.
            VolumeFailed: The disk refuses.
        """
        first = await anext(units, None)
        if first is None or first.encoding is None:
            raise BadInput("footage must start with a keyframe and its encoding", "leave out what is before it")
        run = imported_run(camera, profile, first.encoding, start_utc_90k)
        await self.import_run(run, fragments_of(run, _with_first(first, units)), cause_after)
        return run

    # Asking

    async def timeline(self, camera: str, profile: str, from_90k: int, to_90k: int) -> Timeline:
        """Return coverage and gaps of a camera's profile within a range.

        Raises:
            BadInput: `from_90k` is not before `to_90k`.
        """
        _check_range(from_90k, to_90k)
        return await self.in_pool(partial(self._questions.timeline, camera, profile, from_90k, to_90k))

    def timeline_now(self, camera: str, profile: str, from_90k: int, to_90k: int) -> Timeline:
        """Return the same; blocks, for work that is in the disk pool already."""
        return self._questions.timeline(camera, profile, from_90k, to_90k)

    async def motion(self, camera: str, profile: str, from_90k: int, to_90k: int) -> list[tuple[int, int]]:
        """Return when something moved within a range, by the size of coded pictures.

        Raises:
            BadInput: The range is empty, or longer than is searched at once.
        """
        _check_range(from_90k, to_90k)
        if to_90k - from_90k > MOST_MOTION_90K:
            raise BadInput("motion is searched for in six hours at once", "ask for a shorter time")
        return await self.in_pool(partial(motion, Footage(self.volumes), camera, profile, from_90k, to_90k))

    async def segments(self, camera: str, profile: str, from_90k: int, to_90k: int) -> list[SegmentRow]:
        """Return the finished segments that overlap a range, each with the SHA-256 that was kept at its close."""
        _check_range(from_90k, to_90k)
        return await self.in_pool(partial(self._questions.segments, camera, profile, from_90k, to_90k))

    async def covered(self, cameras: Sequence[str], profile: str, from_90k: int, to_90k: int) -> dict[str, int]:
        """Return how many ticks of a range are recorded, for each of many cameras."""
        _check_range(from_90k, to_90k)
        return await self.in_pool(partial(self._questions.covered, cameras, profile, from_90k, to_90k))

    async def last_ends(self, wanted: Sequence[tuple[str, str]]) -> dict[str, int]:
        """Return where the newest footage of each (camera, profile) ends, for those that have some."""
        return await self.in_pool(partial(self._questions.last_ends, wanted))

    async def delete_by_order(self, order: DeleteByOrder) -> DeletedByOrder:
        """Delete whole segments because a court ordered it; see `ronda.archive.deletion`."""
        _check_range(order.from_90k, order.to_90k)
        return await delete_by_order(self.volumes, self.in_pool, order)

    # Reading

    def cursor(self, camera: str, profile: str, from_90k: int, *, keyframes_only: bool = False) -> Cursor:
        """Return a place in a camera's footage; its `read` and `close` block: use `in_pool`."""
        return Cursor(
            *(Footage(self.volumes), camera, profile, from_90k),
            gaps_between=lambda start, end: self._questions.timeline(camera, profile, start, end).gaps,
            keyframes_only=keyframes_only,
        )

    async def fragments(
        self, camera: str, profile: str, from_90k: int, *, keyframes_only: bool = False
    ) -> AsyncIterator[Piece]:
        """Yield footage from the keyframe at or before a moment on, gaps between, an `Edge` where it ends now.

        Goes on at the growing edge for as long as it is asked.
        """
        cursor = self.cursor(camera, profile, from_90k, keyframes_only=keyframes_only)
        try:
            while True:
                for piece in await self.in_pool(partial(cursor.read, _READ_90K)):
                    yield piece
        finally:
            await self.in_pool(cursor.close)

    async def keyframe_at(self, camera: str, profile: str, at_90k: int) -> Played:
        """Return the picture from which a still of that moment is made: the last keyframe at or before it.

        Raises:
            NoFootage: Nothing is recorded then.
        """
        return await self.in_pool(lambda: keyframe_at(Footage(self.volumes), camera, profile, at_90k))

    async def keyframe_before(self, camera: str, profile: str, at_90k: int) -> Played:
        """Return the newest keyframe that is recorded at or before a moment, of the week before it.

        Raises:
            NoFootage: Nothing is.
        """
        return await self.in_pool(lambda: keyframe_before_gap(Footage(self.volumes), camera, profile, at_90k))

    async def last_keyframe(self, camera: str, profile: str) -> Played:
        """Return the newest keyframe that is recorded.

        Raises:
            NoFootage: Nothing is.
        """
        end_90k = (await self.last_ends([(camera, profile)])).get(camera, 0)
        return await self.keyframe_at(camera, profile, end_90k - 1)

    async def clip(self, camera: str, profile: str, from_90k: int, to_90k: int) -> Clip:
        """Return a planned clip; its `read` blocks, and it must be closed.

        Raises:
            BadInput: The range is empty or longer than six hours.
            NoFootage: Nothing is recorded in it.
        """
        async with self._planning:
            return await self.in_pool(lambda: plan_clip(Footage(self.volumes), camera, profile, from_90k, to_90k))

    async def master(self, camera: str, profile: str, from_90k: int, to_90k: int) -> Master:
        """Return a planned master for evidence; it must be closed.

        Raises:
            BadInput: The range is empty or longer than six hours.
            NoFootage: Nothing is recorded in it.
        """
        async with self._planning:
            planning = asyncio.ensure_future(
                self.in_pool(lambda: plan_master(Footage(self.volumes), camera, profile, from_90k, to_90k))
            )
            try:
                return await asyncio.shield(planning)
            except asyncio.CancelledError:
                planning.add_done_callback(_closed_when_planned)
                raise

    # Holds

    async def holds(self, camera: str | None = None) -> tuple[Hold, ...]:
        """Return the holds of one camera or all, oldest first."""
        return tuple(await self.in_pool(partial(self._questions.holds, camera)))

    async def add_hold(self, hold: Hold) -> None:
        """Keep a range of a camera until the hold is removed; it is on the disk when this returns.

        Raises:
            BadInput: The range is empty.
            Conflict: A hold of that id exists.
        """
        _check_range(hold.from_90k, hold.to_90k)
        if any(one.id == hold.id for one in await self.holds()):
            raise Conflict(f"a hold {hold.id!r} exists already", "use another id")
        await self._write_down(held(hold))

    async def check_recorded(self, hold: Hold) -> None:
        """Go on only when a hold keeps something: footage that is there, or that may still come.

        Raises:
            NoFootage: It keeps nothing.
        """
        _check_range(hold.from_90k, hold.to_90k)
        if hold.to_90k > self._clock.utc_90k():
            return
        if await self._recorded(hold):
            return
        await self.recovered()  # what a crash or an end left unfinished is not known before
        if await self._recorded(hold):
            return
        raise NoFootage(
            f"nothing of {hold.camera} is recorded then, so there is nothing to keep", "look at its timeline"
        )

    async def _recorded(self, hold: Hold) -> bool:
        for profile in PROFILES:
            if (await self.covered([hold.camera], profile, hold.from_90k, hold.to_90k))[hold.camera]:
                return True
        return False

    async def extend_hold(self, hold_id: str, until_90k: int | None) -> None:
        """Let a hold end at another moment; None for when somebody ends it.

        Raises:
            NotFound: There is none of that id.
        """
        found = next((one for one in await self.holds() if one.id == hold_id), None)
        if found is None:
            raise NotFound(f"there is no hold {hold_id!r}", "list them with: ronda hold list")
        await self._write_down(held(found.model_copy(update={"until_90k": until_90k})))

    async def remove_hold(self, hold_id: str) -> None:
        """End a hold.

        Raises:
            NotFound: There is none of that id.
        """
        if all(one.id != hold_id for one in await self.holds()):
            raise NotFound(f"there is no hold {hold_id!r}", "list them with: ronda hold list")
        await self._write_down(HoldRemoved(hold_id))

    # Care

    async def check(self, *, repair: bool = False, hashes: bool = True) -> ArchiveCheckReport:
        """Compare files, journal, index and coverage; see `Care.check`."""
        return await self._care.check(repair=repair, hashes=hashes)

    async def reindex(self) -> ReindexReport:
        """Make the index anew from journal and files, while recording goes on."""
        return await self._care.reindex()

    # Inside

    @property
    def _care(self) -> Care:
        return Care(self.volumes, self._clock, self.in_pool, self.recovered)

    @property
    def _questions(self) -> Questions:
        return Questions(self.volumes, self._clock)

    def _open(self, settings: VolumeSettings) -> Volume:
        return Volume(settings, self._clock, self._author, self._alarm)

    def _alarm(self, alarm: DiskAlarm) -> None:
        """Called on a writer thread; told on the loop."""
        if self._on_alarm is not None and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_alarm, alarm)

    async def _write_down(self, record: Record) -> None:
        for volume in self.volumes:
            await on_writer(volume, partial(volume.ledger.put, record))


def _closed_when_planned(planning: "asyncio.Future[Master]") -> None:
    """Close what was planned for somebody who has given it up."""
    if not planning.cancelled() and planning.exception() is None:
        planning.result().close()


async def _with_first(first: AccessUnit, rest: AsyncIterator[AccessUnit]) -> AsyncIterator[AccessUnit]:
    yield first
    async for unit in rest:
        yield unit


def _check_range(from_90k: int, to_90k: int) -> None:
    if from_90k >= to_90k:
        raise BadInput("the range is empty or ends before it begins", "give from before to")
