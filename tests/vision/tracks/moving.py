"""Things that move in tests, as an eye would see them: boxes by the second, with noise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ronda.base.time import HZ_90K
from ronda.vision.objects import CLASSES, Detections, ObjectClass
from ronda.vision.tracks.tracker import Followed, Tracker

ASPECT = 16 / 9


@dataclass(frozen=True)
class Mover:
    """A thing on a straight way, from `begins_s` to `ends_s`; hidden in the stretches of `hidden`."""

    start: tuple[float, float]
    speed: tuple[float, float]
    size: tuple[float, float] = (0.08, 0.1)
    begins_s: float = 0.0
    ends_s: float = 1e9
    hidden: tuple[tuple[float, float], ...] = ()
    label: ObjectClass = ObjectClass.CAR
    score: float = 0.8

    def box(self, at_s: float) -> list[float] | None:
        """Its box at a moment, where it is seen."""
        if not self.begins_s <= at_s <= self.ends_s or any(a <= at_s <= b for a, b in self.hidden):
            return None
        since = at_s - self.begins_s
        x, y = self.start[0] + self.speed[0] * since, self.start[1] + self.speed[1] * since
        box = [x - self.size[0] / 2, y - self.size[1] / 2, x + self.size[0] / 2, y + self.size[1] / 2]
        return box if 0 < x < 1 and 0 < y < 1 else None


def seen(movers: Sequence[Mover], at_s: float, chance: np.random.Generator | None = None) -> Detections:
    """What an eye says at a moment; with noise of 3 % of the boxes where there is chance."""
    boxes, scores, votes = [], [], []
    for mover in movers:
        box = mover.box(at_s)
        if box is None:
            continue
        wide, high = mover.size
        noise = chance.normal(0, 0.03, 4) * (wide, high, wide, high) if chance else np.zeros(4)
        boxes.append(np.clip(np.array(box) + noise, 0, 1))
        scores.append(mover.score)
        votes.append([0.9 if one is mover.label else 0.0 for one in CLASSES])
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.array(votes, np.float32).reshape(-1, len(CLASSES)),
    )


def watched(
    tracker: Tracker, movers: Sequence[Mover], times: Sequence[float], seed: int | None = 0
) -> Iterator[tuple[float, Followed]]:
    """Follow movers through some moments."""
    chance = None if seed is None else np.random.default_rng(seed)
    for at_s in times:
        yield at_s, tracker.follow(seen(movers, at_s, chance), round(at_s * HZ_90K), ASPECT)
