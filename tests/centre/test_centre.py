"""The centre and its node, over a real bus and database."""

import asyncio
import time

import pytest

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import Busy, NotFound
from ronda.base.time import SystemClock
from ronda.bus.contract import (
    AssignmentChange,
    AssignmentPage,
    AssignmentRequest,
    CameraStatus,
    EventKind,
    NodeEvent,
    ProfileStatus,
    Timeline,
    TimelineRequest,
    assignment_subject,
    centre_subject,
    event_subject,
    request_subject,
    status_subject,
)
from ronda.bus.memory import MemoryBus
from ronda.centre.centre import Centre
from ronda.city.city import City
from ronda.city.registry import CameraChange, NewCamera
from ronda.store.database import Store

URL = "rtsp://10.0.0.5/1"


async def centre_on(store: Store, bus: MemoryBus) -> Centre:
    return Centre(store, bus, await City.open(store, SystemClock()), SystemClock())


async def test_the_revision_grows_across_restarts(store: Store) -> None:
    bus = MemoryBus()
    told: list[AssignmentChange] = []
    for _ in range(2):
        async with bus.subscribe(assignment_subject("local"), AssignmentChange) as changes:
            centre = await centre_on(store, bus)
            async with centre.running():
                told.append(await anext(changes))
                assert told[-1].before_revision is None, "what changed while nobody ran cannot be told as a difference"
                if not centre.cameras.all():
                    await centre.add_camera(NewCamera("a", URL), "admin")
                    told.append(await anext(changes))
                await centre.change_camera("a", CameraChange(name=f"name {len(told)}"), "admin")
                told.append(await anext(changes))
                assert told[-1].before_revision == told[-2].revision
                assert [camera.id for camera in told[-1].put] == ["a"]
    revisions = [change.revision for change in told]
    assert revisions == sorted(set(revisions))


async def test_a_change_that_changes_nothing_is_not_announced(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)
    async with bus.subscribe(assignment_subject("local"), AssignmentChange) as changes, centre.running():
        await anext(changes)
        await centre.add_camera(NewCamera("a", URL), "admin")
        await anext(changes)
        with centre.feed.follow() as follower:
            await centre.change_camera("a", CameraChange(url=URL, name="a"), "admin")
            await centre.remove_camera("a", "admin")
            told = await follower.next(1)
            assert told is not None
            assert told.kind == "camera-removed"
        last = await anext(changes)
        assert (last.put, last.removed) == ((), ("a",))


async def test_a_node_that_asks_gets_its_cameras_page_by_page(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)
    ids = [f"c{number:03}" for number in range(230)]
    async with centre.running():
        for id in ids:
            await centre.add_camera(NewCamera(id, URL), "admin")
        found: list[str] = []
        after, more = "", True
        while more:
            request = AssignmentRequest(node="local", after=after)
            page = await bus.request(centre_subject("assignment"), request, AssignmentPage)
            assert 0 < len(page.cameras) <= 100
            found += [camera.id for camera in page.cameras]
            after, more = page.last, page.more
        assert found == ids
        assert page.cameras[0].url == URL
        with pytest.raises(NotFound):
            await bus.request(centre_subject("assignment"), AssignmentRequest(node="other"), AssignmentPage)


async def test_statuses_become_states_and_events(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)
    async with centre.running():
        await centre.add_camera(NewCamera("a", URL), "admin")
        main = ProfileStatus(state=SourceState.REFUSED, since=90_000, reason="401")
        status = CameraStatus(
            node="local", camera="a", profiles={"main": main}, recording=True, gap=GapCause.CREDENTIALS
        )
        with centre.feed.follow() as follower:
            await bus.publish(status_subject("local"), status)
            await bus.publish(status_subject("local"), status.model_copy(update={"camera": "stranger"}))
            told = await follower.next(5)
            assert told is not None
            assert (told.kind, told.camera) == ("camera-status", "a")
            assert '"state":"refused"' in told.data
            assert '"gap":"credentials"' in told.data
            assert await follower.next(0.05) is None
        assert centre.status("a") == status
        await centre.remove_camera("a", "admin")
        assert centre.status("a") is None


async def test_disk_alarms_stand_until_they_are_over(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)

    def event(sequence: int, kind: EventKind) -> NodeEvent:
        detail: dict[str, str | int | float | None] = {"volume": "v1", "problem": "v1 is full"}
        return NodeEvent(node="local", sequence=sequence, at=1, kind=kind, detail=detail)

    async with centre.running():
        with centre.feed.follow() as follower:
            await bus.publish(event_subject("local"), event(1, EventKind.DISK_ALARM))
            told = await follower.next(5)
            assert told is not None
            assert (told.kind, told.data) == ("disk-alarm", '{"detail":"v1 is full"}')
            assert centre.alarms == ("v1 is full",)
            await bus.publish(event_subject("local"), event(2, EventKind.DISK_RECOVERED))
            assert await follower.next(5) is not None
            assert not centre.alarms


async def test_requests_find_the_node_or_say_so(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)

    async def timeline(request: TimelineRequest) -> Timeline:
        return Timeline(profile=request.profile or "main", coverage=(), gaps=())

    async with centre.running():
        with pytest.raises(NotFound):
            await centre.timeline("a", 1, 2, None)
        await centre.add_camera(NewCamera("a", URL), "admin")
        with pytest.raises(Busy):
            await centre.timeline("a", 1, 2, None)
        async with bus.serve(request_subject("local", "timeline"), TimelineRequest, timeline):
            assert (await centre.timeline("a", 1, 2, "sub")).profile == "sub"


async def test_many_changes_at_once_lose_none(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)
    async with bus.subscribe(assignment_subject("local"), AssignmentChange) as changes, centre.running():
        revision = (await anext(changes)).revision
        async with asyncio.TaskGroup() as group:
            for number in range(30):
                group.create_task(centre.add_camera(NewCamera(f"c{number}", URL), "admin"))
        given: set[str] = set()
        async with asyncio.timeout(5):
            while len(given) < 30:
                change = await anext(changes)
                assert change.before_revision == revision
                revision = change.revision
                given |= {camera.id for camera in change.put}


@pytest.mark.alone
async def test_a_single_change_is_assigned_at_once_and_many_together(store: Store) -> None:
    bus = MemoryBus()
    centre = await centre_on(store, bus)
    async with bus.subscribe(assignment_subject("local"), AssignmentChange) as changes, centre.running():
        await anext(changes)
        async with asyncio.timeout(0.2):
            await centre.add_camera(NewCamera("first", URL), "admin")
            assert [camera.id for camera in (await anext(changes)).put] == ["first"]
        began = time.monotonic()
        for number in range(50):
            await centre.add_camera(NewCamera(f"c{number}", URL), "admin")
        given: set[str] = set()
        published = 0
        async with asyncio.timeout(5):
            while len(given) < 50:
                given |= {camera.id for camera in (await anext(changes)).put}
                published += 1
        assert published <= 2 + (time.monotonic() - began) / 0.25
