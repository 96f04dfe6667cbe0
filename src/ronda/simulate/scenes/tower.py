"""A quarter seen from a telecom tower: roofs, lanes, trees, a mosque, a road."""

import cv2
import numpy as np

from ronda.simulate.scenes import textures
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.road import SHARE
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder
from ronda.simulate.scenes.traffic import Traffic


def tower(look: Look) -> Scene:
    """Return the scene; the camera hangs 30 m up."""
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=0.0, y=-26.0, z=29.0, heading=4.0, pitch=27.0, fov=62.0)
    ground = Ground((-75, -16, 75, 170), 10, rng, light.sun)
    build = Builder(ground, rng, (view.x, view.y))
    ground.rect((-75, -16, 75, 170), textures.grass(rng, 800, 800))
    road = 14.0
    ground.asphalt((road - 4.2, -16, road + 4.2, 170))
    ground.line([(road, -16), (road, 170)], 0.2, dash=3, gap=4)
    for y in (4.0, 34.0, 66.0, 104.0):
        ground.rect((-75, y - 1.5, 75, y + 1.5), textures.paving(rng, 200, 600, 10))
    for x0, x1 in ((-62, road - 5.5), (road + 5.5, 62)):
        for y0, y1 in ((-14, 2), (6, 32), (36, 64), (68, 102), (106, 150)):
            _blocks(build, rng, (x0, y0, x1, y1))
    _mosque(build, rng, (-14.0, 44.0))
    traffic = Traffic(rng, look.period_s)
    traffic.lane([(road - 2.1, 150), (road - 2.1, -30)], 8.6, 5, SHARE)
    traffic.lane([(road + 2.1, -30), (road + 2.1, 150)], 9.0, 5, SHARE)
    traffic.lane([(-60, 4.6), (60, 4.6)], 5.0, 2, {"motorcycle": 1})
    traffic.lane([(60, 33.4), (-60, 33.4)], 4.6, 2, {"motorcycle": 0.8, "cart": 0.1, "car": 0.1})
    traffic.walk([(-16, 4), (4, 4)], 2, 0.5)
    build.place.quads.append(ground.quad())
    build.place.haze_m = 300
    return look.scene(view, build.place, light, traffic, list[Standing]())


def _blocks(build: Builder, rng: np.random.Generator, box: tuple[float, float, float, float]) -> None:
    y = box[1]
    while y < box[3] - 5:
        deep = float(rng.uniform(7, 9.5))
        x = box[0]
        while x < box[2] - 5:
            wide = float(rng.uniform(6, 10))
            end = min(x + wide, box[2])
            near = abs(x + 14) < 12 and abs(y - 44) < 12
            roll = rng.random()
            if not near and roll < 0.78:
                build.house(
                    (x + 0.4, y + 0.4, end - 0.4, min(y + deep, box[3]) - 0.5), float(rng.choice([3.0, 3.3, 6.0]))
                )
            elif not near and roll < 0.9:
                roof = textures.metal_sheet(
                    rng, 80, 80, 10, ((150, 156, 158), (110, 120, 150), (130, 110, 80))[int(rng.integers(3))]
                )
                build.block((x + 0.4, y + 0.4, end - 0.4, min(y + deep, box[3]) - 0.5), 3.4, {}, roof)
            else:
                build.tree(
                    ((x + end) / 2, y + deep / 2), float(rng.uniform(6, 10)), "palm" if rng.random() < 0.3 else "tree"
                )
            if rng.random() < 0.35:
                build.tree((end, y + 0.5), float(rng.uniform(4, 7)))
            x = end + float(rng.choice([0.2, 1.6]))
        y += deep + float(rng.choice([0.3, 1.8]))


def _mosque(build: Builder, rng: np.random.Generator, spot: tuple[float, float]) -> None:
    x, y = spot
    build.block((x - 7, y - 6, x + 7, y + 6), 5.5, {"s": textures.house_front(rng, 14, 5.5)})
    size = 160
    dome = np.zeros((size, size, 4), np.uint8)
    for radius in range(78, 0, -2):
        shade = 0.55 + 0.5 * (1 - radius / 78)
        colour = tuple(int(part * shade) for part in (120, 168, 90))
        cv2.ellipse(
            dome, (80 - (78 - radius) // 4, 110 - (78 - radius) // 3), (radius, radius), 0, 180, 360, (*colour, 255), -1
        )
    cv2.rectangle(dome, (2, 108), (158, 150), (200, 206, 206, 255), -1)
    cv2.line(dome, (80, 34), (80, 6), (90, 190, 220, 255), 4)
    build.billboard(spot, 8, 8, dome, 5.2)
    build.pole((x + 8.5, y - 5), 17, 1.5, (215, 220, 220))
