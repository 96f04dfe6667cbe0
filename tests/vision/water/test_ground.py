"""A yard that runs full: its flooded share; rain, light and fog are no flood."""

import pytest
from tests.vision.water.drawn import scene, yard

from ronda.base.time import HZ_90K
from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.geometry.zone import Zone
from ronda.vision.water.ground import GroundGauge

YARD = Zone(ZoneShape(name="yard", points=((0.1, 0.4), (0.9, 0.4), (0.9, 1.0), (0.1, 1.0))))


class Watched:
    """A yard that is looked at six times a minute; it begins dry."""

    def __init__(self) -> None:
        self.gauge, self.minute = GroundGauge(YARD), 0
        self.read(0.0, 5)

    def read(self, share: float, minutes: int = 1, **how: float) -> float | None:
        found = None
        for _ in range(minutes):
            for look in range(6):
                step = self.minute * 6 + look
                self.gauge.look(scene(yard(share, step, **how), step * 10.0))  # type: ignore[arg-type]
            found = self.gauge.read((self.minute * 60 + 59) * HZ_90K)
            self.minute += 1
        return found.value if found else None


def test_the_flooded_share_rises_and_falls() -> None:
    watched = Watched()
    for share in (0.0, 0.15, 0.3, 0.45, 0.3, 0.0):
        assert watched.read(share) == pytest.approx(100 * share / 0.6, abs=9)


def test_wet_ground_and_other_light_are_no_flood() -> None:
    watched = Watched()
    assert watched.read(0.0, 2, wet=True) == pytest.approx(0, abs=2)
    assert watched.read(0.0, 2, light=0.6) == pytest.approx(0, abs=2)
    assert watched.read(0.3, wet=True) == pytest.approx(50, abs=9)


def test_fog_is_no_flood() -> None:
    watched = Watched()
    assert watched.read(0.0, fog=1.0) is None
    assert watched.read(0.0) == pytest.approx(0, abs=2)
