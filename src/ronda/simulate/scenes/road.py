"""A main road with a median, shop houses and street lamps."""

import numpy as np

from ronda.simulate.scenes import textures, vehicles
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder
from ronda.simulate.scenes.traffic import Traffic

SHARE = {"motorcycle": 0.5, "car": 0.33, "angkot": 0.06, "truck": 0.06, "bus": 0.05}


def road(look: Look) -> Scene:
    """Return the scene; the camera stands on a lamp post by the pavement."""
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=-8.6, y=-9.0, z=6.6, heading=14.0, pitch=17.0, fov=76.0)
    ground = Ground((-26, -10, 26, 120), 22, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    ground.rect((-26, -10, 26, 120), textures.paving(rng, 900, 900, 22))
    for side in (-1, 1):
        x0, x1 = sorted((side * 0.9, side * 7.4))
        ground.asphalt((x0, -10, x1, 120))
        for lane in (2.5, 5.6):
            ground.tracks(side * lane, -10, 120)
        ground.line([(side * 4.1, -10), (side * 4.1, 120)], 0.12, dash=3, gap=4)
        ground.line([(side * 7.1, -10), (side * 7.1, 120)], 0.12)
        ground.line([(side * 1.15, -10), (side * 1.15, 120)], 0.12, (120, 190, 215))
    ground.zebra((-7.2, 14, -1.0, 17.5), along_x=True)
    ground.zebra((1.0, 14, 7.2, 17.5), along_x=True)
    ground.rect((-0.75, -10, 0.75, 120), textures.grass(rng, 600, 200))
    for start in range(-10, 120, 26):
        gap = 2.5 if start == -10 else 0
        build.solid((-0.9, start, -0.75, start + 24 - gap), 0, 0.22, (170, 176, 180), 0.2)
        build.solid((0.75, start, 0.9, start + 24 - gap), 0, 0.22, (170, 176, 180), 0.2)
    for y in np.arange(-4, 110, 3.2):
        if rng.random() < 0.85 and not 12 < y < 19:
            build.billboard((0.0, float(y)), 2.4, float(rng.uniform(0.7, 1.2)), textures.bush(rng))
    for y in np.arange(6, 110, 17.0):
        if rng.random() < 0.75:
            build.tree((0.0, float(y) + 3), float(rng.uniform(4, 6)), "palm" if rng.random() < 0.6 else "tree")
    _sides(build, rng)
    traffic = Traffic(rng, look.period_s)
    for x, speed, share in ((-5.6, 9.5, SHARE), (-2.5, 11.5, SHARE)):
        traffic.lane([(x, 96), (x, -16)], speed, 4, share)
        traffic.lane([(-x, -18), (-x, 96)], speed + 0.5, 4, share)
    for x, speed in ((-6.6, 8.2), (-4.1, 12.4)):
        traffic.lane([(x, 96), (x, -16)], speed, 3, {"motorcycle": 1.0})
        traffic.lane([(-x, -18), (-x, 96)], speed, 3, {"motorcycle": 1.0})
    traffic.walk([(-9.4, -6), (-9.6, 40)], 1, 0.5)
    traffic.walk([(-9.8, 40), (-9.4, -6)], 1, 0.5)
    traffic.walk([(9.6, 0), (9.8, 44)], 1, 0.5)
    traffic.walk([(9.8, 46), (9.4, 0)], 1, 0.5)
    standing = [
        Standing(
            vehicles.motorcycle(rng, 0),
            float(side * rng.uniform(10.6, 11.2)),
            float(y),
            float(rng.normal(side * 1.4, 0.12)),
            "motorcycle",
        )
        for side in (-1, 1)
        for y in np.arange(3, 70, 1.1)
        if rng.random() < 0.4
    ]
    standing.append(Standing(vehicles.cart(rng), -8.6, 22.0, 0.2, "cart"))
    standing.append(Standing(vehicles.car(rng), 8.6, 26.0, 0.0, "car"))
    build.place.quads.append(ground.quad())
    return look.scene(view, build.place, light, traffic, standing)


def _sides(build: Builder, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        y = -8.0 if side > 0 else 2.0
        while y < 115:
            deep, wide = 9.0, float(rng.uniform(9, 17))
            x0, x1 = (12.2, 12.2 + deep) if side > 0 else (-12.2 - deep, -12.2)
            build.shops((x0, y, x1, y + wide), float(rng.uniform(6.2, 11.5)), "ws" if side > 0 else "es")
            if rng.random() < 0.6:
                awning = textures.PLASTERS[int(rng.integers(len(textures.PLASTERS)))]
                shade = (awning[0] // 2, awning[1] // 2, awning[2] // 2 + 40)
                out = (10.6, 12.2) if side > 0 else (-12.2, -10.6)
                build.solid((out[0], y + 0.4, out[1], y + wide - 0.4), 2.9, 3.0, shade, 0.4)
            y += wide + (0.15 if rng.random() < 0.7 else 2.5)
        build.power_line([(side * 10.4, float(at)) for at in range(4, 110, 24)], 8.6)
        for at in range(14, 110, 30):
            build.lamp((side * 8.2, float(at)), -side * 2.2)
            if rng.random() < 0.8:
                build.tree((side * 9.9, at + 9.0), float(rng.uniform(5, 7.5)))
            flag = textures.banner(rng, 40, 160)
            build.billboard((side * 8.0, at + 5.0), 0.7, 2.8, flag, 0.9)
