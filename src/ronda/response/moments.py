"""When alarms were raised at a camera: what a replay jumps to, beside what was seen."""

import sqlalchemy as sa

from ronda.insight.moments import Moment, MomentsWanted
from ronda.response.tables import ALARMS
from ronda.store.database import Store


async def alarmed(store: Store, wanted: MomentsWanted) -> list[Moment]:
    """Return what alarms were about, by when it began, in order; one more than the limit where there is more."""
    table = ALARMS.c
    begun = table.begun_90k.desc() if wanted.newest else table.begun_90k
    query = (
        sa.select(table.begun_90k, table.signed_90k, table.over_90k, table.analytic)
        .where(table.camera == wanted.camera, table.begun_90k >= wanted.from_90k, table.begun_90k < wanted.to_90k)
        .order_by(begun)
        .limit(wanted.limit + 1)
    )
    rows = await store.read(lambda connection: connection.execute(query).all())
    return [Moment(row.begun_90k, row.over_90k or row.signed_90k, "alarm", row.analytic) for row in rows]
