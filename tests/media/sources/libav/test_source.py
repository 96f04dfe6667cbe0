"""Files of many kinds, and network sources served by ffmpeg, read through PyAV."""

import asyncio
import random
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.media.sources.libav.films import Heard, decoded, film
from tests.needs import requires_tool

from ronda.base.time import SystemClock
from ronda.media.access_unit import Codec
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceSilent, SourceUnsupported
from ronda.media.sources.libav import LibavSource, Transcoders, containers
from ronda.media.sources.resolver import Resolver

CLOCK = SystemClock()


class Playing:
    """A source and what came of it."""

    def __init__(self, address: str, transcoders: Transcoders | None = None) -> None:
        self.heard = Heard()
        self.counters = SourceCounters()
        self.source = LibavSource(
            StreamAddress.parse(address),
            self.heard,
            self.counters,
            CLOCK,
            Resolver(CLOCK).resolve,
            transcoders or Transcoders(),
        )

    async def until(self, pictures: int, seconds: float = 20) -> list[int]:
        """Play until so many pictures came; return their decoding times."""
        task = asyncio.ensure_future(self.source.run())
        try:
            async with asyncio.timeout(seconds):
                while len(self.heard.units) < pictures and not task.done():
                    await asyncio.sleep(0.02)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled():
            task.result()
        return [unit.dts_90k for unit in self.heard.units]


@pytest.fixture(autouse=True)
async def no_thread_is_left(anyio_backend: object) -> AsyncIterator[None]:
    yield
    async with asyncio.timeout(15):
        while any(thread.name.startswith("libav") for thread in threading.enumerate()):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("name", "encoder", "options", "codec"),
    [
        ("a.mp4", "libx264", {"bf": "0"}, Codec.H264),
        ("b.mp4", "libx264", {"bf": "3", "b_strategy": "0"}, Codec.H264),
        ("c.mkv", "libx264", {"bf": "2", "b_strategy": "0"}, Codec.H264),
        ("d.ts", "libx264", {"bf": "2", "b_strategy": "0"}, Codec.H264),
        ("e.flv", "libx264", {"bf": "2", "b_strategy": "0"}, Codec.H264),
        ("f.h264", "libx264", {"bf": "0"}, Codec.H264),
        ("g.avi", "libx264", {"bf": "0"}, Codec.H264),
        ("h.mp4", "libx265", {"x265-params": "log-level=none:pools=1:keyint=10"}, Codec.H265),
        ("i.mkv", "libx265", {"x265-params": "log-level=none:pools=1:keyint=10:bframes=2"}, Codec.H265),
    ],
)
async def test_files_are_carried_and_looped(
    tmp_path: Path, name: str, encoder: str, options: dict[str, str], codec: Codec
) -> None:
    path = film(tmp_path / name, encoder, pictures=12, options=options)
    playing = Playing(f"file://{path}")
    times = await playing.until(26)
    units = playing.heard.units
    assert units[0].keyframe
    assert units[0].encoding is not None
    assert (units[0].encoding.codec, units[0].encoding.width, units[0].encoding.height) == (codec, 320, 240)
    assert all(before < after for before, after in pairwise(times))
    assert all(unit.dts_90k <= unit.pts_90k for unit in units)
    assert [unit.encoding for unit in units[1:] if unit.encoding] == []
    assert not any(unit.discontinuity for unit in units)
    # Real time, and no gap where the loop starts over.
    assert max(after - before for before, after in pairwise(times)) <= 3 * 3600
    assert units[-1].arrival - units[0].arrival == pytest.approx((times[-1] - times[0]) / 90_000, abs=0.4)
    shown = decoded(units[:12])
    assert len(shown) == 12
    assert (playing.counters.pictures, playing.counters.bad_packets) == (len(units), 0)


