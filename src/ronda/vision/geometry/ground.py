"""The plane of the street: from a place on the picture to metres on the ground, and back.

A homography by the normalised direct linear transform (Hartley, In defense of the eight-point algorithm, 1997; Hartley
and Zisserman, Multiple View Geometry, algorithm 4.2). Points of the picture are in 0..1, those of the ground in metres.
"""

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.geometry.drawn import Ground

Floats = NDArray[np.float64]

_LEAST_SPREAD: Final = 1e-6
_MOST_OFF: Final = 0.05
_MEND: Final = "give four points that are corners of a quadrilateral, as a rectangle painted on the street"


class GroundPlane:
    """Metres on the ground for places on the picture."""

    def __init__(self, to_metres: Floats) -> None:
        self._to_metres = to_metres
        self._to_picture: Floats = np.asarray(np.linalg.inv(to_metres), np.float64)
        self._horizon_sign = 1.0

    @classmethod
    def of(cls, drawn: Ground) -> Self:
        """Return the plane through the points that a person has drawn.

        Raises:
            BadInput: The points lie on a line, coincide, or do not agree with one plane.
        """
        picture, metres = np.array(drawn.picture, np.float64), np.array(drawn.metres, np.float64)
        _check_corners(picture, "points on the picture")
        _check_corners(metres, "places in metres")
        plane = cls(_homography(picture, metres))
        depths = plane._depths(picture)
        if np.abs(depths).min() < 1e-9 or (np.sign(depths) != np.sign(depths[0])).any():
            raise BadInput("the ground's points are not in the same order on the picture and in metres", _MEND)
        plane._horizon_sign = float(np.sign(depths[0]))
        off = np.hypot(*(plane.metres(picture) - metres).T).max()
        if off > _MOST_OFF * np.ptp(metres, axis=0).max():
            raise BadInput(
                f"the ground's points do not lie on one plane: one is {off:.1f} m off",
                "measure them again, or give four",
            )
        return plane

    def metres(self, points: Floats) -> Floats:
        """Return where (N, 2) points of the picture lie, in metres; NaN for what lies above the horizon."""
        at = np.asarray(points, np.float64).reshape(-1, 2)
        found = np.column_stack((at, np.ones(len(at)))) @ self._to_metres.T
        depth = found[:, 2] * self._horizon_sign
        seen = depth > 1e-9
        result = np.full((len(at), 2), np.nan)
        result[seen] = found[seen, :2] / found[seen, 2:]
        return result

    def place(self, x: float, y: float) -> tuple[float, float] | None:
        """Return where one point of the picture lies, in metres; None above the horizon."""
        across, along = self.metres(np.array([[x, y]]))[0]
        return None if np.isnan(across) else (float(across), float(along))

    def picture(self, metres: Floats) -> Floats:
        """Return where (N, 2) places in metres are on the picture."""
        at = np.asarray(metres, np.float64).reshape(-1, 2)
        found = np.column_stack((at, np.ones(len(at)))) @ self._to_picture.T
        return np.asarray(found[:, :2] / found[:, 2:])

    def area_m2(self, points: Floats) -> float:
        """Return how many square metres the polygon of (N, 2) points of the picture covers; NaN past the horizon."""
        x, y = self.metres(points).T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    def _depths(self, points: Floats) -> Floats:
        return np.asarray(np.column_stack((points, np.ones(len(points)))) @ self._to_metres[2])


def _homography(source: Floats, target: Floats) -> Floats:
    one, other = _normaliser(source), _normaliser(target)
    (x, y), (u, v) = _moved(source, one).T, _moved(target, other).T
    zero, unit = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        (
            np.stack((-x, -y, -unit, zero, zero, zero, u * x, u * y, u), 1),
            np.stack((zero, zero, zero, -x, -y, -unit, v * x, v * y, v), 1),
        )
    )
    _, spread, basis = np.linalg.svd(rows)
    if spread[7] < _LEAST_SPREAD * spread[0]:
        raise BadInput("the ground's points do not fix a plane", _MEND)
    found = np.linalg.inv(other) @ basis[-1].reshape(3, 3) @ one
    if abs(np.linalg.det(found / np.linalg.norm(found))) < 1e-12:
        raise BadInput("the ground's points do not fix a plane", _MEND)
    return np.asarray(found)


def _normaliser(points: Floats) -> Floats:
    middle = points.mean(0)
    scale = np.sqrt(2) / max(float(np.hypot(*(points - middle).T).mean()), 1e-12)
    return np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])


def _moved(points: Floats, by: Floats) -> Floats:
    return np.asarray(np.column_stack((points, np.ones(len(points)))) @ by.T)[:, :2]


def _check_corners(points: Floats, what: str) -> None:
    """Raise BadInput when the points all lie (nearly) on one line, or three of four do."""
    size = np.ptp(points, axis=0).max()
    if size <= 0:
        raise BadInput(f"the ground's {what} are all the same", _MEND)
    scaled = (points - points.mean(0)) / size
    flattest = np.inf
    if len(points) == 4:
        for left_out in range(4):
            (a, b), (c, d) = (
                corner - np.delete(scaled, left_out, 0)[0] for corner in np.delete(scaled, left_out, 0)[1:]
            )
            flattest = min(flattest, abs(a * d - b * c))
    else:
        flattest = float(np.linalg.svd(scaled, compute_uv=False)[1])
    if flattest < 1e-3:
        raise BadInput(f"of the ground's {what} three lie on one line", _MEND)
