"""The newest picture of a camera: a keyframe that passes anyway, its snapshot address, or a short pull.

A pull ends with its first keyframe. Pulls wait for a place in the order in which they were asked for; one whose
camera is slow gives its place to the next, so that a map of thirty cameras does not wait for the three dead ones.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from ronda.base.causes import SourceState
from ronda.base.errors import Busy, NotFound
from ronda.media.access_unit import AccessUnit
from ronda.media.codec.keyframe import Keyframe, keyframe_of, keyframe_of_unit
from ronda.media.codec.snapshot import fetch_snapshot
from ronda.media.fragment import Run
from ronda.media.leases import Purpose
from ronda.media.sources.contract import SourceFailed
from ronda.media.stream import Stream
from ronda.media.streams import Streams

_HOPELESS: Final = (SourceState.BACKING_OFF, SourceState.REFUSED, SourceState.SILENT, SourceState.BUSY)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a camera's snapshot address gave.

    Attributes:
        data: An image file.
        utc_90k: Timeline time at which it was fetched.
        key: Names the picture among all others.
    """

    data: bytes
    utc_90k: int
    key: str


Newest = Keyframe | Snapshot


@dataclass(frozen=True, slots=True)
class PullSettings:
    """How cameras are asked for one picture.

    Attributes:
        pull_s: How long a pull may take.
        again_s: How long a camera that showed nothing is not asked again.
        most_pulls: How many pulls go on at once, the slow ones apart.
        patience_s: After how long a pull is slow.
        most_slow: How many slow ones go on beside.
        most_waiting: How many may wait for a place; more are refused.
        turn_s: How long one waits for a place.
        most_failures: Of how many cameras it is remembered that they showed nothing.
        purpose: Why streams are held meanwhile.
    """

    pull_s: float = 8.0
    again_s: float = 15.0
    most_pulls: int = 16
    patience_s: float = 1.0
    most_slow: int = 64
    most_waiting: int = 256
    turn_s: float = 5.0
    most_failures: int = 2_000
    purpose: Purpose = Purpose.STILL


