"""Making heads while the log grows, remembering them, and answering with the newest.

Owned state: the newest head. All that were ever made stand in `ACCESS_HEADS`.
"""

import asyncio
from pathlib import Path
from typing import Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import RondaError
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.people.access_log.consistency import Proofs
from ronda.people.access_log.head import Head, Signer
from ronda.people.access_log.log import AccessLog
from ronda.people.access_log.tables import ACCESS_HEADS
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_COLUMNS: Final = tuple(ACCESS_HEADS.c[name] for name in ("size", "root", "at", "key", "signature"))


class Heads:
    """The heads of one log; made by `Heads.open`.

    Attributes:
        key: The public key that new heads are signed with.
        proofs: Proofs between heads, for anybody.
    """

    def __init__(self, log: AccessLog, store: Store, clock: Clock, signer: Signer, newest: Head | None) -> None:
        self._log = log
        self._store = store
        self._clock = clock
        self._signer = signer
        self._newest = newest
        self._making = asyncio.Lock()
        self._made = asyncio.Event()
        self.key = signer.key
        self.proofs = Proofs(store)

    @classmethod
    async def open(cls, log: AccessLog, store: Store, clock: Clock, key: Path, pool: Pool) -> "Heads":
        """Open the heads of `log`; the key at `key` is read in `pool`, and made where there is none.

        Raises:
            StorageFailed: The key or the database cannot be read.
        """
        signer = await pool.run(Signer.at, key)
        newest = await store.read(newest_of)
        if newest is not None and newest.key != signer.key:
            _log.warning(
                "access log: heads were signed with another key before",
                key=signer.key.hex(),
                before=newest.key.hex(),
                mend=f"restore {key.name} from the backup, unless it was replaced on purpose",
            )
        return cls(log, store, clock, signer, newest)

    async def newest(self) -> Head:
        """Return the newest head that there is, or the first; this costs no database query after that.

        Raises:
            StorageFailed: The database refused.
        """
        return self._newest or await self.fresh()

    async def fresh(self) -> Head:
        """Return a head over all that was logged until now; one is made only when the log has grown.

        Raises:
            StorageFailed: The database refused.
        """
        async with self._making:
            tree = await self._log.frontier()
            newest = self._newest
            if newest is not None and (newest.size, newest.root, newest.key) == (tree.size, tree.root, self.key):
                return newest
            head = self._signer.sign(tree.size, tree.root, self._now())
            row = dict(zip((column.name for column in _COLUMNS), _values(head), strict=True))
            await self._store.run(lambda connection: connection.execute(ACCESS_HEADS.insert().values(row)))
            self._newest = head
            self._made.set()
            self._made = asyncio.Event()
            return head

    async def after(self, known: Head | None) -> Head:
        """Return the newest head as soon as it is another than `known`; asks nobody, and so never fails."""
        while self._newest is None or self._newest == known:
            await self._made.wait()
        return self._newest

    async def run(self, every_s: float) -> None:
        """Make a head now and each `every_s` seconds, where the log has grown."""
        while True:
            try:
                await self.fresh()
            except RondaError as error:
                _log.error("access log: no head can be made", problem=str(error))
            await asyncio.sleep(every_s)

    def _now(self) -> int:
        """Return the time in whole milliseconds, as a head's document tells it."""
        now = self._clock.utc_90k()
        return now - now % (HZ_90K // 1_000)


def newest_of(connection: sa.Connection) -> Head | None:
    """Return the head that was made last; runs in the store's threads."""
    row = connection.execute(sa.select(*_COLUMNS).order_by(ACCESS_HEADS.c.id.desc()).limit(1)).first()
    return None if row is None else Head(*row)


def all_of(connection: sa.Connection) -> list[Head]:
    """Return every head, smallest first; runs in the store's threads."""
    query = sa.select(*_COLUMNS).order_by(ACCESS_HEADS.c.size, ACCESS_HEADS.c.id)
    return [Head(*row) for row in connection.execute(query)]


def _values(head: Head) -> tuple[int, bytes, int, bytes, bytes]:
    return head.size, head.root, head.at_90k, head.key, head.signature
