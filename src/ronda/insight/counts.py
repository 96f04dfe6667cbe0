"""Counts and measures of a camera over some time: by minute, hour or day of the city's zone, gaps beside them.

Minutes are read from the tables of minutes, hours and days from those of hours, which go further back.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.bus.observations import ObservationGap
from ronda.insight.observations import MINUTE_90K
from ronda.insight.rollups import hour_of
from ronda.insight.tables import COUNTS, HOUR_COUNTS, HOUR_MEASURES, MEASURES, OBSERVATION_GAPS, WATCHED_HOURS
from ronda.store.database import Store

AT_ONCE: Final = 500
"""Cameras in one query."""
_MOST_GAPS: Final = 2_000
_MOST_ROWS: Final = 50_000
_DAY: Final = 1440


class Step(StrEnum):
    """How finely something is told."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def minutes(self) -> int:
        """How many minutes one has."""
        return {Step.MINUTE: 1, Step.HOUR: 60, Step.DAY: _DAY}[self]

    @property
    def most_days(self) -> int:
        """The longest stretch that is told in one answer."""
        return {Step.MINUTE: 2, Step.HOUR: 62, Step.DAY: 800}[self]


@dataclass(frozen=True, slots=True)
class Counted:
    """What passed within one step.

    Attributes:
        from_90k: When the step began.
        eye: As the tables name it; see `ronda.insight.observations.eye_of`.
        speed_kmh: Mean of those whose speed is known.
    """

    camera: str
    from_90k: int
    line: str
    direction: str
    label: str
    eye: str
    count: int
    speed_kmh: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure was within one step: its mean, extremes, and from how many values."""

    camera: str
    from_90k: int
    analytic: str
    zone: str
    name: str
    unit: str
    eye: str
    mean: float
    least: float
    most: float
    values: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stretch is asked for: of which cameras, how finely.

    Attributes:
        cameras: Their ids.
        zone: The city's: hours and days are its.
    """

    cameras: Sequence[str]
    from_90k: int
    to_90k: int
    step: Step
    zone: tzinfo

    def check(self) -> None:
        """Raise BadInput, saying how to mend it, where this is more than one answer tells."""
        days = (self.to_90k - self.from_90k) / (86_400 * HZ_90K)
        if days > self.step.most_days:
            raise BadInput(
                f"{days:.0f} days by the {self.step.value} are more than one answer tells",
                f"ask for at most {self.step.most_days} days, or take a longer step",
            )

    @property
    def minutes(self) -> tuple[int, int]:
        """The minutes (since 1970) that lie within, the last one excluded; of hours and days whole hours."""
        first, last = self.from_90k // MINUTE_90K, -(-self.to_90k // MINUTE_90K)
        return (first if self.step is Step.MINUTE else hour_of(first, self.zone)), last

    def bucket(self, minute: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
        """Return the expression for the minute with which a minute's step begins."""
        size = self.step.minutes
        # Of the zone as it is at the beginning: no hour is told twice where clocks change within.
        offset = datetime.fromtimestamp(self.from_90k // HZ_90K, UTC).astimezone(self.zone).utcoffset()
        shift = int(offset.total_seconds()) // 60 if offset else 0
        # Written out: PostgreSQL would take two parameters of one value for two expressions.
        return minute - (minute + sa.literal_column(str(shift))) % sa.literal_column(str(size))


class Counts:
    """Reads what was counted and measured.

    Args:
        store: The database.

    Attributes:
        store: The same, for others that read there.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    async def counts(self, asked: Asked) -> list[Counted]:
        """Return what passed, in the order of time.

        Raises:
            BadInput: It is more than one answer tells.
        """
        asked.check()
        source, moment = counts_by(asked.step)
        table, step = source.c, asked.bucket(moment).label("step")
        columns = (table.camera, step, table.line, table.direction, table.label, table.eye)
        sums = sa.func.sum(table["count"]), sa.func.sum(table.speed_kmh), sa.func.sum(table.speeds)
        rows = await self._rows(asked, moment, columns, sums)
        return [_counted(row) for row in rows]

    async def measures(self, asked: Asked) -> list[Measured]:
        """Return what was measured, in the order of time.

        Raises:
            BadInput: It is more than one answer tells.
        """
        asked.check()
        source = MEASURES if asked.step is Step.MINUTE else HOUR_MEASURES
        moment: sa.ColumnElement[int] = source.c["minute" if asked.step is Step.MINUTE else "hour"]
        table, step = source.c, asked.bucket(moment).label("step")
        columns = (table.camera, step, table.analytic, table.zone, table.name, table.unit, table.eye)
        sums = (
            sa.func.sum(table.total),
            sa.func.min(table.least),
            sa.func.max(table.most),
            sa.func.sum(table.measured),
        )
        rows = await self._rows(asked, moment, columns, sums)
        return [_measured(row) for row in rows]

    async def gaps(self, asked: Asked) -> list[ObservationGap]:
        """Return the stretches in which the cameras were not looked at, in the order of time."""
        table = OBSERVATION_GAPS.c
        within = sa.and_(table.camera.in_(asked.cameras), table.from_90k < asked.to_90k, table.to_90k > asked.from_90k)
        query = sa.select(OBSERVATION_GAPS).where(within).order_by(table.from_90k).limit(_MOST_GAPS)

        def work(connection: sa.Connection) -> list[ObservationGap]:
            return [ObservationGap(**row._mapping) for row in connection.execute(query)]

        return await self.store.read(work)

    async def watched(self, asked: Asked) -> dict[int, int]:
        """Return for how many seconds the cameras together were looked at, by the step (`utc_90k`) in which that was.

        A minute counts as watched where something passed or was measured in it.

        Raises:
            BadInput: Minutes are asked for, or more than one answer tells.
        """
        if asked.step is Step.MINUTE:
            raise BadInput("how long cameras were watched is known by the hour", "ask for step=hour or step=day")
        asked.check()
        found = Counter[int]()
        for at in range(0, len(asked.cameras), AT_ONCE):
            some = replace(asked, cameras=asked.cameras[at : at + AT_ONCE])
            found.update(await self.store.read(lambda connection, some=some: _watched(connection, some)))  # type: ignore[misc]
        return dict(sorted(found.items()))

    async def _rows(
        self,
        asked: Asked,
        moment: sa.ColumnElement[int],
        columns: Sequence[sa.ColumnElement[Any]],
        sums: Sequence[sa.ColumnElement[Any]],
    ) -> Sequence[sa.Row[tuple[Any, ...]]]:
        first, last = asked.minutes
        within = sa.and_(columns[0].in_(asked.cameras), moment >= first, moment < last)
        order = (columns[1], columns[0], *columns[2:])
        query = sa.select(*columns, *sums).where(within).group_by(*columns).order_by(*order).limit(_MOST_ROWS + 1)
        rows = await self.store.read(lambda connection: connection.execute(query).all())
        if len(rows) > _MOST_ROWS:
            raise BadInput("this is more than one answer tells", "ask for a shorter time, or take a longer step")
        return rows


def counts_by(step: Step) -> tuple[sa.Table, sa.ColumnElement[int]]:
    """Return the table that counts of a step are read from, and its column with the minute."""
    return (COUNTS, COUNTS.c.minute) if step is Step.MINUTE else (HOUR_COUNTS, HOUR_COUNTS.c.hour)


def _watched(connection: sa.Connection, asked: Asked) -> dict[int, int]:
    table, (first, last) = WATCHED_HOURS.c, asked.minutes
    within = sa.and_(table.camera.in_(asked.cameras), table.hour >= first, table.hour < last)
    step = asked.bucket(table.hour).label("step")
    query = sa.select(step, sa.func.sum(table.seconds)).where(within).group_by(step)
    return {minute * MINUTE_90K: int(seconds) for minute, seconds in connection.execute(query)}


def _counted(row: Iterable[Any]) -> Counted:
    camera, minute, line, direction, label, eye, count, speed_kmh, speeds = row
    mean = speed_kmh / speeds if speeds else None
    return Counted(camera, minute * MINUTE_90K, line, direction, label, eye, int(count), mean)


def _measured(row: Iterable[Any]) -> Measured:
    camera, minute, analytic, zone, name, unit, eye, total, least, most, values = row
    mean = total / values
    return Measured(camera, minute * MINUTE_90K, analytic, zone, name, unit, eye, mean, least, most, int(values))
