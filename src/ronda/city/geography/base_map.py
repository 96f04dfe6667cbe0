"""The hand-drawn map as it lies in `base_map.json`, read once.

Positions are (longitude, latitude) in degrees, WGS 84, as in GeoJSON. Nothing here is an official
boundary: lines are right within a few hundred metres, areas are a name, a code, a centre and a rough size.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

Point = tuple[float, float]
Line = tuple[Point, ...]
_FILE: Final = "base_map.json"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A named line or shape.

    Attributes:
        name: As people call it.
        kind: Class of a road (toll, arterial, main, collector, runway), kind of a water, width of a river, or `rail`.
        points: Its corners in order; a shape's first and last are the same.
    """

    name: str
    kind: str
    points: Line


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that people know their way by.

    Attributes:
        name: As people call it.
        kind: What it is: station, campus, market and so on.
        at: Where.
        rank: 1 is shown first, 3 last.
    """

    name: str
    kind: str
    at: Point
    rank: int


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A kecamatan or kelurahan.

    Attributes:
        code: Region code.
        name: Official name.
        centre: Rounded to 0.002 degrees; a kecamatan's is the mean of its kelurahan's.
        km2: Rough size.
    """

    code: str
    name: str
    centre: Point
    km2: float


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Everything that was drawn.

    Attributes:
        note: That it is schematic, in both languages.
        frame: West, south, east and north edge.
        coast: From west to east, land below.
        border: The city's, from its eastern point on the coast clockwise to its western one; both are `coast` points.
        waters: Reservoirs and ponds.
        rivers: From source to mouth.
        roads: In the direction of counting.
        rail: The railways.
        landmarks: See `Landmark`.
        city: The whole city.
        kecamatan: By code.
        kelurahan: By code.
    """

    note: str
    frame: tuple[float, float, float, float]
    coast: Line
    border: Line
    waters: tuple[Drawn, ...]
    rivers: tuple[Drawn, ...]
    roads: tuple[Drawn, ...]
    rail: tuple[Drawn, ...]
    landmarks: tuple[Landmark, ...]
    city: NamedArea
    kecamatan: tuple[NamedArea, ...]
    kelurahan: tuple[NamedArea, ...]

    @property
    def outline(self) -> Line:
        """The city's outline on land, closed."""
        begin, end = self.coast.index(self.border[-1]), self.coast.index(self.border[0])
        return (*self.coast[begin : end + 1], *self.border[1:])

    @property
    def land(self) -> Line:
        """All land within the frame, closed."""
        west, south, east, _ = self.frame
        return (*self.coast, (east, south), (west, south), self.coast[0])

    @property
    def sea(self) -> Line:
        """All sea within the frame, closed."""
        west, _, east, north = self.frame
        return (*self.coast, (east, north), (west, north), self.coast[0])


@lru_cache(maxsize=1)
def base_map() -> BaseMap:
    """Return the map (reads a file of the package the first time, a few milliseconds)."""
    drawn: dict[str, Any] = json.loads(resources.files(__package__).joinpath(_FILE).read_text("utf-8"))
    kelurahan = tuple(
        NamedArea(row["code"], row["name"], _point(row["centre"]), row["km2"]) for row in drawn["kelurahan"]
    )
    kecamatan = tuple(
        _sum_of(row, tuple(area for area in kelurahan if area.code.startswith(row["code"] + ".")))
        for row in drawn["kecamatan"]
    )
    west, south, east, north = drawn["frame"]
    return BaseMap(
        note=drawn["note"],
        frame=(west, south, east, north),
        coast=_line(drawn["coast"]),
        border=_line(drawn["border"]),
        waters=_drawn(drawn["waters"], "kind"),
        rivers=_drawn(drawn["rivers"], "width"),
        roads=_drawn(drawn["roads"], "class"),
        rail=_drawn(drawn["rail"], None),
        landmarks=tuple(
            Landmark(row["name"], row["kind"], _point(row["point"]), row["rank"]) for row in drawn["landmarks"]
        ),
        city=_sum_of(drawn["city"], kelurahan),
        kecamatan=kecamatan,
        kelurahan=kelurahan,
    )


def _sum_of(row: dict[str, str], parts: tuple[NamedArea, ...]) -> NamedArea:
    centre = tuple(round(sum(part.centre[axis] for part in parts) / len(parts), 4) for axis in (0, 1))
    return NamedArea(row["code"], row["name"], (centre[0], centre[1]), round(sum(part.km2 for part in parts), 1))


def _drawn(rows: list[dict[str, Any]], kind: str | None) -> tuple[Drawn, ...]:
    return tuple(Drawn(row["name"], str(row[kind]) if kind else "rail", _line(row["points"])) for row in rows)


def _line(points: list[list[float]]) -> Line:
    return tuple(_point(point) for point in points)


def _point(pair: list[float]) -> Point:
    return float(pair[0]), float(pair[1])
