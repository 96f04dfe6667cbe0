"""Who moves through a scene, in a time that closes: at the period's end everything is where it began."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from ronda.simulate.scenes import vehicles
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.solids import Solid
from ronda.simulate.scenes.textures import Rng

Spots = list[tuple[float, float]]


@dataclass(frozen=True)
class Pose:
    """Where something is at a moment: metres, radians (0 along +y, turning right), and its speed vector."""

    x: float
    y: float
    heading: float
    velocity: tuple[float, float, float]
    travelled: float


class Route:
    """A smooth way through points."""

    def __init__(self, points: Spots) -> None:
        way = np.array(points, np.float64)
        if len(way) > 2:
            for _ in range(3):  # Chaikin's corner cutting
                cut = np.empty((2 * (len(way) - 1), 2))
                cut[0::2] = way[:-1] * 0.75 + way[1:] * 0.25
                cut[1::2] = way[:-1] * 0.25 + way[1:] * 0.75
                way = np.vstack((way[:1], cut, way[-1:]))
        self._way = way
        self._at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))))
        self.length = float(self._at[-1])

    def pose(self, travelled: float, speed: float) -> Pose:
        """Return where one is after so many metres."""
        near = (travelled - 0.6, travelled, travelled + 0.6)
        (x0, x, x1), (y0, y, y1) = (np.interp(near, self._at, self._way[:, axis]).tolist() for axis in (0, 1))
        dx, dy = x1 - x0, y1 - y0
        norm = float(np.hypot(dx, dy)) or 1.0
        return Pose(x, y, float(np.arctan2(dx, dy)), (dx / norm * speed, dy / norm * speed, 0.0), travelled)


@dataclass(frozen=True)
class Actor:
    """Something that moves along a route, again in each period.

    Attributes:
        track: Its number within the scene.
        label: Its class, as in the truth: car, motorcycle, bus, truck, person.
        solids: What it looks like; of several, one follows the other in each 1.37 m (two steps).
        route: Its way.
        speed: Metres a second.
        start_s: When it sets out, within the period.
        level: Height of what it moves on, in metres.
    """

    track: int
    label: str
    solids: tuple[Solid, ...]
    route: Route
    speed: float
    start_s: float
    level: float = 0.0

    def solid(self, pose: Pose) -> Solid:
        """Return what it looks like at a pose."""
        return self.solids[int(pose.travelled / 1.366 * len(self.solids)) % len(self.solids)]

    def poses(self, at_s: float, period_s: float) -> Iterator[tuple[int, Pose]]:
        """Yield (which lap, pose) of each of its selves that is under way at a moment of the period."""
        needs = self.route.length / self.speed
        since = (at_s - self.start_s) % period_s
        lap = 0
        while since < needs:
            yield lap, self.route.pose(since * self.speed, self.speed)
            since += period_s
            lap += 1


LABELS = {"angkot": "car", "car": "car", "bus": "bus", "truck": "truck", "motorcycle": "motorcycle", "cart": "cart"}


class Traffic:
    """Fills lanes and pavements with actors."""

    def __init__(self, rng: Rng, period_s: float) -> None:
        self.rng, self.period_s = rng, period_s
        self.actors: list[Actor] = []
        self._tracks = count(1)

    def lane(self, points: Spots, speed: float, many: int, share: dict[str, float], level: float = 0.0) -> None:
        """Send up to `many` vehicles a period along a lane, all at one speed, so that none touch."""
        route = Route(points)
        at, begin = 0.0, float(self.rng.uniform(0, self.period_s))
        slack = self.period_s / max(1, many)
        for _ in range(many):
            kind = vehicles.choose(self.rng, share)
            need = (vehicles.LENGTH_M[kind] + 2.2) / speed
            if at + need + 0.4 > self.period_s:
                return
            solid = Solid(vehicles.MAKERS[kind](self.rng))
            start = (begin + at + need / 2) % self.period_s
            self.actors.append(Actor(next(self._tracks), LABELS[kind], (solid,), route, speed, start, level))
            at += max(need, float(self.rng.normal(slack, slack * 0.35)))

    def walk(
        self, points: Spots, many: int = 1, spread: float = 0.4, speed: float | None = None, level: float = 0.0
    ) -> None:
        """Send people along a way, each a little beside it, at their own pace."""
        for _ in range(many):
            aside = self.rng.normal(0, spread, 2)
            pace = speed or float(np.clip(self.rng.normal(1.15, 0.18), 0.7, 1.6))
            walker = Walker(self.rng)
            route = Route([(x + float(aside[0]), y + float(aside[1])) for x, y in points])
            steps = tuple(Solid(walker.model(float(turn))) for turn in np.arange(16) * (np.pi / 8))
            start = float(self.rng.uniform(0, self.period_s))
            self.actors.append(Actor(next(self._tracks), "person", steps, route, pace, start, level))
