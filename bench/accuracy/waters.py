"""A canal with a staff, and a street that runs full, on any minute of any day: levels are told, pictures are drawn.

Day and infrared night, rain on the picture and drops on the lens, fog, jumps of the exposure and a shaken mount come
from `bench.weather`; water, its waves and what is mirrored in it from the simulator.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.weather import HEIGHT, WIDTH, Rgb, Setting, Weather
from ronda.simulate.scenes.canal import BED, STAFF_AT, STAFF_CM, canal, staff_ends
from ronda.simulate.scenes.night import Night
from ronda.simulate.scenes.optics import Floats, Image
from ronda.simulate.scenes.road import road
from ronda.simulate.scenes.sensor import Sensor
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.textures import cloud
from ronda.simulate.scenes.tide import Tide

_WHOLE: Final = (slice(0, HEIGHT), slice(0, WIDTH))
_DARK: Final = 0.4
"""Water gives so much of its light back in infrared."""


class Shown(Setting):
    """A place of which every picture is drawn when it is asked for."""

    def __init__(self) -> None:
        self.days: list[list[Rgb]] = [[np.zeros((HEIGHT, WIDTH, 3), np.uint8)]] * 4
        self.infrared: list[NDArray[np.uint8]] = [np.zeros((HEIGHT, WIDTH), np.uint8)]

    def put(self, rgb: Image) -> None:
        """Say what is seen by day."""
        self.days = [[np.asarray(rgb, np.uint8)]] * 4

    def put_luma(self, luma: Image) -> None:
        """Say what is seen in infrared."""
        self.infrared = [np.asarray(luma, np.uint8)]


def is_night(minute: int) -> bool:
    """Whether `Weather` shows infrared at a minute of the day."""
    hour = minute / 60
    return float(np.clip((hour - 5.4) / 1.0, 0, 1) * np.clip((18.6 - hour) / 1.0, 0, 1)) < 0.12


def _darkened(light: Image, wet: Image) -> Image:
    return np.where(wet[..., None], (light * _DARK).astype(np.uint8), light)


class Storm:
    """When it rains on a day of `Weather`, and what that makes of the water."""

    def __init__(self, seed: int, day: int) -> None:
        today = np.random.default_rng((seed, day))
        today.random(2)  # clouds and fog
        self.from_h, self.for_h = today.uniform(11, 22), today.uniform(0.3, 4) * (today.random() < 0.5)
        self.surge = float(np.random.default_rng((seed, day, 8)).uniform(0.55, 1.0)) if self.for_h else 0.0

    def height(self, hour: float) -> float:
        """Return how much of a flood there is at an hour, 0 to 1: an hour and a half up, three hours down."""
        since = hour - self.from_h - 0.4
        if not self.for_h or since <= 0:
            return 0.0
        up = min(since / 1.5, 1.0)
        down = max(since - 1.5 - 0.5 * self.for_h, 0.0) / 1.6
        return float(self.surge * np.sin(up * np.pi / 2) ** 2 * np.exp(-down))


class CanalDays:
    """A canal and its staff; `document` is what a person draws, reading to 5 cm what the staff shows half way."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._shown = Shown()
        self._weather = Weather(self._shown, seed, "KANAL 1")
        look = Look(seed, "", WIDTH, HEIGHT, 24.0)
        by_day, by_night = canal(look, dry=True), canal(look, dry=True)
        self._sensor = Sensor(by_day.character, WIDTH, HEIGHT)
        self._night = Night(by_night, (), seed)
        boards = [quad for quad in by_day.place.quads if quad.texture.shape[:2] == (STAFF_CM * 2, 100)]
        self._tides = [
            Tide(scene.place, scene.view, seed, boards, scale=1.0) for scene in (by_day, by_night)
        ]  # fmt: skip
        rng = np.random.default_rng((seed, 41))
        self._waves, self._shine = float(rng.uniform(0.5, 1.5)), float(rng.uniform(0.6, 1.6))
        self._usual = float(rng.uniform(90, 140))
        low, high = staff_ends(by_day.view)
        half = (low[1] + high[1]) / 2
        heights = np.arange(0, STAFF_CM + 1, 1.0)
        points = np.array([(*STAFF_AT, BED + one / 100) for one in heights], np.float32)
        middle = heights[np.abs(by_day.view.project(points)[0][:, 1] / HEIGHT - half).argmin()]
        self.document = {
            "lines": [{"name": "staff", "start": low, "end": high}],
            "flood": [{
                "staff": "staff", "start_cm": 0, "end_cm": STAFF_CM, "middle_cm": 5 * round(float(middle) / 5),
                "siaga_cm": [200, 250, 300],
            }],
        }  # fmt: skip

    def level(self, day: int, minute: float) -> float:
        """Return what the staff shows, in cm."""
        hour = minute / 60
        tide = 12 * np.sin(2 * np.pi * (hour + self.seed) / 12.4)
        return float(self._usual + tide + 250 * Storm(self.seed, day).height(hour))

    def picture(self, day: int, minute: int, second: int) -> Rgb:
        """Return what the camera shows."""
        at_s = 86_400 * day + 60 * minute + second
        level = BED + self.level(day, minute + second / 60) / 100
        infrared = is_night(minute)
        light, wet = self._tides[infrared].draw(level, at_s, self._waves, self._shine)
        if infrared:
            self._shown.put_luma(self._night.shown(_darkened(light, wet), at_s))
        else:
            self._shown.put(cv2.cvtColor(self._sensor.develop(light, _WHOLE), cv2.COLOR_BGR2RGB))
        return self._weather.at(day, minute, second)


