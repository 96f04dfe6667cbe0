"""RW and RT of every kelurahan: how many, where, and under which code.

Places follow a low-discrepancy sequence within the kelurahan's cell, of which those near a road are kept; they are cut
in two along the longer side again and again, so that the RTs of an RW lie together.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.city.area import Area
from ronda.city.geography.base_map import Line, NamedArea, Point, base_map
from ronda.city.geography.cells import kelurahan_cells
from ronda.city.geography.plane import area_km2
from ronda.simulate.city_plan.chance import chance, shares
from ronda.simulate.city_plan.roads import Segments, streets

RTS: Final = 10_628
RWS: Final = 1_510
_RT_SHARES: Final = {
    "01": 499, "02": 745, "03": 558, "04": 421, "05": 697, "06": 1168, "07": 527, "08": 547,
    "09": 452, "10": 1196, "11": 1005, "12": 497, "13": 1141, "14": 431, "15": 979, "16": 185,
}  # fmt: skip
_BARE_COAST_KM: Final = 0.5
_FAR_KM: Final = 0.15
_AIRFIELD_KM: Final = 0.55
_MORE_IN_TOWN: Final = 1.6  # places looked at for each that is kept
_MORE_OUTSIDE: Final = 2.6
_TOWN_KM2: Final = 2.0
_LANE_KM: Final = 0.03  # no RT lies on a street itself
# Steps of the R3 sequence (Roberts 2018): powers of the root of x^4 = x + 1.
_STEPS: Final = 1 / 1.2207440846057596 ** np.arange(1, 4)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One RT.

    Attributes:
        kelurahan: Where.
        rw: Number of its RW.
        rt: Its own number within that.
        at: Its corner.
        bearing_deg: Direction of its lane, 0..180.
    """

    kelurahan: NamedArea
    rw: int
    rt: int
    at: Point
    bearing_deg: float

    @property
    def code(self) -> str:
        """Its region code."""
        return f"{self.kelurahan.code}.rw{self.rw:02d}.rt{self.rt:02d}"


@lru_cache(maxsize=1)
def neighbourhoods() -> tuple[Neighbourhood, ...]:
    """Return every RT of the city, by code."""
    areas = base_map().kelurahan
    of_kecamatan = shares(RTS, {f"33.74.{part}": float(many) for part, many in _RT_SHARES.items()})
    rts: dict[str, int] = {}
    for kecamatan, many in of_kecamatan.items():
        parts = {area.code: area.km2**0.4 for area in areas if area.code.startswith(kecamatan + ".")}
        rts |= shares(many, parts)
    rws = shares(RWS, {code: float(many) for code, many in rts.items()})
    ground = _Ground()
    return tuple(rt for area in areas for rt in _of(area, rts[area.code], max(1, rws[area.code]), ground))


def areas() -> tuple[Area, ...]:
    """Return every area from the city down to the RTs, parents first."""
    drawn = base_map()
    found = [_area(drawn.city), *map(_area, drawn.kecamatan), *map(_area, drawn.kelurahan)]
    places: dict[str, list[Point]] = {}
    for rt in neighbourhoods():
        places.setdefault(rt.code.rpartition(".")[0], []).append(rt.at)
    for code, points in places.items():
        lon, lat = (round(sum(point[axis] for point in points) / len(points), 5) for axis in (0, 1))
        found.append(Area(code, f"RW {int(code[-2:])}", lat, lon, simulated=True))
    found += (Area(rt.code, f"RT {rt.rt}", rt.at[1], rt.at[0], simulated=True) for rt in neighbourhoods())
    return tuple(found)


def _area(area: NamedArea) -> Area:
    # Name and code are facts; nobody made them up.
    return Area(area.code, area.name, area.centre[1], area.centre[0])


