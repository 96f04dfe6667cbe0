"""Fetching one order: what the archive lacks and the recorder has, GOP by GOP, no faster than the line may be used.

What came is in the archive and is never fetched again, so an order that was cut is simply done again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from ronda.archive.archive import Archive
from ronda.archive.importing import fragments_of, imported_run
from ronda.base.causes import GapCause
from ronda.base.errors import Conflict, NotFound
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Hold, Span
from ronda.bus.fetching import MakeFetch, SiteFootage, SiteFootageRequest
from ronda.media.access_unit import AccessUnit
from ronda.media.devices.recordings.kept import KeptFootage
from ronda.media.devices.recordings.pictures import Gop, gops
from ronda.media.devices.recordings.recorders import Recorders
from ronda.media.fragment import Origin
from ronda.media.sources.contract import SourceFailed, SourceNothing, SourceRefused, SourceUnsupported
from ronda.media.sources.rtsp.replay import ReplaySource
from ronda.node.fetching.stretches import length, without

_SHORTEST_90K: Final = HZ_90K
"""A hole shorter than that is none: pictures do not lie on the second."""
_FARTHEST_90K: Final = 120 * HZ_90K
_REASON: Final = "fetched from the recorder"


@dataclass(frozen=True, slots=True)
class FetchTools:
    """What orders are done with.

    Attributes:
        archive: Where footage goes.
        recorders: Where it comes from.
        clock: The time.
        live_url: Returns a camera's stream, account included; None where it is not here.
        profile: Names the profile that is recorded of a camera.
    """

    archive: Archive
    recorders: Recorders
    clock: Clock
    live_url: Callable[[str], str | None]
    profile: Callable[[str], str]


@dataclass(slots=True)
class Progress:
    """How far an order is; `told` is called when it has changed."""

    told: Callable[[], None]
    wanted_90k: int = 0
    fetched_90k: int = 0
    bytes: int = 0
    now: tuple[int, int] | None = None


async def site_footage(tools: FetchTools, asked: SiteFootageRequest) -> SiteFootage:
    """Return what is still at the site of a camera's past.

    Raises:
        NotFound: The camera is not here.
        SourceFailed: See `Recorders.kept`.
    """
    kept = await _kept(tools, asked.camera, asked.recorder, asked.from_90k, asked.to_90k)
    offset = kept.clock_offset_90k
    spans = tuple(Span(from_90k=begin, to_90k=end) for begin, end in kept.spans)
    return SiteFootage(
        how=kept.how, spans=spans, exact=kept.exact, clock_offset_s=None if offset is None else offset / HZ_90K
    )


async def fetch(tools: FetchTools, order: MakeFetch, progress: Progress) -> list[tuple[int, int]]:
    """Fetch what is missing; return what the recorder does not have of it either.

    Raises:
        NotFound: The camera is not here.
        SourceFailed: The recorder does not play, or stops before the end; what came stays.
        VolumeFailed: The disk refuses; what was taken in stays.
    """
    kept = await _kept(tools, order.camera, order.recorder, order.from_90k, order.to_90k)
    wanted = await _lacking(tools, order, kept.spans)
    progress.wanted_90k = progress.fetched_90k + length(wanted)
    progress.told()
    if wanted:
        await _hold(tools, order)
    for begin, end in wanted:
        await _Stretch(tools, order, kept, progress, end).fetch(begin)
    progress.now = None
    return await _lacking(tools, order, [(order.from_90k, order.to_90k)])


async def _kept(tools: FetchTools, camera: str, recorder: str, from_90k: int, to_90k: int) -> KeptFootage:
    url = tools.live_url(camera)
    if url is None:
        raise NotFound(f"there is no camera {camera[:80]!r}")
    return await tools.recorders.kept(url, recorder, from_90k, to_90k)


async def _lacking(
    tools: FetchTools, order: MakeFetch, stretches: list[tuple[int, int]] | tuple[tuple[int, int], ...]
) -> list[tuple[int, int]]:
    """Return what the archive lacks of some stretches, and may have: what a court had deleted does not come back."""
    known = await tools.archive.timeline(order.camera, tools.profile(order.camera), order.from_90k, order.to_90k)
    gone = [gap for gap in known.gaps if gap.cause is GapCause.ORDER]
    return without(stretches, ((span.from_90k, span.to_90k) for span in (*known.coverage, *gone)), _SHORTEST_90K)


async def _hold(tools: FetchTools, order: MakeFetch) -> None:
    """Keep what is about to come, or a camera's days would delete it at once."""
    if order.keep_until_90k is None:
        return
    hold = Hold(
        id=order.id[:12],
        camera=order.camera,
        from_90k=order.from_90k,
        to_90k=order.to_90k,
        reason=_REASON,
        by=order.by,
        at=tools.clock.utc_90k(),
        until_90k=order.keep_until_90k,
    )
    try:
        await tools.archive.add_hold(hold)
    except Conflict:
        return  # the order is done again


