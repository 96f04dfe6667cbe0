"""A drawn main road on which vehicles stop at the kerb, with the truth of who stood where, from when to when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.simulate.scenes import vehicles
from ronda.simulate.scenes.film import Film, Scene, Sighting
from ronda.simulate.scenes.road import road
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.solids import Solid
from ronda.simulate.scenes.traffic import LABELS, Actor, Pose, Route
from ronda.vision.picture import Picture

WIDTH, HEIGHT = 640, 360
LENGTH_S: Final = 215.0
FREE_S: Final = 50.0
"""So long nobody stops: cameras are watched for longer than this before anything happens."""
KINDS: Final = ("car", "car", "angkot", "truck", "motorcycle")
SITES: Final = (9.0, 20.0, 32.0)
"""Where vehicles stop, metres along the road."""
SEEN: Final = 0.6
_SLOWING_S: Final = 3.0
_SPEED: Final = 8.0


@dataclass(frozen=True)
class Stop:
    """One vehicle's stop.

    Attributes:
        at: Metres along the road.
        from_s: When it stands.
        to_s: When it sets off; infinite where it stays.
        box: Where it stands, in 0..1 of the picture.
        hidden: Whether another that stands before it hides much of it for some time, or a tree most of it: then nothing
            is asked of it.
    """

    label: str
    at: float
    from_s: float
    to_s: float
    box: tuple[float, float, float, float]
    hidden: bool = False


class Stopper:
    """Drives up, stands, and drives on: an `Actor` in all but its own time."""

    def __init__(self, track: int, kind: str, rng: np.random.Generator, kerb: float, lane: float, site: float) -> None:
        self.track, self.label, self.level = track, LABELS[kind], 0.0
        self._solid = Solid(vehicles.MAKERS[kind](rng))
        towards = 1.0 if kerb > 0 else -1.0  # who drives on the left of the picture comes towards the camera
        begin, end = (-18.0, 96.0) if towards > 0 else (96.0, -16.0)
        near, off = site - towards * 16, site + towards * 14
        way = [
            (lane, begin),
            (lane, near),
            (kerb, site - towards * 6),
            (kerb, site),
            (kerb, site + towards * 4),
            (lane, off),
        ]
        self._route = Route([*way, (lane, end)])
        along = np.linspace(0, self._route.length, 2000)
        y = np.array([self._route.pose(float(one), 0).y for one in along])
        self._stop = float(along[int(np.abs(y - site).argmin())])
        self.stands_s, self.leaves_s = 0.0, 0.0

    def stand(self, from_s: float, to_s: float) -> None:
        """Say when it stands."""
        self.stands_s, self.leaves_s = from_s, to_s

    def solid(self, _pose: Pose) -> Solid:
        """Return what it looks like."""
        return self._solid

    def poses(self, at_s: float, _period_s: float) -> Iterator[tuple[int, Pose]]:
        """Yield where it is."""
        slow = _SPEED * _SLOWING_S / 2
        if at_s < self.stands_s:
            left = self.stands_s - at_s
            way = _SPEED * left**2 / (2 * _SLOWING_S) if left < _SLOWING_S else slow + (left - _SLOWING_S) * _SPEED
            travelled, speed = self._stop - way, _SPEED * min(left / _SLOWING_S, 1)
        elif at_s < self.leaves_s:
            travelled, speed = self._stop, 0.0
        else:
            gone = at_s - self.leaves_s
            way = _SPEED * gone**2 / (2 * _SLOWING_S) if gone < _SLOWING_S else slow + (gone - _SLOWING_S) * _SPEED
            travelled, speed = self._stop + way, _SPEED * min(gone / _SLOWING_S, 1)
        if 0 < travelled < self._route.length:
            yield 0, self._route.pose(travelled, speed)


class Street:
    """One seed's street.

    Every second seed has the stopping vehicles on the far side, behind four lanes of traffic; every third has clouds
    and jumps of the exposure; every fifth rain.

    Args:
        seed: Which.
        rate: Pictures a second.
        stops: Whether anybody stops; else the street is quiet.
    """

    def __init__(self, seed: int, rate: float = 5.0, *, stops: bool = True) -> None:
        self.seed = seed
        self._rng = np.random.default_rng((seed, 9))
        self.far = seed % 2 == 1
        self.jumps, self.rain = seed % 3 == 0, seed % 5 == 0
        self.kerb, self.lane = (6.5, 4.0) if self.far else (-6.5, -4.0)
        scene = road(Look(seed, "", WIDTH, HEIGHT, 24.0))
        scene = replace(scene, actors=[one for one in scene.actors if not self._in_the_way(one)])
        self._stoppers = self._planned() if stops else []
        scene.actors += self._stoppers  # type: ignore[arg-type]
        self._film = Film(scene, rate, scale=1.0)
        self.zone = self._zone(scene)
        self.truth: list[Sighting] = []
        made = [self._stop(one, scene) for one in self._stoppers]
        self.stops = [
            replace(one, hidden=self._visible(stopper) < SEEN or any(_hides(other, one) for other in made))
            for one, stopper in zip(made, self._stoppers, strict=True)
        ]
        steps = self._rng.uniform(20, LENGTH_S, 4)
        self._steps = [(float(at), float(self._rng.choice((0.7, 0.8, 1.25, 1.4)))) for at in np.sort(steps)]

    def pictures(self, length_s: float = LENGTH_S) -> Iterator[Picture]:
        """Yield the street."""
        rate = self._film.rate
        for index in range(int(length_s * rate)):
            at_s = index / rate
            planes, self.truth = self._film.draw(index)
            rgb = np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)
            shown = self._lit(rgb, at_s, index)
            _, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 70])
            yield Picture(
                np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8), round(at_s * HZ_90K), (WIDTH, HEIGHT)
            )

    def _lit(self, rgb: NDArray[np.uint8], at_s: float, index: int) -> NDArray[np.uint8]:
        if self.jumps:
            gain = 1.0
            for begins, to in self._steps:
                if begins <= at_s < begins + 18:
                    gain = to
            rgb = np.asarray(cv2.convertScaleAbs(rgb, alpha=gain, beta=4 * gain), np.uint8)
            # The shade of a cloud that drifts over the road.
            across = np.linspace(0, 1, WIDTH, dtype=np.float32) - (at_s / 60 % 1.6 - 0.3)
            shade = 1 - 0.35 * np.exp(-((across / 0.22) ** 2))
            rgb = np.clip(rgb * shade[None, :, None], 0, 255).astype(np.uint8)
        if self.rain:
            rng = np.random.default_rng((self.seed, index))
            for _ in range(120):
                x, y, long = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT)), int(rng.integers(6, 22))
                cv2.line(rgb, (x, y), (x + 2, y + long), (190, 190, 195), 1, cv2.LINE_AA)
        return np.asarray(rgb, np.uint8)

    def _visible(self, one: Stopper) -> float:
        """Return which share of a vehicle that stands is not hidden by what always stands there."""
        _, truth = self._film.draw(round((one.stands_s + 1) * self._film.rate))
        return max((seen["visible"] for seen in truth if seen["track"] == one.track), default=0.0)

    def _in_the_way(self, actor: Actor) -> bool:
        if actor.label == "person":
            return False
        x = actor.route.pose(actor.route.length / 2, 0).x
        return abs(x - self.kerb) < 1.6

    def _planned(self) -> list[Stopper]:
        found = []
        for number, site in enumerate(SITES):
            at_s = FREE_S + float(self._rng.uniform(0, 12)) + 4 * number
            for turn in range(2):
                kind = KINDS[int(self._rng.integers(len(KINDS)))]
                stay = float(self._rng.uniform(38, 55)) if self._rng.random() < 0.6 else float(self._rng.uniform(8, 23))
                one = Stopper(9000 + 10 * number + turn, kind, self._rng, self.kerb, self.lane, site)
                one.stand(at_s, at_s + stay)
                found.append(one)
                at_s += stay + float(self._rng.uniform(12, 25))
        return found

    def _zone(self, scene: Scene) -> tuple[tuple[float, float], ...]:
        """Return the kerb lane's corners in 0..1."""
        out = 1.3 if self.far else -1.3
        corners = [(self.kerb - out, 5.0), (self.kerb + out, 5.0), (self.kerb + out, 36.0), (self.kerb - out, 36.0)]
        spots, _ = scene.view.project(np.array([(x, y, 0.0) for x, y in corners], np.float32))
        return tuple((float(np.clip(x / WIDTH, 0, 1)), float(np.clip(y / HEIGHT, 0, 1))) for x, y in spots)

    def _stop(self, one: Stopper, scene: Scene) -> Stop:
        pose = next(one.poses(one.stands_s, 0))[1]
        placed = one.solid(pose).placed(pose.x, pose.y, pose.heading)
        spots, _ = scene.view.project(placed.points)
        (left, top), (right, bottom) = spots.min(0) / (WIDTH, HEIGHT), spots.max(0) / (WIDTH, HEIGHT)
        box = tuple(float(np.clip(side, 0, 1)) for side in (left, top, right, bottom))
        return Stop(one.label, pose.y, one.stands_s, one.leaves_s, box)  # type: ignore[arg-type]


def _hides(one: Stop, other: Stop) -> bool:
    """Whether a vehicle that stands nearer hides more than a third of another, at the same time."""
    if one.at >= other.at or one.from_s > other.to_s or other.from_s > one.to_s:
        return False
    wide = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    high = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    size = (other.box[2] - other.box[0]) * (other.box[3] - other.box[1])
    return wide > 0 and high > 0 and wide * high > size / 3
