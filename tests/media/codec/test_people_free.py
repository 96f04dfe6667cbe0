"""Stills without people: never one picture alone, out of the archive where there is one, bounded, idle when unasked."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing

import numpy as np
import pytest
from PIL import Image
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film, encode, encoding, picture

from ronda.base.errors import Busy, NotFound
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.codec.errors import NotReadyYet
from ronda.media.codec.keyframe import Keyframe, StillFormat
from ronda.media.codec.masks import TONE_RGB, Masks
from ronda.media.codec.newest import NewestPictures
from ronda.media.codec.people_free import KeyframeAt, PeopleFree, PeopleFreeSettings
from ronda.media.leases import Purpose
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

FILM = Film(gop=5, pictures=50, fps=25)
"""A yellow bar walks through it: it is somewhere else in every keyframe."""
QUICK = PeopleFreeSettings(needed=5, every_s=0.3, idle_s=0.6, keep_s=30, most_cameras=2)
LEFT: Masks = (((0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)),)


@asynccontextmanager
async def bench(
    keyframe_at: KeyframeAt | None = None,
    settings: PeopleFreeSettings = QUICK,
    *,
    broken: bool = False,
    running: bool = False,
) -> AsyncIterator[PeopleFree]:
    with closing(Pool("codec", 2)) as pool:
        async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
            for camera in ("gate", "yard", "quay"):
                stream = streams.offer(camera, "main", FilmSources(FILM, broken=broken))
                if running:
                    stream.lease(Purpose.RECORD)
            people_free = PeopleFree(SystemClock(), pool, NewestPictures(streams), keyframe_at, settings)
            with closing(people_free):
                yield people_free


def keyframes() -> Iterator[Keyframe]:
    """The film's keyframes, over and over: the bar jumps 20 pixels from one to the next."""
    number = 0
    while True:
        unit = [unit for unit in encode(FILM) if unit.keyframe][number % 10]
        yield Keyframe(encoding(FILM), unit.data, 0, f"k{number}")
        number += 1


def recorded(count: int) -> KeyframeAt:
    """An archive that holds the film's keyframes, a new one at each of `count` moments asked for."""
    found = keyframes()
    given = 0

    async def keyframe_at(_camera: str, utc_90k: int) -> Keyframe:
        nonlocal given
        given += 1
        if given > count:
            raise NotFound("nothing is recorded then")
        one = next(found)
        return Keyframe(one.encoding, one.data, utc_90k, one.key)

    return keyframe_at


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def bars(shown: np.ndarray) -> int:
    """How many pixels are as yellow as the bar."""
    return int(((shown[..., 0] > 200) & (shown[..., 2] < 110)).sum())


async def test_a_recorded_camera_is_shown_at_once_and_without_the_passer_by() -> None:
    assert bars(picture(FILM, 0).astype(int)) > 3_000, "the test would not notice the bar"
    async with bench(recorded(99), PeopleFreeSettings(needed=9, every_s=30)) as people_free:
        still = await people_free.latest("gate", 320)
        shown = pixels(still.data)
        assert shown.shape == (180, 320, 3)
        assert bars(shown) == 0
        assert SystemClock().utc_90k() - still.utc_90k < 31 * HZ_90K
        webp = await people_free.latest("gate", 160, StillFormat.WEBP)
        assert webp.kind is StillFormat.WEBP
        assert (await people_free.latest("gate", 320)) is still


async def test_masks_are_painted_on_it_too() -> None:
    async with bench(recorded(99)) as people_free:
        whole, masked = await people_free.latest("gate", 320), await people_free.latest("gate", 320, masks=LEFT)
        assert whole.key != masked.key
        assert np.abs(pixels(masked.data)[:, :80] - TONE_RGB).max() <= 12
        assert np.abs(pixels(whole.data)[:, :80] - TONE_RGB).max() > 12


async def test_there_is_nothing_until_there_are_enough_pictures() -> None:
    async with bench(running=True) as people_free:
        seen: list[int] = []
        async with asyncio.timeout(15):
            while True:
                try:
                    still = await people_free.latest("gate", 320)
                except NotReadyYet as not_yet:
                    assert not_yet.needed == QUICK.needed
                    assert not_yet.retry_s >= 1
                    seen.append(not_yet.collected)
                    await asyncio.sleep(0.05)
                else:
                    break
        assert seen[0] == 0
        assert seen == sorted(seen)
        assert seen[-1] == QUICK.needed - 1
        assert bars(pixels(still.data)) < 400


async def test_a_half_recorded_camera_collects_the_rest() -> None:
    async with bench(recorded(3)) as people_free:
        with pytest.raises(NotReadyYet) as first:
            await people_free.latest("gate", 320)
        assert first.value.collected == 3
        async with asyncio.timeout(10):
            while True:
                try:
                    await people_free.latest("gate", 320)
                except NotReadyYet:
                    await asyncio.sleep(0.05)
                else:
                    break


async def test_a_camera_that_nobody_asks_for_is_left_alone() -> None:
    async with bench() as people_free:
        with pytest.raises(NotReadyYet):
            await people_free.latest("gate", 320)
        collected = people_free._cameras["gate"]
        await until(lambda: collected.timer is None and collected.sampling is None, 5)
        held = len(collected.samples)
        await asyncio.sleep(2 * QUICK.every_s)
        assert len(collected.samples) == held
        with pytest.raises(NotReadyYet):
            await people_free.latest("gate", 320)
        await until(lambda: len(collected.samples) > held, 5)


async def test_what_is_old_is_not_gone_on_with() -> None:
    settings = PeopleFreeSettings(needed=5, every_s=0.2, idle_s=0.1, keep_s=0.5, most_cameras=2)
    async with bench(settings=settings) as people_free:
        with pytest.raises(NotReadyYet):
            await people_free.latest("gate", 320)
        old = people_free._cameras["gate"]
        await until(lambda: old.timer is None and old.sampling is None, 5)
        await asyncio.sleep(0.7)
        with pytest.raises(NotReadyYet):
            await people_free.latest("gate", 320)
        assert people_free._cameras["gate"] is not old


async def test_only_so_many_cameras_are_collected() -> None:
    async with bench() as people_free:
        for camera in ("gate", "yard"):
            with pytest.raises(NotReadyYet):
                await people_free.latest(camera, 320)
        with pytest.raises(Busy, match="too many cameras"):
            await people_free.latest("quay", 320)
        await asyncio.sleep(QUICK.idle_s + 0.1)
        with pytest.raises(NotReadyYet):
            await people_free.latest("quay", 320)
        assert people_free.cameras == 2


async def test_a_camera_that_shows_nothing_says_so() -> None:
    async with bench(broken=True) as people_free:
        people_free._newest._settings = type(people_free._newest._settings)(pull_s=0.1)
        with pytest.raises(NotReadyYet):
            await people_free.latest("gate", 320)
        await until(lambda: people_free._cameras["gate"].failure, 5)
        with pytest.raises(NotFound):
            await people_free.latest("gate", 320)
