"""Coded pictures of one camera that wait to be decoded: bounded, the oldest given up first."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from ronda.media.access_unit import Encoding

MOST_PICTURES: Final = 100
MOST_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """One coded picture.

    Attributes:
        data: Its NAL units behind 4-byte lengths, or an image file.
        at_90k: Its presentation time, UTC.
        dts_90k: Its decoding time, on the same axis.
        keyframe: A decoder can start here.
        encoding: Set where a decoder must start anew.
        alone: Nothing follows that needs it.
        image: It is an image file.
    """

    data: bytes
    at_90k: int
    dts_90k: int
    keyframe: bool
    encoding: Encoding | None = None
    alone: bool = False
    image: bool = False


class PictureQueue:
    """Pictures in decoding order.

    When there are too many, the oldest are dropped up to the newest keyframe, because what lies between cannot be
    decoded any more; without one, all are, and the next keyframe is waited for.

    Attributes:
        dropped: How many have been dropped.
    """

    def __init__(self, most_pictures: int = MOST_PICTURES, most_bytes: int = MOST_BYTES) -> None:
        self.dropped = 0
        self._most_pictures = most_pictures
        self._most_bytes = most_bytes
        self._pictures: deque[Waiting] = deque()
        self._bytes = 0
        self._encoding: Encoding | None = None
        self._wants_keyframe = True

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def bytes(self) -> int:
        """How many bytes wait."""
        return self._bytes

    def put(self, picture: Waiting) -> None:
        """Take a picture in."""
        if picture.encoding is not None:
            self._encoding = picture.encoding
        if not self._fits(picture):
            self._make_room()
        if not self._fits(picture):
            self.give_up()
        if picture.keyframe and self._wants_keyframe:
            # What the decoder had before is lost: it must be told to begin anew.
            picture = replace(picture, encoding=self._encoding)
            self._wants_keyframe = False
        if self._wants_keyframe or not self._fits(picture):
            self._wants_keyframe = True
            self.dropped += 1
            return
        self._pictures.append(picture)
        self._bytes += len(picture.data)

    def take(self) -> Waiting | None:
        """Return the oldest picture; None when none waits."""
        if not self._pictures:
            return None
        picture = self._pictures.popleft()
        self._bytes -= len(picture.data)
        return picture

    def _fits(self, picture: Waiting) -> bool:
        return len(self._pictures) < self._most_pictures and self._bytes + len(picture.data) <= self._most_bytes

    def _make_room(self) -> None:
        newest = next((n for n in range(len(self._pictures) - 1, 0, -1) if self._pictures[n].keyframe), 0)
        for _ in range(newest):
            self.take()
        self.dropped += newest
        if newest:
            self._pictures[0] = replace(self._pictures[0], encoding=self._pictures[0].encoding or self._encoding)

    def give_up(self) -> None:
        """Drop what waits; the next keyframe begins anew."""
        self.dropped += len(self._pictures)
        self._pictures.clear()
        self._bytes = 0
        self._wants_keyframe = True
