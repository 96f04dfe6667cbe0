"""Jobs that look for devices: begun, asked about, ended; a few at once, each bounded, kept for half an hour.

Owned state: the jobs with what they found, passwords and stills included. Neither is ever logged.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ronda.base.errors import Busy, NotFound, RondaError
from ronda.base.logging import get_logger
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.bus.devices import (
    DeviceJob,
    DeviceJobState,
    FoundChannel,
    FoundDevice,
    FoundRecorder,
    SearchDevices,
    SweepRange,
    VisitRecorder,
)
from ronda.media.devices import discovery
from ronda.media.devices.place import DevicePlace, Login, parse_range
from ronda.media.devices.soap import new_client
from ronda.media.devices.sweep import sweep
from ronda.media.devices.visit import Visit, VisitTools
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.dialling import Dialler
from ronda.media.sources.opening import Opening

_log = get_logger("devices")
_MOST_JOBS: Final = 16
_MOST_RUNNING: Final = 4
_KEPT_S: Final = 1800.0
_JOB_S: Final = 300.0
_CODEC_JOBS: Final = 64


@dataclass
class _Job:
    id: str
    begun: float
    state: DeviceJobState = DeviceJobState.RUNNING
    done: int = 0
    total: int = 0
    devices: list[FoundDevice] = field(default_factory=list)
    recorder: FoundRecorder | None = None
    stills: dict[int, bytes] = field(default_factory=dict)
    problem: RondaError | None = None
    task: asyncio.Task[None] | None = None

    def told(self) -> DeviceJob:
        """Return it as it travels."""
        return DeviceJob(
            job=self.id,
            state=self.state,
            done=self.done,
            total=self.total,
            devices=tuple(self.devices),
            recorder=self.recorder,
            problem=self.problem.message if self.problem else None,
            mend=self.problem.mend if self.problem else None,
        )


class DeviceDesk:
    """Begins jobs and answers for them; `running` must be open for it to work.

    Args:
        clock: For ages.
        opening: Makes sources, for looking at streams.
        dialler: The budgets by which recorders are protected.
        discovery_port: The port that devices listen at; another one in tests.
    """

    def __init__(
        self, clock: Clock, opening: Opening, dialler: Dialler, discovery_port: int = discovery.PORT
    ) -> None:  # fmt: skip
        self.pool = Pool("devices", 1, _CODEC_JOBS)
        self._clock = clock
        self._port = discovery_port
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._tools = VisitTools(opening, dialler, Accounts(clock), self.pool)
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Do jobs while the context is open; those under way are cancelled at its end."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                try:
                    yield
                finally:
                    self._group = None
                    for job in self._jobs.values():
                        if job.task is not None:
                            job.task.cancel()
        finally:
            self.pool.close()

    def search(self, asked: SearchDevices) -> DeviceJob:
        """Begin to search the local networks.

        Raises:
            Busy: Too many jobs are under way.
        """
        job = self._new()
        found = job.devices.append
        work = discovery.discover(asked.interface, asked.seconds, self.pool, found, self._port)
        return self._begin(job, work)

    def visit(self, asked: VisitRecorder) -> DeviceJob:
        """Begin to ask a recorder what it has.

        Raises:
            BadInput: Its address is none.
            Busy: Too many jobs are under way.
        """
        place, login = DevicePlace.parse(asked.address), Login(asked.username.strip(), asked.password)
        job = self._new()

        def told(recorder: FoundRecorder) -> None:
            job.recorder, job.total = recorder, len(recorder.channels)

        def still(channel: FoundChannel, picture: bytes | None) -> None:
            job.done += 1
            if picture is not None:
                job.stills[channel.number] = picture
            if job.recorder is not None:
                channels = tuple(channel if one.number == channel.number else one for one in job.recorder.channels)
                job.recorder = job.recorder.model_copy(update={"channels": channels})

        return self._begin(job, Visit(self._tools, place, login, told, still).run())

    def sweep(self, asked: SweepRange) -> DeviceJob:
        """Begin to look at a range of addresses.

        Raises:
            BadInput: It is no range, or too large, or not one's own.
            Busy: Too many jobs are under way.
        """
        addresses = parse_range(asked.range, public=asked.public)
        job = self._new()
        job.total = len(addresses)
        _log.info("a range of addresses is looked at", range=asked.range[:60], addresses=len(addresses))

        def step(device: FoundDevice | None) -> None:
            job.done += 1
            if device is not None:
                job.devices.append(device)

        async def work() -> None:
            async with new_client() as client:
                await sweep(addresses, asked.ports, client, self.pool, step)

        return self._begin(job, work())

    def about(self, id: str) -> DeviceJob:
        """Return how a job stands.

        Raises:
            NotFound: There is none (any more).
        """
        return self._job(id).told()

    def cancel(self, id: str) -> None:
        """End a job and forget what it found; one that is not there is fine."""
        job = self._jobs.pop(id, None)
        if job is not None and job.task is not None:
            job.state = DeviceJobState.CANCELLED
            job.task.cancel()

    def still(self, id: str, number: int) -> bytes:
        """Return the still of a channel, a JPEG.

        Raises:
            NotFound: There is none.
        """
        picture = self._job(id).stills.get(number)
        if picture is None:
            raise NotFound(f"there is no picture of channel {number}")
        return picture

    def _job(self, id: str) -> _Job:
        job = self._jobs.get(id)
        if job is None:
            raise NotFound("this search is not known (any more)", "begin it again")
        return job

    def _new(self) -> _Job:
        now = self._clock.monotonic()
        for job in list(self._jobs.values()):
            if job.state is not DeviceJobState.RUNNING and (
                now - job.begun > _KEPT_S or len(self._jobs) >= _MOST_JOBS
            ):  # fmt: skip
                del self._jobs[job.id]
        if sum(job.state is DeviceJobState.RUNNING for job in self._jobs.values()) >= _MOST_RUNNING:
            raise Busy(f"{_MOST_RUNNING} searches are under way", "wait until one of them is done")
        return _Job(secrets.token_urlsafe(18), now)

    def _begin(self, job: _Job, work: Coroutine[Any, Any, None]) -> DeviceJob:
        if self._group is None:
            work.close()
            raise Busy("the node is stopping", "try again")
        self._jobs[job.id] = job
        job.task = self._group.create_task(self._do(job, work), name="look for devices")
        return job.told()

    async def _do(self, job: _Job, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with asyncio.timeout(_JOB_S):
                await work
            job.state = DeviceJobState.DONE
        except* RondaError as group:
            job.problem, job.state = _first(group), DeviceJobState.FAILED
        except* TimeoutError:
            job.problem = Busy(f"this took more than {_JOB_S:g} s", "try a smaller range, or one recorder")
            job.state = DeviceJobState.FAILED
        except* Exception as group:  # noqa: BLE001 - the root of a task: what a device can answer is without end
            _log.exception("a search failed", exc_info=group)
            job.problem, job.state = Busy("the search failed; the node's log says why"), DeviceJobState.FAILED


def _first(group: BaseExceptionGroup[RondaError]) -> RondaError:
    inner = group.exceptions[0]
    while isinstance(inner, BaseExceptionGroup):
        inner = inner.exceptions[0]
    return inner
