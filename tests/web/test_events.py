"""The live feed over real sockets: what comes, for whom, and that it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from tests.web.conftest import PASSWORD, City, until

from ronda.bus.contract import EventKind, NodeEvent, event_subject
from ronda.centre.feed import FeedEvent
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
