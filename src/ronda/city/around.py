"""Cameras around a place, and where a vehicle may be seen next: distances, directions, views, travel times. Pure.

Travel times are those of a motorcycle in a city's streets. Roads are those of the schematic base map, which is right
within a few hundred metres: where two cameras hang at the same one, the way along it is told; else a straight line.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.geography.base_map import Line, Point, base_map
from ronda.city.geography.plane import bearing_deg, distance_km, nearest_on

LARGEST_RADIUS_M: Final = 5_000
ONWARD_M: Final = 2_000
_SIGHT_M: Final = 150.0
"""So far away a person can still be made out; what looks this way from further comes by distance."""
_AT_M: Final = 10.0
_SAME_POLE_M: Final = 40.0
_USUAL_ANGLE_DEG: Final = 90.0
_AT_ROAD_KM: Final = 0.12
_ROADS: Final = frozenset({"arterial", "main", "collector"})
_FASTEST_KMH: Final = 40.0
_SLOWEST_KMH: Final = 20.0
_OF_AN_OCTANT: Final = 2
_MOST_ONWARD: Final = 8


class Sees(StrEnum):
    """Whether a camera looks towards a place."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Near:
    """A camera around a place.

    Attributes:
        at: Where it hangs (longitude, latitude).
        distance_m: From the place.
        direction_deg: From the place to the camera, clockwise from north.
        sees: Whether the place lies within its view, as far as its direction is registered.
    """

    camera: Camera
    at: Point
    distance_m: float
    direction_deg: float
    sees: Sees

    @property
    def order(self) -> tuple[bool, float, str]:
        """What looks this way from near comes first, then by distance."""
        return not (self.sees is Sees.YES and self.distance_m <= _SIGHT_M), self.distance_m, self.camera.id


@dataclass(frozen=True, slots=True)
class Onward:
    """A camera that may see next what passed another one.

    Attributes:
        distance_m: Of the way, along the road where there is one.
        direction_deg: From the one camera to the other.
        road: The road that both hang at; None for a straight line.
        fastest_s: Travel time at 40 km/h, rounded down.
        slowest_s: At 20 km/h, rounded up.
    """

    camera: Camera
    distance_m: float
    direction_deg: float
    road: str | None
    fastest_s: int
    slowest_s: int


def position_of(city: City, camera: Camera) -> Point | None:
    """Return where a camera hangs, by its own position or its site's; None where neither is known."""
    spot, site = camera.spot, city.sites.find(camera.spot.site)
    lat, lon = (spot.lat, spot.lon) if spot.lat is not None or site is None else (site.lat, site.lon)
    return (lon, lat) if lat is not None and lon is not None else None


def around(city: City, place: Point, radius_m: float, may: Callable[[Camera], bool]) -> list[Near]:
    """Return the cameras around a place that somebody `may` look at, in the order of `Near.order`.

    Goes through every camera of the city: some ten milliseconds; not for the loop.
    """
    found = []
    for camera, at, metres in _within(city, place, radius_m):
        if may(camera):
            direction = bearing_deg(place, at) if metres > 0 else 0.0
            found.append(Near(camera, at, metres, direction, _sees(camera, at, place, metres)))
    return sorted(found, key=lambda near: near.order)


def onward(city: City, camera: Camera, may: Callable[[Camera], bool]) -> list[Onward]:
    """Return the next cameras in each direction, by travel time; empty also where the camera's place is not known.

    Not for the loop; see `around`.
    """
    begin = position_of(city, camera)
    if begin is None:
        return []
    roads = [(one.name, one.points, nearest_on(one.points, begin)) for one in base_map().roads if one.kind in _ROADS]
    here = [(name, points, at_km) for name, points, (away, at_km, _) in roads if away <= _AT_ROAD_KM]
    found = [
        _onward(other, begin, at, metres, here)
        for other, at, metres in _within(city, begin, ONWARD_M)
        if metres > _SAME_POLE_M and may(other)
    ]
    return _in_each_direction(sorted(found, key=lambda one: (one.fastest_s, one.camera.id)))


def _within(city: City, place: Point, radius_m: float) -> Iterable[tuple[Camera, Point, float]]:
    for camera in city.cameras.all():
        at = position_of(city, camera)
        if at is not None and (metres := distance_km(place, at) * 1000) <= radius_m:
            yield camera, at, metres


def _sees(camera: Camera, at: Point, place: Point, metres: float) -> Sees:
    if metres <= _AT_M:
        return Sees.YES
    if camera.spot.bearing_deg is None:
        return Sees.UNKNOWN
    off = abs((bearing_deg(at, place) - camera.spot.bearing_deg + 180) % 360 - 180)
    return Sees.YES if off <= (camera.spot.angle_deg or _USUAL_ANGLE_DEG) / 2 else Sees.NO


def _onward(other: Camera, begin: Point, at: Point, metres: float, here: list[tuple[str, Line, float]]) -> Onward:
    road, way_m = None, metres
    ways = [
        (max(metres, abs(at_km - from_km) * 1000), name)
        for name, points, from_km in here
        for away, at_km, _ in (nearest_on(points, at),)
        if away <= _AT_ROAD_KM
    ]
    if ways:
        way_m, road = min(ways)
    return Onward(
        other,
        way_m,
        bearing_deg(begin, at),
        road,
        int(way_m / (_FASTEST_KMH / 3.6)),
        ceil(way_m / (_SLOWEST_KMH / 3.6)),
    )


def _in_each_direction(nearest: Iterable[Onward]) -> list[Onward]:
    """Keep the nearest ones of each octant: what lies behind them is reached through them."""
    taken: Counter[int] = Counter()
    kept: list[Onward] = []
    for one in nearest:
        octant = round(one.direction_deg / 45) % 8
        taken[octant] += 1
        if taken[octant] <= _OF_AN_OCTANT and len(kept) < _MOST_ONWARD:
            kept.append(one)
    return kept
