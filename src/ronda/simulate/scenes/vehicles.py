# ruff: noqa: E501  sections of a body are read as rows
"""The vehicles of Semarang: cars, angkot, pickups, lorries, buses and, half of all, motorcycles."""

from typing import Final

import numpy as np

from ronda.simulate.scenes.people import add_person_seated
from ronda.simulate.scenes.solids import Model
from ronda.simulate.scenes.textures import Colour, Rng

GLASS: Final[Colour] = (52, 46, 40)
CAR_PAINTS: Final[tuple[Colour, ...]] = (
    (226, 228, 228), (216, 218, 220), (34, 32, 32), (52, 50, 50), (150, 152, 154), (120, 122, 126),
    (40, 36, 120), (110, 60, 34), (150, 170, 190), (60, 60, 62), (232, 232, 230),
)  # fmt: skip
BIKE_PAINTS: Final[tuple[Colour, ...]] = (
    (30, 30, 30),
    (36, 34, 150),
    (200, 204, 206),
    (140, 70, 30),
    (60, 60, 62),
    (40, 130, 190),
)


def _wheels(model: Model, half: float, axles: tuple[float, ...], radius: float) -> None:
    for y in axles:
        for side in (-1, 1):
            model.wheel(side * (half - 0.09), y, radius, 0.22, outer=side)


def _panes(
    model: Model, half_low: float, half_top: float, spans: list[tuple[float, float]], low: float, top: float
) -> None:
    """Side windows between y spans, leaning in from the belt to the roof."""
    lean_low, lean_top = half_low + 0.012, half_top + 0.012
    model.raised |= set(range(len(model.faces), len(model.faces) + 2 * len(spans)))
    for back, front in spans:
        model.face(
            [(lean_low, back, low), (lean_low, front, low), (lean_top, front - 0.1, top), (lean_top, back + 0.08, top)],
            GLASS,
            0.5,
        )
        model.face(
            [
                (-lean_low, front, low),
                (-lean_low, back, low),
                (-lean_top, back + 0.08, top),
                (-lean_top, front - 0.1, top),
            ],
            GLASS,
            0.5,
        )


def _ends(model: Model, half: float, back: float, front: float, level: float) -> None:
    """Lamps and plates at both ends."""
    model.raised |= set(range(len(model.faces), len(model.faces) + 7))
    for side in (-1, 1):
        x0, x1 = sorted((side * (half - 0.08), side * (half - 0.42)))
        model.face(
            [(x1, front, level), (x0, front, level), (x0, front, level + 0.16), (x1, front, level + 0.16)],
            (236, 240, 240),
            0.6,
        )
        model.face(
            [(x0, back, level), (x1, back, level), (x1, back, level + 0.2), (x0, back, level + 0.2)], (36, 30, 190), 0.3
        )
    model.face([(0.24, front, 0.42), (-0.24, front, 0.42), (-0.24, front, 0.56), (0.24, front, 0.56)], (235, 235, 235))
    model.face([(-0.24, back, 0.5), (0.24, back, 0.5), (0.24, back, 0.64), (-0.24, back, 0.64)], (235, 235, 235))
    model.face(
        [(half - 0.5, front, 0.55), (0.5 - half, front, 0.55), (0.5 - half, front, 0.72), (half - 0.5, front, 0.72)],
        (40, 40, 42),
        0.2,
    )


