"""Where a device hands its bytes over, and where the camera's supervisor waits for it."""

import asyncio
import threading
from collections import deque
from enum import Enum, auto
from typing import Final

from ronda.base.errors import Conflict, NotFound

MOST_WAITING_BYTES: Final = 4 * 1024 * 1024
_PATIENCE_S: Final = 10.0
_BEGIN_S: Final = 3.0


class Ending(Enum):
    """What the device may do once nobody takes its bytes any more."""

    AGAIN = auto()
    """Begin anew."""
    UNREADABLE = auto()
    """Give up: the same kind of recording would end the same way."""
    GONE = auto()
    """Give up: the camera is gone, or takes its pictures elsewhere."""


class Push:
    """One device's bytes from beginning to end: offered on the event loop, read in one thread.

    Attributes:
        ended: Set on the loop once nobody takes bytes any more.
        reason: Why, as one sentence for the person at the device.
        ending: What that means for the device.
        received_bytes: How many bytes came.
        silent: Whether its reader waited for bytes in vain.
        patience_s: How long `read` waits for bytes.
    """

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self.ended: Final = asyncio.Event()
        self.reason = ""
        self.ending = Ending.AGAIN
        self.received_bytes = 0
        self.silent = False
        self.patience_s = patience_s
        self._filled = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._room.set()

    async def room(self) -> None:
        """Wait until more may be offered: until little enough waits for the thread, or nobody takes any."""
        await self._room.wait()

    def offer(self, chunk: bytes) -> None:
        """Take bytes, on the loop; whoever offers waits for `room` first."""
        with self._filled:
            if self._closed or not chunk:
                return
            if self._waiting_bytes + len(chunk) > MOST_WAITING_BYTES:
                self._room.clear()
            self.received_bytes += len(chunk)
            self._waiting_bytes += len(chunk)
            self._chunks.append(chunk)
            self._filled.notify()

    def close(self) -> None:
        """Nothing follows, on the loop: the device has left. What came can still be read."""
        with self._filled:
            self._closed = True
            self._filled.notify()

    def end(self, reason: str, ending: Ending = Ending.AGAIN) -> None:
        """Nobody takes bytes any more, on the loop; the first reason counts."""
        if not self.ended.is_set():
            self.reason, self.ending = reason, ending
            self.ended.set()
        with self._filled:
            self._closed = True
            self._chunks.clear()
            self._waiting_bytes = 0
            self._filled.notify()
        self._room.set()

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, in the thread; none at the end, or when nothing comes for too long."""
        with self._filled:
            self._filled.wait_for(lambda: self._chunks or self._closed, self.patience_s)
            if not self._chunks:
                self.silent = not self._closed
                return b""
            chunk = self._chunks.popleft()
            if len(chunk) > size:
                self._chunks.appendleft(chunk[size:])
                chunk = chunk[:size]
            before, self._waiting_bytes = self._waiting_bytes, self._waiting_bytes - len(chunk)
        if self._waiting_bytes <= MOST_WAITING_BYTES // 2 < before:
            self._say_room()
        return chunk

    def _say_room(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._room.set)
        except RuntimeError:
            pass  # the loop has been closed: nobody offers anything


class Desk:
    """One camera's: at most one device at a time."""

    def __init__(self) -> None:
        self._push: Push | None = None
        self._taken = False
        self._come = asyncio.Event()

    def begin(self) -> Push:
        """Return where a device that begins now hands its bytes over.

        Raises:
            Conflict: Another one is sending.
        """
        if self._push is not None and not self._push.ended.is_set():
            raise Conflict("another device is sending for this camera", "stop it there first")
        self._push, self._taken = Push(), False
        self._come.set()
        return self._push

    async def next(self) -> Push:
        """Wait for a device and return its push, each once."""
        while self._push is None or self._taken or self._push.ended.is_set():
            self._come.clear()
            await self._come.wait()
        self._taken = True
        return self._push

    def close(self) -> None:
        """Send the device away: the camera takes its pictures elsewhere, or is gone."""
        if self._push is not None:
            self._push.end("the camera is gone, or takes its pictures elsewhere", Ending.GONE)


class Devices:
    """The desks of a node, by camera; used on the event loop."""

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}
        self._expected = asyncio.Event()

    def expect(self, camera: str) -> Desk:
        """Return the desk of a camera that a device may send for from now on."""
        self._expected.set()
        self._expected = asyncio.Event()
        return self._desks.setdefault(camera, Desk())

    def release(self, camera: str) -> None:
        """Let no device send for a camera any more; harmless when none did."""
        desk = self._desks.pop(camera, None)
        if desk is not None:
            desk.close()

    async def begin(self, camera: str, patience_s: float = _BEGIN_S) -> Push:
        """Return where a device hands over the bytes for `camera`.

        A camera that was added a moment ago may not have reached the node: it is waited for.

        Raises:
            NotFound: No device sends for that camera.
            Conflict: Another one is sending.
        """
        try:
            async with asyncio.timeout(patience_s):
                while camera not in self._desks:
                    await self._expected.wait()
        except TimeoutError:
            raise NotFound(f"camera {camera[:80]!r} takes no pictures from a device") from None
        return self._desks[camera].begin()
