"""A master over a range: every picture as the camera sent it, in one MP4 whose time is the time of day.

Unlike a clip it goes on where the encoding changes, and its media time runs on through gaps. Planned in the disk pool.
"""

from dataclasses import dataclass
from typing import Final

from ronda.archive.errors import NoFootage
from ronda.archive.reading.footage import Footage
from ronda.archive.reading.gathering import Draft, Source
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.access_unit import Encoding
from ronda.media.fmp4.progressive import first_shown_90k, progressive

MOST_90K: Final = 6 * 3600 * HZ_90K


@dataclass(frozen=True, slots=True)
class Change:
    """Where the camera's encoding changes."""

    at_90k: int
    encoding: Encoding


class Master:
    """A planned master; its segments stay open, so that they can be deleted meanwhile, until `close`.

    Attributes:
        start_90k: Timeline time of the media's zero.
        first_90k: When its first picture was taken.
        spans: Which stretches of timeline time it shows, in order.
        changes: Where the encoding changes.
        sources: The segments, in order.
        payload_bytes: How much of pictures it holds.
        read_bytes: How much is read to make it.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        chunks = draft.chunks
        self.start_90k = draft.start_90k
        self.first_90k = draft.start_90k + first_shown_90k(chunks[0].samples)
        self.spans = tuple(draft.spans)
        self.changes = tuple(Change(at_90k, draft.encodings[number]) for at_90k, number in draft.changes)
        self.encoding = draft.encodings[0]
        self.sources: tuple[Source, ...] = tuple(draft.sources)
        self.payload_bytes = sum(part.size for part in draft.parts)
        self.read_bytes = sum(source.reader.limit for source in self.sources)

    def head(self, udta: bytes) -> bytes:
        """Return everything before the payload; `udta` are boxes for `moov/udta`."""
        return progressive(self._draft.encodings, self._draft.chunks, udta=udta)

    def close(self) -> None:
        """Close the segments."""
        self._draft.close()


def plan_master(footage: Footage, camera: str, profile: str, from_90k: int, to_90k: int) -> Master:
    """Find what a master of a range consists of; blocks.

    Raises:
        BadInput: The range is empty or longer than six hours.
        NoFootage: Nothing is recorded in it.
        OSError: The disk refuses.
    """
    if from_90k >= to_90k:
        raise BadInput("the range is empty or ends before it begins", "give from before to")
    if to_90k - from_90k > MOST_90K:
        raise BadInput("a sealed export may be six hours long", "ask for several shorter ones")
    draft = Draft(through=True)
    try:
        for place in footage.segments(camera, profile, from_90k, to_90k):
            draft.gather(place, from_90k, to_90k)
        if not draft.sources:
            raise NoFootage(f"nothing of {camera!r} is recorded then", "look at its timeline")
        return Master(draft)
    except BaseException:
        draft.close()
        raise
