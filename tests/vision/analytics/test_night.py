"""The night watch: who is in a zone at hours at which nobody should be, lingers, runs or gathers there."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from tests.vision.analytics.street import ground, scene, track

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Sign, Turn
from ronda.vision.analytics.night import NightWatch
from ronda.vision.configuration import Configuration
from ronda.vision.objects import ObjectClass
from ronda.vision.tracks.track import Step, Track

YARD = {"name": "yard", "points": [[0.1, 0.3], [0.9, 0.3], [0.9, 0.95], [0.1, 0.95]]}
NIGHT = "2026-11-21T23:00:00+07:00"
Where = Callable[[float], Sequence[Track]]


def night(begins: str = NIGHT, **rule: Any) -> NightWatch:
    document = {
        "zones": [YARD],
        "timezone": "Asia/Jakarta",
        "begins": begins,
        "night": [{"zone": "yard", **rule}],
    }
    configuration = Configuration.from_document(document)
    started = configuration.rules["night"][0].start(configuration.view())
    assert isinstance(started, NightWatch)
    return started


def person(number: int, x: float, at_s: float, speed: float = 0.04, first_s: float = 0.0, **more: Any) -> Track:
    """A person 0.3 of the picture tall whose feet are at x now, and who came along the picture's width."""
    steps = [
        Step(round((at_s - back) * HZ_90K), x - speed * back, 0.8) for back in np.arange(5, -0.01, -0.2) if at_s >= back
    ]
    return (
        track(number, (x - 0.04, 0.5, x + 0.04, 0.8), at_s, first_s=first_s, path=steps, **more)
        if steps
        else track(number, (x - 0.04, 0.5, x + 0.04, 0.8), at_s, first_s=first_s, **more)
    )


def watched(rule: NightWatch, seconds: float, where: Where) -> list[Sign]:
    found, rgb = Findings(), ground()
    for step in range(int(seconds * 5)):
        at_s = step / 5
        found.add(rule.update(scene(rgb, at_s, where(at_s))))
    return found.signs


def walker(at_s: float) -> Sequence[Track]:
    x = 0.04 * at_s
    return [person(1, x, at_s, label=ObjectClass.PERSON)] if x < 1 else []


def test_who_comes_at_night_is_told_once_with_pictures_and_over_when_gone() -> None:
    raised, over = watched(night(), 70, walker)
    assert (raised.turn, over.turn) == (Turn.RAISED, Turn.OVER)
    assert raised.key == over.key
    assert raised.detail["kind"] == "presence"
    assert raised.label is ObjectClass.PERSON
    assert raised.shots[-1].xyxy is not None


def test_by_day_nobody_is_told_of() -> None:
    assert watched(night("2026-11-21T12:00:00+07:00"), 40, walker) == []


def test_a_light_that_does_not_move_and_what_nobody_can_name_are_none() -> None:
    def lights(at_s: float) -> Sequence[Track]:
        lamp = track(1, (0.4, 0.5, 0.5, 0.8), at_s, path=[Step(round(at_s * HZ_90K), 0.45, 0.8)])
        leaf = person(2, 0.3 + 0.02 * at_s, at_s, label=ObjectClass.OTHER)
        return [lamp, leaf]

    assert watched(night(), 20, lights) == []


def test_who_lingers_is_told_even_when_the_tracker_loses_him() -> None:
    def lingers(at_s: float) -> Sequence[Track]:
        if 20 < at_s < 26:
            return []
        x = 0.5 + 0.05 * float(np.sin(at_s / 3))
        return [person(1 if at_s < 23 else 2, x, at_s, first_s=0.0 if at_s < 23 else 26.0, label=ObjectClass.PERSON)]

    signs = watched(night(kinds=["loitering"], loiter_s=40), 60, lingers)
    assert [one.turn for one in signs] == [Turn.RAISED]
    assert signs[0].at_90k / HZ_90K == pytest.approx(41.5, abs=2)


def test_who_runs_is_told_and_who_walks_is_not() -> None:
    def runner(speed: float) -> Where:
        return lambda at_s: (
            [person(1, 0.1 + speed * at_s, at_s, speed, label=ObjectClass.PERSON)] if 0.1 + speed * at_s < 1 else []
        )

    assert watched(night(kinds=["running"]), 8, runner(0.1)) == []
    fast = watched(night(kinds=["running"]), 4, runner(0.36))
    assert [one.detail["kind"] for one in fast] == ["running"]


def test_people_who_gather_are_told_once_they_stay() -> None:
    def group(at_s: float) -> Sequence[Track]:
        many = 6 if at_s > 10 else 2
        return [
            person(n, 0.2 + 0.1 * n + 0.02 * float(np.sin(at_s)), at_s, label=ObjectClass.PERSON) for n in range(many)
        ]

    signs = watched(night(kinds=["gathering"], gather=5, gather_s=15), 40, group)
    assert [(one.turn, one.detail["most"]) for one in signs] == [(Turn.RAISED, 6)]
    assert signs[0].at_90k / HZ_90K == pytest.approx(25, abs=2)


@pytest.mark.parametrize(
    "rule",
    [
        {"loiter_s": 0},
        {"hours": ["noon"]},
        {"hours": ["22:00-24:30"]},
        {"kinds": []},
        {"kinds": ["flying"]},
        {"classes": ["other"]},
        {"gather": 1},
        {"running_kmh": 0},
    ],
)
def test_what_cannot_be_meant_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        night(**rule)
    assert "night 1" in str(refused.value)


def test_streaks_of_rain_that_a_tracker_takes_for_one_thing_are_nobody() -> None:
    def streaks(at_s: float) -> Sequence[Track]:
        x = 0.2 + 0.02 * at_s
        steps = [Step(round(back * HZ_90K), 0.2 + 0.02 * back, 0.6) for back in np.arange(0, at_s + 0.01, 0.2)]
        return [track(1, (x, 0.56, x + 0.01, 0.6), at_s, label=ObjectClass.PERSON, path=steps)]

    assert watched(night(), 20, streaks) == []
