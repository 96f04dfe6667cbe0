"""A drawn street with a drawn vehicle that passes, its plate towards the camera; as pictures, and as a clip."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tests.vision.plates import drawn

from ronda.base.time import HZ_90K
from ronda.media.codec.video_file import FileWriter
from ronda.vision.picture import Picture, Rgb

WIDE, HIGH = 960, 540
RATE = 8
TEXT = "H 4827 EK"
TALL = 26


def street() -> Rgb:
    """Return the place with nothing on it."""
    rng = np.random.default_rng(3)
    place = np.empty((HIGH, WIDE, 3), np.float32)
    place[:] = np.linspace(170, 96, HIGH)[:, None, None]
    place[: HIGH // 4] = (150, 172, 200)
    place += np.kron(rng.normal(0, 9, (HIGH // 12, WIDE // 12, 1)), np.ones((12, 12, 1)))
    return np.clip(place, 0, 255).astype(np.uint8)


def passing(text: str = TEXT, empty_s: float = 1.0) -> Iterator[Picture]:
    """Yield the pictures: nothing, a vehicle that goes from left to right, nothing."""
    place, rng = street(), np.random.default_rng(5)
    face = drawn.plate(text, "white")
    sky = drawn.Weather(yaw=0.2, noise=3, quality=88)
    vehicle, _ = drawn.vehicle(face, TALL, sky, np.random.default_rng(8))
    high, wide = vehicle.shape[:2]
    vehicle = vehicle[round(0.06 * high) :, round(0.04 * wide) : round(0.96 * wide)]
    high, wide = vehicle.shape[:2]
    before = round(empty_s * RATE)
    steps = range(-wide, WIDE, 60)
    for number in range(before + len(steps) + before):
        seen = place.copy()
        if before <= number < before + len(steps):
            left = steps[number - before]
            x0, x1 = max(left, 0), min(left + wide, WIDE)
            top = HIGH - high - 40
            seen[top : top + high, x0:x1] = vehicle[:, x0 - left : x1 - left]
        grain = rng.normal(0, 2.5, seen.shape[:2])[..., None]
        rgb = np.clip(seen + grain, 0, 255).astype(np.uint8)
        yield Picture(rgb, number * HZ_90K // RATE, (WIDE, HIGH))


def write_clip(path: Path, text: str = TEXT) -> Path:
    """Write them as a clip."""
    with path.open("wb") as file, FileWriter(file) as writer:
        for picture in passing(text):
            writer.write(picture.rgb, picture.at_90k)
    return path
