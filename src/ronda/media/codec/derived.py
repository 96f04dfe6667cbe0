"""What is made of streams for players that cannot play them: H.264, or stills a few times a second.

Both are exceptions and dear, so both come out of bounded pools and are shared by all who look.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Final

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import Busy
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.media.access_unit import AccessUnit
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import StillFormat, keyframe_of, still_of_keyframe
from ronda.media.codec.still_feed import RATE, StillFeed
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
        self._feeds: dict[Stream, StillFeed] = {}

    def derive(self, stream: Stream) -> Stream:
        """Return an H.264 stream of the same pictures, at most 1280 wide.

        Raises:
            Busy: As many are made already as this machine may make.
        """
        running = [one for one in self._streams.derived if one.active]
        mine = [one for one in running if one.camera == stream.camera and one.profile == f"{stream.profile}-{SUFFIX}"]
        if not mine and len(running) >= self._most_derived:
            raise Busy(
                "This browser cannot play the camera's video, and this machine converts no more cameras at a time."
            )
        return self._streams.derive(stream, SUFFIX, derived_opener(stream, self._pool, self._streams.clock))

    async def stills(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        """Yield JPEGs of what is seen now; empty ones when a second has passed without.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        feed = self._feeds.get(stream)
        if feed is None and len(self._feeds) >= self._most_feeds:
            async with aclosing(self._keyframes(stream)) as keyframes:
                async for jpeg in keyframes:
                    yield jpeg
            return
        if feed is None:
            feed = StillFeed(stream, self._pool)
            feed.open()
            self._feeds[stream] = feed
        feed.users += 1
        try:
            version = 0
            while True:
                version, jpeg = await feed.next(version)
                yield jpeg
        finally:
            feed.users -= 1
            if not feed.users:
                del self._feeds[stream]
                feed.close()

    async def _keyframes(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        shown = ""
        with stream.lease(Purpose.DERIVE):
            while True:
                fragment = stream.newest_keyframe
                jpeg = b""
                if fragment is not None and keyframe_of(fragment).key != shown:
                    keyframe = keyframe_of(fragment)
                    shown = keyframe.key
                    try:
                        jpeg = await self._pool.run(partial(still_of_keyframe, keyframe, 640, StillFormat.JPEG))
                    except (Busy, CannotDecode):
                        jpeg = b""
                yield jpeg
                await asyncio.sleep(1 / RATE)


def derived_opener(parent: Stream, pool: Pool, clock: Clock) -> OpenSupervisor:
    """Return what makes the supervisor of a stream that is derived from `parent`."""

    def open_supervisor(listener: SourceListener, counters: SourceCounters) -> "DerivedSupervisor":
        return DerivedSupervisor(parent, pool, clock, listener, counters)

    return open_supervisor


class DerivedSupervisor:
    """Feeds a stream with another one's pictures, converted to H.264; its states are the parent's.

    Args:
        parent: Where the pictures come from.
        pool: Where they are converted.
        clock: The server's clocks.
        listener: Who gets them.
        counters: What is counted.
    """

    def __init__(
        self, parent: Stream, pool: Pool, clock: Clock, listener: SourceListener, counters: SourceCounters
    ) -> None:
        self._parent = parent
        self._pool = pool
        self._clock = clock
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
            transcoder = Transcoder()
            try:
                while True:
                    units = [(await tap.next())[1]]
                    await asyncio.sleep(_BATCH_S)
                    units += tap.waiting()
                    made = await self._convert(transcoder, units)
                    for unit in made:
                        self._counters.pictures += 1
                        self._listener.picture(replace(unit, arrival=self._clock.monotonic()))
                    self._counters.bad_packets = transcoder.bad_pictures
            except StreamClosed:
                self._listener.state(SourceState.BACKING_OFF, "the camera was taken away", GapCause.UNKNOWN)
            finally:
                tap.close()
                stop()

    async def _convert(self, transcoder: Transcoder, units: list[AccessUnit]) -> list[AccessUnit]:
        try:
            return await self._pool.run(partial(transcoder.feed, units))
        except Busy:
            return []

    def _copy_state(self, parent: Stream) -> None:
        self._listener.state(parent.state_now, parent.reason, parent.cause)
