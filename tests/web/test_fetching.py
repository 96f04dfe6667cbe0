"""Footage still at the site: listed by who may look at the past, fetched by who may keep it, with every word logged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.media.sources.rtsp.playing import numeric
from tests.peers.profile_g_recorder import ArchiveRecorder
from tests.web.conftest import WIB, City
from tests.web.neighbours import OWN, joined, two_streets

from ronda.archive.archive import Archive
from ronda.archive.volume import VolumeSettings
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.bus.fetching import MakeFetch
from ronda.city.edit import Edit
from ronda.city.recorder import Recorder
from ronda.media.devices.recordings.recorders import Recorders
from ronda.node.fetching.answers import serving_fetches
from ronda.node.fetching.orders import Fetches, FetchManners
from ronda.node.fetching.work import FetchTools, Progress, fetch

CLOCK = SystemClock()
BEGIN_90K = (CLOCK.utc_90k() // HZ_90K - 7200) * HZ_90K


def at(seconds: float) -> str:
    return format_rfc3339(BEGIN_90K + round(seconds * HZ_90K))


@asynccontextmanager
async def recorder_at(city: City, folder: Path, recorder: ArchiveRecorder) -> AsyncIterator[Archive]:
    """Put a recorder behind the camera `ours`, and a node's fetching on the bus."""
    pool = Pool("devices", 1, 16)
    async with recorder.recording(), Archive((VolumeSettings(folder / "volume"),), CLOCK) as archive:
        known = Recorder(id="nvr", site="site-ours", address=recorder.address)
        camera = city.centre.cameras.get("ours")
        spot = replace(camera.spot, recorder="nvr", channel=1)
        await city.centre.apply(Edit(recorders=[known], cameras=[replace(camera, spot=spot)]), "test")
        tools = FetchTools(
            archive, Recorders(numeric, CLOCK, pool, WIB), CLOCK, lambda _: recorder.live, lambda _: "main"
        )

        async def one(order: MakeFetch, progress: Progress) -> list[tuple[int, int]]:
            return await fetch(tools, order, progress)

        fetches = Fetches(folder / "fetches.json", one, archive.pool, CLOCK, FetchManners(WIB, pauses_s=()))
        async with serving_fetches("local", fetches, tools, city.bus):
            yield archive
    pool.close()


async def ended(client: httpx.AsyncClient, id: str) -> dict[str, object]:
    async with asyncio.timeout(20):
        while True:
            told: dict[str, object] = (await client.get(f"/api/v1/fetches/{id}")).json()
            if told["state"] not in ("waiting", "fetching"):
                return told
            await asyncio.sleep(0.05)


async def test_the_head_of_an_rt_brings_last_night_here(city: City, tmp_path: Path) -> None:
    await two_streets(city)
    recorder = ArchiveRecorder(channels=1, spans=[(BEGIN_90K, BEGIN_90K + 30 * HZ_90K)])
    async with recorder_at(city, tmp_path, recorder) as archive:
        head = await joined(city, await city.admin(), "ketua", "rt-head", OWN)
        there = await head.get("/api/v1/cameras/ours/site-footage", params={"from": at(-60), "to": at(120)})
        assert there.status_code == 200, there.text
        assert there.json()["how"] == "onvif"
        assert there.json()["at_site"] == [], "this node's fake timeline has the first half"
        there = await head.get("/api/v1/cameras/ours/site-footage", params={"from": at(-10), "to": at(30)})
        assert there.json()["at_site"] == [{"from": at(10), "to": at(30)}]
        answer = await head.post("/api/v1/cameras/ours/fetches", json={"from": at(0), "to": at(20), "mbps": 0})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["when"], made["by"]) == ("now", "ketua")
        told = await ended(head, made["id"])
        assert (told["state"], told["progress"], told["missing"]) == ("done", 1.0, [])
        known = await archive.timeline("ours", "main", BEGIN_90K - HZ_90K, BEGIN_90K + 60 * HZ_90K)
        assert [(span.from_90k - BEGIN_90K) // HZ_90K for span in known.coverage] == [0]
        assert len(await archive.holds("ours")) == 1
        long = await head.post("/api/v1/cameras/ours/fetches", json={"from": at(-3600), "to": at(30)})
        assert (long.json()["when"], long.json()["mbps"]) == ("night", 0)
        ended_by_hand = await head.delete(f"/api/v1/fetches/{long.json()['id']}")
        assert ended_by_hand.json()["state"] in ("cancelled", "done")
        assert len((await head.get("/api/v1/fetches")).json()["fetches"]) == 2
        looks = {(one.look.action, one.look.camera) for _, one in await city.people.log.entries(50)}
        assert {("fetch", "ours"), ("fetch-ended", "ours"), ("timeline", "ours")} <= looks


async def test_nobody_else_does(city: City, tmp_path: Path) -> None:
    await two_streets(city)
    recorder = ArchiveRecorder(channels=1, spans=[(BEGIN_90K, BEGIN_90K + 30 * HZ_90K)])
    async with recorder_at(city, tmp_path, recorder):
        admin = await city.admin()
        member = await joined(city, admin, "warga", "rt-member", OWN)
        stretch = {"from": at(0), "to": at(20)}
        assert (await member.get("/api/v1/cameras/ours/site-footage", params=stretch)).status_code == 200
        assert (await member.post("/api/v1/cameras/ours/fetches", json=stretch)).status_code == 403
        head = await joined(city, admin, "ketua", "rt-head", OWN)
        assert (await head.get("/api/v1/cameras/neighbours/site-footage", params=stretch)).status_code in (403, 404)
        assert (await head.post("/api/v1/cameras/neighbours/fetches", json=stretch)).status_code in (403, 404)
        other = await admin.post("/api/v1/cameras/ours/fetches", json={**stretch, "when": "night"})
        neighbour = await joined(city, admin, "tetangga", "rt-head", "33.74.13.1006.rw04.rt04")
        assert (await neighbour.delete(f"/api/v1/fetches/{other.json()['id']}")).status_code == 403
        assert (await neighbour.get("/api/v1/fetches")).json() == {"fetches": []}
        assert (await head.get("/api/v1/fetches/none")).status_code == 404


@pytest.mark.parametrize(
    ("begin", "end", "status", "says"),
    [
        (20, 0, 400, "before"),
        (0, 100_000, 400, "at most a day"),
        (7000, 9000, 400, "not over yet"),
    ],
)
async def test_a_stretch_that_makes_no_sense_is_told(
    city: City, tmp_path: Path, begin: int, end: int, status: int, says: str
) -> None:
    await two_streets(city)
    async with recorder_at(city, tmp_path, ArchiveRecorder(channels=1)):
        admin = await city.admin()
        answer = await admin.post("/api/v1/cameras/ours/fetches", json={"from": at(begin), "to": at(end)})
        assert answer.status_code == status
        assert says in answer.text


async def test_a_recorder_that_gives_nothing_out_is_told(city: City, tmp_path: Path) -> None:
    await two_streets(city)
    recorder = ArchiveRecorder(channels=1, profile_g=False)
    async with recorder_at(city, tmp_path, recorder):
        admin = await city.admin()
        answer = await admin.get("/api/v1/cameras/ours/site-footage", params={"from": at(0), "to": at(20)})
        assert answer.status_code == 409
        assert "Profile G" in answer.json()["detail"]
