"""Stills over HTTP."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import httpx
import pytest
from PIL import Image
from tests.media.delivery.serving import Doorman, serving
from tests.media.film_source import FilmSources
from tests.media.pictures import encode, encoding

from ronda.base.errors import NotFound
from ronda.base.pools import Pool
from ronda.base.time import SystemClock, format_rfc3339, parse_rfc3339
from ronda.media.codec.keyframe import Keyframe
from ronda.media.codec.stills import Stills
from ronda.media.delivery.app import MediaServices, media_app
from ronda.media.delivery.permission import MediaAction
from ronda.media.streams import Streams

MOMENT = parse_rfc3339("2026-11-21T19:14:05Z")


class Past:
    async def keyframe_at(self, camera: str, utc_90k: int) -> Keyframe:
        if utc_90k < MOMENT:
            raise NotFound("nothing was recorded then")
        return Keyframe(encoding(), encode()[0].data, MOMENT, "past")

    async def keyframe_before(self, camera: str, utc_90k: int) -> Keyframe:
        return await self.keyframe_at(camera, utc_90k)

    async def last_keyframe(self, camera: str) -> Keyframe:
        if camera != "gate":
            raise NotFound("nothing is recorded")
        return await self.keyframe_at(camera, MOMENT)


@asynccontextmanager
async def client(doorman: Doorman) -> AsyncIterator[httpx.AsyncClient]:
    with closing(Pool("codec", 2)) as pool:
        async with Streams(SystemClock()) as streams:
            streams.offer("gate", "main", FilmSources(at_once=30))
            app = media_app(streams, doorman, services=MediaServices(stills=Stills(streams, pool), past=Past()))
            async with serving(app) as host, httpx.AsyncClient(base_url=f"http://{host}") as http:
                yield http


async def test_the_latest_still_with_its_time_and_tag() -> None:
    doorman = Doorman()
    async with client(doorman) as http:
        answer = await http.get("/gate/still.jpg?width=200")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"].startswith("private, max-age=")
        assert abs(parse_rfc3339(answer.headers["ronda-picture-time"]) - SystemClock().utc_90k()) < 90_000 * 20
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (320, 180)
        past = await http.get("/gate/still.webp?at=2026-11-21T19:15:00Z")
        assert past.headers["ronda-picture-time"] == format_rfc3339(MOMENT)
        again = await http.get(
            "/gate/still.webp?at=2026-11-21T19:15:00Z", headers={"If-None-Match": past.headers["etag"]}
        )
        assert again.status_code == 304
    assert [ask.action for ask in doorman.asked] == [MediaAction.STILL, MediaAction.REPLAY, MediaAction.REPLAY]
    assert all(permit.closed for permit in doorman.permits)


async def test_public_stills_may_be_shared_for_seconds() -> None:
    async with client(Doorman(public=True)) as http:
        answer = await http.get("/gate/still.jpg")
        assert answer.headers["cache-control"] == "public, max-age=5"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/gate/still.jpg?width=wide", 400),
        ("/gate/still.jpg?width=0", 400),
        ("/gate/still.jpg?at=yesterday", 400),
        ("/gate/still.jpg?at=2026-11-20T00:00:00Z", 404),
        ("/nowhere/still.jpg", 404),
        ("/secret/still.jpg", 401),
        ("/gate/still.gif", 404),
    ],
)
async def test_refusals(path: str, status: int) -> None:
    async with client(Doorman()) as http:
        answer = await http.get(path)
        assert answer.status_code == status
        if not path.endswith("gif"):
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == status
