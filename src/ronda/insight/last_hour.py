"""What passed and was measured within the last hour, and in the same hours of the weeks before.

The last 60 minutes lie in two hours of the clock: what a week had in them is taken from both, by their shares.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, NamedTuple

import sqlalchemy as sa

from ronda.insight.rollups import HOUR, hour_of
from ronda.insight.tables import COUNTS, HOUR_COUNTS, HOUR_MEASURES, MEASURES, WATCHED_HOURS
from ronda.insight.trends import LEAST_SHARE, WEEK, WEEKS

FLOW: Final = "counting"


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
class Hours:
    """The last hour.

    Attributes:
        first: The minute with which it begins.
        last: The minute before which it ends.
        shares: Which share of it lies in which hour of the clock.
    """

    first: int
    last: int
    shares: Mapping[int, float]

    def before(self, week: int) -> list[tuple[int, float]]:
        """Return the two hours a number of weeks before, with their shares."""
        return [(hour - week * WEEK, share) for hour, share in self.shares.items()]

    def all(self) -> list[int]:
        """Return those of all weeks, and of now."""
        return [hour for week in range(WEEKS + 1) for hour, _ in self.before(week)]


def hours_before(last: int, zone: tzinfo) -> Hours:
    """Return the hours of the clock in which the 60 minutes before a minute lie."""
    first, second = hour_of(last - HOUR, zone), hour_of(last, zone)
    share = (last - second) / HOUR
    shares = {first: 1 - share} | ({second: share} if share else {})
    return Hours(last - HOUR, last, shares)


def watched(
    connection: sa.Connection, cameras: Sequence[str], hours: Hours
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


def within(
    connection: sa.Connection, cameras: Sequence[str], hours: Hours
) -> tuple[dict[What, float], dict[What, set[str]]]:
    """Return what passed and was measured within the last hour, and which eyes say so."""
    found: dict[What, float] = defaultdict(float)
    eyes: dict[What, set[str]] = defaultdict(set)
    table = COUNTS.c
    groups = (table.camera, table.line, table.label, table.eye)
    there = sa.and_(table.camera.in_(cameras), table.minute >= hours.first, table.minute < hours.last)
    for camera, line, label, eye, count in connection.execute(
        sa.select(*groups, sa.func.sum(table["count"])).where(there).group_by(*groups)
    ):
        for name in ("", label):
            found[What(camera, FLOW, line, name)] += float(count)
            eyes[What(camera, FLOW, line, name)].add(eye)
    measures = MEASURES.c
    of = (measures.camera, measures.analytic, measures.zone, measures.name, measures.unit, measures.eye)
    there = sa.and_(measures.camera.in_(cameras), measures.minute >= hours.first, measures.minute < hours.last)
    sums = (sa.func.sum(measures.total), sa.func.sum(measures.measured))
    totals: dict[What, list[float]] = defaultdict(lambda: [0.0, 0.0])
    query = sa.select(*of, *sums).where(there, measures.analytic != FLOW).group_by(*of)
    for camera, analytic, zone, name, unit, eye, total, values in connection.execute(query):
        what = What(camera, analytic, zone, name, unit)
        totals[what][0] += total
        totals[what][1] += values
        eyes[what].add(eye)
    return found | {what: total / values for what, (total, values) in totals.items()}, eyes


def before(connection: sa.Connection, cameras: Sequence[str], hours: Hours) -> dict[What, dict[int, float]]:
    """Return what passed and was measured in the same hours of the weeks before, by hour."""
    wanted = [hour for week in range(1, WEEKS + 1) for hour, _ in hours.before(week)]
    found: dict[What, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    table = HOUR_COUNTS.c
    groups = (table.camera, table.line, table.label, table.hour)
    query = sa.select(*groups, sa.func.sum(table["count"])).where(table.camera.in_(cameras), table.hour.in_(wanted))
    for camera, line, label, hour, count in connection.execute(query.group_by(*groups)):
        for name in ("", label):
            found[What(camera, FLOW, line, name)][hour] += float(count)
    measures = HOUR_MEASURES.c
    of = (measures.camera, measures.analytic, measures.zone, measures.name, measures.unit, measures.hour)
    means = sa.select(*of, sa.func.sum(measures.total) / sa.func.sum(measures.measured)).where(
        measures.camera.in_(cameras), measures.hour.in_(wanted), measures.analytic != FLOW
    )
    for camera, analytic, zone, name, unit, hour, mean in connection.execute(means.group_by(*of)):
        found[What(camera, analytic, zone, name, unit)][hour] = float(mean)
    return found
