"""Flood: siaga by the staff and by the flooded share, with hysteresis; what cannot be meant is refused."""

import json
from typing import Any

import pytest
from tests.vision.water.drawn import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, scene, staff, yard

from ronda.base.errors import BadInput
from ronda.vision.analytics.contract import Findings, Turn
from ronda.vision.analytics.flood import Flood
from ronda.vision.configuration import Configuration

X = (LEFT + RIGHT) / 2 / WIDTH
STAFF = {"name": "pintu air", "start": [X, TOP / HEIGHT], "end": [X, BOTTOM / HEIGHT]}
YARD = {"name": "yard", "points": [[0.1, 0.4], [0.9, 0.4], [0.9, 1.0], [0.1, 1.0]]}
RULE = {"staff": "pintu air", "start_cm": 200, "end_cm": 0, "siaga_cm": [100, 130, 160]}


def configured(rule: dict[str, Any]) -> Configuration:
    return Configuration.from_document({"lines": [STAFF], "zones": [YARD], "flood": [rule]})


def watched(rule: dict[str, Any], minutes: list[float], per_minute: int = 6) -> Findings:
    """Watch the staff, or the yard, at one value after another; each for a minute."""
    configuration = configured(rule)
    flood, found = configuration.rules["flood"][0].start(configuration.view()), Findings()
    for minute, value in enumerate(minutes):
        for look in range(per_minute):
            step = minute * per_minute + look
            rgb = staff(value, step) if "staff" in rule else yard(value, step)
            found.add(flood.update(scene(rgb, step * 60 / per_minute)))
    found.add(flood.close(len(minutes) * 60 * 90_000))
    return found


def rising(top: float, up: int = 14) -> list[float]:
    return [60.0] * 4 + [60 + (top - 60) * (minute + 1) / up for minute in range(up)]


def test_a_sign_is_raised_changes_as_the_water_rises_and_is_over_when_it_falls() -> None:
    heights = [*rising(172), *[172] * 3, *[172 - 14 * step for step in range(8)], *[70] * 12]
    found = watched(RULE, heights)
    assert [(one.turn, one.level) for one in found.signs] == [
        (Turn.RAISED, 3), (Turn.CHANGED, 2), (Turn.CHANGED, 1), (Turn.OVER, None),
    ]  # fmt: skip
    assert {one.key for one in found.signs} == {"pintu air"}
    raised, worse = found.signs[0], found.signs[1]
    assert raised.shots and raised.detail["siaga"] == 3
    assert float(worse.detail["rise_cm_per_h"]) > 200
    assert 0 < int(raised.detail.get("next_siaga_min", 1)) < 30
    names = {(one.name, one.unit) for one in found.measures}
    assert names == {("level", "cm"), ("rise", "cm/h"), ("siaga", "")}
    assert {one.value for one in found.measures if one.name == "siaga"} == {1, 2, 3, 4}


def test_a_short_wave_is_none_and_only_what_is_asked_for_is_said() -> None:
    assert watched(RULE, [*[60.0] * 4, 80, 97, 108, 97, 80, 60]).signs == []
    grave = watched({**RULE, "alarm_from": 1}, [*rising(145), *[145] * 4])
    assert grave.signs == []
    assert min(one.value for one in grave.measures if one.name == "siaga") == 2


def test_the_share_of_a_zone_is_measured_and_said() -> None:
    rule = {"zone": "yard", "siaga_percent": [20, 50, 80]}
    found = watched(rule, [*[0.0] * 5, 0.1, 0.2, *[0.36] * 5])
    assert next((one.turn, one.level) for one in found.signs) == (Turn.RAISED, 2)
    assert {one.unit for one in found.measures} >= {"%", ""}


def test_nothing_is_counted_on_a_staff() -> None:
    assert "counting" not in configured(RULE).rules
    street = {"name": "street", "start": [0.1, 0.5], "end": [0.9, 0.5]}
    both = Configuration.from_document({"lines": [STAFF, street], "flood": [RULE]})
    assert both.rules["counting"][0].lines_used() == ("street",)
    assert Configuration.from_document(both.document()) == both


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"end_cm": 200}, "200 cm at both ends"),
        ({"start_cm": None}, "start_cm and end_cm are missing"),
        ({"siaga_cm": None}, "siaga_cm is missing"),
        ({"siaga_cm": [130, 100, 160]}, "does not rise"),
        ({"siaga_cm": [100, 130]}, "siaga_cm"),
        ({"siaga_cm": [100, 130, 260]}, "beyond the staff"),
        ({"middle_cm": 199}, "not between the ends"),
        ({"zone": "yard"}, "name one of both"),
        ({"staff": None}, "name one of both"),
        ({"staff": "moon"}, "no line 'moon'"),
        ({"staff": None, "zone": "yard"}, "siaga_percent is missing"),
        ({"staff": None, "zone": "moon", "siaga_percent": [1, 2, 3]}, "siaga_cm needs a staff"),
        ({"staff": None, "zone": "moon", "siaga_cm": None, "siaga_percent": [1, 2, 3]}, "no zone 'moon'"),
        ({"siaga_percent": [1, 2, 3]}, "needs a zone"),
        ({"alarm_from": 4}, "alarm_from"),
        ({"slack": -1}, "slack"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        configured({**RULE, **change})


def test_a_staff_of_no_length_or_outside_the_picture_is_refused() -> None:
    for end, says in (([X, TOP / HEIGHT], "no length"), ([X, 1.2], "outside the picture")):
        with pytest.raises(BadInput, match=says):
            Configuration.from_document({"lines": [{**STAFF, "end": end}], "flood": [RULE]})


def started(configuration: Configuration) -> Flood:
    flood = configuration.rules["flood"][0].start(configuration.view())
    assert isinstance(flood, Flood)
    return flood


def test_a_restart_takes_no_water_for_dry_ground_and_tells_no_alarm_twice() -> None:
    configuration = configured({"zone": "yard", "siaga_percent": [20, 50, 80]})
    first = started(configuration)
    found = Findings()
    for step in range(9 * 6):
        found.add(first.update(scene(yard(0.0 if step < 5 * 6 else 0.36, step), step * 10.0)))
    assert [one.turn for one in found.signs] == [Turn.RAISED]
    memory = json.loads(json.dumps(first.memory()))
    after = started(configuration)
    assert after.remembers == first.remembers
    after.recall(memory)
    later = Findings()
    for step in range(60 * 6, 63 * 6):
        later.add(after.update(scene(yard(0.36, step), step * 10.0)))
    assert later.signs == []
    assert [one.value for one in later.measures if one.name == "share"] == pytest.approx([60, 60], abs=9)
    assert {one.value for one in later.measures if one.name == "siaga"} == {2}
    assert after.close(63 * 60 * 90_000).signs[0].since_90k == found.signs[0].since_90k


def test_what_was_kept_of_another_zone_or_is_no_memory_is_not_taken_over() -> None:
    configuration = configured({"zone": "yard", "siaga_percent": [20, 50, 80]})
    flood = started(configuration)
    for step in range(8 * 6):
        flood.update(scene(yard(0.0, step), step * 10.0))
    kept = flood.memory()
    assert len(kept["ground"]["looks"]) == 1
    moved = started(configuration)
    moved.recall({**kept, "ground": {**kept["ground"], "points": [[0, 0], [1, 0], [1, 1]]}})
    assert moved.memory()["ground"]["looks"] == []
    for wrong in ({"siaga": 9}, {**kept, "ground": {**kept["ground"], "looks": [{"coloured": True}]}}):
        with pytest.raises(ValueError, match="validation error"):
            moved.recall(wrong)
