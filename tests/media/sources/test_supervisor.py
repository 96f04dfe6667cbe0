"""The supervisor against real sockets: good, flapping, silent, refusing and absent cameras.

The sources here speak a protocol of one line over TCP, so that what is tested is the supervisor.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import SystemClock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import (
    Source,
    SourceCounters,
    SourceFailed,
    SourceListener,
    SourceRefused,
    SourceSilent,
)
from ronda.media.sources.dialling import Dialler, DialLimits
from ronda.media.sources.supervisor import Patience, Supervisor, SupervisorTools

CLOCK = SystemClock()
IMPATIENT = Patience(
    base_s=0.02,
    cap_s=0.4,
    watched_cap_s=0.4,
    least_s=0.001,
    stable_s=0.5,
    first_picture_s=0.3,
    silent_s=0.1,
    give_up_s=0.25,
    urge_every_s=0.0,
)


@dataclass
class Camera:
    """A TCP server that does one of the things cameras do."""

    behaviour: str
    port: int = 0
    dials: int = 0
    dialled_at: list[float] = field(default_factory=list)
    open: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.dials += 1
        self.dialled_at.append(CLOCK.monotonic())
        self.open += 1
        try:
            await self._behave(reader, writer)
        except ConnectionError:
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.behaviour == "refuse":
            writer.write(b"401\n")
        elif self.behaviour == "mute":
            await reader.read()
        else:
            pictures = {"good": 10**6, "flap": 2, "stall": 3}[self.behaviour]
            for _ in range(pictures):
                writer.write(b"picture\n")
                await writer.drain()
                await asyncio.sleep(0.02)
            if self.behaviour == "stall":
                await reader.read()
        await writer.drain()


class LineSource:
    """Reads one line per picture."""

    def __init__(self, address: StreamAddress, listener: SourceListener, counters: SourceCounters) -> None:
        self._address = address
        self._listener = listener
        self._counters = counters
        self.watched: list[bool] = []

    def watch(self, watched: bool) -> None:
        self.watched.append(watched)

    async def run(self) -> None:
        try:
            reader, writer = await asyncio.open_connection(self._address.host, self._address.port)
        except OSError as error:
            raise SourceFailed(f"cannot connect to {self._address}") from error
        try:
            while line := await reader.readline():
                if line == b"401\n":
                    raise SourceRefused("wrong user name or password")
                self._counters.pictures += 1
                pts = self._counters.pictures * 3600
                self._listener.picture(AccessUnit(line, pts, pts, CLOCK.monotonic(), keyframe=True))
        except OSError as error:
            raise SourceFailed("connection lost") from error
        finally:
            writer.close()


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.pictures: list[float] = []
        self.states: list[tuple[SourceState, str | None, GapCause | None]] = []

    def picture(self, unit: AccessUnit) -> None:
        self.pictures.append(CLOCK.monotonic())

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        self.states.append((state, reason, cause))

    @property
    def words(self) -> list[str]:
        return [state.value for state, _, _ in self.states]


@asynccontextmanager
async def camera(behaviour: str) -> AsyncIterator[Camera]:
    made = Camera(behaviour)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def tools(opener: Callable[..., Source] = LineSource, limits: DialLimits | None = None) -> SupervisorTools:
    return SupervisorTools(
        opener, Dialler(CLOCK, limits or DialLimits()), Accounts(CLOCK), CLOCK, random.Random(1).random
    )


def supervise(
    port: int, shared: SupervisorTools, heard: Heard, path: str = "", patience: Patience = IMPATIENT
) -> tuple[Supervisor, SourceCounters]:
    counters = SourceCounters()
    address = StreamAddress.parse(f"rtsp://admin:S3cr3t@127.0.0.1:{port}/{path}")
    return Supervisor(address, heard, counters, shared, patience), counters


@asynccontextmanager
async def running(*supervisors: Supervisor) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(supervisor.run()) for supervisor in supervisors]
        try:
            async with asyncio.timeout(30):
                yield
        finally:
            for task in tasks:
                task.cancel()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_good_camera_runs_and_is_idle_at_the_end() -> None:
    heard = Heard()
    shared = tools()
    async with camera("good") as good:
        supervisor, counters = supervise(good.port, shared, heard)
        async with running(supervisor):
            await until(lambda: len(heard.pictures) > 5)
            assert supervisor.state is SourceState.RUNNING
            assert shared.dialler.active == 0
        assert supervisor.state.value == "idle"
        assert heard.words == ["connecting", "running"]
        assert (good.dials, counters.reconnects) == (1, 0)
        await until(lambda: good.open == 0)


async def test_a_flapping_camera_is_dialled_less_and_less() -> None:
    heard = Heard()
    async with camera("flap") as flapping:
        patience = Patience(base_s=0.05, cap_s=60, stable_s=10, least_s=0.001)
        shared = tools()
        shared = SupervisorTools(shared.opener, shared.dialler, shared.accounts, CLOCK, lambda: 1.0)
        supervisor, counters = supervise(flapping.port, shared, heard, patience=patience)
        async with running(supervisor):
            await until(lambda: flapping.dials >= 5)
        waits = [after - before for before, after in zip(flapping.dialled_at, flapping.dialled_at[1:], strict=False)]
        assert waits == sorted(waits)
        assert waits[3] > 0.4
        assert counters.reconnects >= 3
        assert heard.words[:5] == ["connecting", "running", "backing-off", "connecting", "running"]
        assert heard.states[2][1:] == ("the other side ended the stream", GapCause.UNREACHABLE)


async def test_a_stable_run_forgets_the_failures() -> None:
    heard = Heard()
    ends = asyncio.Event()

    class Ending(LineSource):
        async def run(self) -> None:
            for _ in range(4):
                self._listener.picture(AccessUnit(b"", 0, 0, CLOCK.monotonic(), keyframe=True))
                await asyncio.sleep(0.05)
            ends.set()

    waits: list[float] = []

    def record() -> float:
        waits.append(0)
        return 0.0

    shared = tools(Ending)
    shared = SupervisorTools(Ending, shared.dialler, shared.accounts, CLOCK, record)
    patience = Patience(base_s=0.01, cap_s=60, stable_s=0.1, least_s=0.001, silent_s=1, give_up_s=3)
    supervisor, _ = supervise(1, shared, heard, patience=patience)
    async with running(supervisor):
        await until(lambda: len(waits) >= 3)
        assert supervisor._failures == 1


async def test_an_absent_camera_backs_off_and_says_why() -> None:
    heard = Heard()
    async with camera("good") as gone:
        pass
    supervisor, _ = supervise(gone.port, tools(), heard)
    async with running(supervisor):
        await until(lambda: "backing-off" in heard.words)
    assert heard.states[0] == (SourceState.CONNECTING, None, GapCause.UNREACHABLE)
    state, reason, cause = heard.states[1]
    assert (state, cause) == (SourceState.BACKING_OFF, GapCause.UNREACHABLE)
    assert reason is not None
    assert "S3cr3t" not in reason
    assert str(gone.port) in reason


async def test_a_mute_recorder_is_given_up_and_tried_again() -> None:
    heard = Heard()
    async with camera("mute") as mute:
        supervisor, _ = supervise(mute.port, tools(), heard)
        async with running(supervisor):
            await until(lambda: mute.dials >= 2)
    assert (SourceState.BACKING_OFF, "connected, and no pictures came", GapCause.SILENT) in heard.states


async def test_a_stalling_camera_is_silent_and_then_connected_anew() -> None:
    heard = Heard()
    async with camera("stall") as stalling:
        supervisor, counters = supervise(stalling.port, tools(), heard)
        async with running(supervisor):
            await until(lambda: counters.reconnects >= 1)
        await until(lambda: stalling.open == 0)
    assert heard.words[:6] == ["connecting", "running", "silent", "backing-off", "connecting", "running"]
    assert heard.states[2][2] is GapCause.SILENT


async def test_a_wrong_password_is_tried_once() -> None:
    heard = Heard()
    async with camera("refuse") as refusing:
        supervisor, _ = supervise(refusing.port, tools(), heard)
        async with running(supervisor):
            await until(lambda: "refused" in heard.words)
            supervisor.watch(True)
            await asyncio.sleep(0.3)
            assert supervisor.state is SourceState.REFUSED
        assert refusing.dials == 1
    state, reason, cause = heard.states[1]
    assert (state, cause) == (SourceState.REFUSED, GapCause.CREDENTIALS)
    assert reason is not None
    assert "change the user name or password" in reason


async def test_sixteen_channels_with_a_wrong_password_try_it_twice_at_most() -> None:
    async with camera("refuse") as refusing:
        shared = tools(limits=DialLimits(host_concurrent=2))
        heard = [Heard() for _ in range(16)]
        channels = [supervise(refusing.port, shared, each, path=str(i))[0] for i, each in enumerate(heard)]
        async with running(*channels):
            await until(lambda: all(channel.state is SourceState.REFUSED for channel in channels))
            await asyncio.sleep(0.2)
        assert refusing.dials <= 2


async def test_a_channel_that_was_held_back_tries_itself_in_the_end() -> None:
    async with camera("good") as good:
        shared = tools()
        heard = Heard()
        supervisor, _ = supervise(good.port, shared, heard, patience=Patience(scout_s=0.05))
        shared.accounts.refuse(supervisor.address.account_key)
        shared = SupervisorTools(LineSource, shared.dialler, shared.accounts, CLOCK, random.random)
        async with running(supervisor):
            await until(lambda: "refused" in heard.words)
            assert good.dials == 0
            other = StreamAddress.parse(f"rtsp://admin:S3cr3t@127.0.0.1:{good.port}/other")
            shared.accounts.accept(other.account_key)
            await until(lambda: heard.words[-1] == "running")


async def test_a_viewer_cuts_the_wait_short() -> None:
    heard = Heard()
    async with camera("flap") as flapping:
        shared = tools()
        shared = SupervisorTools(shared.opener, shared.dialler, shared.accounts, CLOCK, lambda: 1.0)
        patience = Patience(base_s=3600, cap_s=3600, urge_every_s=0)
        supervisor, _ = supervise(flapping.port, shared, heard, patience=patience)
        async with running(supervisor):
            await until(lambda: "backing-off" in heard.words)
            supervisor.watch(True)
            await until(lambda: flapping.dials == 2)
            await until(lambda: supervisor.state is SourceState.BACKING_OFF)
            supervisor.watch(False)
            await asyncio.sleep(0.1)
            assert flapping.dials == 2


async def test_the_source_hears_whether_it_is_watched() -> None:
    made: list[LineSource] = []

    class Noting(LineSource):
        def __init__(self, address: StreamAddress, listener: SourceListener, counters: SourceCounters) -> None:
            super().__init__(address, listener, counters)
            made.append(self)

    async with camera("good") as good:
        supervisor, _ = supervise(good.port, tools(Noting), Heard())
        async with running(supervisor):
            await until(lambda: supervisor.state is SourceState.RUNNING)
            supervisor.watch(True)
            supervisor.watch(False)
    assert made[0].watched == [False, True, False]


async def test_viewers_cut_waits_short_only_now_and_then() -> None:
    heard = Heard()
    async with camera("flap") as flapping:
        shared = tools()
        shared = SupervisorTools(shared.opener, shared.dialler, shared.accounts, CLOCK, lambda: 1.0)
        patience = Patience(base_s=3600, cap_s=3600, watched_cap_s=3600, urge_every_s=3600)
        supervisor, _ = supervise(flapping.port, shared, heard, patience=patience)
        async with running(supervisor):
            for _ in range(50):
                supervisor.watch(True)
                await asyncio.sleep(0.01)
        assert flapping.dials <= 2


async def test_a_source_s_own_mistake_costs_one_attempt(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(LineSource):
        async def run(self) -> None:
            raise KeyError("password S3cr3t")

    heard = Heard()
    supervisor, _ = supervise(1, tools(Broken), heard)
    async with running(supervisor):
        await until(lambda: heard.words.count("connecting") >= 2)
    assert heard.states[1][1] == "the source failed: KeyError"


async def test_a_source_that_calls_itself_silent_is_backed_off_as_silent() -> None:
    class Quiet(LineSource):
        async def run(self) -> None:
            raise SourceSilent("no answer to DESCRIBE")

    heard = Heard()
    supervisor, _ = supervise(1, tools(Quiet), heard)
    async with running(supervisor):
        await until(lambda: "backing-off" in heard.words)
    assert heard.states[1] == (SourceState.BACKING_OFF, "no answer to DESCRIBE", GapCause.SILENT)


async def test_fifty_good_cameras_beside_a_thousand_that_are_not_there() -> None:
    """The bad ones hang as an unreachable address does: nothing answers until the attempt times out."""

    class Unreachable(LineSource):
        async def run(self) -> None:
            if self._address.path == "/bad":
                await asyncio.sleep(1.0)
                raise SourceFailed("timed out")
            await super().run()

    shared = tools(Unreachable, DialLimits(patience_s=0.05, per_second=2000))
    bad = [
        Supervisor(StreamAddress.parse(f"rtsp://10.{i // 250}.0.{i % 250}/bad"), Heard(), SourceCounters(), shared)
        for i in range(1000)
    ]
    async with camera("good") as good:
        heard = [Heard() for _ in range(50)]
        fine = [
            Supervisor(StreamAddress.parse(f"rtsp://127.0.0.1:{good.port}/{i}"), each, SourceCounters(), shared)
            for i, each in enumerate(heard, 1)
        ]
        async with asyncio.timeout(60), running(*bad[:500], *fine, *bad[500:]):
            await until(lambda: all(each.pictures for each in heard))
            began = [len(each.pictures) for each in heard]
            await asyncio.sleep(1.0)
            went = [len(each.pictures) - before for each, before in zip(heard, began, strict=True)]
        assert min(went) > 10
        assert good.dials == 50
        assert all(each.words == ["connecting", "running"] for each in heard)
    assert (shared.dialler.active, shared.dialler.slow, shared.dialler.waiting) == (0, 0, 0)
