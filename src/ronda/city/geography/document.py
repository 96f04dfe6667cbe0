"""The base map as one document for the browser: layers of GeoJSON, schematic until real outlines are imported."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from ronda.city.geography.base_map import Drawn, Line, NamedArea, Point, base_map
from ronda.city.geography.cells import kecamatan_cells, kelurahan_cells, union
from ronda.city.geography.plane import area_km2

Feature = dict[str, Any]
Geometry = Mapping[str, Any]
"""A GeoJSON geometry: Polygon or MultiPolygon."""
_DIGITS: Final = 5
_DEEPEST: Final = 3  # points in the code of a kelurahan, which has no parts here
_LOST: Final = 0.01


def basemap(areas: Mapping[str, Geometry] | None = None) -> dict[str, Any]:
    """Return the document of `GET /api/v1/public/basemap`.

    Layers: `land`, `city`, `kelurahan`, `kecamatan`, `water`, `rivers`, `rail`, `roads`, `labels`, each a GeoJSON
    FeatureCollection. Features of areas have `code`, `name` and `schematic`. Takes a tenth of a second, a few
    hundredths once it has been made: not for the event loop.

    Args:
        areas: Real outlines by region code. They take the place of the cells that are drawn otherwise.
    """
    outlines = {code: _rounded(geometry) for code, geometry in (areas or {}).items()}
    drawn = base_map()
    layers = dict(_lines())
    layers["city"] = [_area(drawn.city, outlines, _polygon(drawn.outline))]
    layers["kelurahan"] = [_area(area, outlines, _polygon(kelurahan_cells()[area.code])) for area in drawn.kelurahan]
    layers["kecamatan"] = [
        _area(area, outlines, _multipolygon(kecamatan_cells()[area.code])) for area in drawn.kecamatan
    ]
    every = (*layers["kelurahan"], *layers["kecamatan"])
    return {
        "schematic": any(feature["properties"]["schematic"] for feature in every),
        "note": drawn.note,
        "frame": list(drawn.frame),
        "bounds": _bounds(layers["city"][0]["geometry"]),
        "layers": {name: {"type": "FeatureCollection", "features": layers[name]} for name in _ORDER},
    }


_ORDER: Final = ("land", "city", "kelurahan", "kecamatan", "water", "rivers", "rail", "roads", "labels")
"""As they lie on each other, lowest first."""


@lru_cache(maxsize=1)
def _lines() -> Mapping[str, list[Feature]]:
    """What stays as it is drawn, whatever is imported."""
    drawn = base_map()
    sea = Drawn("Laut Jawa", "sea", drawn.sea)
    kecamatan = [_label(area.name, "kecamatan", area.centre, 1) for area in drawn.kecamatan]
    kelurahan = [_label(area.name, "kelurahan", area.centre, 3) for area in drawn.kelurahan]
    sea_label = _label("Laut Jawa", "sea", (110.36, -6.936), 1)
    return {
        "land": [_feature(_polygon(drawn.land), {})],
        "water": [_shape(water, _polygon(water.points)) for water in (sea, *drawn.waters)],
        "rivers": [_shape(river, _line(river.points), width=int(river.kind)) for river in drawn.rivers],
        "rail": [_shape(rail, _line(rail.points)) for rail in drawn.rail],
        "roads": [_shape(road, _line(road.points)) for road in drawn.roads],
        "labels": [
            sea_label,
            *kecamatan,
            *(_label(one.name, one.kind, one.at, one.rank) for one in drawn.landmarks),
            *kelurahan,
        ],
    }


def _area(area: NamedArea, outlines: Mapping[str, Geometry], otherwise: Geometry) -> Feature:
    """Return an area with its real outline, else with that of everything in it, else as it is drawn."""
    real = outlines.get(area.code)
    if real is None and area.code.count(".") < _DEEPEST:
        real = _of_parts(area, outlines)
    return _feature(real or otherwise, {"code": area.code, "name": area.name, "schematic": real is None})


def _of_parts(area: NamedArea, outlines: Mapping[str, Geometry]) -> Geometry | None:
    """Return the real outlines of everything in an area melted together; None where one of them is missing."""
    rings: list[Line] = []
    for one in base_map().kelurahan:
        if one.code.startswith(area.code + "."):
            if one.code not in outlines:
                return None
            rings += [_counter_clockwise([tuple(at) for at in shape[0]]) for shape in _shapes(outlines[one.code])]
    melted = union(rings)
    lost = abs(sum(map(area_km2, melted)) - sum(map(area_km2, rings)))
    # Where neighbours do not share their corners there is nothing to melt; side by side they still fill the area.
    return _multipolygon(melted if lost < _LOST * sum(map(area_km2, rings)) else rings)


def _feature(geometry: Geometry, properties: Mapping[str, Any]) -> Feature:
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def _shape(one: Drawn, geometry: Geometry, **more: object) -> Feature:
    return _feature(geometry, {"name": one.name, **(more or {"class": one.kind})})


def _label(name: str, kind: str, at: Point, rank: int) -> Feature:
    return _feature({"type": "Point", "coordinates": list(at)}, {"name": name, "kind": kind, "rank": rank})


def _polygon(ring: Line) -> Geometry:
    return {"type": "Polygon", "coordinates": [[list(point) for point in _counter_clockwise(ring)]]}


def _counter_clockwise(ring: Sequence[Point]) -> Line:
    """Turn an outer ring as RFC 7946 wants it, section 3.1.6."""
    return tuple(ring) if area_km2(ring) > 0 else tuple(reversed(ring))


def _shapes(geometry: Geometry) -> list[Any]:
    found = geometry["coordinates"]
    return list(found) if geometry["type"] == "MultiPolygon" else [found]


def _multipolygon(rings: Iterable[Line]) -> Geometry:
    shapes = [[[list(point) for point in ring]] for ring in rings]
    if len(shapes) == 1:
        return {"type": "Polygon", "coordinates": shapes[0]}
    return {"type": "MultiPolygon", "coordinates": shapes}


def _line(points: Line) -> Geometry:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def _rounded(geometry: Geometry) -> Geometry:
    """Return a geometry to a metre, without corners that fall together."""
    kept = [[ring for ring in map(_rounded_ring, shape) if len(ring) > 3] for shape in _shapes(geometry)]
    kept = [shape for shape in kept if shape]
    if geometry["type"] == "Polygon" and len(kept) == 1:
        return {"type": "Polygon", "coordinates": kept[0]}
    return {"type": "MultiPolygon", "coordinates": kept}


def _rounded_ring(ring: Iterable[list[float]]) -> list[list[float]]:
    found: list[list[float]] = []
    for point in ring:
        rounded = [round(float(point[0]), _DIGITS), round(float(point[1]), _DIGITS)]
        if not found or rounded != found[-1]:
            found.append(rounded)
    return found


def _bounds(geometry: Geometry) -> list[float]:
    points = [point for shape in _shapes(geometry) for point in shape[0]]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return [min(xs), min(ys), max(xs), max(ys)]
