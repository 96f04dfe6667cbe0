"""How many people a still without people still shows, on real footage, as an independent detector sees them.

For windows all over each clip, nine pictures are taken and made into one as the server does. YOLOX-nano (through
OpenCV) looks for persons in the nine pictures and in the result. The clips last half a minute to two, so the nine
pictures are 3 to 15 s apart and not 30 s as on a server (half a second in `store-aisle-preview`): people have less time
to go on, which makes this harder than it will be.

A person *leaks* when the result, where they stood in one of the pictures, shows a person to the detector, or is like
that picture (correlation of the grey values above 0.8) and less like the clip's median over all its length.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from bench.process import SHARED
from ronda.media.codec.background import background

MODEL = SHARED / "assets/models/yolox_nano/yolox_nano.onnx"
CLIPS = (
    "people-detection",
    "person-bicycle-car-detection",
    "one-by-one-person-detection",
    "store-aisle-preview",
    "street-corner-1",
)
SIZE = 416
NEEDED = 9
WIDTH = 640
Box = tuple[float, float, float, float]


@dataclass
class Counts:
    """What was found in one clip."""

    windows: int = 0
    persons: int = 0
    leaked: int = 0
    shown: int = 0
    windows_with_persons: int = 0
    tiled: float = 0.0

    def told(self) -> dict[str, float]:
        """Return the counts and their shares."""
        return {
            "windows": self.windows,
            "persons_in_the_pictures": self.persons,
            "persons_leaked": self.leaked,
            "share_leaked": round(self.leaked / max(self.persons, 1), 4),
            "persons_in_results": self.shown,
            "results_with_a_person": round(self.windows_with_persons / max(self.windows, 1), 4),
            "share_of_view_tiled": round(self.tiled / max(self.windows, 1), 3),
        }


class Detector:
    """Persons in an RGB picture, by YOLOX-nano."""

    def __init__(self, least: float) -> None:
        self._net = cv2.dnn.readNet(str(MODEL))
        self._least = least
        grids, strides = [], []
        for stride in (8, 16, 32):
            side = SIZE // stride
            xs, ys = np.meshgrid(np.arange(side), np.arange(side))
            grids.append(np.stack((xs, ys), 2).reshape(-1, 2))
            strides.append(np.full((side * side, 1), stride))
        self._grid, self._stride = np.concatenate(grids), np.concatenate(strides)

    def __call__(self, rgb: np.ndarray) -> list[Box]:
        """Return boxes (left, top, width, height) in pixels."""
        scale = min(SIZE / rgb.shape[0], SIZE / rgb.shape[1])
        padded = np.full((SIZE, SIZE, 3), 114, np.uint8)
        small = cv2.resize(rgb[..., ::-1], None, fx=scale, fy=scale)
        padded[: small.shape[0], : small.shape[1]] = small
        self._net.setInput(padded.astype(np.float32).transpose(2, 0, 1)[None])
        raw = self._net.forward()[0]
        scores = raw[:, 4] * raw[:, 5]
        centres = (raw[:, :2] + self._grid) * self._stride / scale
        sizes = np.exp(raw[:, 2:4]) * self._stride / scale
        boxes = np.concatenate((centres - sizes / 2, sizes), 1)
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), self._least, 0.45)
        return [tuple(boxes[number]) for number in np.asarray(kept).reshape(-1)]


def pictures(path: Path, step: int) -> Iterator[np.ndarray]:
    """Yield every `step`th picture as yuv420p planes, at most 640 wide."""
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % step == 0:
                width = min(WIDTH, frame.width) & ~1
                height = round(frame.height * width / frame.width) & ~1
                yield np.array(frame.reformat(width, height, "yuv420p", interpolation="AREA").to_ndarray(), np.uint8)


def rgb(planes: np.ndarray) -> np.ndarray:
    return av.VideoFrame.from_ndarray(planes, format="yuv420p").to_ndarray(format="rgb24")


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    both = max(0.0, right - left) * max(0.0, bottom - top)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def looks_like(result: np.ndarray, picture: np.ndarray, empty: np.ndarray, box: Box) -> bool:
    """Whether the result shows, in a person's box, that picture rather than the empty view."""
    left, top = max(int(box[0]), 0), max(int(box[1]), 0)
    place = np.s_[top : int(box[1] + box[3]), left : int(box[0] + box[2])]
    grey = [image[place].mean(axis=2).ravel() for image in (result, picture, empty)]
    if grey[0].size < 64 or any(one.std() < 1 for one in grey):
        return False
    like_person = float(np.corrcoef(grey[0], grey[1])[0, 1])
    like_empty = float(np.corrcoef(grey[0], grey[2])[0, 1])
    return like_person > 0.8 and like_person > like_empty + 0.1


def measure(path: Path, detector: Detector, windows: int) -> Counts:
    """Make stills without people all over a clip, and look who is in them."""
    every = list(pictures(path, 1))
    empty = rgb(np.median(np.stack(every[:: max(1, len(every) // 60)]), axis=0).astype(np.uint8))
    counts = Counts()
    spread = len(every) // NEEDED
    for first in np.linspace(0, spread - 1, windows).astype(int):
        nine = [every[first + number * spread] for number in range(NEEDED)]
        one_window(nine, empty, detector, counts)
    return counts


def one_window(nine: Sequence[np.ndarray], empty: np.ndarray, detector: Detector, counts: Counts) -> None:
    made = background(nine)
    result = rgb(made)
    found = detector(result)
    counts.windows += 1
    counts.shown += len(found)
    counts.windows_with_persons += bool(found)
    plain = np.partition(np.stack(nine), NEEDED // 2, axis=0)[NEEDED // 2]
    counts.tiled += float((plain != made)[: empty.shape[0]].mean())
    for planes in nine:
        picture = rgb(planes)
        for box in detector(picture):
            counts.persons += 1
            seen = any(overlap(box, other) > 0.3 for other in found)
            counts.leaked += seen or looks_like(result, picture, empty, box)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=12, help="stills made of each clip")
    parser.add_argument("--least", type=float, default=0.35, help="the detector's threshold")
    options = parser.parse_args()
    detector = Detector(options.least)
    told = {clip: measure(SHARED / f"assets/videos/{clip}.mp4", detector, options.windows).told() for clip in CLIPS}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
