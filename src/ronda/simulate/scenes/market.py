"""A street market: stalls under tarpaulins, goods on tables, a crowd."""

import cv2
import numpy as np

from ronda.simulate.scenes import textures, vehicles
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder
from ronda.simulate.scenes.traffic import Traffic

TARPS = ((150, 98, 62), (128, 74, 50), (92, 132, 176), (70, 76, 142), (96, 128, 84), (186, 190, 194), (140, 124, 92))
# Chillies, oranges, bananas, greens, cabbages, onions, potatoes, coconuts.
FOODS = (
    (44, 44, 160),
    (50, 128, 208),
    (80, 190, 214),
    (56, 116, 70),
    (120, 170, 150),
    (104, 70, 130),
    (90, 132, 164),
    (60, 84, 104),
)


def market(look: Look) -> Scene:
    """Return the scene; the camera hangs from a shop's eaves."""
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=-2.4, y=-3.5, z=5.6, heading=10.0, pitch=22.0, fov=78.0)
    ground = Ground((-18, -6, 18, 70), 26, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    ground.rect((-18, -6, 18, 70), textures.concrete(rng, 800, 800, 126))
    ground.asphalt((-4.5, -6, 4.5, 70), 104)
    for _ in range(260):  # leaves, bags, crushed boxes
        x, y = rng.normal(0, 2.6), rng.uniform(-5, 55)
        colour = ((90, 140, 90), (180, 184, 186), (90, 120, 150), (120, 90, 60))[int(rng.integers(4))]
        ground.line([(x, y), (x + float(rng.normal(0, 0.16)), y + 0.06)], float(rng.uniform(0.05, 0.14)), colour)
    standing: list[Standing] = []
    for side in (-1, 1):
        y = -4.0
        while y < 62:
            wide = float(rng.uniform(8, 14))
            x0, x1 = sorted((side * 6.4, side * 14.0))
            build.shops((x0, y, x1, y + wide), float(rng.uniform(4.6, 8.4)), "w" if side > 0 else "e")
            y += wide + 0.1
        y = 1.0 if side > 0 else 3.0
        while y < 48:
            long = float(rng.uniform(2.2, 3.2))
            _stall(build, rng, side, y, long)
            if rng.random() < 0.85:
                standing.append(
                    Standing(Walker(rng).model(0.3, 0.03), side * 5.6, y + long / 2, -side * np.pi / 2, "person")
                )
            if rng.random() < 0.6:
                at = y + float(rng.uniform(0.4, long - 0.3))
                standing.append(
                    Standing(Walker(rng).model(0.5, 0.05, reach=0.15), side * 2.75, at, side * np.pi / 2, "person")
                )
            y += long + float(rng.uniform(0.3, 1.0))
    build.power_line([(5.9, 5.0), (5.9, 28.0), (5.9, 52.0)], 7.6)
    for y in (8.0, 20.0, 33.0):  # strings of little flags across the street
        build.place.wires.append(build.wire((-6.4, y, 5.0), (6.4, y + 2, 5.2), sag=0.5))
        for at in np.linspace(0.05, 0.95, 15):
            colour = ((50, 50, 200), (232, 232, 236))[int(at * 15) % 2]
            flag = np.full((20, 14, 3), colour, np.uint8)
            build.billboard(
                (-6.4 + 12.8 * float(at), y + 2 * float(at)), 0.22, 0.3, flag, 4.7 - 2.0 * float(at * (1 - at))
            )
    standing += [
        Standing(
            vehicles.motorcycle(rng, 0),
            float(rng.choice([-2.3, 2.3])),
            float(y),
            float(rng.normal(0.3, 0.3)),
            "motorcycle",
        )
        for y in (6.5, 15.0, 22.5, 31.0)
    ]
    traffic = Traffic(rng, look.period_s)
    for x in (-1.7, -0.9, 0.2, 1.1, 1.8):
        traffic.walk([(x, 0), (x * 0.8, 22)], 1, 0.2, float(rng.uniform(0.55, 0.95)))
        traffic.walk([(x * 0.9 + 0.3, 24), (x, 1)], 1, 0.2, float(rng.uniform(0.55, 0.95)))
    traffic.lane([(0.4, 52), (-0.6, 30), (0.5, 12), (-0.2, -6)], 2.3, 1, {"motorcycle": 1})
    build.place.quads.append(ground.quad())
    return look.scene(view, build.place, light, traffic, standing)


def _stall(build: Builder, rng: np.random.Generator, side: int, y: float, long: float) -> None:
    x0, x1 = sorted((side * 3.2, side * 5.0))
    build.solid((x0, y, x1, y + long), 0, 0.75, (88, 110, 130), 0.3)
    goods = np.full((90, 120, 3), (70, 90, 110), np.uint8)
    kinds = [FOODS[int(rng.integers(len(FOODS)))] for _ in range(4)]
    for _ in range(420):
        spot = rng.uniform(0, 120), rng.uniform(0, 90)
        base = kinds[int(spot[0] // 30) % 4]
        shade = 0.7 + rng.random() * 0.5
        colour = tuple(int(min(240, part * shade)) for part in base)
        cv2.circle(goods, (int(spot[0]), int(spot[1])), 4, colour, -1, cv2.LINE_AA)
    build.tabletop((x0, y, x1, y + long), 0.78 + 0.12, goods)
    tarp = TARPS[int(rng.integers(len(TARPS)))]
    high = float(rng.uniform(2.1, 2.5))
    build.solid((x0 - 0.35, y - 0.2, x1 + 0.35, y + long + 0.2), high, high + 0.05, tarp, 0.5)
    for px in (x0, x1):
        for py in (y, y + long):
            build.place.wires.append(build.wire((px, py, 0), (px, py, high), sag=0.0, thick=0.05))
