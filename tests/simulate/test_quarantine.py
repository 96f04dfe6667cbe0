"""A published camera is turned, another shows some other place: what residents saw of it until a person released it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from blockbuster import BlockBuster
from tests.simulate.conftest import film_of, simulating
from tests.whole.test_public_pictures import closed, done

from ronda.cli import composition
from ronda.cli.composition import composed
from ronda.cli.hosting import bind_tcp, listening
from ronda.config.models import Settings
from ronda.node.vision.settings import VisionSettings
from ronda.simulate.build import loop_files
from ronda.simulate.city import cameras
from ronda.simulate.faults import FaultKind
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look
from ronda.simulate.server import Simulator
from ronda.vision.own_eyes.memory import Memory
from ronda.web.app import local

PLAYS = {"gate": cameras()[0], "hall": cameras()[1]}


@dataclass
class Town:
    """A whole server whose cameras are simulated: its office, and how residents reach it."""

    office: httpx.AsyncClient
    residents: httpx.AsyncClient
    host: str
    simulator: Simulator
    views: Path

    async def published(self, *wanted: str) -> None:
        """Wait until residents find exactly these cameras."""
        while await self._listed() != set(wanted):
            await asyncio.sleep(0.1)

    async def _listed(self) -> set[str]:
        answer = await self.residents.get("/api/v1/public/cameras")
        return {one["id"] for one in answer.json()["cameras"]}

    async def alarms(self) -> list[Any]:
        found: list[Any] = (await self.office.get("/api/v1/alarms")).json()["alarms"]
        return [one for one in found if one["key"] in ("turned", "unlike")]

    def video(self, camera: str) -> Any:
        return websockets.connect(f"ws://{self.host}/media/public/{camera}/live", max_size=None)


@pytest.fixture
def cache(filled_cache: Path, tmp_path: Path) -> Path:
    """Loops in which `hall`, when it is turned, shows another place altogether."""
    folder = tmp_path / "loops"
    shutil.copytree(filled_cache, folder, copy_function=os.link)
    other = tmp_path / "market.mp4"
    film_of(PLACES["market"](Look(seed=7, lettering="", width=640, height=360, period_s=2.0)), other, tmp_path / "t")
    files = loop_files(PLAYS["hall"], folder, turned_view=True)
    for path in (files.main, files.sub):
        path.unlink()
        path.hardlink_to(other)
    return folder


@pytest.fixture
async def town(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_blocking_in_the_loop: BlockBuster
) -> AsyncIterator[Town]:
    """A server that sweeps its cameras each second."""
    as_set = composition._vision_settings

    def often(settings: Settings) -> VisionSettings:
        once_a_second = replace(as_set(settings), sweep_s=1.0, watched_sweep_s=1.0, first_sweep_s=0.0)
        return replace(once_a_second, gather_s=0.5, nice=0)

    monkeypatch.setattr(composition, "_vision_settings", often)
    document = {
        "data": tmp_path / "data",
        "archive": {"volumes": (tmp_path / "archive",)},
        "vision": {"read_letterings": False},
        "admin_password": "long enough",
    }
    async with _opened(Settings.model_validate(document), cache, no_blocking_in_the_loop) as town:
        yield town


@asynccontextmanager
async def _opened(settings: Settings, cache: Path, blocking: BlockBuster) -> AsyncIterator[Town]:
    bound = bind_tcp("127.0.0.1", 0)
    host = f"127.0.0.1:{bound.getsockname()[1]}"
    async with AsyncExitStack() as stack:
        blocking.deactivate()  # nobody is served while a server starts
        simulator = await stack.enter_async_context(simulating(cache))
        running = await stack.enter_async_context(composed(settings, pulls=True))
        await stack.enter_async_context(listening(running.app, bound))
        blocking.activate()
        inside = httpx.ASGITransport(local(running.app))
        office = await stack.enter_async_context(httpx.AsyncClient(transport=inside, base_url="http://ronda"))
        outside = httpx.AsyncClient(base_url=f"http://{host}", trust_env=False, timeout=20)
        residents = await stack.enter_async_context(outside)
        for id, plays in PLAYS.items():
            url = f"rtsp://127.0.0.1:{simulator.rtsp_port}{plays.path('main')}"
            await done(office.post("/api/v1/cameras", json={"id": id, "url": url, "record": False}))
            wanted = {"camera": id, "mode": "live", "reason": "asked for by the neighbourhood"}
            await done(office.post("/api/v1/publication", json=wanted))
            while (await residents.get(f"/media/public/{id}/still.jpg")).status_code != 200:
                await asyncio.sleep(0.1)  # the node has not heard of it yet
        yield Town(office, residents, host, simulator, settings.data / "own-eyes.sqlite")


async def test_a_turned_view_and_another_place_leave_publication_until_a_person_has_compared(town: Town) -> None:
    async with asyncio.timeout(90), town.video("gate") as gate, town.video("hall") as hall:
        await town.published("gate", "hall")
        await views_known(town.views)
        for plays in PLAYS.values():
            await town.simulator.cameras.inflict(plays.id, FaultKind.TURNED)
        assert set(await asyncio.gather(closed(gate), closed(hall))) == {4403}
        await town.published()
        for path in ("gate/still.jpg", "hall/live.m3u8"):
            assert (await town.residents.get(f"/media/public/{path}")).status_code == 404
        while len(alarms := await town.alarms()) < 2:
            await asyncio.sleep(0.1)
        causes = {alarm["camera"]: alarm["key"] for alarm in alarms}
        assert causes["hall"] == "unlike"
        for alarm in alarms:
            before, now = [await town.office.get(picture["url"]) for picture in alarm["pictures"]]
            assert before.content.startswith(b"\xff\xd8")
            assert now.content.startswith(b"\xff\xd8")
            assert before.content != now.content
        ids = {alarm["camera"]: alarm["id"] for alarm in alarms}
        await done(town.office.post(f"/api/v1/alarms/{ids['gate']}/view", json={"choice": "accept"}))
        town.simulator.cameras.clear(PLAYS["hall"].id)
        while not all(alarm["over"] for alarm in await town.alarms() if alarm["camera"] == "hall"):
            await asyncio.sleep(0.1)
        await done(town.office.post(f"/api/v1/alarms/{ids['hall']}/view", json={"choice": "compare"}))
        await town.published("gate", "hall")
        async with town.video("gate") as again:
            while isinstance(await again.recv(), str):
                pass  # what comes before the pictures


async def views_known(path: Path) -> None:
    """Wait until all cameras know what they should see."""
    memory = await asyncio.to_thread(Memory, path)
    for id in PLAYS:
        while not (await asyncio.to_thread(memory.load, id)).known.is_settled:
            await asyncio.sleep(0.1)
    memory.close()
