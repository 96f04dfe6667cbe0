"""The city's open figures: cameras by area and kind, connected, working; progress toward the plan; days that are over.

Owned state: the figures as last worked out, off the loop, each minute; nobody's question reaches the database.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

import sqlalchemy as sa
import structlog

from ronda.base.time import HZ_90K, Clock
from ronda.city.camera import Camera, CameraStage
from ronda.city.city import City
from ronda.city.region import Level, ancestors_of, level_of
from ronda.city.site import LinkState, Site
from ronda.insight.tables import AVAILABILITY, EVIDENCE_MONTHS
from ronda.people.numbers import people_by_role
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 60.0
_DAYS: Final = 56
_MONTHS: Final = 12
RT_PLAN: Final = 10_293
"""RT cameras that were budgeted beyond those there (see the brief of the city's plan)."""
DANGEROUS_PLAN: Final = 30
_DANGEROUS: Final = {"hotspot", "crowd-centre"}
_POINTS: Final = 60


@dataclass(slots=True)
class Tally:
    """Cameras counted: all that are not retired, connected, working, published."""

    total: int = 0
    connected: int = 0
    working: int = 0
    published: int = 0

    def add(self, camera: Camera, *, published: bool) -> None:
        """Count one camera."""
        self.total += 1
        if is_connected(camera):
            self.connected += 1
            self.working += camera.trouble is None
        self.published += published

    def document(self) -> dict[str, int]:
        """Return the numbers by name."""
        return {
            "total": self.total,
            "connected": self.connected,
            "working": self.working,
            "published": self.published,
        }


def is_connected(camera: Camera) -> bool:
    """Whether a camera is part of the system: it has an address, or its books say that it was connected."""
    return camera.pulled or CameraStage.CONNECTED in camera.papers.stages


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one kecamatan, or a month of requests: what a demonstration brings along."""

    day: date
    area: str
    total: int
    connected: int
    working: int


class Figures:
    """Works the figures out and remembers each day's; `running` must be open.

    Attributes:
        failed: How often that failed; the figures of before stay.
    """

    def __init__(self, store: Store, city: City, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._city = city
        self._clock = clock
        self._zone = zone
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="figures")
        self._document: dict[str, Any] = {}
        self.failed = 0

    @property
    def document(self) -> Mapping[str, Any]:
        """The figures as last worked out, as `docs/api.md` describes them."""
        return self._document

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep up with the city while the context is open."""
        try:
            await self.work_out()
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self._follow(), name="figures")
                yield
                task.cancel()
        finally:
            self._pool.shutdown(wait=False)

    async def work_out(self) -> None:
        """Work the figures out now, and write down today's."""
        today = self.today()
        counted = await asyncio.get_running_loop().run_in_executor(self._pool, self._counted, today)
        simulated = bool(counted["simulated"])
        rows = [
            {"day": today.isoformat(), "area": row["code"], "simulated": simulated, **_some(row)}
            for row in counted["by_area"]
        ]
        await self._store.run(lambda connection: _keep(connection, today, rows))
        days = await self._store.read(lambda connection: _days(connection, today - timedelta(days=_DAYS)))
        months = await self._store.read(_months)
        now = self._clock.utc_90k()
        roles = await self._store.read(lambda connection: people_by_role(connection, now))
        self._document = counted | {
            "availability": days,
            "evidence_requests": months,
            "who_may_see": [{"role": role, "people": number} for role, number in sorted(roles.items())],
        }

    def today(self) -> date:
        """Return the day in the city's zone."""
        return datetime.fromtimestamp(self._clock.utc_90k() / HZ_90K, self._zone).date()

    async def load(self, days: Sequence[Day], months: Sequence[tuple[str, int, int]]) -> None:
        """Write down days and months (`YYYY-MM`, requested, delivered) of a demonstration."""
        rows = [
            {
                "day": one.day.isoformat(),
                "area": one.area,
                "total": one.total,
                "connected": one.connected,
                "working": one.working,
                "simulated": True,
            }
            for one in days
        ]
        by_month = [{"month": m, "requested": r, "delivered": d, "simulated": True} for m, r, d in months]

        def work(connection: sa.Connection) -> None:
            connection.execute(AVAILABILITY.delete().where(AVAILABILITY.c.simulated))
            connection.execute(EVIDENCE_MONTHS.delete().where(EVIDENCE_MONTHS.c.simulated))
            if rows:
                connection.execute(AVAILABILITY.insert(), rows)
            if by_month:
                connection.execute(EVIDENCE_MONTHS.insert(), by_month)

        await self._store.run(work)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await self.work_out()
            except Exception as error:  # noqa: BLE001 - a task's root: the figures of before stay
                self.failed += 1
                _log.error("figures: cannot be worked out", problem=f"{type(error).__name__}: {error}")

    def _counted(self, today: date) -> dict[str, Any]:
        city = self._city
        whole, by_area, by_kind = Tally(), dict[str, Tally](), dict[str, Tally]()
        cameras = [one for one in city.cameras.all() if CameraStage.RETIRED not in one.papers.stages]
        dangerous = 0
        for camera in cameras:
            site = city.sites.find(camera.spot.site)
            published = city.place_of(camera).publication.visible
            kinds = [by_kind.setdefault(site.kind.value, Tally())] if site else []
            for tally in (whole, *kinds, *_areas_of(site, by_area)):
                tally.add(camera, published=published)
            dangerous += bool(site and site.kind.value in _DANGEROUS and is_connected(camera))
        return {
            "as_of": today.isoformat(),
            **whole.document(),
            "by_area": [
                {"code": code, "name": area.name, **tally.document()}
                for code, tally in sorted(by_area.items())
                if (area := city.areas.find(code)) is not None
            ],
            "by_kind": [{"kind": kind, **tally.document()} for kind, tally in sorted(by_kind.items())],
            "burn_up": _burn_up(cameras, today),
            "plan": {"rt": RT_PLAN, "dangerous": DANGEROUS_PLAN, "dangerous_connected": dangerous},
            "wifi": _wifi(city.sites),
            "simulated": any(camera.simulated for camera in cameras),
        }