class _Stretch:
    """One stretch that is lacking, played until its end or until nothing more comes."""

    def __init__(
        self, tools: FetchTools, order: MakeFetch, kept: KeptFootage, progress: Progress, end_90k: int
    ) -> None:
        self._tools, self._order, self._kept, self._progress = tools, order, kept, progress
        self._end_90k = end_90k
        self._at_90k = 0
        self._began_s = tools.clock.monotonic()
        self._bits = 0
        self._next: Gop | None = None

    async def fetch(self, begin_90k: int) -> None:
        self._at_90k = begin_90k
        while self._at_90k < self._end_90k - _SHORTEST_90K:
            before = self._at_90k
            await self._play()
            if self._at_90k <= before + _SHORTEST_90K:
                self._stopped(begin_90k)
                return

    def _stopped(self, begin_90k: int) -> None:
        """Nothing more comes: where the recorder's list knows of holes that is a fault, else a hole in its archive."""
        if self._kept.exact and self._end_90k - self._at_90k > 10 * _SHORTEST_90K:
            raise SourceFailed("the recorder stops playing in the middle of what it says it has", "it is tried again")
        if not self._kept.exact and self._at_90k == begin_90k:
            raise SourceNothing("the recorder plays nothing of that time", "is it recorded there?")

    async def _play(self) -> None:
        address, stretch = self._kept.play(self._at_90k, self._end_90k)
        source = self._tools.recorders.source(address, stretch)
        ahead = self._kept.ahead_90k
        asked = self._at_90k + ahead
        if stretch is None:  # such an address names whole seconds
            asked = asked // HZ_90K * HZ_90K
        self._progress.now = (self._at_90k, self._end_90k)
        try:
            async with source.playing() as pictures:
                await self._take(gops(pictures, lambda: _first_moment(source, asked), ahead))
        except SourceRefused:
            self._tools.recorders.refused(address)
            raise
        except SourceNothing:
            return

    async def _take(self, stream: AsyncIterator[Gop]) -> None:
        """Put what comes into the archive, a run for each uninterrupted stretch."""
        gop = await self._first(stream)
        while gop is not None:
            camera, profile = self._order.camera, self._tools.profile(self._order.camera)
            made = imported_run(camera, profile, gop.encoding, gop.start_90k, Origin.FETCHED)
            run = replace(made, clock_offset_90k=self._kept.clock_offset_90k)
            self._next = None
            await self._tools.archive.import_run(run, fragments_of(run, self._units(gop, stream)))
            gop = self._next

    async def _first(self, stream: AsyncIterator[Gop]) -> Gop | None:
        """Return the GOP that holds the moment that was asked for, or the first one behind it."""
        async for gop in stream:
            if gop.start_90k < self._at_90k - _FARTHEST_90K:
                raise SourceUnsupported(
                    "the recorder plays another time than it was asked for", "take it out on a USB stick and import it"
                )
            if gop.end_90k >= self._at_90k:
                return gop if gop.start_90k < self._end_90k else None
        return None

    async def _units(self, gop: Gop, stream: AsyncIterator[Gop]) -> AsyncIterator[AccessUnit]:
        """Yield pictures as long as they go on without a jump and lie within the stretch."""
        while True:
            for unit in gop.units:
                yield unit
            await self._account(gop)
            following = await anext(stream, None)
            if following is None or following.start_90k >= self._end_90k:
                return
            if following.fresh:
                self._next = following
                return
            gop = following

    async def _account(self, gop: Gop) -> None:
        end = min(gop.end_90k, self._end_90k)
        since = max(self._at_90k, gop.start_90k) if gop.fresh else self._at_90k
        self._progress.fetched_90k += max(end - since, 0)
        self._progress.bytes += gop.bytes
        self._at_90k = max(self._at_90k, end)
        self._progress.now = (self._at_90k, self._end_90k)
        self._progress.told()
        await self._pace(gop.bytes * 8)

    async def _pace(self, bits: int) -> None:
        """Wait until the line may be used again; the recorder is held back meanwhile."""
        self._bits += bits
        if not self._order.rate_bps:
            return
        left = self._began_s + self._bits / self._order.rate_bps - self._tools.clock.monotonic()
        if left > 0:
            await asyncio.sleep(left)


def _first_moment(source: ReplaySource, asked_90k: int) -> int:
    """Return the moment of a first picture that is not stamped: as the recorder says, or as it was asked."""
    began = source.began_90k
    return asked_90k if began is None else began


Fetch = Callable[[MakeFetch, Progress], Awaitable[list[tuple[int, int]]]]
"""Does one order; see `fetch`."""
