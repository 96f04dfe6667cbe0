"""A street that is drawn in milliseconds, by day and by night, and a camera that somebody may turn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from ronda.base.time import HZ_90K
from ronda.vision.own_eyes.eyes import Looked, OwnEyes, Said
from ronda.vision.own_eyes.memory import Memory
from ronda.vision.picture import Picture, Rgb

WIDE, HIGH = 640, 360


@cache
def grain(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(np.random.default_rng(number).normal(0, 3, (HIGH, WIDE, 1)), np.float32)


@cache
def panorama(seed: int) -> Rgb:
    rng = np.random.default_rng(seed)
    wide = np.full((720, 2000, 3), (150, 170, 190), np.uint8)
    wide[430:] = (95, 95, 98)
    x = 0
    while x < 2000:
        size, top = int(rng.integers(90, 220)), int(rng.integers(60, 330))
        paint = [int(part) for part in rng.integers(70, 210, 3)]
        cv2.rectangle(wide, (x, top), (x + size, 430), paint, -1)
        for window_y in range(top + 15, 400, 48):
            for window_x in range(x + 12, x + size - 30, 42):
                if rng.random() < 0.75:
                    cv2.rectangle(wide, (window_x, window_y), (window_x + 22, window_y + 28), (40, 44, 60), -1)
        x += size + int(rng.integers(0, 25))
    for x in range(20, 2000, 170):
        cv2.rectangle(wide, (x, 470 + x % 60), (x + 90, 482 + x % 60), (215, 215, 205), -1)
        pole = x + int(rng.integers(0, 90))
        cv2.line(wide, (pole, 120), (pole, 600), (50, 50, 52), 5)
    cv2.line(wide, (0, 150), (2000, 190), (30, 30, 30), 2)
    return wide


@dataclass(frozen=True)
class Street:
    """What there is: houses with windows, a road, poles; another seed is another street."""

    seed: int = 1

    def at(self, number: int, *, night: bool = False, turn: float = 0.0, zoom: float = 1.0) -> Rgb:
        """Return one picture: `turn` in picture widths; `number` makes traffic, shade and noise."""
        rng = np.random.default_rng((self.seed, number))
        wide, high = round(WIDE / zoom), round(HIGH / zoom)
        left, top = round(600 + turn * WIDE + (WIDE - wide) / 2), round(180 + (HIGH - high) / 2)
        part = panorama(self.seed)[top : top + high, left : left + wide]
        view = cv2.resize(part, (WIDE, HIGH)).astype(np.float32)
        for _ in range(int(rng.integers(0, 5))):
            x, y = int(rng.integers(0, WIDE)), int(rng.integers(HIGH // 2, HIGH))
            paint = [int(part) for part in rng.integers(20, 240, 3)]
            cv2.rectangle(view, (x, y), (x + int(rng.integers(20, 120)), y + int(rng.integers(15, 60))), paint, -1)
        ys, xs = np.ogrid[-1 : 1 : HIGH * 1j, -1 : 1 : WIDE * 1j]
        if night:
            grey = view.mean(axis=2, keepdims=True)
            view = np.repeat(grey * np.exp(-(xs**2 + ys**2))[..., None] * 0.8, 3, 2).astype(np.float32)
        else:
            shade = 1 - 0.45 * (xs * np.cos(number) + ys > rng.uniform(-0.3, 0.8))
            view *= (shade * rng.uniform(0.8, 1.2))[..., None].astype(np.float32)
        noisy = view + grain(number % 8)[:, :: (-1) ** number]
        return np.asarray(np.clip(noisy, 0, 255), np.uint8)


class Swept:
    """A camera that is swept each five minutes."""

    def __init__(self, folder: Path, name: str = "gate") -> None:
        self.memory = Memory(folder / "own-eyes.sqlite")
        self.eyes = OwnEyes(self.memory)
        self.name = name
        self.number = 0
        self.at_s = 1_000_000.0
        self.said: list[Said] = []

    def look(self, rgb: Rgb, after_s: float = 300.0) -> Looked:
        self.at_s += after_s
        looked = self.eyes.look(self.name, Picture(rgb, round(self.at_s * HZ_90K), (WIDE, HIGH)))
        self.said += looked.said
        return looked

    def sweep(self, show: Callable[[int], Rgb], times: int = 1) -> list[Said]:
        """Look, again where it is asked for; return what was said."""
        before = len(self.said)
        for _ in range(times):
            self.number += 1
            wait, spent = self.look(show(self.number)).again_s, 0.0
            while wait is not None and spent + wait < 290:
                self.number += 1
                spent += wait
                wait = self.look(show(self.number), wait).again_s
            self.at_s -= spent
        return self.said[before:]
