"""One volume: opened, recovered, written, read."""

import os
import queue
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ronda.archive.errors import VolumeFailed
from ronda.archive.filing.disk import Disk, RealDisk
from ronda.archive.filing.health import ArchiveCounters, Health, Told
from ronda.archive.filing.intake import Intake
from ronda.archive.filing.journal import Position
from ronda.archive.filing.layout import place_of, segment_file
from ronda.archive.filing.ledger import Ledger
from ronda.archive.filing.lock import VolumeLock
from ronda.archive.filing.record import Deleted, Kept, Opened, Started
from ronda.archive.filing.retention import Quota, Retention
from ronda.archive.filing.segment import Author, OpenSegment
from ronda.archive.filing.track import SEGMENT_90K, Track
from ronda.archive.filing.writer import SYNC_S, Tools, VolumeWriter
from ronda.archive.index.check import Finding, check_volume
from ronda.archive.index.index import Index, IndexReader, SegmentRow
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, Clock

LIVE: Final = "live"
_DOUBTFUL_SYNCS: Final = 6  # a sync may have been late, and its neighbours too


@dataclass(frozen=True, slots=True)
class VolumeSettings:
    """How a volume is used.

    Attributes:
        folder: Where it lies; made when missing.
        quota: How much it may hold.
        segment_90k: About how long one file is.
        sync_s: How often it is forced to the disk: what a power cut may cost.
        queue_bytes: How much may wait for its writer thread.
        disk: What it is written with.
    """

    folder: Path
    quota: Quota = field(default_factory=Quota)
    segment_90k: int = SEGMENT_90K
    sync_s: float = SYNC_S
    queue_bytes: int = 64 << 20
    disk: Disk = field(default_factory=RealDisk)


class Volume:
    """An open volume. Opening and closing block; `start` begins the writer thread."""

    def __init__(self, settings: VolumeSettings, clock: Clock, author: Author, told: Told) -> None:
        """Lock, open and look what the last life left.

        Raises:
            FolderInUse: Another process has it.
            VolumeFailed: It cannot be opened.
        """
        self.folder = settings.folder
        self._segment_90k = settings.segment_90k
        self._tracks: dict[tuple[str, str], dict[str, Track]] = {}
        self.counters = ArchiveCounters()
        self.health = Health(str(settings.folder), told)
        self.intake = Intake(settings.queue_bytes)
        self._readers: queue.SimpleQueue[tuple[int, IndexReader]] = queue.SimpleQueue()
        self._generation = 0
        self._lock = VolumeLock(settings.folder)
        try:
            ledger = Ledger(settings.folder, settings.disk)
            unfinished = _left_by_last_life(settings, ledger, self._lock.crashed_90k)
            ledger.add(Started(clock.utc_90k(), author.node, author.revision, self._lock.crashed_90k))
            ledger.write()
            ledger.take_in()
        except (OSError, sqlite3.Error) as error:
            self._lock.close()
            raise VolumeFailed(f"the volume {settings.folder} cannot be written ({error})") from error
        except VolumeFailed:
            self._lock.close()
            raise
        self.rebuilt = ledger.rebuilt
        self.counters.journal_torn_bytes = ledger.torn_bytes
        self._ledger = ledger
        self._keeps = ledger.index.keeps()
        retention = Retention(settings.folder, settings.disk, ledger, settings.quota, self.counters)
        tools = Tools(
            *(settings.folder, settings.disk, clock, ledger, self.health, retention, self.counters),
            lock=self._lock,
            sync_s=settings.sync_s,
        )
        self._retention = retention
        self.writer = VolumeWriter(tools, self.intake, author, unfinished)

    @property
    def ledger(self) -> Ledger:
        """Journal and index; touched on the writer thread only."""
        return self._ledger

    def start(self) -> None:
        """Begin to write."""
        self.writer.start()

    def close(self) -> None:
        """Finish every file and let go; blocks."""
        self.writer.close()
        while not self._readers.empty():
            self._readers.get()[1].close()
        self._lock.close()

    def track(self, camera: str, profile: str, purpose: str = LIVE) -> Track:
        """Return the track that a recorder or an import writes on (event loop)."""
        tracks = self._tracks.setdefault((camera, profile), {})
        if purpose not in tracks:
            tracks[purpose] = Track(camera, profile, self._segment_90k)
        return tracks[purpose]

    def forget_track(self, camera: str, profile: str, purpose: str) -> None:
        """An import is over (event loop)."""
        self._tracks.get((camera, profile), {}).pop(purpose, None)

    def live_track(self, camera: str, profile: str) -> Track | None:
        """Return the track of the recorder, if there is one (any thread)."""
        return self._tracks.get((camera, profile), {}).get(LIVE)

    def growing(self, camera: str, profile: str) -> list[OpenSegment]:
        """Return the segments that the index may not hold yet (any thread)."""
        tracks = list(self._tracks.get((camera, profile), {}).values())
        return [one for track in tracks for one in track.visible if one.end_90k > one.start_90k]

    def all_growing(self, profile: str) -> list[OpenSegment]:
        """Return the same of every camera (any thread)."""
        keys = [key for key in list(self._tracks) if key[1] == profile]
        return [one for camera, _ in keys for one in self.growing(camera, profile)]

    @contextmanager
    def reader(self) -> Iterator[IndexReader]:
        """Lend a reading connection (disk pool)."""
        try:
            generation, reader = self._readers.get_nowait()
        except queue.Empty:
            generation, reader = self._generation, IndexReader(self.folder)
        try:
            yield reader
        finally:
            if generation == self._generation:
                self._readers.put((generation, reader))
            else:
                reader.close()

    def counts(self) -> tuple[int, int]:
        """Return how many finished files and runs the index holds (disk pool)."""
        with self.reader() as reader:
            return reader.counts()[:2]

    def check(self, *, hashes: bool) -> tuple[int, list[Finding]]:
        """Return how many files there are, and what does not agree (disk pool)."""
        # First what grows, then what is there: a file that begins in between is not looked at.
        busy = self._busy_files()
        files = [file for file in segment_files(self.folder) if place_of(file) is not None]
        with self.reader() as reader:
            findings = list(check_volume(self.folder, reader, files, busy | self._busy_files(), hashes=hashes))
        return len(files), findings

    def repair(self, findings: list[Finding]) -> list[Finding]:
        """Mend what was found (writer thread); return the findings with what was done.

        Raises:
            OSError: The disk refuses.
        """
        done: list[Finding] = []
        for finding in findings:
            for record in finding.records:
                self._ledger.put(record)
            if finding.mend is not None:
                self.writer.mend_later(finding.mend)
            if finding.remove is not None:
                (self.folder / finding.remove).unlink(missing_ok=True)
            able = bool(finding.records or finding.mend or finding.remove or finding.reindex)
            done.append(replace(finding, mismatch=finding.mismatch.model_copy(update={"repaired": able})))
        return done

    def keep(self, camera: str, days: int) -> None:
        """Keep a camera's footage for so many days (writer thread)."""
        if self._keeps.get(camera) != days:
            self._keeps[camera] = days
            self._ledger.add(Kept(camera, days))

    def delete_ordered(self, segments: Sequence[SegmentRow], order: str) -> None:
        """Delete finished segments because somebody ordered it (writer thread).

        Raises:
            OSError: The disk refuses.
        """
        self._retention.delete_ordered(segments, order)

    def set_quota(self, quota: Quota) -> None:
        """Bound the volume otherwise (writer thread)."""
        self._retention.quota = quota

    def build_index(self) -> Index:
        """Make another index from the journal (disk pool)."""
        return self._ledger.build_aside()

    def use_index(self, fresh: Index) -> None:
        """Bring it into use (writer thread)."""
        self._ledger.swap(fresh)
        self._generation += 1
        while not self._readers.empty():
            self._readers.get()[1].close()

    def _busy_files(self) -> set[str]:
        tracks = [track for of_one in list(self._tracks.values()) for track in list(of_one.values())]
        growing = {one.file for track in tracks for one in track.visible}
        return growing | set(self.writer.waiting_files()) | set(self.writer.files_to_go)


