"""Looks at an address for a few seconds and says what is there, or exactly why nothing is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ronda.base.causes import GapCause, SourceState
from ronda.base.redaction import redact
from ronda.base.time import HZ_90K
from ronda.bus.contract import ProbeReport
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import Source, SourceCounters, SourceFailed, SourceSilent, SourceUnsupported
from ronda.media.sources.libav import LibavSource
from ronda.media.sources.rtsp.source import RtspSource
from ronda.media.sources.supervisor import Opener

_MENDS: Final = {
    GapCause.UNREACHABLE: "check the address, the network, and that the device is on",
    GapCause.CREDENTIALS: "correct the user name and password in the address",
    GapCause.SILENT: "look at the picture on the device itself; its number of viewers may be used up",
    GapCause.UNKNOWN: "set the camera to H.264 or H.265",
}


@dataclass(frozen=True, slots=True)
class ProbeTimes:
    """How long a probe looks, in seconds.

    Attributes:
        first_picture_s: Until the first picture.
        seconds: From the first picture on.
        keyframe_s: From the first picture on, while there has been one keyframe only.
    """

    first_picture_s: float = 20.0
    seconds: float = 6.0
    keyframe_s: float = 12.0


@dataclass(slots=True)
class _Seen:
    """A listener that counts."""

    encoding: Encoding | None = None
    earliest_90k: int | None = None
    latest_90k: int = 0
    pictures: int = 0
    bytes: int = 0
    keyframes_90k: list[int] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def picture(self, unit: AccessUnit) -> None:
        """Count a picture."""
        if unit.encoding is not None:
            self.encoding = unit.encoding
        if self.earliest_90k is None or unit.discontinuity:
            self.earliest_90k = unit.dts_90k
            self.pictures = self.bytes = 0
            self.keyframes_90k.clear()
            self.changed.set()
        self.latest_90k = unit.dts_90k
        self.pictures += 1
        self.bytes += len(unit.data)
        if unit.keyframe:
            self.keyframes_90k.append(unit.pts_90k)
            self.changed.set()

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        """Sources tell no states."""

    @property
    def fps(self) -> float | None:
        """Pictures a second."""
        return None if self._span_s is None else round((self.pictures - 1) / self._span_s, 2)

    @property
    def bitrate_bps(self) -> int | None:
        """Bits a second."""
        if self._span_s is None:
            return None
        return round(self.bytes * 8 * (self.pictures - 1) / self.pictures / self._span_s)

    @property
    def keyframe_distance_s(self) -> float | None:
        """Mean seconds from one keyframe to the next."""
        if len(self.keyframes_90k) < 2:
            return None
        span = self.keyframes_90k[-1] - self.keyframes_90k[0]
        return round(span / (len(self.keyframes_90k) - 1) / HZ_90K, 3)

    @property
    def _span_s(self) -> float | None:
        if self.earliest_90k is None or self.latest_90k <= self.earliest_90k:
            return None
        return (self.latest_90k - self.earliest_90k) / HZ_90K


async def probe(url: str | StreamAddress, opener: Opener, times: ProbeTimes = ProbeTimes()) -> ProbeReport:
    """Return what is at `url`; it dials once and takes some seconds.

    Raises:
        BadInput: `url` is no address.
    """
    address = StreamAddress.parse(url) if isinstance(url, str) else url
    seen, counters = _Seen(), SourceCounters()
    source = opener(address, seen, counters)
    source.watch(True)
    failure = await _look(source, seen, times)
    tracks = tuple(_tracks(source))
    if seen.encoding is None:
        failure = failure or SourceUnsupported("pictures came, and nothing that says how to decode them")
        problem, mend = redact(failure.message), failure.mend or _MENDS[failure.cause]
        return ProbeReport(ok=False, url=address.redacted, problem=problem, mend=mend, tracks=tracks)
    offset = counters.clock_offset_90k
    return ProbeReport(
        ok=True,
        url=address.redacted,
        tracks=tracks,
        codec=seen.encoding.codec,
        width=seen.encoding.width,
        height=seen.encoding.height,
        fps=seen.fps,
        bitrate_bps=seen.bitrate_bps,
        keyframe_distance_s=seen.keyframe_distance_s,
        clock_offset_ms=None if offset is None else round(offset * 1000 / HZ_90K, 1),
    )


async def _look(source: Source, seen: _Seen, times: ProbeTimes) -> SourceFailed | None:
    """Run the source while there is something to see; return why there is nothing."""
    failures: list[SourceFailed] = []

    async def play() -> None:
        try:
            await source.run()
        except SourceFailed as error:
            failures.append(error)
        seen.changed.set()

    async with asyncio.TaskGroup() as group:
        playing = group.create_task(play())
        await _changed(seen, times.first_picture_s)
        if seen.pictures:
            await asyncio.wait([playing], timeout=times.seconds)
            seen.changed.clear()
            if len(seen.keyframes_90k) < 2 and not playing.done():
                await _changed(seen, times.keyframe_s - times.seconds)
        playing.cancel()
    if failures:
        return failures[0]
    if not seen.pictures:
        return SourceSilent(f"connected, and no picture came within {times.first_picture_s:g} s")
    return None


async def _changed(seen: _Seen, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await seen.changed.wait()
    except TimeoutError:
        pass


def _tracks(source: Source) -> Sequence[str]:
    if isinstance(source, RtspSource):
        return source.description.tracks if source.description else ()
    return source.tracks if isinstance(source, LibavSource) else ()