def car(rng: Rng) -> Model:
    """A family car, most often the people carrier that half the country drives."""
    model = Model()
    paint = CAR_PAINTS[int(rng.integers(len(CAR_PAINTS)))]
    tall = bool(rng.random() < 0.6)
    length, half, roof, belt = (4.3, 0.84, 1.66, 0.98) if tall else (3.9, 0.83, 1.46, 0.92)
    back, front = -length / 2, length / 2
    hood = front - (0.95 if tall else 1.0)
    width = 2 * half
    model.loft([(back, width * 0.94, 0.3, belt - 0.05), (back + 0.25, width, 0.24, belt), (hood, width, 0.24, belt),
                (front - 0.2, width * 0.97, 0.24, belt - 0.16), (front, width * 0.86, 0.3, belt - 0.3)], paint, gloss=0.5)  # fmt: skip
    top = width * 0.8
    rear = back + (0.18 if tall else 0.5)
    model.loft([(rear - 0.1, width * 0.93, belt - 0.02, belt), (rear + 0.2, top, belt, roof - 0.04), (rear + 0.8, top, belt, roof),
                (hood - 0.95, top, belt, roof - 0.03), (hood - 0.05, width * 0.92, belt - 0.02, belt)], paint, gloss=0.6)  # fmt: skip
    _panes(
        model,
        half * 0.985,
        half * 0.81,
        [(rear + 0.15, rear + 1.15), (rear + 1.22, hood - 1.0), (hood - 0.95, hood - 0.35)],
        belt + 0.03,
        roof - 0.16,
    )
    w_low, w_top = half * 0.9, half * 0.78
    model.face(
        [
            (w_low, hood - 0.08, belt + 0.02),
            (-w_low, hood - 0.08, belt + 0.02),
            (-w_top, hood - 0.88, roof - 0.07),
            (w_top, hood - 0.88, roof - 0.07),
        ],
        GLASS,
        0.9,
    )
    model.face(
        [
            (-w_low, rear - 0.08, belt + 0.04),
            (w_low, rear - 0.08, belt + 0.04),
            (w_top, rear + 0.2, roof - 0.12),
            (-w_top, rear + 0.2, roof - 0.12),
        ],
        GLASS,
        0.6,
    )
    _ends(model, half, back - 0.01, front + 0.01, belt - 0.32)
    _wheels(model, half, (back + 0.75, front - 0.8), 0.31)
    return model


def angkot(rng: Rng) -> Model:
    """A small orange minibus of the kampung routes, its door always open."""
    model = Model()
    paint: Colour = ((40, 120, 225), (60, 150, 60), (190, 110, 40))[int(rng.integers(3))]
    half, back, front = 0.74, -1.75, 1.75
    model.loft(
        [
            (back, 1.4, 0.3, 1.75),
            (back + 0.2, 1.48, 0.28, 1.82),
            (front - 0.75, 1.48, 0.28, 1.82),
            (front - 0.12, 1.44, 0.28, 0.98),
            (front, 1.36, 0.32, 0.9),
        ],
        paint,
        gloss=0.4,
    )
    _panes(model, half, half - 0.04, [(back + 0.25, -0.3), (-0.2, 0.9)], 1.0, 1.62)
    model.face(
        [(0.66, front - 0.14, 1.0), (-0.66, front - 0.14, 1.0), (-0.62, front - 0.72, 1.7), (0.62, front - 0.72, 1.7)],
        GLASS,
        0.8,
    )
    model.face(
        [(-0.6, back - 0.01, 1.05), (0.6, back - 0.01, 1.05), (0.58, back - 0.01, 1.6), (-0.58, back - 0.01, 1.6)],
        GLASS,
        0.5,
    )
    model.face(
        [
            (half + 0.02, back, 0.82),
            (half + 0.02, front - 0.4, 0.82),
            (half + 0.02, front - 0.4, 0.94),
            (half + 0.02, back, 0.94),
        ],
        (230, 230, 230),
    )
    _ends(model, half, back - 0.01, front + 0.01, 0.6)
    _wheels(model, half, (back + 0.6, front - 0.65), 0.28)
    return model


