"""What is unusual now, for the whole city: worked out every few minutes; nobody's question of it reaches the database.

Owned state: what was found last, and the typical weeks that were asked for within this hour.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import tzinfo
from typing import Final, Self

import structlog

from ronda.base.errors import RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.city.city import City
from ronda.insight.trends import Series, Week, typical_week
from ronda.insight.unusual import Now, unusual_now
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 300.0
_HOUR_90K: Final = 3600 * HZ_90K
_MOST_WEEKS: Final = 256
"""Typical weeks that are remembered: that of a whole city takes seconds to work out, and is the same for an hour."""


class Trending:
    """Compares the last hour with the weeks before; `running` must be open.

    Args:
        store: The database.
        city: Whose cameras they are.
        clock: The time.
        zone: The city's.

    Attributes:
        now: What was found last; show those of cameras that somebody may see.
        failed: How often it could not be worked out; what was found before stays.
    """

    def __init__(self, store: Store, city: City, clock: Clock, zone: tzinfo) -> None:
        self.now = Now()
        self.failed = 0
        self._store = store
        self._city = city
        self._clock = clock
        self._zone = zone
        self._weeks: dict[Series, Week] = {}
        self._weeks_hour = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Keep it up to date while the context is open; yields itself."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._keep(), name="what is unusual")
            try:
                yield self
            finally:
                task.cancel()

    async def work_out(self) -> None:
        """Work it out anew."""
        cameras = [camera.id for camera in self._city.cameras.all() if camera.watching is not None]
        self.now = await unusual_now(self._store, cameras, self._clock.utc_90k(), self._zone)

    async def week(self, series: Series) -> Week:
        """Return the typical week of a series, as of the beginning of this hour."""
        now_90k = self._clock.utc_90k()
        if now_90k // _HOUR_90K != self._weeks_hour:
            self._weeks, self._weeks_hour = {}, now_90k // _HOUR_90K
        weeks = self._weeks
        if (week := weeks.get(series)) is None:
            week = await typical_week(self._store, series, now_90k, self._zone)
            while len(weeks) >= _MOST_WEEKS:
                weeks.pop(next(iter(weeks)))
            weeks[series] = week
        return week

    async def _keep(self) -> None:
        while True:
            try:
                await self.work_out()
            except RondaError as error:
                self.failed += 1
                _log.error("what is unusual cannot be worked out", problem=str(error))
            await asyncio.sleep(_EVERY_S)
