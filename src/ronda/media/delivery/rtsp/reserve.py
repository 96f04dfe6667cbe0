"""A node's streams as presentations of the RTSP server: `/CAMERA` and `/CAMERA/sub`, one hold for all clients."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.causes import SourceState
from ronda.base.errors import Busy, NotFound
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.delivery.rtsp.presentation import Picture, Presentation, Sink
from ronda.media.fragment import Run
from ronda.media.leases import Lease, Purpose
from ronda.media.rtp.packetise import payloads
from ronda.media.stream import Stream
from ronda.media.streams import Streams

_PATIENCE_S: Final = 10.0
_STEP_90K: Final = 3_600
_PATH: Final = re.compile(r"/([a-z0-9][a-z0-9-]{0,62})(?:/(main|sub))?")


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names."""

    camera: str
    profile: str


def place_of(path: str) -> Place:
    """Return the camera and the profile that `path` names.

    Raises:
        NotFound: It names none.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise NotFound(f"{path[:80]!r} is no camera", "ask for /CAMERA or /CAMERA/sub")
    return Place(found[1], found[2] or "main")


class StreamPresentation:
    """One stream; pictures pass as they are.

    Times are counted on one axis through all runs: UTC where nothing stands against it, later where a
    run would begin before the last one's end. Parameter sets go before each keyframe. When the coding
    itself changes, the clients are hung up on and find the new one when they come again.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream: Final = stream
        self.users = 0
        self._lease: Lease = stream.lease(Purpose.RESERVE)
        self._sink: Sink | None = None
        self._unlisten: Callable[[], None] | None = None
        self._run: Run | None = stream.run
        self._base_90k = self._run.start_utc_90k if self._run else 0
        self._top_90k: int | None = None

    @property
    def codec(self) -> Codec:
        """The coding of the newest run."""
        return self._newest.encoding.codec

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """The parameter sets of the newest run."""
        return self._newest.encoding.parameter_sets

    @property
    def _newest(self) -> Run:
        run = self.stream.run or self._run
        if run is None:
            raise Busy("no picture has come yet")
        return run

    def attach(self, sink: Sink) -> None:
        """Send pictures to `sink`, beginning with the current GOP."""
        self._sink = sink
        self._unlisten = self.stream.listen(self._picture)

    def detach(self, sink: Sink) -> None:
        """Send none any more."""
        self._sink = None
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    def end(self) -> None:
        """Hang up on all clients: the stream is over."""
        if self._sink is not None:
            self._sink.end()

    def close(self) -> None:
        """Let the stream go."""
        self._lease.close()

    def _picture(self, run: Run, unit: AccessUnit) -> None:
        if run is not self._run:
            self._follow(run)
        sink = self._sink
        if sink is None:
            return
        pts_90k = self._base_90k + unit.pts_90k
        if self._top_90k is None or pts_90k > self._top_90k:
            self._top_90k = pts_90k
        encoding = run.encoding
        sets = encoding.parameter_sets if unit.keyframe else ()
        ready = payloads(encoding.codec, unit.data, sets)
        sink.picture(Picture(ready, pts_90k, unit.keyframe, run.start_utc_90k + unit.pts_90k))

    def _follow(self, run: Run) -> None:
        """Go on with a new run: its times behind the last one's."""
        before, self._run = self._run, run
        self._base_90k = run.start_utc_90k
        if self._top_90k is not None:
            self._base_90k = max(self._base_90k, self._top_90k + _STEP_90K)
        if before is not None and before.encoding.codec is not run.encoding.codec:
            self.end()


class Reserved:
    """The provider of an `RtspServer` that hands on a node's streams."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._open: dict[Place, StreamPresentation] = {}

    async def open(self, path: str) -> Presentation:
        """Return the presentation at `path` once its stream runs; see `Provider.open`.

        Raises:
            NotFound: There is no such camera or profile.
            Busy: No picture comes.
        """
        place = place_of(path)
        stream = self._streams.get(place.camera, place.profile)
        presentation = self._open.get(place)
        if presentation is None or presentation.stream is not stream:
            presentation = self._open[place] = StreamPresentation(stream)
        presentation.users += 1
        try:
            await _running(stream)
        except BaseException:
            await self.close(presentation)
            raise
        return presentation

    async def close(self, presentation: Presentation) -> None:
        """Take back one `open`; the stream is let go with the last one."""
        assert isinstance(presentation, StreamPresentation)  # noqa: S101 - what `open` returned
        presentation.users -= 1
        if presentation.users == 0:
            presentation.close()
            for place, known in list(self._open.items()):
                if known is presentation:
                    del self._open[place]

    def end_withdrawn(self) -> None:
        """Hang up on those who watch what the node has no more."""
        for place, presentation in list(self._open.items()):
            if all(stream is not presentation.stream for stream in self._streams.awake(place.camera)):
                presentation.end()


async def _running(stream: Stream) -> None:
    """Wait for the first picture of a run.

    Raises:
        Busy: None comes in time, or the camera refuses.
    """
    changed = asyncio.Event()
    unfollow = stream.follow(lambda _: changed.set())
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while stream.run is None:
                if stream.state_now is SourceState.REFUSED:
                    break
                changed.clear()
                await changed.wait()
    except TimeoutError:
        pass
    finally:
        unfollow()
    if stream.run is None:
        raise Busy(stream.reason or "no picture has come yet", "look at the camera's state")
