"""A drawn place in one light and weather, picture by picture, with the truth of what is on it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.simulate.scenes.film import Film, Scene, Sighting
from ronda.simulate.scenes.night import Night, Seen
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look
from ronda.vision.picture import Rgb

WIDTH: Final = 480
HEIGHT: Final = 270
RATE: Final = 8.0
LENGTH_S: Final = 60.0
_PERIOD_S: Final = 20.0
_DENSE_S: Final = 8.0
"""Lanes send a fixed number of vehicles in a period: in a shorter one they drive closer together."""
_DIPPED: Final = 0.3
_HAZE: Final = 0.28
_WHITE: Final = 250
_BEFORE: Final = 50
"""More laps than anything takes for its way."""


class Condition(StrEnum):
    """Light, weather and traffic."""

    DAY = "day"
    INFRARED = "infrared night"
    BLOOM = "headlight bloom"
    RAIN = "rain"
    DENSE = "dense traffic"


class Shown:
    """One place in one condition; its actors come again in each period, as somebody else.

    Args:
        place: Which; see `PLACES`.
        seed: Which variation.
        condition: In which light and weather.
    """

    def __init__(self, place: str, seed: int, condition: Condition) -> None:
        self.condition, self.seed = condition, seed
        self.period_s = _DENSE_S if condition is Condition.DENSE else _PERIOD_S
        scene = PLACES[place](Look(seed, "", WIDTH, HEIGHT, self.period_s))
        self._starts = {actor.track: actor.start_s for actor in scene.actors}
        by_night = condition in (Condition.INFRARED, Condition.BLOOM)
        self._loop = list(_by_night(scene, condition, seed) if by_night else _by_day(scene))

    @property
    def truths(self) -> Iterator[tuple[float, list[Sighting]]]:
        """Yield second and what is where, over all of its length; each thing has one number from end to end."""
        many = len(self._loop)
        for number in range(round(LENGTH_S * RATE)):
            lap, index = divmod(number, many)
            yield number / RATE, [self._named(one, lap, index / RATE) for one in self._loop[index][1]]

    def _named(self, one: Sighting, lap: int, at_s: float) -> Sighting:
        """Return a sighting under the number of who set out in one lap: the film says how many laps ago that was."""
        if one["track"] < 0:
            return one
        ago, actor = divmod(one["track"], 1000)
        begun = lap - ago - (at_s < self._starts[actor])
        return {**one, "track": actor + 1000 * (begun + _BEFORE)}

    def picture(self, number: int) -> Rgb:
        """Return a picture: the loop's, in weather that does not repeat, as a camera has compressed it."""
        rgb = self._loop[number % len(self._loop)][0]
        if self.condition is Condition.RAIN:
            rgb = rained(rgb, np.random.default_rng((self.seed, number)))
        return compressed(rgb)

    @property
    def pictures(self) -> Iterator[Rgb]:
        """Yield all pictures."""
        for number in range(round(LENGTH_S * RATE)):
            yield self.picture(number)


def _by_day(scene: Scene) -> Iterator[tuple[Rgb, list[Sighting]]]:
    film = Film(scene, RATE, scale=1.0)
    for index in range(film.pictures):
        planes, seen = film.draw(index)
        yield np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8), seen


def _by_night(scene: Scene, condition: Condition, seed: int) -> Iterator[tuple[Rgb, list[Sighting]]]:
    night = Night(scene, scene.standing, seed)
    power = 1.0 if condition is Condition.BLOOM else _DIPPED
    luma = np.zeros((HEIGHT, WIDTH), np.uint8)
    for index in range(round(scene.period_s * RATE)):
        who: dict[int, tuple[int, str]] = {}
        shown = []
        for actor in scene.actors:
            for lap, pose in actor.poses(index / RATE, scene.period_s):
                lamp = actor.label not in ("person", "cart")
                one = Seen(actor.solid(pose), pose.x, pose.y, pose.heading, headlight=lamp, power=power)
                who[id(one)] = (actor.track + 1000 * lap, actor.label)
                shown.append(one)
        truth: list[Sighting] = []
        for one, drawn in night.draw(luma, index, shown):
            if drawn.box_xyxy is not None:
                track, label = who[id(one)]
                visible = drawn.visible * (1 - _drowned(luma, drawn.box_xyxy))
                truth.append({"track": track, "label": label, "box_xyxy": list(drawn.box_xyxy), "visible": visible})
        yield np.repeat(luma[..., None], 3, axis=2), truth


def _drowned(luma: NDArray[np.uint8], box: tuple[float, float, float, float]) -> float:
    """Return which share of a box is white: in the glare of a lamp nobody sees anything."""
    left, top, right, bottom = (round(side) for side in box)
    part = luma[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float((part >= _WHITE).mean()) if part.size else 0.0


def rained(rgb: Rgb, rng: np.random.Generator, hard: float = 0.6) -> Rgb:
    """Return a picture in rain: streaks, a grey veil that thickens with distance, light lost."""
    high, wide = rgb.shape[:2]
    streaks = np.zeros((high, wide), np.uint8)
    slant = float(rng.normal(0, 3))
    for _ in range(int(300 * hard)):
        x, y, long = rng.uniform(0, wide), rng.uniform(-20, high), rng.uniform(5, 20)
        ends = (int(x), int(y)), (int(x + slant), int(y + long))
        cv2.line(streaks, *ends, int(rng.integers(25, 80)), 1, cv2.LINE_AA)
    far = np.clip(1.15 - np.linspace(0, 1.5, high, dtype=np.float32), 0, 1)[:, None, None]
    veil = _HAZE * hard * (0.3 + 0.7 * far)
    grey = np.asarray(rgb * (0.85 * (1 - veil)) + 150 * veil + streaks[..., None], np.float32)
    return np.clip(grey, 0, 255).astype(np.uint8)


def compressed(rgb: Rgb, quality: int = 70) -> Rgb:
    """Return what a camera's compression leaves of a picture."""
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    if back is None:
        raise ValueError("a picture that was just encoded could not be decoded")
    return np.asarray(cv2.cvtColor(back, cv2.COLOR_BGR2RGB), np.uint8)
