"""The simulator's scenes, whose truth is known to the pixel: day, infrared night, blooming headlights, rain, crowding.

The eye `drawn` is told what was drawn, with a fair detector's mistakes: it proves the logic. Another eye's own mistakes
come on top, on drawn things. Only this bench reads the truth. The line lies across the picture where most of what
passes is seen; what standing things hide as it passes is in no truth.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from bench.accuracy.conditions import HEIGHT, LENGTH_S, RATE, WIDTH, Condition, Shown
from bench.accuracy.knowing import KnowingEye
from bench.accuracy.looking import kind
from bench.accuracy.measures import Counted, Passing, Score, scored, together
from bench.process import SHARED
from ronda.base.time import HZ_90K
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Eye, Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.geometry.crossing import LineWatch
from ronda.vision.geometry.drawn import LineShape
from ronda.vision.objects import ObjectClass
from ronda.vision.picture import Picture
from ronda.vision.watching import Watch

PLACES_MEASURED: Final = ("road", "crossing")
SEEN: Final = 0.5
"""Whoever passes is in the truth where so much of it is seen on the mean about its passage."""
_ABOUT_S: Final = 0.6
_LATE_S: Final = 0.7
_HEIGHTS: Final = (0.40, 0.44, 0.48, 0.52, 0.56, 0.60, 0.64, 0.68)
_LEAST_HEIGHT: Final = 0.05
_PRIMED: Final = 32


@dataclass
class Way:
    """Where one thing was, in heights and widths of the picture, and how much of it was seen."""

    label: str
    at_s: list[float] = field(default_factory=list)
    spots: list[tuple[float, float]] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    def about(self, at_s: float) -> tuple[float, float]:
        """Return how much of it was seen, and how high it was, about a moment."""
        near = [index for index, one in enumerate(self.at_s) if abs(one - at_s) <= _ABOUT_S]
        if not near:
            return 0.0, 0.0  # it was out of the picture as it passed
        seen, high = ([values[index] for index in near] for values in (self.seen, self.highs))
        return float(np.mean(seen)), float(np.mean(high))


def measure_scenes(name: str, seeds: int) -> dict[str, Any]:
    """Measure one eye on the scenes, seeds in turn over conditions and places, and print it."""
    print(f"\n{name}\n{'condition':18}{'place':10}{'seed':>5}{'eff.':>8}{'counted':>9}{'of':>5}{'off':>5}")
    scores: dict[str, list[Score]] = defaultdict(list)
    conditions = list(Condition)
    for number in range(seeds):
        condition = conditions[number % len(conditions)]
        place = PLACES_MEASURED[number // len(conditions) % len(PLACES_MEASURED)]
        one = measured(name, place, number + 1, condition)
        scores[condition.value].append(one)
        told = f"{one.effectiveness:8.3f}{one.counted:9}{one.true:5}{one.off:5}"
        print(f"{condition.value:18}{place:10}{number + 1:5}{told}", flush=True)
    found = {}
    for condition_name, some in scores.items():
        whole, worst = together(some), min(one.effectiveness for one in some)
        found[condition_name] = {"mean": round(whole.effectiveness, 4), "worst": round(worst, 4)}
        print(f"{condition_name:18} mean {whole.effectiveness:.3f}, worst {worst:.3f} of {len(some)}")
    every = together([one for some in scores.values() for one in some])
    print(f"{'all':18} mean {every.effectiveness:.3f}: {every.counted} counted of {every.true}, off {every.off}")
    return {**found, "all": round(every.effectiveness, 4)}


def measured(name: str, place: str, seed: int, condition: Condition) -> Score:
    """Return how right one eye counts on one seed."""
    shown = Shown(place, seed, condition)
    ways = _ways(shown)
    configuration = Configuration.from_document({"lines": [_line(ways)]})
    truth = passages(ways, configuration.lines[0])
    return scored(truth, counted(name, shown, configuration), LENGTH_S)


def counted(name: str, shown: Shown, configuration: Configuration) -> list[Counted]:
    """Return what is counted with an eye."""
    eye: Eye = KnowingEye(shown.seed) if name == "drawn" else open_eye(name, SHARED / "assets" / "models")
    watch = Watch(configuration)
    prime = getattr(eye, "prime", None)
    if prime is not None:
        step = round(LENGTH_S * RATE / _PRIMED)
        prime("scene", [_picture(shown, number * step) for number in range(_PRIMED)])
    counts = []
    for number, (_, truth) in enumerate(shown.truths):
        if isinstance(eye, KnowingEye):
            eye.truth, eye.size_wh = truth, (WIDTH, HEIGHT)
        picture = _picture(shown, number)
        counts += watch.take(picture, eye.look([Look("scene", picture)])[0]).counts
    counts += watch.close(round(LENGTH_S * HZ_90K)).counts
    return [Counted(one.line, one.direction, kind(one.label), one.at_90k / HZ_90K) for one in counts]


def passages(ways: Sequence[Way], line: LineShape) -> list[Passing]:
    """Return who passes a line and is seen to."""
    found = []
    for way, passage in _crossed(ways, line):
        moment = passage[1]
        if way.about(moment)[0] >= SEEN:
            direction = line.directions[0 if passage[0] else 1]
            label = kind(ObjectClass(way.label))
            found.append(Passing(line.name, direction, label, moment - _LATE_S, moment + _LATE_S))
    return found


def _ways(shown: Shown) -> list[Way]:
    """Return the way of each thing that moves."""
    found: dict[int, Way] = {}
    for at_s, truth in shown.truths:
        for one in truth:
            if one["track"] < 0 or one["label"] in ("cart", ""):
                continue
            left, top, right, bottom = one["box_xyxy"]
            way = found.setdefault(one["track"], Way(one["label"]))
            way.at_s.append(at_s)
            way.spots.append(((left + right) / 2 / WIDTH, bottom / HEIGHT))
            way.highs.append((bottom - top) / HEIGHT)
            way.seen.append(one["visible"])
    return list(found.values())


def _crossed(ways: Sequence[Way], line: LineShape) -> list[tuple[Way, tuple[bool, float]]]:
    watch, found = LineWatch(line, WIDTH / HEIGHT), []
    for number, way in enumerate(ways):
        for at_s, (x, y) in zip(way.at_s, way.spots, strict=True):
            passage = watch.step(number, x, y, round(at_s * HZ_90K), 0.004)
            if passage:
                found.append((way, (passage.forward, passage.at_90k / HZ_90K)))
    return found


def _line(ways: Sequence[Way]) -> dict[str, Any]:
    """Return the line across the picture over which most pass who are seen well there, as a person would draw it."""

    def well(height: float) -> int:
        abouts = [way.about(at_s) for way, (_, at_s) in _crossed(ways, LineShape.model_validate(_across(height)))]
        return sum(seen >= SEEN and high >= _LEAST_HEIGHT for seen, high in abouts) - sum(
            0.1 < seen < SEEN for seen, _ in abouts
        )

    return _across(max(_HEIGHTS, key=well))


def _across(height: float) -> dict[str, Any]:
    return {"name": "line", "start": [0.0, height], "end": [1.0, height]}


def _picture(shown: Shown, number: int) -> Picture:
    return Picture(shown.picture(number), round(number / RATE * HZ_90K), (WIDTH, HEIGHT))
