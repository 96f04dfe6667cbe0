"""Reading a camera's footage forward from a moment, through files, runs and gaps, to the growing edge.

Blocking: each `read` is one call in the disk pool, of one session at a time.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ronda.archive.errors import NoFootage
from ronda.archive.filing.segment import Keyframe
from ronda.archive.filing.segment_reader import FragmentPlace, SegmentReader
from ronda.archive.reading.footage import Footage, SegmentPlace, keyframe_before
from ronda.archive.reading.timeline import MERGE_90K
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.bus.contract import Gap
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.sample import Sample

_LOOK_AHEAD_90K: Final = 3600 * HZ_90K
_WEEK_90K: Final = 7 * 86_400 * HZ_90K
_BATCH_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Played:
    """A fragment as it was recorded.

    Attributes:
        run: Run id.
        encoding: What a decoder needs.
        start_90k: Timeline time of its first picture's decoding.
        samples: Its pictures.
        payload: Their data.
    """

    run: str
    encoding: Encoding
    start_90k: int
    samples: tuple[Sample, ...]
    payload: bytes

    @property
    def end_90k(self) -> int:
        """Timeline time of its end."""
        return self.start_90k + sum(sample.duration_90k for sample in self.samples)


@dataclass(frozen=True, slots=True)
class Edge:
    """There is nothing more now.

    Attributes:
        at_90k: Timeline time up to which everything was read.
        growing: Somebody writes on: ask again a little later.
    """

    at_90k: int
    growing: bool


Piece = Played | Gap | Edge
GapsBetween = Callable[[int, int], tuple[Gap, ...]]


class Cursor:
    """A place in a camera's footage; closed when no longer needed."""

    def __init__(
        self,
        footage: Footage,
        camera: str,
        profile: str,
        from_90k: int,
        *,
        gaps_between: GapsBetween,
        keyframes_only: bool = False,
    ) -> None:
        self._footage = footage
        self._camera = camera
        self._profile = profile
        self._position_90k = from_90k
        self._gaps_between = gaps_between
        self._keyframes_only = keyframes_only
        self._begun = False
        self._place: SegmentPlace | None = None
        self._reader: SegmentReader | None = None
        self._encoding: Encoding | None = None
        self._offset = 0
        self._number = 0
        self._done: set[object] = set()
        self._busy = threading.Lock()

    def close(self) -> None:
        """Close the file that is open, after a `read` that still goes on elsewhere."""
        with self._busy:
            self._close()

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._place = None

    def read(self, duration_90k: int) -> list[Piece]:
        """Return what comes next, about `duration_90k` of it; ends with an `Edge` where there is nothing more.

        Raises:
            OSError: The disk refuses.
        """
        with self._busy:
            return self._read(duration_90k)

    def _read(self, duration_90k: int) -> list[Piece]:
        until_90k = self._position_90k + duration_90k
        found: list[Piece] = []
        size = 0
        while self._position_90k < until_90k and size < _BATCH_BYTES:
            if self._place is None:
                found += self._next_place()
                if self._place is None:
                    return found
                # A long gap was told; the asker's patience counts from its end.
                until_90k = max(until_90k, self._position_90k + duration_90k)
            played = self._next_keyframe() if self._keyframes_only else self._next_fragment()
            if played is not None:
                found.append(played)
                size += len(played.payload)
                self._position_90k = max(self._position_90k, played.end_90k)
            elif not self._leave():
                found.append(Edge(self._position_90k, growing=True))
                return found
        return found

    def _next_place(self) -> Iterator[Piece]:
        """Open the file that comes next, and tell of the gap before it."""
        place = self._find()
        if place is None:
            growing = self._footage.still_growing(self._camera, self._profile)
            yield Edge(self._position_90k, growing=growing)
            return
        if place.start_90k > self._position_90k + MERGE_90K:
            # Before the first footage there is no gap in the timeline; a player must hear of the jump all the same.
            nothing = Gap(from_90k=self._position_90k, to_90k=place.start_90k, cause=GapCause.UNKNOWN)
            yield from self._gaps_between(self._position_90k, place.start_90k) or (nothing,)
        try:
            self._enter(place)
        except (OSError, BadMp4):
            # Deleted since it was found, or damaged: what lies behind it is still to be played.
            self._close()
            self._done.add(place.path)
            self._position_90k = max(self._position_90k, place.end_90k)
            yield from self._next_place()

    def _find(self) -> SegmentPlace | None:
        at = self._position_90k
        for _ in range(2):
            for place in self._footage.segments(self._camera, self._profile, at, at + _LOOK_AHEAD_90K):
                if place.path not in self._done and (not self._begun or place.end_90k > self._position_90k):
                    return place
            start = self._footage.next_start(self._camera, self._profile, at)
            if start is None:
                return None
            at = start
        return None

    def _enter(self, place: SegmentPlace) -> None:
        self._reader = place.open()
        self._encoding = self._reader.head().encoding
        keyframes = place.keyframes(self._reader)
        if not keyframes:
            raise BadMp4("no keyframe")
        number = keyframe_before(keyframes, self._position_90k - place.start_90k)
        behind = keyframes[number].time_90k + place.start_90k < self._position_90k - MERGE_90K
        if self._begun and behind and number + 1 < len(keyframes):
            number += 1  # runs overlap, as after a stepped clock: go on where nothing was played yet
        self._begun = True
        self._place, self._number, self._offset = place, number, keyframes[number].offset
        self._position_90k = max(self._position_90k, place.start_90k)

    def _leave(self) -> bool:
        """The open file has nothing more now; return whether to look for the next one."""
        place = self._place
        if place is None or self._reader is None:
            return True
        if place.growing is not None:
            flushed = place.growing.flushed
            if flushed.bytes > self._reader.limit:
                self._reader.limit = flushed.bytes
                return True
            if not place.growing.finished:
                return False
        self._done.add(place.path)
        self._close()
        return True

    def _next_fragment(self) -> Played | None:
        if self._reader is None:
            return None
        place = next(iter(self._reader.fragments(self._offset)), None)
        if place is None:
            return None
        self._offset = place.end
        return self._played(place, place.header.samples, place.header.data_bytes)

    def _next_keyframe(self) -> Played | None:
        """Return the first picture of the next GOP, which lasts until the one after."""
        place, reader = self._place, self._reader
        if place is None or reader is None:
            return None
        keyframes = place.keyframes(reader)
        last = self._number + 1 >= len(keyframes)
        if self._number >= len(keyframes) or (last and place.growing is not None and not place.growing.finished):
            return None
        at: Keyframe = keyframes[self._number]
        fragment = next(iter(reader.fragments(at.offset)), None)
        if fragment is None:
            return None
        self._number += 1
        end_90k = place.end_90k - place.start_90k if last else keyframes[self._number].time_90k
        first = fragment.header.samples[0]
        sample = first._replace(duration_90k=max(1, end_90k - at.time_90k))
        return self._played(fragment, (sample,), first.size)

    def _played(self, place: FragmentPlace, samples: tuple[Sample, ...], size: int) -> Played | None:
        if self._place is None or self._reader is None or self._encoding is None:
            return None
        payload = self._reader.read(place.payload, size)
        start_90k = self._place.start_90k + place.header.base_90k
        return Played(self._place.run, self._encoding, start_90k, samples, payload)


