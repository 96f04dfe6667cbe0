"""A node: takes the cameras that the centre gives it, pulls, records, and serves their pictures.

Reached through the bus and through its ASGI application alone. Owns the streams, the archive and the
cameras' runtimes.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from math import inf
from pathlib import Path
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
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.bus.contract import (
    AssignmentChange,
    Bus,
    CameraSpec,
    CameraStatus,
    EventKind,
    Watching,
    assignment_subject,
)
from ronda.bus.copies import MakeCopy
from ronda.bus.evidence import MakeExport
from ronda.bus.examining import StartExamination
from ronda.bus.fetching import MakeFetch
from ronda.bus.witness import HEAD_SUBJECT, HeadTold
from ronda.media.delivery.measures import register_measures
from ronda.media.devices.desk import DeviceDesk
from ronda.media.devices.recordings.recorders import Recorders
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.device import Devices
from ronda.media.sources.dialling import Dialler, DialLimits
from ronda.media.sources.opening import Opening
from ronda.media.sources.resolver import Resolver, ResolverLimits
from ronda.media.sources.supervisor import SupervisorTools
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams
from ronda.node.assignments import Assignments
from ronda.node.camera import CameraTools, NodeCamera
from ronda.node.days.days import Days
from ronda.node.devices import serving_devices
from ronda.node.examining.doors import serving_examinations
from ronda.node.examining.orders import Examinations
from ronda.node.examining.pictures import BoardDoor
from ronda.node.examining.process import Examiner
from ronda.node.examining.work import Examined, ExamTools, examine
from ronda.node.fetching.answers import serving_fetches
from ronda.node.fetching.orders import Fetches, FetchManners
from ronda.node.fetching.stick import StickDesk
from ronda.node.fetching.work import FetchTools, Progress, fetch
from ronda.node.metrics import NodeMetrics, register_intake
from ronda.node.ordered.contact_sheets import ENDING, sheet_of
from ronda.node.ordered.copies import Copies
from ronda.node.ordered.copy_routes import serving_copies
from ronda.node.ordered.copying import Tools, make_copy
from ronda.node.ordered.export_routes import serving_exports
from ronda.node.ordered.exporting import Unsigned, make_export
from ronda.node.ordered.exports import Exports
from ronda.node.reports import Reports
from ronda.node.requests import Answers, serving
from ronda.node.roster import Roster, never_sleeps
from ronda.node.vision.metrics import VisionMetrics, register_vision_queues
from ronda.node.vision.settings import VisionSettings
from ronda.node.vision.vision import Vision
from ronda.node.witness.witness import Witness

_log = structlog.get_logger(__name__)
_TICK_S: Final = 1.0
_BREATH: Final = 20
_AT_ONCE: Final = 500
_MANY: Final = 1000


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
        public_viewers: How many of them may be residents who are not signed in.
        pulls: Whether it takes cameras; a command that only reads the archive does not.
        copies: Folder of the masked copies; None for one beside the first volume.
        exports: Folder of the sealed exports; None for one beside the first volume.
        fetching: How footage is fetched from recorders; None as it comes, in the node's zone.
        vision: How its cameras are looked at; None for not at all.
        examinations: Folder of what examinations found; None for one beside the first volume.
        examiner: How examinations run.
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
    public_viewers: int = 1500
    pulls: bool = True
    copies: Path | None = None
    exports: Path | None = None
    fetching: FetchManners | None = None
    vision: VisionSettings | None = None
    examinations: Path | None = None
    examiner: Examiner = field(default_factory=Examiner)


class Node:
    """One node; used within `running`.

    Attributes:
        archive: Its recordings.
        roster: Its cameras.
        streams: The streams of those that somebody needs.
        devices: Where devices send their own pictures.
        desk: Where it is asked for devices that are not registered yet.
        witness: What keeps the access log's heads that it is shown, beside its first volume's recordings.
        grown: Called after many cameras have come in.
        codec: Where pictures are made; None as long as its application is not open.
        copies: The masked copies that were made here.
        exports: The sealed exports that were made here.
        days: The trees of its cameras' days.
        fetches: What is fetched from recorders' own archives.
        stick: Where files of footage are taken in.
        vision: Its eyes; None where nothing is looked at.
        examinations: What examinations of cases' footage found here.
    """

    def __init__(self, settings: NodeSettings, bus: Bus, clock: Clock) -> None:
        self.settings = settings
        self.roster = Roster(settings.id, self._open_camera)
        self.streams = Streams(clock, settings.streams, self.roster)
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
        self.desk = DeviceDesk(clock, self.opening, self.dialler)
        self.witness = Witness(settings.id, settings.volumes[0].folder, bus, clock)
        self.grown: Callable[[], None] = lambda: None
        self.codec: Pool | None = None
        folder = settings.copies or settings.volumes[0].folder.with_name("copies")
        self.copies = Copies(folder, self._make_copy, self.archive.pool, clock)
        folder = settings.exports or settings.volumes[0].folder.with_name("exports")
        self.days = Days(settings.id, self.archive, settings.volumes[0].folder, bus, clock)
        self.exports = Exports(folder, self._make_export, self.archive.pool, clock, self._beside_export)
        folder = settings.examinations or settings.volumes[0].folder.with_name("examinations")
        self.examinations = Examinations(folder, self._examine, self.archive.pool, clock)
        self._fetching = FetchTools(
            archive=self.archive,
            recorders=Recorders(self.resolver.resolve, clock, self.desk.pool, settings.zone),
            clock=clock,
            live_url=self.live_url,
            profile=self.recorded_profile,
        )
        file = settings.volumes[0].folder.with_name("fetches.json")
        folder = settings.volumes[0].folder.with_name("incoming")
        self.stick = StickDesk(folder, self.archive, self.opening.transcoders, self.recorded_profile, clock)
        manners = settings.fetching or FetchManners(settings.zone)
        self.fetches = Fetches(file, self._fetch, self.archive.pool, clock, manners)
        self.vision = self._open_vision(bus)
        self._first_cameras = asyncio.Event()
        self._bus = bus
        self._clock = clock
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
        registry.register(NodeMetrics(self.streams, self.archive, self.roster))
        if self.vision is not None:
            registry.register(VisionMetrics(self.vision))

    def register_queues(self, queues: QueueMetrics) -> None:
        """Report its bounded queues; the node must be running."""
        for volume in self.archive.volumes:
            register_intake(queues, volume)
        queues.add_pool(self.archive.pool)
        queues.add_pool(self.desk.pool)
        queues.add_pool(self.stick.pool)
        queues.add_pool(self.witness.pool)
        if self.vision is not None:
            register_vision_queues(self.vision, queues)
        dial, names, reports = self.dialler, self.resolver, self.reports
        queues.add("dial", lambda: dial.waiting, lambda: 0, inf)
        queues.add("resolver", lambda: names.waiting, lambda: names.refused, names.limit)
        queues.add("node_events", lambda: reports.waiting, lambda: reports.dropped, reports.limit)

    def snapshot_url(self, id: str) -> str | None:
        """Return a camera's own snapshot address, credentials included."""
        spec = self.roster.spec(id)
        return spec.snapshot_url if spec else None

    def live_url(self, id: str) -> str | None:
        """Return where a camera's stream is, credentials included; None when it is not here."""
        spec = self.roster.spec(id)
        return spec.url if spec else None

    def camera(self, id: str) -> NodeCamera:
        """Return a camera of this node, waking it where it sleeps.

        Raises:
            NotFound: It is not here.
        """
        self.roster.wake(id)
        camera = self.roster.awake(id)
        if camera is None:
            raise NotFound(f"there is no camera {id[:80]!r}")
        return camera

    def recorded_profile(self, id: str) -> str:
        """Return the profile that is recorded of a camera; `main` of one that is not here any more."""
        return self.roster.recorded_profile(id)

    def status(self, id: str) -> CameraStatus | None:
        """Return a camera's status; None when it is not here."""
        return self.roster.status(id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the archive, take cameras, answer; close everything in order at the end."""
        async with AsyncExitStack() as stack:
            stack.callback(self.resolver.close)
            stack.callback(self.stick.close)
            await stack.enter_async_context(self.archive)
            stack.push_async_callback(self.days.close)
            await stack.enter_async_context(self.streams)
            if self.vision is not None:
                await stack.enter_async_context(self.vision.running())
            await stack.enter_async_context(serving(self.settings.id, self._answers(), self._bus))
            await stack.enter_async_context(serving_devices(self.settings.id, self.desk, self._bus))
            await stack.enter_async_context(serving_exports(self.settings.id, self.exports, self._bus))
            if self.settings.pulls:
                fetching = serving_fetches(self.settings.id, self.fetches, self._fetching, self._bus)
                await stack.enter_async_context(fetching)
                await stack.enter_async_context(serving_copies(self.settings.id, self.copies, self._bus))
                door = BoardDoor(
                    self.copy_tools, self.vision.sightings if self.vision is not None else None, self.examinations
                )
                examining = serving_examinations(self.settings.id, self.examinations, door, self._bus)
                await stack.enter_async_context(examining)
            group = await stack.enter_async_context(asyncio.TaskGroup())
            tasks = [group.create_task(self.reports.run(self.roster.at_work), name="reports")]
            if self.settings.pulls:
                changes = await stack.enter_async_context(
                    self._bus.subscribe(assignment_subject(self.settings.id), AssignmentChange)
                )
                heads = await stack.enter_async_context(self._bus.subscribe(HEAD_SUBJECT, HeadTold))
                assignments = Assignments(self.settings.id, self._bus, self)
                tasks += [
                    group.create_task(self.witness.run(heads), name="witness of the access log"),
                    group.create_task(assignments.run(changes), name="assignments"),
                    group.create_task(self._tick(), name="recording hours"),
                    group.create_task(self.days.run(), name="days' roots"),
                ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await self.roster.close()

    def copy_tools(self) -> Tools:
        """Return what masked copies are made with.

        Raises:
            Busy: Its application is not open (yet).
        """
        if self.codec is None:
            raise Busy("this node makes no pictures yet", "try again in a moment")
        return Tools(self.archive, self.codec, self.recorded_profile)

    async def _make_copy(self, order: MakeCopy, folder: Path, progress: Callable[[float], None]) -> int:
        return await make_copy(self.copy_tools(), order, folder, progress)

    async def _make_export(self, order: MakeExport, folder: Path, progress: Callable[[float], None]) -> Unsigned:
        return await make_export(self.archive, self.recorded_profile(order.camera), order, folder, progress)

    async def _beside_export(self, order: MakeExport, unsigned: Unsigned) -> dict[str, bytes]:
        return {ENDING: await sheet_of(self.copy_tools(), self._tools.zone, order, unsigned.made)}

    async def _examine(self, order: StartExamination, folder: Path, progress: Callable[[float], None]) -> Examined:
        settings = self.settings
        models = settings.vision.models if settings.vision else settings.volumes[0].folder.with_name("models")
        tools = ExamTools(self.archive, self.recorded_profile, self._eye_of, models, settings.examiner)
        return await examine(tools, order, folder, progress)

    def _eye_of(self, id: str) -> str:
        """Return the eye that looks at a camera; of one that is not here any more the built-in one."""
        spec = self.roster.spec(id)
        return spec.vision.eye if spec else Watching().eye

    async def _fetch(self, order: MakeFetch, progress: Progress) -> list[tuple[int, int]]:
        return await fetch(self._fetching, order, progress)

    def _answers(self) -> Answers:
        return Answers(
            archive=self.archive,
            opening=self.opening,
            dialler=self.dialler,
            recorded_profile=self.recorded_profile,
            trigger=lambda id, seconds: self.camera(id).trigger(seconds),
            days=self.days,
        )

    async def has_cameras(self, patience_s: float) -> bool:
        """Wait until the node has its cameras, for some time at most; return whether it has."""
        try:
            async with asyncio.timeout(patience_s):
                await self._first_cameras.wait()
        except TimeoutError:
            return False
        return True

    async def take_all(self, revision: int, cameras: Mapping[str, CameraSpec]) -> None:
        """Have exactly these cameras: what is not named any more is closed, what is unchanged is untouched."""
        self.archive.fence(revision)
        await self._remove([id for id in self.roster if id not in cameras])
        if self.vision is not None:
            await self.vision.views.keep_only(cameras)
        await self._put(list(cameras.values()))
        self._first_cameras.set()

    async def take_change(self, change: AssignmentChange) -> None:
        """Follow one change of the assignment."""
        self.archive.fence(change.revision)
        await self._remove(change.removed)
        if self.vision is not None and change.removed:
            await self.vision.views.forget(change.removed)
        await self._put(change.put)

    async def _remove(self, ids: Iterable[str]) -> None:
        for number, id in enumerate(ids):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if self.vision is not None:
                self.vision.remove(id)
            await self.roster.remove(id, GapCause.SCHEDULE)
            self.reports.forget(id)

    async def _put(self, cameras: Sequence[CameraSpec]) -> None:
        """Take cameras in or follow their new descriptions, a few at a time: the loop has other work too."""
        new: list[str] = []
        for first in range(0, len(cameras), _AT_ONCE):
            different = [spec for spec in cameras[first : first + _AT_ONCE] if self.roster.spec(spec.id) != spec]
            new += [spec.id for spec in different if spec.id not in self.roster]
            await self._keep(different)
            for number, spec in enumerate(different):
                if number % _BREATH == 0:
                    await asyncio.sleep(0)
                known = self.roster.awake(spec.id) is not None
                await self.roster.put(spec)
                if self.vision is not None:
                    self.vision.put(spec)
                if known or self.roster.awake(spec.id) is not None:
                    self.reports.camera_changed(spec.id)
        if new:
            await self._remember(new)
        if len(new) >= _MANY:
            self.grown()

    async def _keep(self, cameras: Iterable[CameraSpec]) -> None:
        """Say for how long footage is kept, of cameras that have some or will."""
        known = {spec.id: self.roster.spec(spec.id) for spec in cameras}
        days = {
            spec.id: spec.recording.days
            for spec in cameras
            if never_sleeps(spec) or ((before := known[spec.id]) and before.recording.days != spec.recording.days)
        }
        if days:
            await self.archive.keep(days)

    async def _remember(self, ids: Iterable[str]) -> None:
        """Find out when new cameras were last recorded, all with one question."""
        found = await self.archive.last_ends([(id, self.recorded_profile(id)) for id in ids])
        asleep = {id: spec for id in found if (spec := self.roster.spec(id)) is not None and not never_sleeps(spec)}
        if asleep:
            await self.archive.keep({id: spec.recording.days for id, spec in asleep.items()})
        for id, end_90k in found.items():
            self.roster.remember(id, end_90k)
            self.reports.camera_changed(id)

    def _open_vision(self, bus: Bus) -> Vision | None:
        settings = self.settings.vision
        if settings is None or not settings.workers or not self.settings.pulls:
            return None
        return Vision(
            self.settings.id,
            settings,
            self.streams,
            bus,
            only_briefly=self.roster.only_briefly,
            snapshot_url=self.snapshot_url,
        )

    def _open_camera(self, spec: CameraSpec) -> NodeCamera:
        return NodeCamera(spec, self._tools)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for number, camera in enumerate(self.roster.all_awake):
                if number % _BREATH == 0:
                    await asyncio.sleep(0)
                if self.roster.awake(camera.spec.id) is camera:
                    if await self.roster.look_after(camera, self._clock.monotonic()):
                        self.reports.forget(camera.spec.id)

    def _disk_alarm(self, alarm: DiskAlarm) -> None:
        kind = EventKind.DISK_RECOVERED if alarm.cause is None else EventKind.DISK_ALARM
        cause = alarm.cause.value if alarm.cause else None
        self.reports.event(kind, None, {"volume": alarm.volume, "cause": cause, "problem": alarm.detail})
