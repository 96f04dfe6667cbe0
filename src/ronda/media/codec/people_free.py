"""Stills without people: the background of pictures of the last minutes, for cameras that somebody asks for.

A camera is sampled only while it is asked for in this way, and its pictures are kept decoded and small; where it is
recorded, the last minutes come out of the archive, so that nobody waits. Until there are enough pictures there is
nothing: no single one is ever shown. Owns the samples.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import av
import numpy as np

from ronda.base.errors import Busy, NotFound, RondaError
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.media.codec.background import background
from ronda.media.codec.errors import CannotDecode, NotReadyYet
from ronda.media.codec.keyframe import Keyframe, StillFormat, coded, decode_keyframe, rgb_of_frame, rgb_of_image
from ronda.media.codec.masks import Masks, Planes, masks_key
from ronda.media.codec.newest import Newest, NewestPictures
from ronda.media.codec.stills import Still

WIDTH: Final = 640
_MOST_STILLS: Final = 16

KeyframeAt = Callable[[str, int], Awaitable[Keyframe]]
"""Returns the keyframe of a camera that is shown at a moment; raises `NotFound` where nothing is recorded."""


@dataclass(frozen=True, slots=True)
class PeopleFreeSettings:
    """How pictures are collected.

    Attributes:
        needed: Of how many pictures one is made.
        every_s: How far they are apart. Who stands still for `needed * every_s` cannot be told from a lamp post.
        idle_s: A camera that nobody asked for so long is not sampled any more.
        keep_s: Pictures older than that are not gone on with.
        most_cameras: Of how many cameras pictures are kept: about 3.5 MB each.
        seed_s: How long the first who asks waits for what is recorded.
    """

    needed: int = 9
    every_s: float = 30.0
    idle_s: float = 90.0
    keep_s: float = 900.0
    most_cameras: int = 32
    seed_s: float = 3.0


class _Collected:
    """What is kept of one camera."""

    def __init__(self, needed: int) -> None:
        self.samples: deque[tuple[int, Planes]] = deque(maxlen=needed)
        self.asked_at = 0.0
        self.last_key = ""
        self.failure: RondaError | None = None
        self.seeding: asyncio.Future[None] | None = None
        self.sampling: asyncio.Future[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.shown: tuple[int, Planes] | None = None
        self.making: asyncio.Future[tuple[int, Planes]] | None = None
        self.stills: OrderedDict[str, Still] = OrderedDict()

    @property
    def newest_90k(self) -> int:
        """Timeline time of the newest picture."""
        return self.samples[-1][0] if self.samples else 0

    def close(self) -> None:
        """Stop sampling."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        for flight in (self.seeding, self.sampling, self.making):
            if flight is not None:
                flight.cancel()