class StreetDays:
    """A street whose ground is lowest at the kerbs; `document` is a zone on it."""

    _CORNERS: Final = ((-7.2, 7.0), (3.0, 7.0), (3.0, 26.0), (-7.2, 26.0))

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._shown = Shown()
        self._weather = Weather(self._shown, seed, "JALAN 1")
        look = Look(seed, "", WIDTH, HEIGHT, 24.0)
        by_day, by_night = road(look), road(look)
        self._sensor = Sensor(by_day.character, WIDTH, HEIGHT)
        self._night = Night(by_night, (), seed)
        rng = np.random.default_rng((seed, 43))
        bumps = cloud(rng, 256, 256, (3, 8, 20))

        def relief(x: Floats, y: Floats) -> Floats:
            at = (np.mod(x * 4, 255).astype(np.float32), np.mod(y * 4, 255).astype(np.float32))
            bump = cv2.remap(bumps.astype(np.float32), *at, cv2.INTER_LINEAR)
            return np.asarray(0.14 - 0.017 * np.minimum(np.abs(x), 8) + 0.03 * bump, np.float32)

        self._tides = [
            Tide(scene.place, scene.view, seed, scale=1.0, relief=relief) for scene in (by_day, by_night)
        ]  # fmt: skip
        corners = np.array([(x, y, 0.0) for x, y in self._CORNERS], np.float32)
        spots, _ = by_day.view.project(corners)
        self._points = np.clip(spots / (WIDTH, HEIGHT), 0, 1)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [np.round(self._points * (WIDTH, HEIGHT)).astype(np.int32)], 1)
        self._zone = mask.astype(bool)
        self._waves = float(rng.uniform(0.2, 0.8))
        self.share = 0.0
        self.document = {
            "zones": [{"name": "street", "points": self._points.tolist()}],
            "flood": [{"zone": "street", "siaga_percent": [15, 40, 70]}],
        }

    def picture(self, day: int, minute: int, second: int) -> Rgb:
        """Return what the camera shows; `share` is then the flooded share of the zone, in per cent."""
        at_s = 86_400 * day + 60 * minute + second
        storm, hour = Storm(self.seed, day), minute / 60 + second / 3600
        level = -0.05 + 0.24 * storm.height(hour)
        infrared = is_night(minute)
        light, wet = self._tides[infrared].draw(level, at_s, self._waves)
        if storm.for_h and storm.from_h < hour < storm.from_h + storm.for_h + 2:
            light = np.where(wet[..., None], light, self._tides[infrared].rained(light))
        if infrared:
            self._shown.put_luma(self._night.shown(_darkened(light, wet), at_s))
        else:
            self._shown.put(cv2.cvtColor(self._sensor.develop(light, _WHOLE), cv2.COLOR_BGR2RGB))
        self.share = 100.0 * float((wet & self._zone).sum()) / float(self._zone.sum())
        return self._weather.at(day, minute, second)
