"""What the shipped weights were made with: which crops, how many of our own, which networks."""

from __future__ import annotations

from typing import Final

import numpy as np

from train.data import Crops
from train.fit import Plan
from train.network import Shape

SEED: Final = 1
SEEDS: Final = range(70_000, 70_008)
"""Of the simulator's scenes that are learnt."""
UNSEEN_SEEDS: Final = range(90_000, 90_003)
"""Of scenes that are only measured."""
PASTED: Final = 5_000
"""Models before real pictures."""
TEACHERS: Final = 2
SHARES: Final = (0.75, 0.25)
"""Of real crops and of our own in a batch."""


def learnt(crops: Crops) -> Crops:
    """Return the real crops that are learnt: all but those of the films on which counting is measured."""
    return crops.where(~np.char.startswith(crops.sources, "clip-"))


def teacher(seed: int, threads: int) -> Plan:
    """Return how a teacher learns: four times as wide, from labels."""
    shape = Shape(stem=24, stages=((48, 1), (96, 1)), head=256, drop=0.3)
    return Plan(shape, seed, steps=4_000, rate=3e-3, decay=0.05, shares=SHARES, threads=threads)


def student(seed: int, threads: int) -> Plan:
    """Return how the shipped network learns: from labels and teachers."""
    return Plan(Shape(), seed, steps=8_000, shares=SHARES, threads=threads)
