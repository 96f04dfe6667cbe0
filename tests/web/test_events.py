"""The live feed over real sockets: what comes, for whom, and that it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
from tests.web.conftest import PASSWORD, City, until
from tests.web.neighbours import CAMERAS, joined, two_streets

from ronda.base.causes import SourceState
from ronda.bus.contract import CameraStatus, EventKind, NodeEvent, ProfileStatus, event_subject, status_subject
from ronda.centre.feed import FeedEvent
from ronda.city.area import Area
from ronda.city.edit import Edit
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.registry import CameraChange
from ronda.cli import hosting
from ronda.cli.hosting import bind_tcp
from ronda.people.principal import Kind


@asynccontextmanager
async def listening(city: City) -> AsyncIterator[str]:
    bound = bind_tcp("127.0.0.1", 0)
    port = bound.getsockname()[1]
    async with hosting.listening(city.app, bound):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            city.centre.feed.close()


async def read(lines: AsyncIterator[str], until_line: str) -> list[str]:
    told: list[str] = []
    async with asyncio.timeout(10):
        async for line in lines:
            told.append(line)
            if line.startswith(until_line):
                return told
    return told


async def test_events_reach_those_who_may_see_them(public_city: City) -> None:
    city = public_city
    async with (
        listening(city) as address,
        httpx.AsyncClient(base_url=address) as admin,
        httpx.AsyncClient(base_url=address) as anybody,
    ):
        signed_in = await admin.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert signed_in.status_code == 204
        async with (
            admin.stream("GET", "/api/v1/events") as keepers,
            anybody.stream("GET", "/api/v1/events") as publics,
        ):
            assert keepers.headers["content-type"].startswith("text/event-stream")
            assert "content-encoding" not in keepers.headers
            await until(lambda: city.centre.feed.followers == 2)
            alarm = NodeEvent(node="local", sequence=1, at=1, kind=EventKind.DISK_ALARM, detail={"problem": "full"})
            await city.bus.publish(event_subject("local"), alarm)
            await until(lambda: city.centre.alarms)
            assert (await admin.get("/healthz")).json()["status"] == "degraded"
            await admin.post("/api/v1/cameras", json={"id": "a", "url": "rtsp://10.0.0.5/1"})
            kept, public = keepers.aiter_lines(), publics.aiter_lines()
            told = await read(kept, 'data: {"camera":"a"}')
            assert told[-5:] == [
                "event: disk-alarm",
                'data: {"detail":"full"}',
                "",
                "event: camera-added",
                'data: {"camera":"a"}',
            ]
            told = await read(public, 'data: {"camera":"a"}')
            assert "event: disk-alarm" not in told
            sessions = await city.people.credentials.sessions()
            await city.people.credentials.revoke(Kind.PERSON, sessions[0].id)
            city.centre.feed.publish(_event("b"))
            await read(public, 'data: {"camera":"b"}')
            assert 'data: {"camera":"b"}' not in await read(kept, "never")
        await until(lambda: city.centre.feed.followers == 0)


async def test_closing_the_feed_ends_open_connections(public_city: City) -> None:
    async with listening(public_city) as address, httpx.AsyncClient(base_url=address) as anybody:
        async with anybody.stream("GET", "/api/v1/events") as events:
            await until(lambda: public_city.centre.feed.followers == 1)
            public_city.centre.feed.close()
            assert (await read(events.aiter_lines(), "never"))[0] == "retry: 2000"


def _event(camera: str) -> FeedEvent:
    return FeedEvent.of("camera-changed", camera, {"camera": camera})


async def test_each_hears_of_their_own_cameras_also_when_one_goes(city: City) -> None:
    await two_streets(city)
    admin = await city.admin()
    head = await joined(city, admin, "bu.sri", "rt-head")
    cookie = "; ".join(f"{one.name}={one.value}" for one in head.cookies.jar)
    async with (
        listening(city) as address,
        httpx.AsyncClient(base_url=address, headers={"Cookie": cookie}) as client,
        client.stream("GET", "/api/v1/events") as events,
    ):
        assert events.status_code == 200
        await until(lambda: city.centre.feed.followers == 1)
        for id in CAMERAS:
            await city.centre.change_camera(id, CameraChange(name="Baru"), "test")
            await city.centre.remove_camera(id, "test")
        await city.centre.apply(Edit(areas=[Area("33.74.14", "Lain")]), "test")
        told = await read(events.aiter_lines(), "event: registry-changed")
        assert [line for line in told if line.startswith("event:")] == [
            "event: camera-changed",
            "event: camera-removed",
            "event: registry-changed",
        ]
        assert 'data: {"camera":"ours"}' in told
        assert not any("neighbours" in line for line in told)


async def test_residents_hear_of_what_is_published_and_of_nothing_else(city: City) -> None:
    await two_streets(city)
    decision = PublicationDecision(
        *("own-live", "ours", "33.74", None, PublicationMode.LIVE, (), 0, "walikota", "Perwal", 1)
    )
    await city.centre.apply(Edit(decisions=[decision]), "test")
    await city.parts.portal.rebuild()

    async def becomes(camera: str, state: SourceState) -> None:
        profiles = {"main": ProfileStatus(state=state, since=90_000, reason="rtsp://10.0.0.5 says 401")}
        status = CameraStatus(node="local", camera=camera, profiles=profiles, recording=False)
        await city.bus.publish(status_subject("local"), status)

    async with (
        listening(city) as address,
        httpx.AsyncClient(base_url=address) as anybody,
        anybody.stream("GET", "/api/v1/public/events") as events,
    ):
        await until(lambda: city.centre.feed.followers == 1)
        lines = events.aiter_lines()
        for camera in CAMERAS:
            await becomes(camera, SourceState.RUNNING)
            await becomes(camera, SourceState.RUNNING)
            await becomes(camera, SourceState.REFUSED)
        await until(lambda: city.centre.status("neighbours") and city.centre.status("ours"))
        told = await read(lines, 'data: {"camera": "ours", "state": "broken"')
        withdrawn = replace(decision, mode=PublicationMode.NO)
        await city.centre.apply(Edit(decisions=[withdrawn]), "test")
        await city.parts.portal.rebuild()
        told += await read(lines, "data: ")
        assert told[-2:] == ["event: registry-changed", f'data: {{"revision": {city.parts.portal.map.etag}}}']
        assert not any("neighbours" in line or "10.0.0.5" in line for line in told)
        city.centre.feed.most = 1_001
        refused = await anybody.get("/api/v1/public/events")
        assert refused.status_code == 503
