"""A node on a real bus, with a real archive, whose centre is this test; its cameras play a film from a file."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest

from ronda.archive.volume import VolumeSettings
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import (
    AssignmentChange,
    AssignmentPage,
    AssignmentRequest,
    CameraSpec,
    CameraStatus,
    Recording,
    RecordingMode,
    Timeline,
    assignment_subject,
    centre_subject,
    status_subject,
)
from ronda.bus.memory import MemoryBus
from ronda.media.access_unit import Codec
from ronda.media.stream import StreamSettings
from ronda.node.node import Node, NodeSettings
from ronda.node.vision.settings import VisionSettings
from ronda.simulate.encode import Quality, write_pictures

NOBODY = "rtsp://warga:rahasia@127.0.0.1:1/live"


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a film of four seconds, 25 pictures a second, a keyframe each second."""
    path = tmp_path_factory.mktemp("film") / "street.mp4"
    pictures = (np.full((144, 160), 40 + number, np.uint8) for number in range(100))
    write_pictures(path, Quality(Codec.H264, 160, 96, 25, 100_000, gop_s=1.0), pictures)
    return f"file://{path}"


def spec(id: str, url: str, mode: RecordingMode = RecordingMode.CONTINUOUS, **recording: object) -> CameraSpec:
    """Return what the centre would say of a camera."""
    wanted = Recording.model_validate({"mode": mode, **recording})
    return CameraSpec(id=id, name=id, url=url, recording=wanted)


@dataclass
class Town:
    """A running node and its centre."""

    node: Node
    bus: MemoryBus
    revision: int = 0
    cameras: tuple[CameraSpec, ...] = ()
    told: list[CameraStatus] = field(default_factory=list)

    def page(self, request: AssignmentRequest) -> AssignmentPage:
        """Answer a node that asks for all: two at a time."""
        behind = sorted((camera for camera in self.cameras if camera.id > request.after), key=lambda camera: camera.id)
        some = tuple(behind[:2])
        last = some[-1].id if some else request.after
        return AssignmentPage(node="local", revision=self.revision, cameras=some, more=len(behind) > 2, last=last)

    async def assign(self, *cameras: CameraSpec, revision: int | None = None) -> None:
        """Tell the node what is different from now on: these are its cameras."""
        before, wanted = {camera.id: camera for camera in self.cameras}, {camera.id: camera for camera in cameras}
        change = AssignmentChange(
            node="local",
            revision=self.revision + 1 if revision is None else revision,
            before_revision=self.revision,
            put=tuple(camera for camera in cameras if before.get(camera.id) != camera),
            removed=tuple(before.keys() - wanted.keys()),
        )
        if change.revision > self.revision:
            self.cameras, self.revision = cameras, change.revision
        await self.bus.publish(assignment_subject("local"), change)

    async def timeline(self, id: str, profile: str = "main") -> Timeline:
        now_90k = SystemClock().utc_90k()
        return await self.node.archive.timeline(id, profile, now_90k - 600 * HZ_90K, now_90k + 60 * HZ_90K)


@asynccontextmanager
async def open_town(
    folder: Path,
    *cameras: CameraSpec,
    rest_s: float = 30.0,
    vision: VisionSettings | None = None,
    bus: MemoryBus | None = None,
) -> AsyncIterator[Town]:
    """Start a node that asks for its cameras and gets these; one that nobody needs is laid down after `rest_s`."""
    bus = bus or MemoryBus()
    settings = NodeSettings(
        id="local",
        volumes=(VolumeSettings(folder / "volume"),),
        zone=UTC,
        streams=StreamSettings(linger_s=0.1),
        vision=vision,
    )
    failed: AssertionError | TimeoutError | None = None
    town = Town(Node(settings, bus, SystemClock()), bus, 1, cameras)

    async def asked(request: AssignmentRequest) -> AssignmentPage:
        return town.page(request)

    async def listen(statuses: AsyncIterator[CameraStatus]) -> None:
        async for status in statuses:
            town.told.append(status)

    async with (
        bus.serve(centre_subject("assignment"), AssignmentRequest, asked),
        bus.subscribe(status_subject("local"), CameraStatus) as statuses,
        asyncio.TaskGroup() as group,
    ):
        listening = group.create_task(listen(statuses))
        town.node.roster.rest_s = rest_s
        async with town.node.running():
            await until(lambda: town.node.status(cameras[-1].id) if cameras else True)
            try:
                yield town
            except (AssertionError, TimeoutError) as error:
                failed = error  # the node's task groups would wrap it beyond reading
        listening.cancel()
    if failed is not None:
        raise failed


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until `condition()` is true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def recording(town: Town, id: str) -> bool:
    """Say whether pictures of a camera reach the disk."""
    status = town.node.status(id)
    return status is not None and status.recording
