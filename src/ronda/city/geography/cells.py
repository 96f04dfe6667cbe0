"""Areas without an outline: cells around their centres, larger where the area is larger, cut to the city's outline.

The cells are a power diagram (Aurenhammer 1987): a place belongs to the centre whose squared distance less the
square of the area's radius is least. Neighbouring cells share their corners exactly, so that those of a kecamatan melt
into one shape by dropping every edge that is walked both ways.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import atan2, hypot, pi
from typing import Final

from ronda.city.geography.base_map import Line, NamedArea, Point, base_map
from ronda.city.geography.plane import Plane, area_km2, to_plane, to_point

_DIGITS: Final = 5
_SAME_KM: Final = 1e-4
_SLIVER_KM2: Final = 0.01
_WEIGHT: Final = 0.8  # of the size: with all of it, a small centre may fall to a large neighbour
_Ring = list[Plane]


@lru_cache(maxsize=1)
def kelurahan_cells() -> Mapping[str, Line]:
    """Return a closed ring, counter-clockwise, for each kelurahan's code (tenths of a second the first time)."""
    drawn = base_map()
    outline = [to_plane(point) for point in drawn.outline[:-1]]
    if area_km2(drawn.outline) < 0:
        outline.reverse()
    corners = _Corners()
    cells = {}
    for area in drawn.kelurahan:
        ring = [corners.snapped(place) for place in _cell(area, drawn.kelurahan, outline)]
        cells[area.code] = _closed([to_point(place, _DIGITS) for place in ring])
    return cells


@lru_cache(maxsize=1)
def kecamatan_cells() -> Mapping[str, tuple[Line, ...]]:
    """Return the closed rings of each kecamatan's code: the union of its kelurahan's cells."""
    cells = kelurahan_cells()
    return {
        area.code: union(ring for code, ring in cells.items() if code.startswith(area.code + "."))
        for area in base_map().kecamatan
    }


def union(rings: Iterable[Line]) -> tuple[Line, ...]:
    """Return the outer rings of shapes that share their edges corner by corner; slivers of a hectare are left out."""
    edges: dict[Point, list[Point]] = {}
    for ring in rings:
        for one, other in itertools.pairwise(ring):
            if one in edges.get(other, ()):
                edges[other].remove(one)
            else:
                edges.setdefault(one, []).append(other)
    found = []
    while begin := next((one for one, others in edges.items() if others), None):
        way = [begin, edges[begin].pop()]
        while way[-1] != begin and edges.get(way[-1]):
            way.append(_rightmost(way[-2], way[-1], edges[way[-1]]))
        if way[-1] == begin and area_km2(way) > _SLIVER_KM2:
            found.append(tuple(way))
    return tuple(found)


def _rightmost(before: Point, at: Point, others: list[Point]) -> Point:
    """Take the way on that keeps two shapes that touch in a corner apart."""
    came = atan2(before[1] - at[1], before[0] - at[0])
    turns = [((atan2(y - at[1], x - at[0]) - came) % (2 * pi), index) for index, (x, y) in enumerate(others)]
    return others.pop(max(turns)[1])


def _cell(area: NamedArea, areas: Sequence[NamedArea], outline: _Ring) -> _Ring:
    x, y = to_plane(area.centre)
    others = sorted(
        ((hypot(ox - x, oy - y), ox, oy, other.km2) for other in areas if other is not area
         for ox, oy in (to_plane(other.centre),)),
    )  # fmt: skip
    ring = outline
    for apart, ox, oy, km2 in others:
        # Where the border lies between the two centres: nearer to the smaller one.
        share = 0.5 + _WEIGHT * (area.km2 - km2) / pi / (2 * apart * apart)
        ring = _cut(ring, (x + (ox - x) * share, y + (oy - y) * share), ((ox - x) / apart, (oy - y) / apart))
    return ring


def _cut(ring: _Ring, on: Plane, normal: Plane) -> _Ring:
    """Return what of a shape lies behind a line (Sutherland and Hodgman 1974)."""
    ahead = [(x - on[0]) * normal[0] + (y - on[1]) * normal[1] for x, y in ring]
    if max(ahead) <= 0:
        return ring
    kept: _Ring = []
    for index, (x, y) in enumerate(ring):
        (x0, y0), here, before = ring[index - 1], ahead[index], ahead[index - 1]
        if (here > 0) != (before > 0):
            share = before / (before - here)
            kept.append((x0 + (x - x0) * share, y0 + (y - y0) * share))
        if here <= 0:
            kept.append((x, y))
    return kept


def _closed(ring: list[Point]) -> Line:
    kept = [point for index, point in enumerate(ring) if point != ring[index - 1]]
    return (*kept, kept[0])


class _Corners:
    """Gives corners that are the same but for the last digits one spelling."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Plane] = {}

    def snapped(self, place: Plane) -> Plane:
        column, row = round(place[0] / _SAME_KM), round(place[1] / _SAME_KM)
        for near in ((column + dx, row + dy) for dx in (0, -1, 1) for dy in (0, -1, 1)):
            if near in self._known:
                return self._known[near]
        self._known[column, row] = place
        return place
