"""The built-in eye's processor time for one picture by stage, and how many cameras one core looks at.

    python -m bench.eye_speed [--video FILE] [--rate 5] [--wide 640] [--seconds 40] [--cameras 4] [--geometry]

Without a video, a drawn street of the simulator. Several cameras are looked at together, as a worker does. Decoding is
not in it (`bench.looking` has it). Must: 8 cameras a core at 5 pictures a second, aim 20. The time is the thread's own:
other work on the machine counts little. The status is 1 beyond what must be.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np

from ronda.simulate.scenes.film import Film
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look as SceneLook
from ronda.vision.detectors.builtin import eye as eyes
from ronda.vision.detectors.builtin.eye import BuiltinEye
from ronda.vision.detectors.contract import Look
from ronda.vision.picture import Picture

MUST, AIM = 8, 20
STAGES = ("_glance", "_parted", "_classify", "_tell")


def read(path: Path, rate: float, wide: int, seconds: float) -> list[Picture]:
    """Return a file's pictures at a rate and a width."""
    found: list[Picture] = []
    with av.open(str(path)) as container:
        stream, last = container.streams.video[0], -1.0
        for frame in container.decode(stream):
            at = frame.time or 0.0
            if at - last < 1 / rate - 0.005:
                continue
            if at > seconds:
                break
            last = at
            high = round(wide * frame.height / frame.width / 2) * 2
            rgb = np.asarray(frame.reformat(wide, high, "rgb24").to_ndarray(), np.uint8)
            found.append(Picture(rgb, round(at * 90_000), (frame.width, frame.height)))
    return found


def drawn(rate: float, wide: int, seconds: float) -> list[Picture]:
    """Return pictures of a drawn road."""
    high = round(wide * 9 / 16 / 2) * 2
    film = Film(PLACES["road"](SceneLook(seed=3, width=wide, height=high, period_s=min(seconds, 20.0))), rate)
    found = []
    for index in range(round(seconds * rate)):
        planes, _ = film.draw(index % film.pictures)
        rgb = np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)
        found.append(Picture(rgb, round(index / rate * 90_000), (wide, high)))
    return found


def _timed(spent: dict[str, float], name: str, what: Callable[..., object]) -> Callable[..., object]:
    def run(*given: object) -> object:
        began = time.thread_time()
        result = what(*given)
        spent[name] += time.thread_time() - began
        return result

    return run


def measure(pictures: list[Picture], cameras: int, geometry: bool) -> tuple[float, dict[str, float], float]:
    """Return milliseconds a picture in all and by stage, and how many things were seen on a picture."""
    eye = BuiltinEye(None) if geometry else BuiltinEye.with_classifier()
    spent: dict[str, float] = defaultdict(float)
    for stage in STAGES:
        setattr(eye, stage, _timed(spent, stage, getattr(eye, stage)))
    seen = 0
    began = time.thread_time()
    for picture in pictures:
        seen += sum(len(one.detections) for one in eye.look([Look(str(index), picture) for index in range(cameras)]))
    all_of = len(pictures) * cameras
    total = (time.thread_time() - began) * 1000 / all_of
    return total, {stage: took * 1000 / all_of for stage, took in spent.items()}, seen / all_of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--video", type=Path)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--wide", type=int, default=640)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--geometry", action="store_true", help="without the classifier")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = (
        read(asked.video, asked.rate, asked.wide, asked.seconds)
        if asked.video
        else drawn(asked.rate, asked.wide, asked.seconds)
    )
    total, stages, things = measure(pictures, asked.cameras, asked.geometry)
    fit = 1000 / asked.rate / total
    print(f"eye {eyes.METHOD}, {len(pictures)} pictures of {asked.cameras} cameras, {things:.1f} things on each")
    for stage, took in stages.items():
        print(f"  {stage.strip('_'):10s} {took:6.2f} ms")
    print(f"  all        {total:6.2f} ms a picture: {fit:.1f} cameras a core at {asked.rate:g} a second")
    print(f"  must {MUST}, aim {AIM}")
    return 0 if fit >= MUST else 1


if __name__ == "__main__":
    sys.exit(main())
