"""Cameras that nobody needs: a whole city's cost next to nothing, and any of them is there when somebody asks."""

import asyncio
import gc
import time
import tracemalloc
from bisect import bisect_right
from datetime import UTC
from pathlib import Path

import pytest
from tests.node.conftest import NOBODY, open_town, recording, spec, until

from ronda.archive.volume import VolumeSettings
from ronda.base.causes import SourceState
from ronda.base.errors import NotFound
from ronda.base.time import SystemClock
from ronda.bus.contract import (
    AssignmentPage,
    AssignmentRequest,
    CameraSpec,
    CameraStatus,
    RecordingMode,
    centre_subject,
    status_subject,
)
from ronda.bus.memory import MemoryBus
from ronda.media.codec.newest import NewestPictures
from ronda.media.leases import Purpose
from ronda.node.node import Node, NodeSettings
from ronda.node.roster import totals

CITY = 14_000


def idle(id: str, url: str = NOBODY) -> CameraSpec:
    return spec(id, url, RecordingMode.OFF)


async def test_it_wakes_when_asked_and_is_laid_down_again(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, idle("gate", film), idle("lane"), rest_s=0.2) as town:
        node = town.node
        assert not node.streams.awake("gate")
        assert "gate" in node.streams
        assert "nobody" not in node.streams
        stream = node.streams.get("gate", "main")
        with stream.lease(Purpose.VIEW):
            await until(lambda: stream.newest)
            await until(lambda: any(status.profiles for status in town.told))
            awake = [camera.spec.id for camera in node.roster.all_awake]
            assert awake == ["gate"], "nobody has asked for the other"
        pictures = totals(node.streams, node.roster)["pictures"]
        await until(lambda: not node.streams.awake("gate"))
        assert totals(node.streams, node.roster)["pictures"] >= pictures > 0, "what was counted stays counted"
        status = node.status("gate")
        assert status is not None
        assert (status.profiles, status.recording, status.last_picture) == ({}, False, stream.last_picture_90k)
        assert not any(status.camera == "lane" for status in town.told)
        with pytest.raises(NotFound):
            stream.lease(Purpose.VIEW)
        again = node.streams.get("gate", "main")
        with again.lease(Purpose.VIEW):
            await until(lambda: again.newest)
        await town.assign(idle("lane"))
        await until(lambda: node.status("gate") is None)
        with pytest.raises(NotFound):
            node.streams.get("gate", "main")


async def test_recording_wakes_it_and_its_end_lays_it_down(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, idle("gate", film), rest_s=0.2) as town:
        await town.assign(spec("gate", film))
        await until(lambda: recording(town, "gate"))
        await town.assign(idle("gate", film))
        await until(lambda: not town.node.roster.all_awake)
        status = town.node.status("gate")
        assert status is not None
        assert status.last_picture is not None
    async with open_town(tmp_path, idle("gate", film)) as town:
        await until(lambda: getattr(town.node.status("gate"), "last_picture", None))
        assert not town.node.roster.all_awake, "that it was recorded once does not wake it"
        last = getattr(town.node.status("gate"), "last_picture", None)
        await until(lambda: [status.last_picture for status in town.told] == [last])


async def test_a_still_from_the_snapshot_address_wakes_nobody(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nJPEG")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/still.jpg"
    gate = idle("gate").model_copy(update={"snapshot_url": address})
    async with server, open_town(tmp_path, gate) as town:
        newest = NewestPictures(town.node.streams, town.node.snapshot_url)
        found = await newest.fetch("gate")
        assert newest.passing("gate", 640) is None
        assert found.data == b"JPEG"
        assert not town.node.roster.all_awake
        with pytest.raises(NotFound):
            await newest.fetch("nobody")


async def test_a_recorder_that_is_full_is_said_to_be_busy(tmp_path: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.readuntil(b"\r\n\r\n"):
            number = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"cseq"))
            first = b"RTSP/1.0 200 OK" if request.startswith(b"OPTIONS") else b"RTSP/1.0 453 Not Enough Bandwidth"
            writer.write(first + b"\r\n" + number + b"\r\n\r\n")
            if not request.startswith(b"OPTIONS"):
                break
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1")
    address = f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/1"
    async with server, open_town(tmp_path, idle("gate", address)) as town:
        stream = town.node.streams.get("gate", "main")
        with stream.lease(Purpose.VIEW):
            await until(lambda: stream.state_now is SourceState.BUSY)
            assert "as many pictures at once as it can" in (stream.reason or "")


@pytest.mark.alone
async def test_a_city_of_idle_cameras_costs_next_to_nothing(tmp_path: Path) -> None:
    """What it takes in memory, in time at the start, in the loop, and in messages."""
    ids = [f"camera-{number:05}" for number in range(CITY)]
    texts = [
        CameraSpec.model_validate(
            idle(id).model_dump() | {"sub_url": f"{NOBODY}/{id}/sub", "snapshot_url": f"http://127.0.0.1:1/{id}.jpg"}
        ).model_dump_json()
        for id in ids
    ]
    bus = MemoryBus()
    told: list[CameraStatus] = []

    async def page(request: AssignmentRequest) -> AssignmentPage:
        first = bisect_right(ids, request.after)
        some = tuple(CameraSpec.model_validate_json(text) for text in texts[first : first + 100])
        more = first + len(some) < CITY
        return AssignmentPage(node="local", revision=1, cameras=some, more=more, last=some[-1].id)

    longest_hold_s = 0.0

    async def watch() -> None:
        """Processor time of this thread between two turns of the loop, so that a busy machine does not count."""
        nonlocal longest_hold_s
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest_hold_s = max(longest_hold_s, time.thread_time() - before)

    async def listen() -> None:
        async with bus.subscribe(status_subject("local"), CameraStatus) as statuses:
            async for status in statuses:
                told.append(status)  # noqa: PERF401 - it never ends

    settings = NodeSettings(id="local", volumes=(VolumeSettings(tmp_path / "volume"),), zone=UTC)
    node = Node(settings, bus, SystemClock())
    gc.collect()
    async with bus.serve(centre_subject("assignment"), AssignmentRequest, page), asyncio.TaskGroup() as group:
        tasks = [group.create_task(watch()), group.create_task(listen())]
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        async with node.running():
            # Tracing memory makes everything several times slower, so the hold is measured in a second round.
            await until(lambda: len(node.roster) == CITY, 60)
            gc.collect()
            used = tracemalloc.get_traced_memory()[0] - before
            tracemalloc.stop()
            everything = {id: CameraSpec.model_validate_json(text) for id, text in zip(ids, texts, strict=True)}
            gc.disable()  # as the server does while it starts
            await asyncio.sleep(0)
            longest_hold_s = 0.0
            await node.take_all(2, {})
            gone = len(node.roster) == 0
            await node.take_all(3, everything)
            await asyncio.sleep(1.2)
            gc.enable()
            hold_s, awake, tasks_now = longest_hold_s, len(node.roster.all_awake), len(asyncio.all_tasks())
        for task in tasks:
            task.cancel()
    assert gone
    assert (awake, told) == (0, [])
    assert tasks_now < 20
    assert used / CITY < 4_096
    assert hold_s < 0.05, used