class NewestPictures:
    """Gets the newest picture of a camera; lives on the event loop, decodes nothing.

    Args:
        streams: Where streams are found.
        snapshot_url: Returns a camera's snapshot address, with credentials, or None.
        settings: How cameras are asked.
    """

    def __init__(
        self,
        streams: Streams,
        snapshot_url: Callable[[str], str | None] = lambda _: None,
        settings: PullSettings | None = None,
    ) -> None:
        self.pulls = 0
        self._streams = streams
        self._snapshot_url = snapshot_url
        self._settings = settings or PullSettings()
        self._turns = asyncio.Semaphore(self._settings.most_pulls)
        self._waiting = 0
        self._slow = 0
        self._flights: dict[str, asyncio.Future[Newest]] = {}
        self._failed: OrderedDict[str, tuple[float, SourceFailed]] = OrderedDict()

    def passing(self, camera: str, width: int) -> Keyframe | None:
        """Return the newest keyframe of a running stream, of the smallest profile that is `width` wide or more."""
        best: Stream | None = None
        for stream in self._streams.awake(camera):
            fragment = stream.newest_keyframe
            if fragment is None or stream.profile not in ("main", "sub"):
                continue
            if best is None or (stream.profile == "sub" and fragment.run.encoding.width >= width):
                best = stream
            elif best.profile == "sub" and (best.newest_keyframe or fragment).run.encoding.width < width:
                best = stream
        return keyframe_of(best.newest_keyframe) if best is not None and best.newest_keyframe else None

    def fetch(self, camera: str) -> asyncio.Future[Newest]:
        """Go and get a picture; those who ask meanwhile wait for the same one. Await it shielded.

        Its errors: NotFound (there is no such camera), SourceFailed (it shows nothing) or Busy (too many are asked).
        """
        flight = self._flights.get(camera)
        if flight is None:
            flight = self._flights[camera] = asyncio.ensure_future(self._fetch(camera))
            flight.add_done_callback(lambda done: self._landed(camera, done))
        return flight

    def forget(self, camera: str) -> None:
        """Forget that a camera showed nothing."""
        self._failed.pop(camera, None)

    async def _fetch(self, camera: str) -> Newest:
        self._look_at_failure(camera)
        if camera not in self._streams:
            raise NotFound(f"there is no camera {camera!r}")
        url = self._snapshot_url(camera)
        if url is not None:
            try:
                image = await fetch_snapshot(url)
                now_90k = self._streams.clock.utc_90k()
                return Snapshot(image, now_90k, f"{camera}-{now_90k}-snapshot")
            except SourceFailed:
                pass  # the address may be wrong, the stream is there nevertheless
        profiles = {stream.profile: stream for stream in self._streams.profiles(camera)}
        return await self.pull(profiles.get("sub") or self._streams.get(camera, "main"))

    async def pull(self, stream: Stream) -> Keyframe:
        """Wait for the first keyframe of a stream.

        Raises:
            Busy: No place becomes free in time.
            SourceFailed: It shows nothing.
        """
        try:
            async with self._place():
                return await self._first(stream)
        except SourceFailed as error:
            # A wall asks every few seconds, and must not wait each time for a camera that is away.
            self._failed[stream.camera] = (self._streams.clock.monotonic() + self._settings.again_s, error)
            self._failed.move_to_end(stream.camera)
            if len(self._failed) > self._settings.most_failures:
                self._failed.popitem(last=False)
            raise

    async def _first(self, stream: Stream) -> Keyframe:
        try:
            with stream.lease(self._settings.purpose):
                async with asyncio.timeout(self._settings.pull_s):
                    return await _first_keyframe(stream)
        except (TimeoutError, NotFound) as error:
            raise SourceFailed("no picture came in time") from error

    def _look_at_failure(self, camera: str) -> None:
        """Raise what went wrong a moment ago."""
        until, error = self._failed.get(camera, (0.0, None))
        if error is not None and self._streams.clock.monotonic() < until:
            raise SourceFailed(error.message)
        self._failed.pop(camera, None)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Hold a place, and give it to the next one after a while."""
        await self._turn()
        self.pulls += 1
        slow = False

        def tire() -> None:
            nonlocal slow
            if self._slow < self._settings.most_slow:
                slow = True
                self._slow += 1
                self._turns.release()

        timer = asyncio.get_running_loop().call_later(self._settings.patience_s, tire)
        try:
            yield
        finally:
            timer.cancel()
            self.pulls -= 1
            if slow:
                self._slow -= 1
            else:
                self._turns.release()

    async def _turn(self) -> None:
        too_many = Busy("too many cameras are being asked for a picture", "try again in a few seconds")
        if self._waiting >= self._settings.most_waiting:
            raise too_many
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.turn_s):
                await self._turns.acquire()
        except TimeoutError:
            raise too_many from None
        finally:
            self._waiting -= 1

    def _landed(self, camera: str, done: asyncio.Future[Newest]) -> None:
        self._flights.pop(camera, None)
        if not done.cancelled():
            done.exception()  # those who waited have it; nobody may be left to


async def _first_keyframe(stream: Stream) -> Keyframe:
    """Wait for a picture as long as the source is on its way to one; it is not waited for to be packaged."""
    found: asyncio.Future[Keyframe] = asyncio.get_running_loop().create_future()

    def see(run: Run, unit: AccessUnit) -> None:
        if not found.done():
            found.set_result(keyframe_of_unit(run, unit))

    def look(stream: Stream) -> None:
        if not found.done() and stream.state_now in _HOPELESS:
            found.set_exception(SourceFailed(f"the camera is {stream.state_now.value}"))

    unlisten, unfollow = stream.listen(see), stream.follow(look)
    look(stream)
    try:
        return await found
    finally:
        unlisten()
        unfollow()
