"""Stills of channels that are not registered yet: from the node itself, and only with leave."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from tests.peers.onvif_device import PASSWORD, USER, OnvifDevice

from ronda.base.errors import BadInput, NotFound, NotSignedIn, RondaError
from ronda.base.time import SystemClock
from ronda.bus.contract import Done, Message, request_subject
from ronda.bus.devices import CancelDeviceJob, DeviceJob, DeviceJobAbout, DeviceJobState, SweepRange, VisitRecorder
from ronda.bus.memory import MemoryBus
from ronda.media.delivery.permission import ORIGINAL, Ask, MediaAction, Permit
from ronda.media.delivery.problem import answer_error
from ronda.media.devices.desk import DeviceDesk
from ronda.media.sources.dialling import Dialler
from ronda.media.sources.opening import Opening
from ronda.media.sources.resolver import Resolver
from ronda.node.devices import device_still_route, serving_devices


class Leave:
    """Leave for everything."""

    treatment = ORIGINAL
    public = resident = keeper = revoked = False

    def reach(self, from_utc_90k: int) -> None:
        """There is no past."""

    def shows(self, at_utc_90k: int) -> None:
        """Nothing is played."""

    def close(self) -> None:
        """Nothing is open."""


async def test_a_node_is_asked_over_the_bus() -> None:
    clock, bus = SystemClock(), MemoryBus()
    resolver = Resolver(clock)
    desk = DeviceDesk(clock, Opening(resolver.resolve, clock), Dialler(clock))
    device = OnvifDevice()
    async with device.running(), serving_devices("gate", desk, bus):

        async def ask(name: str, request: Message) -> DeviceJob:
            return await bus.request(request_subject("gate", name), request, DeviceJob)

        job = await ask("devices-sweep", SweepRange(range="127.0.0.1", ports=(device.port,)))
        while (job := await ask("devices-job", DeviceJobAbout(job=job.job))).state is DeviceJobState.RUNNING:
            await asyncio.sleep(0.02)
        assert [found.address for found in job.devices] == [device.address]
        await bus.request(request_subject("gate", "devices-cancel"), CancelDeviceJob(job=job.job), Done)
        with pytest.raises(NotFound):
            await ask("devices-job", DeviceJobAbout(job=job.job))
        with pytest.raises(BadInput):
            await ask("devices-visit", VisitRecorder(address="ftp://x"))
    resolver.close()


async def test_a_still_is_shown_to_those_who_may_probe() -> None:
    asked: list[Ask] = []

    async def authorise(ask: Ask) -> Permit:
        asked.append(ask)
        if "authorization" not in ask.connection.headers:
            raise NotSignedIn("nobody is signed in")
        return Leave()

    clock = SystemClock()
    resolver = Resolver(clock)
    desk = DeviceDesk(clock, Opening(resolver.resolve, clock), Dialler(clock))
    device = OnvifDevice("rtsp://127.0.0.1:1/live", channels=1)
    app = Starlette(routes=[device_still_route(desk, authorise)], exception_handlers={RondaError: answer_error})
    async with device.running(), desk.running():
        asking = VisitRecorder(address=device.address, username=USER, password=PASSWORD)
        job = desk.visit(asking)
        while (told := desk.about(job.job)).state is DeviceJobState.RUNNING:
            await asyncio.sleep(0.02)
        assert told.recorder is not None
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node") as client:
            path = f"/_devices/{job.job}/1.jpg"
            assert (await client.get(path)).status_code == 401
            client.headers["Authorization"] = "Bearer x"
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
            assert answer.headers["cache-control"].startswith("private")
            for wrong in (f"/_devices/{job.job}/2.jpg", f"/_devices/{job.job}/x.jpg", "/_devices/none/1.jpg"):
                assert (await client.get(wrong)).status_code == 404
    assert {one.action for one in asked} == {MediaAction.PROBE}
    resolver.close()
