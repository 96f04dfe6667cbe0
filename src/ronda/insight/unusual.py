"""What is unusual now: the last hour of each line and measure against the same hour of the last weeks.

A count is told where it lies outside of what nine weeks in ten had and is further off than chance makes it: the number
of what passes by chance varies by its square root, that of weeks by their band, and both are taken together. What
counts below ten is no news.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from math import sqrt
from typing import Final, NamedTuple

import sqlalchemy as sa

from ronda.insight.counts import AT_ONCE
from ronda.insight.observations import MINUTE_90K
from ronda.insight.rollups import HOUR, hour_of
from ronda.insight.tables import COUNTS, HOUR_COUNTS, HOUR_MEASURES, MEASURES, WATCHED_HOURS
from ronda.insight.trends import LEAST_SHARE, LEAST_VALUES, WEEK, WEEKS, band
from ronda.store.database import Store

LEAST_COUNT: Final = 10
STRANGE: Final = 3.0
"""So many standard deviations from the median something is said from."""
_LATE: Final = 2
"""Minutes that batches of observations may still be under way."""
_BAND_SIGMAS: Final = 2.563
"""How many standard deviations lie between one in ten and nine in ten of a normal distribution."""
_ROUGH: Final = 0.1
"""Share of a measure's median within which it is as usual, whatever the weeks were."""
_PERSONS: Final = "persons"
_FLOW: Final = "counting"


class What(NamedTuple):
    """Which series: what passed a line (of a class, or all), or a measure of a zone.

    Attributes:
        analytic: `counting` for what passed.
        place: The line or the zone.
        name: The class, or empty for all; or the measure's name.
        unit: The measure's.
    """

    camera: str
    analytic: str
    place: str
    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something that is not as usual.

    Attributes:
        what: Which series.
        eye: Which eyes say so, as the tables name them.
        value: Within the last hour: how many passed, or the mean.
        median: What is usual.
        low: What one week in ten is below.
        high: What one week in ten is above.
        weeks: From how many weeks that is known.
        score: How far off it is, in standard deviations; above zero is more than usual.
    """

    what: What
    eye: tuple[str, ...]
    value: float
    median: float
    low: float
    high: float
    weeks: int
    score: float


@dataclass(frozen=True, slots=True)
class Now:
    """What is unusual within the last hour.

    Attributes:
        from_90k: When that hour began.
        to_90k: When it ended.
        weeks: Of how many weeks this hour is known, by camera that is watched.
        found: The strongest first.
    """

    from_90k: int = 0
    to_90k: int = 0
    weeks: Mapping[str, int] = field(default_factory=dict)
    found: tuple[Unusual, ...] = ()


async def unusual_now(store: Store, cameras: Sequence[str], now_90k: int, zone: tzinfo) -> Now:
    """Return what is unusual at cameras; worked out in the store's reading thread, some hundred cameras at a time."""
    last = now_90k // MINUTE_90K - _LATE
    hours = _hours(last, zone)
    weeks, found = dict[str, int](), list[Unusual]()
    for at in range(0, len(cameras), AT_ONCE):
        some = cameras[at : at + AT_ONCE]
        known, strange = await store.read(lambda connection, some=some: _look(connection, some, hours))  # type: ignore[misc]
        weeks |= known
        found += strange
    found.sort(key=lambda one: -abs(one.score))
    return Now((last - HOUR) * MINUTE_90K, last * MINUTE_90K, weeks, tuple(found))


@dataclass(frozen=True, slots=True)
class _Hours:
    """The last hour lies in two of the clock, of which each has a share: by the clock's hour, its share."""

    first: int
    last: int
    shares: Mapping[int, float]

    def before(self, week: int) -> list[tuple[int, float]]:
        return [(hour - week * WEEK, share) for hour, share in self.shares.items()]

    def all(self) -> list[int]:
        return [hour for week in range(WEEKS + 1) for hour, _ in self.before(week)]


def _hours(last: int, zone: tzinfo) -> _Hours:
    first, second = hour_of(last - HOUR, zone), hour_of(last, zone)
    share = (last - second) / HOUR
    shares = {first: 1 - share} | ({second: share} if share else {})
    return _Hours(last - HOUR, last, shares)


def _look(connection: sa.Connection, cameras: Sequence[str], hours: _Hours) -> tuple[dict[str, int], list[Unusual]]:
    watched = _watched(connection, cameras, hours)
    now, eyes = _within(connection, cameras, hours)
    before = _before(connection, cameras, hours)
    known = {camera: len(weeks) for camera, (_, weeks) in watched.items()}
    best: dict[tuple[str, str, str], Unusual] = {}
    for what in now.keys() | before.keys():
        share, weeks = watched.get(what.camera, (0.0, {}))
        if share < LEAST_SHARE:
            continue
        counted = what.analytic == _FLOW
        value = now.get(what, 0.0) / share if counted else now.get(what)
        usual = (_usual(before[what], hours, week, seen, counted) for week, seen in weeks.items())
        judged = _judged(what, value, [one for one in usual if one is not None])
        if judged is None:
            continue
        one = Unusual(what, tuple(sorted(eyes[what])), *judged)
        group = (what.camera, what.analytic, what.place if counted else f"{what.place} {what.name}")
        if group not in best or abs(best[group].score) < abs(one.score):
            best[group] = one
    return known, list(best.values())


