"""The portal: the public's view of the city, kept up to date and answered from memory.

Owned state: the newest listing, map file and base map, rebuilt off the loop within a second of a change, and
answers that were given in the last second. No question of the public reaches the database.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final, Protocol

import structlog

from ronda.base.errors import NotFound
from ronda.base.time import Clock
from ronda.bus.contract import CameraStatus
from ronda.centre.portal.documents import PublicTexts, json_text, live_now, public_document, state_of
from ronda.centre.portal.listing import Listing, Published
from ronda.centre.portal.map_file import MapFile, file_of, made
from ronda.city.city import City
from ronda.city.publication import Publication
from ronda.city.region import level_of
from ronda.city.site import LinkState

_log = structlog.get_logger(__name__)
_LOOK_S: Final = 1.0
_AGAIN_S: Final = 60.0
_KEPT: Final = 2_000
_AROUND: Final = 12
_AROUND_KM: Final = 3.0


class Statuses(Protocol):
    """Where the newest status of a camera is found."""

    def __call__(self, id: str, /) -> CameraStatus | None:
        """Return it; None when no node has told one."""
        ...


Draw = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Returns the base map's document, given the GeoJSON outlines that are known, by region code."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a resident asks for.

    Attributes:
        filters: Value by `area`, `kind`, `agency`, `site`.
        near: Latitude and longitude to sort from.
        text: Words to search for.
        first: Number of the first answer wanted.
        limit: How many.
    """

    filters: tuple[tuple[str, str], ...] = ()
    near: tuple[float, float] | None = None
    text: str = ""
    first: int = 0
    limit: int = 50


