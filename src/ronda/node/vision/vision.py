"""How a node lets its cameras be looked at: spreads them over workers, feeds these by tier, hands on what they see.

Lives on the event loop. Owns the workers, the feeds, the sweep, the pictures and the outbox.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from ronda.base.causes import GapCause
from ronda.base.errors import RondaError
from ronda.base.logging import Repeated, get_logger
from ronda.base.time import Clock
from ronda.bus.contract import Bus, CameraSpec, Done, request_subject
from ronda.bus.observations import FOLLOW_SIGHT, FollowSight, sight_subject
from ronda.media.sources.address import StreamAddress
from ronda.media.streams import Streams
from ronda.node.vision.attention import NO_EYE, OVERLOADED, UNDECODABLE, WORKER_DIED, Attention
from ronda.node.vision.eyes import Eyes
from ronda.node.vision.feed import Feed
from ronda.node.vision.outbox import Outbox
from ronda.node.vision.process import Offer, WorkerProcess
from ronda.node.vision.settings import VisionSettings
from ronda.node.vision.sightings import Sightings
from ronda.node.vision.sweep import Sweep
from ronda.node.vision.told import eye_id, seen_signs, seen_tracks, sight
from ronda.node.vision.views import Views
from ronda.vision.configuration import models_named
from ronda.vision.worker.messages import (
    ForgetCamera,
    FromWorker,
    LookAgain,
    LookNow,
    Missed,
    SeenTold,
    Shown,
    Tier,
    Trouble,
    WatchCamera,
)
from ronda.vision.worker.pace import Sparing

_log = get_logger("node.vision")
_TICK_S: Final = 1.0
_BREATH: Final = 50
_TIDY_S: Final = 600.0
_LAST_S: Final = 2.0
_MOST_FOLLOWED: Final = 200
_WATCH_RATE: Final = 1.0
_SWEEP_RATE: Final = 1.0


@dataclass(slots=True)
class _Looked:
    """A camera that is looked at: by whom, with what, and whether it is."""

    spec: CameraSpec
    worker: WorkerProcess
    feed: Feed | None
    attention: Attention | None


class Vision:
    """The eyes of a node; used within `running`.

    Args:
        node: The node's id.
        settings: How its cameras are looked at.
        streams: Where their pictures are.
        bus: Where what is seen goes.
        only_briefly: Called with a camera that was woken for one picture.
        snapshot_url: Returns a camera's snapshot address, with credentials, or None.

    Attributes:
        workers: The processes that look.
        outbox: What the centre has not taken yet.
        sightings: The pictures of what was seen.
        sweep: What goes round all cameras.
        views: What people say of cameras' views.
        eyes: Says which eyes there are.
        failures: Errors inside Ronda while taking in what workers say.
    """

    def __init__(
        self,
        node: str,
        settings: VisionSettings,
        streams: Streams,
        bus: Bus,
        *,
        only_briefly: Callable[[str], None] = lambda _: None,
        snapshot_url: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        clock = streams.clock
        self.workers = [WorkerProcess(number, settings, clock, self) for number in range(settings.workers)]
        self.outbox = Outbox(node, bus, clock, settings.gather_s, settings.backlog)
        self.sightings = Sightings(settings.pictures, clock, settings.pictures_bytes, settings.pictures_days)
        self.sweep = Sweep(streams, snapshot_url, settings, self._offer, only_briefly)
        self.views = Views(settings.own_eyes, self._look_now)
        self.eyes = Eyes(settings.models, self._try_again)
        self.failures = 0
        self._node = node
        self._settings = settings
        self._streams = streams
        self._clock: Clock = clock
        self._bus = bus
        self._loads = [0.0] * settings.workers
        self._looked: dict[str, _Looked] = {}
        self._fed: dict[str, _Looked] = {}
        self._followed: dict[str, float] = {}
        self._unseen: set[str] = set()
        self._tasks: asyncio.TaskGroup | None = None
        self._trouble = Repeated(_log, "what a vision worker says cannot be taken in", clock)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look at cameras while the context is open."""
        subject = request_subject(self._node, FOLLOW_SIGHT)
        async with (
            self._bus.serve(subject, FollowSight, self._follow),
            self.views.serving(self._node, self._bus),
            self.eyes.serving(self._node, self._bus),
            asyncio.TaskGroup() as group,
        ):
            self._tasks = group
            tasks = [group.create_task(worker.run(), name="vision worker") for worker in self.workers]
            tasks.append(group.create_task(self.outbox.run(), name="observations"))
            tasks.append(group.create_task(self.sweep.run(), name="sweep"))
            tasks.append(group.create_task(self.eyes.run(), name="eyes"))
            tasks.append(group.create_task(self._tick(), name="vision"))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                for looked in self._fed.values():
                    self._close_feed(looked)
                await self.outbox.flush(_LAST_S)
                self._tasks = None
                self.sightings.close()

    # The cameras, as the node has them.

    def put(self, spec: CameraSpec) -> None:
        """Look at a camera from now on as it asks for, or no more."""
        before = self._looked.get(spec.id)
        if before is not None and _alike(before.spec, spec):
            before.spec = spec
            if before.feed is not None:
                before.feed.spec = spec
            return
        self.remove(spec.id)
        if spec.vision.tier == "off" or not self.workers:
            return
        settings, fed = self._settings, spec.vision.tier != "sweep"
        worker = before.worker if before is not None else self._least_loaded()
        looked = _Looked(spec, worker, None, None)
        self._looked[spec.id] = looked
        self._loads[worker.number] += self._load(spec)
        if fed:
            # Of a camera that is counted each look counts: nothing is foretold there.
            sparing = Sparing(_WATCH_RATE) if spec.vision.tier == "watch" else None
            looked.feed = Feed(spec, self._streams, worker.offer, sparing)
            now_90k = self._clock.utc_90k()
            looked.attention = Attention(spec.id, self._rate(spec), now_90k, settings.patience_s)
            self._fed[spec.id] = looked
            worker.want()
            worker.say(self._asked(spec))
            looked.feed.keep()
        else:
            self.sweep.put(spec.id)
            worker.say(self._asked(spec))

    def remove(self, id: str) -> None:
        """Look at a camera no more."""
        looked = self._looked.pop(id, None)
        if looked is None:
            return
        self._loads[looked.worker.number] -= self._load(looked.spec)
        self._fed.pop(id, None)
        self._unseen.discard(id)
        self.sweep.remove(id)
        self._close_feed(looked)
        looked.worker.say(ForgetCamera(camera=id))

    @property
    def fed(self) -> int:
        """How many cameras are watched or counted."""
        return len(self._fed)

    @property
    def gaps(self) -> int:
        """How many of them are not looked at now though they should be."""
        return sum(one.attention is not None and one.attention.lasts for one in self._fed.values())

    # What the workers say (`Listener`).

    def began(self, worker: WorkerProcess) -> None:
        """Tell it of its cameras."""
        for looked in self._looked.values():
            if looked.worker is worker:
                self._tell_of(looked)

    def _tell_of(self, looked: _Looked) -> None:
        """Tell a worker anew what to do with a camera."""
        looked.worker.say(self._asked(looked.spec))
        if looked.feed is not None:
            looked.feed.begin_again()

    def said(self, worker: WorkerProcess, message: FromWorker, payload: bytes) -> None:
        """Take in what it says; what cannot be taken in is counted, and costs no more than itself."""
        try:
            self._take(message, payload)
        except (RondaError, ValueError) as error:
            self.failures += 1
            self._trouble.happened(problem=f"{type(error).__name__}: {error}"[:300])

    def _take(self, message: FromWorker, payload: bytes) -> None:
        match message:
            case Shown():
                self._spawn(message, payload)
            case SeenTold():
                self._seen(message)
            case Trouble():
                _log.warning("a camera cannot be looked at", camera=message.camera, problem=message.problem)
                if message.camera in self._looked:
                    self._unseen.add(message.camera)
                self._lost(message.camera, NO_EYE, f"{message.problem}: {message.mend}".removesuffix(": "))
            case Missed():
                looked = self._fed.get(message.camera)
                if looked is not None and looked.attention is not None:
                    looked.attention.suspect(OVERLOADED if message.cause == "overloaded" else UNDECODABLE)
            case LookAgain():
                self.sweep.again(message.camera, message.seconds, learning=message.learning)
            case _:
                pass

    def _try_again(self, eyes: set[str]) -> None:
        """Some eyes came, changed or went: look anew at cameras that name them or could not be looked at."""
        concerned = [
            looked
            for id, looked in self._fed.items()
            if id in self._unseen or not eyes.isdisjoint(_eyes_of(looked.spec))
        ]
        self._unseen.clear()
        for looked in concerned:  # all first: an eye that nobody looks with is opened anew
            looked.worker.say(ForgetCamera(camera=looked.spec.id))
        for looked in concerned:
            self._tell_of(looked)

    def ended(self, worker: WorkerProcess) -> None:
        """It died: what its cameras show now is seen by nobody."""
        for looked in self._fed.values():
            if looked.worker is worker:
                self._lost(looked.spec.id, WORKER_DIED)

    def _look_now(self, camera: str) -> None:
        """Let a camera be looked at as soon as may be."""
        looked = self._looked.get(camera)
        if looked is not None:
            looked.worker.say(LookNow(camera=camera))
        self.sweep.again(camera, 0.0)

    def _lost(self, camera: str, cause: str, problem: str = "") -> None:
        looked = self._fed.get(camera)
        if looked is not None and looked.attention is not None:
            for gap in looked.attention.lost(cause, self._clock.utc_90k(), problem):
                self.outbox.gap(gap)

    def _seen(self, told: SeenTold) -> None:
        looked = self._looked.get(told.camera)
        if looked is None:
            return
        if looked.attention is not None:
            self.outbox.gap(looked.attention.seen(told.at_90k))
        eye = eye_id(told.eye) if told.eye else None
        for measured in told.measures:
            which = (measured.analytic, measured.zone, measured.name, measured.unit, eye)
            self.outbox.measure(told.camera, measured.at_90k, which, measured.value)
        self.outbox.signs(seen_signs(told, eye))
        if eye is None:
            return
        for counted in told.counts:
            by = eye_id(counted.eye) if counted.eye else eye
            what = (counted.line, counted.direction, counted.label.value, by)
            self.outbox.count(told.camera, counted.at_90k, what, counted.speed_kmh)
        self.outbox.tracks(seen_tracks(told, eye))
        if self._followed.get(told.camera, 0.0) > self._clock.monotonic() and self._tasks is not None:
            self._tasks.create_task(self._bus.publish(sight_subject(told.camera), sight(told, eye)))

    async def _follow(self, asked: FollowSight) -> Done:
        """Publish what is seen of a camera for a while."""
        now = self._clock.monotonic()
        self._followed = {camera: until for camera, until in self._followed.items() if until > now}
        if asked.camera in self._fed and (asked.camera in self._followed or len(self._followed) < _MOST_FOLLOWED):
            self._followed[asked.camera] = now + asked.seconds
        return Done()

    def _spawn(self, shown: Shown, jpeg: bytes) -> None:
        if self._tasks is not None and shown.camera in self._looked:
            self._tasks.create_task(self.sightings.keep(shown.camera, shown.id, jpeg))

    # What is done now and then.

    async def _tick(self) -> None:
        tidied = self._clock.monotonic()
        while True:
            await asyncio.sleep(_TICK_S)
            for number, looked in enumerate(list(self._fed.values())):
                if number % _BREATH == 0:
                    await asyncio.sleep(0)
                if self._fed.get(looked.spec.id) is looked:
                    self._look_after(looked)
            if self._clock.monotonic() - tidied > _TIDY_S:
                tidied = self._clock.monotonic()
                await self.sightings.tidy()

    def _look_after(self, looked: _Looked) -> None:
        """Keep hold of a camera's stream, and notice when nothing is seen of it."""
        if looked.feed is None or looked.attention is None:
            return
        try:
            looked.feed.keep()
            self.outbox.gap(looked.attention.look(self._clock.utc_90k(), _stream_cause(looked.feed)))
        except Exception as error:  # noqa: BLE001  # a task's root: one camera must not end the others
            self.failures += 1
            self._trouble.happened(camera=looked.spec.id, problem=f"{type(error).__name__}: {error}")

    def _close_feed(self, looked: _Looked) -> None:
        if looked.feed is not None:
            looked.feed.close()
        if looked.attention is not None:
            self.outbox.gap(looked.attention.close(self._clock.utc_90k()))

    def _offer(self, camera: str) -> Offer:
        """Return what gives a swept camera's picture to its worker, which is started where it does not run."""
        looked = self._looked.get(camera)
        if looked is None:
            return lambda _message, _payload: False
        looked.worker.want()
        return looked.worker.offer

    def _asked(self, spec: CameraSpec) -> WatchCamera:
        vision = spec.vision
        document = {"timezone": self._settings.timezone, **vision.document}
        return WatchCamera(
            camera=spec.id,
            tier=Tier(vision.tier),
            eye=vision.eye,
            rate=self._rate(spec),
            document=document,
            name=spec.name,
            recorder=_recorder(spec),
        )

    def _rate(self, spec: CameraSpec) -> float:
        match spec.vision.tier:
            case "count":
                return self._settings.rate
            case "watch":
                return _WATCH_RATE
            case _:
                return _SWEEP_RATE

    def _load(self, spec: CameraSpec) -> float:
        """Return how many pictures a second a camera costs."""
        if spec.vision.tier == "sweep":
            return 1 / self._settings.sweep_s if self._settings.sweep_s else 0.0
        return self._rate(spec)

    def _least_loaded(self) -> WorkerProcess:
        return min(self.workers, key=lambda worker: self._loads[worker.number])


def _alike(one: CameraSpec, other: CameraSpec) -> bool:
    """Say whether nothing that matters for looking is different."""
    if one.name != other.name or _recorder(one) != _recorder(other):
        return False
    return one.vision == other.vision and (one.sub_url is None) == (other.sub_url is None)


def _eyes_of(spec: CameraSpec) -> set[str]:
    """Return the models that a camera is looked at with: its eye, and those that its rules name."""
    return {spec.vision.eye.partition("@")[0], *models_named(spec.vision.document)}


def _recorder(spec: CameraSpec) -> str:
    """Return what a camera hangs on, by its address; empty where that is no address on a network."""
    try:
        return StreamAddress.parse(spec.url).host or ""
    except RondaError:
        return ""


def _stream_cause(feed: Feed) -> str | None:
    """Return why a stream brings nothing; None while it does."""
    stream = feed.stream
    if stream is None:
        return GapCause.UNKNOWN.value
    return stream.cause.value if stream.cause is not None else None
