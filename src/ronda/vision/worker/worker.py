"""The worker's own thread: decodes, looks at the pictures of several cameras at once, and tells what came of it.

A second thread reads what the node sends (`Intake`), so that the node never waits for an eye.
"""

import os
import resource
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any, Final

from ronda.base.errors import RondaError
from ronda.base.logging import get_logger
from ronda.media.codec.sparse import Sparseness
from ronda.vision.detectors.contract import Eye, EyeName, Look, Seen
from ronda.vision.picture import Picture
from ronda.vision.worker.intake import Intake
from ronda.vision.worker.keeping import Keeping
from ronda.vision.worker.messages import (
    VERSION,
    ForgetCamera,
    Hello,
    LookNow,
    Missed,
    Numbers,
    Ping,
    Pong,
    Ready,
    SeenTold,
    Shown,
    Stop,
    Tier,
    Told,
    ToWorker,
    Trouble,
    WatchCamera,
)
from ronda.vision.worker.own import OwnSight
from ronda.vision.worker.pictures import Kept
from ronda.vision.worker.protocol import packed
from ronda.vision.worker.sight import Sight, Swept, Tally, Watching

_log = get_logger("vision")
_WAIT_S: Final = 1.0
_SWEPT_WIDTH: Final = 640
_PER_TURN: Final = 40
"""Pictures of one camera that are decoded before it is another one's turn."""

OpenEye = Callable[[str, Path], Eye]
OpenWatching = Callable[[Mapping[str, Any], EyeName | None, Path], Watching]


@dataclass(frozen=True, slots=True)
class Tools:
    """What looking is done with.

    Attributes:
        open_eye: Opens an eye by its name and the folder of models.
        width_of: Says how wide pictures should be for an eye.
        open_watching: Makes tracker and analytics of a camera's document and eye, and the folder of models; raises
            what is wrong with them.
    """

    open_eye: OpenEye
    open_watching: OpenWatching
    width_of: Callable[[Eye], int] = lambda _: 4096