class PeopleFree:
    """The stills without people of a node's cameras; lives on the event loop, works in the codec pool.

    Args:
        clock: The server's clocks.
        pool: Where pictures are decoded.
        newest: Where the newest pictures come from.
        keyframe_at: Where recorded ones come from; without it every camera begins from nothing.
        settings: How they are collected.
    """

    def __init__(
        self,
        clock: Clock,
        pool: Pool,
        newest: NewestPictures,
        keyframe_at: KeyframeAt | None = None,
        settings: PeopleFreeSettings | None = None,
    ) -> None:
        self._clock = clock
        self._pool = pool
        self._newest = newest
        self._keyframe_at = keyframe_at
        self._settings = settings or PeopleFreeSettings()
        self._cameras: OrderedDict[str, _Collected] = OrderedDict()

    @property
    def cameras(self) -> int:
        """Of how many cameras pictures are kept."""
        return len(self._cameras)

    async def latest(self, camera: str, width: int, kind: StillFormat = StillFormat.JPEG, masks: Masks = ()) -> Still:
        """Return the newest still without people.

        Args:
            camera: Camera id.
            width: One of `ronda.media.codec.stills.WIDTHS`; the picture is never wider than 640.
            kind: Its format.
            masks: What is painted over.

        Raises:
            NotReadyYet: There are too few pictures still.
            NotFound: The camera shows nothing.
            Busy: Too many cameras are asked for in this way, or too many pictures are being made.
        """
        collected = await self._collected(camera)
        if len(collected.samples) < self._settings.needed:
            raise self._not_yet(collected)
        utc_90k, planes = await self._shown(collected)
        key = f"{camera}-{utc_90k}-people-free-{width}{masks_key(masks) and '-'}{masks_key(masks)}.{kind.value}"
        still = collected.stills.get(key)
        if still is None:
            data = await self._pool.run(partial(_still, planes, width, kind, masks))
            still = collected.stills[key] = Still(data, kind, utc_90k, key)
            if len(collected.stills) > _MOST_STILLS:
                collected.stills.popitem(last=False)
        return still

    def forget(self, camera: str) -> None:
        """Drop what is kept of a camera."""
        collected = self._cameras.pop(camera, None)
        if collected is not None:
            collected.close()

    def close(self) -> None:
        """Drop everything."""
        for camera in list(self._cameras):
            self.forget(camera)

    async def _collected(self, camera: str) -> _Collected:
        """Return what is kept of a camera, collecting from now on."""
        collected = self._cameras.get(camera)
        if collected is not None and collected.timer is None and collected.sampling is None and self._stale(collected):
            self.forget(camera)
            collected = None
        if collected is None:
            self._make_room()
            collected = self._cameras[camera] = _Collected(self._settings.needed)
            if self._keyframe_at is not None:
                collected.seeding = asyncio.ensure_future(self._seed(camera, collected, self._keyframe_at))
                collected.seeding.add_done_callback(_look_at)
        self._cameras.move_to_end(camera)
        collected.asked_at = self._clock.monotonic()
        if collected.seeding is not None and not collected.seeding.done():
            await asyncio.wait([collected.seeding], timeout=self._settings.seed_s)
        if collected.timer is None and collected.sampling is None:
            self._sample_after(camera, collected, self._wait_s(collected))
        return collected

    def _stale(self, collected: _Collected) -> bool:
        return self._clock.utc_90k() - collected.newest_90k > self._settings.keep_s * HZ_90K

    def _make_room(self) -> None:
        if len(self._cameras) < self._settings.most_cameras:
            return
        camera, oldest = next(iter(self._cameras.items()))
        if self._clock.monotonic() - oldest.asked_at < self._settings.idle_s:
            raise Busy("too many cameras are being shown without people", "try again in some minutes")
        self.forget(camera)

    async def _seed(self, camera: str, collected: _Collected, keyframe_at: KeyframeAt) -> None:
        """Take the pictures of the last minutes out of the archive."""
        settings = self._settings
        now_90k = self._clock.utc_90k()
        for number in range(settings.needed, 0, -1):
            try:
                keyframe = await keyframe_at(camera, now_90k - round(number * settings.every_s * HZ_90K))
                await self._add(collected, keyframe)
            except (NotFound, Busy, CannotDecode):
                continue

    def _wait_s(self, collected: _Collected) -> float:
        """Return when the next picture is due."""
        if not collected.samples:
            return 0.0
        age_s = (self._clock.utc_90k() - collected.newest_90k) / HZ_90K
        return min(max(self._settings.every_s - age_s, 0.0), self._settings.every_s)

    def _sample_after(self, camera: str, collected: _Collected, seconds: float) -> None:
        collected.timer = asyncio.get_running_loop().call_later(seconds, self._due, camera, collected)

    def _due(self, camera: str, collected: _Collected) -> None:
        """Take the next picture, unless nobody asks any more."""
        collected.timer = None
        if self._clock.monotonic() - collected.asked_at > self._settings.idle_s:
            return
        collected.sampling = asyncio.ensure_future(self._sample(camera, collected))
        collected.sampling.add_done_callback(lambda done: self._sampled(camera, collected, done))

    def _sampled(self, camera: str, collected: _Collected, done: asyncio.Future[None]) -> None:
        _look_at(done)
        collected.sampling = None
        if self._cameras.get(camera) is collected and not done.cancelled():
            self._sample_after(camera, collected, self._settings.every_s)

    async def _sample(self, camera: str, collected: _Collected) -> None:
        try:
            newest: Newest | None = self._newest.passing(camera, WIDTH)
            if newest is None or newest.key == collected.last_key:
                newest = await asyncio.shield(self._newest.fetch(camera))
            await self._add(collected, newest)
            collected.failure = None
        except RondaError as error:
            collected.failure = error

    async def _add(self, collected: _Collected, picture: Newest) -> None:
        """Decode a picture and keep it, once."""
        if picture.key == collected.last_key or picture.utc_90k <= collected.newest_90k:
            return
        size = collected.samples[0][1].shape if collected.samples else None
        planes = await self._pool.run(partial(_planes, picture, size))
        collected.last_key = picture.key
        collected.samples.append((picture.utc_90k, planes))

    async def _shown(self, collected: _Collected) -> tuple[int, Planes]:
        """Return the background of what is kept now, made once for all who ask."""
        if collected.shown is not None and collected.shown[0] == collected.newest_90k:
            return collected.shown
        if collected.making is None:
            collected.making = asyncio.ensure_future(self._make(collected))
            collected.making.add_done_callback(_look_at)
        return await asyncio.shield(collected.making)

    async def _make(self, collected: _Collected) -> tuple[int, Planes]:
        try:
            utc_90k = collected.newest_90k
            pictures = [planes for _, planes in collected.samples]
            collected.shown = (utc_90k, await self._pool.run(partial(background, pictures)))
            collected.stills.clear()
            return collected.shown
        finally:
            collected.making = None

    def _not_yet(self, collected: _Collected) -> RondaError:
        have, needed = len(collected.samples), self._settings.needed
        if not have and collected.failure is not None:
            if isinstance(collected.failure, Busy | NotFound):
                return collected.failure
            return NotFound("there has been no picture of this camera yet", collected.failure.message)
        retry_s = max(1, round((needed - have - 1) * self._settings.every_s + self._wait_s(collected)))
        message = f"this camera is shown without people, and {have} of {needed} pictures are there"
        return NotReadyYet(message, retry_s, have, needed)


def _look_at(done: asyncio.Future[None] | asyncio.Future[tuple[int, Planes]]) -> None:
    if not done.cancelled():
        done.exception()  # those who waited have it


def _planes(picture: Newest, shape: tuple[int, ...] | None) -> Planes:
    """Decode a picture small, in a thread; in the size of the others where there are some."""
    if isinstance(picture, Keyframe):
        frame = decode_keyframe(picture.encoding, picture.data)
    else:
        frame = av.VideoFrame.from_ndarray(rgb_of_image(picture.data, WIDTH), format="rgb24")
    if shape is None:
        width = max(min(WIDTH, frame.width) & ~1, 2)
        height = max(round(frame.height * width / frame.width) & ~1, 2)
    else:
        width, height = shape[1], shape[0] * 2 // 3
    scaled = frame.reformat(width=width, height=height, format="yuv420p", interpolation="AREA")
    return np.array(scaled.to_ndarray(), np.uint8)


def _still(planes: Planes, width: int, kind: StillFormat, masks: Masks) -> bytes:
    return coded(rgb_of_frame(av.VideoFrame.from_ndarray(planes, format="yuv420p"), width, masks), kind)
