"""Prints false alarms on drawn streets on which nothing happens; `python -m bench.accuracy.quiet [--seeds 6]`.

Traffic passes, people walk, clouds drift, exposure jumps, it rains: nobody parks, leaves anything, lingers or gathers.
Every rule's alarms are false, but for the night watch's presence, which is left out here. The film of a seed repeats
its traffic every 24 s; light and rain do not repeat. What an hour came to is told by the day.
"""

import argparse
from collections import Counter

from bench.accuracy.__main__ import MODELS
from bench.accuracy.streets import LENGTH_S, Street
from ronda.vision.analytics.contract import Turn
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.watching import Watch

_ALL = [[0.0, 0.25], [1.0, 0.25], [1.0, 1.0], [0.0, 1.0]]


def watched(street: Street, eye: str) -> Counter[str]:
    """Return how many alarms each rule raised."""
    document = {
        "zones": [{"name": "kerb", "points": street.zone}, {"name": "all", "points": _ALL}],
        "parking": [{"zone": "kerb", "limit_s": 30}],
        "litter": [{"zone": "all", "stays_s": 30}],
        "crowd": [{"zone": "all", "persons": [20, 40, 80]}],
        "night": [{"zone": "all", "hours": ["00:00-24:00"], "kinds": ["loitering", "running", "gathering"]}],
    }
    looks = open_eye(eye, MODELS)
    watch = Watch(Configuration.from_document(document, "the bench"), looks.name)
    found: Counter[str] = Counter()
    for picture in street.pictures():
        for sign in watch.take(picture, looks.look([Look("bench", picture)])[0]).signs:
            if sign.turn is Turn.RAISED:
                found[f"{sign.analytic} {sign.detail.get('kind', '')}".strip()] += 1
                print(f"    {sign.at_90k / 90_000:.1f} s {sign.analytic} {sign.key} {sign.detail}", flush=True)
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eye", default="builtin")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    whole: Counter[str] = Counter()
    for seed in range(given.first, given.first + given.seeds):
        found = watched(Street(seed, stops=False), given.eye)
        print(f"seed {seed}: {dict(found) or 'none'}", flush=True)
        whole += found
    hours = given.seeds * LENGTH_S / 3600
    print(f"{given.eye}, {hours:.2f} camera-hours: false alarms by camera-day")
    for name in ("parking", "litter", "crowd", "night loitering", "night running", "night gathering"):
        print(f"    {name:16} {24 * whole[name] / hours:6.1f}")


if __name__ == "__main__":
    main()
