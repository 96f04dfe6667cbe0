"""The slope of what a gauge said."""

import numpy as np
import pytest

from ronda.base.time import HZ_90K
from ronda.vision.water.reading import slope_per_h

MINUTE = 60 * HZ_90K


def test_a_rise_is_found_through_readings_of_which_some_are_wrong() -> None:
    readings = [(minute * MINUTE, 100 + 0.5 * minute + (80 if minute % 5 == 2 else 0)) for minute in range(30)]
    assert slope_per_h(readings) == pytest.approx(30, abs=4)


def test_few_readings_or_a_short_time_have_no_slope() -> None:
    assert slope_per_h([(minute * MINUTE, 1.0) for minute in range(4)]) is None
    assert slope_per_h([(second * HZ_90K, 1.0) for second in range(30)]) is None


def test_still_water_does_not_rise() -> None:
    noise = np.random.default_rng(1).normal(0, 2, 30)
    slope = slope_per_h([(minute * MINUTE, 150 + float(noise[minute])) for minute in range(30)])
    assert slope is not None
    assert abs(slope) < 12
