"""What every value of the registers must be, whoever gives it: plain text, finite numbers, days of our time.

What is stored is drawn, sorted and sent to everybody: one value that cannot be must not stop all of it.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final

from ronda.base.errors import BadInput

_LONGEST: Final = 2_000
_UNWRITTEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the direction of writing, and halves of characters."""
_YEARS: Final = range(1900, 3000)
_OWN_CHECKS: Final = frozenset({"outline", "addresses", "recording", "hours", "masks", "username", "password"})
"""Fields that are read by something stricter, or are no text that anybody reads."""
_NAMES: Final[dict[type, tuple[str, ...]]] = {}
_LARGEST_OUTLINE: Final = 4_000_000
_MOST_POSITIONS: Final = 50_000


def check_values(entity: Any, before: Any, what: str) -> None:
    """Refuse an entity, a frozen dataclass, with a new value that cannot be.

    Args:
        entity: As it shall be.
        before: As it is; None for a new one. What it holds since before this was checked may stay.
        what: What it is called in the refusal.

    Raises:
        BadInput: A value cannot be.
    """
    for name in _names(type(entity)):
        value = getattr(entity, name)
        if value is None or name in _OWN_CHECKS:
            continue
        if before is None or value != getattr(before, name):
            _check(value, what, name)


def check_outline(text: str, what: str) -> None:
    """Refuse an outline that cannot be drawn; `what` names its area.

    Raises:
        BadInput: It is no GeoJSON Polygon or MultiPolygon of closed rings in degrees.
    """
    try:
        if len(text) > _LARGEST_OUTLINE:
            raise ValueError("it is too large")
        geometry = json.loads(text)
        kind, coordinates = geometry["type"], geometry["coordinates"]
        polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}[kind]
        positions = 0
        for ring in _rings(polygons):
            _check_ring(ring)
            positions += len(ring)
        if not 0 < positions <= _MOST_POSITIONS:
            raise ValueError(f"it has {positions} corners")
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadInput(
            f"the outline of {what} cannot be drawn", "give a GeoJSON Polygon or MultiPolygon in degrees, or import it"
        ) from error


def _check(value: object, what: str, name: str) -> None:
    if isinstance(value, str):
        _check_text(value, what, name)
    elif isinstance(value, date):
        if value.year not in _YEARS:
            mend = "leave it out where there is no such day"
            raise BadInput(f"{name} of {what} is the day {value.isoformat()}", mend)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise BadInput(f"{name} of {what} is {value}", "give a number")
    elif not isinstance(value, int):
        _check_inside(value, what, name)


def _check_inside(value: Any, what: str, name: str) -> None:
    if names := _names(type(value)):
        for one in names:
            if (inner := getattr(value, one)) is not None:
                _check(inner, what, f"{name}.{one}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _check(inner, what, f"{name}.{key}")


def _names(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields; nothing for what is none."""
    if (found := _NAMES.get(kind)) is None:
        found = _NAMES[kind] = tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()
    return found


def _check_text(text: str, what: str, name: str) -> None:
    if len(text) > _LONGEST or _UNWRITTEN.search(text):
        raise BadInput(
            f"{name} of {what} is not acceptable", f"use at most {_LONGEST} letters, without control characters"
        )


def _rings(polygons: Iterable[Any]) -> Iterable[Any]:
    for polygon in polygons:
        if not polygon:
            raise ValueError("a polygon is empty")
        yield from polygon


def _check_ring(ring: Any) -> None:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring is not closed")
    corners = {(round(lon, 5), round(lat, 5)) for lon, lat, *_ in ring if abs(lon) <= 180 and abs(lat) <= 90}
    if len(corners) < 3 or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat, *_ in ring):
        raise ValueError("a ring encloses nothing on earth")
