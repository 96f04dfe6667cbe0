"""A kampung alley: walls, gates, pot plants, parked motorcycles, a neighbourhood's arch."""

import numpy as np

from ronda.simulate.scenes import textures, vehicles
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.optics import View
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder
from ronda.simulate.scenes.traffic import Traffic

HALF = 1.9


def alley(look: Look, light: Light) -> tuple[View, Builder, list[Standing]]:
    """Return the alley without anybody in it."""
    rng = np.random.default_rng(look.seed)
    view = look.view(x=-1.5, y=-3.5, z=4.3, heading=9.0, pitch=20.0, fov=78.0)
    ground = Ground((-16, -6, 16, 62), 30, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    paint = ((118, 130, 140), (128, 134, 136), (96, 112, 140))[look.seed % 3]
    ground.rect((-16, -6, 16, 62), textures.concrete(rng, 700, 700, 130))
    ground.rect((-HALF, -6, HALF, 62), textures.paving(rng, 1000, 240, 30, paint))
    for side in (-1, 1):
        x0, x1 = sorted((side * (HALF - 0.38), side * (HALF - 0.04)))
        ground.rect((x0, -6, x1, 62), textures.concrete(rng, 300, 60, 112))
        ground.line([(side * (HALF - 0.2), -6), (side * (HALF - 0.2), 62)], 0.1, (60, 62, 60), dash=2.4, gap=0.3)
    ground.line([(0, -6), (0, 62)], 0.22, (110, 150, 190) if look.seed % 2 else (150, 150, 150))
    for side in (-1, 1):
        _side(build, rng, side)
    build.power_line([(HALF - 0.15, 6.0), (HALF - 0.15, 27.0), (HALF - 0.15, 48.0)], 7.0)
    for y in (3.0, 9.5, 15.0, 24.0):
        ends = (-HALF - 0.5, y, 4.2 + float(rng.uniform(-0.3, 0.6))), (HALF, y + float(rng.uniform(-3, 6)), 5.6)
        build.place.wires.append(build.wire(*ends, sag=0.35))
    _arch(build, rng, 30.0, "RT 03 RW 04" if look.seed < 20 else "KAMPUNG")
    build.house((-9, 56, 9, 61), 3.4, along_y=False)
    standing = [
        Standing(
            vehicles.motorcycle(rng, 0),
            float(side * rng.uniform(1.25, 1.4)),
            float(y),
            float(rng.normal(0.0, 0.12) + (np.pi if rng.random() < 0.5 else 0)),
            "motorcycle",
        )
        for side in (-1, 1)
        for y in np.arange(5, 40, 3.4)
        if rng.random() < 0.34
    ]
    if rng.random() < 0.6:
        standing.append(Standing(vehicles.cart(rng), 1.2, 18.5, 0.1, "cart"))
    standing += [
        Standing(Walker(rng).model(0.4, 0.04), *spot, float(rng.uniform(0, 6)), "person")
        for spot in ((-1.2, 12.2), (-1.0, 13.0))
        if rng.random() < 0.7
    ]
    build.place.quads.append(ground.quad())
    return view, build, standing


def gang(look: Look) -> Scene:
    """Return the scene by day."""
    light = Light(look.sun, look.sunlight)
    view, build, standing = alley(look, light)
    traffic = Traffic(build.rng, look.period_s)
    traffic.lane([(-0.55, 56), (-0.5, -5)], 4.2, 1, {"motorcycle": 1.0})
    traffic.lane([(0.6, -6), (0.5, 56)], 4.8, 1, {"motorcycle": 1.0})
    traffic.walk([(-0.9, 0), (-0.8, 26)], 1, 0.12)
    traffic.walk([(0.9, 27), (0.7, 1)], 1, 0.15)
    traffic.walk([(-1.9, 17), (-0.6, 17.4), (0.2, 24), (0.4, 36)], 1, 0.1)
    traffic.walk([(0.3, 30), (0.1, 6)], 1, 0.3, 0.95)
    return look.scene(view, build.place, light, traffic, standing)


def _side(build: Builder, rng: np.random.Generator, side: int) -> None:
    y = -5.0
    while y < 55:
        wide = float(rng.uniform(5.5, 9.0))
        edge, far = side * (HALF + 0.05), side * (HALF + 8.0)
        if rng.random() < 0.55:
            top = float(rng.uniform(1.3, 2.0))
            start, end = ((edge, y + wide), (edge, y)) if side > 0 else ((edge, y), (edge, y + wide))
            build.wall(start, end, top, textures.yard_wall(rng, wide, top))
            build.ground.shadow([(edge, y), (edge, y + wide), (edge + side * 0.15, y + wide)], top)
            build.ground.occlude([(edge, y), (edge, y + wide), (edge + side * 0.1, y)], 0.4, 0.3)
            near = side * (HALF + 2.2)
            build.house((min(near, far), y + 0.2, max(near, far), y + wide - 0.2), float(rng.uniform(2.9, 3.4)))
            if rng.random() < 0.75 and y > 3:
                build.tree(
                    (side * (HALF + 1.1), y + wide / 2),
                    float(rng.uniform(3.4, 5.5)),
                    "palm" if rng.random() < 0.25 else "tree",
                )
        else:
            floors = float(rng.choice([3.1, 3.3, 6.2], p=[0.45, 0.35, 0.2]))
            near = side * (HALF + float(rng.uniform(0.1, 0.7)))
            build.house((min(near, far), y + 0.1, max(near, far), y + wide - 0.1), floors)
            shade = textures.metal_sheet(rng, 60, 120, 30)
            colour = (int(shade[..., 0].mean()), int(shade[..., 1].mean()), int(shade[..., 2].mean()))
            out = sorted((near, near - side * 1.0))
            build.solid((out[0], y + 0.6, out[1], y + wide - 0.8), 2.45, 2.52, colour, 0.35)
        for at in np.arange(y + 0.4, y + wide, 0.75):
            if rng.random() < 0.45:
                high = float(rng.uniform(0.35, 0.95))
                build.billboard((side * (HALF - 0.3), float(at)), high * 1.1, high, textures.bush(rng, 90, 90), 0.18)
                build.solid(
                    (side * (HALF - 0.3) - 0.13, at - 0.13, side * (HALF - 0.3) + 0.13, at + 0.13),
                    0,
                    0.24,
                    (70, 90, 150),
                    0.2,
                )
        if rng.random() < 0.4:
            for step in range(6):
                cloth = textures.banner(rng, 30, 40)
                build.billboard((side * (HALF + 0.2), y + 1.2 + step * 0.5), 0.45, 0.62, cloth, 1.9)
        y += wide


def _arch(build: Builder, rng: np.random.Generator, y: float, text: str) -> None:
    for side in (-1, 1):
        build.solid((side * HALF - 0.2, y - 0.2, side * HALF + 0.2, y + 0.2), 0, 3.4, (60, 70, 180))
    build.solid((-HALF - 0.4, y - 0.15, HALF + 0.4, y + 0.15), 3.4, 4.1, (210, 214, 216))
    board = textures.sign(rng, 60, 300, text, (60, 60, 170), (240, 240, 240))
    build.wall((-HALF + 0.1, y - 0.17), (HALF - 0.1, y - 0.17), 4.02, board, 3.48)
