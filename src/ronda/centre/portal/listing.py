"""Every published camera, indexed by what residents filter by; built off the loop, never changed.

What is in a listing was published when it was built: whoever answers from it asks again whether a camera
still is, so that a quarantine acts at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ronda.city.area import Area
from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.publication import Publication
from ronda.city.region import Level, ancestors_of, level_of
from ronda.city.search import SearchIndex
from ronda.city.site import Site

_KM_PER_DEGREE: Final = 111.2
_SPOKEN: Final = {"rt": "rt", "market": "pasar", "main-road": "jalan", "tower": "menara", "tourism": "wisata"}


@dataclass(frozen=True, slots=True)
class Published:
    """One published camera.

    Attributes:
        camera: It.
        site: Its site; None for a camera that is published by a decision of its own and has no site.
        publication: How it was published when the listing was built.
        lat: Where it is, degrees; None where nobody has said.
        lon: Likewise.
        area_name: Name of its kelurahan, or of the deepest area above its RW that has one.
    """

    camera: Camera
    site: Site | None
    publication: Publication
    lat: float | None
    lon: float | None
    area_name: str

    @property
    def area(self) -> str:
        """Region code of its area; empty for none."""
        return self.site.area if self.site else ""


class Listing:
    """Published cameras by number, in the order of their names' ids.

    Attributes:
        rows: Every published camera.
        areas: Every area, by region code.
    """

    def __init__(self, rows: Iterable[Published], areas: Mapping[str, Area]) -> None:
        self.rows = tuple(rows)
        self.areas = areas
        self._number = {row.camera.id: number for number, row in enumerate(self.rows)}
        self._by: dict[tuple[str, str], list[int]] = {}
        for number, row in enumerate(self.rows):
            self._file(number, row)
        self._search = SearchIndex(_spoken(row) for row in self.rows)
        nowhere = float("nan")
        self._lat = np.array([nowhere if row.lat is None else row.lat for row in self.rows])
        self._lon = np.array([nowhere if row.lon is None else row.lon for row in self.rows])

    @classmethod
    def of(cls, city: City, now_90k: int) -> "Listing":
        """Build the listing of what is published at `now_90k`; takes a fraction of a second, off the loop."""
        areas = {area.id: area for area in city.areas}
        rows = []
        for camera in city.cameras.all():
            place = city.place_of(camera)
            agreement = place.agreement
            if not place.publication.visible or (
                agreement is not None and not agreement.from_90k <= now_90k < agreement.until_90k
            ):
                continue
            site = city.sites.find(camera.spot.site)
            rows.append(_row(camera, site, place.publication, areas))
        return cls(rows, areas)

    def get(self, id: str) -> Published | None:
        """Return a published camera; None when there is none of that id."""
        number = self._number.get(id)
        return None if number is None else self.rows[number]

    def count(self, by: str, value: str) -> int:
        """Return how many cameras have `value` for `by` (`area`, `kind`, `agency`, `site`)."""
        return len(self._by.get((by, value), ()))

    def find(self, filters: Mapping[str, str], near: tuple[float, float] | None, question: str) -> list[int]:
        """Return the numbers of the cameras that fit every filter, nearest or best first.

        Args:
            filters: Value by `area`, `kind`, `agency` or `site`.
            near: Latitude and longitude to sort by distance from; cameras without coordinates are left out.
            question: Words to search for; empty for none.
        """
        found = self._search.find(question) if question.strip() else range(len(self.rows))
        for by, value in filters.items():
            wanted = set(self._by.get((by, value), ()))
            found = [number for number in found if number in wanted]
        if near is None:
            return list(found)
        numbers = np.array(list(found), np.int64)
        distance = self._distance_km(near)[numbers] if len(numbers) else np.zeros(0)
        there = np.isfinite(distance)
        order: list[int] = numbers[there][np.argsort(distance[there], kind="stable")].tolist()
        return order

    def around(self, row: Published, most: int, within_km: float) -> list[tuple[Published, float]]:
        """Return the cameras nearest to one, with their distance in km."""
        if row.lat is None or row.lon is None:
            return []
        distance = self._distance_km((row.lat, row.lon))
        close = np.flatnonzero(distance <= within_km)
        close = close[np.argsort(distance[close], kind="stable")][: most + 1]
        return [(self.rows[n], float(distance[n])) for n in close if self.rows[n] is not row][:most]

    def _file(self, number: int, row: Published) -> None:
        keys = (
            [("agency", row.site.agency or ""), ("site", row.site.id), ("kind", row.site.kind.value)]
            if row.site
            else []
        )
        keys += [("area", code) for code in ancestors_of(row.area)] if row.area else []
        for key in keys:
            self._by.setdefault(key, []).append(number)

    def _distance_km(self, point: tuple[float, float]) -> Any:
        north = (self._lat - point[0]) * _KM_PER_DEGREE
        east = (self._lon - point[1]) * _KM_PER_DEGREE * np.cos(np.radians(point[0]))
        return np.hypot(north, east)


def _row(camera: Camera, site: Site | None, publication: Publication, areas: Mapping[str, Area]) -> Published:
    lat = camera.spot.lat if camera.spot.lat is not None else site.lat if site else None
    lon = camera.spot.lon if camera.spot.lon is not None else site.lon if site else None
    name = ""
    for code in ancestors_of(site.area) if site else ():
        if level_of(code) in (Level.KELURAHAN, Level.KECAMATAN, Level.CITY) and code in areas:
            name = areas[code].name
            break
    return Published(camera, site, publication, lat, lon, name)


def _spoken(row: Published) -> str:
    """What a resident may type to find a camera."""
    site = row.site
    place = f"{site.name} {_SPOKEN.get(site.kind.value, '')}" if site else ""
    return f"{row.camera.name} {place} {row.area_name}"