def _areas_of(site: Site | None, by_area: dict[str, Tally]) -> list[Tally]:
    codes = ancestors_of(site.area) if site else ()
    return [by_area.setdefault(code, Tally()) for code in codes if level_of(code) is Level.KECAMATAN]


def _burn_up(cameras: Iterable[Camera], today: date) -> list[dict[str, Any]]:
    """Return how many cameras were connected and how many planned, over time, at most 60 points."""
    connected = Counter(day for one in cameras if (day := one.papers.stages.get(CameraStage.CONNECTED)))
    planned = Counter(day for one in cameras if (day := one.papers.stages.get(CameraStage.PLANNED)))
    days = sorted(day for day in {*connected, *planned} if day <= today)
    if not days:
        return []
    step = max(1, (today - days[0]).days // (_POINTS - 1) or 1)
    points = [days[0] + timedelta(days=n * step) for n in range(_POINTS + 1)]
    return [
        {
            "date": point.isoformat(),
            "connected": sum(number for day, number in connected.items() if day <= point),
            "plan": sum(number for day, number in planned.items() if day <= point),
        }
        for point in [*(point for point in points if point < today), today]
    ]


def _wifi(sites: Iterable[Site]) -> dict[str, int]:
    links = [site.link for site in sites if site.link is not None and site.link.wifi]
    return {"points": len(links), "working": sum(link.state is LinkState.UP for link in links)}


def _some(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(row[name]) for name in ("total", "connected", "working")}


def _keep(connection: sa.Connection, today: date, rows: list[dict[str, Any]]) -> None:
    connection.execute(AVAILABILITY.delete().where(AVAILABILITY.c.day == today.isoformat()))
    if rows:
        connection.execute(AVAILABILITY.insert(), rows)


def _days(connection: sa.Connection, since: date) -> list[dict[str, Any]]:
    query = (
        sa.select(
            AVAILABILITY.c.day,
            sa.func.sum(AVAILABILITY.c.connected).label("connected"),
            sa.func.sum(AVAILABILITY.c.working).label("working"),
        )
        .where(AVAILABILITY.c.day >= since.isoformat())
        .group_by(AVAILABILITY.c.day)
        .order_by(AVAILABILITY.c.day)
    )
    return [
        {"date": row.day, "share": round(row.working / row.connected, 4) if row.connected else 0.0}
        for row in connection.execute(query)
    ]


def _months(connection: sa.Connection) -> list[dict[str, Any]]:
    query = sa.select(EVIDENCE_MONTHS).order_by(EVIDENCE_MONTHS.c.month.desc()).limit(_MONTHS)
    return [
        {"month": row.month, "requested": row.requested, "delivered": row.delivered}
        for row in reversed(connection.execute(query).all())
    ]
