"""What residents see of a camera, from the decision to the pixel: masked, cheap for a crowd, gone at once."""

import asyncio
import contextvars
import io
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import websockets
from blockbuster import BlockBuster
from PIL import Image

from ronda.cli.composition import composed
from ronda.cli.hosting import bind_tcp, listening
from ronda.config.models import Settings
from ronda.media.access_unit import Codec
from ronda.media.codec import keyframe, stills
from ronda.media.codec.masks import TONE_RGB
from ronda.simulate.encode import Quality, write_pictures
from ronda.store.database import Store
from ronda.web.app import local

RIGHT_HALF = [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]
FILM = "street.mp4"
HELD_S = 3
"""How long a public still is the same for all."""


@dataclass
class Town:
    """A whole server with one recorded camera, `gate`: its office, and how residents reach it."""

    office: httpx.AsyncClient
    residents: httpx.AsyncClient
    host: str


OpenTown = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
def open_town(tmp_path: Path, no_blocking_in_the_loop: BlockBuster) -> OpenTown:
    """Returns what starts a server whose camera shows a bright view, with a keyframe each second."""
    pictures = (np.full((144, 160), 150 + number % 40, np.uint8) for number in range(100))
    write_pictures(tmp_path / FILM, Quality(Codec.H264, 160, 96, 25, 100_000, gop_s=1.0), pictures)

    @asynccontextmanager
    async def town(**live: object) -> AsyncIterator[Town]:
        settings = Settings.model_validate(
            {
                "data": tmp_path / "data",
                "archive": {"volumes": (tmp_path / "archive",)},
                "live": live,
                "admin_password": "long enough",
            }
        )
        failed: Exception | None = None
        bound = bind_tcp("127.0.0.1", 0)
        host = f"127.0.0.1:{bound.getsockname()[1]}"
        async with AsyncExitStack() as stack:
            no_blocking_in_the_loop.deactivate()  # nobody is served while a server starts
            running = await stack.enter_async_context(composed(settings, pulls=True))
            await stack.enter_async_context(listening(running.app, bound))
            no_blocking_in_the_loop.activate()
            inside = httpx.ASGITransport(local(running.app))
            office = await stack.enter_async_context(httpx.AsyncClient(transport=inside, base_url="http://ronda"))
            residents = await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://{host}", trust_env=False, timeout=20)
            )
            camera = {"id": "gate", "url": f"file://{tmp_path / FILM}", "record": True}
            await done(office.post("/api/v1/cameras", json=camera))
            async with asyncio.timeout(10):
                while (await office.get("/media/gate/still.jpg")).status_code != 200:
                    await asyncio.sleep(0.1)  # the node has not heard of it yet
            try:
                yield Town(office, residents, host)
            except Exception as error:  # noqa: BLE001 - the server's task groups would wrap it beyond reading
                failed = error
        if failed is not None:
            raise failed

    return town


async def done(answer: Any) -> None:
    found = await answer
    assert found.status_code < 300, found.text


async def publish(office: httpx.AsyncClient, mode: str = "live", **more: object) -> None:
    wanted = {"camera": "gate", "mode": mode, "reason": "asked for by the neighbourhood", **more}
    await done(office.post("/api/v1/publication", json=wanted))


