"""A stretch of footage as one progressive MP4, `moov` first, of known length, payload straight from the files.

Planned in the disk pool: only the `moof`s are read. Starts at the keyframe at or before the start asked for.
Runs of one encoding are joined, their gaps left out and listed; at the first change of encoding the clip
ends, because phones play one sample entry.
"""

from bisect import bisect_right
from itertools import accumulate
from typing import Final

from ronda.archive.errors import NoFootage
from ronda.archive.reading.footage import Footage
from ronda.archive.reading.gathering import Draft
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.fmp4.progressive import progressive

MAX_CLIP_90K: Final = 6 * 3600 * HZ_90K


class Clip:
    """A planned clip; its files stay open, so that they can be deleted meanwhile, until `close`.

    Attributes:
        size: Bytes of the whole file.
        spans: Which stretches of timeline time it shows.
        changed_at_90k: Where it ends early because the encoding changes; None when it does not.
    """

    def __init__(self, head: bytes, draft: Draft) -> None:
        self._head = head
        self._parts = draft.parts
        self._starts = list(accumulate((part.size for part in self._parts), initial=len(head)))
        self._draft = draft
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
        self._draft.close()


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
    draft = Draft()
    try:
        for place in footage.segments(camera, profile, from_90k, to_90k):
            if draft.changed_at_90k is None:
                draft.gather(place, from_90k, to_90k)
        if not draft.sources:
            raise NoFootage(f"nothing of {camera!r} is recorded then", "look at its timeline")
        head = progressive(draft.encodings, draft.chunks)
    except BaseException:
        draft.close()
        raise
    return Clip(head, draft)
