"""Zones: what stands in one, and which share of a box."""

import numpy as np
import pytest

from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.geometry.zone import Zone

L_SHAPE = Zone(ZoneShape(name="l", points=((0.1, 0.1), (0.9, 0.1), (0.9, 0.5), (0.5, 0.5), (0.5, 0.9), (0.1, 0.9))))


def test_points() -> None:
    points = np.array([[0.2, 0.2], [0.7, 0.3], [0.7, 0.7], [0.3, 0.8], [0.05, 0.5]])
    assert L_SHAPE.holds(points).tolist() == [True, True, False, True, False]
    assert L_SHAPE.holds_point((0.2, 0.2))


def test_shares_of_boxes() -> None:
    boxes = np.array([[0.2, 0.2, 0.4, 0.4], [0.5, 0.5, 0.9, 0.9], [0.3, 0.3, 0.7, 0.7], [-0.2, 0.2, 0.1, 0.4]])
    assert L_SHAPE.share(boxes) == pytest.approx([1, 0, 0.75, 0], abs=0.05)
    assert L_SHAPE.share(np.array([[0.3, 0.3, 0.3, 0.3], [2, 2, 3, 3]])).shape == (2,)


def test_area_and_mask_agree() -> None:
    assert L_SHAPE.area == pytest.approx(0.48)
    assert L_SHAPE.mask(90, 160).mean() == pytest.approx(0.48, abs=0.02)
