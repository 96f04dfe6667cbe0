"""A node: takes the cameras that the centre gives it, pulls, records, and serves their pictures.

Reached through the bus and through its ASGI application alone. Owns the streams, the archive and the
cameras' runtimes.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from math import inf
from typing import Final

import structlog
from prometheus_client import CollectorRegistry

from ronda.archive.archive import DISK_THREADS, Archive
from ronda.archive.filing.health import DiskAlarm
from ronda.archive.filing.segment import Author
from ronda.archive.volume import VolumeSettings
from ronda.base.causes import GapCause
from ronda.base.errors import Busy, NotFound
from ronda.base.metrics import QueueMetrics
from ronda.base.time import Clock
from ronda.bus.contract import (
    Assignment,
    AssignmentRequest,
    Bus,
    CameraSpec,
    CameraStatus,
    EventKind,
    assignment_subject,
    centre_subject,
)
from ronda.media.delivery.measures import register_measures
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.device import Devices
from ronda.media.sources.dialling import Dialler, DialLimits
from ronda.media.sources.opening import Opening
from ronda.media.sources.resolver import Resolver, ResolverLimits
from ronda.media.sources.supervisor import SupervisorTools
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams
from ronda.node.camera import CameraTools, NodeCamera
from ronda.node.metrics import NodeMetrics, register_intake
from ronda.node.reports import Reports
from ronda.node.requests import Answers, serving

_log = structlog.get_logger(__name__)
_TICK_S: Final = 1.0
_ASK_AGAIN_S: Final = 0.5
_BREATH: Final = 50


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """How a node works.

    Attributes:
        id: Its name.
        volumes: Where it records.
        zone: The city's time zone.
        dial: Its dial budgets.
        resolver: Its pool for names.
        streams: How its streams behave.
        derived: How many profiles may be transcoded at once.
        disk_threads: Threads that read footage.
        codec_threads: Threads that make stills.
        viewers: How many may watch at once.
        pulls: Whether it takes cameras; a command that only reads the archive does not.
    """

    id: str
    volumes: tuple[VolumeSettings, ...]
    zone: tzinfo
    dial: DialLimits = field(default_factory=DialLimits)
    resolver: ResolverLimits = field(default_factory=ResolverLimits)
    streams: StreamSettings = field(default_factory=StreamSettings)
    derived: int = 1
    disk_threads: int = DISK_THREADS
    codec_threads: int = 1
    viewers: int = 2000
    pulls: bool = True


class Node:
    """One node; used within `running`.

    Attributes:
        archive: Its recordings.
        streams: Its streams.
        devices: Where devices send their own pictures.
    """

    def __init__(self, settings: NodeSettings, bus: Bus, clock: Clock) -> None:
        self.settings = settings
        self.streams = Streams(clock, settings.streams)
        self.archive = Archive(
            settings.volumes,
            clock,
            author=Author(settings.id, 0),
            zone=settings.zone,
            disk_threads=settings.disk_threads,
            on_alarm=self._disk_alarm,
        )
        self.reports = Reports(settings.id, bus, clock, self.status)
        self.resolver = Resolver(clock, settings.resolver)
        self.opening = Opening(self.resolver.resolve, clock)
        self.devices = Devices()
        self.dialler = Dialler(clock, settings.dial)
        self._bus = bus
        self._revision = -1
        self._cameras: dict[str, NodeCamera] = {}
        self._tools = CameraTools(
            node=settings.id,
            clock=clock,
            zone=settings.zone,
            streams=self.streams,
            sources=SupervisorTools(self.opening, self.dialler, Accounts(clock), clock, random.random),
            archive=self.archive,
            devices=self.devices,
            transcoders=self.opening.transcoders,
            changed=self.reports.camera_changed,
        )

    def register_metrics(self, registry: CollectorRegistry) -> None:
        """Report the node's numbers through `registry`."""
        register_measures(registry)
        registry.register(NodeMetrics(self.streams, self.archive, lambda: len(self._cameras)))

    def register_queues(self, queues: QueueMetrics) -> None:
        """Report its bounded queues; the node must be running."""
        for volume in self.archive.volumes:
            register_intake(queues, volume)
        queues.add_pool(self.archive.pool)
        dial, names, reports = self.dialler, self.resolver, self.reports
        queues.add("dial", lambda: dial.waiting, lambda: 0, inf)
        queues.add("resolver", lambda: names.waiting, lambda: names.refused, names.limit)
        queues.add("node_events", lambda: reports.waiting, lambda: reports.dropped, reports.limit)

    def snapshot_url(self, id: str) -> str | None:
        """Return a camera's own snapshot address, credentials included."""
        camera = self._cameras.get(id)
        return camera.spec.snapshot_url if camera else None

    def camera(self, id: str) -> NodeCamera:
        """Return a camera of this node.

        Raises:
            NotFound: It is not here.
        """
        if id not in self._cameras:
            raise NotFound(f"there is no camera {id[:80]!r}")
        return self._cameras[id]

    def recorded_profile(self, id: str) -> str:
        """Return the profile that is recorded of a camera; `main` of one that is not here any more."""
        camera = self._cameras.get(id)
        return camera.recorded_profile if camera else "main"

    def status(self, id: str) -> CameraStatus | None:
        """Return a camera's status; None when it is not here."""
        camera = self._cameras.get(id)
        return camera.status() if camera else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the archive, take cameras, answer; close everything in order at the end."""
        async with AsyncExitStack() as stack:
            stack.callback(self.resolver.close)
            await stack.enter_async_context(self.archive)
            await stack.enter_async_context(self.streams)
            await stack.enter_async_context(serving(self.settings.id, self._answers(), self._bus))
            group = await stack.enter_async_context(asyncio.TaskGroup())
            tasks = [group.create_task(self.reports.run(lambda: list(self._cameras)), name="reports")]
            if self.settings.pulls:
                assignments = await stack.enter_async_context(
                    self._bus.subscribe(assignment_subject(self.settings.id), Assignment)
                )
                tasks += [
                    group.create_task(self._follow(assignments), name="assignments"),
                    group.create_task(self._ask_for_cameras(), name="first assignment"),
                    group.create_task(self._tick(), name="recording hours"),
                ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                for camera in list(self._cameras.values()):
                    await camera.close()

    def _answers(self) -> Answers:
        return Answers(
            archive=self.archive,
            opening=self.opening,
            dialler=self.dialler,
            recorded_profile=self.recorded_profile,
            trigger=lambda id, seconds: self.camera(id).trigger(seconds),
        )

    async def _follow(self, assignments: AsyncIterator[Assignment]) -> None:
        async for assignment in assignments:
            await self._take(assignment)

    async def _ask_for_cameras(self) -> None:
        """Ask until the centre answers: a node may start before it."""
        subject, request = centre_subject("assignment"), AssignmentRequest(node=self.settings.id)
        while self._revision < 0:
            try:
                await self._take(await self._bus.request(subject, request, Assignment, 2.0))
            except Busy:
                await asyncio.sleep(_ASK_AGAIN_S)

    async def _take(self, assignment: Assignment) -> None:
        """Follow the newest assignment: what is not named any more is closed, what is unchanged is untouched."""
        if assignment.revision <= self._revision:
            return
        self._revision = assignment.revision
        self.archive.fence(assignment.revision)
        wanted = {spec.id: spec for spec in assignment.cameras}
        for id in self._cameras.keys() - wanted.keys():
            await self._cameras.pop(id).close(GapCause.SCHEDULE)
            self.reports.forget(id)
        new = wanted.keys() - self._cameras.keys()
        for number, spec in enumerate(wanted.values()):
            if number % _BREATH == 0:
                await asyncio.sleep(0)
            await self._apply(spec)
        await self._remember(new)

    async def _remember(self, ids: Iterable[str]) -> None:
        """Let new cameras know when they were last recorded, all with one question."""
        found = await self.archive.last_ends([(id, self.recorded_profile(id)) for id in ids])
        for id, end_90k in found.items():
            self._cameras[id].remember(end_90k)
            self.reports.camera_changed(id)

    async def _apply(self, spec: CameraSpec) -> None:
        known = self._cameras.get(spec.id)
        if known is not None and known.spec == spec:
            return
        if known is None or known.spec.recording.days != spec.recording.days:
            await self.archive.keep(spec.id, spec.recording.days)
        if known is None:
            self._cameras[spec.id] = NodeCamera(spec, self._tools)
        else:
            await known.change(spec)
        self.reports.camera_changed(spec.id)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for camera in self._cameras.values():
                camera.tick()

    def _disk_alarm(self, alarm: DiskAlarm) -> None:
        kind = EventKind.DISK_RECOVERED if alarm.cause is None else EventKind.DISK_ALARM
        cause = alarm.cause.value if alarm.cause else None
        self.reports.event(kind, None, {"volume": alarm.volume, "cause": cause, "problem": alarm.detail})
