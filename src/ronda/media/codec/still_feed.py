"""Moving stills: two to five JPEGs a second of a stream, made once for all who look.

Where the machine cannot decode every picture of one stream more, those of its keyframes alone.
"""

import asyncio
from functools import partial
from typing import Final

import av
from av.error import FFmpegError

from ronda.base.errors import Busy
from ronda.base.pools import Pool
from ronda.media.access_unit import AccessUnit
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import StillFormat, keyframe_of, open_decoder, still_of_frame, still_of_keyframe
from ronda.media.codec.masks import Masks
from ronda.media.leases import Lease, Purpose
from ronda.media.ring import StreamClosed
from ronda.media.stream import Stream
from ronda.media.tap import UnitTap

RATE: Final = 3.0
_WIDTH: Final = 640
_WAIT_S: Final = 0.5


class StillFeed:
    """The moving stills of one stream; whoever waits for the next one has it made.

    Args:
        stream: Which pictures.
        pool: Where they are decoded.
        masks: What is painted over in every one.
        every: Whether every picture is decoded; otherwise keyframes alone.
    """

    def __init__(self, stream: Stream, pool: Pool, masks: Masks = (), *, every: bool = True) -> None:
        self.users = 0
        self.version = 0
        self.jpeg = b""
        self.every = every
        self._stream = stream
        self._pool = pool
        self._masks = masks
        self._lease: Lease | None = None
        self._tap: UnitTap | None = None
        self._decoder: av.VideoCodecContext | None = None
        self._shown = ""
        self._making: asyncio.Future[None] | None = None

    def open(self) -> None:
        """Begin to take pictures."""
        self._lease = self._stream.lease(Purpose.DERIVE)
        if self.every:
            self._tap = self._stream.tap()

    def close(self) -> None:
        """Take no more pictures."""
        if self._tap is not None:
            self._tap.close()
        if self._lease is not None:
            self._lease.close()

    async def next(self, seen: int) -> tuple[int, bytes]:
        """Return the number and data of a JPEG newer than number `seen`; empty after a while without one.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        await asyncio.sleep(1 / RATE)
        if self.version == seen:
            if self._making is None:
                self._making = asyncio.ensure_future(self._make() if self.every else self._make_of_keyframe())
                self._making.add_done_callback(self._made)
            await asyncio.shield(self._making)
        return self.version, self.jpeg if self.version != seen else b""

    def _made(self, done: asyncio.Future[None]) -> None:
        self._making = None
        if not done.cancelled():
            done.exception()  # those who waited have it

    async def _make(self) -> None:
        tap = self._tap
        if tap is None:
            return
        try:
            async with asyncio.timeout(_WAIT_S):
                units = [(await tap.next())[1]]
        except TimeoutError:
            return
        units += tap.waiting()
        try:
            self._take(await self._pool.run(partial(self._decode, units)))
        except Busy:
            return

    async def _make_of_keyframe(self) -> None:
        if not self._stream.active:  # though it is held
            raise StreamClosed("the stream is closed")
        fragment = self._stream.newest_keyframe
        if fragment is None or (keyframe := keyframe_of(fragment)).key == self._shown:
            return
        work = partial(still_of_keyframe, keyframe, _WIDTH, StillFormat.JPEG, self._masks)
        try:
            self._take(await self._pool.run(work))
        except (Busy, CannotDecode):
            return
        self._shown = keyframe.key

    def _take(self, jpeg: bytes) -> None:
        if jpeg:
            self.version += 1
            self.jpeg = jpeg

    def _decode(self, units: list[AccessUnit]) -> bytes:
        """Decode all and return the last as JPEG; in a thread of the pool, one call at a time."""
        newest: av.VideoFrame | None = None
        for unit in units:
            try:
                if unit.encoding is not None and unit.discontinuity:
                    self._decoder = None
                    self._decoder = open_decoder(unit.encoding)
                if self._decoder is None:
                    continue
                frames = self._decoder.decode(av.Packet(unit.data))
            except (FFmpegError, ValueError, CannotDecode):
                continue
            newest = frames[-1] if frames else newest
        return b"" if newest is None else still_of_frame(newest, _WIDTH, StillFormat.JPEG, self._masks)
