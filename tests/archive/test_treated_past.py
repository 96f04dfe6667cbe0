"""The past under a treatment: never younger than may be seen, painted where it must be, never given out whole."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import websockets
from PIL import Image
from starlette.applications import Starlette
from tests.archive.footage import START_90K, new_run, one_volume, record
from tests.media.codec.test_masks import RIGHT_HALF
from tests.media.delivery.serving import Doorman, serving
from tests.media.hand_clock import HandClock

from ronda.archive import Archive
from ronda.archive.delivery import archive_routes
from ronda.archive.errors import NoFootage
from ronda.archive.reading.cursor import Played
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.media.codec.keyframe import Keyframe, StillFormat, still_of_keyframe
from ronda.media.codec.masks import TONE_RGB, Masks
from ronda.media.delivery.crowd import Crowd
from ronda.media.delivery.permission import ORIGINAL, Treatment
from ronda.media.fmp4.reader import read_moof

NOW_S = 400
LATE = Treatment(delay_s=100)


def at(seconds: float) -> str:
    return format_rfc3339(START_90K + round(seconds * HZ_90K))


async def picture(played: Played, width: int, masks: Masks) -> bytes:
    assert played.samples[0].keyframe
    keyframe = Keyframe(played.encoding, played.payload[: played.samples[0].size], 0, "k")
    return await asyncio.to_thread(still_of_keyframe, keyframe, width, StillFormat.JPEG, masks)


class House:
    """Footage of 0..330 s, and a clock that says 400 s."""

    def __init__(self, address: str, doorman: Doorman, clock: HandClock, archive: Archive) -> None:
        self.address = address
        self.doorman = doorman
        self.clock = clock
        self.archive = archive

    def play(self, from_s: float, query: str = "") -> websockets.connect:
        return websockets.connect(f"ws://{self.address}/gate/playback?from={at(from_s)}{query}", max_size=None)

    async def get(self, path: str, **params: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://{self.address}") as client:
            return await client.get(path, params=params)


@asynccontextmanager
async def house(folder: Path, treatment: Treatment, crowd: Crowd | None = None) -> AsyncIterator[House]:
    clock = HandClock(START_90K + NOW_S * HZ_90K)
    async with Archive(one_volume(folder), clock) as archive:
        record(archive.recorder("gate", "main"), new_run(), 330)
        await archive.settled()
        doorman = Doorman(public=True, treatment=treatment)
        routes = archive_routes(archive, doorman, stills=picture, crowd=crowd, now_90k=clock.utc_90k)
        async with serving(Starlette(routes=routes)) as address:
            yield House(address, doorman, clock, archive)


async def heard(socket: Any, quiet_s: float = 0.8) -> list[str | bytes]:
    """Return what comes until nothing comes for a while."""
    found: list[str | bytes] = []
    while True:
        try:
            async with asyncio.timeout(quiet_s):
                found.append(await socket.recv())
        except TimeoutError:
            return found


def last_s(messages: list[str | bytes]) -> float:
    """Return the end of the youngest picture among messages, in seconds of media time."""
    ends = [0.0]
    for message in messages:
        if isinstance(message, bytes) and message[4:8] == b"moof":
            moof = read_moof(message[: int.from_bytes(message[:4], "big")])
            ends.append((moof.base_90k + sum(sample.duration_90k for sample in moof.samples)) / HZ_90K)
    return max(ends)


async def test_a_player_never_comes_nearer_than_the_delay(tmp_path: Path) -> None:
    async with house(tmp_path, LATE) as served, served.play(296) as socket, asyncio.timeout(30):
        await socket.send(json.dumps({"type": "want", "until": 100}))
        first = await heard(socket)
        assert 3.5 <= last_s(first) <= 4.0, "up to 300 s, of which 400 - 100 is the youngest"
        served.clock.advance(2)
        second = await heard(socket)
        assert 5.5 <= last_s(second) <= 6.0
        await socket.send(json.dumps({"type": "seek", "from": at(320)}))
        third = await heard(socket)
        assert any(isinstance(one, str) and json.loads(one)["type"] == "seeked" for one in third)
        assert last_s(third) == 0.0
        await socket.send(json.dumps({"type": "seek", "from": at(100)}))
        assert last_s(await heard(socket)) > 5


async def test_what_is_too_young_is_refused_at_the_door(tmp_path: Path) -> None:
    async with house(tmp_path, LATE) as served:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await served.play(310)
        assert refused.value.response.status_code == 403
        assert served.doorman.permits[-1].closed
        served.doorman.treatment = ORIGINAL
        async with served.play(310) as socket, asyncio.timeout(10):
            assert last_s(await heard(socket)) > 5


async def test_covered_parts_are_painted_in_single_pictures(tmp_path: Path) -> None:
    def right_half(jpeg: str | bytes) -> float:
        assert isinstance(jpeg, bytes)
        assert jpeg[:2] == b"\xff\xd8"
        with Image.open(io.BytesIO(jpeg)) as image:
            shown = np.asarray(image.convert("RGB")).astype(int)
        return float(np.abs(shown[:, shown.shape[1] // 2 + 8 :] - TONE_RGB).max())

    async with house(tmp_path, Treatment(masks=RIGHT_HALF)) as served, asyncio.timeout(30):
        async with served.play(1) as socket:
            said = json.loads(await socket.recv())
            assert (said["type"], said["code"]) == ("stills", "masked-past")
            jpegs = [await socket.recv() for _ in range(2)]
            assert all(right_half(jpeg) <= 12 for jpeg in jpegs)
            served.doorman.permits[-1].revoked = True
            assert await closed(socket) == 4403
        served.doorman.treatment = ORIGINAL
        async with served.play(1, "&codecs=") as socket:
            await socket.recv()
            assert right_half(await socket.recv()) > 25, "the test would not notice a missing mask"


async def closed(socket: Any) -> int:
    async with asyncio.timeout(1):
        with pytest.raises(websockets.ConnectionClosed) as ended:
            while True:
                await socket.recv()
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code


@pytest.mark.parametrize("treatment", [Treatment(stills_only=True), Treatment(without_people=True)], ids=str)
async def test_what_is_shown_in_stills_has_no_past(tmp_path: Path, treatment: Treatment) -> None:
    async with house(tmp_path, treatment) as served, served.play(1) as socket:
        assert json.loads(await socket.recv())["type"] == "fallback"
        assert await closed(socket) == 4406


@pytest.mark.parametrize("treatment", [LATE, Treatment(masks=RIGHT_HALF), Treatment(stills_only=True)], ids=str)
async def test_nothing_is_given_out_whole(tmp_path: Path, treatment: Treatment) -> None:
    async with house(tmp_path, ORIGINAL) as served:
        listed = await served.get("/gate/playback.m3u8", **{"from": at(0), "to": at(20)})
        file = next(line for line in listed.text.splitlines() if line.startswith("archive/"))
        asked = [
            ("/gate/playback.m3u8", {"from": at(0), "to": at(20)}),
            ("/gate/clip.mp4", {"from": at(0), "to": at(20)}),
            (f"/gate/{file}", {}),
        ]
        assert [(await served.get(path, **params)).status_code for path, params in asked] == [200] * 3
        served.doorman.treatment = treatment
        for path, params in asked:
            answer = await served.get(path, **params)
            assert answer.status_code == 403
            assert "not given out whole" in answer.json()["detail"]
            assert served.doorman.permits[-1].closed


async def test_a_changed_treatment_ends_a_player(tmp_path: Path) -> None:
    async with house(tmp_path, ORIGINAL) as served, served.play(1) as socket, asyncio.timeout(10):
        await heard(socket, 0.3)
        served.doorman.permits[-1].treatment = LATE
        assert await closed(socket) == 1012


async def test_a_player_goes_no_further_back_than_it_may(tmp_path: Path) -> None:
    async with house(tmp_path, LATE) as served, served.play(200) as socket, asyncio.timeout(10):
        served.doorman.permits[-1].earliest_90k = START_90K + 150 * HZ_90K
        await socket.send(json.dumps({"type": "seek", "from": at(160)}))
        assert any("seeked" in str(one) for one in await heard(socket, 0.3))
        await socket.send(json.dumps({"type": "seek", "from": at(10)}))
        assert await closed(socket) == 4403


async def test_the_log_is_told_which_minutes_a_player_shows(tmp_path: Path) -> None:
    async with house(tmp_path, ORIGINAL) as served, served.play(20) as socket, asyncio.timeout(10):
        await heard(socket, 0.3)
        assert served.doorman.permits[-1].shown == []
        await socket.send(json.dumps({"type": "seek", "from": at(310)}))
        await heard(socket, 0.3)
        (moment,) = served.doorman.permits[-1].shown
        assert START_90K + 300 * HZ_90K <= moment <= START_90K + 311 * HZ_90K


async def test_residents_beyond_the_crowd_are_told(tmp_path: Path) -> None:
    async with house(tmp_path, LATE, Crowd(0)) as served, served.play(1) as socket:
        assert json.loads(await socket.recv())["code"] == "crowded"
        assert await closed(socket) == 4406


async def test_the_picture_before_a_gap(tmp_path: Path) -> None:
    async with house(tmp_path, LATE) as served:
        archive = served.archive
        found = await archive.keyframe_before("gate", "main", START_90K + 390 * HZ_90K)
        assert START_90K + 327 * HZ_90K <= found.start_90k < START_90K + 330 * HZ_90K
        found = await archive.keyframe_before("gate", "main", START_90K + 101 * HZ_90K)
        assert START_90K + 99 * HZ_90K <= found.start_90k <= START_90K + 101 * HZ_90K
        with pytest.raises(NoFootage):
            await archive.keyframe_before("gate", "main", START_90K - 10 * HZ_90K)
