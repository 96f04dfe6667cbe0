"""A small real eye for films of `tests.media.pictures` (it finds their yellow bar), and a worker to talk to."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from ronda.base.errors import BadInput, NotFound
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.vision.analytics.contract import Count, Findings, Measure, Shot, Sign, Turn
from ronda.vision.detectors.contract import EyeName, Look, Seen
from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.geometry.zone import Zone
from ronda.vision.objects import CLASSES, Detections, ObjectClass
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Step, Track
from ronda.vision.worker.messages import (
    Coding,
    FromWorker,
    Hello,
    Numbers,
    Ping,
    Pong,
    SeenTold,
    Told,
    UnitTold,
    WatchCamera,
)
from ronda.vision.worker.protocol import BadMessage, from_worker, packed
from ronda.vision.worker.worker import Tools, Worker


class BarEye:
    """Finds the yellow bar; fails at pictures of the camera `cursed`."""

    name = EyeName("bar", "Bar finder", "1", (ObjectClass.CAR,))

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.forgotten: list[str] = []

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        self.batches.append(len(looks))
        if any(look.camera == "cursed" for look in looks):
            raise RuntimeError("cursed")
        return [self._seen(look.picture) for look in looks]

    def forget(self, camera: str) -> None:
        self.forgotten.append(camera)

    def _seen(self, picture: Picture) -> Seen:
        rgb = picture.rgb.astype(np.int16)
        columns = np.flatnonzero(((rgb[..., 0] - rgb[..., 2]) > 120).mean(axis=0) > 0.5)
        if not len(columns):
            return Seen(Detections.none())
        votes = np.zeros((1, len(CLASSES)), np.float32)
        votes[0, CLASSES.index(ObjectClass.CAR)] = 1
        width = picture.rgb.shape[1]
        box = np.array([[columns[0] / width, 0.2, (columns[-1] + 1) / width, 0.8]], np.float32)
        return Seen(Detections(box, np.ones(1, np.float32), votes))


class BarWatch:
    """One track, counted where it passes the middle; a measure with each picture; a sign when it is counted."""

    width = 0

    def __init__(self, document: Mapping[str, Any], eye: EyeName | None, models: Path) -> None:
        assert eye is None or eye.id == "bar"
        if document.get("wrong"):
            raise BadInput("this document is wrong", "write another one")
        self.zones = [Zone(ZoneShape(name="left half", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1))))]
        self.keeps_pictures = not document.get("private")
        self.tracks: list[Track] = []
        self.ended: list[Track] = []
        self._number = 0

    def take(self, picture: Picture, seen: Seen) -> Findings:
        found, self.ended = Findings(), []
        for box, votes in zip(seen.detections.xyxy, seen.detections.votes, strict=True):
            x = float(box[0] + box[2]) / 2
            if self.tracks and x < self.tracks[0].foot[0] - 0.3:
                self.ended, self.tracks = self.tracks, []
            if not self.tracks:
                self._number += 1
                self.tracks = [Track(self._number, box, picture.at_90k, picture.at_90k)]
            track = self.tracks[0]
            before, track.xyxy, track.last_90k = track.foot[0], box, picture.at_90k
            track.seen += 1
            track.votes = track.votes + votes
            track.path.append(Step(picture.at_90k, x, 0.8))
            if before < 0.5 <= x:
                found.counts.append(Count("middle", "right", track.label, track.id, picture.at_90k))
                shot = Shot(picture, (0.1, 0.1, 0.2, 0.2))
                at = picture.at_90k
                if self.keeps_pictures:
                    found.signs.append(Sign("line", "middle", str(track.id), Turn.RAISED, at, at, shots=(shot,)))
        found.measures.append(Measure("occupancy", "all", "things", len(self.tracks), "", picture.at_90k))
        return found

    def close(self, at_90k: int) -> Findings:
        return Findings(measures=[Measure("occupancy", "all", "closed", 1, "", at_90k)])


@dataclass
class Talk:
    """The node's end of a worker that runs in a thread."""

    connection: socket.socket
    eye: BarEye
    thread: Thread
    heard: list[tuple[FromWorker, bytes]] = field(default_factory=list)
    ended: Exception | None = None

    def __post_init__(self) -> None:
        self._unpacker = from_worker()

    def say(self, message: Told, payload: bytes = b"") -> None:
        self.connection.sendall(b"".join(packed(message, payload)))

    def unit(self, camera: str, unit: AccessUnit, encoding: Encoding | None = None, alone: bool = False) -> None:
        """Send a picture; with an encoding, one at which a decoder starts."""
        coding = Coding.of(encoding) if encoding else None
        told = UnitTold(
            camera=camera,
            at_90k=unit.pts_90k,
            dts_90k=unit.dts_90k,
            keyframe=unit.keyframe,
            alone=alone,
            coding=coding,
        )
        self.say(told, (encoding.decoder_configuration if encoding else b"") + unit.data)

    def hear_until(self, kind: type[Told], seconds: float = 20) -> Told:
        """Read until a message of a kind comes; return it."""
        self.connection.settimeout(seconds)
        while data := self.connection.recv(1 << 16):
            found = list(self._unpacker.feed(data))
            self.heard += found
            for message, _ in found:
                if isinstance(message, kind):
                    return message
        raise EOFError(kind)

    def settle(self) -> Numbers:
        """Wait until nothing waits in the worker; return its numbers."""
        while True:
            self.say(Ping(number=1))
            pong = self.hear_until(Pong)
            assert isinstance(pong, Pong)
            if not pong.numbers.waiting:
                self.say(Ping(number=2))  # the last picture has been looked at when this is answered
                last = self.hear_until(Pong)
                assert isinstance(last, Pong)
                return last.numbers

    def seen(self, camera: str | None = None) -> list[SeenTold]:
        """Return what was seen so far."""
        told = [message for message, _ in self.heard if isinstance(message, SeenTold)]
        return [one for one in told if camera in (None, one.camera)]

    def end(self) -> None:
        """Hear the rest, until the worker hangs up."""
        while data := self.connection.recv(1 << 16):
            self.heard += list(self._unpacker.feed(data))
        self.thread.join(10)


@contextmanager
def worker(tools: Tools | None = None, width: int = 160) -> Iterator[Talk]:
    """A worker in a thread of this process; without tools, one that sees bars."""
    ours, theirs = socket.socketpair()
    eye = BarEye()

    def open_eye(name: str, _models: Path) -> BarEye:
        if name != "bar":
            raise NotFound(f"there is no eye {name!r}", "pull it with ronda models pull")
        return eye

    def work() -> None:
        with theirs:
            try:
                Worker(theirs, tools or Tools(open_eye, BarWatch)).run()
            except (ConnectionError, BadMessage) as error:
                talk.ended = error

    thread = Thread(target=work, daemon=True)
    with ours:
        talk = Talk(ours, eye, thread)
        thread.start()
        talk.say(Hello(width=width))
        yield talk
        ours.shutdown(socket.SHUT_WR)
        thread.join(10)


def asked(camera: str, rate: float = 5, **more: Any) -> WatchCamera:
    """A camera to be counted."""
    return WatchCamera(camera=camera, tier=more.pop("tier", "count"), eye=more.pop("eye", "bar"), rate=rate, **more)
