"""One vision worker as a process: started when it is needed, talked to, watched over, started again.

Owns its child and the socket to it. What is sent is bounded: a picture that does not fit is dropped and counted.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ronda.base.errors import RondaError
from ronda.base.logging import get_logger
from ronda.base.time import Clock
from ronda.node.vision.settings import VisionSettings
from ronda.vision.worker.messages import VERSION, FromWorker, Hello, Numbers, Ping, Pong, Ready, Stop, Told
from ronda.vision.worker.protocol import from_worker, packed

_log = get_logger("node.vision")
_PING_S: Final = 2.0
_STOP_S: Final = 3.0
_LONGEST_BACK_OFF_S: Final = 60.0
_STEADY_S: Final = 60.0
"""A worker that has lived so long has recovered."""
_GULP: Final = 256 << 10
MOST_UNSENT: Final = 8 << 20
"""Bytes that may wait for a worker that does not read."""


class Listener(Protocol):
    """Who is told what a worker says and how it fares; called on the event loop."""

    def began(self, worker: "WorkerProcess") -> None:
        """It works and knows of no camera yet."""
        ...

    def said(self, worker: "WorkerProcess", message: FromWorker, payload: bytes) -> None:
        """It says something."""
        ...

    def ended(self, worker: "WorkerProcess") -> None:
        """It has ended, and was not told to."""
        ...


@dataclass(slots=True)
class Counted:
    """What one worker has come to over all its lives.

    Attributes:
        sent: Pictures given to it.
        refused: Pictures dropped because it did not read.
        restarts: How often it was started again.
    """

    sent: int = 0
    refused: int = 0
    restarts: int = 0


class WorkerProcess:
    """One worker; `run` keeps it going.

    Args:
        number: Which one.
        settings: How it works.
        clock: The time.
        listener: Who is told.

    Attributes:
        counted: What it has come to.
        numbers: What it says of itself, of this life.
        before: Likewise, the sum of its earlier lives.
    """

    def __init__(self, number: int, settings: VisionSettings, clock: Clock, listener: Listener) -> None:
        self.number = number
        self.counted = Counted()
        self.numbers = Numbers()
        self.before = Numbers()
        self._settings = settings
        self._clock = clock
        self._listener = listener
        self._wanted = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._ready = False
        self._heard_at = 0.0

    @property
    def ready(self) -> bool:
        """Whether it works."""
        return self._ready

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        return self._process.pid if self._process is not None else None

    @property
    def unsent(self) -> int:
        """Bytes that wait for it to read."""
        return self._writer.transport.get_write_buffer_size() if self._writer is not None else 0

    def want(self) -> None:
        """There is something to look at: start it where it does not run yet."""
        self._wanted.set()

    def say(self, message: Told) -> None:
        """Tell it something; it is told anew after a restart, by the listener."""
        if self._ready:
            self._write(message)

    def offer(self, message: Told, payload: bytes) -> bool:
        """Give it a picture; return whether it was taken."""
        if not self._ready:
            return False
        if self.unsent > MOST_UNSENT or not self._write(message, payload):
            self.counted.refused += 1
            return False
        self.counted.sent += 1
        return True

    def _write(self, message: Told, payload: bytes = b"") -> bool:
        """Send a message; return whether it was. Called from the picture's path: it never raises."""
        if self._writer is None:
            return False
        try:
            self._writer.writelines(packed(message, payload))
        except (OSError, RuntimeError, RondaError):
            # A monster, or the worker is dead already and the one who reads what it says has not heard of it yet.
            return False
        return True

    async def run(self) -> None:
        """Start it when it is wanted, and again whenever it ends, until cancelled."""
        await self._wanted.wait()
        pause_s = 0.5
        while True:
            began = self._clock.monotonic()
            try:
                await self._live()
            except (OSError, RondaError, EOFError) as error:
                _log.warning("a vision worker has ended", worker=self.number, reason=str(error) or "it hung up")
            except Exception as error:  # noqa: BLE001  # the task's root: eyes must not end the node
                _log.error("a vision worker is started again", worker=self.number, exc_info=error)
            pause_s = 0.5 if self._clock.monotonic() - began > _STEADY_S else min(pause_s * 2, _LONGEST_BACK_OFF_S)
            self.counted.restarts += 1
            await asyncio.sleep(pause_s)

    async def _live(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = (*self._settings.command, str(theirs.fileno()), "--nice", str(self._settings.nice))
            self._process = await asyncio.create_subprocess_exec(
                *command, pass_fds=(theirs.fileno(),), stdin=asyncio.subprocess.DEVNULL
            )
        process = self._process
        try:
            reader, self._writer = await asyncio.open_connection(sock=ours)
            self._heard_at = self._clock.monotonic()
            settings = self._settings
            hello = Hello(
                models=str(settings.models),
                width=settings.width,
                hardware=settings.hardware,
                own_eyes=str(settings.own_eyes or ""),
                kept=str(settings.kept or ""),
                zone=settings.timezone if settings.letterings else "",
                sweep_s=min(settings.sweep_s or 300.0, settings.watched_sweep_s),
            )
            self._write(hello)
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._watch_over(process), name="vision worker watched")
                await self._listen(reader)
                watching.cancel()
            raise EOFError
        except* (OSError, RondaError, EOFError) as errors:
            raise errors.exceptions[0] from None
        finally:
            await asyncio.shield(self._end(process))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        unpacker = from_worker()
        while data := await reader.read(_GULP):
            for message, payload in unpacker.feed(data):
                self._heard_at = self._clock.monotonic()
                self._take(message, payload)

    def _take(self, message: FromWorker, payload: bytes) -> None:
        match message:
            case Ready():
                if message.version != VERSION:
                    raise RondaError(f"the worker speaks version {message.version}, this node {VERSION}")
                self._ready = True
                _log.info("a vision worker works", worker=self.number, pid=message.pid)
                self._listener.began(self)
            case Pong():
                self.numbers = message.numbers
            case _:
                self._listener.said(self, message, payload)

    async def _watch_over(self, process: asyncio.subprocess.Process) -> None:
        """End a worker that does not answer: it would hold its cameras for ever."""
        number = 0
        while self._clock.monotonic() - self._heard_at < self._settings.hung_s:
            if self._ready:
                number += 1
                self._write(Ping(number=number))
            await asyncio.sleep(_PING_S)
        _log.error("a vision worker does not answer and is ended", worker=self.number, pid=process.pid)
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Let it say what is still open and end; insist after a while."""
        was_ready, self._ready = self._ready, False
        self._write(Stop())
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                writer.write_eof()
        try:
            async with asyncio.timeout(_STOP_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()
        self._process = None
        self.before = _sum(self.before, self.numbers)
        self.numbers = Numbers()
        if was_ready:
            self._listener.ended(self)


def _sum(one: Numbers, other: Numbers) -> Numbers:
    """Return totals of two lives; what is only so now is left out."""
    totals = {
        name: getattr(one, name) + getattr(other, name)
        for name in Numbers.model_fields
        if name not in ("waiting", "resident_bytes")
    }
    return Numbers(**totals)


def totals(workers: "list[WorkerProcess]") -> Numbers:
    """Return what all workers have counted since the node's start, and what is so now."""
    found = Numbers()
    waiting = resident = 0
    for worker in workers:
        found = _sum(found, _sum(worker.before, worker.numbers))
        waiting, resident = waiting + worker.numbers.waiting, resident + worker.numbers.resident_bytes
    return found.model_copy(update={"waiting": waiting, "resident_bytes": resident})


Offer = Callable[[Told, bytes], bool]
