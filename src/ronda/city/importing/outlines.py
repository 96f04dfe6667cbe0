"""Outlines of areas: checked, set right where that can be done, and thinned to what a map can show.

Positions are (longitude, latitude) in degrees (WGS 84), as GeoJSON has them (RFC 7946).
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ronda.city.importing.findings import Unacceptable

Position = tuple[float, float]
Ring = list[Position]

_MOST_POSITIONS: Final = 50_000
_MOST_RINGS: Final = 2_000
_TOLERANCE_DEG: Final = 0.00003
"""About three metres: less than a street is wide."""
_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline as it is kept.

    Attributes:
        geometry: GeoJSON geometry as text.
        lat: Latitude of the middle of its largest part.
        lon: Longitude of it.
    """

    geometry: str
    lat: float
    lon: float


def outline_of(geometry: dict[str, Any], note: Callable[[str], None]) -> Outline:
    """Return the outline that a geometry describes; what was set right goes to `note`.

    Raises:
        Unacceptable: It is no outline.
    """
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise Unacceptable(f"a {str(kind)[:30]} is no outline", "give a Polygon or a MultiPolygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not polygons or not all(isinstance(polygon, list) and polygon for polygon in polygons):
        raise Unacceptable("the outline is empty", "export it again")
    read = _read(polygons)
    if _exchanged(read):
        note("latitude and longitude are exchanged; set right")
        read = [[[(y, x) for x, y in ring] for ring in polygon] for polygon in read]
    notes: set[str] = set()
    parts = [_polygon(polygon, notes) for polygon in read]
    for text in sorted(notes):
        note(text)
    kept = [part for part in parts if part]
    if not kept:
        raise Unacceptable("the outline encloses nothing", "export it again")
    largest = max((part[0] for part in kept), key=lambda ring: abs(_area(ring)))
    lon, lat = _middle(largest)
    shape: Any = kept[0] if len(kept) == 1 else kept
    text = json.dumps({"type": "Polygon" if len(kept) == 1 else "MultiPolygon", "coordinates": shape},
                      separators=(",", ":"))  # fmt: skip
    return Outline(text, lat, lon)


def _read(polygons: list[Any]) -> list[list[Ring]]:
    count = rings = 0
    read: list[list[Ring]] = []
    for polygon in polygons:
        part: list[Ring] = []
        for ring in polygon:
            rings += 1
            if not isinstance(ring, list):
                raise Unacceptable("the outline is nested in a way that is no polygon", "export it again")
            count += len(ring)
            if count > _MOST_POSITIONS or rings > _MOST_RINGS:
                raise Unacceptable(f"the outline has more than {_MOST_POSITIONS} corners", "simplify it first")
            part.append([_position(one) for one in ring])
        read.append(part)
    return read


def _position(one: Any) -> Position:
    if isinstance(one, list) and len(one) >= 2 and all(type(number) in (int, float) for number in one[:2]):
        lon, lat = float(one[0]), float(one[1])
        if abs(lon) <= 180 and abs(lat) <= 180:
            return lon, lat
        raise Unacceptable(f"{lon:g}, {lat:g} are no degrees", "export it as longitude and latitude (EPSG:4326)")
    raise Unacceptable(f"{str(one)[:40]} is no position", "write [longitude, latitude]")


def _exchanged(polygons: list[list[Ring]]) -> bool:
    """Whether every second number is beyond 90: no latitude is; in Indonesia that gives exchanged numbers away."""
    return any(abs(lat) > 90 for polygon in polygons for ring in polygon for _, lat in ring) and all(
        abs(lon) <= 90 for polygon in polygons for ring in polygon for lon, _ in ring
    )


def _polygon(rings: list[Ring], notes: set[str]) -> list[Ring]:
    kept: list[Ring] = []
    for number, ring in enumerate(rings):
        if any(abs(lat) > 90 for _, lat in ring):
            raise Unacceptable("a latitude is beyond 90 degrees", "export it as longitude and latitude (EPSG:4326)")
        distinct = _distinct(ring)
        if len(distinct) < 3:
            notes.add("a ring of fewer than three corners was left out")
            if not number:
                return []
            continue
        if ring[0] != ring[-1]:
            notes.add("a ring was not closed; closed")
        thin = _thinned(distinct)
        if _crosses_itself(thin):
            notes.add("a ring crosses itself; kept as it is, look at it on the map")
        # RFC 7946, 3.1.6: what is outside runs counterclockwise, holes clockwise.
        if (_area(thin) > 0) is not (number == 0):
            notes.add("a ring ran the wrong way round; turned")
            thin.reverse()
        kept.append([*thin, thin[0]])
    return kept


def _distinct(ring: Ring) -> Ring:
    """Return the corners, rounded to about a metre, without repetitions and without the closing one."""
    found: Ring = []
    for lon, lat in ring:
        corner = (round(lon, _DIGITS), round(lat, _DIGITS))
        if not found or corner != found[-1]:
            found.append(corner)
    if len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return found


def _area(ring: Sequence[Position]) -> float:
    """Return twice the area, positive when it runs counterclockwise."""
    return sum(
        ring[n - 1][0] * ring[n][1] - ring[n][0] * ring[n - 1][1] for n in range(len(ring))
    )  # fmt: skip


def _middle(ring: Sequence[Position]) -> Position:
    x0, y0 = ring[0]
    total = x = y = 0.0
    for n in range(len(ring)):
        (ax, ay), (bx, by) = ring[n - 1], ring[n]
        cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
        total += cross
        x += (ax + bx - 2 * x0) * cross
        y += (ay + by - 2 * y0) * cross
    if not total:
        return ring[0]
    return round(x0 + x / (3 * total), 6), round(y0 + y / (3 * total), 6)


def _thinned(ring: Ring) -> Ring:
    """Return a ring with the corners that a map shows (Douglas and Peucker, 1973); at least four are left of many."""
    if len(ring) <= 4:
        return ring
    far = max(range(len(ring)), key=lambda n: math.dist(ring[0], ring[n]))
    first, second = _line(ring[: far + 1]), _line([*ring[far:], ring[0]])
    thin = [*first[:-1], *second[:-1]]
    return thin if len(thin) >= 4 else ring


def _line(points: Ring) -> Ring:
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        start, end = waiting.pop()
        worst, where = 0.0, 0
        for n in range(start + 1, end):
            distance = _off(points[n], points[start], points[end])
            if distance > worst:
                worst, where = distance, n
        if worst > _TOLERANCE_DEG:
            keep.add(where)
            waiting += [(start, where), (where, end)]
    return [points[n] for n in sorted(keep)]


def _off(point: Position, start: Position, end: Position) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if not length:
        return math.dist(point, start)
    return abs(dy * (point[0] - start[0]) - dx * (point[1] - start[1])) / length


def _crosses_itself(ring: Ring) -> bool:
    """Whether two sides cross, looked for along one axis."""
    count = len(ring)
    sides = sorted((min(ring[n - 1][0], ring[n][0]), max(ring[n - 1][0], ring[n][0]), n) for n in range(count))
    open_sides: list[tuple[float, int]] = []
    for left, right, n in sides:
        open_sides = [one for one in open_sides if one[0] >= left]
        for _, other in open_sides:
            if abs(n - other) not in (0, 1, count - 1) and _cross(ring[n - 1], ring[n], ring[other - 1], ring[other]):
                return True
        open_sides.append((right, n))
    return False


def _cross(a: Position, b: Position, c: Position, d: Position) -> bool:
    def side(p: Position, q: Position, r: Position) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
