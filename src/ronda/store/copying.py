"""Copying a whole database into another one, of whatever engine: every table, every row, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import exc

from ronda.base.errors import Conflict, StorageFailed
from ronda.store.database import translated
from ronda.store.engines import engine_for
from ronda.store.engines.contract import Connections, DatabaseEngine, Limits
from ronda.store.schema import HEAD, upgrade

_AT_ONCE: Final = 2_000
_VERSION: Final = "alembic_version"
Told = Callable[[str, int], None]
"""Is told a table's name and its rows when they are copied."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table."""

    rows: dict[str, int]


def copy(source_url: str, target_url: str, told: Told = lambda table, rows: None) -> Copied:
    """Copy everything from one database into an empty other, and count both. Blocking.

    The source is brought to the newest schema first, as opening it would.

    Raises:
        BadInput: An address is not acceptable.
        Conflict: The target holds something already, or a Ronda uses one of the two.
        StorageFailed: One of the two refused, or the counts differ; the target keeps nothing then.
    """
    source_kind, target_kind = engine_for(source_url), engine_for(target_url)
    source = source_kind.create(Limits(statement_s=600))
    try:
        target = target_kind.create(Limits(statement_s=600))
        try:
            _at_newest(source, source_kind)
            _at_newest(target, target_kind)
            return _copied(source, source_kind, target, target_kind, told)
        finally:
            target.dispose()
    finally:
        source.dispose()


def _at_newest(connections: Connections, kind: DatabaseEngine) -> None:
    version = kind.version()
    if version != HEAD:
        try:
            upgrade(connections.writing, version, begin=kind.begin_upgrade)
        except exc.SQLAlchemyError as error:
            raise translated(error, kind) from error


def _copied(
    source: Connections, source_kind: DatabaseEngine, target: Connections, target_kind: DatabaseEngine, told: Told
) -> Copied:
    try:
        with source.reading.connect() as reading:
            tables = _tables(reading)
            try:
                with target.writing.begin() as writing:
                    target_kind.begin_write(writing)
                    target_kind.begin_upgrade(writing)
                    return Copied(_copy_all(reading, tables, writing, target_kind, told))
            except exc.SQLAlchemyError as error:
                raise translated(error, target_kind) from error
    except exc.SQLAlchemyError as error:
        raise translated(error, source_kind) from error


def _copy_all(
    reading: sa.Connection, tables: list[sa.Table], writing: sa.Connection, kind: DatabaseEngine, told: Told
) -> dict[str, int]:
    into = {table.name: table for table in _tables(writing)}
    held = [name for name, table in into.items() if _count(writing, table)]
    if held:
        raise Conflict(f"the other database is not empty: it has rows in {', '.join(held)}", "give an empty one")
    rows: dict[str, int] = {}
    for table in tables:
        mine = into[table.name]
        found = reading.execution_options(yield_per=_AT_ONCE).execute(sa.select(table))
        for batch in found.mappings().partitions():
            writing.execute(mine.insert(), [dict(row) for row in batch])
        kind.number_on(writing, mine)
        rows[table.name] = _count(writing, mine)
        if rows[table.name] != (expected := _count(reading, table)):
            raise StorageFailed(f"{table.name} has {expected} rows and {rows[table.name]} arrived", "try again")
        told(table.name, rows[table.name])
    return rows


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Return what is there, what is referred to first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _VERSION]


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
