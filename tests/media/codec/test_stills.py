"""Stills: from passing keyframes, from a snapshot address, from a short pull, and from before."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.media.delivery.serving import serving
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film, encode, encoding

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import BadInput, Busy, NotFound
from ronda.base.pools import Pool
from ronda.base.time import SystemClock
from ronda.media.codec.keyframe import Keyframe, StillFormat, still_of_keyframe
from ronda.media.codec.masks import TONE_RGB, Masks
from ronda.media.codec.newest import NewestPictures, PullSettings
from ronda.media.codec.snapshot import fetch_snapshot
from ronda.media.codec.stills import Stills, StillSettings, still_width
from ronda.media.leases import Purpose
from ronda.media.sources.contract import SourceRefused
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

QUICK = PullSettings(pull_s=2.0, most_pulls=1)


@asynccontextmanager
async def bench(sources: FilmSources, url: str | None = None) -> AsyncIterator[tuple[Streams, Stills]]:
    with closing(Pool("codec", 2)) as pool:
        async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
            streams.offer("gate", "main", sources)
            yield streams, Stills(streams, pool, NewestPictures(streams, lambda _: url, QUICK))


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


async def test_a_passing_keyframe_is_used_and_decoded_once() -> None:
    sources = FilmSources(at_once=30)
    async with bench(sources) as (streams, stills):
        stream = streams.get("gate", "main")
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
            one, two = await asyncio.gather(stills.latest("gate", 160), stills.latest("gate", 160))
            assert one is two
            assert size_of(one.data) == (160, 90)
            assert stream.run is not None
            assert one.utc_90k == stream.run.start_utc_90k
            webp = await stills.latest("gate", 100, StillFormat.WEBP)
            assert webp.kind is StillFormat.WEBP
        assert len(sources.opened) == 1


async def test_nobody_watching_means_a_short_pull() -> None:
    sources = FilmSources()
    async with bench(sources) as (streams, stills):
        first, second = await asyncio.gather(stills.latest("gate", 320), stills.latest("gate", 160))
        assert (size_of(first.data), size_of(second.data)) == ((320, 180), (160, 90))
        await until(lambda: streams.get("gate", "main").state_now is SourceState.IDLE)
        again = await stills.latest("gate", 320)
        assert again.utc_90k == first.utc_90k
        assert len(sources.opened) == 1


async def test_the_last_still_stays_when_the_camera_is_away() -> None:
    sources = FilmSources()
    async with bench(sources) as (streams, stills):
        first = await stills.latest("gate", 320)
        stream = streams.get("gate", "main")
        await until(lambda: stream.state_now is SourceState.IDLE)
        stills._settings = StillSettings(fresh_s=0)
        with stream.lease(Purpose.RECORD):
            await until(lambda: len(sources.opened) == 2)
            sources.opened[1].fail(SourceState.BACKING_OFF, "no route to the camera", GapCause.UNREACHABLE)
            again = await stills.latest("gate", 160)
        assert again.utc_90k >= first.utc_90k
        assert size_of(again.data) == (160, 90)


async def test_a_camera_that_never_showed_anything_says_why() -> None:
    sources = FilmSources(broken=True)
    async with bench(sources) as (streams, stills):
        stream = streams.get("gate", "main")
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.state_now is SourceState.RUNNING)
            sources.opened[0].fail(SourceState.REFUSED, "wrong password", GapCause.CREDENTIALS)
            with pytest.raises(NotFound, match="refused"):
                await stills.latest("gate", 320)
        await until(lambda: not stream.active)
        for _ in range(3):
            with pytest.raises(NotFound, match="refused"):
                await stills.latest("gate", 320)
        assert len(sources.opened) == 1
        with pytest.raises(NotFound, match="no camera 'nowhere'"):
            await stills.latest("nowhere", 320)


async def test_the_smaller_profile_serves_small_stills() -> None:
    main, sub = FilmSources(Film(width=640, height=360, pictures=50), at_once=30), FilmSources(at_once=30)
    async with bench(main) as (streams, stills):
        streams.offer("gate", "sub", sub)
        with streams.get("gate", "main").lease(Purpose.RECORD), streams.get("gate", "sub").lease(Purpose.VISION):
            await until(lambda: all(stream.newest for stream in streams))
            small, large = await stills.latest("gate", 320), await stills.latest("gate", 640)
            runs = {stream.profile: stream.run for stream in streams}
        assert runs["sub"]
        assert runs["main"]
        assert small.key.startswith(runs["sub"].id)
        assert large.key.startswith(runs["main"].id)


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
async def test_a_snapshot_address_is_preferred_to_a_pull(scheme: str) -> None:
    jpeg = still_of_keyframe(Keyframe(encoding(), encode()[0].data, 0, "k"), 320, StillFormat.JPEG)

    async def snapshot(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        basic = given == "Basic " + base64.b64encode(b"admin:p@ss").decode()
        if not (basic if scheme == "Basic" else given.startswith("Digest ") and 'username="admin"' in given):
            challenge = f'{scheme} realm="cam"' + (', nonce="abc", qop="auth"' if scheme == "Digest" else "")
            return Response(status_code=401, headers={"WWW-Authenticate": challenge})
        return Response(jpeg, media_type="image/jpeg")

    async with serving(Starlette(routes=[Route("/snap", snapshot)])) as host:
        sources = FilmSources()
        async with bench(sources, f"http://admin:p%40ss@{host}/snap") as (_, stills):
            still = await stills.latest("gate", 160)
            assert size_of(still.data) == (160, 90)
            assert not sources.opened
        with pytest.raises(SourceRefused):
            await fetch_snapshot(f"http://{host}/snap")


async def test_a_dead_snapshot_address_falls_back_to_a_pull() -> None:
    sources = FilmSources()
    async with bench(sources, "http://127.0.0.1:9/snap") as (_, stills):
        assert (await stills.latest("gate", 160)).data
        assert len(sources.opened) == 1


async def test_a_full_pool_is_busy() -> None:
    with closing(Pool("codec", 1, limit=1)) as pool:
        async with Streams(SystemClock()) as streams:
            stills = Stills(streams, pool)
            frames = [Keyframe(encoding(), encode()[0].data, 0, str(number)) for number in range(5)]
            done = await asyncio.gather(*(stills.of_picture(k, 320) for k in frames), return_exceptions=True)
    assert sum(isinstance(one, Busy) for one in done) == 4
    assert pool.refused == 4


@pytest.mark.parametrize(("asked", "given"), [(1, 160), (160, 160), (161, 320), (640, 640), (9000, 1280)])
def test_widths_are_rounded_up(asked: int, given: int) -> None:
    assert still_width(asked) == given


def test_no_width_is_bad_input() -> None:
    with pytest.raises(BadInput):
        still_width(0)


RIGHT_HALF: Masks = (((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)),)
BRIGHT = Film(light=90, gop=5)


def right_half(data: bytes) -> float:
    """How far the right half of a still is from the tone of masks, at most."""
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    return float(np.abs(pixels[:, pixels.shape[1] // 2 + 8 :] - TONE_RGB).max())


async def test_whole_and_masked_stills_are_never_mixed_up() -> None:
    sources = FilmSources(BRIGHT, at_once=30)
    async with bench(sources) as (streams, stills):
        stream = streams.get("gate", "main")
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
            whole = await stills.latest("gate", 640)
            masked = await stills.latest("gate", 640, masks=RIGHT_HALF)
            again = await stills.latest("gate", 640)
        assert right_half(whole.data) > 60
        assert right_half(masked.data) <= 12
        assert right_half(again.data) > 60
        assert masked.key != whole.key
        await until(lambda: not stream.active)
        # Of a camera that is away: the last whole still is masked for whom it must be, and stays whole for the others.
        assert right_half((await stills.latest("gate", 320, masks=RIGHT_HALF)).data) <= 12
        assert right_half((await stills.latest("gate", 320)).data) > 60
        # With other masks the last still that is masked otherwise must not do.
        other: Masks = (((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0)),)
        assert right_half((await stills.latest("gate", 320, masks=other)).data) > 60
        assert len(sources.opened) == 1


async def test_only_masked_was_asked_for_and_the_whole_is_pulled_for_who_may() -> None:
    sources = FilmSources(BRIGHT)
    async with bench(sources) as (streams, stills):
        masked = await stills.latest("gate", 640, masks=RIGHT_HALF)
        assert right_half(masked.data) <= 12
        await until(lambda: not streams.get("gate", "main").active)
        assert right_half((await stills.latest("gate", 640, masks=RIGHT_HALF)).data) <= 12
        assert right_half((await stills.latest("gate", 640)).data) > 60
        assert len(sources.opened) == 2


async def test_the_last_still_is_not_replaced_by_a_small_one_a_moment_later() -> None:
    sources = FilmSources(Film(gop=5))
    async with bench(sources) as (streams, stills):
        assert size_of((await stills.latest("gate", 160)).data) == (160, 90)
        await until(lambda: not streams.get("gate", "main").active)
        assert size_of((await stills.latest("gate", 640)).data) == (320, 180)
        assert len(sources.opened) == 1


async def test_who_has_an_older_still_does_not_wait_for_a_dead_camera() -> None:
    sources = FilmSources()
    async with bench(sources) as (streams, stills):
        first = await stills.latest("gate", 320)
        await until(lambda: not streams.get("gate", "main").active)
        sources.broken = True
        stills._settings = StillSettings(fresh_s=0, patience_s=0.1)
        async with asyncio.timeout(1):
            again = await stills.latest("gate", 320)
        assert again.utc_90k == first.utc_90k
