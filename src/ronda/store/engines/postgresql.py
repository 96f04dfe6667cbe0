"""PostgreSQL through psycopg 3: one process writes, readers see one state each, TLS and the rest by the URL.

The writing connection holds an advisory lock for its session. So whatever is written, is written by the one process
that holds the database; when the server restarts, the lock goes with the connection and is taken again with the next.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import errors as postgres
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url

from ronda.base.errors import BadInput, Busy, Conflict, RondaError, StorageFailed
from ronda.base.redaction import redact
from ronda.store.engines.contract import Connections, Limits

_LOCK: Final = 0x726F6E6461  # "ronda"
_PATIENCE_S: Final = 3.0
"""How long a start waits for the lock: a server sees a moment later that a process has ended."""
_CONNECT_S: Final = 5
_KEEPALIVE: Final = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_ORDERS: Final = ("C", "POSIX", "C.UTF-8", "C.utf8")
_CREATE: Final = "create it with: createdb --template=template0 --encoding=UTF8 --locale=C ronda"
_AWAY: Final = "see that the server runs and can be reached; what was answered with success is kept"


class PostgresqlEngine:
    """One database of a server."""

    def __init__(self, url: str) -> None:
        """Take `postgresql://USER:PASSWORD@HOST:PORT/NAME?OPTION=VALUE`; the options are libpq's, such as `sslmode`.

        Raises:
            BadInput: It is no such address.
        """
        try:
            self._url = make_url(url).set(drivername="postgresql+psycopg")
        except (exc.ArgumentError, ValueError):
            raise BadInput(
                "the address of the database cannot be read", "write it as postgresql://USER:PASSWORD@HOST/NAME"
            ) from None
        if not self._url.database:
            raise BadInput("the address of the database names none", "write it as postgresql://USER:PASSWORD@HOST/NAME")

    @property
    def key_file(self) -> None:
        """None: nothing of the city's lies beside a server."""
        return

    def create(self, limits: Limits) -> Connections:
        """Open the database and take its lock; see the contract."""
        writing = self._engine(_options(limits), 1)
        event.listen(writing, "connect", _take)
        connections = Connections(writing, self.create_reading(limits))
        try:
            self._open_first(writing)
        except BaseException:
            connections.dispose()
            raise
        return connections

    def create_reading(self, limits: Limits) -> sa.Engine:
        """Open the database without its lock; nothing is connected yet."""
        options = "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
        return self._engine(f"{_options(limits)} {options}", limits.readers)

    def version(self) -> str | None:
        """Return the version row, read without SQLAlchemy; see the contract."""
        try:
            with psycopg.connect(**self._arguments(), autocommit=True) as connection:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except postgres.UndefinedTable:
            return None
        except psycopg.Error as error:
            raise _told(error) from error
        return str(row[0]) if row else None

    def begin_write(self, connection: sa.Connection) -> None:
        """Do nothing: whoever has the connection has the lock."""

    def begin_upgrade(self, connection: sa.Connection) -> None:
        """Let this transaction's statements take as long as they need."""
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")

    def number_on(self, connection: sa.Connection, table: sa.Table) -> None:
        """Move the sequence behind a numbered key past the largest number."""
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or not isinstance(keys[0].type, sa.Integer):
            return
        sequence = connection.execute(sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', keys[0].name)))
        if (name := sequence.scalar()) is not None:
            largest = sa.select(sa.func.coalesce(sa.func.max(keys[0]), 0) + 1).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(name, largest, False)))

    def scrub(self, connections: Connections, tables: Sequence[sa.Table]) -> None:
        """Write the tables anew; the server's own journal and its copies are out of reach."""
        with connections.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql(f"VACUUM FULL {', '.join(table.name for table in tables)}")
            connection.invalidate()  # with the setting

    def settle(self, connections: Connections, tables: Sequence[sa.Table]) -> None:
        """Let the server take back the rows that were replaced; its own journal and its copies are out of reach."""
        with connections.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql(f"VACUUM {', '.join(table.name for table in tables)}")
            connection.invalidate()  # with the setting

    def explained(self, error: exc.SQLAlchemyError) -> RondaError | None:
        """Return the driver's error without its details, which hold values."""
        if isinstance(error, exc.TimeoutError):
            return Busy("the database's connections are all in use", "try again in a moment")
        cause = getattr(error, "orig", None)
        return _told(cause) if isinstance(cause, psycopg.Error) else None

    def _engine(self, options: str, size: int) -> sa.Engine:
        return sa.create_engine(
            self._url,
            connect_args={"options": options, "connect_timeout": _CONNECT_S, "client_encoding": "utf8", **_KEEPALIVE},
            pool_size=size,
            max_overflow=0,
            pool_timeout=_PATIENCE_S,
            pool_pre_ping=True,
            hide_parameters=True,
        )

    def _open_first(self, engine: sa.Engine) -> None:
        """Connect, waiting a little for a lock that is about to be given back, and look at the database."""
        give_up = time.monotonic() + _PATIENCE_S
        while True:
            try:
                with engine.connect() as connection:
                    _check(connection)
                return
            except Conflict:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)
            except exc.SQLAlchemyError as error:
                raise self.explained(error) or StorageFailed("the database cannot be opened") from error

    def _arguments(self) -> dict[str, Any]:
        url: URL = self._url
        named = {"host": url.host, "port": url.port, "dbname": url.database, "user": url.username}
        given = {name: value for name, value in named.items() if value is not None}
        password = {} if url.password is None else {"password": str(url.password)}
        return {"connect_timeout": _CONNECT_S, **given, **password, **url.query}


def _options(limits: Limits) -> str:
    return (
        f"-c statement_timeout={int(limits.statement_s * 1000)} -c lock_timeout=10000 "
        "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
    )


def _take(connection: psycopg.Connection[Any], _record: object) -> None:
    """Take the database for this session, or refuse the connection."""
    before = connection.autocommit
    connection.autocommit = True
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
    if row is None or not row[0]:
        connection.close()
        raise Conflict("another Ronda uses this database", "stop it first; each centre has a database of its own")
    connection.autocommit = before


def _check(connection: sa.Connection) -> None:
    encoding, order = connection.exec_driver_sql(
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    ).one()
    if encoding != "UTF8":
        raise BadInput(f"the database holds text as {encoding}, not UTF8", _CREATE)
    if order not in _ORDERS:
        raise BadInput(f"the database sorts by {order}, not byte by byte as Ronda does", _CREATE)


def _told(error: psycopg.Error) -> RondaError:
    words = error.diag.message_primary or redact(" ".join(str(error).split()))
    if isinstance(error, psycopg.IntegrityError):
        return Conflict(f"the database refused: {words}")
    if isinstance(error, psycopg.DataError):
        return BadInput(f"the database cannot hold a value: {words}", "look for control characters and large numbers")
    if isinstance(error, postgres.QueryCanceled | postgres.LockNotAvailable):
        return Busy(f"the database took too long: {words}", "try again in a moment")
    if isinstance(error, postgres.InvalidAuthorizationSpecification | postgres.InvalidCatalogName):
        return StorageFailed(f"the database refuses Ronda: {words}", "look at database.url")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Busy(f"the database is away: {words}", _AWAY)
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        return BadInput(f"the address of the database is not acceptable: {words}", "look at database.url")
    return StorageFailed(f"the database failed: {words}", "look at the log of the database's server")
