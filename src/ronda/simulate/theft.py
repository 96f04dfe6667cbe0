"""What happened last night in RT 3 RW 4 Krapyak, second by second from 02:00.

At a quarter past two a motorcycle leaves the alley without its owner. Two men come on foot (camera
1), one keeps watch while the other works at the lock (camera 2), they push it out (2, then 1) and
ride off past the alley's mouth (3) and the Balai RW (4). Everybody else is who passes at night.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from ronda.simulate.scenes import vehicles
from ronda.simulate.scenes.night import Seen
from ronda.simulate.scenes.people import Walker
from ronda.simulate.scenes.solids import Solid

STOLEN_AT: Final = (-1.25, 5.8)
LEAVES_S: Final = 14 * 60 + 6.0
_THIEF, _LOOKOUT, _BIKE = 71, 72, 70
# One in a light jacket, one in a dark one: what the witnesses will say.
_SHIRTS: Final = {_THIEF: (236, 236, 236), _LOOKOUT: (34, 34, 34)}
Marks = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Act:
    """One figure's way: (seconds from 02:00, x, y), straight between; it exists from first to last.

    Attributes:
        kind: man, pusher, bike (pushed, dark), rider (lamp on).
        seed: Who.
        marks: Where, when.
    """

    kind: str
    seed: int
    marks: Marks


def _at(minute: int, second: float) -> float:
    return minute * 60 + second


def _ride(begin: float, seed: int, *spots: tuple[float, float], speed: float = 4.5) -> Act:
    return Act("rider", seed, _timed(begin, speed, *spots))


def _walk(begin: float, seed: int, *spots: tuple[float, float], speed: float = 1.2) -> Act:
    return Act("man", seed, _timed(begin, speed, *spots))


def _timed(begin: float, speed: float, *spots: tuple[float, float]) -> Marks:
    marks = [(begin, *spots[0])]
    for (ax, ay), (bx, by) in pairwise(spots):
        marks.append((marks[-1][0] + float(np.hypot(bx - ax, by - ay)) / speed, bx, by))
    return tuple(marks)


_TO_LOCK: Final = (*_timed(_at(12, 44), 1.2, (0.4, -1), (-0.2, 3.5), (-0.75, 6.3)),)
SCRIPT: Final[dict[str, tuple[Act, ...]]] = {
    "krapyak-rt03-rw04-1": (
        _ride(_at(1, 40), 1, (-0.5, 50), (-0.5, -5)),
        _walk(_at(6, 10), 2, (0.8, 1), (0.6, 40)),
        _walk(_at(11, 52), _THIEF, (-0.4, 1), (-0.3, 48)),
        _walk(_at(11, 54.5), _LOOKOUT, (0.6, 1), (0.5, 48)),
        Act("bike", _BIKE, _timed(_at(14, 40), 1.35, (0.1, 46), (0.0, -3.0))),
        Act("pusher", _THIEF, _timed(_at(14, 40), 1.35, (-0.55, 45.6), (-0.6, -3.4))),
        Act("pusher", _LOOKOUT, _timed(_at(14, 40), 1.35, (0.2, 47.3), (0.1, -1.6))),
        _ride(_at(22, 5), 3, (0.6, -5), (0.5, 52)),
        _walk(_at(26, 0), 4, (-0.5, 44), (-0.3, 1)),
        _walk(_at(26, 1), 5, (0.5, 45), (0.6, 1)),
    ),
    "krapyak-rt03-rw04-2": (
        _ride(_at(3, 20), 6, (0.6, -5), (0.5, 52)),
        Act("man", _THIEF, (*_TO_LOCK, (_at(14, 5), -0.75, 6.2))),
        Act(
            "man",
            _LOOKOUT,
            (*_timed(_at(12, 46), 1.2, (0.9, -1), (0.9, 9.2)), (_at(13, 40), 0.95, 8.8), (_at(14, 5), 0.8, 7.4)),
        ),
        Act(
            "bike",
            _BIKE,
            ((LEAVES_S, *STOLEN_AT), (_at(14, 10), -0.6, 6.0), *_timed(_at(14, 11), 1.1, (-0.5, 5.4), (0.1, -3.4))),
        ),
        Act(
            "pusher",
            _THIEF,
            (
                (_at(14, 5), -0.75, 6.2),
                (_at(14, 10), -1.1, 6.2),
                *_timed(_at(14, 11), 1.1, (-1.05, 5.6), (-0.5, -3.2)),
            ),
        ),
        Act(
            "pusher",
            _LOOKOUT,
            (
                (_at(14, 5), 0.8, 7.4),
                (_at(14, 10), -0.3, 7.4),
                *_timed(_at(14, 11), 1.1, (-0.3, 6.9), (0.2, -1.9)),
            ),
        ),
        _walk(_at(19, 30), 7, (0.4, 44), (0.4, 1)),
        _walk(_at(27, 20), 4, (-0.5, 44), (-0.3, 1)),
        _walk(_at(27, 21), 5, (0.5, 45), (0.6, 1)),
    ),
    "krapyak-rt03-rw04-3": (
        _ride(_at(2, 15), 1, (-0.5, 50), (-0.5, -5)),
        _ride(_at(8, 45), 8, (0.6, -5), (0.4, 52)),
        _ride(_at(15, 22), _BIKE, (0.2, 52), (0.0, -5), speed=6.5),
        _walk(_at(20, 20), 7, (0.5, 1), (0.5, 40)),
        _ride(_at(22, 30), 3, (0.6, -5), (0.5, 52)),
    ),
    "krapyak-rt03-rw04-4": (
        _ride(_at(2, 32), 1, (-12, 5), (2, 7), (18, 3)),
        _walk(_at(12, 20), 9, (-8, 2), (-2, 12), (0.5, 22)),
        _ride(_at(15, 36), _BIKE, (-12, 6.5), (2, 8), (19, 3.5), speed=7.5),
        _ride(_at(22, 50), 3, (18, 3), (2, 7), (-12, 5)),
        _walk(_at(28, 30), 4, (-8, 2), (2, 9), (0.5, 22)),
    ),
}
DEAD: Final[dict[str, tuple[float, float]]] = {"krapyak-rt03-rw04-4": (_at(4, 0), _at(10, 0))}


def stolen_motorcycle() -> Solid:
    """Return the motorcycle in question."""
    return Solid(vehicles.motorcycle(np.random.default_rng(_BIKE), 0))


class Cast:
    """The figures of one camera's night."""

    def __init__(self, acts: tuple[Act, ...]) -> None:
        self._acts = [(act, _solids(act)) for act in acts]
        self._spans = [(act.marks[0][0], act.marks[-1][0]) for act in acts]

    def seen(self, at_s: float) -> list[Seen]:
        """Return who is there so many seconds after 02:00."""
        found = []
        for (act, solids), (begin, end) in zip(self._acts, self._spans, strict=True):
            if begin <= at_s < end:
                found.append(_pose(act, solids, at_s))
        return found


