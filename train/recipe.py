"""What the shipped weights were made with: which crops, how many of our own, which networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from train.augment import Strength
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


def learnt(crops: Crops) -> Crops:
    """Return the real crops that are learnt: all but those of the films on which counting is measured."""
    return crops.where(~np.char.startswith(crops.sources, "clip-"))


def plans(seed: int, threads: int) -> tuple[Plan, Plan]:
    """Return how the network learns: long and hard on small crops, then on larger ones that are changed less."""
    hard = Plan(seed=seed, steps=5_000, shares=(0.72, 0.28), evenness=0.75, kept=0.999, threads=threads)
    milder = Strength(zoom=1.22, shift=0.09, stretch=1.14, turn_deg=6.0, coarse=0.35, grey=0.14, hidden=0.14)
    fine = replace(
        hard,
        shape=Shape(side=56),
        seed=seed + 1,
        steps=1_200,
        rate=1.5e-3,
        kept=0.998,
        shares=(0.78, 0.22),
        strength=milder,
    )
    return hard, fine
