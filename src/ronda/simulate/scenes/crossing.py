# ruff: noqa: E501  rows of what stands are read as rows
"""A signalled intersection of two main roads; the cross road waits at red."""

import cv2
import numpy as np

from ronda.simulate.scenes import textures, vehicles
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.road import SHARE
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder
from ronda.simulate.scenes.traffic import Traffic


def crossing(look: Look) -> Scene:
    """Return the scene; the camera stands on a mast at a corner."""
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=-12.5, y=-3.0, z=8.6, heading=28.0, pitch=22.0, fov=80.0)
    ground = Ground((-46, -10, 50, 90), 20, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    ground.rect((-46, -10, 50, 90), textures.paving(rng, 900, 900, 20, (132, 138, 142)))
    ground.asphalt((-7.5, -10, 7.5, 90))
    ground.asphalt((-46, 16, 50, 31), 100)
    _marks(ground)
    _corners(build, rng)
    traffic = Traffic(rng, look.period_s)
    for x, speed in ((-5.3, 8.0), (-2.2, 9.4)):
        traffic.lane([(x, 96), (x, -14)], speed, 3, SHARE)
        traffic.lane([(-x, -14), (-x, 96)], speed + 0.4, 3, SHARE)
    traffic.lane([(-6.6, 90), (-6.6, -14)], 7.4, 3, {"motorcycle": 1})
    traffic.lane([(6.6, -14), (6.6, 90)], 7.8, 3, {"motorcycle": 1})
    # Turning left on red is allowed here.
    traffic.lane(
        [(40, 18.2), (14, 18.2), (8, 16), (5.8, 10), (5.8, -14)][::-1], 6.0, 2, {"motorcycle": 0.8, "car": 0.2}
    )
    for x in (-10.5, 10.2):
        traffic.walk([(x, -6), (x, 14)], 1, 0.4)
        traffic.walk([(x, 40), (x, 32)], 1, 0.4)
    traffic.walk([(12, 12), (30, 12.5)], 2, 0.6)
    standing = _waiting(rng)
    build.place.quads.append(ground.quad())
    return look.scene(view, build.place, light, traffic, standing)


def _marks(ground: Ground) -> None:
    for x in (-3.7, 3.7):
        ground.line([(x, -10), (x, 12)], 0.12, dash=3, gap=3)
        ground.line([(x, 36), (x, 90)], 0.12, dash=3, gap=3)
    for x in (-0.12, 0.12):
        ground.line([(x, -10), (x, 12)], 0.1, (120, 190, 215))
        ground.line([(x, 36), (x, 90)], 0.1, (120, 190, 215))
    for y in (20.0, 27.2):
        for x0, x1 in ((-46, -13), (13, 50)):
            ground.line([(x0, y), (x1, y)], 0.12, dash=3, gap=3)
    for y in (23.5, 23.8):
        for x0, x1 in ((-46, -13), (13, 50)):
            ground.line([(x0, y), (x1, y)], 0.1)
    ground.zebra((-7.2, 12.4, 7.2, 15.2), along_x=True)
    ground.zebra((-7.2, 31.8, 7.2, 34.6), along_x=True)
    ground.zebra((-11.2, 16.4, -8.4, 30.6), along_x=False)
    ground.zebra((8.4, 16.4, 11.2, 30.6), along_x=False)
    ground.line([(-12.2, 16.4), (-12.2, 23.4)], 0.35)
    ground.line([(12.2, 24.0), (12.2, 30.6)], 0.35)
    for at in np.arange(-6.8, 7.0, 1.4):  # the yellow box that must stay clear
        ground.line([(float(at), 17), (float(at) + 0.01, 30)], 0.07, (110, 180, 205), dash=1.4, gap=1.4)


def _corners(build: Builder, rng: np.random.Generator) -> None:
    for box, height, sides in (
        ((13, 35, 30, 47), 11.0, "sw"), ((31, 35, 48, 48), 7.5, "s"), ((13, 47.5, 24, 62), 8.0, "w"), ((13, 63, 25, 86), 6.5, "w"),
        ((-30, 35, -13, 46), 7.2, "se"), ((-46, 35, -31, 46), 9.5, "s"), ((-26, 47, -13, 62), 10.5, "e"), ((-25, 63, -13, 86), 7.0, "e"),
        ((15, -8, 30, 9), 7.0, "wn"), ((32, -6, 50, 9), 9.0, "wn"),
    ):  # fmt: skip
        build.shops(box, height * float(rng.uniform(0.85, 1.2)), sides)
    for spot in ((-9.6, 36.0), (9.8, 37.5), (10.5, 8.0), (-9.8, 52.0), (10.2, 58.0), (9.5, 44), (22, 12.5), (34, 12.5)):
        build.tree(spot, float(rng.uniform(4.5, 7.5)), "palm" if rng.random() < 0.4 else "tree")
    for spot, reach in (((8.6, 32.5), -4.0), ((-8.6, 14.6), 4.0), ((-12.6, 31.8), 0.0), ((12.6, 15.4), 0.0)):
        build.pole(spot, 5.6, 0.2, (70, 150, 190))
        for at in ((spot[0] + reach, spot[1], 5.4), (spot[0], spot[1], 3.0)):
            lamp = np.full((60, 24, 3), 26, np.uint8)
            lit = 2 if reach else 0
            for row, colour in enumerate(((40, 40, 230), (40, 160, 220), (90, 220, 60))):
                shown = colour if row == lit else tuple(part // 5 for part in colour)
                cv2.circle(lamp, (12, 11 + 19 * row), 8, shown, -1, cv2.LINE_AA)
            build.billboard((at[0], at[1]), 0.4, 1.0, lamp, at[2] - 0.5)
        if reach:
            build.place.wires.append(build.wire((*spot, 5.5), (spot[0] + reach, spot[1], 5.7), sag=0.0, thick=0.14))
    build.power_line([(11.5, 2.0), (11.5, 33.0), (11.5, 60.0)], 9)
    build.power_line([(-11.5, 33.0), (-11.5, 60.0)], 9)
    board = textures.sign(
        rng,
        200,
        420,
        ("SEMARANG HEBAT", "AYO VAKSIN", "TERTIB LALU LINTAS")[int(rng.integers(3))],
        (150, 80, 30),
        (245, 245, 245),
    )
    build.billboard((16.0, 33.0), 7.0, 3.4, board, 5.5)
    build.pole((16.0, 33.2), 5.6, 0.4)


def _waiting(rng: np.random.Generator) -> list[Standing]:
    found: list[Standing] = []
    for sign, lanes in ((-1, (18.1, 21.8)), (1, (25.6, 29.2))):
        heading = np.pi / 2 if sign < 0 else -np.pi / 2
        for _ in range(9):
            x, y = sign * rng.uniform(12.8, 16.4), rng.uniform(min(lanes) - 1.2, max(lanes) + 1.2)
            if all(np.hypot(x - other.x, y - other.y) > 1.25 for other in found):
                found.append(
                    Standing(
                        vehicles.motorcycle(rng), float(x), float(y), heading + float(rng.normal(0, 0.08)), "motorcycle"
                    )
                )
        for lane in lanes:
            x = 20.2
            while x < 38:
                kind = vehicles.choose(rng, {"car": 0.7, "angkot": 0.15, "truck": 0.1, "bus": 0.05})
                long = vehicles.LENGTH_M[kind]
                found.append(
                    Standing(
                        vehicles.MAKERS[kind](rng),
                        sign * (x + long / 2 - 1.5),
                        lane,
                        heading,
                        kind if kind != "angkot" else "car",
                    )
                )
                x += long + float(rng.uniform(1.0, 2.2))
    return found
