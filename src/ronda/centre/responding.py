"""What the centre does about what cameras see: alarms out of signs, quarantines, dispatches, and telling pages of it.

Owned state: none of its own. The database says what is still to be done for a camera's view; it is done at once, and
again at the next start where the centre fell in between.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final, Self

import sqlalchemy as sa
import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ronda.base.errors import BadInput, Conflict, NotFound, RondaError
from ronda.base.time import Clock
from ronda.bus.contract import CompareView, Done, EventKind, ViewAccepted
from ronda.bus.observations import ObservationBatch
from ronda.centre.centre import Centre
from ronda.centre.feed import FeedEvent
from ronda.city.camera import Camera, Quarantine
from ronda.insight.observations import Observations
from ronda.response.accuracy import Accuracy, accuracy
from ronda.response.alarm import KEPT_OUT, SYSTEM, Alarm, AlarmState, Entry, Verdict, ViewStep
from ronda.response.alarms import Alarms
from ronda.response.dispatch import THERE, Dispatch, Outcome
from ronda.response.dispatching import Dispatches
from ronda.response.rules import Bounds
from ronda.store.database import Store
from ronda.upkeep.photos import Photos

_log = structlog.get_logger(__name__)
_TICK_S: Final = 5.0
_TIDY_TICKS: Final = 720
REASONS: Final = {
    "turned": "kamera menghadap ke arah lain (the camera looks elsewhere)",
    "unlike": "gambar tidak menyerupai pemandangan kamera ini (the picture is unlike this camera's view)",
}
"""Why a camera was withdrawn, by the cause; whoever decides on publication reads it."""


class Responding:
    """Alarms and dispatches of one centre; `running` must be open for it to work.

    Args:
        store: The database.
        centre: Whose cameras they are.
        observations: Where signs come in.
        clock: The time.
        photos: Where agencies' photos of what they found are kept, by dispatch.
        bounds: What the installation sets.

    Attributes:
        photos: Agencies' photos.
        alarms: The alarms; change them through this class, so that pages learn of it.
        dispatches: Likewise.
        bounds: What the installation sets.
        withdrawn: Cameras withdrawn from publication because of what they showed.
        failed: How often something that is to be done by itself failed; it is tried again.
    """

    def __init__(
        self,
        store: Store,
        centre: Centre,
        observations: Observations,
        clock: Clock,
        photos: Photos,
        bounds: Bounds | None = None,
    ) -> None:
        self.photos = photos
        self.bounds = bounds or Bounds()
        self.alarms = Alarms(store, clock, self.bounds, self._area_of)
        self.dispatches = Dispatches(store, clock, self.bounds)
        self.withdrawn = 0
        self.failed = 0
        self.open: dict[AlarmState, int] = {}
        self._store = store
        self._centre = centre
        self._clock = clock
        self._taken: dict[tuple[str, int], list[Alarm]] = {}
        self._urgent = asyncio.Event()
        self._views = asyncio.Lock()
        observations.parties.append(self._party)
        observations.followers.append(self._follow)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Do what is to be done by itself while the context is open; yields itself."""
        await self.dispatches.open()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._work(), name="alarms")
            try:
                yield self
            finally:
                task.cancel()

    def register_metrics(self, registry: CollectorRegistry) -> None:
        """Report alarms and dispatches through `registry`."""
        registry.register(_Measures(self))

    async def accuracy(
        self, may: Callable[[str], bool], *, analytic: str = "", camera: str = "", by_camera: bool = True
    ) -> list[Accuracy]:
        """Return how right alarms were; see `ronda.response.accuracy.accuracy`."""
        return await accuracy(self._store, may, analytic=analytic, camera=camera, by_camera=by_camera)

    async def take_up(self, id: str, by: str, *, over: bool) -> Alarm:
        """Somebody looks at an alarm from now on."""
        return self._tell_one(await self.alarms.take_up(id, by, over=over))

    async def hold(self, id: str, by: str, until_90k: int, note: str) -> Alarm:
        """Let an alarm wait until a moment."""
        return self._tell_one(await self.alarms.hold(id, by, until_90k, note))

    async def close(self, id: str, by: str, verdict: Verdict, note: str) -> Alarm:
        """Close an alarm with a verdict; agencies that still have it are told.

        Raises:
            Conflict: It is closed, or keeps its camera out of publication: then its view is decided on.
        """
        before = (await self.alarms.get(id)).alarm
        camera = self._centre.cameras.find(before.camera)
        out = camera is not None and (before.view is ViewStep.WITHDRAW or camera.quarantine is not None)
        if before.open and before.view in KEPT_OUT and out:
            raise Conflict("the camera is out of publication for this alarm", "decide on its view")
        alarm, back = await self.alarms.close(id, by, verdict, note)
        self.tell([alarm], back)
        return alarm

    async def reopen(self, id: str, by: str, note: str) -> Alarm:
        """Open an alarm again; a camera whose view it is about leaves publication again."""
        alarm = self._tell_one(await self.alarms.reopen(id, by, note))
        await self._settle()
        return (await self.alarms.get(alarm.id)).alarm

    async def judge(self, id: str, by: str, verdict: Verdict, note: str) -> Alarm:
        """Give a closed alarm another verdict."""
        return self._tell_one(await self.alarms.judge(id, by, verdict, note))

    async def decide_view(self, id: str, by: str, step: ViewStep, verdict: Verdict, note: str) -> Alarm:
        """Decide on a camera's view, once somebody has looked; see `Alarms.decide_view`.

        Raises:
            BadInput: The alarm is not about a camera's view.
            Conflict: It is closed.
        """
        if (await self.alarms.get(id)).alarm.view is ViewStep.NONE:
            raise BadInput("this alarm is not about a camera's view", "close it with a verdict")
        alarms, back = await self.alarms.decide_view(id, by, step, verdict, note)
        self.tell(alarms, back)
        await self._settle()
        return (await self.alarms.get(id)).alarm

    async def offer(self, alarm: str, agency: str, by: str, note: str) -> Dispatch:
        """Hand an alarm to an agency.

        Raises:
            NotFound: There is no such alarm or agency.
            Conflict: The alarm is closed, or the agency has it already.
        """
        if self._centre.city.agencies.find(agency) is None:
            raise NotFound(f"there is no agency {agency[:40]!r}", "choose one of the register")
        return self._tell_dispatch(*await self.dispatches.offer(alarm, agency, by, note))

    async def accept(self, id: str, by: str) -> Dispatch:
        """Somebody of the agency goes there."""
        return self._tell_dispatch(*await self.dispatches.accept(id, by))

    async def decline(self, id: str, by: str, reason: str) -> Dispatch:
        """The agency does not go."""
        return self._tell_dispatch(*await self.dispatches.decline(id, by, reason))

    async def arrive(self, id: str, by: str) -> Dispatch:
        """Somebody of the agency is there."""
        return self._tell_dispatch(*await self.dispatches.arrive(id, by))

    async def done(self, id: str, by: str, outcome: Outcome, answer: str) -> Dispatch:
        """The agency has done what there was to do."""
        return self._tell_dispatch(*await self.dispatches.done(id, by, outcome, answer))

    async def photograph(self, id: str, by: str, data: bytes) -> Dispatch:
        """Keep an agency's photo of what is there; another one takes its place.

        Raises:
            BadInput: It is no picture, or one too large to open.
            Conflict: Nobody of the agency is there.
            Busy: Many photos are being looked at already.
        """
        if (await self.dispatches.get(id)).dispatch.state not in THERE:
            raise Conflict("nobody is there for this dispatch", "accept it first; after it is done nothing is added")
        await self.photos.save(id, data)
        return self._tell_dispatch(*await self.dispatches.photographed(id, by))

    async def withdraw(self, id: str, by: str) -> Dispatch:
        """The sender takes a dispatch back."""
        return self._tell_dispatch(*await self.dispatches.withdraw(id, by))

    def tell(self, alarms: Iterable[Alarm], dispatches: Iterable[Dispatch] = ()) -> None:
        """Let pages and agencies know of what changed."""
        known = {alarm.id: alarm for alarm in alarms}
        for alarm in known.values():
            self.dispatches.refresh(alarm)
            document = {
                "camera": alarm.camera,
                "alarm": alarm.id,
                "state": alarm.state.value,
                "priority": alarm.priority,
                "attention": alarm.attention.value,
            }
            self._centre.feed.publish(FeedEvent.of(EventKind.ALARM.value, alarm.camera, document))
        for dispatch in dispatches:
            if (alarm_of := known.get(dispatch.alarm)) is not None:
                self.dispatches.lend(alarm_of, [dispatch])
            told = {"camera": dispatch.camera, "dispatch": dispatch.id, "state": dispatch.state.value}
            self._centre.feed.publish(FeedEvent.of(EventKind.DISPATCH.value, dispatch.camera, told))

    async def pass_time(self) -> None:
        """Let holds end, alarms lapse and agencies' clocks run out."""
        self.tell(*await self.alarms.pass_time())

    def _party(self, connection: sa.Connection, batch: ObservationBatch) -> None:
        """In the store's writing thread, within the batch's transaction."""
        if batch.signs:
            self._taken[batch.node, batch.sequence] = self.alarms.take(connection, batch)

    def _follow(self, batch: ObservationBatch) -> None:
        """On the event loop, after the batch was kept."""
        changed = self._taken.pop((batch.node, batch.sequence), None)
        if changed:
            self.tell(changed)
            if any(alarm.view in (ViewStep.WITHDRAW, ViewStep.RELEASE) for alarm in changed):
                self._urgent.set()

    async def _work(self) -> None:
        ticks = 0
        self.open = await self._count_open()
        while True:
            try:
                await self._settle()
                await self.pass_time()
                self.open = await self._count_open()
                if ticks % _TIDY_TICKS == 0:
                    await self.alarms.tidy()
                    await self.photos.discard_older(self.bounds.days * 86_400)
            except RondaError as error:
                self.failed += 1
                _log.error("alarms: something is still to be done", problem=str(error))
            ticks += 1
            try:
                async with asyncio.timeout(_TICK_S):
                    await self._urgent.wait()
            except TimeoutError:
                pass
            self._urgent.clear()

    async def _count_open(self) -> dict[AlarmState, int]:
        found: dict[AlarmState, int] = {}
        for (_, state), number in (await self.alarms.open_by_camera()).items():
            found[AlarmState(state)] = found.get(AlarmState(state), 0) + number
        return found

    async def _settle(self) -> None:
        """Do what is to be done for cameras' views; one at a time, since the same camera may have two alarms."""
        async with self._views:
            for alarm in await self.alarms.views_to_do():
                try:
                    after = await self._view(alarm)
                except RondaError as error:
                    self.failed += 1
                    _log.warning("alarms: a view is not settled yet", camera=alarm.camera, problem=str(error))
                    continue
                if after is not None:
                    self.tell([after])

    async def _view(self, alarm: Alarm) -> Alarm | None:
        if alarm.camera not in self._centre.cameras:
            return await self.alarms.view_done(alarm, ViewStep.RELEASED)  # it is gone, and so is its view
        if alarm.view is ViewStep.WITHDRAW:
            await self._withdraw(alarm)
            entry = Entry(self._clock.utc_90k(), SYSTEM, "quarantined")
            return await self.alarms.view_done(alarm, ViewStep.WITHDRAWN, entry)
        if alarm.view is ViewStep.COMPARE:
            await self._centre.ask_node_of(alarm.camera, CompareView(camera=alarm.camera), Done)
            return await self.alarms.view_done(alarm, ViewStep.COMPARING)
        await self._release(alarm)
        if alarm.view is ViewStep.ACCEPT:
            await self._centre.ask_node_of(alarm.camera, ViewAccepted(camera=alarm.camera), Done)
        return await self.alarms.view_done(alarm, ViewStep.RELEASED)

    async def _withdraw(self, alarm: Alarm) -> None:
        cause = alarm.key.partition(":")[0]
        quarantine = Quarantine(REASONS.get(cause, cause), self._clock.utc_90k(), SYSTEM)
        already = self._centre.cameras.get(alarm.camera).quarantine is not None

        def alter(camera: Camera) -> Camera:
            return replace(camera, quarantine=camera.quarantine or quarantine)

        await self._centre.alter_camera(alarm.camera, alter, SYSTEM)
        self.withdrawn += not already

    async def _release(self, alarm: Alarm) -> None:
        """Let a camera be published again, unless another alarm or a person keeps it out."""
        if await self.alarms.kept_out(alarm.camera):
            return

        def alter(camera: Camera) -> Camera:
            ours = camera.quarantine is not None and camera.quarantine.by == SYSTEM
            return replace(camera, quarantine=None) if ours else camera

        await self._centre.alter_camera(alarm.camera, alter, alarm.judged_by or alarm.owner or SYSTEM)

    def _area_of(self, camera: str) -> str:
        place = self._centre.city.place(camera)
        return place.area if place is not None else ""

    def _tell_one(self, alarm: Alarm) -> Alarm:
        self.tell([alarm])
        return alarm

    def _tell_dispatch(self, alarm: Alarm, dispatch: Dispatch) -> Dispatch:
        self.tell([alarm], [dispatch])
        return dispatch