def _usual(
    totals: Mapping[int, float], hours: _Hours, week: int, seen: Mapping[int, float], counted: bool
) -> float | None:
    """Return what a week had in the same hour, or None where that is not known."""
    value, whole = 0.0, 0.0
    for hour, share in hours.before(week):
        if counted:
            value += share * totals.get(hour, 0.0) / seen[hour]
            whole += share
        elif hour in totals:
            value += share * totals[hour]
            whole += share
    return value / whole if whole else None


def _judged(
    what: What, value: float | None, usual: Sequence[float]
) -> tuple[float, float, float, float, int, float] | None:
    if value is None or len(usual) < LEAST_VALUES:
        return None
    low, median, high = band(usual)
    if low <= value <= high:
        return None
    spread = (high - low) / _BAND_SIGMAS
    if what.analytic == _FLOW or what.unit == _PERSONS:
        if max(value, median) < LEAST_COUNT:
            return None
        spread = sqrt(max(median, 1.0) + spread * spread)
    else:
        spread = max(spread, _ROUGH * abs(median), 1e-9)
    score = (value - median) / spread
    return (value, median, low, high, len(usual), score) if abs(score) >= STRANGE else None


def _watched(
    connection: sa.Connection, cameras: Sequence[str], hours: _Hours
) -> dict[str, tuple[float, dict[int, dict[int, float]]]]:
    """Return by camera which share of the last hour was watched, and of the weeks that were the shares of the hours."""
    table = WATCHED_HOURS.c
    query = sa.select(table.camera, table.hour, table.minutes).where(
        table.camera.in_(cameras), table.hour.in_(hours.all())
    )
    masks: dict[str, dict[int, int]] = defaultdict(dict)
    for camera, hour, minutes in connection.execute(query):
        masks[camera][hour] = minutes
    found = {}
    for camera, by_hour in masks.items():
        seen = sum(
            bool(by_hour.get(hour, 0) >> (minute - hour) & 1)
            for hour in hours.shares
            for minute in range(max(hour, hours.first), min(hour + HOUR, hours.last))
        )
        weeks = {}
        for week in range(1, WEEKS + 1):
            shares = {hour: by_hour.get(hour, 0).bit_count() / HOUR for hour, _ in hours.before(week)}
            if min(shares.values()) >= LEAST_SHARE:
                weeks[week] = shares
        found[camera] = (seen / HOUR, weeks)
    return found


def _within(
    connection: sa.Connection, cameras: Sequence[str], hours: _Hours
) -> tuple[dict[What, float], dict[What, set[str]]]:
    """Return what passed and was measured within the last hour, and which eyes say so."""
    found: dict[What, float] = defaultdict(float)
    eyes: dict[What, set[str]] = defaultdict(set)
    table = COUNTS.c
    groups = (table.camera, table.line, table.label, table.eye)
    within = sa.and_(table.camera.in_(cameras), table.minute >= hours.first, table.minute < hours.last)
    for camera, line, label, eye, count in connection.execute(
        sa.select(*groups, sa.func.sum(table["count"])).where(within).group_by(*groups)
    ):
        for name in ("", label):
            found[What(camera, _FLOW, line, name)] += float(count)
            eyes[What(camera, _FLOW, line, name)].add(eye)
    measures = MEASURES.c
    of = (measures.camera, measures.analytic, measures.zone, measures.name, measures.unit, measures.eye)
    within = sa.and_(measures.camera.in_(cameras), measures.minute >= hours.first, measures.minute < hours.last)
    sums = (sa.func.sum(measures.total), sa.func.sum(measures.measured))
    totals: dict[What, list[float]] = defaultdict(lambda: [0.0, 0.0])
    query = sa.select(*of, *sums).where(within, measures.analytic != _FLOW).group_by(*of)
    for camera, analytic, zone, name, unit, eye, total, values in connection.execute(query):
        what = What(camera, analytic, zone, name, unit)
        totals[what][0] += total
        totals[what][1] += values
        eyes[what].add(eye)
    return found | {what: total / values for what, (total, values) in totals.items()}, eyes


def _before(connection: sa.Connection, cameras: Sequence[str], hours: _Hours) -> dict[What, dict[int, float]]:
    """Return what passed and was measured in the same hours of the weeks before, by hour."""
    wanted = [hour for week in range(1, WEEKS + 1) for hour, _ in hours.before(week)]
    found: dict[What, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    table = HOUR_COUNTS.c
    groups = (table.camera, table.line, table.label, table.hour)
    query = sa.select(*groups, sa.func.sum(table["count"])).where(table.camera.in_(cameras), table.hour.in_(wanted))
    for camera, line, label, hour, count in connection.execute(query.group_by(*groups)):
        for name in ("", label):
            found[What(camera, _FLOW, line, name)][hour] += float(count)
    measures = HOUR_MEASURES.c
    of = (measures.camera, measures.analytic, measures.zone, measures.name, measures.unit, measures.hour)
    means = sa.select(*of, sa.func.sum(measures.total) / sa.func.sum(measures.measured)).where(
        measures.camera.in_(cameras), measures.hour.in_(wanted), measures.analytic != _FLOW
    )
    for camera, analytic, zone, name, unit, hour, mean in connection.execute(means.group_by(*of)):
        found[What(camera, analytic, zone, name, unit)][hour] = float(mean)
    return found
