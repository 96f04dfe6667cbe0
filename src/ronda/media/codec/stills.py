"""The latest still of a camera: from keyframes already passing, its snapshot address, or a short pull.

Each (keyframe, size, format) is made once however many ask for it. The last still of a camera is
kept, so that a wall shows something when the camera is away.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from ronda.base.causes import SourceState
from ronda.base.errors import BadInput, Busy, NotFound, RondaError
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import Keyframe, StillFormat, keyframe_of, still_of_image, still_of_keyframe
from ronda.media.codec.snapshot import fetch_snapshot
from ronda.media.fragment import Fragment
from ronda.media.leases import Purpose
from ronda.media.ring import StreamClosed
from ronda.media.sources.contract import SourceFailed
from ronda.media.stream import Stream
from ronda.media.streams import Streams

WIDTHS: Final = (160, 320, 640, 1280)
_KEPT_WIDTH: Final = 640
_HOPELESS: Final = (SourceState.BACKING_OFF, SourceState.REFUSED, SourceState.SILENT)


def still_width(asked: int) -> int:
    """Return the offered width that is `asked` or the next larger one.

    Raises:
        BadInput: `asked` is no width.
    """
    if not 1 <= asked <= 16_384:
        raise BadInput(f"{asked} is not a width", f"use one of {', '.join(map(str, WIDTHS))}")
    return next((width for width in WIDTHS if width >= asked), WIDTHS[-1])


@dataclass(frozen=True, slots=True)
class Still:
    """One picture for a page.

    Attributes:
        data: The JPEG or WebP.
        kind: Which of them.
        utc_90k: Timeline time of what it shows.
        key: Names picture, size and format: an entity tag.
    """

    data: bytes
    kind: StillFormat
    utc_90k: int
    key: str


@dataclass(frozen=True, slots=True)
class StillSettings:
    """How stills are had.

    Attributes:
        fresh_s: A still this young is not renewed by a pull or snapshot.
        again_s: How long a camera that showed nothing is not asked again.
        pull_s: How long a pull may take.
        most_pulls: How many pulls for stills go on at once.
        cache_bytes: Bound of the cache.
        most_cameras: Of how many cameras the last still is kept.
    """

    fresh_s: float = 30.0
    again_s: float = 15.0
    pull_s: float = 8.0
    most_pulls: int = 8
    cache_bytes: int = 32 << 20
    most_cameras: int = 2_000


class Stills:
    """The stills of a node's cameras; lives on the event loop, works in the codec pool.

    Args:
        streams: Where streams are found.
        pool: Where pictures are decoded.
        snapshot_url: Returns a camera's snapshot address, with credentials, or None.
        settings: How stills are had.
    """

    def __init__(
        self,
        streams: Streams,
        pool: Pool,
        snapshot_url: Callable[[str], str | None] = lambda _: None,
        settings: StillSettings | None = None,
    ) -> None:
        self._streams = streams
        self._pool = pool
        self._snapshot_url = snapshot_url
        self._settings = settings or StillSettings()
        self._cache: OrderedDict[str, Still] = OrderedDict()
        self._cached_bytes = 0
        self._making: dict[str, asyncio.Future[Still]] = {}
        self._fetching: dict[str, asyncio.Future[Still]] = {}
        self._last: OrderedDict[str, Still] = OrderedDict()
        self._pulls = 0
        self._failed: OrderedDict[str, tuple[float, SourceFailed]] = OrderedDict()

    async def latest(self, camera: str, width: int, kind: StillFormat = StillFormat.JPEG) -> Still:
        """Return the newest still that can be had, also of a camera that is away now.

        Args:
            camera: Camera id.
            width: One of `WIDTHS`; the picture is not enlarged.
            kind: Its format.

        Raises:
            NotFound: There is no such camera, or there has been no picture of it.
            Busy: Too many pictures are being made.
        """
        width = still_width(width)
        passing = self._passing(camera, width)
        if passing is not None:
            return await self.of_keyframe(passing, width, kind, camera=camera)
        last = self._last.get(camera)
        fresh_90k = self._streams.clock.utc_90k() - round(self._settings.fresh_s * HZ_90K)
        if last is None or last.utc_90k < fresh_90k:
            try:
                return await self._fetch_once(camera, width, kind)
            except (SourceFailed, NotFound, Busy, CannotDecode) as error:
                last = self._last.get(camera)
                if last is None:
                    raise _nothing(camera, error) from error
        return await self._resized(last, width, kind)

    async def of_keyframe(
        self, keyframe: Keyframe, width: int, kind: StillFormat = StillFormat.JPEG, *, camera: str | None = None
    ) -> Still:
        """Return a keyframe from anywhere as a still, made once for all who ask.

        Args:
            keyframe: The picture.
            width: At most this many pixels wide.
            kind: Its format.
            camera: Whose last still this becomes.

        Raises:
            Busy: Too many pictures are being made.
            CannotDecode: No picture comes out.
        """
        key = f"{keyframe.key}-{width}.{kind.value}"
        work = partial(still_of_keyframe, keyframe, width, kind)
        still = await self._make_once(key, work, keyframe.utc_90k, kind)
        if camera is not None and width <= _KEPT_WIDTH:
            self._keep_last(camera, still)
        return still

    def forget(self, camera: str) -> None:
        """Drop the last still of a camera that was removed."""
        self._last.pop(camera, None)
        self._failed.pop(camera, None)

    def _passing(self, camera: str, width: int) -> Keyframe | None:
        """Return the newest keyframe of a running stream, of the smallest profile that is large enough."""
        best: Stream | None = None
        for stream in self._streams.profiles(camera):
            fragment = stream.newest_keyframe
            if fragment is None or stream.profile not in ("main", "sub"):
                continue
            if best is None or (stream.profile == "sub" and fragment.run.encoding.width >= width):
                best = stream
            elif best.profile == "sub" and (best.newest_keyframe or fragment).run.encoding.width < width:
                best = stream
        return keyframe_of(best.newest_keyframe) if best is not None and best.newest_keyframe else None

    async def _fetch_once(self, camera: str, width: int, kind: StillFormat) -> Still:
        """Go and get a picture; those who ask meanwhile wait for the same one."""
        flight = self._fetching.get(camera)
        if flight is None:
            self._look_at_failure(camera)
            flight = asyncio.ensure_future(self._fetch(camera))
            self._fetching[camera] = flight
            flight.add_done_callback(lambda done: self._landed(self._fetching, camera, done))
        still = await asyncio.shield(flight)
        passing = self._passing(camera, width)
        if passing is not None:
            return await self.of_keyframe(passing, width, kind, camera=camera)
        return await self._resized(still, width, kind)

    async def _fetch(self, camera: str) -> Still:
        profiles = {stream.profile: stream for stream in self._streams.profiles(camera)}
        if not profiles:
            raise NotFound(f"there is no camera {camera!r}")
        url = self._snapshot_url(camera)
        if url is not None:
            try:
                return await self._snapshot(camera, url)
            except (SourceFailed, CannotDecode):
                pass  # the address may be wrong, the stream is there nevertheless
        try:
            return await self._pull(profiles.get("sub") or profiles["main"])
        except SourceFailed as error:
            # A wall asks every few seconds, and must not wait each time for a camera that is away.
            self._failed[camera] = (self._streams.clock.monotonic() + self._settings.again_s, error)
            self._failed.move_to_end(camera)
            if len(self._failed) > self._settings.most_cameras:
                self._failed.popitem(last=False)
            raise

    def _look_at_failure(self, camera: str) -> None:
        """Raise what went wrong a moment ago."""
        until, error = self._failed.get(camera, (0.0, None))
        if error is not None and self._streams.clock.monotonic() < until:
            raise SourceFailed(error.message)
        self._failed.pop(camera, None)

    async def _snapshot(self, camera: str, url: str) -> Still:
        image = await fetch_snapshot(url)
        now_90k = self._streams.clock.utc_90k()
        work = partial(still_of_image, image, _KEPT_WIDTH, StillFormat.JPEG)
        still = await self._make_once(f"{camera}-{now_90k}-snapshot", work, now_90k, StillFormat.JPEG)
        self._keep_last(camera, still)
        return still

    async def _pull(self, stream: Stream) -> Still:
        if self._pulls >= self._settings.most_pulls:
            raise Busy("too many cameras are being asked for a picture", "try again in a few seconds")
        self._pulls += 1
        try:
            with stream.lease(Purpose.STILL):
                async with asyncio.timeout(self._settings.pull_s):
                    fragment = await _first_fragment(stream)
        except (TimeoutError, StreamClosed) as error:
            raise SourceFailed("no picture came in time") from error
        finally:
            self._pulls -= 1
        return await self.of_keyframe(keyframe_of(fragment), _KEPT_WIDTH, camera=stream.camera)

    async def _resized(self, still: Still, width: int, kind: StillFormat) -> Still:
        key = f"{still.key}-{width}.{kind.value}"
        return await self._make_once(key, partial(still_of_image, still.data, width, kind), still.utc_90k, kind)

    async def _make_once(self, key: str, work: Callable[[], bytes], utc_90k: int, kind: StillFormat) -> Still:
        cached = self._cache.get(key)
        if cached is not None:
            self._cache.move_to_end(key)
            return cached
        flight = self._making.get(key)
        if flight is None:
            flight = asyncio.ensure_future(self._make(key, work, utc_90k, kind))
            self._making[key] = flight
            flight.add_done_callback(lambda done: self._landed(self._making, key, done))
        # One who leaves must not take the picture away from the others.
        return await asyncio.shield(flight)

    async def _make(self, key: str, work: Callable[[], bytes], utc_90k: int, kind: StillFormat) -> Still:
        still = Still(await self._pool.run(work), kind, utc_90k, key)
        self._cache[key] = still
        self._cached_bytes += len(still.data)
        while self._cached_bytes > self._settings.cache_bytes:
            self._cached_bytes -= len(self._cache.popitem(last=False)[1].data)
        return still

    @staticmethod
    def _landed(flights: dict[str, asyncio.Future[Still]], key: str, done: asyncio.Future[Still]) -> None:
        flights.pop(key, None)
        if not done.cancelled():
            done.exception()  # those who waited have it; nobody may be left to

    def _keep_last(self, camera: str, still: Still) -> None:
        last = self._last.get(camera)
        if last is None or last.utc_90k <= still.utc_90k:
            self._last[camera] = still
            self._last.move_to_end(camera)
            if len(self._last) > self._settings.most_cameras:
                self._last.popitem(last=False)


def _nothing(camera: str, error: RondaError) -> RondaError:
    if isinstance(error, Busy | NotFound):
        return error
    return NotFound(f"there has been no picture of camera {camera!r} yet", error.message)


async def _first_fragment(stream: Stream) -> Fragment:
    """Wait for a picture as long as the source is on its way to one."""
    cursor = stream.cursor()
    while (fragment := cursor.take()) is None:
        if stream.state_now in _HOPELESS:
            raise SourceFailed(f"the camera is {stream.state_now.value}")
        await cursor.wait()
    return fragment
