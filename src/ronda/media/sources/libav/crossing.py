"""The way from a source's thread to the event loop: bounded, in batches, drops counted."""

import asyncio
import threading
from collections import deque
from typing import Final

from ronda.media.access_unit import AccessUnit
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceListener

_MOST_PICTURES: Final = 500
_MOST_BYTES: Final = 16 * 1024 * 1024


class Crossing:
    """Carries pictures from one thread to a listener on the loop.

    When the loop does not keep up, whole stretches up to a keyframe are left out; they count as
    lost, and the keyframe after them is marked as a discontinuity.

    Args:
        listener: Who gets the pictures, on the loop.
        counters: What is counted, on the loop.
    """

    def __init__(self, listener: SourceListener, counters: SourceCounters) -> None:
        self._loop: Final = asyncio.get_running_loop()
        self._listener = listener
        self._counters = counters
        self._lock = threading.Lock()
        self._queue: deque[AccessUnit] = deque()
        self._bytes = 0
        self._dropped = 0
        self._dropping = False
        self._called = False
        self._stop = threading.Event()
        self.ended: Final[asyncio.Future[SourceFailed]] = self._loop.create_future()

    @property
    def stopped(self) -> bool:
        """Whether nobody wants pictures any more; asked by the thread."""
        return self._stop.is_set()

    def sleep(self, seconds: float) -> None:
        """Wait in the thread, less long when stopped meanwhile."""
        self._stop.wait(seconds)

    def offer(self, unit: AccessUnit) -> None:
        """Hand over a picture, in the thread."""
        with self._lock:
            full = len(self._queue) >= _MOST_PICTURES or self._bytes >= _MOST_BYTES
            if full or (self._dropping and not unit.keyframe):
                self._dropping = True
                self._dropped += 1
                return
            if self._dropping:
                self._dropping = False
                unit.discontinuity = True
            self._queue.append(unit)
            self._bytes += len(unit.data)
            call = not self._called
            self._called = True
        if call:
            self._call(self._deliver)

    def end(self, failure: SourceFailed) -> None:
        """Say in the thread that it ends, and why; nothing follows."""
        self._call(self._finish, failure)

    def stop(self) -> None:
        """Tell the thread on the loop that nobody wants pictures any more."""
        self._stop.set()

    def _call(self, act: object, *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(act, *arguments)  # type: ignore[arg-type]
        except RuntimeError:
            self._stop.set()  # the loop has been closed

    def _deliver(self) -> None:
        with self._lock:
            units, dropped = list(self._queue), self._dropped
            self._queue.clear()
            self._bytes = self._dropped = 0
            self._called = False
        counters = self._counters
        counters.lost_packets += dropped
        if self._stop.is_set():
            return
        for unit in units:
            counters.pictures += 1
            counters.packets += 1
            counters.received_bytes += len(unit.data)
            self._listener.picture(unit)

    def _finish(self, failure: SourceFailed) -> None:
        self._deliver()
        if not self.ended.done():
            self.ended.set_result(failure)
