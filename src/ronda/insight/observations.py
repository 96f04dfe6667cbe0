"""What cameras have seen: counts and measures by the minute, gaps, things that passed; each batch of a node taken once.

Owned state: the tables; nothing is kept in memory. Those who want a batch within the same transaction (an index, an
alarm's state) join as a `Party`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.bus.observations import EyeId, MinuteCount, MinuteMeasure, ObservationBatch, ObservationGap, SeenTrack
from ronda.insight.tables import (
    COUNTS,
    HOUR_COUNTS,
    HOUR_MEASURES,
    MEASURES,
    OBSERVATION_GAPS,
    OBSERVED_NODES,
    SEEN_TRACKS,
    WATCHED_HOURS,
)
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
MINUTE_90K: Final = 60 * HZ_90K
_TIDY_S: Final = 3600.0
_AT_ONCE: Final = 5_000
"""Rows that are deleted in one transaction: writers must not wait for it."""

_IN_A_STATEMENT: Final = 100

Party = Callable[[sa.Connection, ObservationBatch], None]
"""Takes a batch within its transaction, in the store's writing thread; what it raises refuses the whole batch."""


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many days what was seen is kept.

    Attributes:
        minute_days: Counts and measures by the minute.
        hour_days: Those by the hour, and when nobody looked.
        track_days: The things that passed: as long as their pictures.
    """

    minute_days: int = 62
    hour_days: int = 1_830
    track_days: int = 30


class Observations:
    """What was seen; `running` must be open for old rows to go.

    Args:
        store: The database.
        clock: The time.
        kept: For how long what was seen is kept.

    Attributes:
        parties: Who takes each batch within its transaction.
        followers: Who is told of each batch after it was kept, on the event loop.
        taken: Batches kept.
        repeated: Batches that were here already.
    """

    def __init__(self, store: Store, clock: Clock, kept: Kept | None = None) -> None:
        self.parties: list[Party] = []
        self.followers: list[Callable[[ObservationBatch], None]] = []
        self.taken = 0
        self.repeated = 0
        self._store = store
        self._clock = clock
        self._kept = kept or Kept()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let old rows go while the context is open."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._tidy_often(), name="observations tidied")
            try:
                yield
            finally:
                task.cancel()

    async def take(self, batch: ObservationBatch) -> None:
        """Keep a batch, unless it is here already; when this returns, it is committed.

        Raises:
            RondaError: It could not be kept: the node keeps it and tells it again.
        """
        if not await self._store.run(lambda connection: self._take(connection, batch)):
            self.repeated += 1
            return
        self.taken += 1
        for follower in self.followers:
            follower(batch)

    async def tidy(self) -> int:
        """Delete what is too old, some rows at a time; return how many rows went."""
        now_90k = self._clock.utc_90k()
        minutes, hours, tracks = (
            now_90k - days * 86_400 * HZ_90K
            for days in (self._kept.minute_days, self._kept.hour_days, self._kept.track_days)
        )
        gone = 0
        for table, condition in (
            (COUNTS, COUNTS.c.minute < minutes // MINUTE_90K),
            (MEASURES, MEASURES.c.minute < minutes // MINUTE_90K),
            (HOUR_COUNTS, HOUR_COUNTS.c.hour < hours // MINUTE_90K),
            (HOUR_MEASURES, HOUR_MEASURES.c.hour < hours // MINUTE_90K),
            (WATCHED_HOURS, WATCHED_HOURS.c.hour < hours // MINUTE_90K),
            (OBSERVATION_GAPS, OBSERVATION_GAPS.c.to_90k < hours),
            (SEEN_TRACKS, SEEN_TRACKS.c.first_90k < tracks),
        ):
            gone += await self._delete(table, condition)
        return gone

    def _take(self, connection: sa.Connection, batch: ObservationBatch) -> bool:
        mine = OBSERVED_NODES.c.node == batch.node
        last = connection.execute(sa.select(OBSERVED_NODES.c.sequence).where(mine)).scalar()
        if last is not None and batch.sequence <= last:
            return False
        if last is None:
            connection.execute(OBSERVED_NODES.insert().values(node=batch.node, sequence=batch.sequence))
        else:
            connection.execute(OBSERVED_NODES.update().where(mine).values(sequence=batch.sequence))
        for count in batch.counts:
            _add_count(connection, count)
        for measure in batch.measures:
            _add_measure(connection, measure)
        for gap in batch.gaps:
            _put_gap(connection, gap)
        _add_tracks(connection, batch.tracks)
        for party in self.parties:
            party(connection, batch)
        return True

    async def _tidy_often(self) -> None:
        while True:
            await asyncio.sleep(_TIDY_S)
            try:
                await self.tidy()
            except RondaError as error:
                _log.error("old observations cannot be deleted", problem=str(error))

    async def _delete(self, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        keys = list(table.primary_key.columns)
        some = sa.select(*keys).where(condition).limit(_AT_ONCE)

        def work(connection: sa.Connection) -> int:
            found = connection.execute(some).all()
            for first in range(0, len(found), _IN_A_STATEMENT):
                part = [tuple(row) for row in found[first : first + _IN_A_STATEMENT]]
                connection.execute(table.delete().where(sa.tuple_(*keys).in_(part)))
            return len(found)

        gone = 0
        while (some_gone := await self._store.run(work)) > 0:
            gone += some_gone
        return gone


def eye_text(eye: EyeId | None) -> str:
    """Return an eye as the tables name it."""
    return f"{eye.id} {eye.version}" if eye else ""


def eye_of(text: str) -> dict[str, str] | None:
    """Return the eye that the tables name, as answers tell it; None where none was needed."""
    id, _, version = text.rpartition(" ")
    return {"id": id, "version": version} if text else None


def _add_count(connection: sa.Connection, count: MinuteCount) -> None:
    keys = {
        "camera": count.camera,
        "minute": count.minute_90k // MINUTE_90K,
        "line": count.line,
        "direction": count.direction,
        "label": count.label,
        "eye": eye_text(count.eye),
    }
    more = {"count": count.count, "speed_kmh": count.speed_kmh, "speeds": count.speeds}
    added = {name: COUNTS.c[name] + value for name, value in more.items()}
    if not connection.execute(COUNTS.update().where(*_same(COUNTS, keys)).values(**added)).rowcount:
        connection.execute(COUNTS.insert().values(**keys, **more))


def _add_measure(connection: sa.Connection, measure: MinuteMeasure) -> None:
    keys = {
        "camera": measure.camera,
        "minute": measure.minute_90k // MINUTE_90K,
        "analytic": measure.analytic,
        "zone": measure.zone,
        "name": measure.name,
        "eye": eye_text(measure.eye),
    }
    table = MEASURES.c
    changed = {
        "unit": measure.unit,
        "measured": table.measured + measure.values,
        "total": table.total + measure.sum,
        "least": sa.case((table.least < measure.least, table.least), else_=measure.least),
        "most": sa.case((table.most > measure.most, table.most), else_=measure.most),
        "newest": measure.last,
    }
    if connection.execute(MEASURES.update().where(*_same(MEASURES, keys)).values(**changed)).rowcount:
        return
    connection.execute(
        MEASURES.insert().values(
            **keys,
            unit=measure.unit,
            measured=measure.values,
            total=measure.sum,
            least=measure.least,
            most=measure.most,
            newest=measure.last,
        )
    )


def _put_gap(connection: sa.Connection, gap: ObservationGap) -> None:
    keys = {"camera": gap.camera, "from_90k": gap.from_90k}
    values = {"to_90k": gap.to_90k, "cause": gap.cause, "lasts": gap.lasts, "problem": gap.problem}
    where = _same(OBSERVATION_GAPS, keys)
    if not connection.execute(OBSERVATION_GAPS.update().where(*where).values(**values)).rowcount:
        connection.execute(OBSERVATION_GAPS.insert().values(**keys, **values))


def _add_tracks(connection: sa.Connection, tracks: Iterable[SeenTrack]) -> None:
    rows = [
        {
            "camera": one.camera,
            "first_90k": one.first_90k,
            "last_90k": one.last_90k,
            "label": one.label,
            "colour": one.colour,
            "direction": one.direction,
            "lines": json.dumps(one.lines),
            "zones": json.dumps(one.zones),
            "speed_kmh": one.speed_kmh,
            "picture": one.best.id if one.best else None,
            "picture_90k": one.best.at_90k if one.best else None,
            "place": json.dumps(one.best.xyxy) if one.best and one.best.xyxy else None,
            "eye": eye_text(one.eye),
        }
        for one in tracks
    ]
    if rows:
        connection.execute(SEEN_TRACKS.insert(), rows)


def _same(table: sa.Table, keys: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in keys.items()]
