"""Faults: what kept a camera from working and is over; what still does is the camera's `trouble`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa

from ronda.store.database import Store
from ronda.upkeep.tables import FAULTS


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that is over.

    Attributes:
        camera: Which camera.
        area: Region code of its site at that time; empty for none.
        cause: See `TroubleCause`.
        begun: First day.
        mended: Day on which it worked again.
        simulated: Whether it was made up for a demonstration.
    """

    camera: str
    area: str
    cause: str
    begun: date
    mended: date
    simulated: bool = False


class Faults:
    """Remembers faults that are over."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, faults: Sequence[Fault]) -> None:
        """Write faults that are over."""
        if faults:
            rows = [asdict(one) | {"begun": one.begun.isoformat(), "mended": one.mended.isoformat()} for one in faults]
            await self._store.run(lambda connection: connection.execute(FAULTS.insert(), rows))

    async def of(self, camera: str, limit: int = 100) -> list[Fault]:
        """Return the faults of a camera, newest first."""
        query = sa.select(FAULTS).where(FAULTS.c.camera == camera).order_by(FAULTS.c.id.desc()).limit(limit)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [
            Fault(r.camera, r.area, r.cause, date.fromisoformat(r.begun), date.fromisoformat(r.mended), r.simulated)
            for r in rows
        ]
