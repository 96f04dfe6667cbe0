"""A staff in moving water and a paved yard that runs full, drawn with a few strokes."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Scene
from ronda.vision.picture import Picture

WIDTH, HEIGHT = 320, 240
TOP, BOTTOM = 30, 210
"""Rows of the staff's upper and lower end: 200 cm and 0."""
LEFT, RIGHT = 154, 164
Rgb = NDArray[np.uint8]


@lru_cache
def _grain(seed: int, strong: float, soft: float) -> NDArray[np.float32]:
    grain = np.random.default_rng(seed).normal(0, strong, (HEIGHT, WIDTH)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grain, (0, 0), soft), np.float32)


def _moved(grain: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return ripples of another moment."""
    rng = np.random.default_rng(step)
    return np.roll(grain, (int(rng.integers(HEIGHT)), int(rng.integers(WIDTH))), (0, 1))


def _seen(drawn: NDArray[np.floating], step: int, light: float, fog: float, haze: int) -> Rgb:
    noise = _moved(_grain(8, 2.0, 0.3) * 1.5, step + 500)[..., None]
    return np.asarray(np.clip((drawn * (1 - fog) + haze * fog) * light + noise, 0, 255), np.uint8)


def staff(cm: float, step: int, *, light: float = 1.0, grey: bool = False, fog: float = 0.0) -> Rgb:
    """Return a picture of a staff in rippled water at so many centimetres."""
    drawn = np.repeat((120 + _grain(5, 40, 2.0))[..., None], 3, 2)
    for mark in range(20):
        top = BOTTOM - (mark + 1) * (BOTTOM - TOP) // 20
        colour = (200, 40, 40) if mark % 2 else (235, 235, 235)
        cv2.rectangle(drawn, (LEFT, top), (RIGHT, top + 9), colour, -1)
        cv2.rectangle(drawn, (LEFT if mark % 3 else LEFT + 5, top), (RIGHT, top + 4), (30, 30, 30), -1)
    row = round(BOTTOM - cm / 200 * (BOTTOM - TOP))
    ripples = _moved(_grain(7, 60, 3.0), step)
    water = np.stack((110 + ripples, 100 + ripples, 80 + ripples), -1)
    mirrored = drawn[max(2 * row - HEIGHT, 0) : row][::-1]
    part = water[row : row + len(mirrored)]
    part[:] = 0.85 * part + 0.15 * mirrored[: len(part)]
    drawn[row:] = water[row:]
    if grey:
        drawn = np.asarray(np.repeat(255 - drawn.mean(-1, keepdims=True), 3, 2) * 0.7, np.float32)
    return _seen(drawn, step, light, fog, 190)


def yard(share: float, step: int, *, wet: bool = False, light: float = 1.0, fog: float = 0.0) -> Rgb:
    """Return a picture of a paved yard of which the lower share stands under water."""
    tint = np.array((1.0, 0.95, 0.8), np.float32)
    drawn: NDArray[np.floating] = np.repeat((130 + _grain(6, 90, 2.0))[..., None], 3, 2) * tint
    for joint in range(0, WIDTH, 24):
        cv2.line(drawn, (joint, 0), (joint, HEIGHT), (60, 60, 60), 2)
    if wet:
        drawn = drawn * 0.55 + 40
    row = round(HEIGHT * (1 - share))
    ripples = _moved(_grain(7, 60, 3.0), step)
    drawn[row:] = np.stack((120 + ripples, 110 + ripples, 90 + ripples), -1)[row:]
    return _seen(drawn, step, light, fog, 200)


def scene(rgb: Rgb, at_s: float) -> Scene:
    """Return a scene at a second."""
    return Scene(Picture(rgb, round(at_s * HZ_90K), (WIDTH, HEIGHT)), ())
