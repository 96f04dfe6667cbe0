"""Prints how right litter alarms are in drawn yards; `python -m bench.accuracy.litter [--seeds 4] [--rate 5]`.

What is left and lies for longer than `stays_s` (40 s) must be one alarm, over when it is fetched; who stands there, and
what is taken up again after 16 s, none. The alarm must say when the thing came to 8 s, and show a picture of then.
"""

import argparse
import time
from dataclasses import dataclass, field

from bench.accuracy.leaving import LENGTH_S, Left, Yard
from bench.accuracy.shelf import MODELS
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Sign, Turn
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.watching import Watch

STAYS_S = 40.0
ENDS_S = 25.0
CAME_S = 8.0


@dataclass
class Tally:
    """What alarms came to."""

    right: int = 0
    false: int = 0
    missed: int = 0
    ended: int = 0
    to_end: int = 0
    shown: int = 0
    said: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in another's."""
        for name in ("right", "false", "missed", "ended", "to_end", "shown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def watched(yard: Yard, eye: str) -> list[Sign]:
    """Return what one rule says of a yard."""
    rule = {"zone": "yard", "stays_s": STAYS_S}
    document = {"zones": [{"name": "yard", "points": yard.zone}], "litter": [rule]}
    configuration = Configuration.from_document(document, "the bench")
    looks, findings, last = open_eye(eye, MODELS), Findings(), 0
    watch = Watch(configuration, looks.name)
    for picture in yard.pictures():
        findings.add(watch.take(picture, looks.look([Look("bench", picture)])[0]))
        last = picture.at_90k
    findings.add(watch.close(last))
    return findings.signs


def judged(left: list[Left], signs: list[Sign]) -> Tally:
    """Return which alarms are right."""
    found = Tally()
    open_ = [one for one in left if min(one.to_s, LENGTH_S) - one.from_s >= STAYS_S + 10]
    for sign in (one for one in signs if one.turn is Turn.RAISED):
        box, at_s, since_s = sign.shots[-1].xyxy, sign.at_90k / HZ_90K, sign.since_90k / HZ_90K
        mine = [one for one in open_ if box is not None and _meet(one.box, box) and one.from_s <= at_s <= one.to_s + 5]
        if not mine:
            found.false += 1
            found.said.append(f"false at {at_s:.1f} s: {sign.key}")
            continue
        open_.remove(mine[0])
        found.right += 1
        came = mine[0].from_s
        film = [shot.picture.at_90k / HZ_90K for shot in sign.shots]
        shown = abs(since_s - came) <= CAME_S and any(came - CAME_S <= at <= came + 4 for at in film)
        found.shown += shown
        if not shown:
            found.said.append(f"came at {came:.1f} s, said {since_s:.1f} s, pictures {[round(at, 1) for at in film]}")
        if mine[0].to_s < LENGTH_S - ENDS_S:
            found.to_end += 1
            over = [one.at_90k / HZ_90K for one in signs if one.key == sign.key and one.turn is Turn.OVER]
            found.ended += any(mine[0].to_s - 3 <= one <= mine[0].to_s + ENDS_S for one in over)
    found.missed = len(open_)
    found.said += [f"missed at {one.box}, {one.from_s:.1f} to {one.to_s:.1f} s" for one in open_]
    return found


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return wide > 0 and high > 0


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eye", default="builtin")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5.0)
    given = parser.parse_args()
    whole = Tally()
    for seed in range(given.first, given.first + given.seeds):
        began = time.process_time()
        yard = Yard(seed, given.rate)
        found = judged(yard.left, watched(yard, given.eye))
        whole.add(found)
        told = " ".join(word for word in ("jumps", "rain") if getattr(yard, word))
        counts = f"right {found.right}, false {found.false}, missed {found.missed}"
        print(f"seed {seed} {told}: {counts}; {time.process_time() - began:.0f} s", flush=True)
        for line in found.said:
            print(f"    {line}", flush=True)
    precision = whole.right / max(whole.right + whole.false, 1)
    recall = whole.right / max(whole.right + whole.missed, 1)
    print(
        f"precision {precision:.3f}, recall {recall:.3f} ({whole.right} right, {whole.false} false, {whole.missed} "
        f"missed); over when fetched {whole.ended} of {whole.to_end}; shown as it came {whole.shown} of {whole.right}"
    )


if __name__ == "__main__":
    main()
