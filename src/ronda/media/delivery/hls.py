"""Live HLS (RFC 8216, version 7, fragmented MP4) for crowds and old phones: cacheable, plain.

Segments are whole GOPs of two seconds or more, held in memory as the fragments they are made of,
while somebody asks for the playlist.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from ronda.base.causes import GapCause
from ronda.base.errors import Busy, NotFound
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.media.delivery.reasons import CROWDED
from ronda.media.fragment import Fragment, Run
from ronda.media.leases import Purpose
from ronda.media.stream import Stream
from ronda.media.streams import Streams

SHORTEST_90K: Final = 2 * HZ_90K
_SEGMENTS: Final = 6
_GRACE: Final = 2
_MOST_BYTES: Final = 24 << 20
_IDLE_S: Final = 20.0
_FIRST_S: Final = 12.0
_MOST_STREAMS: Final = 64


@dataclass(slots=True, eq=False)
class Segment:
    """Some whole GOPs of one run.

    Attributes:
        run: The run.
        number: Its place in the playlist.
        discontinuity: What was before it is of another run, or lost.
        fragments: What it is made of.
    """

    run: Run
    number: int
    discontinuity: bool
    fragments: list[Fragment] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name, the same for ever."""
        return f"{self.run.id}-{self.fragments[0].sequence}"

    @property
    def duration_90k(self) -> int:
        """Its length."""
        last = self.fragments[-1]
        return last.start_90k + last.duration_90k - self.fragments[0].start_90k

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(len(part.moof) + len(part.mdat) for part in self.fragments)

    @property
    def start_utc_90k(self) -> int:
        """Timeline time of its start."""
        return self.run.start_utc_90k + self.fragments[0].start_90k


class Segmenter:
    """Makes segments of a stream's fragments (a `FragmentSink`).

    Args:
        first_number: Number of the first segment.
    """

    def __init__(self, first_number: int) -> None:
        self.ready = asyncio.Event()
        self._next = first_number
        self._segments: deque[Segment] = deque()
        self._current: Segment | None = None
        self._run: Run | None = None
        self._broken = False
        self._discontinuities_gone = 0
        self._target_s = 2

    def begin(self, run: Run) -> None:
        """A run starts."""
        self._finish()
        self._broken = self._run is not None
        self._run = run

    def fragment(self, fragment: Fragment) -> None:
        """Take the next fragment of the run."""
        current = self._current
        if fragment.keyframe and current is not None and current.duration_90k >= SHORTEST_90K:
            self._finish()
            current = None
        if current is None:
            if not fragment.keyframe:
                return
            current = self._current = Segment(fragment.run, self._next, self._broken)
        current.fragments.append(fragment)
        if len(current.fragments) % 32 == 0 and current.size > _MOST_BYTES // 2:
            self._current, self._broken = None, True  # a GOP without end: wait for the next

    def end(self, cause: GapCause) -> None:
        """The run is over."""
        self._finish()
        self._broken = True

    def playlist(self, prefix: str) -> str:
        """Return the playlist; `prefix` comes before the names in it."""
        shown = list(self._segments)[-_SEGMENTS:]
        gone = [one for one in self._segments if one.number < shown[0].number] if shown else []
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{self._target_s}",
            f"#EXT-X-MEDIA-SEQUENCE:{shown[0].number if shown else self._next}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._discontinuities_gone + sum(one.discontinuity for one in gone)}",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        run: Run | None = None
        for segment in shown:
            if segment.discontinuity:
                lines.append("#EXT-X-DISCONTINUITY")
            if segment.run is not run:
                run = segment.run
                lines.append(f'#EXT-X-MAP:URI="{prefix}{run.id}.mp4"')
            lines += [
                f"#EXT-X-PROGRAM-DATE-TIME:{format_rfc3339(segment.start_utc_90k)}",
                f"#EXTINF:{segment.duration_90k / HZ_90K:.5f},",
                f"{prefix}{segment.name}.m4s",
            ]
        return "\n".join(lines) + "\n"

    def init(self, run_id: str) -> bytes | None:
        """Return the init segment of a run that is in the playlist, or was a moment ago."""
        return next((one.run.init for one in self._segments if one.run.id == run_id), None)

    def media(self, name: str) -> bytes | None:
        """Return a segment's bytes."""
        for segment in self._segments:
            if segment.name == name:
                return b"".join(piece for part in segment.fragments for piece in (part.moof, part.mdat))
        return None

    def _finish(self) -> None:
        segment, self._current = self._current, None
        if segment is None:
            return
        self._broken = False
        self._next += 1
        self._segments.append(segment)
        self._target_s = max(self._target_s, ceil(segment.duration_90k / HZ_90K - 0.5))
        while len(self._segments) > _SEGMENTS + _GRACE or (
            len(self._segments) > 1 and sum(one.size for one in self._segments) > _MOST_BYTES
        ):
            self._discontinuities_gone += self._segments.popleft().discontinuity
        self.ready.set()


