"""What has come from the node and is not worked at yet: shared by the thread that reads and the one that looks."""

import socket
from collections import deque
from threading import Condition
from typing import Final

from ronda.base.errors import RondaError
from ronda.media.access_unit import Encoding
from ronda.vision.worker.messages import ForgetCamera, ImageTold, ToWorker, UnitTold, WatchCamera
from ronda.vision.worker.protocol import BadMessage, to_worker
from ronda.vision.worker.queue import PictureQueue, Waiting

_GULP: Final = 256 << 10
_MOST_CONTROLS: Final = 50_000
"""More messages than any node has cameras: whoever sends more waits."""


class Intake:
    """Messages in order, and a bounded queue of pictures for each camera.

    Attributes:
        unknown: Pictures of cameras that nobody asked to watch.
        problem: What the node sent that is no message; None while all is well.
    """

    def __init__(self) -> None:
        self.unknown = 0
        self.problem: RondaError | None = None
        self._changed = Condition()
        self._controls: deque[ToWorker] = deque()
        self._queues: dict[str, PictureQueue] = {}
        self._filled: dict[str, None] = {}
        self._closed = False
        self._dropped_before = 0

    @property
    def closed(self) -> bool:
        """Whether the node has gone and everything it said has been taken."""
        with self._changed:
            return self._closed and not self._controls

    @property
    def waiting(self) -> int:
        """How many pictures wait."""
        with self._changed:
            return sum(len(queue) for queue in self._queues.values())

    @property
    def dropped(self) -> int:
        """How many pictures have been dropped since the start."""
        with self._changed:
            return self._dropped_before + sum(queue.dropped for queue in self._queues.values())

    def read(self, connection: socket.socket) -> None:
        """Read until the node goes; the reading thread's whole work."""
        unpacker = to_worker()
        try:
            while data := connection.recv(_GULP):
                for message, payload in unpacker.feed(data):
                    self.put(message, payload)
        except BadMessage as error:
            self.problem = error
        except OSError:
            pass  # the node is gone: that is how it ends
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def put(self, message: ToWorker, payload: bytes = b"") -> None:
        """Take a message in; called by the reading thread, which waits where far too many are told."""
        with self._changed:
            if isinstance(message, UnitTold | ImageTold):
                self._put_picture(message, payload)
            else:
                self._changed.wait_for(lambda: len(self._controls) < _MOST_CONTROLS)
                self._keep_queue(message)
                self._controls.append(message)
            self._changed.notify_all()

    def controls(self, wait_s: float = 0.0) -> list[ToWorker]:
        """Return what was told, waiting a while where neither that nor a picture is there."""
        with self._changed:
            if wait_s > 0:
                self._changed.wait_for(lambda: self._controls or self._filled or self._closed, wait_s)
            taken = list(self._controls)
            self._controls.clear()
            self._changed.notify_all()
            return taken

    def filled(self) -> list[str]:
        """Return the cameras that have pictures waiting, the one that has waited longest first."""
        with self._changed:
            return list(self._filled)

    def take(self, camera: str) -> Waiting | None:
        """Return a camera's oldest picture; its turn ends with its last."""
        with self._changed:
            queue = self._queues.get(camera)
            picture = queue.take() if queue is not None else None
            if queue is None or not len(queue):
                self._filled.pop(camera, None)
            return picture

    def defer(self, camera: str) -> None:
        """Let the others come before a camera's next picture."""
        with self._changed:
            if camera in self._filled:
                del self._filled[camera]
                self._filled[camera] = None

    def dropped_of(self, camera: str) -> int:
        """Return how many pictures of a camera have been dropped."""
        with self._changed:
            queue = self._queues.get(camera)
            return queue.dropped if queue is not None else 0

    def _keep_queue(self, message: ToWorker) -> None:
        if isinstance(message, WatchCamera):
            self._queues.setdefault(message.camera, PictureQueue())
        elif isinstance(message, ForgetCamera):
            queue = self._queues.pop(message.camera, None)
            self._dropped_before += queue.dropped if queue is not None else 0
            self._filled.pop(message.camera, None)

    def _put_picture(self, message: UnitTold | ImageTold, payload: bytes) -> None:
        queue = self._queues.get(message.camera)
        if queue is None:
            self.unknown += 1
            return
        queue.put(_waiting(message, payload))
        if len(queue):
            self._filled.setdefault(message.camera, None)


def _waiting(message: UnitTold | ImageTold, payload: bytes) -> Waiting:
    if isinstance(message, ImageTold):
        return Waiting(payload, message.at_90k, message.at_90k, keyframe=True, image=True)
    encoding: Encoding | None = None
    if message.coding is not None:
        size = message.coding.configuration
        encoding, payload = message.coding.encoding(payload[:size]), payload[size:]
    return Waiting(payload, message.at_90k, message.dts_90k, message.keyframe, encoding, message.alone)
