"""What a gauge recorded at a staff, beside what the eye reads there: a level a minute, and how far they lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput
from ronda.insight.observations import MINUTE_90K
from ronda.insight.tables import MEASURES
from ronda.store.database import Store

RECORDED: Final = "recorded"
"""Name of the measure; it comes from no eye."""
_ANALYTIC: Final = "flood"
_READ: Final = "level"
_AT_ONCE: Final = 1_440
_LOWEST_CM: Final = -10_000.0
_HIGHEST_CM: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The level that a gauge showed: centimetres at a moment, `utc_90k`."""

    at_90k: int
    cm: float


@dataclass(frozen=True, slots=True)
class Apart:
    """How far the eye's readings lie from the gauge's.

    Attributes:
        minutes: In how many minutes both are known.
        mean_cm: Their mean distance; None where there is no such minute.
        most_cm: The largest one.
    """

    minutes: int
    mean_cm: float | None
    most_cm: float | None


class Gauges:
    """The recorded levels."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, camera: str, staff: str, readings: Sequence[Reading], now_90k: int) -> int:
        """Keep readings, a later one of the same minute in place of an earlier; return of how many minutes they are.

        Raises:
            BadInput: There are too many, or one is of tomorrow or no level.
        """
        if not 1 <= len(readings) <= _AT_ONCE:
            raise BadInput(f"{len(readings)} levels come at once", f"send 1 to {_AT_ONCE}: a day's, one a minute")
        for one in readings:
            if not _LOWEST_CM <= one.cm <= _HIGHEST_CM:
                raise BadInput(f"{one.cm:g} cm is no level of a river", "give centimetres on the staff")
            if one.at_90k > now_90k + MINUTE_90K:
                raise BadInput("a level is of a moment that is still to come", "set the gauge's clock, or say its zone")
        minutes = {one.at_90k // MINUTE_90K: one.cm for one in sorted(readings, key=lambda one: one.at_90k)}
        rows = [_row(camera, staff, minute, cm) for minute, cm in minutes.items()]

        def work(connection: sa.Connection) -> None:
            table = MEASURES.c
            same = _of(camera, staff, RECORDED) & table.minute.in_(minutes)
            connection.execute(MEASURES.delete().where(same))
            connection.execute(MEASURES.insert(), rows)

        await self._store.run(work)
        return len(minutes)

    async def apart(self, camera: str, staff: str, since_90k: int) -> Apart:
        """Return how far the eye's readings lie from the gauge's since a moment."""
        read, recorded = MEASURES.alias("read"), MEASURES.alias("recorded")
        distance = sa.func.abs(read.c.total / read.c.measured - recorded.c.newest)
        query = sa.select(sa.func.count(), sa.func.avg(distance), sa.func.max(distance)).where(
            read.c.camera == camera,
            read.c.analytic == _ANALYTIC,
            read.c.zone == staff,
            read.c.name == _READ,
            read.c.minute >= since_90k // MINUTE_90K,
            recorded.c.camera == read.c.camera,
            recorded.c.analytic == read.c.analytic,
            recorded.c.zone == read.c.zone,
            recorded.c.name == RECORDED,
            recorded.c.minute == read.c.minute,
        )
        count, mean, most = (await self._store.read(lambda connection: connection.execute(query).all()))[0]
        return Apart(int(count), *(None if one is None else float(one) for one in (mean, most)))


def _of(camera: str, staff: str, name: str) -> sa.ColumnElement[bool]:
    table = MEASURES.c
    return sa.and_(table.camera == camera, table.analytic == _ANALYTIC, table.zone == staff, table.name == name)


def _row(camera: str, staff: str, minute: int, cm: float) -> dict[str, object]:
    keys = {"camera": camera, "minute": minute, "analytic": _ANALYTIC, "zone": staff, "name": RECORDED, "eye": ""}
    return keys | {"unit": "cm", "measured": 1, "total": cm, "least": cm, "most": cm, "newest": cm}