@pytest.mark.parametrize(
    ("name", "encoder", "pix_fmt"),
    [("a.webm", "libvpx-vp9", "yuv420p"), ("b.avi", "mjpeg", "yuvj420p"), ("c.avi", "mpeg4", "yuv420p")],
)
async def test_other_codings_become_h264(tmp_path: Path, name: str, encoder: str, pix_fmt: str) -> None:
    options = {"deadline": "realtime", "cpu-used": "8"} if "vp9" in encoder else {}
    path = film(tmp_path / name, encoder, pictures=10, size=(640, 360), options=options, pix_fmt=pix_fmt)
    transcoders = Transcoders(1)
    playing = Playing(f"file://{path}", transcoders)
    times = await playing.until(22)
    units = playing.heard.units
    assert units[0].encoding is not None
    assert (units[0].encoding.codec, units[0].encoding.width, units[0].encoding.height) == (Codec.H264, 640, 360)
    assert all(before < after for before, after in pairwise(times))
    assert not any(unit.discontinuity for unit in units)
    assert len(decoded(units)) == len(units)
    assert transcoders.active == 0


async def test_a_large_picture_is_made_smaller(tmp_path: Path) -> None:
    path = film(tmp_path / "a.avi", "mpeg4", pictures=5, size=(1920, 1080))
    playing = Playing(f"file://{path}")
    await playing.until(3)
    encoding = playing.heard.units[0].encoding
    assert encoding is not None
    assert (encoding.width, encoding.height) == (1280, 720)


@pytest.mark.parametrize("rotation", [90, 180, 270])
async def test_a_phone_held_upright_is_shown_upright(tmp_path: Path, rotation: int) -> None:
    path = film(tmp_path / "a.mov", pictures=10, rotation=rotation)
    playing = Playing(f"file://{path}")
    await playing.until(5)
    encoding = playing.heard.units[0].encoding
    assert encoding is not None
    assert (encoding.width, encoding.height) == ((320, 240) if rotation == 180 else (240, 320))
    shown = decoded(playing.heard.units)[0].to_ndarray(format="gray")
    # The film's top is dark; turned by the matrix, the dark side is where ffmpeg's own player shows it.
    sides = {"top": shown[:20], "bottom": shown[-20:], "left": shown[:, :20], "right": shown[:, -20:]}
    darkest = min(sides, key=lambda side: float(np.median(sides[side])))
    assert darkest == {90: "left", 180: "bottom", 270: "right"}[rotation]


async def test_the_pool_of_transcoders_is_bounded(tmp_path: Path) -> None:
    path = film(tmp_path / "a.avi", "mpeg4", pictures=5)
    transcoders = Transcoders(1)
    taken = transcoders.take()
    with pytest.raises(SourceFailed, match="places for transcoding are taken"):
        await Playing(f"file://{path}", transcoders).until(1)
    assert transcoders.turned_away == 1
    taken.close()
    taken.close()
    assert transcoders.active == 0


async def test_files_that_are_not_there_or_no_video(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="there is no file"):
        await Playing(f"file://{tmp_path}/gone.mp4").until(1)
    garbage = tmp_path / "garbage.mp4"
    garbage.write_bytes(random.Random(1).randbytes(50_000))
    with pytest.raises(SourceUnsupported):
        await Playing(f"file://{garbage}").until(1)
    (tmp_path / "empty.mp4").write_bytes(b"")
    with pytest.raises(SourceUnsupported):
        await Playing(f"file://{tmp_path}/empty.mp4").until(1)
    with pytest.raises(SourceFailed):
        await Playing(f"file://{tmp_path}").until(1)


async def test_files_without_a_moving_picture(tmp_path: Path) -> None:
    still = film(tmp_path / "still.mp4", pictures=1)
    with pytest.raises(SourceUnsupported, match="no moving picture"):
        await Playing(f"file://{still}").until(10)
    sound = tmp_path / "sound.wav"
    with av.open(str(sound), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        out.mux(stream.encode(frame))
    with pytest.raises(SourceUnsupported):
        await Playing(f"file://{sound}").until(1)
    renamed = tmp_path / "sound.mkv"
    with av.open(str(renamed), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=8000)
        out.mux(stream.encode(frame))
    with pytest.raises(SourceUnsupported, match="has no video"):
        await Playing(f"file://{renamed}").until(1)


async def test_a_server_that_accepts_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "OPEN_TIMEOUT_S", 0.5)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        for scheme in ("rtmp", "http"):
            with pytest.raises(SourceSilent, match="did not answer in time"):
                await Playing(f"{scheme}://127.0.0.1:{port}/x").until(1)
    finally:
        server.close()


