"""Prints how right each eye counts; `python -m bench.accuracy [EYE ...] [--scenes]`.

Models are those of `../shared/assets/models` with the cards of our catalogue, as `ronda models add` puts them. Each
clip is counted at 5, 8, 10 and 12 pictures a second, and again with 20 and 30 % of the pictures lost: a count that only
holds for one choice of pictures holds for no other footage.
"""

import argparse
import json
import tempfile
from pathlib import Path

from bench.accuracy.clips import VIDEOS, Clip, clips
from bench.accuracy.looking import Glimpse, Outcome, glimpses, outcome, thinned
from bench.accuracy.measures import Score, scored, together
from bench.accuracy.scenes import measure_scenes
from bench.accuracy.shelf import stocked
from bench.process import OUT
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.eyes import open_eye

EYES = ("builtin", "builtin-geometry", "picodet_s_416", "yolox_nano", "person-vehicle-bike-detection-2000")
RATES = (5.0, 8.0, 10.0, 12.0)
LOSSES = ((0.0, 0), (0.2, 1), (0.3, 2))
_PERSONS_RATE = 10.0


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("eyes", nargs="*", default=EYES)
    parser.add_argument("--scenes", action="store_true", help="the simulator's scenes instead of footage")
    parser.add_argument("--seeds", type=int, default=20, help="of the scenes, in turn over their conditions")
    chosen = parser.parse_args()
    if chosen.scenes:
        found = {name: measure_scenes(name, chosen.seeds) for name in chosen.eyes}
    else:
        with tempfile.TemporaryDirectory() as folder:
            models = stocked(Path(folder))
            found = {name: measure(name, models) for name in chosen.eyes}
    OUT.mkdir(exist_ok=True)
    name = "accuracy-scenes.json" if chosen.scenes else "accuracy.json"
    (OUT / name).write_text(json.dumps(found, indent=1))


def measure(name: str, models: Path) -> dict[str, object]:
    """Measure one eye on all clips and print it."""
    print(f"\n{name}\n{'clip':32}{'at':>4}{'eff.':>8}{'counted':>9}{'of':>4}{'off':>5}   eff. with 20, 30 % lost")
    plain: dict[float, list[Score]] = {rate: [] for rate in RATES}
    lossy: list[Score] = []
    persons: dict[str, list[tuple[int, int]]] = {"persons": [], "persons, our counts": [], "persons, told at once": []}
    for clip in clips():
        seen: list[Glimpse] = []
        for rate in RATES if clip.truth else (_PERSONS_RATE,):
            if not seen or name.startswith("builtin"):  # what it remembers depends on what it was shown
                seen = glimpses(VIDEOS / f"{clip.name}.mp4", open_eye(name, models), _asked(name, rate))
            if rate == _PERSONS_RATE:
                found = outcome(thinned(seen, rate), Configuration.from_document({"counting": []}))
                persons["persons"] += _persons(clip, found, clip.persons)
                persons["persons, our counts"] += _persons(clip, found, clip.counted)
                persons["persons, told at once"] += _told_at_once(clip, found)
            if clip.truth:
                scores = _scores(clip, seen, rate, name)
                plain[rate].append(scores[0])
                lossy += scores[1:]
                first = scores[0]
                rest = " ".join(f"{one.effectiveness:.3f}" for one in scores[1:])
                print(f"{clip.name:32}{rate:4g}{_told(first)}   {rest}", flush=True)
    summed = {rate: together(scores) for rate, scores in plain.items()}
    for rate, one in summed.items():
        print(f"{'all':32}{rate:4g}{_told(one)}")
    lost = together(lossy) if lossy else None
    if lost:
        print(f"{'all, pictures lost':36}{lost.effectiveness:8.3f}")
    told: dict[str, object] = {
        "effectiveness": {str(rate): round(one.effectiveness, 4) for rate, one in summed.items()},
        "lost": round(lost.effectiveness, 4) if lost else None,
    }
    for which, errors in persons.items():
        off = sum(abs(found - true) for found, true in errors) / max(sum(true for _, true in errors), 1)
        print(f"{which}: mean absolute error {off:.1%} ({' '.join(f'{a}/{b}' for a, b in errors)})", flush=True)
        told[which] = round(off, 4)
    return told


def _told(score: Score) -> str:
    return f"{score.effectiveness:8.3f}{score.counted:9}{score.true:4}{score.off:5}"


def _asked(name: str, rate: float) -> float | None:
    return rate if name.startswith("builtin") else None


def _scores(clip: Clip, seen: list[Glimpse], rate: float, name: str) -> list[Score]:
    configuration = Configuration.from_document(clip.document)
    length_s = clip.card["duration_s"]
    found = []
    for lost, seed in LOSSES:
        if lost and name.startswith("builtin"):
            continue  # it would have to look again
        some = thinned(seen, rate, lost, seed)
        found.append(scored(clip.truth, outcome(some, configuration).counted, length_s))
    return found


def _persons(clip: Clip, found: Outcome, truth: dict[int, int]) -> list[tuple[int, int]]:
    """Return how many were seen about each picture, and how many there are."""
    within_s = 1.3 / _PERSONS_RATE
    return [(found.persons(picture / clip.card["fps"], within_s), true) for picture, true in truth.items()]


def _told_at_once(clip: Clip, found: Outcome) -> list[tuple[int, int]]:
    truth = {**clip.persons, **clip.counted}
    return [(found.persons_told(picture / clip.card["fps"]), true) for picture, true in truth.items()]


if __name__ == "__main__":
    main()
