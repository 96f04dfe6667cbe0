"""A staff in moving, mirroring water is read to some centimetres, by day and in infrared; or not at all."""

import pytest
from tests.vision.water.drawn import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, scene, staff

from ronda.base.time import HZ_90K
from ronda.vision.water.staff import Scale, StaffGauge
from ronda.vision.water.strip import Along

X = (LEFT + RIGHT) / 2 / WIDTH
ALONG = Along((X, BOTTOM / HEIGHT), (X, TOP / HEIGHT))


class Watched:
    """A gauge that is looked at six times a minute."""

    def __init__(self) -> None:
        self.gauge, self.minute = StaffGauge(ALONG, Scale(0, 200)), 0

    def read(self, cm: float, minutes: int = 1, **how: float) -> float | None:
        found = None
        for _ in range(minutes):
            for look in range(6):
                step = self.minute * 6 + look
                self.gauge.look(scene(staff(cm, step, **how), step * 10.0))  # type: ignore[arg-type]
            found = self.gauge.read((self.minute * 60 + 59) * HZ_90K)
            self.minute += 1
        return found.value if found else None


def test_water_that_rises_and_falls_is_followed() -> None:
    watched = Watched()
    watched.read(60, 3)
    for cm in (60, 75, 92, 110, 101, 80, 62):
        assert watched.read(cm, 3) == pytest.approx(cm, abs=5)


def test_the_light_changes_nothing() -> None:
    watched = Watched()
    watched.read(60, 3)
    watched.read(70, 3)
    for light in (0.6, 1.3, 0.7):
        assert watched.read(70, light=light) == pytest.approx(70, abs=5)


def test_the_infrared_night_has_a_look_of_its_own() -> None:
    watched = Watched()
    watched.read(80, 4)
    watched.read(80, 3, grey=True)
    assert watched.read(100, grey=True) == pytest.approx(100, abs=6)
    assert watched.read(90) == pytest.approx(90, abs=5)


def test_fog_is_no_water() -> None:
    watched = Watched()
    watched.read(60, 4)
    assert watched.read(60, fog=1.0) is None
    assert watched.read(60) == pytest.approx(60, abs=5)


def test_a_leap_is_believed_only_when_it_lasts() -> None:
    watched = Watched()
    watched.read(60, 4)
    assert [watched.read(150) for _ in range(2)] == [None, None]
    assert watched.read(150, 2) == pytest.approx(150, abs=5)


def test_a_line_of_few_pixels_is_not_read() -> None:
    gauge = StaffGauge(Along((0.5, 0.5), (0.5, 0.45)), Scale(0, 200))
    for step in range(20):
        gauge.look(scene(staff(60, step), step * 10.0))
    assert gauge.too_short
    assert gauge.read(300 * HZ_90K) is None


def test_with_what_is_read_half_way_the_scale_is_that_of_a_camera_that_looks_down() -> None:
    scale = Scale(0, 460, 238)
    assert (scale.cm(0), scale.cm(0.5), scale.cm(1)) == pytest.approx((0, 238, 460))
    assert scale.cm(0.25) > 115
    assert Scale(0, 200).cm(0.25) == 50
