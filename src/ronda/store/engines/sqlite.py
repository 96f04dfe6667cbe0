"""SQLite in a file: WAL, foreign keys, patience with other processes."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import QueuePool

from ronda.base.errors import BadInput, RondaError, StorageFailed
from ronda.store.engines.contract import Connections, Limits
from ronda.store.secrets import KEY_FILE

_PATIENCE_S: Final = 10.0
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what was answered with "done" survives a power loss
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # a password that was replaced is not left in a free page
    f"PRAGMA busy_timeout={int(_PATIENCE_S * 1000)}",
)


class SqliteEngine:
    """One database file, made when it is missing and readable by its owner alone."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    @property
    def key_file(self) -> Path:
        """Beside the file."""
        return self._path.with_name(KEY_FILE)

    def create(self, limits: Limits) -> Connections:
        """Return connections that are set up and begin no transaction by themselves.

        Raises:
            StorageFailed: The file cannot be opened or is not a database.
        """
        try:
            self._path.touch(mode=0o600)
            sqlite3.connect(self._path).close()
        except (OSError, sqlite3.Error) as error:
            raise StorageFailed(f"cannot open the database {self._path}: {error}", "check the folder") from error
        engine = self._engine(limits.readers + 2)
        return Connections(engine, engine)

    def create_reading(self, limits: Limits) -> sa.Engine:
        """Return connections to a file that is there.

        Raises:
            BadInput: There is no file.
        """
        if not self._path.is_file():
            raise BadInput(f"there is no database at {self._path}", "give its data folder with --data")
        return self._engine(limits.readers)

    def version(self) -> str | None:
        """Return the version row, read without SQLAlchemy: a start at the newest version stays quick.

        Raises:
            StorageFailed: The file is not a database.
        """
        if not self._path.exists():
            return None
        try:
            connection = sqlite3.connect(self._path, timeout=_PATIENCE_S)
            try:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return None
            raise StorageFailed(f"cannot read the database {self._path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise StorageFailed(f"{self._path} is not a database: {error}", "move it away") from error
        return str(row[0]) if row else None

    def begin_write(self, connection: sa.Connection) -> None:
        """Take the write lock now: a reader that turns writer half-way would fail without waiting."""
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def begin_upgrade(self, connection: sa.Connection) -> None:
        """Do nothing: no statement is cut off here."""

    def number_on(self, connection: sa.Connection, table: sa.Table) -> None:
        """Do nothing: the next number follows the largest by itself."""

    def scrub(self, connections: Connections, tables: Sequence[sa.Table]) -> None:
        """Write the whole file anew and empty the journal beside it."""
        with connections.writing.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")

    def settle(self, connections: Connections, tables: Sequence[sa.Table]) -> None:
        """Bring the journal into the file, where what is replaced is overwritten, and empty it."""
        with connections.writing.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")

    def explained(self, error: exc.SQLAlchemyError) -> RondaError | None:
        """Return None: SQLite's own words hold no values, and name the file's trouble."""
        return None

    def _engine(self, size: int) -> sa.Engine:
        engine = sa.create_engine(
            f"sqlite:///{self._path}",
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0,
            connect_args={"check_same_thread": False, "timeout": _PATIENCE_S},
        )
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
        return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")
