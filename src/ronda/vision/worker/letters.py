"""The process that reads letterings, as its worker has it: started when there is something to read, ended when not.

Threads hand pictures over and wait for answers, so that nobody else does: a process that takes a tenth of a core takes
its time even to be told. Bounded: a few pictures at a time, the others wait for their next sweep.
"""

import base64
import json
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Final

import cv2
import numpy as np

from ronda.base.logging import get_logger
from ronda.vision.own_eyes.letters import Box, Line
from ronda.vision.picture import Picture

_log = get_logger("vision")
_MOST: Final = 4
_IDLE_S: Final = 60.0
_REST_S: Final = 600.0
"""A reader that cannot be started, or dies, is tried again after so long."""
SHARE: Final = 0.1
"""Of a core, at most."""
COMMAND: Final = (sys.executable, "-m", "ronda.vision.own_eyes.lettering", str(SHARE))


@dataclass(frozen=True, slots=True)
class ReadLines:
    """An answer: what stands on a camera's picture."""

    camera: str
    picture: Picture
    lines: list[Line]


class LetterDesk:
    """Gives pictures to the reading process and collects what it reads; used by one thread.

    Args:
        command: What starts the process.
        clock: Monotonic seconds.
    """

    def __init__(self, command: Sequence[str] = COMMAND, clock: Callable[[], float] = monotonic) -> None:
        self._command = command
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs: SimpleQueue[tuple[str, Picture, Sequence[Box]] | None] = SimpleQueue()
        self._waiting: dict[str, Picture] = {}
        self._answers: deque[ReadLines] = deque()
        self._lock = Lock()
        self._busy_at = 0.0
        self._not_before = 0.0

    @property
    def free(self) -> bool:
        """Whether one more picture is taken."""
        return len(self._waiting) < _MOST and self._clock() >= self._not_before

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None

    def read(self, camera: str, picture: Picture, boxes: Sequence[Box]) -> None:
        """Have a picture read: at the places that are known, or all over."""
        if not self.free or camera in self._waiting:
            return
        if self._started() is None:
            return
        self._jobs.put((camera, picture, boxes))
        self._waiting[camera] = picture
        self._busy_at = self._clock()

    def answers(self) -> list[ReadLines]:
        """Return what has been read since the last call; end the process when it has had nothing to do for a while."""
        with self._lock:
            found = list(self._answers)
            self._answers.clear()
        for one in found:
            self._waiting.pop(one.camera, None)
        if found:
            self._busy_at = self._clock()
        process = self._process
        if process is not None and process.poll() is not None:
            _log.warning("what reads cameras' letterings has ended", status=process.returncode)
            self._end()
            self._not_before = self._clock() + _REST_S
        elif process is not None and self._clock() - self._busy_at > _IDLE_S:
            self._end()
        return found

    def close(self) -> None:
        """End the process."""
        self._end()

    def _started(self) -> "subprocess.Popen[bytes] | None":
        if self._process is None:
            try:
                self._process = subprocess.Popen(  # noqa: S603  # our own program
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except OSError as error:
                _log.warning("cameras' letterings cannot be read", problem=str(error))
                self._not_before = self._clock() + _REST_S
                return None
            self._jobs = SimpleQueue()
            Thread(target=self._listen, args=(self._process,), name="letters", daemon=True).start()
            Thread(target=_tell, args=(self._process, self._jobs), name="letters told", daemon=True).start()
        return self._process

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        """Collect answers until the process ends; the listening thread's whole work."""
        if process.stdout is None:
            return
        for line in process.stdout:
            try:
                answer = json.loads(line)
                camera = str(answer["camera"])
                lines: list[Line] = [(str(text), float(score), tuple(box)) for text, score, box in answer["lines"]]
            except (ValueError, KeyError, TypeError):
                continue
            with self._lock:
                picture = self._waiting.get(camera)
                if picture is not None:
                    self._answers.append(ReadLines(camera, picture, lines))
        process.stdout.close()

    def _end(self) -> None:
        process, self._process = self._process, None
        self._waiting.clear()
        if process is None:
            return
        self._jobs.put(None)
        try:
            process.wait(2.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tell(process: "subprocess.Popen[bytes]", jobs: "SimpleQueue[tuple[str, Picture, Sequence[Box]] | None]") -> None:
    """Hand pictures over until there are no more, and close the door behind them; the telling thread's whole work."""
    if process.stdin is None:
        return
    with suppress(OSError), process.stdin as told:  # the process may be gone
        while (job := jobs.get()) is not None:
            camera, picture, boxes = job
            done, png = cv2.imencode(".png", np.asarray(picture.rgb[..., ::-1]))
            if done:
                said = {"camera": camera, "png": base64.b64encode(png.tobytes()).decode(), "boxes": list(boxes)}
                told.write(json.dumps(said).encode() + b"\n")
                told.flush()
