"""Where the city lies, so that coordinates beyond it, or the wrong way round, are noticed."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ronda.city.area import Area

_MARGIN_DEG: Final = 0.02
_CENTRES_MARGIN_DEG: Final = 0.06
_FEW_CENTRES_MARGIN_DEG: Final = 0.25
_FEW_CENTRES: Final = 50
"""Around an outline, about 2 km; around centres alone, more; around a few of them, as much as a city is wide."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box around the city, degrees (WGS 84)."""

    south: float
    west: float
    north: float
    east: float

    def hold(self, lat: float, lon: float) -> bool:
        """Whether a place lies within."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east

    def __str__(self) -> str:
        return f"latitude {self.south:.2f} to {self.north:.2f}, longitude {self.west:.2f} to {self.east:.2f}"


def bounds_of(areas: Iterable[Area]) -> Bounds | None:
    """Return the box around all areas; None where nobody has said where they lie."""
    lats: list[float] = []
    lons: list[float] = []
    outlined = False
    for area in areas:
        if area.outline is not None:
            outlined = True
            for lon, lat in _positions(json.loads(area.outline).get("coordinates")):
                lats.append(lat)
                lons.append(lon)
        elif area.lat is not None and area.lon is not None:
            lats.append(area.lat)
            lons.append(area.lon)
    if not lats:
        return None
    margin = _FEW_CENTRES_MARGIN_DEG if len(lats) < _FEW_CENTRES else _CENTRES_MARGIN_DEG
    if outlined:
        margin = _MARGIN_DEG
    box = (min(lats) - margin, min(lons) - margin, max(lats) + margin, max(lons) + margin)
    return Bounds(*box) if all(map(math.isfinite, box)) else None


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates, list):
        if len(coordinates) >= 2 and all(isinstance(one, int | float) for one in coordinates[:2]):
            yield coordinates[0], coordinates[1]
        else:
            for inner in coordinates:
                yield from _positions(inner)
