"""A worker process that draws and encodes loops: jobs come as JSON lines, progress leaves as JSON lines.

Run as `python -m ronda.simulate.build CACHE`. A job is `{"index": n, "seed": n, "turned": bool}`, the n-th
of `ronda.simulate.city.cameras`; answers are `{"share": 0..1}`, then `{"ready": true}` or `{"error": text}`.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2

from ronda.media.access_unit import Codec
from ronda.simulate.city import SimulatedCamera, cameras
from ronda.simulate.encode import SUB_SIZE, Quality, write_film
from ronda.simulate.scenes.film import Film, turned

# Raise it when pictures change, so that old loops are drawn again.
VERSION: Final = 2
_VERSIONS: Final = {"river": 3}
"""Of places whose pictures alone have changed."""
RATE: Final = 12
TURN_DEG: Final = 38.0


@dataclass(frozen=True)
class LoopFiles:
    """Where the loop of a camera lies.

    Attributes:
        main: MP4 of the main profile.
        sub: MP4 of the sub profile.
        truth: JSON of what is on each picture.
    """

    main: Path
    sub: Path
    truth: Path

    def are_ready(self) -> bool:
        """Return whether all of it is there (blocking)."""
        return self.main.exists() and self.sub.exists() and self.truth.exists()

    def of(self, profile: str) -> Path:
        """Return the file of a profile."""
        return self.main if profile == "main" else self.sub


def loop_files(camera: SimulatedCamera, cache: Path, *, turned_view: bool = False) -> LoopFiles:
    """Return where a camera's loop lies; the name changes with everything that its pictures depend on."""
    version = _VERSIONS.get(camera.place, VERSION)
    parts = (version, RATE, camera.place, camera.seed, camera.lettering, camera.turn_deg, camera.tilt_deg)
    key = hashlib.sha256(repr((*parts, camera.raise_m, camera.zoom, camera.codec, turned_view)).encode()).hexdigest()
    stem = f"{camera.loop}-{'turned-' if turned_view else ''}{key[:12]}"
    return LoopFiles(cache / f"{stem}-main.mp4", cache / f"{stem}-sub.mp4", cache / f"{stem}.json")


def build_loop(camera: SimulatedCamera, cache: Path, *, turned_view: bool = False) -> Iterator[float]:
    """Draw and encode a camera's loop unless it is there; yields the share done."""
    files = loop_files(camera, cache, turned_view=turned_view)
    if files.are_ready():
        return
    cache.mkdir(parents=True, exist_ok=True)
    scene = camera.scene()
    if turned_view:
        scene = turned(scene, TURN_DEG)
    main = Quality(camera.codec, scene.view.width, scene.view.height, RATE, 1_600_000)
    sub = Quality(Codec.H264, *SUB_SIZE, RATE, 420_000)
    yield from write_film(Film(scene, RATE), {files.main: main, files.sub: sub}, files.truth)


def _work(cache: Path) -> None:
    cv2.setNumThreads(1)
    os.nice(5)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            for share in build_loop(cameras(seed=job["seed"])[job["index"]], cache, turned_view=bool(job["turned"])):
                _say({"share": share})
            _say({"ready": True})
        except Exception as error:  # noqa: BLE001  a worker's root: the server says what happened
            _say({"error": f"{type(error).__name__}: {error}"})


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _work(Path(sys.argv[1]))
