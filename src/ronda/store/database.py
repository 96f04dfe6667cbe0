"""The centre's database: transactions run in threads of its own, never in the loop.

Owned state: the connections and two small thread pools, `store-write` (one thread, so that writers
of this process queue up instead of locking each other out) and `store-read`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from ronda.base.errors import Conflict, RondaError, StorageFailed
from ronda.store.engines import engine_for
from ronda.store.engines.contract import DatabaseEngine
from ronda.store.schema import HEAD, upgrade

T = TypeVar("T")
_READERS: Final = 2


class Store:
    """An open database at the newest schema; made by `Store.open`."""

    def __init__(self, engine: sa.Engine, kind: DatabaseEngine, pools: tuple[ThreadPoolExecutor, ThreadPoolExecutor]):
        self._engine = engine
        self._kind = kind
        self._write_pool, self._read_pool = pools

    @classmethod
    async def open(cls, url: str) -> "Store":
        """Open (or make) the database at `url` and bring its schema up to date.

        Raises:
            BadInput: `url` names no known engine.
            StorageFailed: The database cannot be opened, is damaged, or was written by a newer Ronda.
        """
        kind = engine_for(url)
        write_pool = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        try:
            engine = await asyncio.get_running_loop().run_in_executor(write_pool, _opened, kind)
        except BaseException:
            write_pool.shutdown(wait=False)
            raise
        return cls(engine, kind, (write_pool, ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")))

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in one transaction that may write; it is kept when `work` returns, undone when it raises.

        `work` runs in the store's writing thread. A started transaction is finished even when the caller is cancelled.

        Raises:
            Conflict: A row that must be unique is there already, or one that is referred to is missing.
            StorageFailed: The database refused.
        """
        return await asyncio.get_running_loop().run_in_executor(self._write_pool, self._write, work)

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work`, which only reads, in one transaction in a reading thread.

        Raises:
            StorageFailed: The database refused.
        """
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, self._read, work)

    async def close(self) -> None:
        """Finish what was begun and close the connections."""
        await asyncio.get_running_loop().run_in_executor(self._write_pool, self._engine.dispose)
        self._write_pool.shutdown(wait=False)
        self._read_pool.shutdown(wait=False)

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self._engine.begin() as connection:
                self._kind.begin_write(connection)
                return work(connection)
        except exc.SQLAlchemyError as error:
            raise _translated(error) from error

    def _read(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except exc.SQLAlchemyError as error:
            raise _translated(error) from error


def _opened(kind: DatabaseEngine) -> sa.Engine:
    version = kind.version()
    engine = kind.create()
    if version != HEAD:
        upgrade(engine, version)
    return engine


def _translated(error: exc.SQLAlchemyError) -> RondaError:
    # The statement's parameters may hold secrets, so the driver's own words are all that is told.
    cause = getattr(error, "orig", None) or type(error).__name__
    if isinstance(error, exc.IntegrityError):
        return Conflict(f"the database refused: {cause}")
    return StorageFailed(f"the database failed: {cause}", "check the disk and the permissions of the data folder")