def truck(rng: Rng) -> Model:
    """A light lorry with a box, or a pickup with a load under a tarpaulin."""
    model = Model()
    cab: Colour = ((40, 190, 225), (225, 225, 225), (150, 80, 40), (60, 60, 190))[int(rng.integers(4))]
    if rng.random() < 0.5:
        model.box((-0.8, -2.2, 0.75), (0.8, 0.35, 1.1), (90, 92, 94), 0.1)
        load: Colour = ((150, 90, 40), (80, 110, 60), (60, 80, 120))[int(rng.integers(3))]
        model.loft([(-2.1, 1.4, 1.1, 1.5), (-1.2, 1.45, 1.1, 1.85), (0.2, 1.4, 1.1, 1.6)], load, gloss=0.1)
        model.loft(
            [(0.4, 1.55, 0.4, 1.72), (1.0, 1.55, 0.4, 1.72), (1.45, 1.5, 0.4, 1.05), (2.15, 1.4, 0.4, 0.85)], cab
        )
        model.face([(0.7, 1.43, 1.08), (-0.7, 1.43, 1.08), (-0.64, 1.03, 1.64), (0.64, 1.03, 1.64)], GLASS, 0.8)
        _panes(model, 0.775, 0.775, [(0.5, 1.2)], 1.1, 1.6)
        _ends(model, 0.75, -2.2, 2.16, 0.62)
        _wheels(model, 0.8, (-1.4, 1.4), 0.32)
        return model
    model.box(
        (-1.0, -3.0, 0.9), (1.0, 1.4, 2.9), ((220, 222, 224), (170, 140, 90), (90, 120, 190))[int(rng.integers(3))], 0.1
    )
    model.loft([(1.5, 1.8, 0.5, 2.1), (2.6, 1.8, 0.5, 2.1), (3.0, 1.75, 0.5, 1.3)], cab)
    model.face([(0.8, 3.0, 1.3), (-0.8, 3.0, 1.3), (-0.76, 2.66, 2.0), (0.76, 2.66, 2.0)], GLASS, 0.8)
    _panes(model, 0.9, 0.9, [(1.7, 2.55)], 1.3, 1.95)
    _ends(model, 0.9, -3.0, 3.02, 0.7)
    _wheels(model, 0.95, (-2.0, 2.2), 0.42)
    return model


def bus(rng: Rng) -> Model:
    """A city bus (red) or a coach."""
    model = Model()
    paint: Colour = ((44, 40, 176), (44, 40, 176), (190, 120, 40), (226, 226, 226))[int(rng.integers(4))]
    half, back, front, roof = 1.15, -4.4, 4.4, 2.95
    model.loft(
        [
            (back, 2.2, 0.35, roof - 0.15),
            (back + 0.2, 2.3, 0.32, roof),
            (front - 0.3, 2.3, 0.32, roof),
            (front, 2.2, 0.35, roof - 0.3),
        ],
        paint,
        gloss=0.3,
    )
    spans = [(back + 0.5 + step * 1.28, back + 1.68 + step * 1.28) for step in range(6)]
    _panes(model, half, half, spans, 1.35, 2.4)
    stripe: Colour = (230, 230, 232)
    model.face(
        [
            (half + 0.02, back + 0.1, 0.95),
            (half + 0.02, front - 0.3, 0.95),
            (half + 0.02, front - 0.3, 1.15),
            (half + 0.02, back + 0.1, 1.15),
        ],
        stripe,
    )
    model.face(
        [
            (-half - 0.02, front - 0.3, 0.95),
            (-half - 0.02, back + 0.1, 0.95),
            (-half - 0.02, back + 0.1, 1.15),
            (-half - 0.02, front - 0.3, 1.15),
        ],
        stripe,
    )
    model.face(
        [
            (1.05, front + 0.02, 1.2),
            (-1.05, front + 0.02, 1.2),
            (-1.02, front - 0.06, 2.45),
            (1.02, front - 0.06, 2.45),
        ],
        GLASS,
        0.9,
    )
    model.face(
        [(-0.95, back - 0.02, 1.5), (0.95, back - 0.02, 1.5), (0.95, back - 0.02, 2.4), (-0.95, back - 0.02, 2.4)],
        GLASS,
        0.5,
    )
    model.box((-0.8, -2.6, roof), (0.8, -0.9, roof + 0.22), (200, 202, 204), 0.1)
    _ends(model, half, back - 0.02, front + 0.02, 0.6)
    _wheels(model, half, (back + 1.8, front - 1.7), 0.48)
    return model


