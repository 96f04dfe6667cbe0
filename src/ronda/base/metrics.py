"""Numbers for Prometheus; the registry is handed in, so that two servers in one test do not share one."""

import asyncio
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ronda.base.pools import Pool
from ronda.base.time import Clock

LAG_BUCKETS_S: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)


class LoopLag:
    """Measures how late the loop wakes: what any callback holding it costs everybody else.

    Attributes:
        worst_s: The longest lag since the start, for `/healthz` and benches.
    """

    def __init__(self, registry: CollectorRegistry, clock: Clock, interval_s: float = 0.1) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self.worst_s = 0.0
        self._lag_s = Histogram(
            "ronda_loop_lag_seconds", "How late the event loop wakes", buckets=LAG_BUCKETS_S, registry=registry
        )

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            due = self._clock.monotonic() + self._interval_s
            await asyncio.sleep(self._interval_s)
            self.observe(self._clock.monotonic() - due)

    def observe(self, lag_s: float) -> None:
        """Count one lag, in seconds."""
        self.worst_s = max(self.worst_s, lag_s)
        self._lag_s.observe(max(lag_s, 0.0))


class QueueMetrics(Collector):
    """Depth and drops of every bounded queue, read when somebody asks and never kept twice."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._queues: dict[str, tuple[Callable[[], float], Callable[[], float], float]] = {}
        registry.register(self)

    def add(self, queue: str, depth: Callable[[], float], drops: Callable[[], float], limit: float) -> None:
        """Report `queue`; a queue of the same name is replaced.

        Args:
            queue: Its name, with a unit where it is not counted in pieces, such as `archive_bytes`.
            depth: Reads how much it holds.
            drops: Reads how much it has dropped since the start.
            limit: The most it may hold.
        """
        self._queues[queue] = (depth, drops, limit)

    def remove(self, queue: str) -> None:
        """Stop reporting `queue`, when it is reported."""
        self._queues.pop(queue, None)

    def add_pool(self, pool: Pool) -> None:
        """Report a pool's waiting and refused jobs as the queue `pool_NAME`."""
        self.add(f"pool_{pool.name}", lambda: pool.depth, lambda: pool.refused, pool.limit)

    def collect(self) -> list[Metric]:
        """Read all queues now."""
        depths = GaugeMetricFamily("ronda_queue_depth", "What a bounded queue holds", labels=["queue"])
        limits = GaugeMetricFamily("ronda_queue_limit", "The most a queue may hold", labels=["queue"])
        drops = CounterMetricFamily("ronda_queue_drops", "What a full queue dropped", labels=["queue"])
        for name, (depth, dropped, limit) in self._queues.items():
            depths.add_metric([name], depth())
            limits.add_metric([name], limit)
            drops.add_metric([name], dropped())
        return [depths, limits, drops]