def _of(area: NamedArea, rts: int, rws: int, ground: "_Ground") -> list[Neighbourhood]:
    points = ground.places(kelurahan_cells()[area.code], rts, area.code)
    bearings = ground.streets.nearest(points)[1]
    order = _parted(points, np.arange(len(points)), list(shares(rts, dict.fromkeys(range(rws), 1.0)).values()))
    found = []
    for rw, members in enumerate(order, 1):
        for rt, index in enumerate(members, 1):
            lon, lat = points[index].tolist()
            # Lanes leave the street at an angle, now and then they follow it.
            turn = 0 if chance("lane", area.code, rw, rt) < 0.25 else 90
            bearing = (float(bearings[index]) + turn + 16 * chance("bend", area.code, rw, rt) - 8) % 180
            found.append(Neighbourhood(area, rw, rt, (round(lon, 5), round(lat, 5)), round(bearing, 1)))
    return found


def _parted(points: Floats, members: NDArray[np.intp], sizes: list[int]) -> list[list[int]]:
    """Cut places into groups of these sizes that lie together, each in an order that hardly jumps."""
    if len(members) < 2:
        return [members.tolist()]
    axis = int(np.argmax(np.ptp(points[members], axis=0)))
    members = members[np.argsort(points[members, axis], kind="stable")]
    if len(sizes) == 1:
        return [members.tolist()]
    half = len(sizes) // 2
    cut = sum(sizes[:half])
    return _parted(points, members[:cut], sizes[:half]) + _parted(points, members[cut:], sizes[half:])


class _Ground:
    """Where people live: within a cell, near streets, not in water nor on the airfield."""

    def __init__(self) -> None:
        drawn = base_map()
        self.streets = streets()
        self._waters = [water.points for water in drawn.waters]
        self._coast = Segments([drawn.coast])
        self._airfield = Segments([road.points for road in drawn.roads if road.kind == "runway"])

    def places(self, ring: Line, many: int, code: str) -> Floats:
        """Return `many` places in a cell, shape (many, 2), longitude and latitude."""
        low, high = np.min(ring, axis=0), np.max(ring, axis=0)
        start = np.array([chance("start", code, axis) for axis in range(3)])
        more = _MORE_IN_TOWN if area_km2(ring) < _TOWN_KM2 else _MORE_OUTSIDE
        wanted, found = int(many * more) + 1, np.empty((0, 3))
        scatter = (high - low) / wanted**0.5
        begin = 0
        while len(found) < wanted:
            number = np.arange(begin, begin + 4 * wanted)[:, None]
            begin += 4 * wanted
            at = (start + number * _STEPS) % 1
            # Squares of the number fall about like chance, and take the lattice away that the sequence shows.
            at[:, :2] = low + at[:, :2] * (high - low) + ((number * number * _STEPS[:2]) % 1 - 0.5) * scatter
            found = np.concatenate((found, at[_inside(ring, at) & self._dry(at)]))
        found = found[:wanted]
        away = (self.streets.nearest(found[:, :2])[0] + _FAR_KM) * (0.35 + found[:, 2])
        kept = np.sort(np.argsort(away, kind="stable")[:many])
        return found[kept, :2]

    def _dry(self, at: Floats) -> NDArray[np.bool_]:
        dry = np.ones(len(at), bool)
        for water in self._waters:
            dry &= ~_inside(water, at)
        dry &= self.streets.nearest(at[:, :2])[0] > _LANE_KM
        dry &= self._airfield.nearest(at[:, :2])[0] > _AIRFIELD_KM
        # Away from the old port the coast is fish ponds.
        bare = (at[:, 0] < 110.39) | (at[:, 0] > 110.445)
        return dry & (~bare | (self._coast.nearest(at[:, :2])[0] > _BARE_COAST_KM))


def _inside(ring: Line, at: Floats) -> NDArray[np.bool_]:
    x, y = at[:, 0], at[:, 1]
    found = np.zeros(len(at), bool)
    for (x0, y0), (x1, y1) in pairwise(ring):
        if y0 != y1:
            found ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return found
