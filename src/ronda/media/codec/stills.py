"""The latest still of a camera, made of its newest picture; see `newest` for where that comes from.

Each (picture, size, format, masks) is made once however many ask for it. The last still of a camera is
kept, so that a wall shows something when the camera is away. A masked still has a key of its own: an
unmasked one is never found in its place.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from ronda.base.errors import BadInput, Busy, NotFound, RondaError
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import Keyframe, StillFormat, still_of_image, still_of_keyframe
from ronda.media.codec.masks import Masks, masks_key
from ronda.media.codec.newest import Newest, NewestPictures
from ronda.media.sources.contract import SourceFailed
from ronda.media.streams import Streams

K = TypeVar("K")
T = TypeVar("T")
WIDTHS: Final = (160, 320, 640, 1280)
_KEPT_WIDTH: Final = 640


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
        key: Names picture, size, format and masks: an entity tag.
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
        patience_s: How long the camera is waited for where there is an older still.
        cache_bytes: Bound of the cache.
        most_cameras: Of how many cameras the last still is kept, masked ones apart.
    """

    fresh_s: float = 30.0
    patience_s: float = 1.5
    cache_bytes: int = 32 << 20
    most_cameras: int = 2_000


class Stills:
    """The stills of a node's cameras; lives on the event loop, works in the codec pool.

    Args:
        streams: For its clock.
        pool: Where pictures are decoded.
        newest: Where the newest pictures come from.
        settings: How stills are had.
    """

    def __init__(
        self,
        streams: Streams,
        pool: Pool,
        newest: NewestPictures | None = None,
        settings: StillSettings | None = None,
    ) -> None:
        self.newest = newest or NewestPictures(streams)
        self._clock = streams.clock
        self._pool = pool
        self._settings = settings or StillSettings()
        self._cache: OrderedDict[str, Still] = OrderedDict()
        self._cached_bytes = 0
        self._making: dict[str, asyncio.Future[Still]] = {}
        self._fetching: dict[tuple[str, Masks], asyncio.Future[tuple[Newest, Still]]] = {}
        self._last: OrderedDict[tuple[str, Masks], tuple[int, Still]] = OrderedDict()

    async def latest(self, camera: str, width: int, kind: StillFormat = StillFormat.JPEG, masks: Masks = ()) -> Still:
        """Return the newest still that can be had, also of a camera that is away now.

        Args:
            camera: Camera id.
            width: One of `WIDTHS`; the picture is not enlarged.
            kind: Its format.
            masks: What is painted over.

        Raises:
            NotFound: There is no such camera, or there has been no picture of it.
            Busy: Too many pictures are being made.
        """
        width = still_width(width)
        passing = self.newest.passing(camera, width)
        if passing is not None:
            return await self.of_picture(passing, width, kind, masks, camera=camera)
        last = self._last_of(camera, masks)
        fresh_90k = self._clock.utc_90k() - round(self._settings.fresh_s * HZ_90K)
        if last is None or last.utc_90k < fresh_90k:
            try:
                newest, last = await self._fetched(camera, masks, last)
                if width > _KEPT_WIDTH:
                    return await self.of_picture(newest, width, kind, masks)
            except (SourceFailed, NotFound, Busy, CannotDecode, TimeoutError) as error:
                last = self._last_of(camera, masks)
                if last is None:
                    raise _nothing(camera, error) from error
        return await self._resized(last, width, kind, masks)

    async def of_picture(
        self,
        picture: Newest,
        width: int,
        kind: StillFormat = StillFormat.JPEG,
        masks: Masks = (),
        *,
        camera: str | None = None,
    ) -> Still:
        """Return a picture from anywhere as a still, made once for all who ask.

        Args:
            picture: The picture.
            width: At most this many pixels wide.
            kind: Its format.
            masks: What is painted over.
            camera: Whose last still this becomes.

        Raises:
            Busy: Too many pictures are being made.
            CannotDecode: No picture comes out.
        """
        if isinstance(picture, Keyframe):
            work = partial(still_of_keyframe, picture, width, kind, masks)
        else:
            work = partial(still_of_image, picture.data, width, kind, masks)
        still = await self._make_once(_key(picture.key, width, kind, masks), work, picture.utc_90k, kind)
        if camera is not None and width <= _KEPT_WIDTH:
            self._keep_last(camera, masks, width, still)
        return still

    def forget(self, camera: str) -> None:
        """Drop the last stills of a camera that was removed."""
        for key in [key for key in self._last if key[0] == camera]:
            del self._last[key]
        self.newest.forget(camera)

    async def _fetched(self, camera: str, masks: Masks, last: Still | None) -> tuple[Newest, Still]:
        """Wait for the camera: not for ever where there is something to show meanwhile."""
        flight = self._fetching.get((camera, masks))
        if flight is None:
            flight = self._fetching[camera, masks] = asyncio.ensure_future(self._fetch(camera, masks))
            flight.add_done_callback(lambda done: _landed(self._fetching, (camera, masks), done))
        async with asyncio.timeout(None if last is None else self._settings.patience_s):
            return await asyncio.shield(flight)

    async def _fetch(self, camera: str, masks: Masks) -> tuple[Newest, Still]:
        newest = await asyncio.shield(self.newest.fetch(camera))
        return newest, await self.of_picture(newest, _KEPT_WIDTH, masks=masks, camera=camera)

    def _last_of(self, camera: str, masks: Masks) -> Still | None:
        """Return the newest last still that these masks may be painted on: the whole one, or one painted already."""
        found = [kept[1] for one in {masks, ()} if (kept := self._last.get((camera, one))) is not None]
        return max(found, key=lambda still: still.utc_90k, default=None)

    async def _resized(self, still: Still, width: int, kind: StillFormat, masks: Masks) -> Still:
        work = partial(still_of_image, still.data, width, kind, masks)
        return await self._make_once(_key(still.key, width, kind, masks), work, still.utc_90k, kind)

    async def _make_once(self, key: str, work: Callable[[], bytes], utc_90k: int, kind: StillFormat) -> Still:
        cached = self._cache.get(key)
        if cached is not None:
            self._cache.move_to_end(key)
            return cached
        flight = self._making.get(key)
        if flight is None:
            flight = asyncio.ensure_future(self._make(key, work, utc_90k, kind))
            self._making[key] = flight
            flight.add_done_callback(lambda done: _landed(self._making, key, done))
        # One who leaves must not take the picture away from the others.
        return await asyncio.shield(flight)

    async def _make(self, key: str, work: Callable[[], bytes], utc_90k: int, kind: StillFormat) -> Still:
        still = Still(await self._pool.run(work), kind, utc_90k, key)
        self._cache[key] = still
        self._cached_bytes += len(still.data)
        while self._cached_bytes > self._settings.cache_bytes:
            self._cached_bytes -= len(self._cache.popitem(last=False)[1].data)
        return still

    def _keep_last(self, camera: str, masks: Masks, width: int, still: Still) -> None:
        """Keep a still as the camera's last, unless it is older, or smaller and hardly newer."""
        key = (camera, masks)
        kept = self._last.get(key)
        if kept is not None:
            newer_90k = still.utc_90k - kept[1].utc_90k
            if newer_90k < (0 if width >= kept[0] else self._settings.fresh_s * HZ_90K):
                return
        self._last[key] = (width, still)
        self._last.move_to_end(key)
        if len(self._last) > self._settings.most_cameras:
            self._last.popitem(last=False)


def _landed(flights: dict[K, asyncio.Future[T]], key: K, done: asyncio.Future[T]) -> None:
    flights.pop(key, None)
    if not done.cancelled():
        done.exception()  # those who waited have it; nobody may be left to


def _key(picture: str, width: int, kind: StillFormat, masks: Masks) -> str:
    painted = f"-{masks_key(masks)}" if masks else ""
    return f"{picture}-{width}{painted}.{kind.value}"


def _nothing(camera: str, error: Exception) -> RondaError:
    if isinstance(error, Busy | NotFound):
        return error
    why = error.message if isinstance(error, RondaError) else str(error)
    return NotFound(f"there has been no picture of camera {camera!r} yet", why)
