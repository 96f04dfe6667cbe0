"""The snapshot address of simulated cameras: any of a whole city's, at once, with what is wrong with it."""

import asyncio
import time
from pathlib import Path

import av
import cv2
import httpx
import numpy as np
import pytest
from tests.simulate.conftest import simulating

from ronda.base.errors import Busy
from ronda.media.delivery.rtsp.presentation import NoBandwidth
from ronda.simulate.city import camera_spec, cameras
from ronda.simulate.faults import FaultKind
from ronda.simulate.server import Simulator

CAMERA = cameras()[0]


async def luma(simulator: Simulator, client: httpx.AsyncClient) -> float:
    """Mean brightness of the camera's snapshot, 0..255."""
    spec = camera_spec(CAMERA, "127.0.0.1", simulator.rtsp_port, simulator.control_port)
    answer = await client.get(str(spec["snapshot_url"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return float(picture.mean())


@pytest.mark.alone
async def test_any_of_14000_gives_a_still_at_once(filled_cache: Path) -> None:
    async with simulating(filled_cache, 14_000, control=True) as simulator, httpx.AsyncClient() as client:
        every = [camera for camera in simulator.cameras.cameras.values() if not camera.broken]
        before = time.monotonic()
        for camera in every[:: len(every) // 200]:
            url = f"http://127.0.0.1:{simulator.control_port}{camera.path('snapshot.jpg')}"
            assert (await client.get(url)).status_code == 200
        assert time.monotonic() - before < 20
        missing = f"http://127.0.0.1:{simulator.control_port}/nvr-9999/ch1/snapshot.jpg"
        assert (await client.get(missing)).status_code == 404


async def test_faults_show_in_snapshots(filled_cache: Path) -> None:
    async with simulating(filled_cache, control=True) as simulator, httpx.AsyncClient(timeout=1.0) as client:
        url = f"http://127.0.0.1:{simulator.control_port}{CAMERA.path('snapshot.jpg')}"
        usual = await luma(simulator, client)
        await simulator.cameras.inflict(CAMERA.id, FaultKind.BLACK)
        assert await luma(simulator, client) < 25 < usual
        await simulator.cameras.inflict(CAMERA.id, FaultKind.FREEZE)
        frozen = {(await client.get(url)).content}
        await asyncio.sleep(1.1)
        assert frozen == {(await client.get(url)).content}
        for kind, status in ((FaultKind.UNAUTHORISED, 401), (FaultKind.DROP, 404)):
            await simulator.cameras.inflict(CAMERA.id, kind)
            assert (await client.get(url)).status_code == status
        await simulator.cameras.inflict(CAMERA.id, FaultKind.SILENCE)
        with pytest.raises(httpx.ReadTimeout):
            await client.get(url)
        simulator.cameras.clear(CAMERA.id)
        assert await luma(simulator, client) > 25


async def test_no_more_are_sent_than_may_be_and_stills_remain(filled_cache: Path) -> None:
    async with simulating(filled_cache, 10, control=True, at_once=2) as simulator, httpx.AsyncClient() as client:
        every = list(simulator.cameras.cameras.values())
        held = [await simulator.cameras.open(camera.path("sub")) for camera in every[:2]]
        assert await simulator.cameras.open(every[0].path("sub")) is held[0], "who watches the same counts once"
        with pytest.raises(NoBandwidth):
            await simulator.cameras.open(every[2].path("sub"))
        reader, writer = await asyncio.open_connection("127.0.0.1", simulator.rtsp_port)
        url = f"{simulator.address()}{every[2].path('sub')}"
        writer.write(f"DESCRIBE {url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        assert (await reader.readline()).startswith(b"RTSP/1.0 453 ")
        writer.close()
        await writer.wait_closed()
        still = f"http://127.0.0.1:{simulator.control_port}{every[2].path('snapshot.jpg')}"
        assert (await client.get(still)).status_code == 200
        await simulator.cameras.close(held[1])
        await simulator.cameras.close(await simulator.cameras.open(every[2].path("sub")))
    assert issubclass(NoBandwidth, Busy)


@pytest.mark.alone
async def test_the_first_picture_comes_at_once(filled_cache: Path) -> None:
    def first_picture(url: str) -> float:
        before = time.monotonic()
        with av.open(url, options={"rtsp_transport": "tcp", "probesize": "32", "analyzeduration": "0"}) as container:
            packet = next(container.demux(video=0))
            assert packet.is_keyframe
        return time.monotonic() - before

    async with simulating(filled_cache) as simulator:
        waits = [
            await asyncio.to_thread(first_picture, f"{simulator.address()}{camera.path('main')}")
            for camera in list(simulator.cameras.cameras.values())[:8]
        ]
    assert sorted(waits)[4] < 0.45, "half a GOP would be half a second"
