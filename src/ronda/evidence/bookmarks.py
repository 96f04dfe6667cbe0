"""Bookmarks: a moment of a camera with a note, of one person, for a case or for themselves.

Owned state: the table. They hold no pictures, and keep nothing from being deleted: that is what a hold does.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import Conflict, NotFound
from ronda.evidence.tables import BOOKMARKS
from ronda.store.database import Store

MOST_OF_A_PERSON: Final = 2_000
MOST_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Bookmark:
    """One moment.

    Attributes:
        id: Made when it is kept.
        camera: Of which camera.
        at_90k: The moment, `utc_90k`.
        note: What is to be seen.
        by: Whose it is.
        case: The case that it belongs to; empty for none.
        made_90k: When it was made.
    """

    id: str
    camera: str
    at_90k: int
    note: str
    by: str
    case: str
    made_90k: int


class Bookmarks:
    """Keeps them.

    Args:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, given: Bookmark) -> Bookmark:
        """Keep one, whatever its `id`, and return it.

        Raises:
            Conflict: The person has as many as one may.
        """
        made = Bookmark(
            secrets.token_hex(8), given.camera, given.at_90k, given.note, given.by, given.case, given.made_90k
        )
        await self._store.run(lambda connection: _add(connection, made))
        return made

    async def of(self, cameras: Collection[str], from_90k: int, to_90k: int, by: str) -> list[Bookmark]:
        """Return those of a person and those that belong to cases, within a time, the oldest first."""
        table = BOOKMARKS.c
        query = (
            sa.select(BOOKMARKS)
            .where(
                table.camera.in_(sorted(cameras)),
                table.at_90k >= from_90k,
                table.at_90k < to_90k,
                sa.or_(table.by == by, table.case != ""),
            )
            .order_by(table.at_90k, table.id)
            .limit(MOST_SHOWN)
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [Bookmark(**row._mapping) for row in rows]

    async def remove(self, id: str, by: str) -> None:
        """Delete one of a person's own.

        Raises:
            NotFound: There is none, or it is somebody else's.
        """
        mine = sa.and_(BOOKMARKS.c.id == id, BOOKMARKS.c.by == by)
        if not await self._store.run(lambda connection: connection.execute(BOOKMARKS.delete().where(mine)).rowcount):
            raise NotFound(f"you have no bookmark {id!r}")


def _add(connection: sa.Connection, made: Bookmark) -> None:
    count = sa.select(sa.func.count()).select_from(BOOKMARKS).where(BOOKMARKS.c.by == made.by)
    if (connection.execute(count).scalar() or 0) >= MOST_OF_A_PERSON:
        raise Conflict(f"you have {MOST_OF_A_PERSON} bookmarks already", "remove some first")
    connection.execute(
        BOOKMARKS.insert().values(
            id=made.id,
            camera=made.camera,
            at_90k=made.at_90k,
            note=made.note,
            by=made.by,
            case=made.case,
            made_90k=made.made_90k,
        )
    )
