"""Transactions, errors and a damaged or newer file."""

import asyncio
import sqlite3
import threading
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.store.databases import empty_url

from ronda.base.errors import BadInput, Conflict, StorageFailed
from ronda.store.database import Store

INSERT = sa.text("INSERT INTO assignments VALUES (:node, :revision)")
COUNT = sa.text("SELECT count(*) FROM assignments")


def execute(statement: str, connection: sa.Connection) -> None:
    connection.exec_driver_sql(statement)


def insert(node: str) -> sa.Executable:
    return INSERT.bindparams(node=node, revision=1)


async def count(store: Store) -> int:
    return int(await store.read(lambda connection: connection.execute(COUNT).scalar_one()))


async def test_work_is_kept_or_undone_as_a_whole_and_off_the_loop(store: Store) -> None:
    threads: set[str] = set()

    def keep(connection: sa.Connection) -> None:
        threads.add(threading.current_thread().name)
        connection.execute(insert("a"))

    def fail(connection: sa.Connection) -> None:
        connection.execute(insert("b"))
        raise ZeroDivisionError

    await store.run(keep)
    with pytest.raises(ZeroDivisionError):
        await store.run(fail)
    assert await count(store) == 1
    assert all(name.startswith("store-write") for name in threads)


async def test_a_row_that_is_there_already_is_a_conflict(store: Store) -> None:
    await store.run(lambda connection: connection.execute(insert("a")))
    with pytest.raises(Conflict):
        await store.run(lambda connection: connection.execute(insert("a")))


async def test_foreign_keys_are_held(store: Store) -> None:
    orphan = sa.text("INSERT INTO camera_addresses VALUES ('none', 'main', 'rtsp://x', NULL, NULL)")
    with pytest.raises(Conflict, match=r"(?i)foreign key"):
        await store.run(lambda connection: connection.execute(orphan))


async def test_the_access_log_cannot_be_rewritten(store: Store) -> None:
    row = "INSERT INTO access_log_nodes VALUES (8, 0, '')"
    await store.run(lambda connection: connection.exec_driver_sql(row))
    for statement in ("UPDATE access_log_nodes SET position = 1", "DELETE FROM access_log_nodes"):
        with pytest.raises(Conflict, match="append-only"):
            await store.run(partial(execute, statement))


async def test_many_readers_and_writers_and_another_process(store: Store, store_url: str) -> None:
    async def write(number: int) -> None:
        await store.run(lambda connection: connection.execute(insert(f"n{number}")))

    def from_outside() -> None:
        other = sa.create_engine(store_url.replace("postgresql:", "postgresql+psycopg:"))
        for number in range(20):
            with other.begin() as connection:
                connection.execute(insert(f"o{number}"))
        other.dispose()

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(from_outside))
        for number in range(40):
            group.create_task(write(number))
            group.create_task(count(store))
    assert await count(store) == 60


async def test_reopening_keeps_what_was_written_and_files_are_private(database_kind: str, tmp_path: Path) -> None:
    url, key = empty_url(database_kind, tmp_path), tmp_path / "secret.key"
    store = await Store.open(url, key)
    await store.run(lambda connection: connection.execute(insert("a")))
    await store.close()
    store = await Store.open(url, key)
    assert await count(store) == 1
    await store.close()
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077] == []


async def test_what_is_read_is_one_state_of_the_database(store: Store) -> None:
    loop = asyncio.get_running_loop()

    def work(connection: sa.Connection) -> tuple[int, int]:
        before = connection.execute(COUNT).scalar_one()
        asyncio.run_coroutine_threadsafe(store.run(lambda other: other.execute(insert("a"))), loop).result(5)
        return before, connection.execute(COUNT).scalar_one()

    assert await store.read(work) == (0, 0)
    assert await count(store) == 1


async def test_numbers_are_given_by_the_database(store: Store) -> None:
    change = "INSERT INTO changes (at, \"by\", kind, subject, action) VALUES (1, 'a', 'camera', 'b', 'added')"
    for _ in range(3):
        await store.run(partial(execute, change))
    ids = await store.read(lambda connection: connection.exec_driver_sql("SELECT id FROM changes").scalars().all())
    assert sorted(ids) == [1, 2, 3]


async def test_what_a_statement_held_is_not_told(store: Store) -> None:
    await store.run(lambda connection: connection.execute(insert("hunter2")))
    with pytest.raises(Conflict) as refused:
        await store.run(lambda connection: connection.execute(insert("hunter2")))
    assert "hunter2" not in str(refused.value)


async def test_what_is_not_a_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "ronda.db").write_text("this is a letter, not a database" * 100)
    with pytest.raises(StorageFailed, match="not a database"):
        await Store.open(f"sqlite:///{tmp_path / 'ronda.db'}")
    with pytest.raises(StorageFailed, match="check the folder"):
        await Store.open(f"sqlite:///{tmp_path / 'none' / 'ronda.db'}")
    with pytest.raises(BadInput, match="mysql"):
        await Store.open("mysql://x")


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ronda.db'}"
    await (await Store.open(url)).close()
    other = sqlite3.connect(tmp_path / "ronda.db")
    with other:
        other.execute("UPDATE alembic_version SET version_num = 'ffff'")
    other.close()
    with pytest.raises(StorageFailed, match="ffff"):
        await Store.open(url)
