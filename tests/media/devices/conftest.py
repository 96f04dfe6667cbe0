"""A desk that looks for devices, and waiting for what it finds."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from tests.peers.onvif_device import PASSWORD, USER, OnvifDevice

from ronda.base.time import SystemClock
from ronda.bus.devices import DeviceJob, DeviceJobState, VisitRecorder
from ronda.media.devices.desk import DeviceDesk
from ronda.media.sources.dialling import Dialler
from ronda.media.sources.opening import Opening
from ronda.media.sources.resolver import Resolver

CLOCK = SystemClock()


@pytest.fixture
def discovery_port(free_port: Callable[[], int]) -> int:
    return free_port()


@pytest.fixture
async def desk(discovery_port: int) -> AsyncIterator[DeviceDesk]:
    """A running desk."""
    resolver = Resolver(CLOCK)
    made = DeviceDesk(CLOCK, Opening(resolver.resolve, CLOCK), Dialler(CLOCK), discovery_port)
    async with made.running():
        yield made
    resolver.close()


async def finished(desk: DeviceDesk, job: DeviceJob, seconds: float = 20) -> DeviceJob:
    """Return a job when it has ended."""
    async with asyncio.timeout(seconds):
        while (told := desk.about(job.job)).state is DeviceJobState.RUNNING:
            await asyncio.sleep(0.02)
    return told


async def visit(desk: DeviceDesk, device: OnvifDevice, password: str = PASSWORD, user: str = USER) -> DeviceJob:
    """Visit a device and return how that ended."""
    return await finished(desk, desk.visit(VisitRecorder(address=device.address, username=user, password=password)))
