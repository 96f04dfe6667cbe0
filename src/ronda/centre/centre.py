"""The centre: knows the cameras, tells the nodes, gathers what they tell, and answers the web.

Owned state: the newest status of each camera, the disk alarms in force, the event feed. It reaches nodes
through the bus alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar

import structlog

from ronda.base.causes import SourceState
from ronda.base.time import Clock
from ronda.bus.contract import (
    REQUEST_NAMES,
    AddHold,
    ArchiveCheckReport,
    ArchiveCheckRequest,
    AssignmentRequest,
    Bus,
    CameraStatus,
    Done,
    EventKind,
    ExtendHold,
    Hold,
    Holds,
    HoldsRequest,
    Message,
    Motion,
    MotionRequest,
    NodeEvent,
    ProbeReport,
    ProbeRequest,
    ReindexReport,
    ReindexRequest,
    RemoveHold,
    Span,
    Timeline,
    TimelineRequest,
    TriggerRecording,
    centre_subject,
    event_subject,
    request_subject,
    status_subject,
)
from ronda.bus.copies import COPY_REQUESTS
from ronda.bus.days import DAY_REQUESTS
from ronda.bus.deletion import DELETION_REQUESTS
from ronda.bus.devices import (
    DEVICE_REQUESTS,
    CancelDeviceJob,
    DeviceJob,
    DeviceJobAbout,
    SearchDevices,
    SweepRange,
    VisitRecorder,
)
from ronda.bus.evidence import EXPORT_REQUESTS
from ronda.bus.examining import EXAMINING_REQUESTS
from ronda.bus.fetching import FETCH_REQUESTS
from ronda.centre.assigning import Assigning
from ronda.centre.feed import EventFeed, FeedEvent
from ronda.centre.view import CameraViews, state_document
from ronda.city.camera import Camera
from ronda.city.city import Applied, City
from ronda.city.edit import Edit
from ronda.city.onboarding import NewChannel, NewPlace, edit_of
from ronda.city.place import Place
from ronda.city.registry import CameraChange, NewCamera
from ronda.store.database import Store

R = TypeVar("R", bound=Message)
_log = structlog.get_logger(__name__)
_PROBE_S: Final = 30.0
_BREATH: Final = 20
_TALLY_S: Final = 1.0
_ARCHIVE_S: Final = 24 * 3600.0
_DISK_EVENTS: Final = {EventKind.DISK_ALARM, EventKind.DISK_RECOVERED}
_NAMES: Final = {
    **REQUEST_NAMES,
    **DEVICE_REQUESTS,
    **COPY_REQUESTS,
    **EXPORT_REQUESTS,
    **DAY_REQUESTS,
    **DELETION_REQUESTS,
    **FETCH_REQUESTS,
    **EXAMINING_REQUESTS,
}


class Centre:
    """One centre with one node; `running` must be open for it to work.

    Attributes:
        city: Everything there is; change it through the centre, so that nodes and pages learn of it.
        cameras: Its cameras.
        feed: What happens, for pages.
        views: Documents of cameras.
    """

    def __init__(self, store: Store, bus: Bus, city: City, clock: Clock, node: str = "local") -> None:
        self.city = city
        self.cameras = city.cameras
        self.feed = EventFeed()
        self.views = CameraViews(city)
        self._bus = bus
        self._clock = clock
        self._node = node
        self._assigning = Assigning(store, bus, self.cameras, node)
        self._statuses: dict[str, CameraStatus] = {}
        self._alarms: dict[str, str] = {}
        self._tally = 0.0, (0, 0, 0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the node, answer it, and give it its cameras, while the context is open."""
        await self._assigning.begin()
        async with AsyncExitStack() as stack:
            statuses = await stack.enter_async_context(self._bus.subscribe(status_subject(self._node), CameraStatus))
            events = await stack.enter_async_context(self._bus.subscribe(event_subject(self._node), NodeEvent))
            group = await stack.enter_async_context(asyncio.TaskGroup())
            tasks = [
                group.create_task(self._follow_statuses(statuses)),
                group.create_task(self._follow_events(events)),
                group.create_task(self._assigning.run()),
            ]
            try:
                async with self._bus.serve(centre_subject("assignment"), AssignmentRequest, self._assigning.page):
                    yield
            finally:
                self.feed.close()
                for task in tasks:
                    task.cancel()

    def status(self, id: str) -> CameraStatus | None:
        """Return the newest status of a camera; None when no node has told one."""
        return self._statuses.get(id)

    def tally(self) -> tuple[int, int, int]:
        """Return how many cameras there are, show pictures, and are recorded; counted once a second at most."""
        now = self._clock.monotonic()
        if now >= self._tally[0]:
            statuses = [status for camera in self.cameras.all() if (status := self.status(camera.id))]
            running = sum(any(p.state is SourceState.RUNNING for p in one.profiles.values()) for one in statuses)
            recorded = sum(one.recording for one in statuses)
            self._tally = now + _TALLY_S, (len(self.cameras.all()), running, recorded)
        return self._tally[1]

    @property
    def alarms(self) -> tuple[str, ...]:
        """The disk alarms in force, as sentences."""
        return tuple(self._alarms.values())

    async def add_camera(self, new: NewCamera, by: str, *, local_files: bool = False) -> Camera:
        """Add a camera; see `CameraRegistry.add`."""
        camera = await self.cameras.add(new, by, local_files=local_files)
        self._changed(EventKind.CAMERA_ADDED, camera.id)
        return camera

    async def change_camera(self, id: str, change: CameraChange, by: str, *, local_files: bool = False) -> Camera:
        """Change a camera; see `CameraRegistry.change`."""
        before = self.cameras.get(id)
        camera = await self.cameras.change(id, change, by, local_files=local_files)
        if camera is not before:
            self._changed(EventKind.CAMERA_CHANGED, id)
        return camera

    async def remove_camera(self, id: str, by: str) -> Camera:
        """Remove a camera; see `CameraRegistry.remove`."""
        place = self.city.place(id)
        camera = await self.cameras.remove(id, by)
        self._statuses.pop(id, None)
        self.views.forget(id)
        self._changed(EventKind.CAMERA_REMOVED, id, place)
        return camera

    async def alter_camera(self, id: str, alteration: Callable[[Camera], Camera], by: str) -> Camera:
        """Change what the city knows of a camera; see `CameraRegistry.alter`."""
        before = self.cameras.get(id)
        camera = await self.cameras.alter(id, alteration, by)
        if camera is not before:
            self._changed(EventKind.CAMERA_CHANGED, id)
            if self.city.place_of(before).publication != self.city.place_of(camera).publication:
                self.feed.publish(FeedEvent.of(EventKind.PUBLICATION_CHANGED.value, id, {"camera": id}))
        return camera

    async def apply(self, edit: Edit, by: str) -> Applied:
        """Carry out an edit of the city; see `City.apply`."""
        applied = await self.city.apply(edit, by)
        for id in applied.removed.get("camera", ()):
            self._statuses.pop(id, None)
            self.views.forget(id)
        if not applied.nothing:
            self.feed.publish(FeedEvent.of(EventKind.REGISTRY_CHANGED.value, None, {}))
            for ids in (applied.added, applied.changed, applied.removed):
                self._assigning.touch(ids.get("camera", ()))
        return applied

    async def timeline(self, id: str, from_90k: int, to_90k: int, profile: str | None) -> Timeline:
        """Return a camera's coverage and gaps.

        Raises:
            NotFound: There is no such camera.
            Busy: The node does not answer.
        """
        self.cameras.get(id)
        return await self._ask(TimelineRequest(camera=id, profile=profile, from_90k=from_90k, to_90k=to_90k), Timeline)

    async def motion(self, id: str, from_90k: int, to_90k: int) -> tuple[Span, ...]:
        """Return when something moved at a camera, within six hours, by the size of its coded pictures.

        Raises:
            NotFound: There is no such camera.
            Busy: The node does not answer.
        """
        self.cameras.get(id)
        return (await self._ask(MotionRequest(camera=id, from_90k=from_90k, to_90k=to_90k), Motion)).stretches

    async def holds(self, camera: str | None = None) -> tuple[Hold, ...]:
        """Return the holds, of one camera or all."""
        return (await self._ask(HoldsRequest(camera=camera), Holds)).holds

    async def add_hold(self, hold: Hold) -> None:
        """Keep a range; see the node for what it refuses."""
        await self._ask(AddHold(hold=hold), Done)

    async def extend_hold(self, id: str, until_90k: int | None) -> None:
        """Let a hold end at another moment; None for when somebody ends it."""
        await self._ask(ExtendHold(id=id, until_90k=until_90k), Done)

    async def remove_hold(self, id: str) -> None:
        """End a hold."""
        await self._ask(RemoveHold(id=id), Done)

    async def trigger(self, id: str, seconds: float) -> None:
        """Something happens at a camera that is recorded at events: record it for so long from now.

        Raises:
            NotFound: There is no such camera.
            BadInput: It is not recorded at events.
        """
        self.cameras.get(id)
        await self._ask(TriggerRecording(camera=id, seconds=seconds), Done)

    async def probe(self, url: str) -> ProbeReport:
        """Let the node look at an address."""
        return await self._ask(ProbeRequest(url=url), ProbeReport, _PROBE_S)

    async def look_for_devices(self, asked: SearchDevices | VisitRecorder | SweepRange) -> DeviceJob:
        """Let the node begin to look for cameras and recorders; see `ronda.bus.devices`."""
        return await self._ask(asked, DeviceJob)

    async def device_job(self, id: str) -> DeviceJob:
        """Return how such a job stands, credentials included.

        Raises:
            NotFound: There is none (any more).
        """
        return await self._ask(DeviceJobAbout(job=id), DeviceJob)

    async def edit_of_found(self, job: str, place: NewPlace, channels: Sequence[NewChannel]) -> Edit:
        """Return the edit that adds what a visit found; see `ronda.city.onboarding.edit_of`."""
        return edit_of(self.city, await self.device_job(job), place, channels, self._clock.utc_90k(), self._node)

    async def cancel_device_job(self, id: str) -> None:
        """End such a job, and forget what it found."""
        await self._ask(CancelDeviceJob(job=id), Done)

    async def ask_node_of(self, camera: str, request: Message, kind: type[R], timeout_s: float = 10.0) -> R:
        """Ask the node that has a camera, or had it, something about its footage.

        Raises:
            Busy: It does not answer.
            RondaError: What it refuses with.
        """
        return await self._ask(request, kind, timeout_s)

    async def check_archive(self, *, repair: bool, hashes: bool, seal: bool = False) -> ArchiveCheckReport:
        """Let the node compare files, journal, index and coverage; with `hashes` every byte, which takes hours.

        With `seal` it also holds what is left against the trees of days that are over.
        """
        asked = ArchiveCheckRequest(repair=repair, hashes=hashes, seal=seal)
        return await self._ask(asked, ArchiveCheckReport, _ARCHIVE_S)

    async def ask_node(self, request: Message, kind: type[R]) -> R:
        """Ask the node something about all of its footage.

        Raises:
            Busy: It does not answer.
            RondaError: What it refuses with.
        """
        return await self._ask(request, kind)

    async def reindex(self) -> ReindexReport:
        """Let the node rebuild its index from files and journal."""
        return await self._ask(ReindexRequest(), ReindexReport, _ARCHIVE_S)

    async def _ask(self, request: Message, kind: type[R], timeout_s: float = 10.0) -> R:
        subject = request_subject(self._node, _NAMES[type(request)])
        return await self._bus.request(subject, request, kind, timeout_s)

    def _changed(self, kind: EventKind, id: str, place: Place | None = None) -> None:
        self.feed.publish(FeedEvent.of(kind.value, id, {"camera": id}, place=place))
        self._assigning.touch([id])

    async def _follow_statuses(self, statuses: AsyncIterator[CameraStatus]) -> None:
        number = 0
        async for status in statuses:
            number += 1
            if number % _BREATH == 0:
                await asyncio.sleep(0)  # what waits already is read without a pause
            if status.camera not in self.cameras:
                continue  # it was removed while the node was speaking
            before = self._statuses.get(status.camera)
            self._statuses[status.camera] = status
            if not self.feed.followers:
                continue
            since = self.cameras.get(status.camera).created_90k
            document, public = (
                {"camera": status.camera, "state": state_document(status, since, reasons=reasons)}
                for reasons in (True, False)
            )
            turned = _leading(before) is not _leading(status)
            kind = EventKind.CAMERA_STATUS.value
            self.feed.publish(FeedEvent.of(kind, status.camera, document, public, turned=turned))

    async def _follow_events(self, events: AsyncIterator[NodeEvent]) -> None:
        async for event in events:
            self._take(event)

    def _take(self, event: NodeEvent) -> None:
        if event.kind not in _DISK_EVENTS:
            document = {"camera": event.camera, "detail": event.detail}
            self.feed.publish(FeedEvent.of(event.kind.value, event.camera, document))
            return
        sentence = _sentence(event)
        volume = str(event.detail.get("volume", ""))
        if event.kind is EventKind.DISK_ALARM:
            self._alarms[volume] = sentence
        else:
            self._alarms.pop(volume, None)
        _log.warning("disk", kind=event.kind.value, detail=event.detail)
        self.feed.publish(FeedEvent.of(event.kind.value, None, {"detail": sentence}))


def _leading(status: CameraStatus | None) -> SourceState:
    main = status.profiles.get("main") if status else None
    return main.state if main else SourceState.IDLE


def _sentence(event: NodeEvent) -> str:
    text = event.detail.get("problem") or event.detail.get("message")
    return str(text) if text else ", ".join(f"{name}: {value}" for name, value in event.detail.items()) or "disk alarm"
