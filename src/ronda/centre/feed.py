"""The live event feed: one event to everybody who follows, each at their own pace.

A follower who reads too slowly gets the newest state of each camera instead of its history: an event
replaces the waiting one of the same kind and camera. Beyond a bound the oldest gives way, counted,
and the follower is told to read everything again.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ronda.base.errors import Busy
from ronda.city.place import Place

_WAITING_AT_MOST: Final = 20_000
_FOLLOWERS_AT_MOST: Final = 2_000
RESYNC: Final = "resync"


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event as pages see it.

    Attributes:
        kind: Its name, such as `camera-status`.
        camera: Which camera it is about, for filtering; None when about none.
        data: Its JSON text, made once for all followers.
        public_data: The same for those who must not know where a camera is.
        place: Where the camera stood, of one that is gone: who might see it hears so.
        turned: Whether a camera began or ceased to show pictures, which residents hear of too.
    """

    kind: str
    camera: str | None
    data: str = field(repr=False)
    public_data: str = field(repr=False)
    place: Place | None = None
    turned: bool = False

    @classmethod
    def of(
        cls,
        kind: str,
        camera: str | None,
        document: dict[str, Any],
        public: dict[str, Any] | None = None,
        *,
        place: Place | None = None,
        turned: bool = False,
    ) -> "FeedEvent":
        """Return the event with `document` as its data, and `public` as what strangers read instead."""
        data = _text(document)
        public_data = data if public is None or public == document else _text(public)
        return cls(kind, camera, data, public_data, place, turned)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class Follower:
    """What one page has not read yet."""

    def __init__(self, feed: "EventFeed", size: int, wants: Callable[[FeedEvent], bool] | None) -> None:
        self._feed = feed
        self._size = size
        self._wants = wants
        self._waiting: OrderedDict[tuple[str, str | None], FeedEvent] = OrderedDict()
        self._arrived = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many events are not read yet."""
        return len(self._waiting)

    def push(self, event: FeedEvent) -> None:
        """Take an event in, if it is wanted."""
        if self._wants is not None and not self._wants(event):
            return
        key = (event.kind, event.camera)
        self._waiting.pop(key, None)
        if len(self._waiting) >= self._size:
            self._feed.dropped += len(self._waiting)
            self._waiting.clear()
            self._waiting[RESYNC, None] = FeedEvent.of(RESYNC, None, {})
        self._waiting[key] = event
        self._arrived.set()

    def wake(self) -> None:
        """Let `next` look whether the feed has closed."""
        self._arrived.set()

    async def next(self, timeout_s: float) -> FeedEvent | None:
        """Return the next event, or None when there was none for `timeout_s` or the feed has closed."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self._waiting and not self._feed.closed:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return None
        return self._waiting.popitem(last=False)[1] if self._waiting else None


class EventFeed:
    """Fans events out to followers.

    Attributes:
        dropped: Events that slow followers lost.
        size: The most events that may wait for one follower.
        most: How many may follow at once.
        closed: Set when the centre stops; followers then end.
    """

    def __init__(self, size: int = _WAITING_AT_MOST, most: int = _FOLLOWERS_AT_MOST) -> None:
        self.dropped = 0
        self.closed = False
        self.size = size
        self.most = most
        self._followers: set[Follower] = set()

    @property
    def followers(self) -> int:
        """How many follow now."""
        return len(self._followers)

    @property
    def waiting(self) -> int:
        """Events waiting for the follower who is furthest behind."""
        return max((follower.waiting for follower in self._followers), default=0)

    def publish(self, event: FeedEvent) -> None:
        """Give `event` to every follower; never waits."""
        for follower in self._followers:
            follower.push(event)

    def make_room(self, left_over: int = 0) -> None:
        """Refuse one more follower where as many follow as may, `left_over` places kept free for others.

        Raises:
            Busy: There is no place.
        """
        if len(self._followers) >= self.most - left_over:
            raise Busy("as many follow what happens as this server tells", "read again now and then instead")

    @contextmanager
    def follow(self, wants: Callable[[FeedEvent], bool] | None = None) -> Iterator[Follower]:
        """Follow the feed while the context is open; with `wants`, only what it says yes to.

        Raises:
            Busy: As many follow as may.
        """
        self.make_room()
        follower = Follower(self, self.size, wants)
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    def close(self) -> None:
        """End every follower, so that a stopping server has no open feeds left."""
        self.closed = True
        for follower in self._followers:
            follower.wake()
