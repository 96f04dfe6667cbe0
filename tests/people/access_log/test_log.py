"""The log loses nothing: not at the end, not when the database fails, and it says when it cannot go on."""

import asyncio
import contextlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.people.conftest import HandClock

from ronda.base.errors import Busy, Conflict, StorageFailed
from ronda.people.access_log import AccessLog, Look, Wanted
from ronda.people.access_log.verify import verify
from ronda.people.people import People
from ronda.store.append_only import dropping
from ronda.store.database import Store, read_beside
from ronda.store.engines.contract import Limits

LOOK = Look("admin", "live", "a", "", "this-machine")


async def test_what_is_pending_at_the_end_is_written(people: People) -> None:
    async with people.running():
        views = [people.log.start(LOOK) for _ in range(1_200)]
        for view in views:
            people.log.end(view, LOOK)
    written = await people.log.entries(2_000)
    assert len(written) == 1_200
    assert all(entry.ended_90k is not None for _, entry in written)


async def test_a_failed_write_is_tried_again(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)
    log.start(LOOK)

    async def run(statement: str) -> None:
        await store.run(lambda connection: connection.execute(sa.text(statement)))

    await run("ALTER TABLE access_log_entries RENAME TO away")
    with pytest.raises(StorageFailed):
        await log.flush()
    await run("ALTER TABLE away RENAME TO access_log_entries")
    await log.flush()
    assert len(await log.entries(10)) == 1


async def test_a_full_log_refuses_new_looks_and_takes_their_ends(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AccessLog, "limit", 3)
    log = AccessLog(store, clock)
    views = [log.start(LOOK) for _ in range(3)]
    with pytest.raises(Busy):
        log.start(LOOK)
    for view in views:
        log.end(view, LOOK)
    await log.flush()
    assert len([entry for _, entry in await log.entries(10) if entry.ended_90k]) == 3


async def test_refusals_are_told_apart(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)
    log.refuse(LOOK, "not yours")
    log.refuse(LOOK, "not yours")
    ((_, entry),) = await log.entries(10)
    assert not entry.allowed
    assert entry.reason == "not yours"


async def test_pages_of_entries(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)
    for _ in range(5):
        log.start(LOOK)
    first = await log.entries(3)
    second = await log.entries(3, before=first[-1][0])
    assert [number for number, _ in first + second] == [4, 3, 2, 1, 0]


async def test_a_write_that_is_cancelled_is_neither_lost_nor_written_twice(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)
    for _ in range(20):
        for _ in range(30):
            log.start(LOOK)
        task = asyncio.create_task(log.flush())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await log.flush()
    assert (await log.frontier()).size == 600
    report = await store.read(lambda connection: verify(connection, None))
    assert (report.entries, report.problems) == (600, [])


async def test_many_who_log_flush_and_read_at_once(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)

    async def work(who: str) -> None:
        for number in range(40):
            view = log.start(replace(LOOK, who=who))
            if number % 3 == 0:
                await log.flush()
            log.end(view, LOOK)
            if number % 7 == 0:
                await log.entries(5)
                await log.consistency(0, (await log.frontier()).size)

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(work(f"p{number}"))
    assert (await log.frontier()).size == 640
    written = await log.entries(1_000)
    assert len(written) == 320
    assert all(entry.ended_90k is not None for _, entry in written)
    assert (await store.read(lambda connection: verify(connection, None))).problems == []


async def test_two_logs_of_one_database_do_not_tear_the_tree(store: Store, clock: HandClock) -> None:
    first, second = AccessLog(store, clock), AccessLog(store, clock)
    await first.frontier()
    await second.frontier()
    first.start(LOOK)
    await first.flush()
    second.start(LOOK)
    with pytest.raises(Conflict):
        await second.flush()
    await second.flush()
    assert (await second.frontier()).size == 2
    assert (await store.read(lambda connection: verify(connection, None))).problems == []


async def test_no_text_can_keep_the_log_from_being_written(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)
    for text in ("\ud800", "a\0b", "x" * 10_000, "'; DROP TABLE persons; --", "\u202eevil", "👩‍👩‍👧"):
        log.start(Look(text, "live", text, text, "internet", subject=text))
    log.refuse(LOOK, "\0")
    await log.flush()
    assert len(await log.entries(10)) == 7
    (_, entry), *_ = await log.entries(1, wanted=Wanted(who="a\0b"))
    assert entry.look.who == "a\N{REPLACEMENT CHARACTER}b"
    assert (await store.read(lambda connection: verify(connection, None))).problems == []


async def test_a_damaged_tree_is_told_and_stops_new_looks_from_being_unlogged(store: Store, clock: HandClock) -> None:
    log = AccessLog(store, clock)
    for _ in range(300):
        log.start(LOOK)
    await log.flush()

    def damage(connection: sa.Connection) -> None:
        for statement in dropping("access_log_nodes", connection.dialect.name):
            connection.exec_driver_sql(statement)
        connection.execute(sa.text("DELETE FROM access_log_nodes"))

    await store.run(damage)
    with pytest.raises(StorageFailed, match="ronda accesslog verify"):
        await AccessLog(store, clock).frontier()


KILLED = """
import asyncio, sys
from pathlib import Path
from ronda.base.time import SystemClock
from ronda.people.access_log import AccessLog, Look
from ronda.store.database import Store

async def main():
    store = await Store.open(sys.argv[1])
    log = AccessLog(store, SystemClock())
    for number in range(10**9):
        log.start(Look("budi", "live", "gang", str(number), "internet"))
        if number % 50 == 49:
            await log.flush()
            print((await log.frontier()).size, flush=True)

asyncio.run(main())
"""


def test_a_kill_between_and_in_batches_loses_nothing_that_was_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ronda.db'}"
    told = 0
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for _ in range(7):
                told = int(process.stdout.readline())
            process.kill()
    report = read_beside(url, Limits(), lambda connection: verify(connection, None))
    assert report.entries >= told
    assert report.problems == []


async def test_what_is_erased_is_in_no_file_any_more(tmp_path: Path, clock: HandClock) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'ronda.db'}")
    try:
        log = AccessLog(store, clock)
        log.start(Look("hapus.aku", "replay", "gang", "alasan unik", "internet"))
        await log.flush()
        held = {file.name for file in tmp_path.iterdir() if b"alasan unik" in file.read_bytes()}
        assert held
        assert await log.erase("hapus.aku") == 1
        for file in tmp_path.iterdir():
            assert b"alasan unik" not in file.read_bytes(), file
            assert b"hapus.aku" not in file.read_bytes(), file
    finally:
        await store.close()
