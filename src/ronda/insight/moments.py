"""When something passed a camera: what a replay jumps to. Reads the tables of `observations`, keeps nothing."""

from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa

from ronda.base.time import HZ_90K
from ronda.insight.tables import SEEN_TRACKS
from ronda.store.database import Store

LONGEST_90K: Final = 31 * 86_400 * HZ_90K


@dataclass(frozen=True, slots=True)
class Moment:
    """Something at a camera, from when to when (`utc_90k`).

    Attributes:
        kind: `seen`, `alarm` or `motion`.
        what: The class of a thing; the analytic of an alarm; nothing of what only moved.
    """

    from_90k: int
    to_90k: int
    kind: Literal["seen", "alarm", "motion"]
    what: str


@dataclass(frozen=True, slots=True)
class MomentsWanted:
    """Of which camera, what began when, in which order, how many.

    Attributes:
        newest: Newest first, else oldest first.
        limit: The most that are told.
    """

    camera: str
    from_90k: int
    to_90k: int
    newest: bool
    limit: int


async def seen(store: Store, wanted: MomentsWanted) -> list[Moment]:
    """Return what passed, in order; one more than the limit where there is more."""
    table = SEEN_TRACKS.c
    begun = table.first_90k.desc() if wanted.newest else table.first_90k
    query = (
        sa.select(table.first_90k, table.last_90k, table.label)
        .where(table.camera == wanted.camera, table.first_90k >= wanted.from_90k, table.first_90k < wanted.to_90k)
        .order_by(begun)
        .limit(wanted.limit + 1)
    )
    rows = await store.read(lambda connection: connection.execute(query).all())
    return [Moment(row.first_90k, row.last_90k, "seen", row.label) for row in rows]


def together(wanted: MomentsWanted, *several: list[Moment]) -> tuple[list[Moment], bool]:
    """Return lists in the wanted order as one, and whether there is more than its limit."""
    everything = sorted((one for some in several for one in some), key=lambda one: one.from_90k, reverse=wanted.newest)
    return everything[: wanted.limit], len(everything) > wanted.limit
