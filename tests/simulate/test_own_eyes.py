"""A simulated camera is turned, as `ronda fault` does it: the node's sweep sees it, and says so on the bus."""

import asyncio
from pathlib import Path

from tests.node.vision.conftest import looking, spec, until
from tests.simulate.conftest import simulating

from ronda.bus.contract import REQUEST_NAMES, CompareView, Done, ViewAccepted, request_subject
from ronda.simulate.city import cameras
from ronda.simulate.faults import FaultKind
from ronda.vision.own_eyes.memory import Memory

CAMERA = cameras()[0]
OFTEN = {"sweep_s": 1.0, "first_sweep_s": 0.0, "watched_sweep_s": 1.0}


async def test_a_turned_camera_is_told_with_before_and_after_compared_and_accepted(
    tmp_path: Path, filled_cache: Path
) -> None:
    views = tmp_path / "own-eyes.sqlite"
    async with simulating(filled_cache) as simulator:
        url = f"rtsp://127.0.0.1:{simulator.rtsp_port}{CAMERA.path('main')}"
        async with looking(tmp_path, spec("gate", url, "sweep"), own_eyes=views, **OFTEN) as (town, vision, centre):
            memory = await asyncio.to_thread(Memory, views)
            while not (await asyncio.to_thread(memory.load, "gate")).known.is_settled:
                await asyncio.sleep(0.1)
            await simulator.cameras.inflict(CAMERA.id, FaultKind.TURNED)
            await until(lambda: centre.signs, 40)
            sign = centre.signs[0]
            assert (sign.camera, sign.analytic, sign.zone, sign.turn) == ("gate", "own-eyes", "", "raised")
            assert sign.key in ("turned", "unlike")
            assert sign.eye is None
            assert len(sign.shots) == 2
            for shot in sign.shots:
                await until(lambda: vision.sightings.bytes_held)
                assert (await vision.sightings.read("gate", shot.id)).startswith(b"\xff\xd8")
            ask = {kind: request_subject("local", REQUEST_NAMES[kind]) for kind in (CompareView, ViewAccepted)}
            await town.bus.request(ask[CompareView], CompareView(camera="gate"), Done)
            await until(lambda: [one.turn for one in centre.signs] == ["raised", "changed"], 30)
            await town.bus.request(ask[ViewAccepted], ViewAccepted(camera="gate"), Done)
            await until(lambda: [one.turn for one in centre.signs] == ["raised", "changed", "over"], 30)
            assert len((await asyncio.to_thread(memory.load, "gate")).known.references) == 1
            memory.close()