def right_half(data: bytes) -> float:
    with Image.open(io.BytesIO(data)) as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    return float(np.abs(shown[:, shown.shape[1] // 2 + 8 :] - TONE_RGB).max())


async def test_residents_see_what_was_decided_and_the_office_sees_all(open_town: OpenTown) -> None:
    async with open_town() as at:
        path = "/media/public/gate/still.jpg"
        assert (await at.residents.get(path)).status_code == 404
        await publish(at.office)
        shown = await at.residents.get(path)
        assert shown.status_code == 200
        assert right_half(shown.content) > 60
        await done(at.office.put("/api/v1/cameras/gate/masks", json={"masks": [RIGHT_HALF]}))
        for asker in (at.residents, at.office):
            masked = await asker.get(path, headers={"If-None-Match": shown.headers["etag"]})
            assert masked.status_code == 200
            assert right_half(masked.content) <= 12, "whoever asks: public is public"
        assert right_half((await at.office.get("/media/gate/still.jpg")).content) > 60
        assert right_half((await at.residents.get("/media/gate/still.jpg")).content) <= 12
        await publish(at.office, "delayed", delay_s=600)
        late = await at.residents.get(path)
        assert late.status_code == 404
        assert "10 minutes late" in late.json()["detail"]
        await publish(at.office, "stills-without-people")
        assert (await at.residents.get(path)).json()["state"] == "collecting"


async def test_a_crowd_costs_a_decode_in_some_seconds_and_no_question_to_the_database(
    open_town: OpenTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = contextvars.ContextVar("asking", default=False)
    queries: list[str] = []
    decoded: list[float] = []
    read, run, still_of = Store.read, Store.run, keyframe.still_of_keyframe

    async def counted_read(self: Store, work: Any) -> Any:
        queries.extend(["read"] * asking.get())
        return await read(self, work)

    async def counted_run(self: Store, work: Any) -> Any:
        queries.extend(["run"] * asking.get())
        return await run(self, work)

    def counted_still(*given: Any) -> bytes:
        decoded.append(time.monotonic())
        return still_of(*given)

    monkeypatch.setattr(Store, "read", counted_read)
    monkeypatch.setattr(Store, "run", counted_run)
    monkeypatch.setattr(stills, "still_of_keyframe", counted_still)
    async with open_town() as at:
        await publish(at.office)
        await at.residents.get("/media/public/gate/still.jpg?width=320")
        inside = at.office._transport
        decoded.clear()
        began = time.monotonic()
        asking.set(True)
        async with httpx.AsyncClient(transport=inside, base_url="http://ronda") as http:
            answers = [await http.get("/media/public/gate/still.jpg?width=320") for _ in range(500)]
        asking.set(False)
        took_s = time.monotonic() - began
        tags = {answer.headers["etag"] for answer in answers}
        assert all(answer.status_code == 200 and answer.content for answer in answers)
        assert queries == []
        assert len(decoded) <= 1 + took_s / HELD_S
        assert len(tags) <= 2 + took_s / HELD_S
        crowd = await asyncio.gather(*(at.residents.get("/media/public/gate/still.webp") for _ in range(50)))
        assert len({answer.headers["etag"] for answer in crowd}) == 1


async def test_any_cache_may_keep_what_is_public_for_a_moment(open_town: OpenTown) -> None:
    async with open_town() as at, asyncio.timeout(40):
        await publish(at.office)
        paths = ["/media/public/gate/still.jpg", "/media/public/gate/live.m3u8"]
        listed = await at.residents.get(paths[1])
        lines = [*listed.text.splitlines(), "none.m4s", 'EXT-X-MAP:"none"']
        paths += [f"/media/public/gate/{next(line for line in lines if line.endswith('.m4s'))}"]
        paths += [f"/media/public/gate/{next(line.split(chr(34))[1] for line in lines if 'EXT-X-MAP' in line)}"]
        for path in paths:
            plain = await at.residents.get(path)
            assert plain.status_code == 200, (path, plain.text)
            directives = plain.headers["cache-control"].split(", ")
            assert directives[0] == "public"
            assert int(directives[1].removeprefix("max-age=")) <= 10
            assert "set-cookie" not in plain.headers
            assert "vary" not in plain.headers, "the same for everybody"
            known = await at.residents.get(path, headers={"If-None-Match": plain.headers["etag"]})
            if known.status_code != 304:  # a new picture or segment has come in between
                known = await at.residents.get(path, headers={"If-None-Match": known.headers["etag"]})
            assert known.status_code == 304
            assert not known.content
            assert known.headers["cache-control"] == plain.headers["cache-control"]


async def test_quarantine_ends_everything_within_a_second(open_town: OpenTown) -> None:
    async with open_town() as at, asyncio.timeout(40):
        await publish(at.office)
        url = f"ws://{at.host}/media/public/gate/live"
        listed = await at.residents.get("/media/public/gate/live.m3u8")
        piece = next((line for line in listed.text.splitlines() if line.endswith(".m4s")), "none")
        paths = ["still.jpg", "still.webp?width=160", "live.m3u8", piece]
        assert [(await at.residents.get(f"/media/public/gate/{path}")).status_code for path in paths] == [200] * 4
        async with websockets.connect(url, max_size=None) as video, websockets.connect(f"{url}?codecs=") as pictures:
            for connection in (video, pictures):
                while isinstance(await connection.recv(), str):
                    pass
            await done(at.office.put("/api/v1/cameras/gate/quarantine", json={"reason": "the view has changed"}))
            async with asyncio.timeout(1):
                codes = await asyncio.gather(closed(video), closed(pictures))
        assert set(codes) == {4403}
        assert [(await at.residents.get(f"/media/public/gate/{path}")).status_code for path in paths] == [404] * 4


async def test_no_place_for_residents_is_said_and_the_office_watches_on(open_town: OpenTown) -> None:
    async with open_town(public_viewers=0) as at, asyncio.timeout(20):
        await publish(at.office)
        async with websockets.connect(f"ws://{at.host}/media/public/gate/live") as connection:
            assert '"crowded"' in str(await connection.recv())
            assert await closed(connection) == 4406
        assert (await at.residents.get("/media/public/gate/still.jpg")).status_code == 200


async def closed(connection: Any) -> int:
    with pytest.raises(websockets.ConnectionClosed) as ended:
        while True:
            await connection.recv()
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code
