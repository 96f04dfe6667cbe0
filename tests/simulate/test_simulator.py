import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from tests.simulate.conftest import simulating

from ronda.base.errors import BadInput, NotFound
from ronda.simulate.city import cameras, demo_cameras
from ronda.simulate.faults import FaultKind, fault_kind
from ronda.simulate.server import Simulator, SimulatorOptions

CAMERA = cameras()[0]


def watch(url: str, enough: Callable[[list[tuple[float, float, float]]], bool]) -> list[tuple[float, float, float]]:
    """Time, mean luma and change against the picture before, until `enough` or the stream's end."""
    seen: list[tuple[float, float, float]] = []
    before: np.ndarray | None = None
    options = {"rtsp_transport": "tcp", "analyzeduration": "100000"}
    with av.open(url, options=options, timeout=8) as container:
        for frame in container.decode(video=0):
            luma = frame.to_ndarray(format="gray").astype(int)
            change = 99.0 if before is None else float(abs(luma - before).mean())
            seen.append((float(frame.time or 0), float(luma.mean()), change))
            before = luma
            if enough(seen):
                return seen
    return seen


async def watched(
    simulator: Simulator, enough: Callable[[list[tuple[float, float, float]]], bool]
) -> list[tuple[float, float, float]]:
    url = f"{simulator.address()}{CAMERA.path('main')}"
    return await asyncio.wait_for(asyncio.to_thread(watch, url, enough), 30)


def test_the_city_has_its_24_cameras_and_any_number_more() -> None:
    specs = demo_cameras(port=9000)
    assert len(specs) == 24 and len({spec["id"] for spec in specs}) == 24
    assert specs[0]["id"] == "krapyak-rt03-rw04-1" and specs[0]["simulated"] is True
    assert specs[3]["url"] == "rtsp://127.0.0.1:9000/nvr-0001/ch4/main"
    many = cameras(14_000)
    assert len({camera.id for camera in many}) == len({camera.path("main") for camera in many}) == 14_000
    assert {camera.channel for camera in many} == {1, 2, 3, 4}
    assert cameras(24) == cameras() and cameras(24, seed=2)[0].seed != cameras()[0].seed


async def test_14000_cameras_are_listed_and_any_plays(filled_cache: Path) -> None:
    async with simulating(filled_cache, 14_000, control=True) as simulator, httpx.AsyncClient() as client:
        address = f"http://127.0.0.1:{simulator.control_port}"
        page = (await client.get(f"{address}/cameras", params={"offset": 13_998, "limit": 10})).json()
        assert page["total"] == 14_000
        assert page["recorders"][-1]["channels"][-1]["id"] == cameras(14_000)[-1].id
        last = next(camera for camera in reversed(cameras(14_000)) if not camera.broken)
        url = f"{simulator.address()}{last.path('sub')}"
        assert len(await asyncio.to_thread(watch, url, lambda seen: len(seen) > 3)) == 4
        with pytest.raises(av.HTTPNotFoundError):
            await asyncio.to_thread(watch, f"{simulator.address()}/nvr-9999/ch1/main", lambda seen: True)


async def test_a_camera_that_the_plan_calls_broken_does_not_answer_until_it_is_mended(filled_cache: Path) -> None:
    broken = next(camera for camera in cameras(14_000) if camera.broken)
    async with simulating(filled_cache, 14_000) as simulator:
        url = f"{simulator.address()}{broken.path('sub')}"
        assert simulator.cameras.faults()[broken.id].kind is FaultKind.DROP
        with pytest.raises(av.FFmpegError):
            await asyncio.to_thread(watch, url, lambda seen: True)
        simulator.cameras.clear(broken.id)
        assert len(await asyncio.to_thread(watch, url, lambda seen: len(seen) > 3)) == 4


async def test_freeze_black_and_turned_show_and_pass(filled_cache: Path) -> None:
    async with simulating(filled_cache) as simulator:
        watching = asyncio.create_task(watched(simulator, lambda seen: len(seen) >= 70))
        await asyncio.sleep(1.5)
        await simulator.cameras.inflict(CAMERA.id, FaultKind.BLACK, 2.0)
        seen = await watching
        lumas = [luma for _, luma, _ in seen]
        assert max(lumas) > 60 and min(lumas) < 25
        assert lumas[-1] > 60, "the fault ended by itself"
        await simulator.cameras.inflict(CAMERA.id, FaultKind.FREEZE)
        frozen = await watched(simulator, lambda seen: len(seen) >= 20)
        simulator.cameras.clear(CAMERA.id)
        alive = await watched(simulator, lambda seen: len(seen) >= 20)
        still, moving = (np.median([change for _, _, change in seen[3:]]) for seen in (frozen, alive))
        assert still < moving / 2
        await simulator.cameras.inflict(CAMERA.id, FaultKind.TURNED)
        assert len(await watched(simulator, lambda seen: len(seen) >= 5)) == 5


