"""What has come from the node and is not worked at yet: shared by the thread that reads and the one that looks."""

import socket
from collections import deque
from itertools import islice
from threading import Condition
from typing import Final

from ronda.base.errors import RondaError
from ronda.media.access_unit import Encoding
from ronda.vision.worker.messages import ForgetCamera, ImageTold, Tier, ToWorker, UnitTold, WatchCamera
from ronda.vision.worker.protocol import BadMessage, to_worker
from ronda.vision.worker.queue import PictureQueue, Waiting

_GULP: Final = 256 << 10
_MOST_CONTROLS: Final = 50_000
"""More messages than any node has cameras: whoever sends more waits."""
MOST_SWEPT_BYTES: Final = 48 << 20
"""Pictures of swept cameras that wait, of all together: a city's would fill the memory of a worker that is late."""
_MOST_SWEPT: Final = 2
"""Pictures that wait of one swept camera."""
_SWEPT_SHARE: Final = 4
"""While others wait, one picture in so many is of a swept camera."""


class Intake:
    """Messages in order, and a bounded queue of pictures for each camera; of a swept one, the newest two wait.

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
        self._swept: dict[str, None] = {}
        self._swept_bytes = 0
        self._is_swept: set[str] = set()
        self._untold: set[str] = set()
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
                self._changed.wait_for(lambda: self._controls or self._filled or self._swept or self._closed, wait_s)
            taken = list(self._controls)
            self._controls.clear()
            self._untold.clear()
            self._changed.notify_all()
            return taken

    def filled(self, most: int) -> list[str]:
        """Return cameras that have pictures waiting, the one that has waited longest first, swept ones last.

        However many are watched, some swept ones are among them; however many are swept, they are in nobody's way.
        """
        with self._changed:
            # Of whom nobody has heard yet that they are watched, the pictures would be thrown away.
            swept = list(islice((one for one in self._swept if one not in self._untold), most))
            room = most - min(len(swept), max(1, most // _SWEPT_SHARE))
            watched = list(islice((one for one in self._filled if one not in self._untold), room))
            return watched + swept[: most - len(watched)]

    def take(self, camera: str) -> Waiting | None:
        """Return a camera's oldest picture; its turn ends with its last."""
        with self._changed:
            queue = self._queues.get(camera)
            picture = queue.take() if queue is not None else None
            if picture is not None and camera in self._is_swept:
                self._swept_bytes -= len(picture.data)
            if queue is None or not len(queue):
                self._ring(camera).pop(camera, None)
            return picture

    def defer(self, camera: str) -> None:
        """Let the others come before a camera's next picture."""
        with self._changed:
            ring = self._ring(camera)
            if camera in ring:
                del ring[camera]
                ring[camera] = None

    def dropped_of(self, camera: str) -> int:
        """Return how many pictures of a camera have been dropped."""
        with self._changed:
            queue = self._queues.get(camera)
            return queue.dropped if queue is not None else 0

    def _keep_queue(self, message: ToWorker) -> None:
        if isinstance(message, WatchCamera):
            swept = message.tier is Tier.SWEEP
            if message.camera not in self._queues or swept != (message.camera in self._is_swept):
                self._end_queue(message.camera)
                self._queues[message.camera] = PictureQueue(_MOST_SWEPT) if swept else PictureQueue()
                (self._is_swept.add if swept else self._is_swept.discard)(message.camera)
                self._untold.add(message.camera)
        elif isinstance(message, ForgetCamera):
            self._end_queue(message.camera)

    def _end_queue(self, camera: str) -> None:
        queue = self._queues.pop(camera, None)
        if queue is None:
            return
        self._dropped_before += queue.dropped
        if camera in self._is_swept:
            self._swept_bytes -= queue.bytes
        self._ring(camera).pop(camera, None)
        self._is_swept.discard(camera)

    def _ring(self, camera: str) -> dict[str, None]:
        return self._swept if camera in self._is_swept else self._filled

    def _put_picture(self, message: UnitTold | ImageTold, payload: bytes) -> None:
        queue = self._queues.get(message.camera)
        if queue is None:
            self.unknown += 1
            return
        before = queue.bytes
        queue.put(_waiting(message, payload))
        if message.camera in self._is_swept:
            self._swept_bytes += queue.bytes - before
        if len(queue):
            self._ring(message.camera).setdefault(message.camera, None)
        while self._swept_bytes > MOST_SWEPT_BYTES:
            oldest = next(iter(self._swept))
            self._swept_bytes -= self._queues[oldest].bytes
            self._queues[oldest].give_up()
            del self._swept[oldest]


def _waiting(message: UnitTold | ImageTold, payload: bytes) -> Waiting:
    if isinstance(message, ImageTold):
        return Waiting(payload, message.at_90k, message.at_90k, keyframe=True, image=True)
    encoding: Encoding | None = None
    if message.coding is not None:
        size = message.coding.configuration
        encoding, payload = message.coding.encoding(payload[:size]), payload[size:]
    return Waiting(payload, message.at_90k, message.dts_90k, message.keyframe, encoding, message.alone)
