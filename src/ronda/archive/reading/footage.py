"""Finding the files that hold a stretch of a camera's footage, the growing one included.

Blocking: called in the disk pool. Times are timeline time.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ronda.archive.filing.segment import Keyframe, OpenSegment
from ronda.archive.filing.segment_reader import SegmentReader
from ronda.archive.index.index import SegmentRow
from ronda.archive.volume import Volume


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """A file that holds footage.

    Attributes:
        path: The file.
        run: Run id.
        start_90k: Where its footage starts.
        end_90k: Where it ends, as far as it can be read.
        growing: The file being written, if it is one.
        row: What was kept of it when it was closed; None of one that is being written.
    """

    path: Path
    run: str
    start_90k: int
    end_90k: int
    growing: OpenSegment | None = None
    row: SegmentRow | None = None

    def open(self) -> SegmentReader:
        """Open it, up to what can be read now.

        Raises:
            OSError: It cannot be opened.
        """
        return SegmentReader(self.path, self.growing.flushed.bytes if self.growing is not None else None)

    def keyframes(self, reader: SegmentReader) -> Sequence[Keyframe]:
        """Return where a decoder can start, times counted from the file's zero.

        Raises:
            OSError: The disk refuses.
        """
        if self.growing is not None:
            return self.growing.keyframes[: self.growing.flushed.keyframes]
        found = reader.keyframes()
        if found is not None:
            return found
        head = reader.head()
        return [
            Keyframe(place.header.base_90k, place.offset)
            for place in reader.fragments(len(head.init))
            if place.keyframe
        ]


def keyframe_before(keyframes: Sequence[Keyframe], time_90k: int) -> int:
    """Return the number of the last keyframe at or before a time; the first one when all are later."""
    return max(0, bisect_right(keyframes, time_90k, key=lambda one: one.time_90k) - 1)


class Footage:
    """The files of all volumes, by camera, profile and time."""

    def __init__(self, volumes: Sequence[Volume]) -> None:
        self._volumes = volumes

    def segments(self, camera: str, profile: str, from_90k: int, to_90k: int) -> list[SegmentPlace]:
        """Return the files that overlap a range, in order of their starts."""
        found: dict[Path, SegmentPlace] = {}
        for volume in self._volumes:
            growing = volume.growing(camera, profile)
            with volume.reader() as reader:
                stream = reader.stream(camera, profile)
                rows = reader.segments(stream[0], from_90k, to_90k) if stream is not None else []
            for one in growing:
                flushed = one.flushed
                if one.start_90k < to_90k and flushed.end_90k > from_90k:
                    found[one.path] = SegmentPlace(one.path, one.run.id, one.start_90k, flushed.end_90k, one)
            for row in rows:
                path = volume.folder / row.file
                found[path] = SegmentPlace(path, row.run, row.start_90k, row.end_90k, None, row)
        return sorted(found.values(), key=lambda place: (place.start_90k, place.end_90k))

    def next_start(self, camera: str, profile: str, after_90k: int) -> int | None:
        """Return where the first file that starts after a moment starts; None when there is none."""
        starts: list[int] = []
        for volume in self._volumes:
            starts += [one.start_90k for one in volume.growing(camera, profile) if one.start_90k > after_90k]
            with volume.reader() as reader:
                stream = reader.stream(camera, profile)
                start = reader.next_start(stream[0], after_90k) if stream is not None else None
            starts += [] if start is None else [start]
        return min(starts, default=None)

    def still_growing(self, camera: str, profile: str) -> bool:
        """Whether somebody writes on."""
        return any(volume.growing(camera, profile) for volume in self._volumes)
