"""What a probe says of real files and servers, and of those that are not there."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.media.sources.libav.films import film

from ronda.base.errors import BadInput
from ronda.base.time import SystemClock
from ronda.media.access_unit import AccessUnit
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceListener
from ronda.media.sources.libav import LibavSource
from ronda.media.sources.opening import Opening
from ronda.media.sources.probe import ProbeTimes, probe
from ronda.media.sources.resolver import Resolver
from ronda.media.sources.rtsp.source import RtspSource

CLOCK = SystemClock()
QUICK = ProbeTimes(first_picture_s=5, seconds=1.0, keyframe_s=3)


def opening() -> Opening:
    return Opening(Resolver(CLOCK).resolve, CLOCK)


async def test_a_file(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pictures=30)
    report = await probe(f"file://{path}", opening(), QUICK)
    assert (report.ok, report.codec, report.width, report.height) == (True, "h264", 320, 240)
    assert report.fps == pytest.approx(25, abs=0.5)
    assert report.keyframe_distance_s == pytest.approx(0.4, abs=0.05)
    assert report.bitrate_bps is not None
    assert report.tracks == ("video h264",)


async def test_a_file_that_is_transcoded_names_its_own_coding(tmp_path: Path) -> None:
    path = film(tmp_path / "a.avi", "mpeg4", pictures=30)
    report = await probe(f"file://{path}", opening(), QUICK)
    assert (report.ok, report.codec, report.tracks) == (True, "h264", ("video mpeg4",))


async def test_what_is_no_address_is_bad_input() -> None:
    with pytest.raises(BadInput):
        await probe("gopher://x", opening(), QUICK)


async def test_nobody_there(free_port: Callable[[], int]) -> None:
    for scheme in ("rtsp", "rtmp", "http"):
        report = await probe(f"{scheme}://admin:S3cr3t@127.0.0.1:{free_port()}/x", opening(), QUICK)
        assert not report.ok
        assert "refuse" in (report.problem or "")
        assert report.mend
        assert "S3cr3t" not in report.model_dump_json()


async def test_a_name_that_does_not_exist() -> None:
    for scheme in ("rtsp", "rtmp"):
        report = await probe(f"{scheme}://no-such-camera.invalid/x", opening(), ProbeTimes(10, 1, 1))
        assert not report.ok
        assert "no-such-camera.invalid" in (report.problem or "")


async def test_no_file() -> None:
    report = await probe("file:///no/such/file.mp4", opening(), QUICK)
    assert (report.ok, report.problem) == (False, "there is no file file:///no/such/file.mp4")


async def answer(replies: Callable[[bytes], bytes]) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                cseq = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"cseq"))
                writer.write(replies(request).replace(b"$CSEQ", cseq))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def probed(replies: Callable[[bytes], bytes]) -> tuple[bool, str, str]:
    server = await answer(replies)
    port = server.sockets[0].getsockname()[1]
    try:
        report = await probe(f"rtsp://admin:S3cr3t@127.0.0.1:{port}/x", opening(), QUICK)
    finally:
        server.close()
    assert "S3cr3t" not in report.model_dump_json()
    return report.ok, report.problem or "", report.mend or ""


async def test_a_wrong_password() -> None:
    refusal = b'RTSP/1.0 401 Unauthorized\r\n$CSEQ\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'
    ok, problem, mend = await probed(lambda request: refusal)
    assert not ok
    assert "password" in problem
    assert mend


async def test_no_video() -> None:
    sdp = b"v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:a\r\n"

    def reply(request: bytes) -> bytes:
        if not request.startswith(b"DESCRIBE"):
            return b"RTSP/1.0 200 OK\r\n$CSEQ\r\n\r\n"
        return (
            b"RTSP/1.0 200 OK\r\n$CSEQ\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(sdp) + sdp
        )

    ok, problem, mend = await probed(reply)
    assert not ok
    assert "no video" in problem
    assert mend


async def test_no_answer() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    times = ProbeTimes(first_picture_s=0.3, seconds=0.1, keyframe_s=0.1)
    try:
        report = await probe(f"rtsp://127.0.0.1:{port}/x", opening(), times)
    finally:
        server.close()
    assert not report.ok
    assert "no picture came within 0.3 s" in (report.problem or "")


def test_each_scheme_has_its_source() -> None:
    class Nobody:
        def picture(self, unit: AccessUnit) -> None: ...
        def state(self, *_: object) -> None: ...

    listener: SourceListener = Nobody()
    for text, kind in [
        ("rtsp://h/x", RtspSource),
        ("rtsps://h/x", RtspSource),
        ("rtmp://h/x", LibavSource),
        ("srt://h:1", LibavSource),
        ("https://h/x.m3u8", LibavSource),
        ("file:///x.mp4", LibavSource),
    ]:
        assert isinstance(opening()(StreamAddress.parse(text), listener, SourceCounters()), kind)
