"""A flood canal with concrete banks, a bridge, and the gauge that the whole city looks at when it rains."""

from typing import Final

import cv2
import numpy as np

from ronda.simulate.scenes import textures
from ronda.simulate.scenes.canvas import Quad
from ronda.simulate.scenes.film import Scene, Standing
from ronda.simulate.scenes.ground import Ground
from ronda.simulate.scenes.optics import Image, View
from ronda.simulate.scenes.river import River
from ronda.simulate.scenes.road import SHARE
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Light
from ronda.simulate.scenes.structures import Builder, lit
from ronda.simulate.scenes.traffic import Traffic

BED = -4.6
"""Height of the canal's bed in metres, where the staff's zero is; the street is at 0."""
HALF = 8.6
"""Half the width of the bed."""
BANK = 14.0
STAFF_CM = 460
"""What the staff shows at its upper end."""
STAFF_AT: Final = (-6.9, 12.0)


def usual_cm(seed: int) -> float:
    """Return what the staff of a camera shows where nobody says otherwise."""
    return round(float(np.random.default_rng((seed, 31)).uniform(90, 210)))


def canal(look: Look, level_cm: float | None = None, *, dry: bool = False) -> Scene:
    """Return the scene; the camera stands on the left bank.

    Args:
        look: Which variation.
        level_cm: What the staff shows; by default what the seed says.
        dry: Without water: for who draws it, see `Tide`.
    """
    level = BED + (usual_cm(look.seed) if level_cm is None else level_cm) / 100
    rng = np.random.default_rng(look.seed)
    light = Light(look.sun, look.sunlight)
    view = look.view(x=-14.5, y=-4.0, z=5.2, heading=24.0, pitch=13.0, fov=74.0)
    left = Ground((-40, -6, -BANK, 130), 16, rng, light.sun)
    right = Ground((BANK, -6, 60, 130), 16, rng, light.sun)
    build = Builder(right, rng, (view.x, view.y))
    for ground, sign in ((left, -1), (right, 1)):
        x0, x1 = ground.extent[0], ground.extent[2]
        ground.rect((x0, -6, x1, 130), textures.grass(rng, 700, 700))
        edges = sorted((sign * (BANK + 2.0), sign * (BANK + 6.5)))
        ground.asphalt((edges[0], -6, edges[1], 130), 110)
        kerb = sorted((sign * BANK, sign * (BANK + 1.0)))
        ground.rect((kerb[0], -6, kerb[1], 130), textures.concrete(rng, 400, 60, 170))
    water = textures.water(rng, 900, 300)
    floor = textures.concrete(rng, 900, 100, 96) if dry else water
    wide = BANK if not dry else HALF + 0.5
    quad = Quad((-wide, 160, BED if dry else level), (2 * wide, 0, 0), (0, -170, 0), floor, 12)
    build.place.quads.append(quad)
    stones = textures.concrete(rng, 300, 2400, 142)
    for joint in range(0, 2400, 48):
        cv2.line(stones, (joint, 0), (joint, 300), (112, 118, 120), 2)
    wet = np.linspace(1.05, 0.5, 300, dtype=np.float32)[:, None, None] ** 1.4
    stones = np.clip(stones * wet, 0, 255).astype(np.uint8)
    slope = BANK - HALF
    build.place.quads.append(Quad((BANK, 150, 0), (0, -160, 0), (-slope, 0, BED), lit(stones, 0.98), 15))
    build.place.quads.append(Quad((-BANK, -10, 0), (0, 160, 0), (slope, 0, BED), lit(stones, 0.86), 15))
    _bridge(build, rng)
    _gauge(build)
    for y in np.arange(4, 120, 9.0):
        for builder, x in ((Builder(left, rng, build.eye, build.place), -BANK - 8.4), (build, BANK + 8.4)):
            if rng.random() < 0.7 and (x > 0 or y > 20):
                builder.tree(
                    (x, float(y + rng.normal(0, 1.5))),
                    float(rng.uniform(4.5, 7.5)),
                    "palm" if rng.random() < 0.3 else "tree",
                )
        if rng.random() < 0.8:
            build.house((BANK + 11.0, float(y), BANK + 19.0, float(y + 7)), 3.2)
    for y in np.arange(2, 60, 2.0):
        build.place.wires.append(build.wire((BANK, float(y), 0), (BANK, float(y), 1.0), sag=0, thick=0.06))
    for level in (0.5, 1.0):
        build.place.wires.append(build.wire((BANK, 0, level), (BANK, 60, level), sag=0, thick=0.05))
    traffic = Traffic(rng, look.period_s)
    traffic.lane([(-60, 52.2), (70, 52.2)], 8.5, 5, SHARE, level=1.2)
    traffic.lane([(70, 55.6), (-60, 55.6)], 8.0, 5, SHARE, level=1.2)
    traffic.lane([(BANK + 3.2, -8), (BANK + 3.2, 100)], 7.0, 3, {"motorcycle": 0.8, "car": 0.2})
    traffic.lane([(BANK + 5.2, 100), (BANK + 5.2, -8)], 7.4, 3, {"motorcycle": 0.8, "car": 0.2})
    traffic.walk([(BANK + 1.5, 4), (BANK + 1.5, 34)], 2, 0.2)
    build.place.quads += [left.quad(), right.quad()]
    scene = look.scene(view, build.place, light, traffic, list[Standing]())
    if not dry:
        scene.river = River((-BANK, -4, BANK, 140), level, 0.9, look.seed)
    return scene


