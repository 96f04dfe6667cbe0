"""The GOP cache: a stream's newest fragments, read by every viewer through a cursor of its own.

A viewer holds no queue, so a slow one costs nothing: what it missed is gone, and it goes on at the
newest keyframe. Lives on the event loop.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from ronda.base.errors import RondaError
from ronda.media.fragment import Fragment

FAR_BEHIND_S: Final = 3.0


class StreamClosed(RondaError):
    """The stream was taken away: its camera was removed, or the node stops."""


@dataclass(slots=True)
class RingLimits:
    """How much is kept.

    Attributes:
        most_bytes: Bound for one stream; a GOP that is longer cannot be joined until the next.
        watched_s: Seconds kept before the newest keyframe while somebody watches.
    """

    most_bytes: int = 8 << 20
    watched_s: float = FAR_BEHIND_S


class FragmentRing:
    """The current GOP's fragments, and while somebody watches those of the last seconds.

    Fragments are numbered from 0 over the stream's life; runs follow each other in it.
    """

    def __init__(self, limits: RingLimits) -> None:
        self.watched = False
        self._limits = limits
        self._fragments: deque[Fragment] = deque()
        self._pictures: deque[int] = deque()
        self._first = 0
        self._keyframe: int | None = None
        self._sealed = False
        self._bytes = 0
        self._pictures_seen = 0
        self._closed = False
        self._waiters: list[asyncio.Future[None]] = []
        self._wire: dict[int, bytes] = {}

    @property
    def bytes_held(self) -> int:
        """Bytes of the fragments held."""
        return self._bytes

    @property
    def newest(self) -> Fragment | None:
        """The newest fragment."""
        return self._fragments[-1] if self._fragments else None

    @property
    def newest_keyframe(self) -> Fragment | None:
        """The newest fragment that starts with a keyframe, also when the stream has stopped since."""
        return None if self._keyframe is None else self._fragments[self._keyframe - self._first]

    def gop(self) -> list[Fragment]:
        """Return the fragments from the newest keyframe on; empty when the stream cannot be joined now."""
        if self._keyframe is None or self._sealed:
            return []
        skipped = self._keyframe - self._first
        return [fragment for number, fragment in enumerate(self._fragments) if number >= skipped]

    def append(self, fragment: Fragment) -> None:
        """Take the next fragment and wake whoever waits."""
        number = self._first + len(self._fragments)
        if fragment.keyframe:
            self._keyframe = number
            self._sealed = False
        self._fragments.append(fragment)
        self._pictures.append(self._pictures_seen)
        self._pictures_seen += fragment.pictures
        self._bytes += len(fragment.mdat) + len(fragment.moof)
        self._trim(fragment.arrival)
        if self._wire:
            self._wire.pop(number - 4, None)
        self.wake()

    def seal(self) -> None:
        """Let nobody join at what is held: the run is over."""
        self._sealed = True

    def clear(self) -> None:
        """Forget all fragments."""
        self._first += len(self._fragments)
        self._fragments.clear()
        self._pictures.clear()
        self._wire.clear()
        self._keyframe = None
        self._bytes = 0

    def close(self) -> None:
        """Tell all cursors that nothing will come."""
        self.clear()
        self._closed = True
        self.wake()

    def wake(self) -> None:
        """Let every waiting cursor look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self) -> None:
        """Wait for the next `wake`."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def cursor(self) -> "FragmentCursor":
        """Return a cursor that starts at the newest keyframe, or at the next if there is none."""
        return FragmentCursor(self)

    def at(self, number: int) -> Fragment:
        """Return fragment `number`, which must be held."""
        return self._fragments[number - self._first]

    def wire(self, number: int) -> bytes:
        """Return `moof + mdat` of fragment `number`, joined once for all who are near the live edge."""
        joined = self._wire.get(number)
        if joined is None:
            fragment = self._fragments[number - self._first]
            joined = fragment.moof + fragment.mdat
            if number >= self._first + len(self._fragments) - 4:
                self._wire[number] = joined
        return joined

    def advance(self, cursor: "FragmentCursor") -> int | None:
        """Move `cursor` over the next fragment and return that one's number; None when it is not there yet.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        if self._closed:
            raise StreamClosed("the stream is closed")
        place, keyframe = cursor.place, self._keyframe
        if place is None:
            if keyframe is None or self._sealed:
                return None
            cursor.next_picture = self._pictures[keyframe - self._first]
            return self._step(cursor, keyframe)
        index = place - self._first
        if index >= len(self._fragments):
            return None
        if index >= 0:
            behind_s = self._fragments[-1].arrival - self._fragments[index].arrival
            if behind_s <= FAR_BEHIND_S or keyframe is None or keyframe <= place:
                return self._step(cursor, place)
        if keyframe is None:
            return None
        cursor.skipped_pictures += self._pictures[keyframe - self._first] - cursor.next_picture
        return self._step(cursor, keyframe)

    def _step(self, cursor: "FragmentCursor", number: int) -> int:
        index = number - self._first
        cursor.next_picture = self._pictures[index] + self._fragments[index].pictures
        cursor.place = number + 1
        return number

    def _trim(self, now: float) -> None:
        keyframe = self._keyframe
        oldest_kept = now - self._limits.watched_s if self.watched else now
        while self._fragments and keyframe is not None and self._first < keyframe:
            if self._fragments[0].arrival >= oldest_kept and self._bytes <= self._limits.most_bytes:
                return
            self._drop_first()
        if self._bytes > self._limits.most_bytes:
            # A GOP beyond the bound: nobody can join before the next keyframe.
            self._keyframe = None
            while self._bytes > self._limits.most_bytes // 2 and len(self._fragments) > 1:
                self._drop_first()

    def _drop_first(self) -> None:
        gone = self._fragments.popleft()
        self._pictures.popleft()
        self._bytes -= len(gone.mdat) + len(gone.moof)
        self._wire.pop(self._first, None)
        self._first += 1


class FragmentCursor:
    """One reader's place in a ring.

    Attributes:
        place: Number of the fragment that is next; None before the first.
        next_picture: Number of that fragment's first picture, over the stream's life.
        skipped_pictures: How many pictures it has jumped over so far.
    """

    __slots__ = ("_ring", "next_picture", "place", "skipped_pictures")

    def __init__(self, ring: FragmentRing) -> None:
        self.place: int | None = None
        self.next_picture = 0
        self.skipped_pictures = 0
        self._ring = ring

    def take(self) -> Fragment | None:
        """Return the next fragment, or None when it is not there yet.

        After a jump the fragment starts with a keyframe and `skipped_pictures` has grown.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        number = self._ring.advance(self)
        return None if number is None else self._ring.at(number)

    def take_wire(self) -> tuple[Fragment, bytes] | None:
        """Return the next fragment and its `moof + mdat` in one piece; see `take`."""
        number = self._ring.advance(self)
        return None if number is None else (self._ring.at(number), self._ring.wire(number))

    async def wait(self) -> None:
        """Wait until there may be something to take, or the stream's state has changed."""
        await self._ring.wait()

    async def next(self) -> Fragment:
        """Return the next fragment, waiting for it.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        while (fragment := self.take()) is None:
            await self._ring.wait()
        return fragment
