"""Cameras along roads: where they hang, which way they look, and when the same vehicle passes each of them.

All cameras of one kind of view along a road play one loop, hence show the same vehicles. A loop shows at a moment t of
the clock what it holds at (t + phase) mod T, so a vehicle that the loop has at its mark at tau passes the camera at
tau - phase. A camera that hangs d metres further on must see it d / v later: its phase is d / v less. Cameras hang at
whole multiples of half a loop's way (50 m at 10 m/s and 10 s), for then the vehicles of the other direction, which pass
the further camera first, agree too: d / v and -d / v are the same moment of the loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.city.geography.base_map import Drawn, Line, Point, base_map
from ronda.city.geography.plane import along, inside, length_km, nearest_on
from ronda.simulate.city_plan.chance import chance

LOOP_S: Final = 10.0
PACE_MPS: Final = 10.0
GRID_KM: Final = LOOP_S * PACE_MPS / 2 / 1000
_KM_PER_DEG: Final = (111.320 * cos(radians(7.0)), 110.574)
_EVERY_KM: Final = {"arterial": 0.45, "main": 0.35, "collector": 1.35}
_CARRIES: Final = ("arterial", "main", "collector")


@dataclass(frozen=True, slots=True)
class OnRoad:
    """A place on a road.

    Attributes:
        road: Its name.
        km: How far along.
        at: Where that is.
        bearing_deg: The road's direction there.
    """

    road: str
    km: float
    at: Point
    bearing_deg: float


class Segments:
    """Pieces of lines, for asking many places at once which is nearest."""

    def __init__(self, lines: Sequence[Line]) -> None:
        pieces = np.array([(one, other) for line in lines for one, other in pairwise(line)], np.float64)
        self._begin = pieces[:, 0] * _KM_PER_DEG
        self._way = pieces[:, 1] * _KM_PER_DEG - self._begin
        self._square = np.maximum((self._way**2).sum(axis=1), 1e-12)
        self._bearing = np.degrees(np.arctan2(self._way[:, 0], self._way[:, 1])) % 360

    def nearest(self, at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the distance (km) and the direction (degrees) of the piece nearest to each of (n, 2) places."""
        places = at * _KM_PER_DEG
        near = self._near(places)
        apart = places[:, None, :] - self._begin[near]
        way = self._way[near]
        share = np.clip((apart * way).sum(axis=2) / self._square[near], 0, 1)
        away = np.hypot(*np.moveaxis(apart - share[..., None] * way, 2, 0))
        best = away.argmin(axis=1)
        return away[np.arange(len(at)), best], self._bearing[near][best]

    def _near(self, places: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the pieces that can be nearest to one of the places."""
        middle = (places.min(axis=0) + places.max(axis=0)) / 2
        radius = float(np.hypot(*(places - middle).T).max())
        share = np.clip(((middle - self._begin) * self._way).sum(axis=1) / self._square, 0, 1)
        away = np.hypot(*(middle - self._begin - share[:, None] * self._way).T)
        return np.flatnonzero(away <= away.min() + 2 * radius)


def carriers() -> tuple[Drawn, ...]:
    """Return the roads that the city may hang cameras at: no toll roads."""
    return tuple(road for road in base_map().roads if road.kind in _CARRIES)


@lru_cache(maxsize=1)
def streets() -> Segments:
    """Return the pieces of all of them."""
    return Segments([road.points for road in carriers()])


def on_road(name: str, km: float) -> OnRoad:
    """Return the place so far along a road, put on the grid.

    Raises:
        LookupError: No road is called that.
    """
    line = next((road.points for road in carriers() if road.name == name), None)
    if line is None:
        raise LookupError(f"no road is called {name!r}")
    km = round(round(km / GRID_KM) * GRID_KM, 3)
    at, bearing = along(line, km)
    return OnRoad(name, km, (round(at[0], 5), round(at[1], 5)), round(bearing, 1))


def nearest_road(point: Point) -> OnRoad:
    """Return the place on a road that is nearest, put on the grid."""
    _, km, name = min((*nearest_on(road.points, point)[:2], road.name) for road in carriers())
    return on_road(name, km)


def stations() -> list[OnRoad]:
    """Return evenly spread places along every road within the city."""
    found = []
    outline = base_map().outline
    for road in carriers():
        every, long = _EVERY_KM[road.kind], length_km(road.points)
        first = 0.1 + 0.15 * chance("station", road.name)
        for number in range(max(1, int((long - first) / every) + 1)):
            place = on_road(road.name, min(first + number * every, long - GRID_KM))
            if inside(outline, place.at):
                found.append(place)
    return found


def phase_s(anchor_s: float, anchor_km: float, km: float) -> float:
    """Return the phase of a camera from that of another one on its road, so that vehicles take the way's time."""
    return round((anchor_s - (km - anchor_km) * 1000 / PACE_MPS) % LOOP_S, 3)
