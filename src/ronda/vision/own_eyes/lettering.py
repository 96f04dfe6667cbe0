"""Reading what cameras burn into their pictures, in a process that lives only while there is something to read.

`python -m ronda.vision.own_eyes.lettering [SHARE]`: jobs on stdin, answers on stdout, one JSON line each. The models
take some hundred megabytes: no worker loads them. After each job the process rests, so that it never takes more than
its share of a core.
"""

import base64
import json
import os
import sys
import time
from typing import Any, Final, TextIO

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.letter_engine import open_engine

Rgb = NDArray[np.uint8]
Box = tuple[float, float, float, float]

STRIP: Final = 0.16
"""Letterings stand in so much of the picture, above and below."""
_LEAST_SCORE: Final = 0.6
_HIGH: Final = 64
"""Letters are read best from strips so high."""


class Reader:
    """Reads letterings; loads its models when it is made."""

    def __init__(self) -> None:
        self._engine: Any = open_engine()

    def find(self, rgb: Rgb) -> list[tuple[str, float, Box]]:
        """Return what is written above and below on a picture, how sure, and where (0 to 1)."""
        high, wide = rgb.shape[:2]
        strip = max(round(high * STRIP), 16)
        found: list[tuple[str, float, Box]] = []
        for top in (0, high - strip):
            part = cv2.resize(rgb[top : top + strip], None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
            read = self._engine(np.asarray(part[..., ::-1]), use_det=True, use_cls=False, use_rec=True)
            for text, score, corners in zip(read.txts or (), read.scores or (), _corners(read), strict=True):
                (left, upper), (right, lower) = corners.min(axis=0) / 1.5, corners.max(axis=0) / 1.5
                if score >= _LEAST_SCORE:
                    box = (left / wide, (top + upper) / high, right / wide, (top + lower) / high)
                    found.append((text, float(score), tuple(float(side) for side in box)))  # type: ignore[arg-type]
        return found

    def read(self, rgb: Rgb, boxes: list[Box]) -> list[tuple[str, float, Box]]:
        """Return what is written at places that are known: a fraction of the cost."""
        found: list[tuple[str, float, Box]] = []
        for box in boxes:
            small = _cut(rgb, box)
            grow = _HIGH / small.shape[0]
            part = cv2.resize(small, None, fx=grow, fy=grow, interpolation=cv2.INTER_CUBIC)
            read = self._engine(np.asarray(part[..., ::-1]), use_det=False, use_cls=False, use_rec=True)
            if read.txts and read.scores[0] >= _LEAST_SCORE:
                found.append((read.txts[0], float(read.scores[0]), box))
        return found


def _corners(read: Any) -> list[NDArray[np.float32]]:
    boxes = getattr(read, "boxes", None)
    return [] if boxes is None else [np.asarray(box, np.float32) for box in boxes]


def _cut(rgb: Rgb, box: Box) -> Rgb:
    """Return what a box holds, with some room: the next time's letters may be wider."""
    high, wide = rgb.shape[:2]
    room = (box[3] - box[1]) * high * 0.25
    top, low = int(max(box[1] * high - room, 0)), int(min(box[3] * high + room + 1, high))
    left, right = int(max(box[0] * wide - 2 * room, 0)), int(min(box[2] * wide + 2 * room + 1, wide))
    return rgb[top : max(low, top + 8), left : max(right, left + 8)]


def serve(jobs: TextIO, answers: TextIO, share: float) -> None:
    """Answer jobs until there are no more."""
    reader = Reader()
    for line in jobs:
        began = time.process_time()
        job = json.loads(line)
        try:
            image = cv2.imdecode(np.frombuffer(base64.b64decode(job["png"]), np.uint8), cv2.IMREAD_COLOR)
            if image is None:
                raise ValueError("not a picture")
            rgb = np.asarray(image[..., ::-1], np.uint8)
            boxes = [tuple(box) for box in job.get("boxes", ())]
            lines = reader.read(rgb, boxes) if boxes else reader.find(rgb)
            answer: dict[str, Any] = {"lines": lines}
        except Exception as error:  # noqa: BLE001  # one picture must not end the reading of the others
            answer = {"lines": [], "problem": f"{type(error).__name__}: {error}"[:300]}
        answers.write(json.dumps({"camera": job["camera"], **answer}) + "\n")
        answers.flush()
        time.sleep(min((time.process_time() - began) * (1 / share - 1), 60.0))


def main() -> None:
    """Serve stdin and stdout; what libraries print goes to stderr."""
    os.nice(10)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, answers, float(sys.argv[1]) if len(sys.argv) > 1 else 0.1)


if __name__ == "__main__":
    main()
