"""Showing the access log's heads to every node, and gathering what they say of them.

Owned state: the newest report of each node. A node that disputes a head has been shown two histories: that is an
alarm, until it is shown a head again that follows from what it has seen.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ronda.base.errors import Busy, RondaError
from ronda.base.time import Clock
from ronda.bus.contract import Bus, centre_subject
from ronda.bus.witness import HEAD_SUBJECT, HeadTold, WitnessReport
from ronda.people.access_log import AccessLog
from ronda.people.access_log.head import Head
from ronda.people.access_log.heads import Heads
from ronda.people.access_log.succession import SENTENCES, told_of

_log = structlog.get_logger(__name__)
_MOST_NODES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Heard:
    """What a node said last, and when."""

    report: WitnessReport
    at_90k: int


class Witnessing:
    """The centre's side of the witnesses; `running` must be open for it to work."""

    def __init__(self, log: AccessLog, heads: Heads, bus: Bus, clock: Clock) -> None:
        self._log = log
        self._heads = heads
        self._bus = bus
        self._clock = clock
        self._heard: dict[str, Heard] = {}

    @property
    def heard(self) -> list[Heard]:
        """What each node said last, by its name."""
        return [self._heard[node] for node in sorted(self._heard)]

    @property
    def alarms(self) -> tuple[str, ...]:
        """A sentence for each node that disputes the newest head."""
        return tuple(
            f"{one.report.node} refuses the access log's newest head: {SENTENCES[one.report.objection]}"
            for one in self.heard
            if one.report.objection is not None
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish each new head and answer nodes while the context is open."""
        async with asyncio.TaskGroup() as group, self._bus.serve(centre_subject("witness"), WitnessReport, self.take):
            publishing = group.create_task(self._publish(), name="heads to every node")
            try:
                yield
            finally:
                publishing.cancel()

    def register_metrics(self, registry: CollectorRegistry) -> None:
        """Report what the nodes say through `registry`."""
        registry.register(_Measures(self))

    async def take(self, report: WitnessReport) -> HeadTold:
        """Note what a node says, and return the newest head with the proof that leads there from its own.

        Raises:
            Busy: More nodes report than there can be.
            StorageFailed: There is no head, and none can be made.
        """
        self._note(report)
        head = await self._heads.newest()
        return told_of(head, report.size or 0, await self._proof(report.size or 0, head))

    def _note(self, report: WitnessReport) -> None:
        before = self._heard.get(report.node)
        if before is None and len(self._heard) >= _MOST_NODES:
            raise Busy(f"{_MOST_NODES} nodes report already", "look which of them are real")
        self._heard[report.node] = Heard(report, self._clock.utc_90k())
        said = before.report.objection if before else None
        if report.objection is not None and report.objection is not said:
            _log.error(
                "access log: a node refuses the newest head",
                node=report.node,
                objection=SENTENCES[report.objection],
                seen=report.size,
                mend="run ronda accesslog verify, and let somebody look who is not this machine's administrator",
            )
        elif said is not None and report.objection is None:
            _log.warning("access log: a node accepts heads again", node=report.node, refused=report.refused)

    async def _publish(self) -> None:
        """Publish each new head, with the proof from the one before it; the first without: nodes ask for theirs."""
        before: Head | None = None
        while True:
            head = await self._heads.after(before)
            first = before.size if before is not None else 0
            await self._bus.publish(HEAD_SUBJECT, told_of(head, first, await self._proof(first, head)))
            before = head

    async def _proof(self, first: int, head: Head) -> list[bytes] | None:
        """Return the proof from a tree of `first` entries to a head; None where there is none."""
        if first > head.size:
            return None
        try:
            return await self._log.consistency(first, head.size)
        except RondaError as error:
            _log.error("access log: nothing can be proved", first=first, second=head.size, problem=str(error))
            return None


class _Measures(Collector):
    """What the nodes say, read when somebody asks."""

    def __init__(self, witnessing: Witnessing) -> None:
        self._witnessing = witnessing

    def collect(self) -> list[Metric]:
        """Read everything now."""
        seen = GaugeMetricFamily(
            "ronda_accesslog_witnessed", "Entries under the newest head that a node accepted", labels=["node"]
        )
        disputed = GaugeMetricFamily(
            "ronda_accesslog_disputed", "1 while a node refuses the newest head", labels=["node"]
        )
        refused = CounterMetricFamily("ronda_accesslog_heads_refused", "Heads that a node refused", labels=["node"])
        for one in self._witnessing.heard:
            report = one.report
            seen.add_metric([report.node], report.size or 0)
            disputed.add_metric([report.node], report.objection is not None)
            refused.add_metric([report.node], report.refused)
        return [seen, disputed, refused]
