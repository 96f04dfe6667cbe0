"""Pools: named threads, a bound, and what cancelling does."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from ronda.base.errors import Busy
from ronda.base.pools import Pool


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool("disk", threads=1, limit=2)
    yield pool
    pool.close()


async def test_work_runs_on_a_thread_that_bears_the_name(pool: Pool) -> None:
    assert (await pool.run(lambda: threading.current_thread().name)).startswith("disk")
    assert await pool.run(divmod, 7, 2) == (3, 1)


async def test_failures_come_back(pool: Pool) -> None:
    with pytest.raises(ZeroDivisionError):
        await pool.run(divmod, 1, 0)


async def test_past_its_bound_it_refuses_and_counts(pool: Pool) -> None:
    gate = threading.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(pool.run(gate.wait))
        group.create_task(pool.run(gate.wait))
        await asyncio.sleep(0)
        assert pool.depth == 2
        with pytest.raises(Busy, match="disk pool"):
            await pool.run(gate.wait)
        gate.set()
    assert pool.refused == 1
    await pool.finished()
    assert pool.depth == 0


async def test_a_cancelled_job_that_has_not_begun_is_never_done(pool: Pool) -> None:
    gate, done = threading.Event(), threading.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(pool.run(gate.wait))
        waiting = group.create_task(pool.run(done.set))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        gate.set()
    await pool.run(lambda: None)
    assert not done.is_set()
