"""An hour of a drawn street on which nothing happens, seen for some minutes: its light, its weather, its insects.

Nothing is sped up: what an analytic sees in these minutes lasts as long as on a street. By day the sun's shadows creep,
clouds drift, trees swing, exposure jumps, some hours it rains; from dusk street lamps or the camera's own infrared give
light, headlights sweep over walls, moths fly past the lens, a spider walks over it, the sensor's noise rises.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.accuracy.conditions import compressed, rained
from bench.weather import Hour as SunnyLook
from ronda.base.time import HZ_90K
from ronda.simulate.scenes.film import Film, Scene
from ronda.simulate.scenes.night import Night, Seen
from ronda.simulate.scenes.optics import View
from ronda.simulate.scenes.places import PLACES
from ronda.vision.picture import Picture, Rgb

WIDTH: Final = 480
HEIGHT: Final = 270
_RATE: Final = 5.0
_PERIOD_S: Final = 23.8
"""No whole number of seconds: seen once a second, a loop shows other moments each time."""
_DUSK: Final = 18
_DAWN: Final = 6
_PLACES: Final = ("road", "office", "crossing", "gang")
_POWER: Final = 0.5
_SWAY: Final = 2.2
_GRAIN: Final = 4.5
Floats = NDArray[np.float32]
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Kerb:
    """Where nobody may park, by place: corners in metres."""

    corners: tuple[tuple[float, float], ...]


_KERBS: Final = {
    "road": Kerb(((-7.8, 5.0), (-5.0, 5.0), (-5.0, 36.0), (-7.8, 36.0))),
    "crossing": Kerb(((-7.4, -2.0), (-3.6, -2.0), (-3.6, 15.0), (-7.4, 15.0))),
    "office": Kerb(((-4.0, 3.0), (8.0, 3.0), (8.0, 13.0), (-4.0, 13.0))),
    "gang": Kerb(((-1.2, 2.0), (1.2, 2.0), (1.2, 14.0), (-1.2, 14.0))),
}


class QuietHour:
    """One hour of one place.

    Args:
        hour: Of the day, 0 to 23; it says which place, light and weather.
        day: Another day has other weather.
    """

    def __init__(self, hour: int, day: int = 0) -> None:
        self.hour, self.day = hour, day
        self._rng = np.random.default_rng((day, hour, 41))
        self.place = _PLACES[(hour + day) % len(_PLACES)]
        self.dark = not _DAWN <= hour < _DUSK
        self.infrared = self.dark and self.place != "road"
        self.empty = self.dark and self.place in ("office", "gang")
        """Nobody at all is about: whoever is seen is not there."""
        self.rains = bool(self._rng.random() < 0.25)
        look = SunnyLook(100 * day + hour + 1, "", WIDTH, HEIGHT, _PERIOD_S)
        self._scenes = [self._scene(look, minutes) for minutes in (0.0, 5.0)]
        self.kerb = _seen_from(self._scenes[0].view, _KERBS[self.place].corners)
        self._sway = _trees(self._scenes[0])
        self._loop = list(self._by_night() if self.infrared else self._by_day())

    @property
    def told(self) -> str:
        """What it is, in words."""
        light = "infrared" if self.infrared else "street lamps" if self.dark else "day"
        return ", ".join((self.place, light, *(["rain"] if self.rains else []), *(["nobody"] if self.empty else [])))

    def pictures(self, rate: float, length_s: float) -> Iterator[Picture]:
        """Yield what is seen, so many pictures a second."""
        events = _Events(self._rng, length_s, dark=self.dark)
        for number in range(round(length_s * rate)):
            at_s = number / rate
            rgb = self._lit(at_s, length_s).astype(np.float32)
            rng = np.random.default_rng((self.day, self.hour, number))
            rgb = events.light(rgb, at_s)
            if self.dark and not self.infrared:
                rgb = rgb * np.array((1.15, 1.0, 0.75), np.float32) * 0.42
            rgb = self._swung(rgb, at_s)
            if self.dark:
                rgb = events.insects(rgb, at_s)
                rgb = rgb + rng.standard_normal(rgb.shape[:2], np.float32)[..., None] * _GRAIN
            shown = np.clip(rgb, 0, 255).astype(np.uint8)
            if self.rains:
                shown = rained(shown, rng, hard=0.8)
            # Frames of H.264 at a city camera's rate are about that coarse.
            yield Picture(compressed(shown, 60), round(at_s * HZ_90K), (WIDTH, HEIGHT))

    def _scene(self, look: SunnyLook, minutes: float) -> Scene:
        angle = (self.hour + 0.25 + minutes / 60 - 12) / 6
        sun = (1.1 * angle, 0.3, 0.55 if not self.dark else 0.05)
        scene = PLACES[self.place](replace(look, at=sun))
        return replace(scene, actors=[]) if self.empty else scene

    def _by_day(self) -> Iterator[tuple[Rgb, Rgb]]:
        """Yield pictures with the sun at the beginning and with the sun five minutes later."""
        films = [Film(scene, _RATE, scale=1.0) for scene in self._scenes]
        for index in range(films[0].pictures):
            both = [cv2.cvtColor(film.draw(index)[0], cv2.COLOR_YUV2RGB_I420) for film in films]
            yield np.asarray(both[0], np.uint8), np.asarray(both[1], np.uint8)

    def _by_night(self) -> Iterator[tuple[Rgb, Rgb]]:
        scene = self._scenes[0]
        night = Night(scene, scene.standing, self.hour)
        luma = np.zeros((HEIGHT, WIDTH), np.uint8)
        for index in range(round(_PERIOD_S * _RATE)):
            night.draw(
                luma, index,
                [
                    Seen(actor.solid(pose), pose.x, pose.y, pose.heading, actor.label not in ("person", "cart"), _POWER)
                    for actor in scene.actors
                    for _, pose in actor.poses(index / _RATE, scene.period_s)
                ],
            )  # fmt: skip
            rgb = np.repeat(luma[..., None], 3, axis=2)
            yield rgb, rgb

    def _lit(self, at_s: float, length_s: float) -> Rgb:
        first, last = self._loop[round(at_s * _RATE) % len(self._loop)]
        share = at_s / max(length_s, 300.0)
        return first if first is last else np.asarray(cv2.addWeighted(first, 1 - share, last, share, 0), np.uint8)

    def _swung(self, rgb: Floats, at_s: float) -> Floats:
        """Return the picture with its trees blown about, harder in gusts."""
        ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        gust = _SWAY * (0.5 + 0.5 * np.sin(at_s / 7 + self.hour)) * self._sway
        across = (xs + gust * np.sin(2.6 * at_s + xs / 23 + ys / 31)).astype(np.float32)
        down = (ys + 0.4 * gust * np.sin(3.4 * at_s + xs / 17)).astype(np.float32)
        return np.asarray(cv2.remap(rgb, across, down, cv2.INTER_LINEAR), np.float32)


class _Events:
    """What light and insects do in some minutes, drawn beforehand."""

    def __init__(self, rng: np.random.Generator, length_s: float, *, dark: bool) -> None:
        self._ys, self._xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self._steps = [(float(rng.uniform(0, length_s)), float(rng.choice((0.65, 0.8, 1.25, 1.5)))) for _ in range(3)]
        self._clouds = 0.0 if dark else float(rng.uniform(0.1, 0.4))
        self._wind = float(rng.uniform(40, 120))
        self._sweeps = (
            [(float(at), float(rng.uniform(0.3, 0.7)), float(rng.choice((-1, 1)))) for at in _times(rng, 12, length_s)]
            if dark
            else []
        )
        self._moths = [(float(at), *rng.uniform(0, 1, 4)) for at in _times(rng, 4, length_s)]
        self._spider = (float(rng.uniform(0, length_s)), rng.uniform(0.1, 0.9, 2), rng.normal(0, 0.012, 2))

    def light(self, rgb: Floats, at_s: float) -> Floats:
        """Return the picture in clouds' shade, in headlights that sweep over it, and as exposure takes it."""
        if self._clouds:
            across = self._xs / WIDTH - (at_s / self._wind % 2.2 - 0.6)
            rgb = rgb * (1 - self._clouds * np.exp(-((across / 0.3) ** 2)))[..., None]
        for begins, height, way in self._sweeps:
            if 0 <= (since := at_s - begins) < 4.0:
                middle = WIDTH * (since / 4.0 * 1.4 - 0.2 if way > 0 else 1.2 - since / 4.0 * 1.4)
                square = ((self._xs - middle) / 60) ** 2 + ((self._ys - HEIGHT * height) / 40) ** 2
                rgb = rgb * (1 + 2.5 * np.exp(-square))[..., None] + (25 * np.exp(-square))[..., None]
        gain = 1.0
        for begins, to in self._steps:
            if begins <= at_s < begins + 20:
                gain = to
        return np.asarray(rgb * gain, np.float32)

    def insects(self, rgb: Floats, at_s: float) -> Floats:
        """Return the picture with what flies and crawls before the lens, out of focus and bright."""
        for begins, x, y, wide, turn in self._moths:
            if 0 <= (since := at_s - begins) < 0.4 + 1.6 * wide:
                dx, dy = np.cos(6.3 * turn) * since * 0.5, np.sin(6.3 * turn) * since * 0.3 + 0.03 * np.sin(25 * since)
                rgb = self._blob(rgb, (x + dx, y + dy), 3 + 12 * wide, 140)
        begins, place, pace = self._spider
        if 0 <= (since := at_s - begins) < 45:
            walked = place + pace * (since - np.sin(since))
            rgb = self._blob(rgb, (float(walked[0]), float(walked[1])), 14, 90)
        return rgb

    def _blob(self, rgb: Floats, at: tuple[float, float], size: float, bright: float) -> Floats:
        square = ((self._xs - at[0] * WIDTH) ** 2 + (self._ys - at[1] * HEIGHT) ** 2) / size**2
        return np.asarray(rgb + (bright * np.exp(-(square**2)))[..., None], np.float32)


def _times(rng: np.random.Generator, each_s: float, length_s: float) -> NDArray[np.float64]:
    return rng.uniform(0, length_s, int(length_s / each_s))


def _seen_from(view: View, corners: Corners) -> Corners:
    """Return where a zone on the ground lies on the picture."""
    spots, _ = view.project(np.array([(x, y, 0.0) for x, y in corners], np.float32))
    return tuple((float(np.clip(x / WIDTH, 0, 1)), float(np.clip(y / HEIGHT, 0, 1))) for x, y in spots)


def _trees(scene: Scene) -> Floats:
    """Return how much wind moves each pixel: leaves are what has holes in its texture."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    for quad in scene.place.quads:
        if quad.texture.shape[2] != 4 or (quad.texture[..., 3] > 128).mean() > 0.9:
            continue
        origin, across, down = (np.array(part, np.float32) for part in (quad.origin, quad.across, quad.down))
        points = np.stack([origin, origin + across, origin + across + down, origin + down])
        spots, depth = scene.view.project(points)
        if depth.min() > 1:
            cv2.fillConvexPoly(mask, np.round(spots).astype(np.int32), 1.0)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 4), np.float32)
