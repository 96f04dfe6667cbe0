"""Onboarding over HTTP, with the node's real desk behind the bus and a device to find."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.peers.onvif_device import PASSWORD, USER, OnvifDevice
from tests.web.conftest import City

from ronda.base.time import SystemClock
from ronda.city.area import Area
from ronda.city.camera import AddressPart
from ronda.city.edit import Edit
from ronda.media.devices.desk import DeviceDesk
from ronda.media.sources.dialling import Dialler
from ronda.media.sources.opening import Opening
from ronda.media.sources.resolver import Resolver

AREAS = [Area("33.74", "Semarang"), Area("33.74.13", "Semarang Barat"), Area("33.74.13.1003", "Krapyak")]
SITE = {"id": "pos", "name": "Pos RT 3", "kind": "rt", "area": "33.74.13.1003.rw04.rt03", "lat": -6.98, "lon": 110.36}


@pytest.fixture
async def node_city(city: City) -> AsyncIterator[City]:
    """The application, and a node that looks for devices."""
    clock = SystemClock()
    resolver = Resolver(clock)
    desk = DeviceDesk(clock, Opening(resolver.resolve, clock), Dialler(clock))
    await city.centre.apply(Edit(areas=AREAS), "test")
    async with desk.running():
        city.node.desk = desk
        yield city
        city.node.desk = None
    resolver.close()


async def done(client: httpx.AsyncClient, answer: httpx.Response) -> Any:
    """Return a job when it has ended."""
    assert answer.status_code == 202, answer.text
    job = answer.json()
    async with asyncio.timeout(15):
        while job["state"] == "running":
            await asyncio.sleep(0.03)
            job = (await client.get(f"/api/v1/onboarding/jobs/{job['job']}")).json()
    return job


async def visited(client: httpx.AsyncClient, device: OnvifDevice, password: str = PASSWORD) -> Any:
    body = {"address": device.address, "username": USER, "password": password}
    return await done(client, await client.post("/api/v1/onboarding/recorder", json=body))


async def test_from_an_address_to_cameras_in_one_go(node_city: City) -> None:
    client, device = await node_city.admin(), OnvifDevice("rtsp://127.0.0.1:1/live", channels=3)
    async with device.running():
        job = await visited(client, device)
        assert (job["state"], job["problem"]) == ("done", None)
        assert [one["still"] for one in job["recorder"]["channels"]] == [
            f"/media/_devices/{job['job']}/{number}.jpg" for number in (1, 2, 3)
        ]
        text = json.dumps(job)
        assert "p%40ss" not in text
        assert PASSWORD not in text
        assert job["recorder"]["channels"][0]["url"] == "rtsp://***@127.0.0.1:1/live"
        channels = [
            {"number": 1, "id": "pos-1", "name": "Gang masuk", "bearing": 90},
            {"number": 3, "id": "pos-3", "name": "Pos", "lat": -6.981, "lon": 110.361, "record": False},
        ]
        body = {"job": job["job"], "site": SITE, "recorder": "pos-nvr", "channels": channels}
        answer = await client.post("/api/v1/onboarding/add", json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json() == {"site": "pos", "recorder": "pos-nvr", "cameras": ["pos-1", "pos-3"]}
        again = (await client.get(f"/api/v1/onboarding/jobs/{job['job']}")).json()
    registers = node_city.centre.city
    recorder, camera = registers.recorders.get("pos-nvr"), registers.cameras.get("pos-3")
    assert (recorder.username, recorder.password, recorder.serial) == (USER, PASSWORD, "SN<1>")
    assert camera.addresses[AddressPart.MAIN].password == PASSWORD
    assert (camera.spot.site, camera.spot.recorder, camera.spot.channel, camera.spot.lat) == (
        "pos",
        "pos-nvr",
        3,
        -6.981,
    )
    assert camera.recording.mode.value == "off"
    assert registers.areas.get("33.74.13.1003.rw04.rt03").name == "RT 3"
    assert again["recorder"]["channels"][0]["camera"] is not None  # known from now on


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"job": "unknown"}, 404, "not known"),
        ({"site": {"id": "new"}}, 400, "no site 'new'"),
        ({"site": {**SITE, "area": "33.74.99"}}, 400, "no area"),
        ({"site": {**SITE, "area": "x"}}, 400, "not a region code"),
        ({"channels": [{"number": 9, "id": "a", "name": "A"}]}, 400, "no channel 9"),
        ({"channels": [{"number": 1, "id": "a", "name": "A"}, {"number": 2, "id": "a", "name": "B"}]}, 409, "already"),
        ({"channels": []}, 400, ""),
        ({"channels": [{"number": 1, "id": "<script>", "name": "A"}]}, 400, ""),
    ],
)
async def test_what_cannot_be_added_leaves_everything_as_it_was(
    node_city: City, change: dict[str, Any], status: int, reason: str
) -> None:
    client, device = await node_city.admin(), OnvifDevice("rtsp://127.0.0.1:1/live")
    async with device.running():
        job = await visited(client, device)
    body = {"job": job["job"], "site": SITE, "channels": [{"number": 1, "id": "a", "name": "A"}], **change}
    answer = await client.post("/api/v1/onboarding/add", json=body)
    assert answer.status_code == status, answer.text
    assert reason in answer.text
    assert not node_city.centre.cameras.all()
    assert "pos" not in node_city.centre.city.sites


async def test_a_refused_password_is_told_without_being_repeated(node_city: City) -> None:
    client, device = await node_city.admin(), OnvifDevice()
    async with device.running():
        job = await visited(client, device, "s3cr3t!")
    assert job["state"] == "failed"
    assert "refuses" in job["problem"]
    assert "s3cr3t" not in json.dumps(job)


async def test_a_range_and_what_is_registered_already(node_city: City) -> None:
    client, device = await node_city.admin(), OnvifDevice()
    async with device.running():
        body = {"range": "127.0.0.1-2", "ports": [device.port]}
        job = await done(client, await client.post("/api/v1/onboarding/range", json=body))
    assert [(one["address"], one["known"]) for one in job["devices"]] == [(device.address, False)]
    answer = await client.post("/api/v1/onboarding/range", json={"range": "10.0.0.0/8"})
    assert (answer.status_code, "16777216 addresses" in answer.json()["detail"]) == (400, True)
    answer = await client.post("/api/v1/onboarding/range", json={"range": "8.8.8.8"})
    assert answer.status_code == 400


async def test_a_job_ends_when_it_is_told_to(node_city: City) -> None:
    client = await node_city.admin()
    job = (await client.post("/api/v1/onboarding/range", json={"range": "127.0.0.0/22", "ports": [1]})).json()
    assert (await client.delete(f"/api/v1/onboarding/jobs/{job['job']}")).status_code == 204
    assert (await client.get(f"/api/v1/onboarding/jobs/{job['job']}")).status_code == 404


async def test_nobody_looks_without_leave(node_city: City) -> None:
    nobody = node_city.client()
    for method, path in (
        ("POST", "search"), ("POST", "recorder"), ("POST", "range"), ("POST", "add"), ("GET", "jobs/x"),
        ("DELETE", "jobs/x"),
    ):  # fmt: skip
        answer = await nobody.request(method, f"/api/v1/onboarding/{path}", json={} if method == "POST" else None)
        assert answer.status_code == 401, (path, answer.text)