class Portal:
    """Answers the public; `running` must be open for it to keep up with the city.

    Attributes:
        failed: How often building failed; what was built before stays.
    """

    def __init__(self, city: City, clock: Clock, zone: tzinfo, statuses: Statuses, draw: Draw) -> None:
        self._city = city
        self._draw = draw
        self._clock = clock
        self._zone = zone
        self._statuses = statuses
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="portal")
        self._texts = PublicTexts(clock, zone)
        self._listing = Listing((), {})
        self._map = made(self._listing, {}, {})
        self._basemap: MapFile | None = None
        self._drawn_of: tuple[str, ...] = ()
        self._answers: OrderedDict[object, tuple[float, str]] = OrderedDict()
        self.failed = 0

    @property
    def listing(self) -> Listing:
        """What is published, as of the last build."""
        return self._listing

    @property
    def map(self) -> MapFile:
        """The map's file."""
        return self._map

    async def basemap(self) -> MapFile:
        """Return the base map's file."""
        if self._basemap is None:
            await self.rebuild()
        assert self._basemap is not None  # noqa: S101 - rebuilding makes it
        return self._basemap

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep up to date while the context is open; the first build is done when it begins."""
        try:
            await self.rebuild()
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self._follow(), name="portal")
                yield
                task.cancel()
        finally:
            self._pool.shutdown(wait=False)

    async def _follow(self) -> None:
        """Build after changes, and now and then, since agreements end and cameras fail by themselves."""
        built = self._state()
        at = self._clock.monotonic()
        while True:
            await asyncio.sleep(_LOOK_S)
            now = self._clock.monotonic()
            if (state := self._state()) == built and now - at < _AGAIN_S:
                continue
            built, at = state, now
            try:
                await self.rebuild()
            except Exception as error:  # noqa: BLE001 - a task's root: residents keep what was built before
                self.failed += 1
                _log.error("portal: cannot be built", problem=f"{type(error).__name__}: {error}")

    def _state(self) -> tuple[int, int]:
        return self._city.generation, self._city.cameras.version

    async def rebuild(self) -> None:
        """Build the listing and the files anew."""
        loop = asyncio.get_running_loop()
        self._listing, self._map, self._basemap = await loop.run_in_executor(self._pool, self._build)
        self._answers.clear()
        self._texts.forget()

    def cameras(self, question: Question) -> str:
        """Return the JSON text that answers a question; the same question within a second costs nothing."""
        return self._answered(question, lambda: self._cameras(question))

    def camera(self, id: str) -> str:
        """Return the JSON text of one published camera, its site and what is around it.

        Raises:
            NotFound: There is none of that id, or it is not published; both are told alike.
        """
        row = self._visible(id)
        if row is None:
            raise NotFound(f"there is no camera {id[:80]!r}")
        return self._answered(("camera", id), lambda: self._camera(*row))

    def brief(self, id: str) -> dict[str, Any] | None:
        """Return what residents hear of a camera that began or ceased to work; None of one they do not see."""
        row = self._visible(id)
        if row is None:
            return None
        live = live_now(row[1], self._clock.utc_90k(), self._zone)
        return {"camera": id, "state": state_of(row[0], self._statuses(id)), "live": live}

    def areas(self) -> str:
        """Return the JSON text of the areas that hold published cameras."""
        return self._answered("areas", self._areas)

    def wifi(self) -> str:
        """Return the JSON text of the points of free wifi."""
        return self._answered("wifi", self._wifi)

    def _build(self) -> tuple[Listing, MapFile, MapFile]:
        now_90k = self._clock.utc_90k()
        listing = Listing.of(self._city, now_90k)
        states = {row.camera.id: state_of(row, self._statuses(row.camera.id)) for row in listing.rows}
        agencies = {agency.id: agency for agency in self._city.agencies}
        return listing, made(listing, agencies, states), self._drawn()

    def _drawn(self) -> MapFile:
        """Return the base map, drawn anew only when an area's outline has changed."""
        known = tuple(area.outline for area in self._city.areas if area.outline)
        if self._basemap is None or known != self._drawn_of:
            try:
                drawn = self._draw({area.id: json.loads(area.outline) for area in self._city.areas if area.outline})
            except (ValueError, LookupError, TypeError, ArithmeticError) as error:
                # One outline that cannot be drawn, from before they were checked, must not take the portal away.
                _log.error("portal: the outlines cannot be drawn", problem=f"{type(error).__name__}: {error}")
                drawn = self._draw({})
            self._drawn_of = known
            return file_of(drawn)
        return self._basemap

    def _visible(self, id: str) -> tuple[Published, Publication] | None:
        row, place = self._listing.get(id), self._city.place(id)
        if row is None or place is None or not place.publication.visible:
            return None
        return row, place.publication

    def _cameras(self, question: Question) -> str:
        numbers = self._listing.find(dict(question.filters), question.near, question.text)
        last = question.first + question.limit
        page = [self._visible(self._listing.rows[number].camera.id) for number in numbers[question.first : last]]
        texts = [self._texts.of(*row, self._statuses(row[0].camera.id)) for row in page if row is not None]
        following = f'"{last}"' if last < len(numbers) else "null"
        return f'{{"cameras":[{",".join(texts)}],"total":{len(numbers)},"next":{following}}}'

    def _camera(self, row: Published, publication: Publication) -> str:
        around = [
            f'{{"distance_m":{round(km * 1000)},{self._texts.of(*found, self._statuses(other.camera.id))[1:]}'
            for other, km in self._listing.around(row, _AROUND, _AROUND_KM)
            if (found := self._visible(other.camera.id))
        ]
        site = row.site
        agency = self._city.agencies.find(site.agency) if site else None
        live = live_now(publication, self._clock.utc_90k(), self._zone)
        document = public_document(row, publication, self._statuses(row.camera.id), live=live) | {
            "site": None if site is None else {"id": site.id, "name": site.name, "address": site.address},
            "agency_name": agency.name if agency else None,
            "purpose": row.camera.papers.purpose,
        }
        return f'{json_text(document)[:-1]},"around":[{",".join(around)}]}}'

    def _areas(self) -> str:
        listing = self._listing
        return json_text(
            {
                "areas": [
                    {
                        "code": code,
                        "name": area.name,
                        "level": level_of(code).value,
                        "lat": area.lat,
                        "lon": area.lon,
                        "cameras": number,
                    }
                    for code, area in listing.areas.items()
                    if (number := listing.count("area", code))
                ]
            }
        )

    def _wifi(self) -> str:
        return json_text(
            {
                "points": [
                    {
                        "name": site.link.wifi,
                        "lat": site.lat,
                        "lon": site.lon,
                        "area": site.area,
                        "working": site.link.state is LinkState.UP,
                    }
                    for site in self._city.sites
                    if site.link is not None and site.link.wifi and site.lat is not None
                ]
            }
        )

    def _answered(self, key: object, make: Callable[[], str]) -> str:
        now = self._clock.monotonic()
        kept = self._answers.get(key)
        if kept is not None and kept[0] > now:
            return kept[1]
        text = make()
        self._answers[key] = (now + 1.0, text)
        self._answers.move_to_end(key)
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
        return text
