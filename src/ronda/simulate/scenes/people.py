"""People: walking, standing, riding."""

from typing import Final

import numpy as np

from ronda.simulate.scenes.solids import Model
from ronda.simulate.scenes.textures import Colour, Rng

SKINS: Final[tuple[Colour, ...]] = ((92, 128, 172), (80, 112, 154), (70, 98, 138), (104, 140, 186))
CLOTHES: Final[tuple[Colour, ...]] = (
    (40, 40, 44), (210, 212, 214), (60, 50, 150), (150, 80, 40), (50, 110, 60), (40, 160, 215), (120, 60, 120),
    (180, 170, 150), (60, 90, 160), (170, 140, 60), (110, 112, 116), (90, 60, 40),
)  # fmt: skip
TROUSERS: Final[tuple[Colour, ...]] = ((44, 42, 40), (90, 60, 40), (70, 72, 76), (110, 120, 128), (50, 66, 84))


def _pick(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(rng.integers(len(colours)))]


class Walker:
    """One person; `model(phase)` is the person at a moment of the step, phase in radians."""

    def __init__(self, rng: Rng, height: float | None = None) -> None:
        self.height = height or float(rng.normal(1.62, 0.07))
        self.skin, self.shirt, self.legs = _pick(rng, SKINS), _pick(rng, CLOTHES), _pick(rng, TROUSERS)
        self.veil = _pick(rng, CLOTHES) if rng.random() < 0.42 else None
        self.skirt = self.veil is not None and rng.random() < 0.7
        self.bag = _pick(rng, CLOTHES) if rng.random() < 0.3 else None

    def model(self, phase: float, stride: float = 0.28, reach: float = 0.0) -> Model:
        """Return the person in mid-step; `stride` 0 stands still, `reach` stretches the arms ahead (pushing)."""
        model, tall = Model(), self.height
        hip, shoulder = 0.5 * tall, 0.82 * tall
        swing = float(np.sin(phase)) * stride
        for side, sign in ((-0.09, 1.0), (0.09, -1.0)):
            lift = max(0.0, float(np.cos(phase)) * sign) * 0.1 * (stride > 0)
            knee = (side, sign * swing * 0.45 + 0.04, hip * 0.52 + lift)
            foot = (side, sign * swing, 0.05 + lift * 0.5)
            model.limb((side, 0, hip), knee, 0.075, self.shirt if self.skirt else self.legs)
            model.limb(knee, foot, 0.06, self.shirt if self.skirt else self.legs)
            model.limb(foot, (side, foot[1] + 0.12, 0.04), 0.045, (40, 40, 44))
            elbow = (side * 2.2, -sign * swing * 0.4 + reach * 0.5, shoulder - 0.26)
            hand = (side * 2.2, -sign * swing * 0.8 + 0.06 + reach, shoulder - 0.48 + reach * 0.5)
            model.limb((side * 2.1, 0, shoulder), elbow, 0.05, self.shirt)
            model.limb(elbow, hand, 0.04, self.skin if not self.veil else self.shirt)
        if self.skirt:
            cone = [(y, w, z0, z1) for y, w, z0, z1 in ((-0.16, 0.36, 0.12, hip + 0.1), (0.18, 0.38, 0.12, hip + 0.1))]
            model.loft(cone, self.shirt, gloss=0.0)
        model.limb((0, 0, hip), (0, 0.02, shoulder - 0.08), 0.155, self.shirt)
        model.limb((-0.12, 0, shoulder - 0.05), (0.12, 0, shoulder - 0.05), 0.09, self.shirt)
        model.ball((0, 0.02, tall - 0.12), 0.115, self.veil or self.skin)
        if self.veil:
            model.limb((0, 0, tall - 0.24), (0, 0, shoulder - 0.1), 0.13, self.veil)
            model.ball((0, 0.07, tall - 0.13), 0.08, self.skin)
        else:
            model.ball((0, -0.02, tall - 0.08), 0.11, (28, 26, 26))
        if self.bag:
            model.limb((0.0, -0.17, shoulder - 0.1), (0.0, -0.17, hip + 0.15), 0.13, self.bag)
        return model


def add_person_seated(model: Model, rng: Rng, y: float, *, driving: bool) -> None:
    """Seat a rider on a motorcycle at y, with a helmet as a rule."""
    skin, shirt, legs = _pick(rng, SKINS), _pick(rng, CLOTHES), _pick(rng, TROUSERS)
    for side in (-1, 1):
        hip, knee, foot = (side * 0.1, y, 0.84), (side * 0.2, y + 0.38, 0.78), (side * 0.17, y + 0.3, 0.34)
        model.limb(hip, knee, 0.085, legs)
        model.limb(knee, foot, 0.065, legs)
        shoulder = (side * 0.2, y + 0.04, 1.34)
        hand = (side * 0.31, 0.4, 1.03) if driving else (side * 0.16, y + 0.28, 1.05)
        elbow = (side * 0.3, (y + hand[1]) / 2 + 0.02, 1.13)
        model.limb(shoulder, elbow, 0.06, shirt)
        model.limb(elbow, hand, 0.05, skin if rng.random() < 0.3 else shirt)
    model.limb((0, y, 0.86), (0, y + 0.05, 1.28), 0.165, shirt)
    model.limb((-0.13, y + 0.04, 1.33), (0.13, y + 0.04, 1.33), 0.095, shirt)
    helmet = _pick(rng, ((40, 40, 44), (30, 30, 150), (225, 226, 228), (110, 60, 30), (90, 90, 94), (60, 140, 215)))
    model.ball((0, y + 0.08, 1.58), 0.15, helmet)
    model.ball((0, y + 0.16, 1.55), 0.09, (44, 40, 38))
