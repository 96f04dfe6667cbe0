"""Cameras' own eyes in a worker: which pictures they are given, and what of it is told."""

import json
from pathlib import Path
from typing import Final

from ronda.base.errors import StorageFailed
from ronda.base.logging import get_logger
from ronda.base.time import HZ_90K
from ronda.vision.own_eyes.eyes import ANALYTIC, Looked, OwnEyes, Said
from ronda.vision.own_eyes.memory import Memory
from ronda.vision.picture import Picture
from ronda.vision.worker.messages import SeenTold, ShotTold, Signed
from ronda.vision.worker.pictures import WHOLE, Kept, kept, named

_log = get_logger("vision")
_AGAIN_90K: Final = 600 * HZ_90K
"""A disk that failed is tried again after so long."""


class OwnSight:
    """The own eyes of a worker's cameras, opened with the first picture.

    Args:
        path: The file of what cameras look like; empty where nobody is to look.
        every_s: A camera whose pictures pass here all the time is given one to look at so often.
    """

    def __init__(self, path: str = "", every_s: float = 300.0) -> None:
        self._path = path
        self._every_90k = round(every_s * HZ_90K)
        self._eyes: OwnEyes | None = None
        self._failed_90k: int | None = None
        self._due: dict[str, int] = {}

    def due(self, camera: str, at_90k: int) -> bool:
        """Say whether a picture that passes is one to look at."""
        due = self._due.get(camera)
        return bool(self._path) and (due is None or at_90k >= due or due - at_90k > 2 * self._every_90k)

    def look(self, camera: str, picture: Picture) -> tuple[SeenTold, list[Kept], float | None]:
        """Look at a picture; return what is to be told, the pictures to send before, and how soon to look again."""
        at_90k = picture.at_90k
        self._due[camera] = at_90k + self._every_90k
        looked = self._looked(camera, picture)
        if looked is None:
            return SeenTold(camera=camera, at_90k=at_90k), [], None
        if looked.again_s is not None:
            self._due[camera] = at_90k + round(looked.again_s * HZ_90K)
        signs: list[Signed] = []
        pictures: list[Kept] = []
        for said in looked.said:
            shots = _shots(said, picture)
            pictures += shots
            signs.append(_signed(said, shots))
        return SeenTold(camera=camera, at_90k=at_90k, signs=tuple(signs)), pictures, looked.again_s

    def soon(self, camera: str) -> None:
        """Look at the camera's next picture: somebody waits for what comes of it."""
        self._due.pop(camera, None)

    def forget(self, camera: str) -> None:
        """Let go of a camera."""
        self._due.pop(camera, None)
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
            _log.error("cameras' own eyes are closed", problem=error.message, mend=error.mend)
            self._eyes, self._failed_90k = None, picture.at_90k
            return None


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
