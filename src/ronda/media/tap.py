"""Access units beside fragments: for decoders, for the RTSP re-serve, for derived profiles."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from typing import Final

from ronda.media.access_unit import AccessUnit
from ronda.media.fmp4.reader import read_moof
from ronda.media.fragment import Fragment, Run
from ronda.media.ring import StreamClosed

UnitListener = Callable[[Run, AccessUnit], None]
"""Told of each picture on the event loop; returns at once, never raises.

Times are counted from the run's zero, drift corrected; `encoding` is set on a run's first picture
and `discontinuity` too.
"""

_DEFAULT_PICTURES: Final = 150


def units_of(fragment: Fragment, *, first: bool = False) -> list[AccessUnit]:
    """Return the pictures of a fragment; the first carries the run's encoding when `first`."""
    samples = read_moof(fragment.moof).samples
    dts = accumulate((sample.duration_90k for sample in samples), initial=fragment.start_90k)
    ends = accumulate((sample.size for sample in samples), initial=8)
    units = [
        AccessUnit(
            fragment.mdat[at : at + sample.size],
            time + sample.composition_offset_90k,
            time,
            fragment.arrival,
            sample.keyframe,
        )
        for sample, time, at in zip(samples, dts, ends, strict=False)
    ]
    if first:
        units[0] = replace(units[0], encoding=fragment.run.encoding, discontinuity=True)
    return units


class UnitTap:
    """A bounded queue of pictures; when its reader is too slow, all is dropped up to a keyframe.

    Attributes:
        dropped_pictures: How many have been dropped.
    """

    def __init__(self, release: Callable[["UnitTap"], None], most_pictures: int = _DEFAULT_PICTURES) -> None:
        self.dropped_pictures = 0
        self._release = release
        self._most = most_pictures
        self._queue: deque[tuple[Run, AccessUnit]] = deque()
        self._wants_keyframe = True
        self._closed = False
        self._filled = asyncio.Event()

    def offer(self, run: Run, unit: AccessUnit) -> None:
        """Take a picture from the stream; a `UnitListener`."""
        if len(self._queue) >= self._most:
            self.dropped_pictures += len(self._queue)
            self._queue.clear()
            self._wants_keyframe = True
        if self._wants_keyframe:
            if not unit.keyframe:
                self.dropped_pictures += 1
                return
            self._wants_keyframe = False
            if unit.encoding is None or not unit.discontinuity:
                unit = replace(unit, encoding=run.encoding, discontinuity=True)
        self._queue.append((run, unit))
        self._filled.set()

    async def next(self) -> tuple[Run, AccessUnit]:
        """Return the next picture and its run; after a drop it is a keyframe marked as a discontinuity.

        Raises:
            StreamClosed: Nothing will come any more.
        """
        while not self._queue:
            if self._closed:
                raise StreamClosed("the stream is closed")
            self._filled.clear()
            await self._filled.wait()
        return self._queue.popleft()

    def waiting(self) -> list[AccessUnit]:
        """Return all that is queued, without waiting."""
        units = [unit for _, unit in self._queue]
        self._queue.clear()
        return units

    def end(self) -> None:
        """Nothing will come any more; what is queued can still be read."""
        self._closed = True
        self._filled.set()

    def close(self) -> None:
        """Stop listening."""
        self._closed = True
        self._release(self)