async def test_a_film_that_is_replaced_by_one_of_another_size(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pictures=15)
    other = film(tmp_path / "b.mp4", pictures=15, size=(640, 480))
    playing = Playing(f"file://{path}")
    task = asyncio.ensure_future(playing.source.run())
    async with asyncio.timeout(10):
        while not playing.heard.units:
            await asyncio.sleep(0.02)
        other.rename(path)
        while sum(unit.encoding is not None for unit in playing.heard.units) < 2:
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    changed = [unit for unit in playing.heard.units if unit.encoding]
    assert [unit.encoding.width for unit in changed if unit.encoding] == [320, 640]
    assert all(unit.keyframe for unit in changed)


async def test_an_uploaded_playlist_reads_no_other_file(tmp_path: Path) -> None:
    film(tmp_path / "secret.ts", pictures=10)
    playlist = tmp_path / "holiday.mp4"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\nfile://{tmp_path}/secret.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceUnsupported):
        await Playing(f"file://{playlist}").until(1)


async def test_a_truncated_file_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.ts", pictures=25).read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    playing = Playing(f"file://{cut}")
    times = await playing.until(30)
    assert all(before < after for before, after in pairwise(times))


async def test_street_footage_with_b_frames_in_order(shared_assets: Path) -> None:
    path = (shared_assets / "videos/one-by-one-person-detection.mp4").resolve()
    playing = Playing(f"file://{path}")
    await playing.until(20)
    units = playing.heard.units
    assert all(unit.dts_90k <= unit.pts_90k for unit in units)
    assert [unit.pts_90k for unit in units] != sorted(unit.pts_90k for unit in units)
    shown = [frame.pts for frame in decoded(units)]
    assert shown == sorted(unit.pts_90k for unit in units)


async def test_nobody_there(free_port: Callable[[], int]) -> None:
    port = free_port()
    for scheme in ("rtmp", "http", "https"):
        with pytest.raises(SourceFailed) as raised:
            await Playing(f"{scheme}://admin:S3cr3t@127.0.0.1:{port}/live/x").until(1)
        assert "refused the connection" in str(raised.value)
        assert "S3cr3t" not in str(raised.value)


async def test_cancelling_ends_the_thread_at_once(tmp_path: Path) -> None:
    path = film(tmp_path / "slow.mp4", pictures=3)
    playing = Playing(f"file://{path}")
    started = CLOCK.monotonic()
    await playing.until(1)
    assert CLOCK.monotonic() - started < 5


