"""Search over the registry for those who work with it: cameras and sites by words, typing errors forgiven.

Owned state: an index for each, built off the loop when somebody searches after a change.
"""

from collections.abc import Sequence
from math import cos, hypot, radians
from typing import Final

from ronda.base.pools import Pool
from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.region import ancestors_of
from ronda.city.search import SearchIndex

_WAITING_AT_MOST: Final = 64


class Finder:
    """Finds ids, best first."""

    def __init__(self, city: City) -> None:
        self.pool = Pool("search", 1, _WAITING_AT_MOST)
        self._city = city
        self._cameras: tuple[tuple[int, int], SearchIndex, list[str]] | None = None
        self._sites: tuple[int, SearchIndex, list[str]] | None = None

    async def cameras(self, question: str) -> list[str]:
        """Return the ids of the cameras that answer `question`, best first.

        Raises:
            Busy: Many search already.
        """
        return await self.pool.run(self._find_cameras, question)

    async def sites(self, question: str) -> list[str]:
        """Return the ids of the sites that answer `question`, best first.

        Raises:
            Busy: Many search already.
        """
        return await self.pool.run(self._find_sites, question)

    async def nearest(self, cameras: Sequence[Camera], point: tuple[float, float]) -> list[Camera]:
        """Return those of `cameras` that have coordinates, nearest to a latitude and longitude first.

        Raises:
            Busy: Many search already.
        """
        return await self.pool.run(self._nearest, cameras, point)

    def close(self) -> None:
        """Let the pool's thread end."""
        self.pool.close()

    def _find_cameras(self, question: str) -> list[str]:
        version = (self._city.generation, self._city.cameras.version)
        if self._cameras is None or self._cameras[0] != version:
            cameras = self._city.cameras.all()
            texts = (f"{one.id} {one.name} {self._place(one.spot.site)}" for one in cameras)
            self._cameras = (version, SearchIndex(texts), [one.id for one in cameras])
        _, index, ids = self._cameras
        return [ids[number] for number in index.find(question)]

    def _find_sites(self, question: str) -> list[str]:
        if self._sites is None or self._sites[0] != self._city.generation:
            sites = list(self._city.sites)
            texts = (f"{one.id} {one.name} {one.address} {self._areas(one.area)}" for one in sites)
            self._sites = (self._city.generation, SearchIndex(texts), [one.id for one in sites])
        _, index, ids = self._sites
        return [ids[number] for number in index.find(question)]

    def _nearest(self, cameras: Sequence[Camera], point: tuple[float, float]) -> list[Camera]:
        squeeze = cos(radians(point[0]))
        found: list[tuple[float, str, Camera]] = []
        for camera in cameras:
            site, spot = self._city.sites.find(camera.spot.site), camera.spot
            lat, lon = (spot.lat, spot.lon) if spot.lat is not None or site is None else (site.lat, site.lon)
            if lat is not None and lon is not None:
                found.append((hypot(lat - point[0], (lon - point[1]) * squeeze), camera.id, camera))
        return [camera for _, _, camera in sorted(found, key=lambda one: one[:2])]

    def _place(self, site_id: str | None) -> str:
        site = self._city.sites.find(site_id)
        return "" if site is None else f"{site.name} {self._areas(site.area)}"

    def _areas(self, code: str) -> str:
        return " ".join(area.name for above in ancestors_of(code) if (area := self._city.areas.find(above)))
