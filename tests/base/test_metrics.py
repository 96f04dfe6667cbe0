"""Loop lag and the depth of queues."""

import asyncio
import time

from prometheus_client import CollectorRegistry, generate_latest

from ronda.base.metrics import LoopLag, QueueMetrics
from ronda.base.pools import Pool
from ronda.base.time import SystemClock


async def test_a_callback_that_holds_the_loop_is_seen() -> None:
    registry = CollectorRegistry()
    lag = LoopLag(registry, SystemClock(), interval_s=0.01)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(lag.run())
        await asyncio.sleep(0.03)
        time.sleep(0.15)
        await asyncio.sleep(0.03)
        task.cancel()
    assert lag.worst_s > 0.1
    count = registry.get_sample_value("ronda_loop_lag_seconds_count")
    assert count
    assert (registry.get_sample_value("ronda_loop_lag_seconds_bucket", {"le": "0.1"}) or 0) < count


def test_queues_are_read_when_asked() -> None:
    registry = CollectorRegistry()
    queues = QueueMetrics(registry)
    held: list[int] = []
    queues.add("fragments", lambda: len(held), lambda: 3, 10)
    held.extend([1, 2])
    assert registry.get_sample_value("ronda_queue_depth", {"queue": "fragments"}) == 2
    assert registry.get_sample_value("ronda_queue_limit", {"queue": "fragments"}) == 10
    assert registry.get_sample_value("ronda_queue_drops_total", {"queue": "fragments"}) == 3
    queues.remove("fragments")
    assert registry.get_sample_value("ronda_queue_depth", {"queue": "fragments"}) is None


def test_pools_are_queues_too() -> None:
    registry = CollectorRegistry()
    pool = Pool("disk", 1)
    QueueMetrics(registry).add_pool(pool)
    assert b'ronda_queue_depth{queue="pool_disk"} 0.0' in generate_latest(registry)
    pool.close()