def segment_files(folder: Path, wanted: Callable[[str], bool] | None = None) -> Iterator[str]:
    """Yield the paths of the MP4s where segments lie; `wanted` chooses the days' folders.

    Raises:
        OSError: A folder cannot be read.
    """
    for camera in sorted(_folders(folder)):
        for profile in sorted(_folders(folder / camera)):
            for day in sorted(_folders(folder / camera / profile)):
                if wanted is not None and not wanted(day):
                    continue
                for name in sorted(os.listdir(folder / camera / profile / day)):
                    if name.endswith(".mp4"):
                        yield f"{camera}/{profile}/{day}/{name}"


def _folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and "." not in entry.name]


def _left_by_last_life(settings: VolumeSettings, ledger: Ledger, crashed_90k: int | None) -> list[str]:
    """Return the files that must be finished, the newest last."""
    folder = settings.folder
    unfinished = ledger.index.unfinished()
    if ledger.index.position == Position():
        # No journal at all: whatever lies here is taken in.
        unfinished |= {file: 0 for file in segment_files(folder) if place_of(file) is not None}
    elif crashed_90k is not None:
        unfinished |= _doubtful(folder, ledger, crashed_90k - round(settings.sync_s * _DOUBTFUL_SYNCS * HZ_90K))
    return sorted(unfinished, key=lambda file: file.split("/")[2:])


def _doubtful(folder: Path, ledger: Ledger, since_90k: int) -> dict[str, int]:
    """Return the files that a power cut may have shortened, or whose journal lines it took."""
    found: dict[str, int] = {}
    known = {}
    for row in ledger.index.closed_since(since_90k):
        known[row.file] = row
        path = folder / row.file
        if not path.exists() or path.stat().st_size != row.bytes:
            ledger.add(Deleted((row.file,), GapCause.NODE_STOPPED))
            ledger.add(Opened(row.file, row.start_90k))
            found[row.file] = row.start_90k
    # By name first: a day of hundreds of cameras has more files than there is time to look at.
    day, time = _day_and_time(since_90k)
    for file in segment_files(folder, lambda name: name >= day):
        _, _, its_day, name = file.split("/")
        if (its_day, name) >= (day, time) and file not in known:
            place = place_of(file)
            if place is not None:
                found[file] = place.start_90k
    return found


def _day_and_time(utc_90k: int) -> tuple[str, str]:
    """Return the day's folder of a moment, and the beginning of the names of the files that start then."""
    _, _, day, name = segment_file("any", "main", "0", utc_90k).split("/")
    return day, name.split("Z")[0]
