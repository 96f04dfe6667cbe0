"""What is made of streams that cannot be played or must not be seen as they are: H.264, or stills a few times a second.

Both are exceptions and dear, so both come out of bounded pools and are shared by all who look.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import Busy
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.media.access_unit import AccessUnit
from ronda.media.codec.masks import Masks, masks_key
from ronda.media.codec.still_feed import StillFeed
from ronda.media.codec.transcoder import Transcoder
from ronda.media.leases import Purpose
from ronda.media.ring import StreamClosed
from ronda.media.sources.contract import SourceCounters, SourceListener
from ronda.media.stream import OpenSupervisor, Stream
from ronda.media.streams import Streams

SUFFIX: Final = "h264"
_BATCH_S: Final = 0.04
_MOST_WAITING: Final = 75


class DerivedPictures:
    """The derived profiles and moving stills of a node.

    Args:
        streams: Where derived streams are kept.
        pool: Where pictures are decoded and encoded.
        most_derived: How many derived profiles run at once.
        most_feeds: Of how many streams every picture is decoded for stills; more get keyframes alone.
    """

    def __init__(self, streams: Streams, pool: Pool, most_derived: int = 1, most_feeds: int = 2) -> None:
        self._streams = streams
        self._pool = pool
        self._most_derived = most_derived
        self._most_feeds = most_feeds
        self._feeds: dict[tuple[Stream, Masks], StillFeed] = {}

    def derive(self, stream: Stream, masks: Masks = ()) -> Stream:
        """Return an H.264 stream of the same pictures, at most 1280 wide, with masks painted over.

        Raises:
            Busy: As many are made already as this machine may make.
        """
        suffix = f"{SUFFIX}-{masks_key(masks)}" if masks else SUFFIX
        running = [one for one in self._streams.derived if one.active]
        mine = [one for one in running if (one.camera, one.profile) == (stream.camera, f"{stream.profile}-{suffix}")]
        if not mine and len(running) >= self._most_derived:
            raise Busy("this machine converts no more cameras at a time")
        opener = derived_opener(stream, self._pool, self._streams.clock, masks)
        return self._streams.derive(stream, suffix, opener)

    async def stills(self, stream: Stream, masks: Masks = ()) -> AsyncGenerator[bytes, None]:
        """Yield JPEGs of what is seen now, masks painted over; empty ones when some time has passed without.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        feed = self._feeds.get((stream, masks))
        if feed is None:
            every = sum(one.every for one in self._feeds.values()) < self._most_feeds
            feed = StillFeed(stream, self._pool, masks, every=every)
            feed.open()
            self._feeds[stream, masks] = feed
        feed.users += 1
        try:
            version = 0
            while True:
                version, jpeg = await feed.next(version)
                yield jpeg
        finally:
            feed.users -= 1
            if not feed.users:
                del self._feeds[stream, masks]
                feed.close()


def derived_opener(parent: Stream, pool: Pool, clock: Clock, masks: Masks = ()) -> OpenSupervisor:
    """Return what makes the supervisor of a stream that is derived from `parent`."""

    def open_supervisor(listener: SourceListener, counters: SourceCounters) -> "DerivedSupervisor":
        return DerivedSupervisor(parent, Making(pool, clock, masks), listener, counters)

    return open_supervisor


@dataclass(frozen=True, slots=True)
class Making:
    """How pictures are derived.

    Attributes:
        pool: Where they are converted.
        clock: The server's clocks.
        masks: What is painted over.
    """

    pool: Pool
    clock: Clock
    masks: Masks = ()


class DerivedSupervisor:
    """Feeds a stream with another one's pictures, converted to H.264; its states are the parent's.

    Args:
        parent: Where the pictures come from.
        making: How they are converted.
        listener: Who gets them.
        counters: What is counted.
    """

    def __init__(self, parent: Stream, making: Making, listener: SourceListener, counters: SourceCounters) -> None:
        self._parent = parent
        self._making = making
        self._listener = listener
        self._counters = counters

    def watch(self, watched: bool) -> None:
        """The parent is watched as long as this runs."""

    async def run(self) -> None:
        """Convert until cancelled or the parent is closed."""
        parent = self._parent
        with parent.lease(Purpose.DERIVE):
            self._copy_state(parent)
            stop = parent.follow(self._copy_state)
            tap = parent.tap(_MOST_WAITING)
            transcoder = Transcoder(masks=self._making.masks)
            try:
                while True:
                    units = [(await tap.next())[1]]
                    await asyncio.sleep(_BATCH_S)
                    units += tap.waiting()
                    made = await self._convert(transcoder, units)
                    for unit in made:
                        self._counters.pictures += 1
                        self._listener.picture(replace(unit, arrival=self._making.clock.monotonic()))
                    self._counters.bad_packets = transcoder.bad_pictures
            except StreamClosed:
                self._listener.state(SourceState.BACKING_OFF, "the camera was taken away", GapCause.UNKNOWN)
            finally:
                tap.close()
                stop()

    async def _convert(self, transcoder: Transcoder, units: list[AccessUnit]) -> list[AccessUnit]:
        try:
            return await self._making.pool.run(partial(transcoder.feed, units))
        except Busy:
            return []

    def _copy_state(self, parent: Stream) -> None:
        self._listener.state(parent.state_now, parent.reason, parent.cause)
