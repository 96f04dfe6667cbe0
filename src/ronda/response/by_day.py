"""Alarms of one analytic by day and place: how many, how many people rejected, how long what they saw lasted."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from statistics import median
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.response.alarm import Verdict
from ronda.response.tables import ALARMS
from ronda.store.database import Store

_MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class AlarmDay:
    """One zone of one camera on one day.

    Attributes:
        day: In the city's zone, by when they began.
        alarms: How many there were that nobody has rejected.
        rejected: How many people rejected.
        lasted_s: Half of those not rejected lasted longer; None where all were rejected.
        longest_s: The longest.
    """

    day: date
    camera: str
    zone: str
    alarms: int
    rejected: int
    lasted_s: float | None
    longest_s: float | None


async def alarms_by_day(
    store: Store, may: Callable[[str], bool], analytic: str, stretch_90k: tuple[int, int], zone: tzinfo
) -> list[AlarmDay]:
    """Return the alarms of an analytic that began within a stretch, at cameras that `may` lets through, oldest first.

    Raises:
        BadInput: It is more than one answer tells.
    """
    table = ALARMS.c
    query = (
        sa.select(table.camera, table.zone, table.verdict, table.begun_90k, table.signed_90k, table.over_90k)
        .where(table.analytic == analytic, table.raised_90k >= stretch_90k[0], table.raised_90k < stretch_90k[1])
        .limit(_MOST + 1)
    )

    def work(connection: sa.Connection) -> list[AlarmDay]:
        lasted: dict[tuple[date, str, str], list[float]] = defaultdict(list)
        rejected: dict[tuple[date, str, str], int] = defaultdict(int)
        rows = connection.execute(query).all()
        if len(rows) > _MOST:
            raise BadInput("these are more alarms than one answer tells", "ask for a shorter time")
        for camera, place, verdict, begun_90k, signed_90k, over_90k in rows:
            if not may(camera):
                continue
            day = datetime.fromtimestamp(begun_90k / HZ_90K, UTC).astimezone(zone).date()
            if verdict == Verdict.REJECTED.value:
                rejected[day, camera, place] += 1
            else:
                lasted[day, camera, place].append(max(0, (over_90k or signed_90k) - begun_90k) / HZ_90K)
        return [
            AlarmDay(
                *key,
                len(lasted[key]),
                rejected[key],
                median(lasted[key]) if lasted[key] else None,
                max(lasted[key], default=None),
            )
            for key in sorted(lasted.keys() | rejected.keys())
        ]

    return await store.read(work)
