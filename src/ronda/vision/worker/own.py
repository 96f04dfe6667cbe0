"""Cameras' own eyes in a worker: which pictures they are given, and what of it is told."""

import json
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ronda.base.errors import StorageFailed
from ronda.base.logging import get_logger
from ronda.base.time import HZ_90K
from ronda.vision.own_eyes.eyes import ANALYTIC, Looked, OwnEyes, Said
from ronda.vision.own_eyes.memory import Memory
from ronda.vision.picture import Picture
from ronda.vision.worker.letters import LetterDesk
from ronda.vision.worker.messages import LookAgain, SeenTold, ShotTold, Signed
from ronda.vision.worker.pictures import WHOLE, Kept, kept, named

_log = get_logger("vision")
_MOST_CHANNELS: Final = 64
"""No recorder has more: what has is a gateway, behind which cameras are not swapped for each other."""
_AGAIN_90K: Final = 600 * HZ_90K
"""A disk that failed is tried again after so long."""


class OwnSight:
    """The own eyes of a worker's cameras, opened with the first picture.

    Args:
        path: The file of what cameras look like; empty where nobody is to look.
        every_s: A camera whose pictures pass here all the time is given one to look at so often.
        zone: The city's time zone; empty: letterings are not read.
    """

    def __init__(self, path: str = "", every_s: float = 300.0, zone: str = "") -> None:
        self._path = path
        self._zone = ZoneInfo(zone) if zone else None
        self._desk = LetterDesk()
        self._names: dict[str, str] = {}
        self._recorders: dict[str, set[str]] = {}
        self._recorder: dict[str, str] = {}
        self._every_90k = round(every_s * HZ_90K)
        self._eyes: OwnEyes | None = None
        self._failed_90k: int | None = None
        self._due: dict[str, int] = {}

    def due(self, camera: str, at_90k: int) -> bool:
        """Say whether a picture that passes is one to look at."""
        due = self._due.get(camera)
        return bool(self._path) and (due is None or at_90k >= due or due - at_90k > 2 * self._every_90k)

    def look(self, camera: str, picture: Picture) -> tuple[SeenTold, list[Kept], LookAgain | None]:
        """Look at a picture; return what is to be told, the pictures to send before, and whether to look again soon."""
        at_90k = picture.at_90k
        self._due[camera] = at_90k + self._every_90k
        looked = self._looked(camera, picture)
        if looked is None:
            return SeenTold(camera=camera, at_90k=at_90k), [], None
        again = None
        if looked.again_s is not None:
            self._due[camera] = at_90k + round(looked.again_s * HZ_90K)
            again = LookAgain(camera=camera, seconds=looked.again_s, learning=looked.learning)
        self._have_read(camera, picture, looked)
        return (*_told(camera, picture, looked.said), again)

    def name(self, camera: str, name: str, recorder: str) -> None:
        """Note what the registry calls a camera, and what it hangs on."""
        self._unname(camera)
        self._names[camera], self._recorder[camera] = name, recorder
        if recorder:
            self._recorders.setdefault(recorder, set()).add(camera)

    def read(self) -> list[tuple[SeenTold, list[Kept]]]:
        """Return what is to be told of letterings that have been read meanwhile."""
        if not self._desk.running:
            return []
        told = []
        for answer in self._desk.answers():
            if self._eyes is None or self._zone is None or answer.camera not in self._names:
                continue
            camera, at_90k = answer.camera, answer.picture.at_90k
            beside = self._recorders.get(self._recorder[camera], set()) - {camera}
            others = {id: self._names[id] for id in beside} if len(beside) < _MOST_CHANNELS else {}
            names = self._names[camera], others
            try:
                said = self._eyes.take_lettering(camera, answer.lines, at_90k, self._zone, names)
            except StorageFailed as error:
                self._failed(error, at_90k)
                break
            if said:
                told.append(_told(camera, answer.picture, said))
        return told

    def close(self) -> None:
        """End the process that reads letterings."""
        self._desk.close()

    def _have_read(self, camera: str, picture: Picture, looked: Looked) -> None:
        """Give a picture to be read, where that is due and nothing is wrong with it."""
        if self._zone is None or self._eyes is None or not self._desk.free or camera not in self._names:
            return
        if any(outcome.wrong for outcome in looked.outcomes):
            return
        where = self._eyes.unread(camera, picture.at_90k)
        if where is not None:
            self._desk.read(camera, picture, where)

    def _unname(self, camera: str) -> None:
        self._names.pop(camera, None)
        recorder = self._recorder.pop(camera, "")
        if recorder in self._recorders:
            self._recorders[recorder].discard(camera)
            if not self._recorders[recorder]:
                del self._recorders[recorder]

    def soon(self, camera: str) -> None:
        """Look at the camera's next picture: somebody waits for what comes of it."""
        self._due.pop(camera, None)

    def forget(self, camera: str) -> None:
        """Let go of a camera."""
        self._due.pop(camera, None)
        self._unname(camera)
        if self._eyes is not None:
            self._eyes.forget(camera)

    def _looked(self, camera: str, picture: Picture) -> Looked | None:
        """Look; where the disk fails cameras are not judged, and everything else goes on."""
        if not self._path:
            return None
        failed = self._failed_90k
        if self._eyes is None and failed is not None and abs(picture.at_90k - failed) < _AGAIN_90K:
            return None
        try:
            if self._eyes is None:
                self._eyes = OwnEyes(Memory(Path(self._path)))
            return self._eyes.look(camera, picture)
        except StorageFailed as error:
            self._failed(error, picture.at_90k)
            return None

    def _failed(self, error: StorageFailed, at_90k: int) -> None:
        _log.error("cameras' own eyes are closed", problem=error.message, mend=error.mend)
        self._eyes, self._failed_90k = None, at_90k


def _told(camera: str, picture: Picture, every: list[Said]) -> tuple[SeenTold, list[Kept]]:
    """Return what is to be told, and the pictures to send before."""
    signs: list[Signed] = []
    pictures: list[Kept] = []
    for said in every:
        shots = _shots(said, picture)
        pictures += shots
        signs.append(_signed(said, shots))
    return SeenTold(camera=camera, at_90k=picture.at_90k, signs=tuple(signs)), pictures


def _shots(said: Said, picture: Picture) -> list[Kept]:
    """Return the pictures that show it: how it should be, and how it is."""
    before: list[Kept] = []
    if said.before:
        comment = json.dumps({"view": WHOLE}).encode()
        # It is filed with this sign: under its own moment it would be given up first.
        before = [named(picture.at_90k, said.before_90k, _commented(said.before, comment))]
    return [*before, kept(picture.rgb, picture.at_90k)]


def _commented(jpeg: bytes, comment: bytes) -> bytes:
    """Return a JPEG with a comment, behind its first marker."""
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def _signed(said: Said, shots: list[Kept]) -> Signed:
    return Signed(
        analytic=ANALYTIC,
        zone="",
        key=said.key.value,
        turn=said.turn,
        at_90k=said.at_90k,
        since_90k=said.since_90k,
        shots=tuple(ShotTold(id=shot.id, at_90k=shot.at_90k) for shot in shots),
        detail=dict(said.detail),
    )
