"""Distances and directions on a piece of the earth so small that it is flat: kilometres east and north of a point.

Within a city the error stays below a metre in a kilometre. Bearings are degrees clockwise from north.
"""

import itertools
from collections.abc import Iterable, Sequence
from math import atan2, cos, degrees, hypot, radians
from typing import Final

from ronda.city.geography.base_map import Line, Point

Plane = tuple[float, float]
"""East and north of the origin, kilometres."""
_ORIGIN: Final[Point] = (110.4, -7.0)
_KM_NORTH: Final = 110.574
_KM_EAST: Final = 111.320 * cos(radians(_ORIGIN[1]))


def to_plane(point: Point) -> Plane:
    """Return a position on the plane."""
    return (point[0] - _ORIGIN[0]) * _KM_EAST, (point[1] - _ORIGIN[1]) * _KM_NORTH


def to_point(place: Plane, digits: int = 6) -> Point:
    """Return the position of a place on the plane, rounded."""
    return round(_ORIGIN[0] + place[0] / _KM_EAST, digits), round(_ORIGIN[1] + place[1] / _KM_NORTH, digits)


def distance_km(one: Point, other: Point) -> float:
    """Return how far apart two positions are."""
    (x0, y0), (x1, y1) = to_plane(one), to_plane(other)
    return hypot(x1 - x0, y1 - y0)


def bearing_deg(begin: Point, end: Point) -> float:
    """Return the direction from one position to another, 0..360."""
    (x0, y0), (x1, y1) = to_plane(begin), to_plane(end)
    return degrees(atan2(x1 - x0, y1 - y0)) % 360


def length_km(line: Line) -> float:
    """Return the length of a line."""
    return sum(distance_km(one, other) for one, other in itertools.pairwise(line))


def along(line: Line, km: float) -> tuple[Point, float]:
    """Return the position so far along a line, and the direction of the line there; past its end, its end."""
    for one, other in itertools.pairwise(line):
        piece = distance_km(one, other)
        if km <= piece and piece:
            share = km / piece
            at = (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
            return (round(at[0], 6), round(at[1], 6)), bearing_deg(one, other)
        km -= piece
    return line[-1], bearing_deg(line[-2], line[-1])


def nearest_on(line: Line, point: Point) -> tuple[float, float, float]:
    """Return how far away `point` is, how far along the line that is (both km), and the direction of the line there."""
    x, y = to_plane(point)
    best, at_km, direction, before = 1e9, 0.0, 0.0, 0.0
    for one, other in itertools.pairwise(line):
        (x0, y0), (x1, y1) = to_plane(one), to_plane(other)
        dx, dy = x1 - x0, y1 - y0
        piece = hypot(dx, dy)
        share = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / (piece * piece))) if piece else 0.0
        away = hypot(x - x0 - share * dx, y - y0 - share * dy)
        if away < best:
            best, at_km, direction = away, before + share * piece, bearing_deg(one, other)
        before += piece
    return best, at_km, direction


def inside(ring: Sequence[Point], point: Point) -> bool:
    """Whether a position lies in a closed shape (even-odd rule)."""
    x, y = point
    found = False
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            found = not found
    return found


def area_km2(ring: Iterable[Point]) -> float:
    """Return the size of a closed shape; positive where it runs counter-clockwise."""
    places = [to_plane(point) for point in ring]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(places)) / 2
