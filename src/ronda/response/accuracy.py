"""How right alarms were, by analytic, camera and eye: what people said of them, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from ronda.response.alarm import Verdict
from ronda.response.tables import ALARMS
from ronda.store.database import Store


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The verdicts on one analytic at one camera with one eye.

    Attributes:
        analytic: Which analytic.
        camera: Which camera; empty for several together.
        eye: Which eye, as `insight` writes it; empty where none was needed.
        alarms: How many alarms there were.
        confirmed: How many of them a person confirmed.
        rejected: How many a person rejected.
    """

    analytic: str
    camera: str
    eye: str
    alarms: int
    confirmed: int
    rejected: int

    @property
    def share(self) -> float | None:
        """Confirmed of those with a verdict; None where nobody has judged: it is not measured."""
        judged = self.confirmed + self.rejected
        return self.confirmed / judged if judged else None


async def accuracy(
    store: Store, may: Callable[[str], bool], *, analytic: str = "", camera: str = "", by_camera: bool = True
) -> list[Accuracy]:
    """Return the accuracy of what was raised at cameras that `may` lets through, over the alarms that are kept.

    Args:
        store: The database.
        may: Whether a camera's alarms may be told of.
        analytic: Of one analytic only.
        camera: Of one camera only.
        by_camera: Each camera by itself; else all of them together, by analytic and eye.
    """
    table = ALARMS.c
    groups = (table.analytic, table.camera, table.eye)
    said = [
        sa.func.sum(sa.case((table.verdict == one.value, 1), else_=0)) for one in (Verdict.CONFIRMED, Verdict.REJECTED)
    ]
    query = sa.select(*groups, sa.func.count(), *said).group_by(*groups).order_by(*groups)
    if analytic:
        query = query.where(table.analytic == analytic)
    if camera:
        query = query.where(table.camera == camera)

    def work(connection: sa.Connection) -> list[Accuracy]:
        found: dict[tuple[str, str, str], Accuracy] = {}
        for row in connection.execute(query):
            if not may(row[1]):
                continue
            key = (row[0], row[1] if by_camera else "", row[2])
            held = found.get(key) or Accuracy(*key, 0, 0, 0)
            numbers = (held.alarms + int(row[3]), held.confirmed + int(row[4]), held.rejected + int(row[5]))
            found[key] = Accuracy(*key, *numbers)
        return [found[key] for key in sorted(found)]

    return await store.read(work)