@dataclass(slots=True, eq=False)
class _Polled:
    """A stream whose playlist is being polled."""

    segmenter: Segmenter
    close: Callable[[], None]
    timer: asyncio.TimerHandle | None = None


class LiveHls:
    """The segmenters of a node, each as long as its playlist is polled.

    Args:
        streams: Where streams are found.
        idle_s: How long one lives after the last poll.
        most: How many streams are segmented at once, up to 24 MB each.
    """

    def __init__(self, streams: Streams, idle_s: float = _IDLE_S, most: int = _MOST_STREAMS) -> None:
        self._streams = streams
        self._idle_s = idle_s
        self._most = most
        self._polled: dict[Stream, _Polled] = {}

    async def playlist(self, stream: Stream, prefix: str) -> str:
        """Return a stream's playlist, starting the stream where nobody watches it.

        Args:
            stream: One of the node's streams, a derived one too.
            prefix: What comes before the names in it.

        Raises:
            Busy: It has shown nothing yet, or too many streams are asked for in this way.
        """
        segmenter = self._poll(stream).segmenter
        try:
            async with asyncio.timeout(_FIRST_S):
                await segmenter.ready.wait()
        except TimeoutError:
            raise Busy(f"no picture of camera {stream.camera!r} yet", "try again in a few seconds") from None
        return segmenter.playlist(prefix)

    def init(self, stream: Stream, run_id: str) -> bytes:
        """Return a run's init segment.

        Raises:
            NotFound: It is not in the playlist any more.
        """
        found = self._known(stream).init(run_id)
        if found is None:
            raise NotFound("this run is over", "load the playlist again")
        return found

    def media(self, stream: Stream, name: str) -> bytes:
        """Return a segment.

        Raises:
            NotFound: It is not in the playlist any more.
        """
        found = self._known(stream).media(name)
        if found is None:
            raise NotFound("this segment is gone", "load the playlist again")
        return found

    def close(self) -> None:
        """Let go of all streams."""
        for stream in list(self._polled):
            self._drop(stream)

    def _known(self, stream: Stream) -> Segmenter:
        polled = self._polled.get(stream)
        if polled is None:
            raise NotFound("nobody polls this playlist", "load the playlist first")
        return polled.segmenter

    def _poll(self, stream: Stream) -> _Polled:
        polled = self._polled.get(stream)
        if polled is None:
            if len(self._polled) >= self._most:
                raise Busy(CROWDED.sentence, "look at the camera's still")
            lease = stream.lease(Purpose.VIEW)
            # Numbers must not go back when the playlist is left and polled again.
            segmenter = Segmenter(self._streams.clock.utc_90k() // HZ_90K)
            detach = stream.attach(segmenter)

            def close() -> None:
                detach()
                lease.close()

            polled = self._polled[stream] = _Polled(segmenter, close)
        if polled.timer is not None:
            polled.timer.cancel()
        polled.timer = asyncio.get_running_loop().call_later(self._idle_s, self._drop, stream)
        return polled

    def _drop(self, stream: Stream) -> None:
        polled = self._polled.pop(stream, None)
        if polled is not None:
            if polled.timer is not None:
                polled.timer.cancel()
            polled.close()
