"""A whole database moves to another engine and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.needs import requires_tool
from tests.store.databases import empty_url, fresh_url

from ronda.base.errors import Conflict
from ronda.store.copying import copy
from ronda.store.engines import engine_for
from ronda.store.engines.contract import Limits

pytestmark = requires_tool("postgres")


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    yield fresh_url("sqlite", tmp_path)


def fill(url: str, rows: int, only: str = "") -> None:
    """Put rows with every type of column into every table, or one, as far as their types tell what fits."""
    connections = engine_for(url).create(Limits())
    found = sa.MetaData()
    found.reflect(connections.writing)
    with connections.writing.begin() as connection:
        for table in found.sorted_tables:
            if table.name == only or (not only and table.name != "alembic_version"):
                connection.execute(table.insert(), [row(table, number) for number in range(1, rows + 1)])
    connections.dispose()


def row(table: sa.Table, number: int) -> dict[str, object]:
    return {column.name: value(column, number) for column in table.columns}


def value(column: sa.Column[object], number: int) -> object:
    if column.nullable and number % 2:
        return None
    if isinstance(column.type, sa.Boolean):
        return number % 3 == 0
    if isinstance(column.type, sa.LargeBinary):
        return bytes([0, number % 256])
    if isinstance(column.type, sa.Float):
        return number / 3
    if isinstance(column.type, sa.Integer):
        big = 1 << 45 if isinstance(column.type, sa.BigInteger) else 0
        return number if column.primary_key else number + big
    return f"{number} ꦱꦼꦩꦫꦁ 'quoted'"


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    connections = engine_for(url).create(Limits())
    found = sa.MetaData()
    found.reflect(connections.reading)
    with connections.reading.connect() as connection:
        held = {
            name: [(*(row[column.name] for column in sorted(table.c, key=str)),) for row in rows_of(connection, table)]
            for name, table in found.tables.items()
        }
    connections.dispose()
    return held


def rows_of(connection: sa.Connection, table: sa.Table) -> list[sa.RowMapping]:
    return sorted(connection.execute(table.select()).mappings(), key=lambda row: repr(sorted(row.items())))


@pytest.mark.parametrize(("rows", "only"), [(3, ""), (4_001, "assignments")])
def test_every_row_goes_there_and_back(source: str, tmp_path: Path, rows: int, only: str) -> None:
    fill(source, rows, only)
    before = everything(source)
    there, back = empty_url("postgresql", tmp_path), empty_url("sqlite", tmp_path)
    told: dict[str, int] = {}
    copied = copy(source, there, told.__setitem__)
    assert copied.rows == told
    assert everything(there) == before
    copy(there, back)
    assert everything(back) == before == everything(source)


def test_what_is_not_empty_is_left_alone(source: str, tmp_path: Path) -> None:
    fill(source, 3)
    there = fresh_url("postgresql", tmp_path)
    copy(source, there)
    before = everything(there)
    with pytest.raises(Conflict, match="not empty"):
        copy(source, there)
    assert everything(there) == before


def test_numbers_go_on_after_those_that_were_copied(source: str, tmp_path: Path) -> None:
    fill(source, 3)
    there = fresh_url("postgresql", tmp_path)
    copy(source, there)
    connections = engine_for(there).create(Limits())
    change = (
        "INSERT INTO changes (at, \"by\", kind, subject, action) VALUES (1, 'a', 'camera', 'b', 'added') RETURNING id"
    )
    with connections.writing.begin() as connection:
        assert connection.exec_driver_sql(change).scalar_one() == 4
    connections.dispose()
