"""The record of breaches (UU PDP 27/2022 Art. 46): what failed, whom it concerns, who was told within 3 x 24 hours."""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import HZ_90K, Clock
from ronda.city.history import change_of, note
from ronda.privacy.tables import BREACHES
from ronda.store.database import Store

DUE_S: Final = 72 * 3600
_LONGEST: Final = 4_000
_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach; moments in `utc_90k`.

    Attributes:
        id: Its own id.
        found_90k: When it was found; the clock begins.
        what: What happened, how.
        data: Which data it concerns.
        subjects: About how many people; None while unknown.
        measures: What was done about it.
        due_90k: By when those concerned and the agency must be told in writing.
        subjects_told_90k: When those concerned were told; None is not yet.
        agency_told_90k: When the agency was told.
        by: Who wrote it down.
        changed_90k: When it last changed.
    """

    id: str
    found_90k: int
    what: str
    data: str
    subjects: int | None
    measures: str
    due_90k: int
    subjects_told_90k: int | None
    agency_told_90k: int | None
    by: str
    changed_90k: int


class Breaches:
    """The record."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, what: str, data: str, subjects: int | None, measures: str, by: str, found_90k: int) -> Breach:
        """Write a breach down.

        Raises:
            BadInput: It says nothing, or was found in the future.
        """
        now = self._clock.utc_90k()
        if found_90k > now:
            raise BadInput("the breach was found in the future", "give the moment at which it was noticed")
        for text in (what, data):
            if not text.strip() or len(text) > _LONGEST:
                raise BadInput("a breach needs what happened and which data", f"use 1 to {_LONGEST} letters for each")
        due = found_90k + DUE_S * HZ_90K
        breach = Breach(secrets.token_hex(6), found_90k, what, data, subjects, measures, due, None, None, by, now)

        def work(connection: sa.Connection) -> None:
            connection.execute(BREACHES.insert().values(**asdict(breach)))
            note(connection, [change_of(now, by, "breach", breach.id, None, asdict(breach))])

        await self._store.run(work)
        return breach

    async def change(self, id: str, by: str, **values: Any) -> Breach:
        """Change what is known of a breach: `subjects`, `measures`, `subjects_told_90k`, `agency_told_90k`.

        Raises:
            NotFound: There is none.
        """

        def work(connection: sa.Connection) -> Breach:
            row = connection.execute(sa.select(BREACHES).where(BREACHES.c.id == id)).first()
            if row is None:
                raise NotFound("there is no such breach")
            before = Breach(**row._mapping)
            after = replace(before, **values, changed_90k=self._clock.utc_90k())
            connection.execute(BREACHES.update().where(BREACHES.c.id == id).values(**asdict(after)))
            note(connection, [change_of(after.changed_90k, by, "breach", id, asdict(before), asdict(after))])
            return after

        return await self._store.run(work)

    async def entries(self) -> list[Breach]:
        """Return the breaches, newest first."""
        query = sa.select(BREACHES).order_by(BREACHES.c.found_90k.desc()).limit(_LISTED)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [Breach(**row._mapping) for row in rows]
