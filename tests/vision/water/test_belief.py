"""What is believed of the water: small steps at once, leaps only when they are said again."""

import numpy as np
import pytest

from ronda.base.time import HZ_90K
from ronda.vision.water.belief import Belief

MINUTE = 60 * HZ_90K
HEIGHTS = np.arange(0.0, 201.0, 2.0)


def said(cm: float, sharp: float = 1.0) -> np.ndarray:
    return -sharp * np.abs(HEIGHTS - cm)


def test_small_steps_are_followed_and_what_is_far_off_must_be_said_again() -> None:
    belief = Belief(HEIGHTS)
    for minute, cm in enumerate((60, 60, 64, 68)):
        belief.take(said(cm), minute * MINUTE)
    assert HEIGHTS[belief.best] == pytest.approx(68, abs=4)
    assert belief.sure > 0.9
    believed = []
    for minute in range(4, 9):
        belief.take(said(150), minute * MINUTE)
        believed.append(float(HEIGHTS[belief.best]) > 140 and not belief.contradicted)
    assert believed[:2] == [False, False]
    assert believed[-1]


def test_one_reading_that_is_wrong_is_contradicted_and_forgotten() -> None:
    belief = Belief(HEIGHTS)
    for minute in range(4):
        belief.take(said(60), minute * MINUTE)
    belief.take(said(180), 4 * MINUTE)
    assert belief.contradicted
    belief.take(said(60), 5 * MINUTE)
    assert HEIGHTS[belief.best] == 60
    assert not belief.contradicted


def test_readings_that_tell_nothing_make_it_unsure() -> None:
    belief = Belief(HEIGHTS)
    belief.take(said(60), 0)
    sure = belief.sure
    for minute in range(1, 60):
        belief.take(said(60, sharp=0.0), minute * MINUTE)
    assert belief.sure < 0.6 < sure
