"""Counts and measures by the hour, and which minutes a camera was looked at: kept with each batch, in its transaction.

Owned state: the tables of hours. Minutes are many and go after some weeks; hours stay for years. A minute counts as
watched when something passed or was measured in it: an eye that looks says so each minute, also of an empty street. So
an hour of which nothing is known is not one in which nothing passed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import sqlalchemy as sa

from ronda.bus.observations import MinuteCount, MinuteMeasure, ObservationBatch
from ronda.insight.observations import MINUTE_90K, eye_text
from ronda.insight.tables import HOUR_COUNTS, HOUR_MEASURES, WATCHED_HOURS

HOUR: Final = 60
_LATE: Final = "counting"
"""It tells what a minute was as the minute ends: at the first moment of the next one."""


def hour_of(minute: int, zone: tzinfo) -> int:
    """Return the minute (since 1970) with which the hour of `zone` begins in which a minute lies."""
    offset = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).utcoffset()
    return minute - (minute + (int(offset.total_seconds()) // 60 if offset else 0)) % HOUR


class Rollups:
    """Sums up by the hour what nodes tell by the minute; a party of `Observations`.

    Args:
        zone: The city's: hours are its.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def take(self, connection: sa.Connection, batch: ObservationBatch) -> None:
        """Take a batch within its transaction."""
        self._add_counts(connection, batch.counts)
        self._add_measures(connection, batch.measures)
        self._add_watched(connection, batch)

    def _add_counts(self, connection: sa.Connection, counts: Iterable[MinuteCount]) -> None:
        sums: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0, 0.0, 0])
        for one in counts:
            hour = hour_of(one.minute_90k // MINUTE_90K, self._zone)
            held = sums[one.camera, hour, one.line, one.direction, one.label, eye_text(one.eye)]
            held[0] += one.count
            held[1] += one.speed_kmh
            held[2] += one.speeds
        table = HOUR_COUNTS.c
        for key, (count, speed_kmh, speeds) in sums.items():
            more = {
                "count": table["count"] + count,
                "speed_kmh": table.speed_kmh + speed_kmh,
                "speeds": table.speeds + speeds,
            }
            first = {"count": count, "speed_kmh": speed_kmh, "speeds": speeds}
            _put(connection, HOUR_COUNTS, key, more, first)

    def _add_measures(self, connection: sa.Connection, measures: Iterable[MinuteMeasure]) -> None:
        table = HOUR_MEASURES.c
        for one in measures:
            hour = hour_of(_minute_of(one), self._zone)
            key = (one.camera, hour, one.analytic, one.zone, one.name, eye_text(one.eye))
            more = {
                "unit": one.unit,
                "measured": table.measured + one.values,
                "total": table.total + one.sum,
                "least": sa.case((table.least < one.least, table.least), else_=one.least),
                "most": sa.case((table.most > one.most, table.most), else_=one.most),
            }
            first = {
                "unit": one.unit,
                "measured": one.values,
                "total": one.sum,
                "least": one.least,
                "most": one.most,
            }
            _put(connection, HOUR_MEASURES, key, more, first)

    def _add_watched(self, connection: sa.Connection, batch: ObservationBatch) -> None:
        fresh: dict[tuple[str, int], int] = defaultdict(int)
        seen = {(one.camera, one.minute_90k // MINUTE_90K) for one in batch.counts}
        seen |= {(one.camera, _minute_of(one)) for one in batch.measures}
        for camera, minute in seen:
            hour = hour_of(minute, self._zone)
            fresh[camera, hour] |= 1 << minute - hour
        table = WATCHED_HOURS.c
        for (camera, hour), minutes in fresh.items():
            same = sa.and_(table.camera == camera, table.hour == hour)
            before = connection.execute(sa.select(table.minutes).where(same)).scalar()
            after = minutes | (before or 0)
            values = {"minutes": after, "seconds": 60 * after.bit_count()}
            if before is None:
                connection.execute(WATCHED_HOURS.insert().values(camera=camera, hour=hour, **values))
            elif after != before:
                connection.execute(WATCHED_HOURS.update().where(same).values(**values))


def _minute_of(one: MinuteMeasure) -> int:
    return one.minute_90k // MINUTE_90K - (one.analytic == _LATE)


def _put(
    connection: sa.Connection, table: sa.Table, key: tuple[Any, ...], more: dict[str, Any], first: dict[str, Any]
) -> None:
    """Add to the row of a key, or make it."""
    keys = dict(zip((column.name for column in table.primary_key), key, strict=True))
    same = [table.c[name] == value for name, value in keys.items()]
    if not connection.execute(table.update().where(*same).values(**more)).rowcount:
        connection.execute(table.insert().values(**keys, **first))
