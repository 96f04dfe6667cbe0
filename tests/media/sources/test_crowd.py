"""Fifty good cameras beside a thousand bad ones, all over real RTSP on loopback addresses."""

import asyncio
import contextlib
import random
import resource
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import SystemClock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.dialling import Dialler
from ronda.media.sources.opening import Opening
from ronda.media.sources.probe import ProbeTimes, probe
from ronda.media.sources.resolver import Resolver
from ronda.media.sources.supervisor import Supervisor, SupervisorTools

CLOCK = SystemClock()
BAD, GOOD = 1000, 50


class Counting:
    """A listener that counts."""

    def __init__(self) -> None:
        self.pictures = 0
        self.states: list[SourceState] = []

    def picture(self, unit: AccessUnit) -> None:
        self.pictures += 1

    def state(self, state: SourceState, reason: str | None, cause: GapCause | None) -> None:
        self.states.append(state)


@pytest.fixture
async def served(anyio_backend: object, shared: Path, free_port: Callable[[], int]) -> AsyncIterator[int]:
    """An independent RTSP server with real street footage; its port."""
    port = free_port()
    video = shared / "assets/videos/one-by-one-person-detection.mp4"
    command = [sys.executable, str(shared / "tools/rtsp_load.py"), str(video), "--port", str(port)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        yield port
    finally:
        process.terminate()
        await process.wait()


@contextlib.contextmanager
def mute_hosts(count: int) -> Iterator[list[tuple[str, int]]]:
    """Hosts that accept a connection (the kernel does) and never say a word."""
    listeners = []
    for index in range(count):
        listener = socket.socket()
        listener.bind((f"127.1.{index // 250}.{index % 250 + 1}", 0))
        listener.listen(1)
        listeners.append(listener)
    try:
        yield [listener.getsockname() for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()


def supervisor(url: str, tools: SupervisorTools) -> tuple[Supervisor, Counting, SourceCounters]:
    listener, counters = Counting(), SourceCounters()
    return Supervisor(StreamAddress.parse(url), listener, counters, tools), listener, counters


async def test_the_good_ones_notice_nothing(served: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4096:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    resolver = Resolver(CLOCK)
    tools = SupervisorTools(
        Opening(resolver.resolve, CLOCK), Dialler(CLOCK), Accounts(CLOCK), CLOCK, random.Random(1).random
    )
    with mute_hosts(BAD // 2) as mute:
        bad = [f"rtsp://{host}:{port}/x" for host, port in mute]
        bad += [f"rtsp://127.2.{index // 250}.{index % 250 + 1}:9/x" for index in range(BAD - len(bad))]
        good = [f"rtsp://127.0.0.1:{served}/camera-{index}" for index in range(GOOD)]
        urls = [*bad[: BAD // 2], *good, *bad[BAD // 2 :]]
        all_of_them = {url: supervisor(url, tools) for url in urls}
        fine = [all_of_them[url] for url in good]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(made.run()) for made, _, _ in all_of_them.values()]
            async with asyncio.timeout(60):
                while not all(listener.pictures for _, listener, _ in fine):
                    await asyncio.sleep(0.05)
                before = [listener.pictures for _, listener, _ in fine]
                since = CLOCK.monotonic()
                await asyncio.sleep(3)
                seconds = CLOCK.monotonic() - since
            came = [listener.pictures - start for (_, listener, _), start in zip(fine, before, strict=True)]
            assert min(came) / seconds > 8  # the footage has 10 pictures a second or more
            for _, listener, counters in fine:
                assert listener.states == [SourceState.CONNECTING, SourceState.RUNNING]
                assert (counters.lost_packets, counters.reconnects) == (0, 0)
            assert tools.dialler.begun > 500
            for task in tasks:
                task.cancel()
    assert (tools.dialler.active, tools.dialler.slow, tools.dialler.waiting) == (0, 0, 0)
    resolver.close()


async def test_a_probe_of_a_real_server(served: int) -> None:
    resolver = Resolver(CLOCK)
    opening = Opening(resolver.resolve, CLOCK)
    times = ProbeTimes(first_picture_s=10, seconds=2, keyframe_s=10)
    report = await probe(f"rtsp://127.0.0.1:{served}/any", opening, times)
    assert report.ok, report.problem
    assert (report.codec, report.width, report.height) == ("h264", 768, 432)
    assert report.fps is not None
    assert report.bitrate_bps
    assert any("H264" in track for track in report.tracks)
