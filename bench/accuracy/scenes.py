"""The simulator's scenes, whose truth is known to the pixel: they prove the logic, not the eye.

A loop of a place is drawn, the sun by the seed, and played four times over; the line lies across the picture, where
things are large.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from bench.accuracy.looking import kind
from bench.accuracy.measures import Counted, Passing, Score, scored, together
from bench.process import SHARED
from ronda.base.time import HZ_90K
from ronda.simulate.scenes.film import Film, Sighting
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look as Sight
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.geometry.crossing import LineWatch
from ronda.vision.objects import ObjectClass
from ronda.vision.picture import Picture, Rgb
from ronda.vision.watching import Watch

PLACES_MEASURED = ("road", "crossing", "market", "gang")
RATE = 10.0
PERIOD_S = 16.0
LAPS = 4
WIDTH, HEIGHT = 960, 540
_LEAST_HEIGHT = 0.05
_NOT_COUNTED = frozenset({"cart", ""})
Shown = list[tuple[Rgb, list[Sighting]]]


def measure_scenes(name: str, seeds: int) -> dict[str, Any]:
    """Measure one eye on the scenes and print it."""
    print(f"\n{name}\n{'scene':12}{'seed':>5}{'eff.':>8}{'counted':>9}{'of':>5}{'off':>5}")
    scores: dict[str, list[Score]] = defaultdict(list)
    for place in PLACES_MEASURED:
        for seed in range(1, seeds + 1):
            shown = _drawn(place, seed)
            one = _score(name, shown, _lines(shown))
            scores[place].append(one)
            print(f"{place:12}{seed:5}{one.effectiveness:8.3f}{one.counted:9}{one.true:5}{one.off:5}", flush=True)
    found = {place: round(together(some).effectiveness, 4) for place, some in scores.items()}
    print(f"{name}: {found}")
    return found


def _drawn(place: str, seed: int) -> Shown:
    film = Film(PLACES[place](Sight(seed, "", WIDTH, HEIGHT, PERIOD_S)), RATE, scale=1.0)
    drawn = []
    for index in range(film.pictures):
        planes, seen = film.draw(index)
        drawn.append((np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8), seen))
    return drawn


def _feet(shown: Shown) -> Iterator[tuple[float, int, str, float, float, float]]:
    """Yield second, track, class, x, y and height of each thing that moves, over all laps."""
    for lap in range(LAPS):
        for index, (_, seen) in enumerate(shown):
            at_s = lap * PERIOD_S + index / RATE
            for one in seen:
                if one["track"] >= 0 and one["label"] not in _NOT_COUNTED:
                    left, top, right, bottom = one["box_xyxy"]
                    yield at_s, one["track"], one["label"], (left + right) / 2 / WIDTH, bottom / HEIGHT, bottom - top


def _lines(shown: Shown) -> dict[str, Any]:
    """Draw a line across the picture, where what moves is large."""
    feet = np.array([y for _, _, _, x, y, high in _feet(shown) if high > _LEAST_HEIGHT * HEIGHT and 0.02 < x < 0.98])
    height = float(np.clip(np.quantile(feet, 0.6), 0.35, 0.6))
    return {"lines": [{"name": "line", "start": [0.0, height], "end": [1.0, height]}]}


def _truth(shown: Shown, configuration: Configuration) -> list[Passing]:
    line = configuration.lines[0]
    watch, found = LineWatch(line, WIDTH / HEIGHT), []
    last: dict[int, tuple[float, int]] = {}
    numbers = iter(range(1_000_000))
    for at_s, track, label, x, y, _ in _feet(shown):
        # The same actor comes again in each lap, as somebody else.
        before = last.get(track)
        number = before[1] if before and at_s - before[0] < 1.0 else next(numbers)
        last[track] = (at_s, number)
        passage = watch.step(number, x, y, round(at_s * HZ_90K), 0.004)
        if passage:
            moment = passage.at_90k / HZ_90K
            way = line.directions[0 if passage.forward else 1]
            found.append(Passing("line", way, kind(ObjectClass(label)), moment - 0.7, moment + 0.7))
    return found


def _score(name: str, shown: Shown, document: dict[str, Any]) -> Score:
    configuration = Configuration.from_document(document)
    eye, watch = open_eye(name, SHARED / "assets" / "models"), Watch(configuration)
    prime = getattr(eye, "prime", None)
    if prime is not None:
        prime("scene", [_picture(rgb, index) for index, (rgb, _) in enumerate(shown)][:: len(shown) // 32 or 1])
    counts = []
    for number in range(LAPS * len(shown)):
        picture = _picture(shown[number % len(shown)][0], number)
        counts += watch.take(picture, eye.look([Look("scene", picture)])[0]).counts
    length_s = LAPS * PERIOD_S
    counts += watch.close(round(length_s * HZ_90K)).counts
    counted = [Counted(one.line, one.direction, kind(one.label), one.at_90k / HZ_90K) for one in counts]
    return scored(_truth(shown, configuration), counted, length_s)


def _picture(rgb: Rgb, number: int) -> Picture:
    return Picture(rgb, round(number / RATE * HZ_90K), (WIDTH, HEIGHT))
