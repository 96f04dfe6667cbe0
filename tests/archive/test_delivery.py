"""The archive's routes on a real server: players, downloads, playlists."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
import websockets
from starlette.applications import Starlette
from tests.archive.footage import START_90K, new_run, one_volume, record
from tests.media.delivery.serving import Doorman, serving
from tests.media.hand_clock import HandClock

from ronda.archive import Archive
from ronda.archive.delivery import archive_routes
from ronda.archive.delivery.byte_range import asked_bytes
from ronda.archive.reading.cursor import Played
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.media.codec.masks import Masks


def at(seconds: float) -> str:
    return format_rfc3339(START_90K + round(seconds * HZ_90K))


class House:
    """An archive with two runs and a gap of ten seconds between, served."""

    def __init__(self, archive: Archive, address: str, doorman: Doorman) -> None:
        self.archive = archive
        self.address = address
        self.doorman = doorman

    async def get(self, path: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://{self.address}") as client:
            return await client.get(path, **more)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    async def picture(played: Played, width: int, masks: Masks) -> bytes:
        assert played.samples[0].keyframe
        return b"\xff\xd8" + bytes([width % 256, len(masks)])

    async with Archive(one_volume(folder), HandClock(START_90K + 400 * HZ_90K)) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 10)
        recorder.end(GapCause.SILENT)
        record(recorder, new_run(start_90k=START_90K + 20 * HZ_90K), 310)
        await archive.settled()
        doorman = Doorman()
        app = Starlette(routes=archive_routes(archive, doorman, stills=picture))
        async with serving(app) as address:
            yield House(archive, address, doorman)


async def test_a_clip_is_downloaded_whole_and_in_ranges(tmp_path: Path) -> None:
    async with house(tmp_path) as served:
        query = {"from": at(5), "to": at(26)}
        whole = await served.get("/gate/clip.mp4", params=query)
        assert whole.status_code == 200
        assert whole.headers["content-length"] == str(len(whole.content))
        assert whole.headers["content-type"] == "video/mp4"
        assert json.loads(whole.headers["ronda-gaps"]) == [{"from": at(10), "to": at(20), "cause": "silent"}]
        with av.open(io.BytesIO(whole.content), mode="r") as container:
            assert sum(1 for _ in container.decode(video=0)) == 12 * 25
        kinds = [whole.content[4:8], whole.content[whole.content.index(b"moov") :][:4]]
        assert kinds == [b"ftyp", b"moov"]
        assert whole.content.index(b"moov") < whole.content.index(b"mdat")
        part = await served.get("/gate/clip.mp4", params=query, headers={"Range": "bytes=1000-4999"})
        assert (part.status_code, part.content) == (206, whole.content[1000:5000])
        assert part.headers["content-range"] == f"bytes 1000-4999/{len(whole.content)}"
        tail = await served.get("/gate/clip.mp4", params=query, headers={"Range": "bytes=-777"})
        assert tail.content == whole.content[-777:]
        beyond = await served.get("/gate/clip.mp4", params=query, headers={"Range": "bytes=99999999-"})
        assert beyond.status_code == 416
        async with httpx.AsyncClient(base_url=f"http://{served.address}") as client:
            head = await client.head("/gate/clip.mp4", params=query)
        assert head.headers["content-length"] == str(len(whole.content))
        assert (await served.get("/gate/clip.mp4", params={"from": at(12), "to": at(18)})).status_code == 404
        assert (await served.get("/gate/clip.mp4", params={"from": at(18), "to": at(12)})).status_code == 400
        assert (await served.get("/gate/clip.mp4", params={"from": "yesterday", "to": at(1)})).status_code == 400
        assert (await served.get("/secret/clip.mp4", params=query)).status_code == 401
        assert all(permit.closed for permit in served.doorman.permits)


async def test_a_playlist_plays_through_byte_ranges_of_the_segments(tmp_path: Path) -> None:
    async with house(tmp_path) as served:
        answer = await served.get("/gate/playback.m3u8", params={"from": at(5), "to": at(300)})
        assert answer.status_code == 200
        text = answer.text
        assert text.count("#EXT-X-MAP") >= 2
        assert text.count("#EXT-X-DISCONTINUITY\n") == text.count("#EXT-X-MAP") - 1
        assert f"#EXT-X-PROGRAM-DATE-TIME:{at(4)}" in text
        assert text.endswith("#EXT-X-ENDLIST\n")
        shown = await asyncio.to_thread(_play, f"http://{served.address}/gate/playback.m3u8?from={at(5)}&to={at(300)}")
        assert shown == (6 + 280) * 25
        too_long = await served.get("/gate/playback.m3u8", params={"from": at(0), "to": at(3700)})
        assert too_long.status_code == 400
        line = next(line for line in text.splitlines() if line.startswith("archive/"))
        assert (await served.get(f"/gate/{line}", headers={"Range": "bytes=0-99"})).status_code == 206
        assert (await served.get("/gate/archive/main/2026-09-21/nothing.mp4")).status_code == 404
        assert (await served.get("/secret/playback.m3u8", params={"from": at(0), "to": at(3)})).status_code == 401


def _play(url: str) -> int:
    with av.open(url, options={"protocol_whitelist": "http,tcp,hls,crypto,file"}) as container:
        return sum(packet.size > 0 for packet in container.demux(video=0))


async def test_playback_sends_ahead_only_as_far_as_wanted_and_seeks(tmp_path: Path) -> None:
    async with house(tmp_path) as served, asyncio.timeout(20):
        url = f"ws://{served.address}/gate/playback?from={at(7.5)}&codecs=h264"
        async with websockets.connect(url, max_size=None) as socket:
            said = await _listen(socket, 0.6)
            texts = [json.loads(one) for one in said if isinstance(one, str)]
            assert [one["type"] for one in texts] == ["init", "gap", "init"]
            assert texts[0]["utc"] == at(7.5)
            assert texts[0]["mime"].startswith('video/mp4; codecs="avc1.')
            assert texts[1] == {"type": "gap", "from": at(10), "to": at(20), "cause": "silent"}
            boxes = [one for one in said if isinstance(one, bytes)]
            assert boxes[0][4:8] == b"ftyp"
            shown = _shown(boxes[:1] + boxes[1 : _second_init(boxes)])
            assert shown[-1] == pytest.approx(2.46, abs=0.01)
            after = _shown(boxes[_second_init(boxes) :])
            assert after[0] == pytest.approx(12.5, abs=0.01)
            assert 20 < after[-1] < 24
            await socket.send(json.dumps({"type": "want", "until": 40}))
            more = _shown(
                [boxes[_second_init(boxes)], *[x for x in await _listen(socket, 0.6) if isinstance(x, bytes)]]
            )
            assert 39 < more[-1] < 43
            await socket.send(json.dumps({"type": "seek", "from": at(100)}))
            said = await _listen(socket, 0.6)
            start = next(i for i, one in enumerate(said) if isinstance(one, str) and "seeked" in one)
            assert json.loads(said[start]) == {"type": "seeked", "from": at(100)}
            assert json.loads(said[start + 1])["utc"] == at(100)
            again = _shown([one for one in said[start + 1 :] if isinstance(one, bytes)])
            assert again[0] < 0.01
            assert 7.9 < again[-1] < 11
        await asyncio.sleep(0.05)
        assert served.doorman.permits[-1].closed


async def test_what_cannot_be_played_is_shown_as_stills_and_revoking_ends_it(tmp_path: Path) -> None:
    async with house(tmp_path) as served, asyncio.timeout(20):
        url = f"ws://{served.address}/gate/playback?from={at(1.8)}&codecs=h265"
        async with websockets.connect(url, max_size=None) as socket:
            said = [await socket.recv(), await socket.recv()]
            assert json.loads(said[0])["type"] == "stills"
            assert said[1][:2] == b"\xff\xd8"
            served.doorman.permits[-1].revoked = True
            with pytest.raises(websockets.ConnectionClosed) as closed:
                async with asyncio.timeout(1):
                    while True:
                        await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4403
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"ws://{served.address}/gate/playback")


async def _listen(socket: websockets.ClientConnection, quiet_s: float) -> list[str | bytes]:
    found: list[str | bytes] = []
    while True:
        try:
            async with asyncio.timeout(quiet_s):
                found.append(await socket.recv())
        except TimeoutError:
            return found


def _second_init(boxes: list[bytes]) -> int:
    return next(number for number, one in enumerate(boxes) if number and one[4:8] == b"ftyp")


def _shown(boxes: list[bytes]) -> list[float]:
    with av.open(io.BytesIO(b"".join(boxes)), mode="r") as container:
        return [float(frame.time) for frame in container.decode(video=0) if frame.time is not None]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=5-9", (5, 10)),
        ("bytes=5-900", (5, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=-0", None),
        ("bytes=100-", None),
        ("bytes=9-5", (0, 100)),
        ("bytes=-", (0, 100)),
        ("bytes=1-2,4-5", (0, 100)),
        ("lines=1-2", (0, 100)),
    ],
)
def test_ranges_of_bytes(header: str | None, expected: tuple[int, int] | None) -> None:
    assert asked_bytes(header, 100) == expected