def keyframe_at(footage: Footage, camera: str, profile: str, at_90k: int) -> Played:
    """Return the last keyframe at or before a moment, of the footage that covers it; blocks.

    Raises:
        NoFootage: Nothing is recorded then.
        OSError: The disk refuses.
    """
    for segment in reversed(footage.segments(camera, profile, at_90k - MERGE_90K, at_90k + 1)):
        try:
            with segment.open() as reader:
                encoding = reader.head().encoding
                keyframes = segment.keyframes(reader)
                mark = keyframes[keyframe_before(keyframes, at_90k - segment.start_90k)] if keyframes else None
                found = next(iter(reader.fragments(mark.offset)), None) if mark is not None else None
                if found is not None:
                    first = found.header.samples[0]
                    start_90k = segment.start_90k + found.header.base_90k
                    return Played(segment.run, encoding, start_90k, (first,), reader.read(found.payload, first.size))
        except (FileNotFoundError, BadMp4):
            continue
    raise NoFootage(f"nothing of {camera!r} is recorded then", "look at its timeline")


def keyframe_before_gap(footage: Footage, camera: str, profile: str, at_90k: int) -> Played:
    """Return the last keyframe at or before a moment, also when nothing is recorded at it; blocks.

    Raises:
        NoFootage: Nothing is recorded in the week before.
        OSError: The disk refuses.
    """
    try:
        return keyframe_at(footage, camera, profile, at_90k)
    except NoFootage:
        ends = [place.end_90k for place in footage.segments(camera, profile, at_90k - _WEEK_90K, at_90k)]
        if not ends:
            raise
    return keyframe_at(footage, camera, profile, min(max(ends), at_90k) - 1)
