"""Prints how well water is read on drawn pictures; `python -m bench.accuracy.flood [--days 2] [--seeds 2]`.

A canal with a staff: error in cm, and levels (siaga) said that were not there. A street that runs full: correlation of
the flooded share, and the same. A level counts as there from when the truth reaches it less the slack of the rule, and
for half an hour after it has left it. Days are whole: infrared nights, dusk, rain, fog, drops, jumps of the exposure.
"""

import argparse
import time
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from bench.accuracy.waters import CanalDays, StreetDays
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Sign, Turn
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Seen
from ronda.vision.objects import Detections
from ronda.vision.picture import Picture
from ronda.vision.watching import Watch

_DAY_90K: Final = 86_400 * HZ_90K
_AFTER_MIN: Final = 30
_SLACK: Final = 12.0


@dataclass
class Score:
    """What the readings of some days came to."""

    errors: list[float] = field(default_factory=list)
    pairs: list[tuple[float, float]] = field(default_factory=list)
    minutes: int = 0
    false: int = 0
    raised: int = 0
    reached: int = 0
    found: int = 0
    late_min: list[float] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Take in another's."""
        self.errors += other.errors
        self.pairs += other.pairs
        self.late_min += other.late_min
        for name in ("minutes", "false", "raised", "reached", "found"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def watched(place: CanalDays | StreetDays, days: int, per_minute: int, first_min: int = 6 * 60) -> Score:
    """Watch a place for some days, beginning at six in the morning."""
    configuration = Configuration.from_document(place.document, "the bench")
    rule = place.document["flood"][0]  # type: ignore[index]
    values: list[float] = rule.get("siaga_cm") or rule["siaga_percent"]
    watch = Watch(configuration)
    score, truth, signs = Score(), {}, list[Sign]()
    for minute in range(first_min, first_min + days * 1440):
        day, of_day = divmod(minute, 1440)
        true = []
        for number in range(per_minute):
            second = number * 60 // per_minute
            at_90k = (minute * 60 + second) * HZ_90K
            rgb = place.picture(day, of_day, second)
            true.append(place.level(day, of_day + second / 60) if isinstance(place, CanalDays) else place.share)
            picture = Picture(rgb, at_90k, (rgb.shape[1], rgb.shape[0]))
            found = watch.take(picture, Seen(Detections.none()))
            signs += found.signs
            for one in found.measures:
                if one.name in ("level", "share"):
                    score.errors.append(one.value - truth.get(minute - 1, true[-1]))
                    score.pairs.append((one.value, truth.get(minute - 1, true[-1])))
        truth[minute] = float(np.mean(true))
        score.minutes += 1
    _judge(score, signs, truth, values)
    return score


def _judge(score: Score, signs: list[Sign], truth: dict[int, float], values: list[float]) -> None:
    """Count levels that were said and not there, that were there and found, and how late."""
    minutes = np.array(sorted(truth))
    levels = np.array([truth[one] for one in minutes.tolist()])
    said = [(one.at_90k // (60 * HZ_90K), one.level) for one in signs if one.turn is not Turn.OVER and one.level]
    for at_min, level in said:
        score.raised += 1
        begins = values[3 - level]
        near = levels[(minutes >= at_min - _AFTER_MIN) & (minutes <= at_min)]
        if not (near >= begins - _SLACK).any():
            score.false += 1
    for step, begins in enumerate(values):
        above = levels >= begins + (_SLACK if step else 0)
        starts = np.flatnonzero(above & ~np.concatenate(([False], above[:-1])))
        for start in starts.tolist():
            lasts = int(np.argmin(np.concatenate((above[start:], [False]))))
            if lasts < 10:
                continue
            score.reached += 1
            at = [when - int(minutes[start]) for when, level in said if level <= 3 - step]
            mine = [late for late in at if -_AFTER_MIN <= late <= max(lasts, 15)]
            if mine:
                score.found += 1
                score.late_min.append(float(min(mine, key=abs)))


def told(score: Score, unit: str) -> str:
    """Return a score in words."""
    errors = np.abs(np.array(score.errors or [0.0]))
    days = score.minutes / 1440
    text = f"read {len(score.errors) / max(score.minutes, 1):.0%} of the minutes; "
    text += f"mean error {errors.mean():.1f} {unit}, 95 % {np.quantile(errors, 0.95):.1f}, most {errors.max():.1f}"
    pairs = np.array(score.pairs or [(0.0, 0.0)])
    if len(pairs) > 2 and pairs.std(0).min() > 0:
        text += f", correlation {np.corrcoef(pairs.T)[0, 1]:.3f}"
    late = f", late by {np.median(score.late_min):.0f} min (median)" if score.late_min else ""
    return text + (
        f"; levels: {score.found} of {score.reached} found{late}, {score.false} of {score.raised} said were false "
        f"({score.false / max(days, 1e-9):.2f} a day)"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=("staff", "zone", "both"), default="both")
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--per-minute", type=int, default=1)
    given = parser.parse_args()
    kinds: dict[str, tuple[Any, str]] = {"staff": (CanalDays, "cm"), "zone": (StreetDays, "%")}
    for name, (place, unit) in kinds.items():
        if given.what not in (name, "both"):
            continue
        whole = Score()
        for seed in range(given.first, given.first + given.seeds):
            began = time.process_time()
            one = watched(place(seed), given.days, given.per_minute)
            whole.add(one)
            print(f"{name} seed {seed}: {told(one, unit)}; {time.process_time() - began:.0f} s", flush=True)
        print(f"{name}, {whole.minutes / 1440:.0f} days: {told(whole, unit)}", flush=True)


if __name__ == "__main__":
    main()
