"""Follows what a person marked on recorded footage, for masks: reads it, decodes it small, says where it went.

On the event loop; pictures are made and looked at in the codec pool, a little at a time, so that stills do not wait
for it. Backwards it goes some seconds at a time, each of them decoded forwards.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Final

from ronda.archive.errors import NoFootage
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.bus.copies import MOST_SECONDS, Ended, FollowedWay, FollowThing, KeyMoment
from ronda.media.access_unit import AccessUnit
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.sparse import SparseDecoder, Sparseness
from ronda.node.ordered.copying import Tools, footage_of
from ronda.vision.picture import Picture
from ronda.vision.tracks.following import End, Follower, Placed
from ronda.vision.tracks.path import bounds, carried, simplified

_WIDTH: Final = 480
_RATE: Final = 14.0
"""Above the rate below which a decoder leaves pictures out."""
_APART_90K: Final = round(HZ_90K / 12.6)
_CHUNK_90K: Final = 8 * HZ_90K
"""Some hundred pictures of 480 x 270: 40 MB."""
_PIECE: Final = 12
_MOST_KEYS: Final = 60
_LEAST: Final = 0.008


def check_asked(asked: FollowThing) -> None:
    """Check what is to be followed.

    Raises:
        BadInput: The region is too small to hold anything, or it is to be followed for too long, or not at all.
    """
    left, top, right, bottom = bounds(asked.corners)
    if right - left < _LEAST or bottom - top < _LEAST:
        raise BadInput("the region is too small for anything to be followed in it", "draw it around the whole thing")
    if not 0 < abs(asked.to_s - asked.at_s) <= MOST_SECONDS:
        raise BadInput("there is nothing to follow", "choose a moment before or after, five minutes away at most")


async def follow(tools: Tools, camera: str, begin_90k: int, asked: FollowThing) -> AsyncGenerator[FollowedWay]:
    """Yield how far it was followed, and at the end its way; ends early where it is lost, or left the view.

    Args:
        tools: What pictures are made with.
        camera: Of which camera.
        begin_90k: The moment from which the seconds of `asked` count.
        asked: What, from when, to when.

    Raises:
        NoFootage: Nothing is recorded where it begins.
        Busy: Too many pictures are being made.
        CannotDecode: The footage cannot be decoded.
    """
    follower, way = Follower(bounds(asked.corners)), list[Placed]()
    at_90k, to_90k = (begin_90k + round(one * HZ_90K) for one in (asked.at_s, asked.to_s))
    chunks = _forwards(tools, camera, at_90k, to_90k) if to_90k > at_90k else _backwards(tools, camera, at_90k, to_90k)
    ended: Ended = "reached"
    try:
        async with aclosing(chunks):
            async for pictures in chunks:
                way += await _through(tools, follower, pictures)
                if follower.end is not None:
                    ended = "lost" if follower.end is End.LOST else "left"
                    break
                yield FollowedWay(reached_s=_seconds(pictures[-1].at_90k, begin_90k))
    except NoFootage:
        if not way:
            raise
        ended = "unrecorded"
    if not way:
        raise NoFootage("nothing is recorded at that moment", "choose another one")
    keys = [_key(one, asked, begin_90k) for one in simplified(way, _MOST_KEYS)]
    keys = [key for number, key in enumerate(keys) if number == 0 or key.at_s != keys[number - 1].at_s]
    yield FollowedWay(
        reached_s=_seconds(way[-1].at_90k, begin_90k),
        ended=ended,
        keys=tuple(sorted(keys, key=lambda key: key.at_s)),
        certainty=min(one.certainty for one in way[-5:]),
    )


async def _through(tools: Tools, follower: Follower, pictures: list[Picture]) -> list[Placed]:
    """Follow through the pictures of some seconds, so few at a time that stills do not wait for it."""
    way: list[Placed] = []

    def learn() -> list[Placed]:
        follower.learn(pictures)
        return []

    await tools.patiently(learn)
    for number in range(0, len(pictures), _PIECE):
        way += await tools.patiently(partial(follower.feed, pictures[number : number + _PIECE]))
    return way


def _key(one: Placed, asked: FollowThing, begin_90k: int) -> KeyMoment:
    return KeyMoment(at_s=_seconds(one.at_90k, begin_90k), corners=carried(asked.corners, one.box))


def _seconds(at_90k: int, begin_90k: int) -> float:
    return round(min(MOST_SECONDS, max(0.0, (at_90k - begin_90k) / HZ_90K)), 3)


async def _forwards(tools: Tools, camera: str, at_90k: int, to_90k: int) -> AsyncGenerator[list[Picture]]:
    """Yield the pictures from the one that is shown at a moment on, some seconds at a time."""
    small, waiting = _Small(), list[Picture]()
    begun, hole = False, None
    try:
        async with aclosing(footage_of(tools, camera, at_90k, to_90k)) as footage:
            async for units, reached_90k in footage:
                waiting += await tools.patiently(partial(small.feed, units))
                if not begun and reached_90k > at_90k and waiting:
                    waiting, begun = _from(waiting, at_90k), True
                if begun and waiting and waiting[-1].at_90k - waiting[0].at_90k >= _CHUNK_90K:
                    yield waiting
                    waiting = []
    except NoFootage as error:
        hole = error
    waiting += await tools.patiently(small.finish)
    waiting = [one for one in (waiting if begun else _from(waiting, at_90k)) if one.at_90k < to_90k]
    if waiting:
        yield waiting
    if hole is not None:
        raise hole


async def _backwards(tools: Tools, camera: str, at_90k: int, to_90k: int) -> AsyncGenerator[list[Picture]]:
    """Yield the pictures from the one that is shown at a moment back, some seconds at a time."""
    end_90k = at_90k + 1
    while end_90k > to_90k:
        start_90k = max(to_90k, end_90k - _CHUNK_90K)
        small, pictures = _Small(), list[Picture]()
        async with aclosing(footage_of(tools, camera, start_90k, end_90k)) as footage:
            async for units, _ in footage:
                pictures += await tools.patiently(partial(small.feed, units))
        pictures += await tools.patiently(small.finish)
        here = [one for one in pictures if start_90k <= one.at_90k < end_90k]
        if not here and end_90k == at_90k + 1:
            here = [one for one in pictures if one.at_90k < end_90k][-1:]
        if here:
            yield here[::-1]
        end_90k = start_90k


def _from(pictures: list[Picture], at_90k: int) -> list[Picture]:
    """Return the pictures from the one that is shown at a moment on."""
    before = sum(one.at_90k <= at_90k for one in pictures)
    return pictures[max(0, before - 1) :]


class _Small:
    """Decodes footage small, a dozen pictures a second; what is damaged is left out."""

    def __init__(self) -> None:
        self._decoder: SparseDecoder | None = None
        self._last_90k: int | None = None

    def feed(self, units: list[AccessUnit]) -> list[Picture]:
        """Return the pictures of some more footage."""
        found: list[Picture] = []
        for unit in units:
            if unit.encoding is not None:
                found += self.finish()
                self._decoder = SparseDecoder(unit.encoding, Sparseness(_WIDTH, _RATE))
            if self._decoder is None:
                continue
            try:
                decoded = self._decoder.feed(unit.data, unit.pts_90k, unit.dts_90k)
            except CannotDecode:
                continue
            found += [
                Picture(one.rgb(), one.pts_90k, (one.width, one.height)) for one in decoded if self._wants(one.pts_90k)
            ]
        return found

    def finish(self) -> list[Picture]:
        """Return what is left in the decoder."""
        decoder, self._decoder = self._decoder, None
        if decoder is None:
            return []
        try:
            left = decoder.finish()
        except CannotDecode:
            return []
        return [Picture(one.rgb(), one.pts_90k, (one.width, one.height)) for one in left if self._wants(one.pts_90k)]

    def _wants(self, at_90k: int) -> bool:
        if self._last_90k is not None and 0 <= at_90k - self._last_90k < _APART_90K:
            return False
        self._last_90k = at_90k
        return True