@asynccontextmanager
async def ffmpeg(*arguments: str) -> AsyncIterator[None]:
    """Run ffmpeg as a peer while the context lasts."""
    program = shutil.which("ffmpeg") or "ffmpeg"
    process = await asyncio.create_subprocess_exec(
        program, "-hide_banner", "-loglevel", "error", "-nostdin", *arguments, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def patiently(address: str, pictures: int = 15) -> Playing:
    """Play what a peer serves, trying anew while it is still starting."""
    async with asyncio.timeout(25):
        while True:
            playing = Playing(address)
            try:
                await playing.until(pictures)
            except SourceFailed:
                await asyncio.sleep(0.2)
            else:
                return playing


def check(playing: Playing, codec: Codec = Codec.H264) -> None:
    units = playing.heard.units
    assert units[0].encoding is not None
    assert units[0].encoding.codec is codec
    assert all(before.dts_90k < after.dts_90k for before, after in pairwise(units))
    assert len(decoded(units)) == len(units)


SOURCE = ("-re", "-stream_loop", "-1", "-i")


@requires_tool("ffmpeg")
async def test_rtmp_from_ffmpeg(tmp_path: Path, free_port: Callable[[], int]) -> None:
    path = film(tmp_path / "a.mp4", pictures=50, options={"bf": "2", "b_strategy": "0"})
    address = f"rtmp://127.0.0.1:{free_port()}/live/street"
    async with ffmpeg(*SOURCE, str(path), "-c", "copy", "-f", "flv", "-listen", "1", address):
        check(await patiently(address))


@requires_tool("ffmpeg")
async def test_srt_from_ffmpeg(tmp_path: Path, free_port: Callable[[], int]) -> None:
    path = film(tmp_path / "a.mp4", pictures=50)
    address = f"srt://127.0.0.1:{free_port()}"
    async with ffmpeg(*SOURCE, str(path), "-c", "copy", "-f", "mpegts", f"{address}?mode=listener"):
        check(await patiently(address))


@requires_tool("ffmpeg")
async def test_srt_with_nobody_there(free_port: Callable[[], int]) -> None:
    with pytest.raises(SourceFailed, match="cannot be reached") as raised:
        await Playing(f"srt://127.0.0.1:{free_port()}?passphrase=S3cr3tW0rd").until(1)
    assert "S3cr3t" not in str(raised.value)


@requires_tool("ffmpeg")
async def test_srt_with_a_passphrase_that_no_process_list_shows(
    tmp_path: Path, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    popen = subprocess.Popen

    def noting(command: list[str], **options: Any) -> Any:
        started.append(command)
        return popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", noting)
    path = film(tmp_path / "a.mp4", pictures=50)
    address = f"srt://127.0.0.1:{free_port()}?passphrase=S3cr3tW0rd&pbkeylen=16"
    async with ffmpeg(*SOURCE, str(path), "-c", "copy", "-f", "mpegts", f"{address}&mode=listener"):
        check(await patiently(address))
    assert started
    assert not any("S3cr3t" in part for command in started for part in command)


@requires_tool("ffmpeg")
async def test_motion_jpeg_over_http_from_ffmpeg(tmp_path: Path, free_port: Callable[[], int]) -> None:
    path = film(tmp_path / "a.mp4", pictures=50)
    address = f"http://127.0.0.1:{free_port()}/video.mjpg"
    headers = "Content-Type: multipart/x-mixed-replace;boundary=ffmpeg\r\n"
    serve = ("-c:v", "mjpeg", "-f", "mpjpeg", "-listen", "1", "-headers", headers, address)
    async with ffmpeg(*SOURCE, str(path), *serve):
        playing = await patiently(address)
        check(playing)
        units = playing.heard.units
        assert (units[-1].pts_90k - units[0].pts_90k) / 90_000 == pytest.approx(
            units[-1].arrival - units[0].arrival, abs=0.5
        )


@requires_tool("ffmpeg")
async def test_live_hls_from_ffmpeg(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pictures=50)
    folder = tmp_path / "hls"
    folder.mkdir()
    arguments = ("-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_flags", "delete_segments", f"{folder}/live.m3u8")
    server = await asyncio.start_server(_serving(folder), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with ffmpeg(*SOURCE, str(path), *arguments):
            check(await patiently(f"http://127.0.0.1:{port}/live.m3u8", pictures=40))
    finally:
        server.close()


def _serving(folder: Path) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readline()
        while (await reader.readline()).strip():
            pass
        file = folder / request.split()[1].decode().lstrip("/")
        body = await asyncio.to_thread(lambda: file.read_bytes() if file.is_file() else None)
        status = "200 OK" if body is not None else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body or b'')}\r\nConnection: close\r\n\r\n".encode())
        writer.write(body or b"")
        await writer.drain()
        writer.close()

    return serve


async def test_a_wrong_password_over_http_is_refused() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        with pytest.raises(SourceFailed, match="refused the user name or password") as raised:
            await Playing(f"http://admin:S3cr3t@127.0.0.1:{port}/video.mjpg").until(1)
        assert "S3cr3t" not in str(raised.value)
    finally:
        server.close()
