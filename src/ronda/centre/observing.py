"""What the centre knows of what cameras see: takes it from the nodes, lets pages follow it, keeps the open counts.

Owned state: the open counts as last worked out, each minute; nobody's question of them reaches the database. Which eyes
the node has, as it said last.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import Final, Self

import structlog

from ronda.base.errors import Busy, RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Bus, Done, centre_subject, request_subject
from ronda.bus.eyes import EYES, AskEyes, EyesThere, EyeThere
from ronda.bus.observations import (
    FOLLOW_SIGHT,
    OBSERVATIONS,
    FollowSight,
    ObservationBatch,
    Sight,
    sight_subject,
)
from ronda.city.city import City
from ronda.insight.counts import AT_ONCE, Asked, Counted, Counts, Step
from ronda.insight.observations import Kept, Observations
from ronda.insight.rollups import Rollups
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_FOLLOW_S: Final = 30.0
_AGAIN_S: Final = 15.0
_MOST_FOLLOWERS: Final = 500
_OPEN_S: Final = 60.0
_OPEN_HOURS: Final = 48
_OPEN_DAYS: Final = 31
_DAYS_S: Final = 3600.0
"""How often the days are worked out anew."""
_EYES_S: Final = 10.0
"""Which eyes a node has is asked no more often than so."""


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """The counts of the last hours or days, of every camera that is counted, published or not.

    Attributes:
        at_90k: When they were worked out.
        counts: In the order of time.
    """

    at_90k: int = 0
    counts: tuple[Counted, ...] = ()


class Observing:
    """Takes what nodes see; `running` must be open.

    Args:
        store: The database.
        bus: Where the nodes are.
        city: Whose cameras they are.
        clock: The time.
        zone: The city's.
        node: The node that has the cameras.
        kept: For how long what was seen is kept.

    Attributes:
        observations: Where what was seen is kept; others may join there.
        counts: Reads it.
        zone: The city's time zone: hours and days are its.
        followed: How many follow what is seen of a camera now.
        failed: How often the open counts could not be worked out; those of before stay.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        city: City,
        clock: Clock,
        zone: tzinfo,
        node: str = "local",
        kept: Kept | None = None,
    ) -> None:
        self.observations = Observations(store, clock, kept)
        self.observations.parties.append(Rollups(zone).take)
        self.counts = Counts(store)
        self.zone = zone
        self.followed = 0
        self.failed = 0
        self._bus = bus
        self._city = city
        self._clock = clock
        self._node = node
        self._open = self._open_days = OpenCounts()
        self._days_until = 0.0
        self._eyes: tuple[EyeThere, ...] = ()
        self._eyes_until = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Take what nodes tell while the context is open; yields itself."""
        async with (
            self._bus.serve(centre_subject(OBSERVATIONS), ObservationBatch, self._take),
            self.observations.running(),
            asyncio.TaskGroup() as group,
        ):
            task = group.create_task(self._keep_open_counts(), name="open counts")
            try:
                yield self
            finally:
                task.cancel()

    @property
    def open_counts(self) -> OpenCounts:
        """The counts by the hour, as of the last minute; show those of published cameras alone."""
        return self._open

    @property
    def open_days(self) -> OpenCounts:
        """The counts by the day of the last 31, as of the last hour; show those of published cameras alone."""
        return self._open_days

    def make_room(self) -> None:
        """Refuse one more follower where as many follow as may.

        Raises:
            Busy: There is no place.
        """
        if self.followed >= _MOST_FOLLOWERS:
            raise Busy("as many follow what cameras see as this server tells", "close another page")

    async def sights(self, camera: str) -> AsyncGenerator[Sight | None, None]:
        """Yield what is seen of a camera, picture by picture; None when nothing was for a while."""
        self.followed += 1
        try:
            async with self._bus.subscribe(sight_subject(camera), Sight) as sights:
                while True:
                    await self._ask_for(camera)
                    until = self._clock.monotonic() + _AGAIN_S
                    while (left_s := until - self._clock.monotonic()) > 0:
                        sight = await _next(sights, left_s)
                        yield sight
                        if sight is None:
                            break
        finally:
            self.followed -= 1

    async def eyes(self) -> tuple[EyeThere, ...]:
        """Return which eyes there are, as of the last seconds.

        Raises:
            Busy: The node does not answer, or looks at nothing.
        """
        if self._clock.monotonic() >= self._eyes_until:
            answer = await self._bus.request(request_subject(self._node, EYES), AskEyes(), EyesThere)
            self._eyes, self._eyes_until = answer.eyes, self._clock.monotonic() + _EYES_S
        return self._eyes

    async def work_out_open_counts(self) -> None:
        """Work the open counts out anew."""
        self._open = await self._counted(_OPEN_HOURS, Step.HOUR)

    async def work_out_open_days(self) -> None:
        """Work those by the day out anew."""
        self._open_days = await self._counted(24 * _OPEN_DAYS, Step.DAY)

    async def _counted(self, hours: int, step: Step) -> OpenCounts:
        now_90k = self._clock.utc_90k()
        cameras = [camera.id for camera in self._city.cameras.all() if camera.watching is not None]
        begin_90k = now_90k - hours * 3600 * HZ_90K
        if step is Step.DAY:
            # From a midnight on: the first day is a whole one.
            first = datetime.fromtimestamp(begin_90k // HZ_90K, UTC).astimezone(self.zone)
            begin_90k = int(datetime.combine(first.date(), time(), self.zone).timestamp()) * HZ_90K
        found: list[Counted] = []
        for at in range(0, len(cameras), AT_ONCE):
            found += await self.counts.counts(Asked(cameras[at : at + AT_ONCE], begin_90k, now_90k, step, self.zone))
        found.sort(key=lambda one: (one.from_90k, one.camera))
        return OpenCounts(now_90k, tuple(found))

    async def _take(self, batch: ObservationBatch) -> Done:
        """Keep what a node tells of cameras that there are; an answer says that it is committed."""
        known = self._city.cameras
        kept = batch.model_copy(
            update={
                name: tuple(one for one in getattr(batch, name) if one.camera in known)
                for name in ("counts", "measures", "tracks", "signs", "gaps")
            }
        )
        await self.observations.take(kept)
        return Done()

    async def _ask_for(self, camera: str) -> None:
        try:
            asked = FollowSight(camera=camera, seconds=_FOLLOW_S)
            await self._bus.request(request_subject(self._node, FOLLOW_SIGHT), asked, Done)
        except RondaError:
            return  # the node is away, or looks at nothing: it is asked again

    async def _keep_open_counts(self) -> None:
        while True:
            try:
                await self.work_out_open_counts()
                if self._clock.monotonic() >= self._days_until:
                    await self.work_out_open_days()
                    self._days_until = self._clock.monotonic() + _DAYS_S
            except RondaError as error:
                self.failed += 1
                _log.error("the open counts cannot be worked out", problem=str(error))
            await asyncio.sleep(_OPEN_S)


async def _next(sights: AsyncIterator[Sight], wait_s: float) -> Sight | None:
    try:
        async with asyncio.timeout(wait_s):
            return await anext(sights)
    except TimeoutError:
        return None
