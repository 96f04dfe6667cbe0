"""Prints how right parking alarms are on drawn streets; `python -m bench.accuracy.parking [--seeds 20] [--rate 5]`.

A vehicle that stands for the limit of 30 s must be one alarm; one that stands less long, none. Must: precision and
recall 0.95, dwell error 5 s; aim: 0.99 and 2 s. The eye `drawn` is told what was drawn (and errs like a fair
detector): it proves the logic. With another eye its own mistakes are measured too, on drawn vehicles.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.accuracy.knowing import KnowingEye
from bench.accuracy.shelf import MODELS
from bench.accuracy.streets import LENGTH_S, Stop, Street
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Sign, Turn
from ronda.vision.appearance import Box
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Eye, Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.watching import Watch

LIMIT_S = 30.0
LATE_S = 12.0


@dataclass
class Tally:
    """What alarms came to."""

    right: int = 0
    false: int = 0
    missed: int = 0
    errors: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in another's."""
        self.right, self.false, self.missed = (
            self.right + other.right,
            self.false + other.false,
            self.missed + other.missed,
        )
        self.errors += other.errors


def watched(street: Street, eye: str) -> Findings:
    """Return what one rule says of a street."""
    rule = {"zone": "kerb", "limit_s": LIMIT_S}
    configuration = Configuration.from_document(
        {"zones": [{"name": "kerb", "points": street.zone}], "parking": [rule]}, "the bench"
    )
    looks: Eye = KnowingEye(street.seed) if eye == "drawn" else open_eye(eye, MODELS)
    watch = Watch(configuration, looks.name)
    findings, last = Findings(), 0
    for picture in street.pictures():
        if isinstance(looks, KnowingEye):
            looks.truth, looks.size_wh = street.truth, picture.full_wh
        findings.add(watch.take(picture, looks.look([Look("bench", picture)])[0]))
        last = picture.at_90k
    findings.add(watch.close(last))
    return findings


def judged(stops: Sequence[Stop], signs: Sequence[Sign]) -> Tally:
    """Return which alarms are right."""
    found = Tally()
    open_ = [one for one in stops if min(one.to_s, LENGTH_S) - one.from_s >= LIMIT_S]
    ends = {one.key: one for one in signs if one.turn is not Turn.RAISED}
    for sign in (one for one in signs if one.turn is Turn.RAISED):
        box = sign.shots[-1].xyxy
        at_s = sign.at_90k / HZ_90K
        mine = [
            one for one in open_
            if box is not None and _same(one.box, box) and one.from_s <= at_s <= one.to_s + LATE_S
        ]  # fmt: skip
        if not mine:
            found.false += 1
            found.said.append(f"false at {at_s:.1f} s: {sign.key} {sign.detail}")
            continue
        stop = mine[0]
        open_.remove(stop)
        found.right += 1
        stood = float(ends[sign.key].detail["stood_s"])
        error = stood - (min(stop.to_s, LENGTH_S) - stop.from_s)
        found.errors.append(error)
        if abs(error) > 2:
            found.said.append(f"stood {stood} s, not {min(stop.to_s, LENGTH_S) - stop.from_s:.1f}: {sign.key}")
    open_ = [one for one in open_ if not one.hidden]
    found.missed = len(open_)
    found.said += [f"missed {one.label} at {one.at} m, {one.from_s:.1f} to {one.to_s:.1f} s" for one in open_]
    return found


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes are the same vehicle's; an eye may see but a part of it."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide > 0 and high > 0 and wide * high >= 0.4 * min(sizes)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eye", default="drawn")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rate", type=float, default=5.0)
    given = parser.parse_args()
    measure(given.eye, range(given.first, given.first + given.seeds), given.rate)


def measure(eye: str, seeds: Iterable[int], rate: float = 5.0) -> Tally:
    """Measure one eye on some seeds and print it."""
    whole = Tally()
    for seed in seeds:
        began = time.monotonic()
        street = Street(seed, rate)
        found = judged(street.stops, watched(street, eye).signs)
        whole.add(found)
        told = ("far" if street.far else "near", *(word for word in ("jumps", "rain") if getattr(street, word)))
        counts = f"right {found.right}, false {found.false}, missed {found.missed}"
        print(f"seed {seed:3} {' '.join(told)}: {counts}; {time.monotonic() - began:.0f} s", flush=True)
        for line in found.said:
            print(f"    {line}", flush=True)
    errors = sorted(abs(one) for one in whole.errors) or [0.0]
    precision = whole.right / max(whole.right + whole.false, 1)
    recall = whole.right / max(whole.right + whole.missed, 1)
    print(
        f"{eye} at {rate:g}: precision {precision:.3f}, recall {recall:.3f} ({whole.right} right,"
        f" {whole.false} false, {whole.missed} missed); dwell error mean {sum(errors) / len(errors):.1f} s,"
        f" 90 % {errors[int(0.9 * (len(errors) - 1))]:.1f} s, most {errors[-1]:.1f} s"
    )
    return whole


if __name__ == "__main__":
    main()