def _solids(act: Act) -> tuple[Solid, ...]:
    rng = np.random.default_rng(act.seed)
    if act.kind == "bike":
        return (stolen_motorcycle(),)
    if act.kind == "rider":
        return (Solid(vehicles.motorcycle(rng, 2 if act.seed == _BIKE else 1)),)
    walker = Walker(rng, 1.68)
    walker.veil, walker.skirt = None, False
    if act.seed in _SHIRTS:
        walker.shirt, walker.legs = _SHIRTS[act.seed], (46, 46, 46)
    reach = 0.34 if act.kind == "pusher" else 0.0
    steps = tuple(Solid(walker.model(float(turn), reach=reach)) for turn in np.arange(12) * (np.pi / 6))
    return (Solid(walker.model(0.4, 0.03, reach=0.3 if act.seed == _THIEF else 0.0)), *steps)


def _pose(act: Act, solids: tuple[Solid, ...], at_s: float) -> Seen:
    times = [mark[0] for mark in act.marks]
    xs, ys = [mark[1] for mark in act.marks], [mark[2] for mark in act.marks]
    x, y = float(np.interp(at_s, times, xs)), float(np.interp(at_s, times, ys))
    dx = float(np.interp(at_s + 0.3, times, xs) - np.interp(at_s - 0.3, times, xs)) / 0.6
    dy = float(np.interp(at_s + 0.3, times, ys) - np.interp(at_s - 0.3, times, ys)) / 0.6
    speed = float(np.hypot(dx, dy))
    if act.kind in {"man", "pusher"}:
        if speed < 0.15:
            # Somebody who stands looks around; the one at the lock looks at the motorcycle.
            turn = -np.pi / 2 if act.seed == _THIEF else float(np.sin(at_s * 0.7) * 1.2)
            return Seen(solids[0], x, y, turn)
        step = 1 + int(at_s * speed / 1.366 * 12) % 12
        return Seen(solids[step], x, y, float(np.arctan2(dx, dy)))
    heading = float(np.arctan2(dx, dy)) if speed > 0.05 else 0.0
    return Seen(solids[0], x, y, heading, headlight=act.kind == "rider")
