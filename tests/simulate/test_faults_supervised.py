"""Each fault as our own supervisor meets it: what it says, what comes, and that it is over by itself."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from tests.simulate.conftest import simulating

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.dialling import Dialler, DialLimits
from ronda.media.sources.opening import Opening
from ronda.media.sources.resolver import Resolver
from ronda.media.sources.supervisor import Patience, Supervisor, SupervisorTools
from ronda.simulate.city import cameras
from ronda.simulate.faults import FaultKind
from ronda.simulate.server import Simulator

CAMERA = cameras()[0]
CLOCK = SystemClock()
IMPATIENT = Patience(
    base_s=0.1, cap_s=0.3, watched_cap_s=0.3, least_s=0.05, stable_s=0.5, silent_s=0.6, urge_every_s=0.0
)


class Watching:
    """One supervisor on one camera, and all that it told."""

    def __init__(self, simulator: Simulator, login: str = "") -> None:
        self.units: list[AccessUnit] = []
        self.told: list[tuple[SourceState, str | None, GapCause | None]] = []
        self.counters = SourceCounters()
        opening = Opening(Resolver(CLOCK).resolve, CLOCK)
        tools = SupervisorTools(opening, Dialler(CLOCK, DialLimits()), Accounts(CLOCK), CLOCK, random.Random(1).random)
        address = f"rtsp://{login}127.0.0.1:{simulator.rtsp_port}{CAMERA.path('main')}"
        self.supervisor = Supervisor(StreamAddress.parse(address), self, self.counters, tools, IMPATIENT)

    def picture(self, unit: AccessUnit) -> None:
        self.units.append(unit)

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        self.told.append((state, reason, cause))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.02)

    async def until_state(self, state: SourceState) -> None:
        await self.until(lambda: self.supervisor.state is state)

    async def pictures(self, many: int) -> list[AccessUnit]:
        """The next ones."""
        start = len(self.units)
        await self.until(lambda: len(self.units) >= start + many)
        return self.units[start : start + many]

    async def comes_back(self) -> None:
        await self.until_state(SourceState.RUNNING)
        await self.pictures(4)

    def lumas(self, units: list[AccessUnit]) -> list[np.ndarray]:
        """The pictures of `units` from their first keyframe on."""
        encoding = next(unit.encoding for unit in self.units if unit.encoding)
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = encoding.decoder_configuration
        first = next(index for index, unit in enumerate(units) if unit.keyframe)
        frames = [frame for unit in units[first:] for frame in decoder.decode(av.Packet(unit.data))]
        return [frame.to_ndarray(format="gray").astype(int) for frame in frames]


@asynccontextmanager
async def watching(simulator: Simulator, login: str = "") -> AsyncIterator[Watching]:
    watching = Watching(simulator, login)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watching.supervisor.run())
        try:
            yield watching
        finally:
            task.cancel()


def apart(one: np.ndarray, two: np.ndarray) -> float:
    """How different most of two pictures is, whatever moves in the rest."""
    return float(np.median(abs(one - two)))


async def test_drop_is_backed_off_from_and_over_by_itself(filled_cache: Path) -> None:
    async with simulating(filled_cache) as simulator, watching(simulator) as seen:
        await seen.comes_back()
        await simulator.cameras.inflict(CAMERA.id, FaultKind.DROP, 0.6)
        await seen.until_state(SourceState.BACKING_OFF)
        await seen.comes_back()
        assert seen.counters.reconnects == 1


async def test_silence_is_told_and_the_connection_outlives_it(filled_cache: Path) -> None:
    async with simulating(filled_cache) as simulator, watching(simulator) as seen:
        await seen.comes_back()
        await simulator.cameras.inflict(CAMERA.id, FaultKind.SILENCE, 1.5)
        await seen.until_state(SourceState.SILENT)
        assert seen.told[-1][2] is GapCause.SILENT
        await seen.comes_back()
        assert seen.counters.reconnects == 0


async def test_a_wrong_password_stops_the_dialling_until_it_is_changed(filled_cache: Path) -> None:
    async with simulating(filled_cache) as simulator:
        async with watching(simulator, "admin:old@") as seen:
            await seen.comes_back()
            await simulator.cameras.inflict(CAMERA.id, FaultKind.UNAUTHORISED, 3.0)
            await seen.until_state(SourceState.REFUSED)
            assert seen.told[-1][2] is GapCause.CREDENTIALS and "old" not in str(seen.told[-1][1])
            many = len(seen.told)
            await seen.until(lambda: simulator.cameras.fault(CAMERA.id) is None)
            assert len(seen.told) == many, "what was refused is not dialled again by itself"
        async with watching(simulator, "admin:new@") as seen:
            await seen.comes_back()


@pytest.mark.parametrize("kind", [FaultKind.FREEZE, FaultKind.BLACK, FaultKind.TURNED])
async def test_other_pictures_come_without_a_break(filled_cache: Path, kind: FaultKind) -> None:
    async with simulating(filled_cache) as simulator, watching(simulator) as seen:
        usual = seen.lumas(await seen.pictures(24))
        await simulator.cameras.inflict(CAMERA.id, kind)
        faulty = seen.lumas((await seen.pictures(40))[16:])
        if kind is FaultKind.BLACK:
            assert max(luma.mean() for luma in faulty) < 25 < min(luma.mean() for luma in usual)
        elif kind is FaultKind.FREEZE:
            still, moving = (np.median([abs(b - a).mean() for a, b in pairwise(some)]) for some in (faulty, usual))
            assert still < moving / 2
        else:
            assert apart(faulty[0], usual[0]) > 3 * apart(usual[-1], usual[0])
        simulator.cameras.clear(CAMERA.id)
        again = seen.lumas((await seen.pictures(40))[16:])
        assert apart(again[0], usual[0]) < 6
        assert seen.supervisor.state is SourceState.RUNNING and seen.counters.reconnects == 0


async def test_wrong_timestamps_do_not_stop_the_pictures(filled_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ronda.simulate.faults._JUMP_EVERY_S", 1)
    async with simulating(filled_cache) as simulator, watching(simulator) as seen:
        await seen.comes_back()
        await simulator.cameras.inflict(CAMERA.id, FaultKind.TIMESTAMPS, 4.0)
        units = await seen.pictures(36)
        assert any(unit.discontinuity for unit in units)
        for before, after in pairwise(units):
            assert after.discontinuity or 0 < after.dts_90k - before.dts_90k < 5 * HZ_90K
        await seen.until(lambda: simulator.cameras.fault(CAMERA.id) is None)
        await seen.pictures(14)
        assert not any(unit.discontinuity for unit in await seen.pictures(14))
        assert seen.supervisor.state is SourceState.RUNNING


async def test_a_slow_line_brings_less_and_recovers(filled_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ronda.simulate.faults.SLOW_BPS", 60_000)
    async with simulating(filled_cache) as simulator, watching(simulator) as seen:
        await seen.comes_back()
        await simulator.cameras.inflict(CAMERA.id, FaultKind.SLOW, 5.0)
        before = seen.counters.received_bytes
        await seen.until(lambda: simulator.cameras.fault(CAMERA.id) is None)
        assert seen.counters.received_bytes - before < 60_000 / 8 * 5 * 2 + 60_000
        await seen.comes_back()
        first, *_, last = await seen.pictures(24)
        assert last.arrival - first.arrival < 6
