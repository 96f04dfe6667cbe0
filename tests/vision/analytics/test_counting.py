"""Counting: what passes lines, in which direction, of which class; movements, units, speed and occupancy."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.vision.tracks.moving import Mover, seen

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Seen
from ronda.vision.objects import ObjectClass
from ronda.vision.picture import Picture
from ronda.vision.watching import Watch

MAIN = {"name": "main", "start": [0.1, 0.5], "end": [0.9, 0.5]}
BLANK = np.zeros((9, 16, 3), np.uint8)


def counted(document: dict[str, Any], movers: list[Mover], until_s: float, rate: float = 10, seed: int = 0) -> Findings:
    watch, chance, found = Watch(Configuration.from_document(document)), np.random.default_rng(seed), Findings()
    for at_s in np.arange(0, until_s, 1 / rate):
        picture = Picture(BLANK, round(at_s * HZ_90K), (1280, 720))
        found.add(watch.take(picture, Seen(seen(movers, at_s, chance))))
    found.add(watch.close(round(until_s * HZ_90K)))
    return found


def street() -> list[Mover]:
    """Each four seconds a car comes down, and a motorcycle goes up."""
    cars = [Mover((0.4, 0.1), (0.0, 0.25), begins_s=4.0 * n) for n in range(5)]
    motorcycles = [
        Mover((0.6, 0.9), (0.0, -0.3), (0.03, 0.08), begins_s=4.0 * n, label=ObjectClass.MOTORCYCLE) for n in range(5)
    ]
    return cars + motorcycles


@pytest.mark.parametrize("rate", [5, 10, 25])
def test_directions_and_classes(rate: float) -> None:
    found = counted({"lines": [MAIN]}, street(), 24, rate)
    many = Counter((one.direction, one.label.value) for one in found.counts)
    assert many == {("down", "car"): 5, ("up", "motorcycle"): 5}
    assert all(one.line == "main" for one in found.counts)


def test_lost_pictures_lose_no_count() -> None:
    watch, chance, counts = Watch(Configuration.from_document({"lines": [MAIN]})), np.random.default_rng(3), []
    for at_s in np.arange(0, 24, 0.1):
        if chance.random() < 0.3:
            continue
        picture = Picture(BLANK, round(at_s * HZ_90K), (1280, 720))
        counts += watch.take(picture, Seen(seen(street(), at_s, chance))).counts
    assert len(counts) == 10


def test_movements_are_over_one_line_and_then_another() -> None:
    turning = [
        Mover((0.5, 0.1), (0.0, 0.3), ends_s=1.5),
        Mover((0.5, 0.55), (0.3, 0.0), begins_s=1.5),
    ]
    lines = [
        {"name": "north", "start": [0.2, 0.3], "end": [0.8, 0.3]},
        {"name": "east", "start": [0.75, 0.2], "end": [0.75, 0.9]},
    ]
    rule = {"movements": [{"name": "north to east", "from": "north", "to": "east"}]}
    found = counted({"lines": lines, "counting": [rule]}, turning, 4)
    assert [(one.line, one.direction) for one in found.counts] == [("north to east", "")]
    other = {"movements": [{"name": "east to north", "from": "east", "to": "north"}]}
    assert not counted({"lines": lines, "counting": [other]}, turning, 4).counts


def test_only_some_classes() -> None:
    document = {"lines": [MAIN], "counting": [{"lines": ["main"], "classes": ["motorcycle"]}]}
    assert {one.label.value for one in counted(document, street(), 24).counts} == {"motorcycle"}


def test_units_speed_and_occupancy_by_the_minute() -> None:
    ground = {"picture": [[0, 0], [1, 0], [1, 1], [0, 1]], "metres": [[0, 0], [32, 0], [32, 18], [0, 18]]}
    document = {"lines": [MAIN], "ground": ground, "counting": [{"units": {"motorcycle": 0.5}}]}
    found = counted(document, street(), 61)
    flows = {one.name: one.value for one in found.measures if one.at_90k == 60 * HZ_90K}
    assert flows["flow down"] == pytest.approx(5 * 60, rel=0.03)
    assert flows["flow up"] == pytest.approx(2.5 * 60, rel=0.03)
    assert flows["speed"] == pytest.approx((0.25 * 18 + 0.3 * 18) / 2 * 3.6, rel=0.1)
    assert 0 < flows["occupancy"] < 10
    assert all(one.zone == "main" for one in found.measures)


def test_what_stands_on_a_line_does_not_cross_it() -> None:
    waiting = Mover((0.5, 0.452), (0.0, 0.0))
    assert not counted({"lines": [MAIN]}, [waiting], 60).counts


def test_a_part_of_a_vehicle_is_not_counted_beside_it() -> None:
    whole = Mover((0.4, 0.1), (0.0, 0.2), (0.2, 0.25))
    part = Mover((0.42, 0.14), (0.0, 0.2), (0.1, 0.16), score=0.7)
    assert len(counted({"lines": [MAIN]}, [whole, part], 5).counts) == 1
    two = [Mover((0.4, 0.1), (0.0, 0.2), (0.04, 0.1), label=ObjectClass.MOTORCYCLE) for _ in range(1)]
    two.append(Mover((0.44, 0.12), (0.0, 0.2), (0.04, 0.1), label=ObjectClass.MOTORCYCLE))
    assert len(counted({"lines": [MAIN]}, two, 5).counts) == 2


def test_who_lines_but_counts_nothing_says_so() -> None:
    assert not counted({"lines": [MAIN], "counting": []}, street(), 10).counts


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"lines": ["south"]}, "no line 'south'"),
        ({"movements": [{"name": "u", "from": "main", "to": "main"}]}, "same line"),
        ({"units": {"car": -1}}, "units car"),
        ({"classes": ["tank"]}, "classes"),
        ({"line": ["main"]}, "not known"),
    ],
)
def test_wrong_rules_are_refused(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        Configuration.from_document({"lines": [MAIN], "counting": [rule]})
