"""The ground: metres for places on the picture, and errors for what is no plane."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.base.errors import BadInput
from ronda.vision.geometry.drawn import Ground
from ronda.vision.geometry.ground import GroundPlane

STREET = ((0.3, 0.3), (0.7, 0.3), (0.95, 0.9), (0.05, 0.9))
METRES = ((0.0, 20.0), (7.0, 20.0), (7.0, 0.0), (0.0, 0.0))


def plane() -> GroundPlane:
    return GroundPlane.of(Ground(picture=STREET, metres=METRES))


def test_the_corners_lie_where_they_were_measured() -> None:
    assert plane().metres(np.array(STREET)) == pytest.approx(np.array(METRES), abs=1e-6)
    assert plane().area_m2(np.array(STREET)) == pytest.approx(140)


@given(st.floats(0.0, 7.0), st.floats(0.0, 20.0))
def test_there_and_back(across: float, along: float) -> None:
    (spot,) = plane().picture(np.array([[across, along]]))
    assert plane().place(float(spot[0]), float(spot[1])) == pytest.approx((across, along), abs=1e-6)


def test_above_the_horizon_is_nowhere() -> None:
    assert plane().place(0.5, -0.3) is None
    assert np.isnan(plane().metres(np.array([[0.5, -0.3]]))).all()


@pytest.mark.parametrize(
    ("picture", "metres"),
    [
        (((0.1, 0.1), (0.5, 0.5), (0.9, 0.9), (0.1, 0.9)), METRES),
        (((0.1, 0.1), (0.1, 0.1), (0.9, 0.9), (0.1, 0.9)), METRES),
        (STREET, ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0))),
        (STREET, ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 4.0))),
        (STREET, (METRES[0], METRES[2], METRES[1], METRES[3])),
    ],
)
def test_what_fixes_no_plane_is_refused(
    picture: tuple[tuple[float, float], ...], metres: tuple[tuple[float, float], ...]
) -> None:
    with pytest.raises(BadInput, match="ground"):
        GroundPlane.of(Ground(picture=picture, metres=metres))


def test_more_points_than_needed_must_agree() -> None:
    inside = GroundPlane.of(Ground(picture=STREET, metres=METRES)).picture(np.array([[3.0, 10.0]]))[0]
    spot = (float(inside[0]), float(inside[1]))
    GroundPlane.of(Ground(picture=(*STREET, spot), metres=(*METRES, (3.0, 10.0))))
    with pytest.raises(BadInput, match="one plane"):
        GroundPlane.of(Ground(picture=(*STREET, spot), metres=(*METRES, (3.0, 16.0))))