def motorcycle(rng: Rng, riders: int | None = None) -> Model:
    """A scooter with nobody, one or two on it."""
    model = Model()
    paint = BIKE_PAINTS[int(rng.integers(len(BIKE_PAINTS)))]
    for y in (-0.62, 0.62):
        model.wheel(0, y, 0.28, 0.1)
    model.loft(
        [
            (-0.85, 0.14, 0.62, 0.72),
            (-0.5, 0.26, 0.42, 0.76),
            (-0.05, 0.26, 0.32, 0.74),
            (0.0, 0.24, 0.3, 0.42),
            (0.35, 0.26, 0.28, 0.4),
        ],
        paint,
        gloss=0.4,
    )
    model.loft([(-0.7, 0.24, 0.74, 0.8), (0.0, 0.2, 0.72, 0.78)], (28, 28, 30), gloss=0.1)
    model.loft([(0.34, 0.34, 0.3, 0.62), (0.5, 0.36, 0.42, 0.94), (0.62, 0.2, 0.62, 0.92)], paint, gloss=0.5)
    model.limb((-0.33, 0.42, 1.0), (0.33, 0.42, 1.0), 0.025, (40, 40, 42))
    model.limb((-0.28, 0.45, 1.0), (-0.34, 0.47, 1.16), 0.015, (40, 40, 42))
    model.limb((0.28, 0.45, 1.0), (0.34, 0.47, 1.16), 0.015, (40, 40, 42))
    model.limb((0, 0.62, 0.28), (0, 0.48, 0.8), 0.05, (90, 92, 94))
    model.ball((0, 0.66, 0.78), 0.07, (225, 235, 240))
    model.ball((0, -0.88, 0.66), 0.05, (40, 36, 190))
    count = riders if riders is not None else 1 + int(rng.random() < 0.3)
    for seat in range(count):
        add_person_seated(model, rng, -0.12 - 0.38 * seat, driving=seat == 0)
    if count == 1 and rng.random() < 0.12:
        model.box((-0.3, -0.95, 0.8), (0.3, -0.5, 1.25), (60, 150, 60), 0.1)
    return model


def cart(rng: Rng) -> Model:
    """A food seller's push cart with a roof."""
    model = Model()
    paint: Colour = ((60, 130, 210), (150, 150, 60), (50, 60, 180))[int(rng.integers(3))]
    model.box((-0.45, -0.7, 0.45), (0.45, 0.7, 1.0), paint, 0.1)
    model.box((-0.42, -0.6, 1.0), (0.42, 0.6, 1.45), (190, 200, 190), 0.5)
    model.box((-0.6, -0.85, 1.85), (0.6, 0.85, 1.95), (70, 90, 200), 0.1)
    for x in (-0.42, 0.42):
        model.wheel(x, 0.0, 0.32, 0.06)
        for y in (-0.6, 0.6):
            model.limb((x, y, 1.0), (x, y, 1.9), 0.025, (90, 100, 110))
    return model


LENGTH_M: Final = {"car": 4.3, "angkot": 3.5, "truck": 6.0, "bus": 8.8, "motorcycle": 1.9, "person": 0.5, "cart": 1.6}
MAKERS: Final = {"car": car, "angkot": angkot, "truck": truck, "bus": bus, "motorcycle": motorcycle, "cart": cart}


def choose(rng: Rng, share: dict[str, float]) -> str:
    """Return a kind of vehicle by its share of the traffic."""
    kinds = list(share)
    weights = np.array([share[kind] for kind in kinds])
    return kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
