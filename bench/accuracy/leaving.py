"""A drawn yard in which people leave bags, take some of them away, or only stand: with the truth of what lay where."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.simulate.scenes.film import Film, Scene
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Model, Solid
from ronda.simulate.scenes.traffic import Pose, Route
from ronda.simulate.scenes.yard import office
from ronda.vision.picture import Picture

WIDTH, HEIGHT = 640, 360
LENGTH_S: Final = 215.0
SITES: Final = ((-3.5, 4.5), (1.5, 6.0), (5.5, 8.0), (-1.5, 10.5), (3.5, 12.0))
"""Where something may be left, in metres."""
_SPEED: Final = 1.25
_STOOP_S: Final = 3.0
_COLOURS: Final = ((30, 30, 32), (200, 205, 210), (40, 40, 160), (150, 90, 40), (60, 170, 210))


@dataclass(frozen=True)
class Left:
    """One thing that lay there.

    Attributes:
        box: In 0..1 of the picture.
        from_s: When it was put down.
        to_s: When it was taken away; infinite where nobody did.
    """

    box: tuple[float, float, float, float]
    from_s: float
    to_s: float


class Visitor:
    """Walks to a place, stoops or stands there, and walks off: an `Actor` in all but its own time."""

    label, level = "person", 0.0

    def __init__(self, track: int, rng: np.random.Generator, site: tuple[float, float], at_s: float, stay_s: float):
        self.track = track
        self._walker = Walker(rng)
        side = 1.0 if rng.random() < 0.5 else -1.0
        begin, end = (-11.0 * side, site[1] + 1.0), (12.0 * side, site[1] + 3.0)
        beside = (site[0] - 0.5 * side, site[1] + 0.25)
        self._to, self._off = Route([begin, beside]), Route([beside, end])
        self._at_s, self._stay_s = at_s, stay_s
        self._stands = False

    def solid(self, pose: Pose) -> Solid:
        """Return what they look like."""
        walking = float(np.hypot(*pose.velocity[:2])) > 0.1
        phase = pose.travelled / 0.72 * np.pi
        return Solid(self._walker.model(phase if walking else 0.0, 0.28 if walking else 0.0))

    def poses(self, at_s: float, _period_s: float) -> Iterator[tuple[int, Pose]]:
        """Yield where they are."""
        since = at_s - self._at_s
        if since < 0:
            travelled = self._to.length + since * _SPEED
            if travelled > 0:
                yield 0, self._to.pose(travelled, _SPEED)
        elif since < self._stay_s:
            yield 0, self._to.pose(self._to.length - 1e-3, 0.0)
        elif (since - self._stay_s) * _SPEED < self._off.length:
            yield 0, self._off.pose((since - self._stay_s) * _SPEED, _SPEED)


class Bag:
    """A bag that lies from one moment to another."""

    label, level = "", 0.0

    def __init__(self, track: int, rng: np.random.Generator, site: tuple[float, float], from_s: float, to_s: float):
        self.track, self.from_s, self.to_s = track, from_s, to_s
        model, colour = Model(), _COLOURS[int(rng.integers(len(_COLOURS)))]
        self._wide = wide = float(rng.uniform(0.26, 0.4))
        model.limb((-wide / 2, 0, wide * 0.7), (wide / 2, 0.05, wide * 0.7), wide * 0.7, colour)
        model.ball((0.0, 0.0, wide * 1.4), wide * 0.4, colour)
        self._solid, self._pose = Solid(model), Route([site, (site[0] + 1, site[1])]).pose(1e-3, 0.0)

    def solid(self, _pose: Pose) -> Solid:
        """Return what it looks like."""
        return self._solid

    def poses(self, at_s: float, _period_s: float) -> Iterator[tuple[int, Pose]]:
        """Yield where it lies."""
        if self.from_s <= at_s < self.to_s:
            yield 0, self._pose

    def box(self, scene: Scene) -> tuple[float, float, float, float]:
        """Return where it is on the picture."""
        x, y, wide = self._pose.x, self._pose.y, 1.2 * self._wide
        corners = np.array([(x - wide, y, 0.0), (x + wide, y, 0.0), (x - wide, y, 1.5 * wide)], np.float32)
        spots, _ = scene.view.project(corners)
        (left, top), (right, bottom) = (end / (WIDTH, HEIGHT) for end in (spots.min(0), spots.max(0)))
        return float(left), float(top), float(right), float(bottom)


class Yard:
    """One seed's yard: at two of five places a bag is left, at one it is fetched after 75 s, at one after 16 s.

    At the fifth somebody only stands. Every third seed has jumps of the exposure and clouds, every fifth rain.
    """

    def __init__(self, seed: int, rate: float) -> None:
        self.seed, self.rate = seed, rate
        rng = np.random.default_rng((seed, 19))
        scene = office(Look(seed, "", WIDTH, HEIGHT, 24.0, zoom=1.25))
        self.left: list[Left] = []
        actors: list[Visitor | Bag] = []
        order = rng.permutation(len(SITES))
        for number, which in enumerate(order.tolist()):
            site, at_s = SITES[which], 35.0 + 14.0 * number + float(rng.uniform(0, 6))
            kind = ("left", "fetched", "stands", "short", "left")[number]
            track = 8000 + 10 * number
            stay_s = _STOOP_S if kind != "stands" else float(rng.uniform(6, 15))
            actors.append(Visitor(track, rng, site, at_s, stay_s))
            if kind == "stands":
                continue
            away_s = {"left": np.inf, "fetched": at_s + 75.0, "short": at_s + 16.0}[kind]
            if kind != "left":
                actors.append(Visitor(track + 1, rng, site, away_s - 1.5, _STOOP_S))
            bag = Bag(track + 2, rng, site, at_s + 1.5, float(away_s))
            actors.append(bag)
            self.left.append(Left(bag.box(scene), bag.from_s, bag.to_s))
        self._film = Film(replace(scene, actors=[*scene.actors, *actors]), rate, scale=1.0)  # type: ignore[list-item]
        self.jumps, self.rain = seed % 3 == 0, seed % 5 == 0
        self._steps = [(float(at), float(rng.choice((0.7, 0.8, 1.25, 1.4)))) for at in rng.uniform(20, LENGTH_S, 3)]
        corners = np.array([(-9.0, 2.0, 0), (11.0, 2.0, 0), (11.0, 15.0, 0), (-9.0, 15.0, 0)], np.float32)
        spots = np.clip(scene.view.project(corners)[0] / (WIDTH, HEIGHT), 0, 1)
        self.zone = [(float(x), float(y)) for x, y in spots]

    def pictures(self) -> Iterator[Picture]:
        """Yield the yard."""
        for index in range(int(LENGTH_S * self.rate)):
            at_s = index / self.rate
            planes, _ = self._film.draw(index)
            rgb = np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)
            _, jpeg = cv2.imencode(".jpg", self._lit(rgb, at_s, index), [cv2.IMWRITE_JPEG_QUALITY, 70])
            shown = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)
            yield Picture(shown, round(at_s * HZ_90K), (WIDTH, HEIGHT))

    def _lit(self, rgb: NDArray[np.uint8], at_s: float, index: int) -> NDArray[np.uint8]:
        if self.jumps:
            gain = next((to for begins, to in self._steps if begins <= at_s < begins + 18), 1.0)
            across = np.linspace(0, 1, WIDTH, dtype=np.float32) - (at_s / 60 % 1.6 - 0.3)
            shade = gain * (1 - 0.35 * np.exp(-((across / 0.22) ** 2)))
            rgb = np.clip(rgb * shade[None, :, None], 0, 255).astype(np.uint8)
        if self.rain:
            rng = np.random.default_rng((self.seed, index))
            for _ in range(120):
                x, y, long = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT)), int(rng.integers(6, 22))
                cv2.line(rgb, (x, y), (x + 2, y + long), (190, 190, 195), 1, cv2.LINE_AA)
        return rgb
