"""When cameras are looked at: each in its turn, new ones sooner, and never a whole city at once."""

from pathlib import Path

import pytest
from tests.media.hand_clock import HandClock

from ronda.media.streams import Streams
from ronda.node.vision.settings import VisionSettings
from ronda.node.vision.sweep import Sweep

CITY = [f"camera-{number}" for number in range(14_000)]


@pytest.fixture
def sweep() -> Sweep:
    settings = VisionSettings(Path(), Path(), first_sweep_s=0.0)
    return Sweep(Streams(HandClock()), lambda _: None, settings, lambda _: lambda *_: True, lambda _: None)


def test_a_few_new_cameras_are_seen_at_once_and_a_city_in_turn(sweep: Sweep) -> None:
    for camera in CITY:
        sweep.put(camera)
    dues = sorted(sweep.due_s(camera) for camera in CITY)
    assert max(sweep.due_s(camera) for camera in CITY[:200]) <= 21
    assert dues[-1] <= 300
    busiest = max(sum(first <= due < first + 10 for due in dues) for first in range(0, 300, 10))
    assert busiest <= 14_000 / 300 * 10 + 150, "ten a second more than in turn, and chance"


def test_what_only_teaches_waits_where_many_sleep_and_a_suspicion_does_not(sweep: Sweep) -> None:
    for camera in CITY:
        sweep.put(camera)
        sweep._woken.add(camera)
    turns = {camera: sweep.due_s(camera) for camera in CITY}
    for camera in CITY:
        sweep.again(camera, 25.0, learning=True)
    sooner = [camera for camera in CITY if sweep.due_s(camera) < turns[camera]]
    assert len(sooner) <= 300, "ten a second"
    for camera in CITY[-20:]:
        sweep.again(camera, 4.0)
    assert max(sweep.due_s(camera) for camera in CITY[-20:]) <= 4
    sweep.remove(CITY[0])
    assert sweep.due_s(CITY[0]) == float("inf")
    sweep.again(CITY[0], 1.0)
    assert sweep.due_s(CITY[0]) == float("inf")