async def test_wrong_timestamps_jump_back_and_forth(filled_cache: Path) -> None:
    async with simulating(filled_cache) as simulator:
        presentation = await simulator.cameras.open(CAMERA.path("main"))
        times: list[int] = []

        class Sink:
            def picture(self, picture: object) -> None:
                times.append(getattr(picture, "pts_90k", 0))

            def end(self) -> None:
                pass

        await simulator.cameras.inflict(CAMERA.id, FaultKind.TIMESTAMPS)
        sink = Sink()
        presentation.attach(sink)
        for _ in range(120):
            if times and max(times) - min(times) > 3000 * 90_000:
                break
            await asyncio.sleep(0.1)
        presentation.detach(sink)
        assert max(times) - min(times) > 3000 * 90_000


async def test_silence_keeps_the_connection_and_drop_ends_it(filled_cache: Path) -> None:
    async with simulating(filled_cache) as simulator:
        watching = asyncio.create_task(watched(simulator, lambda seen: seen[-1][0] - seen[0][0] > 5.5))
        await asyncio.sleep(2.5)
        await simulator.cameras.inflict(CAMERA.id, FaultKind.SILENCE, 2.0)
        times = [time for time, _, _ in await watching]
        assert max(after - before for before, after in pairwise(times)) > 1.5, "nothing came, then it went on"
        watching = asyncio.create_task(watched(simulator, lambda seen: len(seen) > 400))
        await asyncio.sleep(3)
        await simulator.cameras.inflict(CAMERA.id, FaultKind.DROP)
        seen = await watching
        assert 0 < len(seen) < 100
        with pytest.raises((av.FFmpegError, OSError)):
            await watched(simulator, lambda seen: True)
        simulator.cameras.clear(CAMERA.id)
        assert await watched(simulator, lambda seen: True)


async def test_faults_over_http(filled_cache: Path) -> None:
    async with simulating(filled_cache, control=True) as simulator, httpx.AsyncClient() as client:
        address = f"http://127.0.0.1:{simulator.control_port}"
        fault = f"{address}/cameras/{CAMERA.id}/fault"
        assert (await client.post(fault, json={"kind": "unauthorised"})).status_code == 204
        assert (await client.get(f"{address}/faults")).json() == {"faults": {CAMERA.id: "unauthorised"}}
        with pytest.raises(av.HTTPUnauthorizedError):
            await watched(simulator, lambda seen: True)
        assert (await client.delete(fault)).status_code == 204
        assert (await client.get(f"{address}/faults")).json() == {"faults": {}}
        assert await watched(simulator, lambda seen: True)
        assert (await client.post(fault, json={"kind": "ants"})).status_code == 400
        assert (await client.post(fault, json={"sort": "drop"})).status_code == 400
        assert (await client.post(f"{address}/cameras/nobody/fault", json={"kind": "drop"})).status_code == 404


async def test_a_slow_line_brings_less(filled_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ronda.simulate.faults.SLOW_BPS", 60_000)
    async with simulating(filled_cache) as simulator:
        await simulator.cameras.inflict(CAMERA.id, FaultKind.SLOW)
        presentation = await simulator.cameras.open(CAMERA.path("main"))
        sizes: list[int] = []

        class Sink:
            def picture(self, picture: object) -> None:
                sizes.append(sum(map(len, getattr(picture, "payloads", ()))))

            def end(self) -> None:
                pass

        sink = Sink()
        presentation.attach(sink)
        await asyncio.sleep(6)
        presentation.detach(sink)
        assert sum(sizes) * 8 < 60_000 * 8
        await simulator.cameras.close(presentation)


async def test_what_cannot_be_is_said(filled_cache: Path) -> None:
    with pytest.raises(BadInput, match="not a fault"):
        fault_kind("ants")
    async with simulating(filled_cache) as simulator:
        with pytest.raises(NotFound):
            await simulator.cameras.inflict("nobody", FaultKind.DROP)
        other = Simulator(SimulatorOptions(filled_cache, 2, rtsp_port=simulator.rtsp_port))
        with pytest.raises(BadInput, match="cannot listen"):
            async with other.running():
                pass
