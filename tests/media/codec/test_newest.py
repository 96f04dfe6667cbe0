"""One picture of a camera that nobody watches: quickly, in turn, and no more than that."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film

from ronda.base.errors import Busy, NotFound
from ronda.base.time import SystemClock
from ronda.media.codec.newest import NewestPictures, PullSettings
from ronda.media.leases import Purpose
from ronda.media.sources.contract import SourceFailed
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

LONG_GOP = Film(pictures=100, gop=100)


@asynccontextmanager
async def town(sources: FilmSources, cameras: int, settings: PullSettings) -> AsyncIterator[NewestPictures]:
    async with Streams(SystemClock(), StreamSettings(linger_s=30)) as streams:
        for number in range(cameras):
            streams.offer(f"camera-{number}", "main", sources)
        yield NewestPictures(streams, settings=settings)
        await until(lambda: not any(stream.active for stream in streams), 3)


@pytest.mark.alone
async def test_a_pull_ends_with_its_first_keyframe() -> None:
    began = time.monotonic()
    async with town(FilmSources(LONG_GOP), 1, PullSettings()) as newest:
        keyframe = await newest.fetch("camera-0")
        assert time.monotonic() - began < 0.5
        assert keyframe.key.endswith("-0")
    # And the stream does not linger as it would after a viewer: `town` waits for that.


async def test_thirty_cold_cameras_are_all_shown() -> None:
    async with town(FilmSources(LONG_GOP), 30, PullSettings(most_pulls=4)) as newest:
        most = 0

        async def ask(number: int) -> str:
            nonlocal most
            flight = newest.fetch(f"camera-{number}")
            await asyncio.sleep(0)
            most = max(most, newest.pulls)
            return (await flight).key

        keys = await asyncio.gather(*(ask(number) for number in range(30)))
        assert len(set(keys)) == 30
        assert most <= 4


@pytest.mark.alone
async def test_dead_cameras_do_not_keep_living_ones_waiting() -> None:
    settings = PullSettings(most_pulls=2, patience_s=0.1, pull_s=3)
    async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
        for number in range(6):
            streams.offer(f"dead-{number}", "main", FilmSources(broken=True))
        streams.offer("alive", "main", FilmSources())
        newest = NewestPictures(streams, settings=settings)
        dead = [newest.fetch(f"dead-{number}") for number in range(6)]
        began = time.monotonic()
        assert (await newest.fetch("alive")).data
        assert time.monotonic() - began < 2
        assert newest.pulls > 2
        assert all(isinstance(one, SourceFailed) for one in await asyncio.gather(*dead, return_exceptions=True))
        assert newest.pulls == 0


async def test_who_cannot_even_wait_is_refused() -> None:
    settings = PullSettings(most_pulls=1, most_waiting=1, most_slow=0, pull_s=0.5, turn_s=0.1)
    async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
        for number in range(3):
            streams.offer(f"dead-{number}", "main", FilmSources(broken=True))
        newest = NewestPictures(streams, settings=settings)
        flights = [newest.fetch(f"dead-{number}") for number in range(3)]
        found = await asyncio.gather(*flights, return_exceptions=True)
    assert [type(one) for one in found] == [SourceFailed, Busy, Busy]


async def test_an_unknown_camera_is_none() -> None:
    async with town(FilmSources(), 0, PullSettings()) as newest:
        with pytest.raises(NotFound):
            await newest.fetch("nowhere")


async def test_a_watched_camera_goes_on_after_a_still() -> None:
    async with Streams(SystemClock(), StreamSettings(linger_s=30)) as streams:
        stream = streams.offer("gate", "main", FilmSources())
        newest = NewestPictures(streams)
        with stream.lease(Purpose.VIEW):
            await newest.pull(stream)
            await asyncio.sleep(1.2)
            assert stream.active
        await asyncio.sleep(1.2)
        assert stream.active, "the usual time passes after a viewer"