class _Measures(Collector):
    """Reads the numbers when they are asked for."""

    def __init__(self, responding: Responding) -> None:
        self._responding = responding

    def collect(self) -> Iterable[Metric]:
        """Yield what is open now, and what happened since the start."""
        responding = self._responding
        standing = GaugeMetricFamily("ronda_alarms_open", "Open alarms, by state.", labels=["state"])
        for state in (AlarmState.NEW, AlarmState.IN_PROGRESS, AlarmState.ON_HOLD):
            standing.add_metric([state.value], responding.open.get(state, 0))
        yield standing
        yield GaugeMetricFamily(
            "ronda_dispatches_under_way", "Alarms that agencies have.", value=responding.dispatches.under_way
        )
        tally = responding.alarms.tally
        for name, text, value in (
            ("ronda_signs", "Signs of alarms' causes taken.", tally.signs),
            ("ronda_alarms_made", "Alarms made.", tally.made),
            ("ronda_alarms_counted_only", "Causes only counted, since their camera had too many open.", tally.counted),
            ("ronda_alarms_lapsed", "Alarms that closed themselves.", tally.lapsed),
            ("ronda_quarantines", "Cameras withdrawn because of what they showed.", responding.withdrawn),
            ("ronda_alarms_failed", "Failures of what is to be done by itself.", responding.failed),
        ):
            yield CounterMetricFamily(name, text, value=value)