def staff_ends(view: View) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the staff's zero and its upper end fall on the picture, in 0..1."""
    points = np.array([(*STAFF_AT, BED), (*STAFF_AT, BED + STAFF_CM / 100)], np.float32)
    low, high = (view.project(points)[0] / (view.width, view.height)).tolist()
    return (low[0], low[1]), (high[0], high[1])


def _bridge(build: Builder, rng: np.random.Generator) -> None:
    deck = textures.asphalt(rng, 60, 900, 104)
    build.place.quads.append(Quad((-70, 58, 1.2), (150, 0, 0), (0, -8, 0), deck, 6))
    side = textures.plaster(rng, 60, 1200, (170, 178, 182), 2.0)
    build.wall((-70, 50), (80, 50), 1.2, side, -0.2)
    for level in (1.55, 1.9, 2.2):
        build.place.wires.append(build.wire((-40, 50, level), (60, 50, level), sag=0, thick=0.08))
    for x in np.arange(-40, 60, 2.0):
        build.place.wires.append(build.wire((float(x), 50, 1.2), (float(x), 50, 2.25), sag=0, thick=0.1))
    pier = textures.plaster(rng, 120, 60, (150, 156, 160), 2.5)
    for x in (-5.0, 5.0):
        build.wall((x - 0.7, 50.4), (x + 0.7, 50.4), -0.2, pier, BED)
        build.wall((x - 0.7, 57), (x - 0.7, 50.4), -0.2, lit(pier, 0.8), BED)


def _gauge(build: Builder) -> None:
    """The staff in the water: a mark each 10 cm, numbers each half metre, green, yellow and red."""
    steps = STAFF_CM // 10
    high, wide = steps * 20, 100
    board: Image = np.full((high, wide, 3), 240, np.uint8)
    colours = ((60, 60, 205), (60, 190, 225), (80, 150, 60))
    for step in range(steps):
        y = high - step * 20
        colour = colours[0] if step >= 30 else colours[1] if step >= 20 else colours[2]
        cv2.rectangle(board, (0 if step % 2 else wide // 2, y - 20), (wide // 2 if step % 2 else wide, y), colour, -1)
        if step % 5 == 0:
            cv2.putText(board, str(step * 10), (6, y - 4), cv2.FONT_HERSHEY_DUPLEX, 0.6, (20, 20, 20), 2, cv2.LINE_AA)
    build.billboard(STAFF_AT, 0.6, STAFF_CM / 100, board, BED)
    build.pole((STAFF_AT[0], STAFF_AT[1] + 0.3), STAFF_CM / 100 + BED + 0.5, 0.18)
