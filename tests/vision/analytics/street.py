"""A street drawn with a few strokes, and what a tracker would say of it: for the tests of analytics."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Scene
from ronda.vision.background import Backdrop
from ronda.vision.objects import CLASSES, ObjectClass
from ronda.vision.picture import Picture
from ronda.vision.tracks.track import Step, Track

WIDTH, HEIGHT = 320, 180
Box = tuple[float, float, float, float]


def ground(seed: int = 1) -> NDArray[np.uint8]:
    """Return a grained ground, (HEIGHT, WIDTH, 3)."""
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 60, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2.0)
    return np.repeat(np.clip(110 + grain, 0, 255).astype(np.uint8)[..., None], 3, 2)


def with_thing(rgb: NDArray[np.uint8], box: Box, seed: int) -> NDArray[np.uint8]:
    """Return the ground with a thing whose look is its seed's."""
    rng = np.random.default_rng(seed + 100)
    left, top, right, bottom = (round(side * size) for side, size in zip(box, (WIDTH, HEIGHT) * 2, strict=True))
    small = rng.integers(20, 235, (5, 7, 3)).astype(np.uint8)
    drawn = rgb.copy()
    drawn[top:bottom, left:right] = cv2.resize(small, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    return drawn


def picture(rgb: NDArray[np.uint8], at_s: float) -> Picture:
    """Return a picture at a second."""
    return Picture(rgb, round(at_s * HZ_90K), (WIDTH, HEIGHT))


def track(
    number: int,
    box: Box,
    at_s: float,
    *,
    label: ObjectClass = ObjectClass.CAR,
    still_s: float | None = None,
    first_s: float = 0.0,
    path: Sequence[Step] = (),
) -> Track:
    """Return a track seen at a second."""
    votes = np.zeros(len(CLASSES), np.float32)
    votes[CLASSES.index(label)] = 5.0
    made = Track(number, np.array(box, np.float32), round(first_s * HZ_90K), round(at_s * HZ_90K), 10, votes)
    made.still_since_90k = None if still_s is None else round(still_s * HZ_90K)
    made.path.extend(path)
    return made


def scene(
    rgb: NDArray[np.uint8],
    at_s: float,
    tracks: Sequence[Track] = (),
    ended: Sequence[Track] = (),
    backdrop: Backdrop | None = None,
) -> Scene:
    """Return a scene at a second."""
    return Scene(picture(rgb, at_s), tracks, ended, backdrop)
