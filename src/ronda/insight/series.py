"""Which measures cameras have had lately."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa

from ronda.base.time import HZ_90K
from ronda.insight.counts import AT_ONCE
from ronda.insight.observations import MINUTE_90K
from ronda.insight.tables import HOUR_MEASURES
from ronda.store.database import Store

DAYS: Final = 7


class MeasureName(NamedTuple):
    """One measure of one camera."""

    camera: str
    analytic: str
    zone: str
    name: str
    unit: str


async def measures_there(store: Store, cameras: Sequence[str], now_90k: int, most: int) -> list[MeasureName]:
    """Return the measures that cameras had in the last seven days, by camera, `most` at most.

    Args:
        store: The database.
        cameras: Their ids.
        now_90k: Now.
        most: How many at most.
    """
    table = HOUR_MEASURES.c
    columns = (table.camera, table.analytic, table.zone, table.name, table.unit)
    since = (now_90k - DAYS * 86_400 * HZ_90K) // MINUTE_90K
    found: list[MeasureName] = []
    for at in range(0, len(cameras), AT_ONCE):
        within = sa.and_(table.camera.in_(cameras[at : at + AT_ONCE]), table.hour >= since)
        query = sa.select(*columns).where(within).distinct().order_by(*columns).limit(most - len(found))

        def work(connection: sa.Connection, query: sa.Select[tuple[str, ...]] = query) -> list[MeasureName]:
            return [MeasureName(*map(str, row)) for row in connection.execute(query)]

        found += await store.read(work)
        if len(found) >= most:
            break
    return found
