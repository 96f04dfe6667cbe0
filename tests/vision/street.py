"""A drawn street for the background's and the eye's tests: textured ground, things, shade, light, a sensor's noise."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Picture

Image = NDArray[np.uint8]
WIDE, HIGH = 640, 360
RATE = 5


def ground(seed: int = 1, wide: int = WIDE, high: int = HIGH) -> Image:
    """Return an empty street: grey grain, a pale kerb, a hedge."""
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (high, wide)).astype(np.float32), (0, 0), 2) * 22
    street = np.repeat((110 + grain)[..., None], 3, axis=2)
    street[int(0.2 * high) : int(0.24 * high)] += 60
    street[: int(0.2 * high)] *= np.array((0.6, 0.9, 0.5), np.float32)
    return np.clip(street, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Thing:
    """A box of a car's look: a body with windows, in pixels of the picture."""

    x: float
    y: float
    wide: int = 90
    high: int = 50
    colour: tuple[int, int, int] = (170, 30, 30)


def put(image: Image, thing: Thing) -> Image:
    """Return the picture with a thing on it; (x, y) is the middle of its lower edge."""
    left, bottom = round(thing.x - thing.wide / 2), round(thing.y)
    right, top = left + thing.wide, bottom - thing.high
    drawn = image.copy()
    cv2.rectangle(drawn, (left, top), (right - 1, bottom - 1), thing.colour, -1)
    inset = thing.wide // 6
    cv2.rectangle(drawn, (left + inset, top + 5), (right - inset, top + thing.high // 3), (25, 30, 35), -1)
    for wheel in (left + inset, right - inset):
        cv2.circle(drawn, (wheel, bottom - 4), max(2, thing.high // 8), (15, 15, 15), -1)
    return drawn


def shade(image: Image, left: int, top: int, right: int, bottom: int, share: float = 0.65) -> Image:
    """Return the picture with less light, or more, on a part of it."""
    drawn = image.copy()
    drawn[top:bottom, left:right] = np.clip(drawn[top:bottom, left:right] * share, 0, 255).astype(np.uint8)
    return drawn


@cache
def _grain(wide: int, high: int, variant: int) -> NDArray[np.int16]:
    """Return a sensor's noise: what a picture is added to, one of few, because drawing it takes longest."""
    return np.random.default_rng(variant).normal(0, 2.5, (high, wide, 3)).astype(np.int16)


def shot(image: Image, at_s: float, full_wh: tuple[int, int] | None = None) -> Picture:
    """Return what the sensor makes of it at a moment."""
    high, wide = image.shape[:2]
    noisy = cv2.add(image, _grain(wide, high, round(at_s * 1000) * 7 % 5), dtype=cv2.CV_8U)
    return Picture(np.asarray(noisy, np.uint8), round(at_s * 90_000), full_wh or (wide, high))


def moments(start_s: float, end_s: float, rate: float = RATE) -> Iterator[float]:
    """Return the times of pictures."""
    for index in range(round((end_s - start_s) * rate)):
        yield start_s + index / rate
