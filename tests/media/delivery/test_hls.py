"""Live HLS as players see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import anyio.to_thread
import av
import httpx
import pytest
from tests.media.delivery.serving import Doorman, serving
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film, encoding

from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.delivery.app import MediaServices, media_app
from ronda.media.delivery.hls import LiveHls, Segmenter
from ronda.media.fragment import Fragment, Run
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

FILM = Film(gop=25, pictures=50)


@asynccontextmanager
async def client(*films: Film, public: bool = False) -> AsyncIterator[tuple[httpx.AsyncClient, Streams]]:
    async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
        streams.offer("gate", "main", FilmSources(*films or (FILM,), at_once=110))
        hls = LiveHls(streams, idle_s=5)
        async with serving(media_app(streams, Doorman(public), services=MediaServices(hls=hls))) as host:
            async with httpx.AsyncClient(base_url=f"http://{host}", timeout=20) as http:
                yield http, streams
        hls.close()


def play(url: str, pictures: int) -> list[float]:
    times: list[float] = []
    with av.open(url, "r", options={"live_start_index": "0"}) as container:
        for frame in container.decode(video=0):
            times.append(frame.time or 0.0)
            if len(times) == pictures:
                break
    return times


async def test_ffmpeg_plays_it_without_a_skip() -> None:
    async with client() as (http, _):
        times = await anyio.to_thread.run_sync(play, f"{http.base_url}/gate/live.m3u8", 110)
    assert len(times) == 110
    assert {round(after - before, 2) for before, after in pairwise(times)} == {0.04}


async def test_playlist_and_pieces() -> None:
    async with client(public=True) as (http, streams):
        answer = await http.get("/gate/live.m3u8")
        assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
        assert answer.headers["cache-control"] == "public, max-age=1"
        lines = answer.text.splitlines()
        assert lines[:2] == ["#EXTM3U", "#EXT-X-VERSION:7"]
        assert any(line.startswith("#EXT-X-PROGRAM-DATE-TIME:20") for line in lines)
        assert all(float(line[8:-1]) >= 2 for line in lines if line.startswith("#EXTINF:"))
        init = next(line for line in lines if line.startswith("#EXT-X-MAP")).split('"')[1]
        piece = next(line for line in lines if line.endswith(".m4s"))
        for path in (init, piece):
            got = await http.get(f"/gate/{path}")
            assert got.status_code == 200
            assert got.headers["cache-control"] == "public, max-age=10, immutable"
        assert (await http.get("/gate/live/main/nothing-0.m4s")).status_code == 404
        assert (await http.get("/gate/live/huge/nothing-0.m4s")).status_code == 400
        assert (await http.get("/secret/live.m3u8")).status_code == 401
        assert (await http.get("/nowhere/live.m3u8")).status_code == 404
        await until(lambda: not streams.get("gate", "main").active)


async def test_a_new_size_is_a_discontinuity_with_its_own_init() -> None:
    async with client(Film(pictures=50), Film(width=480, height=270, gop=25, pictures=50)) as (http, _):
        async with asyncio.timeout(15):
            text = ""
            while text.count("#EXT-X-MAP") < 2:
                text = (await http.get("/gate/live.m3u8")).text
                await asyncio.sleep(0.1)
    before, _, after = text.partition("#EXT-X-DISCONTINUITY\n")
    assert before.count("#EXT-X-MAP") == 1
    assert after.startswith("#EXT-X-MAP")


def fragments(run: Run, count: int, *, gop: int = 10, size: int = 100) -> list[Fragment]:
    return [Fragment(run, n, n % gop == 0, n * 18_000, 18_000, 5, b"m", b"d" * size, n * 0.2) for n in range(count)]


def test_the_window_slides_and_counts_what_is_gone() -> None:
    segmenter = Segmenter(100)
    for number in range(5):
        run = Run(f"r{number}", "gate", "main", encoding(), number * 60 * HZ_90K, b"init")
        segmenter.begin(run)
        for fragment in fragments(run, 41):
            segmenter.fragment(fragment)
        segmenter.end(GapCause.SILENT)
    text = segmenter.playlist("x/")
    assert text.count("#EXTINF") == 6
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert "#EXT-X-MEDIA-SEQUENCE:119" in text
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:3" in text
    assert segmenter.init("r0") is None
    assert segmenter.media("r4-0") == b"".join(b"m" + b"d" * 100 for _ in range(10))


def test_memory_is_bounded() -> None:
    segmenter = Segmenter(0)
    run = Run("r", "gate", "main", encoding(), 0, b"init")
    segmenter.begin(run)
    for fragment in fragments(run, 200, size=1 << 20):
        segmenter.fragment(fragment)
    held = sum(segment.size for segment in segmenter._segments)
    assert held <= 24 << 20
    for fragment in fragments(run, 100, gop=1000, size=1 << 20):
        segmenter.fragment(fragment)
    assert segmenter._current is None


@pytest.mark.parametrize("count", [0, 5])
def test_an_unfinished_segment_is_not_shown(count: int) -> None:
    segmenter = Segmenter(7)
    run = Run("r", "gate", "main", encoding(), 0, b"init")
    segmenter.begin(run)
    for fragment in fragments(run, count):
        segmenter.fragment(fragment)
    assert "#EXTINF" not in segmenter.playlist("")
    assert "#EXT-X-MEDIA-SEQUENCE:7" in segmenter.playlist("")
