"""Forecourts: a kelurahan office with its flag, and a car park full of motorcycles."""

import numpy as np

from ronda.simulate.scenes import textures, vehicles
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder
from ronda.simulate.scenes.traffic import Traffic


def office(look: Look) -> Scene:
    """Return the yard of an office, from its gate post."""
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=-9.0, y=-4.0, z=4.6, heading=26.0, pitch=17.0, fov=80.0)
    ground = Ground((-30, -8, 34, 60), 26, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    ground.rect((-30, -8, 34, 60), textures.grass(rng, 800, 800))
    ground.rect((-12, -8, 18, 21), textures.paving(rng, 900, 900, 26, (110, 124, 140)))
    for x in np.arange(-6, 16, 2.6):
        ground.line([(float(x), 15), (float(x), 20)], 0.1)
    _hall(build, rng, "KANTOR KELURAHAN" if look.seed > 20 else "BALAI RW 04")
    build.pole((3.0, 14.5), 8.0, 0.12, (200, 204, 206))
    flag = np.full((60, 90, 3), 236, np.uint8)
    flag[:30] = (42, 40, 190)
    build.billboard((3.75, 14.5), 1.5, 1.0, flag, 6.8)
    build.solid((2.4, 13.9, 3.6, 15.1), 0, 0.35, (190, 196, 198))
    for x in np.arange(-11.5, 18, 1.0):
        if rng.random() < 0.8:
            build.billboard((float(x), 22.2), 1.2, float(rng.uniform(0.5, 1.0)), textures.bush(rng, 100, 80))
    for spot in ((-11.5, 17.0), (17.5, 12.0), (-14.0, 28.0), (20.0, 26.0), (12.0, 44.0), (-6.0, 46.0)):
        build.tree(spot, float(rng.uniform(5, 8)), "palm" if rng.random() < 0.35 else "tree")
    for side in (-13.0, 19.0):
        wall = textures.yard_wall(rng, 3.6, 1.7)
        for y in np.arange(-6, 40, 3.6):
            start, end = ((side, y), (side, y + 3.6)) if side < 0 else ((side, y + 3.6), (side, y))
            build.wall(start, end, 1.7, wall)
    standing = [
        Standing(
            vehicles.motorcycle(rng, 0),
            float(x),
            17.6 + float(rng.normal(0, 0.15)),
            float(rng.normal(0.25, 0.1)),
            "motorcycle",
        )
        for x in np.arange(4.6, 15, 0.85)
        if rng.random() < 0.75
    ]
    standing += [Standing(vehicles.car(rng), x, 17.2, np.pi, "car") for x in (-4.6, -2.0) if rng.random() < 0.8]
    standing.append(Standing(Walker(rng).model(0.3, 0.03), -0.6, 20.6, 2.6, "person"))
    traffic = Traffic(rng, look.period_s)
    traffic.walk([(-8, 2), (-2, 12), (0.5, 23)], 1, 0.3)
    traffic.walk([(1.5, 23), (4, 12), (14, 4)], 1, 0.3)
    traffic.walk([(12, 16), (6, 20), (1, 23)], 1, 0.3)
    traffic.lane([(20, 2), (8, 6), (6, 12)], 3.0, 1, {"motorcycle": 1})
    traffic.lane([(-12, 5), (2, 7), (18, 3)], 3.6, 1, {"motorcycle": 0.7, "car": 0.3})
    build.place.quads.append(ground.quad())
    return look.scene(view, build.place, light, traffic, standing)


def parking(look: Look) -> Scene:
    """Return a car park, from a lamp post."""
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=-8.0, y=-5.0, z=6.2, heading=17.0, pitch=21.0, fov=78.0)
    ground = Ground((-34, -8, 40, 64), 24, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    ground.rect((-34, -8, 40, 64), textures.paving(rng, 900, 900, 24, (130, 136, 138)))
    ground.asphalt((-12, -8, 22, 40), 104)
    standing: list[Standing] = []
    for y, label in ((6.0, "motorcycle"), (9.6, "motorcycle"), (18.5, "car"), (27.0, "car"), (33.0, "motorcycle")):
        step = 0.8 if label == "motorcycle" else 2.6
        for x in np.arange(-9.5, 20, step):
            ground.line([(float(x) - step / 2, y - 1.1), (float(x) - step / 2, y + (1.1 if step < 1 else 3.6))], 0.07)
            if rng.random() < (0.82 if step < 1 else 0.6) and not -1.4 < x < 1.2:
                solid = vehicles.motorcycle(rng, 0) if step < 1 else vehicles.car(rng)
                turn = float(rng.normal(0.15, 0.08)) if step < 1 else (0.0 if rng.random() < 0.5 else np.pi)
                standing.append(Standing(solid, float(x), y + (0 if step < 1 else 1.3), turn, label))
    ground.line([(-11, 14), (-1, 14)], 0.18, dash=1.5, gap=1)
    build.shops((-14, 42, 24, 54), 7.5, "s")
    build.shops((24, 6, 36, 40), 5.2, "w")
    build.shops((-28, 10, -14, 40), 6.0, "e")
    for spot in ((-11.8, 12.5), (-11.5, 24.0), (22.0, 14.6), (21.5, 31.0), (-1.0, 38.5), (10.0, 39.0)):
        build.tree(spot, float(rng.uniform(4.5, 6.5)))
    build.lamp((6.0, 14.6), 1.6, 7.0)
    build.lamp((-6.0, 31.0), 1.6, 7.0)
    booth = float(rng.uniform(-10.6, -9.8))
    build.block((booth, 1.0, booth + 1.6, 2.8), 2.5, {})
    traffic = Traffic(rng, look.period_s)
    traffic.walk([(-3, 1), (0, 12), (0, 38)], 2, 0.3)
    traffic.walk([(0.4, 38), (0.6, 15), (10, 12.5)], 2, 0.3)
    traffic.walk([(16, 12.6), (2, 13.2), (-8, 3)], 1, 0.3)
    traffic.lane([(24, 3.2), (4, 3.0), (-14, 3.4)], 3.2, 1, {"motorcycle": 1})
    traffic.lane([(-14, 13.8), (0, 14.0), (24, 13.6)], 3.4, 2, {"motorcycle": 0.6, "car": 0.4})
    build.place.quads.append(ground.quad())
    return look.scene(view, build.place, light, traffic, standing)


def _hall(build: Builder, rng: np.random.Generator, name: str) -> None:
    front = textures.house_front(rng, 22, 3.8)
    build.block((-7, 26, 15, 38), 3.8, {"s": front})
    build.gable((-7, 26, 15, 38), 3.8, 3.2, along_y=False, overhang=1.0)
    roof = textures.roof_tiles(rng, 90, 200, 26)
    build.solid((-1, 23, 9, 26), 3.3, 3.45, (150, 160, 166), 0.5)
    build.tabletop((-1, 23, 9, 26), 3.47, roof)
    for x in (-0.7, 2.6, 5.4, 8.7):
        build.solid((x - 0.17, 23.1, x + 0.17, 23.44), 0, 3.3, (214, 218, 218))
    board = textures.sign(rng, 60, 420, name, (120, 70, 30), (240, 240, 240))
    build.wall((0.2, 22.95), (7.8, 22.95), 4.35, board, 3.45)
