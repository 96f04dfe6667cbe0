"""Derived profiles: real H.265 becomes H.264 that plays; bounded and shared."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing

import av
import numpy as np
import pytest
from PIL import Image
from tests.media.codec.test_masks import RIGHT_HALF
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film, encode, picture

from ronda.base.errors import Busy
from ronda.base.pools import Pool
from ronda.base.time import SystemClock
from ronda.media.access_unit import Codec
from ronda.media.codec.derived import DerivedPictures
from ronda.media.codec.keyframe import decode_keyframe
from ronda.media.codec.masks import TONE_RGB
from ronda.media.codec.transcoder import Transcoder
from ronda.media.leases import Purpose
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

H265 = Film(codec=Codec.H265, pictures=50, bitrate=600_000)


@asynccontextmanager
async def bench() -> AsyncIterator[tuple[Streams, DerivedPictures]]:
    with closing(Pool("codec", 2)) as pool:
        async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
            for camera in ("gate", "yard"):
                streams.offer(camera, "main", FilmSources(H265, at_once=30))
            yield streams, DerivedPictures(streams, pool, most_derived=1, most_feeds=1)


@pytest.mark.parametrize("film", [H265, Film(b_frames=2, pictures=50)], ids=str)
def test_every_picture_comes_out_with_its_time(film: Film) -> None:
    units = list(encode(film))
    units[0].discontinuity = True
    transcoder = Transcoder()
    out = [made for unit in units for made in transcoder.feed([unit])]
    units[0].discontinuity = False
    assert transcoder.bad_pictures == 0
    assert len(out) >= len(units) - 4
    assert out[0].keyframe
    assert out[0].encoding is not None
    assert out[0].encoding.codec is Codec.H264
    assert [unit.pts_90k for unit in out] == sorted(unit.pts_90k for unit in units)[: len(out)]
    assert all(unit.encoding is None for unit in out[1:])
    shown = decode_keyframe(out[0].encoding, out[0].data).to_ndarray(format="rgb24").astype(int)
    assert np.abs(shown - picture(film, 0)).mean() < 16


def test_wide_pictures_become_smaller() -> None:
    film = Film(width=640, height=360, pictures=25)
    units = list(encode(film))
    made = Transcoder(most_width=320).feed(units)
    assert made[0].encoding is not None
    assert (made[0].encoding.width, made[0].encoding.height) == (320, 180)


async def test_a_derived_stream_plays_and_is_shared_and_bounded() -> None:
    async with bench() as (streams, pictures):
        derived = pictures.derive(streams.get("gate", "main"))
        with derived.lease(Purpose.VIEW):
            cursor = derived.cursor()
            async with asyncio.timeout(15):
                fragments = [await cursor.next() for _ in range(6)]
            assert pictures.derive(streams.get("gate", "main")) is derived
            with pytest.raises(Busy):
                pictures.derive(streams.get("yard", "main"))
            assert derived.status().codec == "h264"
            assert [stream.profile for stream in streams.profiles("gate")] == ["main"]
        data = fragments[0].run.init + b"".join(part.moof + part.mdat for part in fragments)
        with av.open(io.BytesIO(data), "r") as container:
            frames = list(container.decode(video=0))
        assert len(frames) == sum(part.pictures for part in fragments)
        assert np.abs(frames[0].to_ndarray(format="rgb24").astype(int) - picture(H265, 0)).mean() < 16
        await until(lambda: not derived.active and not streams.get("gate", "main").active)
        pictures.derive(streams.get("yard", "main"))


async def test_moving_stills_are_shared_and_stop_with_the_last_viewer() -> None:
    async with bench() as (streams, pictures):
        stream = streams.get("gate", "main")

        async def look(count: int) -> list[bytes]:
            seen: list[bytes] = []
            async with aclosing(pictures.stills(stream)) as stills:
                async for jpeg in stills:
                    if jpeg:
                        seen.append(jpeg)
                    if len(seen) == count:
                        break
            return seen

        async with asyncio.timeout(15):
            one, two = await asyncio.gather(look(3), look(3))
        assert len(set(one)) == 3
        assert set(one) & set(two)
        with Image.open(io.BytesIO(one[0])) as image:
            assert image.size == (320, 180)
        await until(lambda: not stream.active)


async def test_beyond_the_bound_keyframes_are_shown() -> None:
    async with bench() as (streams, pictures):
        first, second = pictures.stills(streams.get("gate", "main")), pictures.stills(streams.get("yard", "main"))
        async with asyncio.timeout(15), aclosing(first), aclosing(second):
            while not await anext(first):
                pass
            while not await anext(second):
                pass


async def test_masks_are_painted_on_keyframes_too() -> None:
    async with bench() as (streams, pictures):
        first = pictures.stills(streams.get("gate", "main"))
        second = pictures.stills(streams.get("yard", "main"), RIGHT_HALF)
        async with asyncio.timeout(15), aclosing(first), aclosing(second):
            while not await anext(first):
                pass
            while not (jpeg := await anext(second)):
                pass
    with Image.open(io.BytesIO(jpeg)) as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(shown[:, 170:] - TONE_RGB).max() <= 12
    assert np.abs(shown[:, :150] - TONE_RGB).max() > 30