class Worker:
    """One worker; `run` is its life.

    Args:
        connection: The socket to the node.
        tools: What looking is done with.
    """

    def __init__(self, connection: socket.socket, tools: Tools) -> None:
        self._connection = connection
        self._tools = tools
        self._intake = Intake()
        self._tally = Tally()
        self._hello = Hello()
        self._own = OwnSight()
        self._keeping = Keeping()
        self._eyes: dict[str, Eye] = {}
        self._sights: dict[str, Sight | Swept] = {}
        self._swept: Sparseness | None = None
        self._dropped: dict[str, int] = {}
        self._stopping = False

    def run(self) -> None:
        """Work until the node says so or goes.

        Raises:
            RondaError: What the node sent is not understood.
        """
        reader = Thread(target=self._intake.read, args=(self._connection,), name="intake", daemon=True)
        reader.start()
        try:
            while not self._stopping and not self._intake.closed:
                for message in self._intake.controls(_WAIT_S):
                    self._obey(message)
                self._turn()
                for told, pictures in self._own.read():
                    self._tell(told, pictures)
            if self._intake.problem is not None:
                raise self._intake.problem
            if self._stopping:
                for camera in list(self._sights):
                    self._close(camera)
        finally:
            self._own.close()
            with suppress(OSError):  # the node may have gone
                self._connection.shutdown(socket.SHUT_RDWR)

    # What the node says.

    def _obey(self, message: ToWorker) -> None:
        match message:
            case Hello():
                if message.version != VERSION:
                    raise RondaError(f"the node speaks version {message.version}, this worker {VERSION}")
                self._hello = message
                self._own = OwnSight(message.own_eyes, message.sweep_s, message.zone)
                self._keeping = Keeping(message.kept)
                self._send(Ready(pid=os.getpid()))
            case WatchCamera():
                self._watch(message)
            case ForgetCamera():
                self._drop(self._close(message.camera))
                self._own.forget(message.camera)
                self._dropped.pop(message.camera, None)
            case LookNow():
                self._own.soon(message.camera)
            case Ping():
                self._tell_missed()
                self._send(Pong(number=message.number, numbers=self._numbers()))
            case Stop():
                self._stopping = True

    def _watch(self, asked: WatchCamera) -> None:
        before = self._close(asked.camera)
        try:
            self._sights[asked.camera] = self._opened(asked)
            self._own.name(asked.camera, asked.name, asked.recorder)
        except (RondaError, ValueError) as error:
            self._trouble(asked.camera, error)
        self._drop(before)

    def _opened(self, asked: WatchCamera) -> Sight | Swept:
        hardware = self._hello.hardware
        if asked.tier is Tier.SWEEP:
            # A whole city is swept: hardly anything is kept of each.
            wanted = self._swept = self._swept or Sparseness(_SWEPT_WIDTH, asked.rate, hardware)
            return Swept(asked, wanted, self._tally)
        eye = self._eye(asked.eye)
        watching = self._watching(asked, eye.name)
        self._keeping.recall(asked.camera, watching)
        width = max(min(self._hello.width, self._tools.width_of(eye)), watching.width)
        return Sight(asked, watching, Sparseness(width, asked.rate, hardware), self._tally)

    def _watching(self, asked: WatchCamera, eye: EyeName) -> Watching:
        return self._tools.open_watching(asked.document, eye, Path(self._hello.models))

    def _eye(self, name: str) -> Eye:
        """Return an eye, opened once for all who are looked at with it."""
        eye = self._eyes.get(name)
        if eye is None:
            eye = self._eyes[name] = self._tools.open_eye(name, Path(self._hello.models))
        return eye

    def _drop(self, eye: str | None) -> None:
        """Keep no eye that nobody looks with: it takes memory, and its file may be another one next time."""
        used = (isinstance(sight, Sight) and sight.asked.eye == eye for sight in self._sights.values())
        if eye is not None and not any(used):
            self._eyes.pop(eye, None)

    def _close(self, camera: str) -> str | None:
        """Say what is still open of a camera and forget it; return the name of the eye that looked at it."""
        sight = self._sights.pop(camera, None)
        if not isinstance(sight, Sight):
            return None
        eye = self._eyes.get(sight.asked.eye)

        def end() -> None:
            last = sight.close(eye.name if eye else None)
            if last is not None:
                self._tell(*last)
            if sight.last_90k:
                self._keeping.keep(camera, sight.watching, sight.last_90k, at_once=True)

        self._attempt(camera, end)
        self._keeping.forget(camera)
        if eye is not None:
            eye.forget(camera)
        return sight.asked.eye

    # What the cameras show.

    def _turn(self) -> None:
        """Decode until each camera has a picture to look at or none waits, and look at them together."""
        by_eye: dict[str, list[tuple[Sight, Picture]]] = {}
        for camera in self._intake.filled(self._hello.batch):
            sight, picture = self._sights.get(camera), None
            for _ in range(_PER_TURN):
                waiting = self._intake.take(camera)
                if waiting is None:
                    break
                if sight is not None and (picture := sight.decode(waiting)) is not None:
                    break
            self._intake.defer(camera)
            if picture is None or sight is None:
                continue
            if isinstance(sight, Swept):
                self._tally.swept += 1
                self._judge(camera, picture, swept=True)
            else:
                by_eye.setdefault(sight.asked.eye, []).append((sight, picture))
        for name, batch in by_eye.items():
            self._look(name, batch)

    def _look(self, name: str, batch: Sequence[tuple[Sight, Picture]]) -> None:
        eye = self._eyes[name]
        began = perf_counter()
        try:
            seen = eye.look([Look(sight.asked.camera, picture) for sight, picture in batch])
        except Exception as error:  # noqa: BLE001  # the batch is lost, the worker is not
            self._alone(eye, batch, error)
            return
        finally:
            self._tally.look_s += perf_counter() - began
        self._tally.looked += len(batch)
        for (sight, picture), one in zip(batch, seen, strict=True):
            self._follow(sight, picture, one, eye.name)
            if self._own.due(sight.asked.camera, picture.at_90k):
                self._judge(sight.asked.camera, picture, swept=False)

    def _judge(self, camera: str, picture: Picture, *, swept: bool) -> None:
        """Let a camera's own eyes look at a picture."""

        def look() -> None:
            told, pictures, again = self._own.look(camera, picture)
            if told.signs or swept:
                self._tell(told, pictures)
            if again is not None and swept:
                self._send(again)

        began = perf_counter()
        self._attempt(camera, look)
        self._tally.look_s += perf_counter() - began

    def _alone(self, eye: Eye, batch: Sequence[tuple[Sight, Picture]], error: Exception) -> None:
        """Look once more at each picture by itself: one that an eye fails at must not cost the others."""
        if len(batch) == 1:
            self._failed(batch[0][0].asked.camera, error)
            return
        for sight, picture in batch:
            self._look(sight.asked.eye, [(sight, picture)])

    def _follow(self, sight: Sight, picture: Picture, seen: Seen, eye: EyeName) -> None:
        camera = sight.asked.camera

        def follow() -> None:
            told, pictures = sight.tell(picture, seen, eye)
            self._tell(told, pictures)
            self._keeping.keep(camera, sight.watching, picture.at_90k, at_once=bool(told.signs))

        if not self._attempt(camera, follow):
            sight.watching = self._watching(sight.asked, eye)

    def _attempt(self, camera: str, work: Callable[[], None]) -> bool:
        """Do a camera's work; what fails in it is told and counted, and costs that camera's turn and no other's."""
        try:
            work()
        except ConnectionError:
            raise  # the node has gone
        except Exception as error:  # noqa: BLE001  # one camera must not end the others
            self._failed(camera, error)
            return False
        return True

    # What is told.

    def _tell(self, told: SeenTold, pictures: Sequence[Kept]) -> None:
        for picture in pictures:
            self._send(Shown(camera=told.camera, id=picture.id, at_90k=picture.at_90k), picture.jpeg)
        self._send(told)

    def _tell_missed(self) -> None:
        for camera, sight in self._sights.items():
            dropped = self._intake.dropped_of(camera)
            if (more := dropped - self._dropped.get(camera, 0)) > 0:
                self._dropped[camera] = dropped
                self._send(Missed(camera=camera, cause="overloaded", pictures=more))
            if sight.bad:
                self._send(Missed(camera=camera, cause="undecodable", pictures=sight.bad))
                sight.bad = 0

    def _trouble(self, camera: str, error: Exception) -> None:
        problem = error.message if isinstance(error, RondaError) else str(error)
        mend = error.mend if isinstance(error, RondaError) else ""
        self._send(Trouble(camera=camera, problem=problem[:1000], mend=mend[:1000]))

    def _failed(self, camera: str, error: Exception) -> None:
        self._tally.failures += 1
        _log.error("a camera could not be looked at", camera=camera, exc_info=error)
        self._send(Missed(camera=camera, cause="undecodable", pictures=1))

    def _numbers(self) -> Numbers:
        tally = self._tally
        return Numbers(
            decoded=tally.decoded,
            looked=tally.looked,
            swept=tally.swept,
            dropped=self._intake.dropped,
            bad=tally.bad,
            failures=tally.failures,
            decode_s=tally.decode_s,
            look_s=tally.look_s,
            waiting=self._intake.waiting,
            resident_bytes=resident_bytes(),
        )

    def _send(self, message: Told, payload: bytes = b"") -> None:
        """Send; waits while the node does not read: then pictures are dropped here, and counted."""
        for part in packed(message, payload):
            if part:
                self._connection.sendall(part)


def resident_bytes() -> int:
    """Return how much memory this process has."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
