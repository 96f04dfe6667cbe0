"""Crowds: how many, how densely, with levels that do not flicker, by people's number and by what they cover."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.vision.analytics.street import HEIGHT, WIDTH, ground, scene, track

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Turn
from ronda.vision.analytics.crowd import Crowd
from ronda.vision.analytics.levels import Levels
from ronda.vision.background import Backdrop
from ronda.vision.configuration import Configuration
from ronda.vision.objects import ObjectClass

SQUARE = {"name": "square", "points": [[0.1, 0.3], [0.9, 0.3], [0.9, 1.0], [0.1, 1.0]]}
# 8 m by 7 m: 56 m²; a person is 0.2 of the picture tall everywhere.
GROUND = {"picture": SQUARE["points"], "metres": [[0, 7], [8, 7], [8, 0], [0, 0]]}
WIDE, TALL = 0.035, 0.2
RGB = ground()


def crowd(**rule: Any) -> Crowd:
    given = {"zones": [SQUARE], "crowd": [{"zone": "square", **rule}]} | (
        {} if "persons" in rule else {"ground": GROUND}
    )
    configuration = Configuration.from_document(given)
    started = configuration.rules["crowd"][0].start(configuration.view())
    assert isinstance(started, Crowd)
    return started


class Square:
    """A square by the half second."""

    def __init__(self, rule: Crowd, seed: int = 3) -> None:
        self.rule, self.found, self.at_s = rule, Findings(), 0.0
        self._rng = np.random.default_rng(seed)

    def go(
        self, seconds: float, many: int, tracked: int | None = None, box: Sequence[float] = (0.12, 0.5, 0.88, 0.98)
    ) -> None:
        """Let so many people move about for some time, of whom the tracker sees some."""
        for _ in range(int(seconds * 2)):
            feet = self._rng.uniform((box[0], box[1]), (box[2], box[3]), (many, 2))
            mask = np.zeros((HEIGHT, WIDTH), bool)
            tracks = []
            for number, (x, y) in enumerate(feet.tolist()):
                left, right, top = x - WIDE / 2, x + WIDE / 2, y - TALL
                mask[round(top * HEIGHT) : round(y * HEIGHT), round(left * WIDTH) : round(right * WIDTH)] = True
                if tracked is None or number < tracked:
                    tracks.append(track(number, (left, top, right, y), self.at_s, label=ObjectClass.PERSON))
            backdrop = Backdrop(RGB, mask, np.zeros_like(mask))
            self.found.add(self.rule.update(scene(RGB, self.at_s, tracks, backdrop=backdrop)))
            self.at_s += 0.5

    def last(self, name: str) -> float:
        return [one.value for one in self.found.measures if one.name == name][-1]


def test_few_people_are_counted_one_by_one() -> None:
    square = Square(crowd())
    square.go(30, 4)
    assert square.last("persons") == 4
    assert square.last("density") == pytest.approx(4 / 56, rel=0.05)
    assert square.found.signs == []


def test_a_dense_crowd_is_counted_by_what_it_covers() -> None:
    square = Square(crowd(persons=[200]))
    square.go(60, 5)  # how large people are is learnt from those who are alone
    square.go(30, 60, tracked=12)
    assert square.last("persons") == pytest.approx(60, rel=0.35)
    assert square.last("coverage") > 25


def test_levels_rise_and_fall_with_the_density_and_say_where_it_grows() -> None:
    square = Square(crowd(density=[0.1, 0.2, 0.4], rise_s=5, fall_s=10))
    square.go(60, 3)
    for many in (7, 10, 14, 18, 25):
        square.go(20, many, box=(0.6, 0.5, 0.88, 0.98))
    square.go(60, 2)
    turns = [(one.turn, one.level) for one in square.found.signs]
    assert turns[0] == (Turn.RAISED, 3)
    assert (Turn.CHANGED, 1) in turns
    assert turns[-1] == (Turn.OVER, None)
    assert len({one.key for one in square.found.signs}) == 1
    grown = next(one for one in square.found.signs if one.level == 1)
    assert (grown.detail["trend"], grown.detail["towards"]) == ("growing", "right")


def test_a_number_on_the_edge_does_not_flicker() -> None:
    levels = Levels((10.0,), rise_s=2, fall_s=4)
    changes = sum(levels.take(9.5 if step % 2 else 10.5, step * HZ_90K) for step in range(100))
    assert changes <= 1


@pytest.mark.parametrize(
    "rule",
    [{"density": [0.5, 0.4]}, {"density": []}, {"density": [0]}, {"density": [1], "persons": [4]}, {"method": "eyes"}],
)
def test_what_cannot_be_meant_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        crowd(**rule)


def test_persons_on_a_square_metre_need_the_ground() -> None:
    configuration = Configuration.from_document({"zones": [SQUARE], "crowd": [{"zone": "square"}]})
    with pytest.raises(BadInput, match="need the ground"):
        configuration.rules["crowd"][0].start(configuration.view())
