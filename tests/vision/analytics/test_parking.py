"""Parking alarms: one for one vehicle, at the limit, until it leaves; whatever passes before it, in any light."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from tests.vision.analytics.street import Box, ground, scene, track, with_thing

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analyse import Options, analyse
from ronda.vision.analytics.contract import Findings, Sign, Turn
from ronda.vision.analytics.parking import Parking
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import EyeName
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.objects import ObjectClass
from ronda.vision.tracks.track import Step

KERB: Box = (0.3, 0.4, 0.5, 0.7)
ZONE = {"name": "kerb", "points": [[0.2, 0.3], [0.8, 0.3], [0.8, 0.9], [0.2, 0.9]]}


def parking(**rule: Any) -> Parking:
    configuration = Configuration.from_document(
        {"zones": [ZONE], "timezone": "Asia/Jakarta", "parking": [{"zone": "kerb", "limit_s": 20, **rule}]}
    )
    started = configuration.rules["parking"][0].start(configuration.view())
    assert isinstance(started, Parking)
    return started


class Street:
    """A street by the half second, and what the rule says of it."""

    def __init__(self, rule: Parking) -> None:
        self.rule = rule
        self.found = Findings()
        self.at_s = 0.0
        self.empty = ground()

    def go(
        self, seconds: float, *, car: int | None = 7, seen: int | None = 1, light: float = 1.0, bus: bool = False
    ) -> None:
        """Let time pass: a car (its look) stands at the kerb, seen as a track of a number; a bus may pass before it."""
        began = self.at_s
        while self.at_s < began + seconds:
            rgb = self.empty if car is None else with_thing(self.empty, KERB, car)
            tracks = [] if seen is None else [track(seen, KERB, self.at_s, still_s=began)]
            if bus:
                rgb = with_thing(rgb, (0.25, 0.2, 0.9, 0.95), 50)
                tracks = [track(90, (0.25, 0.2, 0.9, 0.95), self.at_s, label=ObjectClass.BUS)]
            rgb = np.clip(rgb * light, 0, 255).astype(np.uint8)
            self.found.add(self.rule.update(scene(rgb, self.at_s, tracks)))
            self.at_s += 0.5

    def signs(self, turn: Turn) -> list[Sign]:
        return [one for one in self.found.signs if one.turn is turn]


def test_a_vehicle_that_stands_too_long_is_an_alarm_with_pictures_until_it_leaves() -> None:
    street = Street(parking())
    street.go(10, car=None, seen=None)
    street.go(30)
    street.go(20, car=None, seen=None)
    (raised,), (over,) = street.signs(Turn.RAISED), street.signs(Turn.OVER)
    assert raised.key == over.key
    assert raised.label is ObjectClass.CAR
    assert raised.at_90k / HZ_90K == pytest.approx(30, abs=1)
    shown = [shot.picture.at_90k / HZ_90K for shot in raised.shots]
    assert shown == pytest.approx([10, 20, 30], abs=2)
    assert over.detail["stood_s"] == pytest.approx(30, abs=1)
    assert over.at_90k / HZ_90K < 46


def test_who_leaves_before_the_limit_is_none() -> None:
    street = Street(parking())
    street.go(5, car=None, seen=None)
    street.go(18)
    street.go(30, car=None, seen=None)
    assert street.found.signs == []


def test_a_vehicle_that_the_eye_loses_and_finds_again_is_one() -> None:
    street = Street(parking())
    street.go(4, car=None, seen=None)
    street.go(10, seen=1)
    street.go(8, seen=None)
    street.go(10, seen=2)
    street.go(30, seen=None)
    street.go(10, seen=3)
    assert len(street.found.signs) == 1
    assert street.signs(Turn.RAISED)[0].at_90k / HZ_90K == pytest.approx(24, abs=1)


def test_what_passes_before_it_and_other_light_end_nothing() -> None:
    street = Street(parking())
    street.go(4, car=None, seen=None)
    street.go(12)
    street.go(6, bus=True)
    street.go(4, seen=None, light=0.6)
    street.go(10, seen=2, light=0.6)
    street.go(6, seen=None, light=1.3)
    street.go(20, car=None, seen=None, light=1.3)
    assert [one.turn for one in street.found.signs] == [Turn.RAISED, Turn.OVER]
    assert street.signs(Turn.OVER)[0].detail["stood_s"] == pytest.approx(38, abs=2)


def test_two_vehicles_one_after_the_other_are_two_alarms() -> None:
    street = Street(parking())
    street.go(4, car=None, seen=None)
    street.go(25, car=7, seen=1)
    street.go(8, car=None, seen=None)
    street.go(25, car=8, seen=2)
    street.go(8, car=None, seen=None)
    assert [one.turn for one in street.found.signs] == [Turn.RAISED, Turn.OVER] * 2
    assert len({one.key for one in street.found.signs}) == 2


def test_a_person_who_waits_and_a_vehicle_beside_the_zone_are_none() -> None:
    rule, rgb = parking(), ground()
    found = Findings()
    for step in range(120):
        at_s = step / 2
        person = track(1, (0.4, 0.4, 0.45, 0.7), at_s, label=ObjectClass.PERSON, still_s=0.0)
        aside = track(2, (0.82, 0.5, 0.99, 0.8), at_s, still_s=0.0)
        found.add(rule.update(scene(rgb, at_s, [person, aside])))
    assert found.signs == []


def test_only_the_hours_of_the_city_count() -> None:
    # Scenes begin at 07:00 in Jakarta, midnight of UTC.
    inside, outside = Street(parking(hours=["06:30-09:00"])), Street(parking(hours=["08:00-09:00"]))
    for street in (inside, outside):
        street.go(4, car=None, seen=None)
        street.go(30)
    assert len(inside.signs(Turn.RAISED)) == 1
    assert outside.found.signs == []


def test_who_stood_there_before_the_hours_has_the_limit_from_their_beginning() -> None:
    street = Street(parking(hours=["07:01-09:00"]))
    street.go(90)
    assert street.signs(Turn.RAISED)[0].at_90k / HZ_90K == pytest.approx(80, abs=1)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"limit_s": 0}, "limit_s"),
        ({"limit_s": "long"}, "limit_s"),
        ({"hours": ["25:00-26:00"]}, "no time of the day"),
        ({"hours": ["06:00"]}, "no hours"),
        ({"hours": ["06:00-06:00"]}, "are none"),
        ({"zone": "nowhere"}, "no zone 'nowhere'"),
        ({"classes": ["person"]}, "person is no vehicle"),
        ({"lmit_s": 3}, "not known"),
    ],
)
def test_what_cannot_be_meant_is_refused(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        parking(**rule)
    assert said in str(refused.value) + refused.value.mend


@pytest.mark.parametrize("eye", ["builtin", "picodet_s_416"])
def test_on_a_real_street_corner(shared: Path, eye: str) -> None:
    """The queueing car, there for 20 s, is an alarm at 15 s and none at 30 s; the parked one is one at both."""
    zones = [
        {"name": "driveway", "points": [[600, 152], [640, 152], [640, 190], [600, 190]]},
        {"name": "queue", "points": [[352, 140], [430, 140], [430, 172], [352, 172]]},
    ]
    rules = [
        {"zone": zone, "limit_s": limit_s, "bay": zone == "driveway"}
        for zone in ("driveway", "queue")
        for limit_s in (15, 30)
    ]
    configuration = Configuration.from_document({"size": [640, 352], "zones": zones, "parking": rules})
    models, video = shared / "assets" / "models", shared / "assets" / "videos" / "street-corner-1.mp4"
    found = analyse(video, configuration, open_eye(eye, models), Options(rate=5.0)).findings
    raised = sorted((one.zone, one.detail["limit_s"]) for one in found.signs if one.turn is Turn.RAISED)
    assert raised == [("driveway", 15), ("driveway", 30), ("queue", 15)]
    (over,) = [one for one in found.signs if one.turn is Turn.OVER]
    assert float(over.detail["stood_s"]) == pytest.approx(19.7, abs=2.5)


def restarted(street: Street, away_s: float = 20.0, **rule: Any) -> Street:
    """Return the street as another process goes on watching it, some time later, from what the first one kept."""
    kept = json.loads(json.dumps(street.rule.memory()))
    other = Street(parking(**rule))
    other.rule.recall(kept)
    other.at_s = street.at_s + away_s
    return other


@pytest.mark.parametrize("seen", [None, 5])
def test_a_restart_tells_no_alarm_twice_and_ends_it_when_the_vehicle_leaves(seen: int | None) -> None:
    street = Street(parking())
    street.go(5, car=None, seen=None)
    street.go(30)
    (raised,) = street.signs(Turn.RAISED)
    other = restarted(street)
    other.go(40, seen=seen)  # an eye that goes by motion does not see what stood there before
    assert other.found.signs == []
    other.go(10, car=None, seen=None)
    (over,) = other.found.signs
    assert (over.turn, over.key, over.since_90k) == (Turn.OVER, raised.key, raised.since_90k)
    assert over.detail["stood_s"] == pytest.approx(90, abs=1)


def test_one_that_left_during_a_restart_is_over_as_of_when_it_was_last_seen() -> None:
    street = Street(parking())
    street.go(5, car=None, seen=None)
    street.go(30)
    other = restarted(street)
    other.go(10, car=None, seen=None)
    (over,) = other.found.signs
    assert over.turn is Turn.OVER
    assert over.detail["stood_s"] == pytest.approx(30, abs=1)


def test_another_vehicle_at_the_place_after_a_restart_is_another_alarm() -> None:
    street = Street(parking())
    street.go(5, car=None, seen=None)
    street.go(30)
    other = restarted(street)
    other.go(40, car=8, seen=5)
    assert [one.turn for one in other.found.signs] == [Turn.OVER, Turn.RAISED]
    assert other.found.signs[0].key == street.found.signs[0].key != other.found.signs[1].key


def test_one_that_stood_for_less_than_the_limit_has_stood_so_long_after_a_restart() -> None:
    street = Street(parking())
    street.go(5, car=None, seen=None)
    street.go(12)
    other = restarted(street, away_s=2)
    other.go(10, seen=None)
    (raised,) = other.found.signs
    assert raised.turn is Turn.RAISED
    assert raised.at_90k / HZ_90K == pytest.approx(25, abs=1)


def test_a_memory_of_something_else_is_refused_and_of_another_zone_is_over() -> None:
    street = Street(parking())
    street.go(5, car=None, seen=None)
    street.go(30)
    with pytest.raises(ValueError, match="standing"):
        parking().recall({"standing": [{"box": "here"}]})
    kept = street.rule.memory()
    kept["standing"][0]["box"] = (0.0, 0.0, 0.1, 0.1)
    other = Street(parking())
    other.rule.recall(kept)
    other.at_s = street.at_s
    other.go(1)
    assert [one.turn for one in other.found.signs] == [Turn.OVER]


class Kerb(Street):
    """A street seen by the built-in eye: two vehicles one behind the other, which touch on the picture."""

    def __init__(self) -> None:
        configuration = Configuration.from_document({"zones": [ZONE], "parking": [{"zone": "kerb", "limit_s": 20}]})
        eye = EyeName("builtin", "Built-in eye", "1", (ObjectClass.CAR,))
        super().__init__(cast("Parking", configuration.rules["parking"][0].start(configuration.view(eye))))

    def both(self, seconds: float, first: Box, second: Box, *, comes: bool) -> None:
        """Let both stand; `comes`: the second has gone some of its way while the first stood."""
        began = self.at_s
        while self.at_s < began + seconds:
            rgb = with_thing(with_thing(self.empty, first, 7), second, 9)
            path = [
                Step(round((began - back) * HZ_90K), second[0], second[3] - (0.05 * back if comes else 0.0))
                for back in np.arange(4, 0, -0.5)
            ]
            tracks = [
                track(1, first, self.at_s, still_s=began - 5),
                track(2, second, self.at_s, still_s=began, path=path),
            ]
            self.found.add(self.rule.update(scene(rgb, self.at_s, tracks)))
            self.at_s += 0.5


@pytest.mark.parametrize("comes", [True, False])
def test_who_comes_up_behind_one_that_stands_is_another_and_a_part_of_it_is_not(comes: bool) -> None:
    street, first = Kerb(), (0.4, 0.5, 0.6, 0.8)
    street.go(5, car=None, seen=None)
    while street.at_s < 10:
        rgb = with_thing(street.empty, first, 7)
        street.found.add(street.rule.update(scene(rgb, street.at_s, [track(1, first, street.at_s, still_s=5)])))
        street.at_s += 0.5
    street.both(30, first, (0.42, 0.4, 0.52, 0.56), comes=comes)
    assert len(street.signs(Turn.RAISED)) == (2 if comes else 1)


def test_the_first_box_of_one_that_stops_is_found_more_closely() -> None:
    street, large, true = Street(parking()), (0.3, 0.4, 0.6, 0.9), (0.35, 0.5, 0.55, 0.8)
    street.go(5, car=None, seen=None)
    while street.at_s < 30:
        box = large if street.at_s < 7.5 else true
        rgb = with_thing(street.empty, true, 7)
        street.found.add(street.rule.update(scene(rgb, street.at_s, [track(1, box, street.at_s, still_s=5)])))
        street.at_s += 0.5
    (raised,) = street.signs(Turn.RAISED)
    assert raised.shots[-1].xyxy == pytest.approx(true, abs=0.01)
