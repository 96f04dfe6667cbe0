"""GeoJSON (RFC 7946), one feature after the other, so that no more than one is unfolded at a time."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ronda.base.errors import BadInput
from ronda.city.importing.findings import Findings
from ronda.city.importing.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Cell, Table

_FEW_LINES: Final = 5
_SPACE: Final = re.compile(r"\s*")
_DECODER: Final = json.JSONDecoder()
_EXAMPLE: Final = 'it must be a FeatureCollection: {"type":"FeatureCollection","features":[...]}'


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature.

    Attributes:
        line: The line of the file where it begins, from 1; its number where all are on one line.
        properties: Its properties.
        geometry: Its geometry; None where there is none.
    """

    line: int
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


def features_of(path: Path) -> Iterator[Feature]:
    """Yield the features of a file. Blocking.

    Raises:
        BadInput: It is not GeoJSON, or breaks off.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("the file is not UTF-8, as GeoJSON must be", "save it as UTF-8") from error
    line, counted = 1, 0
    on_one_line = text.count("\n", 0, len(text) - 1) < _FEW_LINES
    for number, (start, value) in enumerate(_elements(text), 1):
        line += text.count("\n", counted, start)
        counted = start
        if on_one_line:
            line = number
        if not isinstance(value, dict) or value.get("type") != "Feature":
            raise BadInput(f"line {line}: this is not a feature", _EXAMPLE)
        properties, geometry = value.get("properties"), value.get("geometry")
        yield Feature(
            line,
            properties if isinstance(properties, dict) else {},
            geometry if isinstance(geometry, dict) else None,
        )


def _elements(text: str) -> Iterator[tuple[int, Any]]:
    """Yield position and value of each element of the member `features` of the outer object."""
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        raise BadInput("the file is not GeoJSON", _EXAMPLE)
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        key, at = _decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise _broken(text, at)
        at = _skip(text, at + 1)
        if key == "features" and text[at : at + 1] == "[":
            yield from _array(text, at)
            return
        _, at = _decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
    raise BadInput("the file holds no features", _EXAMPLE)


def _array(text: str, at: int) -> Iterator[tuple[int, Any]]:
    at = _skip(text, at + 1)
    count = 0
    while text[at : at + 1] != "]":
        count += 1
        if count > MOST_ROWS:
            raise BadInput(f"the file has more than {MOST_ROWS} features", "split it")
        value, after = _decode(text, at)
        yield at, value
        at = _skip(text, after)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise _broken(text, at)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _decode(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos) from error
    except (RecursionError, ValueError) as error:
        raise _broken(text, at) from error


def _broken(text: str, at: int) -> BadInput:
    line = text.count("\n", 0, at) + 1
    return BadInput(f"line {line}: the JSON is broken there", "repair it, or export the file again")


def open_geojson(path: Path, size: int) -> Table:
    """Return the points of a file as a table: their properties, then `lat` and `lon`. Blocking.

    Raises:
        BadInput: It is not GeoJSON.
    """
    told, broken = Findings(), Findings()
    features = list(features_of(path))
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(feature.properties))
        if len(names) > MOST_COLUMNS:
            raise BadInput("the features have more than 100 different properties", "keep those that the template has")
    headings = (*(name for name in names if name.lower() not in ("lat", "lon", "lng")), "lat", "lon")
    return Table(headings, _rows(features, headings, broken), broken, told, size)


def _rows(features: list[Feature], headings: tuple[str, ...], broken: Findings) -> Iterator[tuple[int, list[Cell]]]:
    for feature in features:
        point = _point(feature)
        if point is None:
            broken.add(
                feature.line, "geometry", (feature.geometry or {}).get("type"), "this is not a point",
                'give {"type":"Point","coordinates":[longitude, latitude]}, or null',
            )  # fmt: skip
            continue
        cells = [_cell(feature.properties.get(name)) for name in headings[:-2]]
        long = next((n for n, cell in enumerate(cells) if isinstance(cell, str) and len(cell) > LONGEST_CELL), None)
        if long is not None:
            broken.add(feature.line, headings[long], cells[long], "the text is too long", "shorten it")
            continue
        yield feature.line, [*cells, *point]


def _point(feature: Feature) -> tuple[Cell, Cell] | None:
    """Return latitude and longitude; both None without a geometry."""
    if feature.geometry is None:
        lat = feature.properties.get("lat")
        return _cell(lat), _cell(feature.properties.get("lon", feature.properties.get("lng")))
    place = feature.geometry.get("coordinates")
    if feature.geometry.get("type") != "Point" or not isinstance(place, list) or not 2 <= len(place) <= 4:
        return None
    return _cell(place[1]), _cell(place[0])


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 63 else str(value)[:40]
    return json.dumps(value, ensure_ascii=False)[: LONGEST_CELL + 1]
