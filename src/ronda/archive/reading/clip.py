"""A stretch of footage as one progressive MP4, `moov` first, of known length, payload straight from the files.

Planned in the disk pool: only the `moof`s are read. Starts at the keyframe at or before the start asked for.
Runs of one encoding are joined, their gaps left out and listed; at the first change of encoding the clip
ends, because phones play one sample entry.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from ronda.archive.errors import NoFootage
from ronda.archive.filing.segment_reader import FragmentPlace, SegmentReader
from ronda.archive.reading.footage import Footage, SegmentPlace, keyframe_before
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.progressive import Chunk, progressive
from ronda.media.fmp4.sample import Sample

MAX_CLIP_90K: Final = 6 * 3600 * HZ_90K
_LONGEST_STEP_90K: Final = HZ_90K


@dataclass(frozen=True, slots=True)
class _Part:
    reader: SegmentReader
    offset: int
    size: int


@dataclass(slots=True)
class _Draft:
    """What was gathered so far."""

    encoding: Encoding | None = None
    chunks: list[list[Sample]] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    readers: list[SegmentReader] = field(default_factory=list)
    changed_at_90k: int | None = None

    def add(self, place: FragmentPlace, reader: SegmentReader, start_90k: int) -> None:
        samples = list(place.header.samples)
        if not samples:
            return
        if self.spans and 0 <= start_90k - self.spans[-1][1] < _LONGEST_STEP_90K:
            # The last duration of a fragment was an estimate; here the next picture's time is known.
            last = self.chunks[-1][-1]
            late = start_90k - self.spans[-1][1]
            self.chunks[-1][-1] = last._replace(duration_90k=last.duration_90k + late)
        self.chunks.append(samples)
        self.parts.append(_Part(reader, place.payload, place.header.data_bytes))
        end_90k = start_90k + place.header.duration_90k
        if self.spans and start_90k - self.spans[-1][1] < _LONGEST_STEP_90K:
            self.spans[-1] = (self.spans[-1][0], end_90k)
        else:
            self.spans.append((start_90k, end_90k))


class Clip:
    """A planned clip; its files stay open, so that they can be deleted meanwhile, until `close`.

    Attributes:
        size: Bytes of the whole file.
        spans: Which stretches of timeline time it shows.
        changed_at_90k: Where it ends early because the encoding changes; None when it does not.
    """

    def __init__(self, head: bytes, draft: _Draft) -> None:
        self._head = head
        self._parts = draft.parts
        self._starts = list(accumulate((part.size for part in draft.parts), initial=len(head)))
        self._readers = draft.readers
        self.size = self._starts.pop()
        self.spans = tuple(draft.spans)
        self.changed_at_90k = draft.changed_at_90k

    @property
    def head(self) -> bytes:
        """Everything before the payload."""
        return self._head

    def read(self, offset: int, size: int) -> bytes:
        """Return bytes of the file; blocks.

        Raises:
            OSError: The disk refuses.
        """
        end = min(offset + size, self.size)
        found = [self._head[offset:end]] if offset < len(self._head) else []
        offset = max(offset, len(self._head))
        number = max(0, bisect_right(self._starts, offset) - 1)
        while offset < end:
            part = self._parts[number]
            skipped = offset - self._starts[number]
            data = part.reader.read(part.offset + skipped, min(part.size - skipped, end - offset))
            if not data and part.size > skipped:
                raise OSError("a segment is shorter than its boxes say")
            found.append(data)
            offset += len(data)
            number += offset - self._starts[number] >= part.size
        return b"".join(found)

    def close(self) -> None:
        """Close the files."""
        for reader in self._readers:
            reader.close()
        self._readers = []


def plan_clip(footage: Footage, camera: str, profile: str, from_90k: int, to_90k: int) -> Clip:
    """Find and measure what a clip of a range consists of; blocks.

    Raises:
        BadInput: The range is empty or longer than six hours.
        NoFootage: Nothing is recorded in it.
        OSError: The disk refuses.
    """
    if from_90k >= to_90k:
        raise BadInput("the clip ends before it begins", "give from before to")
    if to_90k - from_90k > MAX_CLIP_90K:
        raise BadInput("a clip may be six hours long", "ask for several shorter ones")
    draft = _Draft()
    try:
        for place in footage.segments(camera, profile, from_90k, to_90k):
            if draft.changed_at_90k is None:
                _gather(draft, place, from_90k, to_90k)
        if draft.encoding is None or not draft.chunks:
            raise NoFootage(f"nothing of {camera!r} is recorded then", "look at its timeline")
        head = progressive([draft.encoding], [Chunk(samples) for samples in draft.chunks])
    except BaseException:
        for reader in draft.readers:
            reader.close()
        raise
    return Clip(head, draft)


def _gather(draft: _Draft, segment: SegmentPlace, from_90k: int, to_90k: int) -> None:
    try:
        reader = segment.open()
    except FileNotFoundError:
        return  # deleted since it was found
    draft.readers.append(reader)
    try:
        encoding = reader.head().encoding
    except BadMp4:
        return
    if draft.encoding is not None and encoding != draft.encoding:
        draft.changed_at_90k = segment.start_90k
        return
    draft.encoding = encoding
    keyframes = segment.keyframes(reader)
    if not keyframes:
        return
    # Runs overlap after a stepped clock: what was shown is not shown again.
    since_90k = max(from_90k, draft.spans[-1][1] if draft.spans else 0)
    first = keyframe_before(keyframes, since_90k - segment.start_90k)
    if draft.spans and keyframes[first].time_90k + segment.start_90k < draft.spans[-1][1] - _LONGEST_STEP_90K:
        if first + 1 == len(keyframes):
            return
        first += 1
    for place in reader.fragments(keyframes[first].offset):
        start_90k = segment.start_90k + place.header.base_90k
        if start_90k >= to_90k:
            break
        draft.add(place, reader, start_90k)
