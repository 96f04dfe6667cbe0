"""Prints false alarms of a drawn day on which nothing happens: `python -m bench.accuracy.quiet [--minutes 5]`.

Of each of the 24 hours some minutes are seen in their own time (see `hours`): time-lapse would change what the
analytics' seconds mean. Traffic passes and people walk, but at night in yards and alleys, where nobody is; nobody
parks, leaves anything, lingers, runs or gathers. What came of it is told by the day of one camera, with the highest
rate that would have shown so few with 1 chance in 20.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from math import exp, factorial
from typing import Any, Final

from bench.accuracy.hours import QuietHour
from bench.accuracy.shelf import MODELS
from bench.process import OUT
from ronda.vision.analytics.contract import Turn
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.watching import Watch

_ALL: Final = [[0.0, 0.25], [1.0, 0.25], [1.0, 1.0], [0.0, 1.0]]
_KINDS: Final = ("loitering", "running", "gathering")
_TOLD: Final = ("parking", "flood", "litter", "crowd", "night presence", *(f"night {kind}" for kind in _KINDS))


def watched(hour: QuietHour, eye: str, rate: float, length_s: float) -> Counter[str]:
    """Return how many alarms each rule raised."""
    looks = open_eye(eye, MODELS)
    watch = Watch(Configuration.from_document(_document(hour), "the bench"), looks.name)
    found: Counter[str] = Counter()
    for picture in hour.pictures(rate, length_s):
        for sign in watch.take(picture, looks.look([Look("bench", picture)])[0]).signs:
            if sign.turn is Turn.RAISED:
                found[f"{sign.analytic} {sign.detail.get('kind', '')}".strip()] += 1
                print(f"    {sign.at_90k / 90_000:.1f} s {sign.analytic} {sign.key} {sign.detail}", flush=True)
    return found


def _document(hour: QuietHour) -> dict[str, Any]:
    kinds = [*_KINDS, "presence"] if hour.empty else [*_KINDS]
    return {
        "zones": [{"name": "kerb", "points": hour.kerb}, {"name": "all", "points": _ALL}],
        "parking": [{"zone": "kerb", "limit_s": 60}],
        "flood": [{"zone": "kerb", "siaga_percent": [10, 30, 60]}],
        "litter": [{"zone": "all", "stays_s": 60}],
        "crowd": [{"zone": "all", "persons": [20, 40, 80]}],
        "night": [{"zone": "all", "hours": ["00:00-24:00"], "kinds": kinds}],
    }


def _most(many: int) -> float:
    """Return the mean number of events of which so few are seen with 1 chance in 20 (Poisson, 95 %, one-sided)."""
    low, high = 0.0, 10.0 + 5 * many
    for _ in range(60):
        mean = (low + high) / 2
        fewer = sum(exp(-mean) * mean**one / factorial(one) for one in range(many + 1))
        low, high = (mean, high) if fewer > 0.05 else (low, mean)
    return high


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eye", default="builtin")
    parser.add_argument("--rate", type=float, default=1.0, help="pictures a second: 1 is the watch tier")
    parser.add_argument("--minutes", type=float, default=5.0, help="of each hour")
    parser.add_argument("--hours", default="0-23", help="which")
    parser.add_argument("--day", type=int, default=0)
    given = parser.parse_args()
    first, _, last = given.hours.partition("-")
    measure(given.eye, range(int(first), int(last or first) + 1), given.minutes, given.rate, given.day)


def measure(eye: str, hours: Sequence[int], minutes: float, rate: float = 1.0, day: int = 0) -> Counter[str]:
    """Measure one eye in some hours of a day, print it, and return how many false alarms there were."""
    whole: Counter[str] = Counter()
    empty = 0
    for number in hours:
        hour = QuietHour(number, day)
        empty += hour.empty
        found = watched(hour, eye, rate, minutes * 60)
        print(f"{number:2}:00 {hour.told}: {dict(found) or 'none'}", flush=True)
        whole += found
    seen = len(hours) * minutes / 60
    print(f"{eye}, {rate:g} a second, {seen:.2f} camera-hours: false alarms by camera-day (at most, 95 %)")
    for name in _TOLD:
        held = empty * minutes / 60 if name == "night presence" else seen
        if held:
            print(
                f"    {name:16}{whole[name]:4} {24 * whole[name] / held:6.1f}  ({24 * _most(whole[name]) / held:.1f})"
            )
    OUT.mkdir(exist_ok=True)
    (OUT / "accuracy-quiet.json").write_text(json.dumps({"hours": seen, "empty": empty, "false": whole}, indent=1))
    return whole


if __name__ == "__main__":
    main()
