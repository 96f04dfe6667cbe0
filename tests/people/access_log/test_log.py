"""The log loses nothing: not at the end, not when the database fails, and it says when it cannot go on."""

import pytest
import sqlalchemy as sa
from tests.people.conftest import HandClock

from ronda.base.errors import Busy, StorageFailed
from ronda.people.access_log import AccessLog, Look
from ronda.people.people import People
from ronda.store.database import Store

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
