"""The typical week of what is counted or measured: for each of its 168 hours the median and where most lie.

Hours of which less than three quarters were watched are left out, the others are scaled up to the whole hour. An hour
of the week is known from three values on, a week from 21 days on: before that nothing is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

import sqlalchemy as sa

from ronda.insight.counts import AT_ONCE
from ronda.insight.observations import MINUTE_90K
from ronda.insight.rollups import HOUR, hour_of
from ronda.insight.tables import HOUR_COUNTS, HOUR_MEASURES, WATCHED_HOURS
from ronda.store.database import Store

WEEKS: Final = 8
LEAST_DAYS: Final = 21
LEAST_VALUES: Final = 3
LEAST_SHARE: Final = 0.75
"""Of so much of an hour somebody must have looked for it to be told as one."""
_LOW: Final = 0.1
_HIGH: Final = 0.9
WEEK: Final = 7 * 24 * HOUR
"""Minutes of a week."""
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Series:
    """What a typical week is asked of: what passed the lines of some cameras, or one measure of one camera.

    Attributes:
        cameras: Their ids.
        line: Only that line; empty for all.
        direction: Only that direction; empty for both.
        labels: Only these classes; none for all.
        measure: Analytic, zone and name of the measure; None for what passed.
    """

    cameras: tuple[str, ...]
    line: str = ""
    direction: str = ""
    labels: tuple[str, ...] = ()
    measure: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week.

    Attributes:
        hour: 0 is Monday from midnight to one, 167 the last of Sunday, in the city's zone.
        median: Half of the weeks had more.
        low: One week in ten had less.
        high: One week in ten had more.
        weeks: How many weeks are known.
    """

    hour: int
    median: float
    low: float
    high: float
    weeks: int


@dataclass(frozen=True, slots=True)
class Week:
    """A typical week.

    Attributes:
        days: On how many days of the last eight weeks somebody looked.
        cells: In the order of the week; none where there are not days enough.
    """

    days: int
    cells: tuple[Cell, ...]


async def typical_week(store: Store, series: Series, now_90k: int, zone: tzinfo) -> Week:
    """Return the typical week of a series over the last eight weeks, the current hour excluded."""
    last = hour_of(now_90k // MINUTE_90K, zone)
    first = last - WEEKS * WEEK
    totals, watched, seen = dict[int, float](), dict[int, float](), set[str]()
    for at in range(0, len(series.cameras), AT_ONCE):
        some = series.cameras[at : at + AT_ONCE]

        def work(connection: sa.Connection, some: Sequence[str] = some) -> None:
            seen.update(_watched(connection, some, (first, last), watched))
            read = _measured if series.measure else _counted
            read(connection, series, some, (first, last), totals)

        await store.read(work)
    values = whole_hours(totals, watched, len(seen), rate=series.measure is None)
    days = {_local(hour, zone).date() for hour in values}
    return Week(len(days), tuple(_cells(values, zone)) if len(days) >= LEAST_DAYS else ())


def whole_hours(
    totals: Mapping[int, float], watched: Mapping[int, float], cameras: int, *, rate: bool
) -> dict[int, float]:
    """Return the values of the hours that were watched long enough.

    Args:
        totals: By hour; one that is missing had nothing.
        watched: For how many seconds cameras were watched, by hour.
        cameras: How many cameras there are.
        rate: Whether less is counted where less was watched, so that it is scaled up; else a missing hour is unknown.
    """
    whole = cameras * _HOUR_S
    found = {}
    for hour, seconds in watched.items():
        if whole == 0 or seconds < whole * LEAST_SHARE:
            continue
        if rate:
            found[hour] = totals.get(hour, 0.0) * whole / seconds
        elif hour in totals:
            found[hour] = totals[hour]
    return found


def band(values: Sequence[float]) -> tuple[float, float, float]:
    """Return where one in ten values is below, the median, and where one in ten is above."""
    ordered = sorted(values)
    return quantile(ordered, _LOW), quantile(ordered, 0.5), quantile(ordered, _HIGH)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of ordered values lies, in a straight line between two."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _cells(values: Mapping[int, float], zone: tzinfo) -> Iterable[Cell]:
    by_hour: dict[int, list[float]] = {}
    for hour, value in values.items():
        local = _local(hour, zone)
        by_hour.setdefault(local.weekday() * 24 + local.hour, []).append(value)
    for of_week, some in sorted(by_hour.items()):
        if len(some) >= LEAST_VALUES:
            low, median, high = band(some)
            yield Cell(of_week, median, low, high, len(some))


def _local(hour: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(hour * 60, UTC).astimezone(zone)


def _watched(
    connection: sa.Connection, cameras: Sequence[str], hours: tuple[int, int], watched: dict[int, float]
) -> set[str]:
    """Add for how long cameras were watched, by hour, and return those that were at all."""
    table = WATCHED_HOURS.c
    within = sa.and_(table.camera.in_(cameras), table.hour >= hours[0], table.hour < hours[1])
    sums = sa.select(table.hour, sa.func.sum(table.seconds)).where(within).group_by(table.hour)
    for hour, seconds in connection.execute(sums):
        watched[hour] = watched.get(hour, 0.0) + float(seconds)
    return set(connection.execute(sa.select(table.camera).where(within).distinct()).scalars())


def _counted(
    connection: sa.Connection,
    series: Series,
    cameras: Sequence[str],
    hours: tuple[int, int],
    totals: dict[int, float],
) -> None:
    table = HOUR_COUNTS.c
    within = [table.camera.in_(cameras), table.hour >= hours[0], table.hour < hours[1]]
    within += [table.line == series.line] if series.line else []
    within += [table.direction == series.direction] if series.direction else []
    within += [table.label.in_(series.labels)] if series.labels else []
    query = sa.select(table.hour, sa.func.sum(table["count"])).where(*within).group_by(table.hour)
    for hour, count in connection.execute(query):
        totals[hour] = totals.get(hour, 0.0) + float(count)


def _measured(
    connection: sa.Connection,
    series: Series,
    cameras: Sequence[str],
    hours: tuple[int, int],
    totals: dict[int, float],
) -> None:
    table, (analytic, zone, name) = HOUR_MEASURES.c, series.measure or ("", "", "")
    query = (
        sa.select(table.hour, sa.func.sum(table.total) / sa.func.sum(table.measured))
        .where(table.camera.in_(cameras), table.hour >= hours[0], table.hour < hours[1])
        .where(table.analytic == analytic, table.zone == zone, table.name == name)
        .group_by(table.hour)
    )
    totals.update({hour: float(mean) for hour, mean in connection.execute(query)})
