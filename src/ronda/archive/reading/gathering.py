"""Gathering what a stretch of footage consists of, segment by segment: for a clip and for a sealed master.

Blocking; runs in the disk pool. Only the `moof`s are read. It starts at the keyframe at or before the start asked for.
"""

from dataclasses import dataclass, field
from typing import Final

from ronda.archive.filing.segment_reader import FragmentPlace, SegmentHead, SegmentReader
from ronda.archive.reading.footage import SegmentPlace, keyframe_before
from ronda.base.time import HZ_90K
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.progressive import Chunk
from ronda.media.fmp4.sample import Sample

LONGEST_STEP_90K: Final = HZ_90K
"""What is further apart is a gap."""


@dataclass(frozen=True, slots=True)
class Part:
    """Payload of one fragment: where it lies in an open segment, and of when it is."""

    reader: SegmentReader
    offset: int
    size: int
    start_90k: int
    end_90k: int


@dataclass(frozen=True, slots=True)
class Source:
    """A segment that something was taken from.

    Attributes:
        place: Where it lies.
        reader: It, open.
        head: What stands before its fragments.
        parts: What of it was taken, in order.
    """

    place: SegmentPlace
    reader: SegmentReader
    head: SegmentHead
    parts: list[Part]


@dataclass(slots=True)
class _Samples:
    samples: list[Sample]
    encoding: int


@dataclass(slots=True)
class Draft:
    """What was gathered so far; its files stay open until `close`.

    Attributes:
        through: Go on where the encoding changes, and let the time of the media run on through gaps: the last picture
            before one lasts until the next. Without, the draft ends at the first change, and gaps are left out.
        encodings: What decoders must know, in the order of their first use.
        sources: The segments, in order.
        spans: Which stretches of timeline time there are.
        changes: Where the encoding changes: moment, and index of the new one.
        start_90k: Timeline time of the first picture's decoding.
        lasts_90k: How long all of it is, in media time.
    """

    through: bool = False
    encodings: list[Encoding] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    changes: list[tuple[int, int]] = field(default_factory=list)
    start_90k: int = 0
    lasts_90k: int = 0
    _chunks: list[_Samples] = field(default_factory=list)
    _readers: list[SegmentReader] = field(default_factory=list)

    @property
    def changed_at_90k(self) -> int | None:
        """Where the encoding changes first; None where it does not."""
        return self.changes[0][0] if self.changes else None

    @property
    def chunks(self) -> list[Chunk]:
        """The pictures, as `ronda.media.fmp4.progressive` wants them."""
        return [Chunk(one.samples, one.encoding) for one in self._chunks]

    @property
    def parts(self) -> list[Part]:
        """The payload, in order."""
        return [part for source in self.sources for part in source.parts]

    def close(self) -> None:
        """Close the files."""
        for reader in self._readers:
            reader.close()
        self._readers = []

    def gather(self, segment: SegmentPlace, from_90k: int, to_90k: int) -> None:
        """Take what a segment holds of a range; one that is gone or is none of ours is passed over.

        Raises:
            OSError: The disk refuses.
        """
        try:
            reader = segment.open()
        except FileNotFoundError:
            return  # deleted since it was found
        self._readers.append(reader)
        try:
            head = reader.head()
        except BadMp4:
            return
        if self.encodings and head.encoding != self.encodings[0] and not self.through:
            self.changes.append((segment.start_90k, 0))
            return
        first = self._first(segment, reader, from_90k)
        if first is None:
            return
        source = Source(segment, reader, head, [])
        for place in reader.fragments(first):
            start_90k = segment.start_90k + place.header.base_90k
            if start_90k >= to_90k:
                break
            self._add(place, source, start_90k)
        if source.parts:
            self.sources.append(source)

    def _first(self, segment: SegmentPlace, reader: SegmentReader, from_90k: int) -> int | None:
        """Return where in a segment to begin; None where all of it was shown."""
        keyframes = segment.keyframes(reader)
        if not keyframes:
            return None
        # Runs overlap after a stepped clock: what was shown is not shown again.
        since_90k = max(from_90k, self.spans[-1][1] if self.spans else 0)
        first = keyframe_before(keyframes, since_90k - segment.start_90k)
        if self.spans and keyframes[first].time_90k + segment.start_90k < self.spans[-1][1] - LONGEST_STEP_90K:
            first += 1
        return keyframes[first].offset if first < len(keyframes) else None

    def _add(self, place: FragmentPlace, source: Source, start_90k: int) -> None:
        samples = list(place.header.samples)
        if not samples:
            return
        if self._chunks:
            self._stretch(start_90k)
        else:
            self.start_90k = start_90k
        self._chunks.append(_Samples(samples, self._encoding(source.head.encoding, start_90k)))
        end_90k = start_90k + place.header.duration_90k
        source.parts.append(Part(source.reader, place.payload, place.header.data_bytes, start_90k, end_90k))
        self.lasts_90k += place.header.duration_90k
        if self.spans and start_90k - self.spans[-1][1] < LONGEST_STEP_90K:
            self.spans[-1] = (self.spans[-1][0], end_90k)
        else:
            self.spans.append((start_90k, end_90k))

    def _stretch(self, start_90k: int) -> None:
        """Let the last picture last until the next: its duration was an estimate, and now that one's time is known."""
        samples = self._chunks[-1].samples
        last = samples[-1]
        if self.through:
            late = max(start_90k - self.start_90k - self.lasts_90k, 1 - last.duration_90k)
        else:
            late = start_90k - self.spans[-1][1]
            late = late if 0 <= late < LONGEST_STEP_90K else 0
        samples[-1] = last._replace(duration_90k=last.duration_90k + late)
        self.lasts_90k += late

    def _encoding(self, encoding: Encoding, start_90k: int) -> int:
        if encoding not in self.encodings:
            self.encodings.append(encoding)
        number = self.encodings.index(encoding)
        if self._chunks and self._chunks[-1].encoding != number:
            self.changes.append((start_90k, number))
        return number
