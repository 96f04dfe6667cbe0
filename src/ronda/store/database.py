"""The centre's database: transactions run in threads of its own, never in the loop.

Owned state: the connections and two small thread pools, `store-write` (one thread, so that writers
of this process queue up instead of locking each other out) and `store-read`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import exc

from ronda.base.errors import BadInput, Conflict, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.store.engines import engine_for
from ronda.store.engines.contract import Connections, DatabaseEngine, Limits
from ronda.store.schema import HEAD, upgrade
from ronda.store.sealing import reseal
from ronda.store.secrets import Secrets

T = TypeVar("T")
_log = structlog.get_logger(__name__)
_JOBS: Final = 10_000
"""Transactions that may wait in each pool; more are refused."""


class Store:
    """An open database at the newest schema; made by `Store.open`.

    Attributes:
        secrets: Seals what must not lie in the database as it is.
        pools: The threads, for their metrics.
    """

    def __init__(
        self, connections: Connections, kind: DatabaseEngine, secrets: Secrets, pools: tuple[Pool, Pool]
    ) -> None:
        self.secrets = secrets
        self.pools = pools
        self._connections = connections
        self._kind = kind
        self._write_pool, self._read_pool = pools

    @classmethod
    async def open(cls, url: str, key_file: Path | None = None, limits: Limits | None = None) -> "Store":
        """Open (or make) the database at `url` and bring its schema up to date.

        Args:
            url: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`.
            key_file: Where the key of its secrets lies; made when it is missing. None: beside SQLite's file.
            limits: Bounds of its use.

        Raises:
            BadInput: `url` names no known engine, or the database or key file is not one that can be used.
            Conflict: Another Ronda uses the database.
            StorageFailed: The database cannot be opened, is damaged, or was written by a newer Ronda.
            Busy: The database's server is away.
        """
        kind = engine_for(url)
        limits = limits or Limits()
        write_pool = Pool("store-write", 1, _JOBS)
        try:
            connections, secrets = await write_pool.run(_opened, kind, key_file, limits)
        except BaseException:
            write_pool.close()
            raise
        return cls(connections, kind, secrets, (write_pool, Pool("store-read", limits.readers, _JOBS)))

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in one transaction that may write; it is kept when `work` returns, undone when it raises.

        `work` runs in the store's writing thread. A started transaction is finished even when the caller is cancelled.

        Raises:
            Conflict: A row that must be unique is there already, or one that is referred to is missing.
            Busy: The database's server is away, or too much waits for it.
            StorageFailed: The database refused.
        """
        return await self._write_pool.run(self._write, work)

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work`, which only reads, in one transaction in a reading thread.

        Raises:
            Busy: The database's server is away, or too much waits for it.
            StorageFailed: The database refused.
        """
        return await self._read_pool.run(self._read, work)

    async def scrub(self, *tables: sa.Table) -> None:
        """Remove what changed and deleted rows of `tables` left behind in the database's files.

        Raises:
            StorageFailed: The database refused.
        """
        await self._write_pool.run(self._scrub, tables)

    async def settle(self, *tables: sa.Table) -> None:
        """Let nothing of what rows of `tables` said before remain beside them: after somebody's data were erased.

        Raises:
            StorageFailed: The database refused.
        """
        await self._write_pool.run(self._settle, tables)

    async def close(self) -> None:
        """Finish what was begun and close the connections."""
        await self._read_pool.finished()
        await self._write_pool.run(self._connections.dispose)
        self._write_pool.close()
        self._read_pool.close()

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self._connections.writing.begin() as connection:
                self._kind.begin_write(connection)
                return work(connection)
        except exc.SQLAlchemyError as error:
            raise translated(error, self._kind) from error

    def _read(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self._connections.reading.connect() as connection:
                return work(connection)
        except exc.SQLAlchemyError as error:
            raise translated(error, self._kind) from error

    def _scrub(self, tables: Sequence[sa.Table]) -> None:
        try:
            self._kind.scrub(self._connections, tables)
        except exc.SQLAlchemyError as error:
            raise translated(error, self._kind) from error

    def _settle(self, tables: Sequence[sa.Table]) -> None:
        try:
            self._kind.settle(self._connections, tables)
        except exc.SQLAlchemyError as error:
            raise translated(error, self._kind) from error


def _opened(kind: DatabaseEngine, key_file: Path | None, limits: Limits) -> tuple[Connections, Secrets]:
    if (key_file := key_file or kind.key_file) is None:
        raise BadInput("no key file is given for this database", "say where it lies: secret_key_file")
    connections = kind.create(limits)
    try:
        version = kind.version()
        if version != HEAD:
            upgrade(connections.writing, version, begin=kind.begin_upgrade)
        secrets = Secrets.at(key_file)
        _seal(connections, kind, secrets)
        return connections, secrets
    except exc.SQLAlchemyError as error:
        connections.dispose()
        raise translated(error, kind) from error
    except BaseException:
        connections.dispose()
        raise


def _seal(connections: Connections, kind: DatabaseEngine, secrets: Secrets) -> None:
    """Seal what lies plainly where it should not, and leave no trace of it."""
    with connections.writing.begin() as connection:
        kind.begin_write(connection)
        tables = reseal(connection, secrets)
    if tables:
        kind.scrub(connections, tables)
        _log.info("secrets sealed", tables=[table.name for table in tables], key=secrets.key_id)


def read_beside(url: str, limits: Limits, work: Callable[[sa.Connection], T]) -> T:
    """Run `work`, which only reads, in one transaction, while another process may have the database. Blocking.

    Raises:
        BadInput: There is no such database.
        Conflict: Its schema is not that of this program.
        Busy: The database's server is away.
        StorageFailed: The database refused.
    """
    kind = engine_for(url)
    engine = kind.create_reading(limits)
    try:
        version = kind.version()
        if version is None:
            raise BadInput("the database is empty", "start ronda serve first")
        if version != HEAD:
            raise Conflict(
                f"the database has version {version}, this Ronda reads {HEAD}", "use the same Ronda for both"
            )
        with engine.connect() as connection:
            return work(connection)
    except exc.SQLAlchemyError as error:
        raise translated(error, kind) from error
    finally:
        engine.dispose()


def translated(error: exc.SQLAlchemyError, kind: DatabaseEngine) -> RondaError:
    """Return what `error` is to us; the statement's parameters, which may hold secrets, are not told."""
    if (known := kind.explained(error)) is not None:
        return known
    cause = getattr(error, "orig", None) or type(error).__name__
    if isinstance(error, exc.IntegrityError):
        return Conflict(f"the database refused: {cause}")
    return StorageFailed(f"the database failed: {cause}", "check the disk and the permissions of the data folder")
