"""One fixed camera through days and nights, sun, rain, fog and traffic: drawn from the simulator's scenes.

A place is drawn a few times (suns, an overcast sky, infrared; each with other traffic and other parked vehicles), which
takes seconds; any moment of any day is then mixed of these in milliseconds, with weather, exposure, noise and JPEG.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.simulate.scenes.film import Film, Scene
from ronda.simulate.scenes.night import Night, Seen
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.sensor import letter
from ronda.simulate.scenes.site import Look

WIDTH, HEIGHT = 640, 360
_SUNS: Final = ((-0.9, 0.25, 0.55), (-0.15, 0.3, 0.6), (0.85, 0.3, 0.5), (0.05, 0.05, 0.05))
"""East, noon, west and overcast: where the shadow of 1 m ends, and the share of direct light."""
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Hour(Look):
    """A look whose sun is told and not drawn by chance."""

    at: tuple[float, float, float] = _SUNS[1]

    @property
    def sun(self) -> tuple[float, float]:
        """Where the shadow of 1 m ends."""
        return self.at[0], self.at[1]

    @property
    def sunlight(self) -> float:
        """Share of direct light."""
        return self.at[2]


@dataclass(frozen=True)
class Turn:
    """How a camera was moved."""

    turn_deg: float = 0.0
    tilt_deg: float = 0.0
    zoom: float = 1.0


class Setting:
    """One camera's place, drawn.

    Args:
        place: Which; see `PLACES`.
        seed: Which variation.
        turn: How the camera is moved.
        pictures: Pictures of other traffic for each light.
    """

    def __init__(self, place: str, seed: int, turn: Turn | None = None, pictures: int = 5) -> None:
        moved = turn or Turn()
        look = Hour(seed, "", WIDTH, HEIGHT, 24.0, turn_deg=moved.turn_deg, tilt_deg=moved.tilt_deg, zoom=moved.zoom)
        rng = np.random.default_rng((seed, 77))
        scenes = [PLACES[place](replace(look, at=sun)) for sun in _SUNS]
        self.days = [_by_day(scene, pictures, rng) for scene in scenes]
        self.infrared = _by_night(PLACES[place](replace(look, at=_SUNS[3])), pictures + 3, seed)


def _by_day(scene: Scene, pictures: int, rng: np.random.Generator) -> list[Rgb]:
    found = []
    for half in range(2):
        some = [one for one in scene.standing if rng.random() < 0.75]
        film = Film(replace(scene, standing=some), 2, scale=1.0)
        for number in range((pictures + 1 - half) // 2):
            planes, _ = film.draw((number * 13 + half * 5) % film.pictures)
            found.append(np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8))
    return found


def _by_night(scene: Scene, pictures: int, seed: int) -> list[NDArray[np.uint8]]:
    night = Night(scene, scene.standing, seed)
    found = []
    for number in range(pictures):
        luma = np.zeros((HEIGHT, WIDTH), np.uint8)
        seen = []
        for actor in scene.actors if number % 3 else ():
            for _, pose in actor.poses(number * 2.9, scene.period_s):
                lamp = actor.label != "person"
                seen.append(Seen(actor.solid(pose), pose.x, pose.y, pose.heading, headlight=lamp))
        night.draw(luma, number, seen[:12])
        found.append(luma)
    return found


class Weather:
    """What one camera shows at a minute of a day.

    Args:
        setting: The place.
        seed: Another seed is another month.
        name: Burnt in with the clock.
        infrared: Whether it has lamps of its own; others see the street's light, and noise.
    """

    def __init__(self, setting: Setting, seed: int, name: str = "SIMPANG 1", *, infrared: bool = True) -> None:
        self.setting = setting
        self.infrared = infrared
        self._seed = seed
        self._name = name
        rng = np.random.default_rng((seed, 5))
        ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        lamps = np.zeros((HEIGHT, WIDTH), np.float32)
        for _ in range(4):
            x, y, wide = rng.uniform(0, WIDTH), rng.uniform(HEIGHT * 0.2, HEIGHT * 0.8), rng.uniform(50, 140)
            lamps += np.exp(-(((xs - x) / wide) ** 2 + ((ys - y) / wide * 1.4) ** 2))
        self._lamps = np.minimum(lamps, 1.2)[..., None]
        self._far = np.clip(1.15 - ys / HEIGHT * 1.5, 0, 1)[..., None]

    def at(self, day: int, minute: int, second: int = 0) -> Rgb:
        """Return the picture of a moment."""
        rng = np.random.default_rng((self._seed, day, minute, second))
        today = np.random.default_rng((self._seed, day))
        hour = minute / 60
        cloudy, foggy = today.random() < 0.35, today.random() < 0.12
        rain_from, rain_for = today.uniform(11, 22), today.uniform(0.3, 4) * (today.random() < 0.5)
        raining = rain_from < hour < rain_from + rain_for
        light = float(np.clip((hour - 5.4) / 1.0, 0, 1) * np.clip((18.6 - hour) / 1.0, 0, 1))
        if light < 0.12 and self.infrared:
            shown = self._night(rng)
        else:
            shown = self._day(rng, hour, light, cloudy or raining)
        if foggy and hour < 8.5:
            shown = shown * (1 - 0.6 * self._far) + 175 * max(light, 0.25) * 0.6 * self._far
        if raining:
            shown = self._rain(rng, shown, hard=float(today.uniform(0.2, 1)))
        if 0 < hour - rain_from - rain_for < 1.5 and rain_for:
            shown = _drops(today, shown)
        shown = _camera(rng, shown, noise=2.0 if light > 0.5 else 4.0)
        out = np.clip(shown, 0, 255).astype(np.uint8)
        letter(out, self._name)
        text = f"2026-11-{day % 30 + 1:02d} {minute // 60:02d}:{minute % 60:02d}:{int(rng.integers(60)):02d}"
        letter(out, text, "top-left")
        return compressed(out, int(rng.integers(35, 70)))

    def _day(self, rng: np.random.Generator, hour: float, light: float, cloudy: bool) -> NDArray[np.float32]:
        which = rng.integers(len(self.setting.days[0]))
        suns = [day[which] for day in self.setting.days]
        if cloudy:
            shown = suns[3].astype(np.float32)
        else:
            part = np.clip((hour - 6) / 6, 0, 2)
            first, share = (0, part) if part < 1 else (1, part - 1)
            shown = suns[first].astype(np.float32) * (1 - share) + suns[first + 1].astype(np.float32) * share
        if light < 1:
            dim = 0.10 + 0.90 * light
            lamps = self._lamps * (0.55 if light < 0.6 else 0.0)
            colour = np.array((1.12, 1.0, 0.88) if light > 0.3 else (1.25, 1.0, 0.7), np.float32)
            shown = np.asarray(shown * (dim + lamps) * colour, np.float32)
            for _ in range(int(rng.integers(0, 5)) if light < 0.5 else 0):
                shown = _headlight(rng, shown)
            shown = shown * min(2.2, 70 / max(float(shown.mean()), 8))
        return shown

    def _night(self, rng: np.random.Generator) -> NDArray[np.float32]:
        luma = self.setting.infrared[rng.integers(len(self.setting.infrared))]
        shown = np.repeat(luma[..., None], 3, 2).astype(np.float32)
        for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.4 else 0):
            shown = _headlight(rng, shown)
        return shown * float(rng.uniform(0.85, 1.15))

    def _rain(self, rng: np.random.Generator, shown: NDArray[np.float32], hard: float) -> NDArray[np.float32]:
        streaks = np.zeros((HEIGHT, WIDTH), np.uint8)
        slant = float(rng.normal(0, 4))
        for _ in range(int(60 + 700 * hard)):
            x, y, long = rng.uniform(0, WIDTH), rng.uniform(-20, HEIGHT), rng.uniform(6, 26)
            cv2.line(
                streaks, (int(x), int(y)), (int(x + slant), int(y + long)), int(rng.integers(20, 70)), 1, cv2.LINE_AA
            )
        veil = 0.55 * hard * (0.35 + 0.65 * self._far)
        mean = float(shown.mean())
        return np.asarray(shown * (1 - veil) + mean * 1.1 * veil + streaks[..., None], np.float32)


def _headlight(rng: np.random.Generator, shown: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y, wide = rng.uniform(0, WIDTH), rng.uniform(HEIGHT * 0.35, HEIGHT), rng.uniform(12, 90)
    ys, xs = np.ogrid[0:HEIGHT, 0:WIDTH]
    square = (((xs - x) ** 2 + (ys - y) ** 2) / wide**2).astype(np.float32)
    glow = 420 * np.exp(-square * 5) + 110 * np.exp(-square)
    return np.asarray(shown + glow[..., None], np.float32)


def _drops(rng: np.random.Generator, shown: NDArray[np.float32]) -> NDArray[np.float32]:
    soft = cv2.GaussianBlur(shown, (0, 0), 6)
    where = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(int(rng.integers(5, 40))):
        spot = (int(rng.integers(WIDTH)), int(rng.integers(HEIGHT)))
        cv2.circle(where, spot, int(rng.integers(4, 16)), 1.0, -1, cv2.LINE_AA)
    part = cv2.GaussianBlur(where, (0, 0), 1.5)[..., None]
    return np.asarray(shown * (1 - part) + soft * part, np.float32)


def _camera(rng: np.random.Generator, shown: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """Exposure that wanders and jumps, a mount that shakes, the noise of the sensor."""
    gain = float(rng.normal(1, 0.06)) * (float(rng.choice((0.55, 1.6))) if rng.random() < 0.04 else 1.0)
    shown = np.minimum(shown * gain, 255)
    shake = rng.normal(0, 0.4, 2) + (rng.normal(0, 2.0, 2) if rng.random() < 0.03 else 0)
    matrix = np.array(((1, 0, shake[0]), (0, 1, shake[1])), np.float32)
    shaken = cv2.warpAffine(shown, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    grain = _grain(noise)
    return np.asarray(shaken + grain[..., None], np.float32)


def _grain(sigma: float) -> NDArray[np.float32]:
    grain = np.empty((HEIGHT, WIDTH), np.float32)
    cv2.randn(grain, np.zeros(1), np.full(1, sigma))
    return grain


def compressed(rgb: Rgb, quality: int) -> Rgb:
    """Return what is left of a picture behind a camera's compression."""
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert back is not None
    return np.asarray(cv2.cvtColor(back, cv2.COLOR_BGR2RGB), np.uint8)


def out_of_focus(rgb: Rgb, sigma: float) -> Rgb:
    """Return a picture whose lens has lost its focus; the lettering with it, which costs nothing here."""
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma), np.uint8)


def covered(rgb: Rgb, seed: int, share: float = 1.0) -> Rgb:
    """Return a picture of a camera over which somebody has hung a bag or a cloth: soft folds, nearly no structure."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(0, 1, (5, 8)).astype(np.float32)
    folds = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[..., None]
    cloth = (folds * 30 + float(rng.uniform(25, 120))) * rng.uniform(0.8, 1.2, 3)
    grain = _grain(2.5)
    edge = round(WIDTH * share)
    out = rgb.copy()
    out[:, :edge] = np.clip(cloth + grain[..., None], 0, 255).astype(np.uint8)[:, :edge]
    return out
