import asyncio
import hashlib
import itertools
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest

from ronda.base.errors import BadInput, NotFound, NotSignedIn
from ronda.base.time import SystemClock
from ronda.media.delivery.rtsp import broadcast
from ronda.media.delivery.rtsp.gate import Challenged, Gate, Knock, OpenPass, Pass, PasswordGate, TokenGate
from ronda.media.delivery.rtsp.presentation import Presentation
from ronda.media.delivery.rtsp.server import RtspOptions, RtspServer
from ronda.simulate.loops import LoopPresentation, read_loop


class Films:
    """Serves the given films by path; counts what is open."""

    def __init__(self, films: dict[str, Path]) -> None:
        self.presentations = {
            path: LoopPresentation(read_loop(film), 0.0, SystemClock()) for path, film in films.items()
        }
        self.opened = 0

    async def open(self, path: str) -> Presentation:
        if path not in self.presentations:
            raise NotFound(path)
        self.opened += 1
        return self.presentations[path]

    async def close(self, presentation: Presentation) -> None:
        self.opened -= 1


@asynccontextmanager
async def served(
    films: dict[str, Path], gate: Gate | None = None, options: RtspOptions | None = None
) -> AsyncIterator[tuple[RtspServer, Films]]:
    provider = Films(films)
    server = RtspServer(provider, options or RtspOptions(port=0), gate)
    async with server.listen():
        yield server, provider


def pull(url: str, pictures: int) -> list[tuple[float, int]]:
    """What PyAV sees: presentation time and mean luma of each picture."""
    seen = []
    with av.open(url, options={"rtsp_transport": "tcp", "analyzeduration": "300000"}, timeout=10) as container:
        for frame in container.decode(video=0):
            seen.append((float(frame.time or 0), int(frame.to_ndarray(format="gray").mean())))
            if len(seen) == pictures:
                break
    return seen


async def test_pyav_plays_h264_across_the_loop_s_end(film_h264: Path) -> None:
    async with served({"/street": film_h264}) as (server, provider):
        seen = await asyncio.to_thread(pull, f"rtsp://127.0.0.1:{server.port}/street", 30)
        steps = {round(later[0] - earlier[0], 3) for earlier, later in itertools.pairwise(seen)}
        assert steps == {0.083} or steps == {0.083, 0.084}
        assert all(60 < luma < 90 for _, luma in seen)
        for _ in range(100):
            if not provider.opened:
                break
            await asyncio.sleep(0.02)
        assert provider.opened == 0


async def test_pyav_plays_h265(film_h265: Path) -> None:
    async with served({"/street": film_h265}) as (server, _):
        assert len(await asyncio.to_thread(pull, f"rtsp://127.0.0.1:{server.port}/street", 14)) == 14


async def test_unknown_path_is_404_and_clients_share_one_presentation(film_h264: Path) -> None:
    async with served({"/a": film_h264}) as (server, _):
        with pytest.raises(av.HTTPNotFoundError):
            await asyncio.to_thread(pull, f"rtsp://127.0.0.1:{server.port}/b", 1)
        url = f"rtsp://127.0.0.1:{server.port}/a"
        seen = await asyncio.gather(*(asyncio.to_thread(pull, url, 5) for _ in range(4)))
        assert [len(one) for one in seen] == [5, 5, 5, 5]


@pytest.mark.parametrize(("algorithms", "basic"), [(("MD5",), False), (("SHA-256", "MD5"), True), ((), True)])
async def test_passwords(film_h264: Path, algorithms: tuple[str, ...], basic: bool) -> None:
    gate = PasswordGate({"admin": "p@ss"}, algorithms, basic)
    async with served({"/a": film_h264}, gate) as (server, _):
        url = f"127.0.0.1:{server.port}/a"
        assert await asyncio.to_thread(pull, f"rtsp://admin:p%40ss@{url}", 2)
        with pytest.raises(av.HTTPUnauthorizedError):
            await asyncio.to_thread(pull, f"rtsp://admin:wrong@{url}", 2)
        with pytest.raises(av.HTTPUnauthorizedError):
            await asyncio.to_thread(pull, f"rtsp://{url}", 2)
        assert server.counters.refused >= 3


async def test_token_as_password_or_user(film_h264: Path) -> None:
    async def admit(knock: Knock, token: str | None) -> Pass:
        if token != "secret":
            raise NotSignedIn("unknown token")
        return OpenPass()

    async with served({"/a": film_h264}, TokenGate(admit)) as (server, _):
        url = f"127.0.0.1:{server.port}/a"
        assert await asyncio.to_thread(pull, f"rtsp://any:secret@{url}", 2)
        assert await asyncio.to_thread(pull, f"rtsp://secret:@{url}", 2)
        with pytest.raises(av.HTTPUnauthorizedError):
            await asyncio.to_thread(pull, f"rtsp://any:other@{url}", 2)


async def test_an_old_nonce_is_stale() -> None:
    gate = PasswordGate({"admin": "x"}, nonce_life_s=-1.0)
    with pytest.raises(Challenged) as first:
        await gate.admit(Knock("/a", "DESCRIBE", None))
    nonce = re.search('nonce="([^"]+)"', first.value.challenges[0])
    assert nonce and "stale" not in first.value.challenges[0]
    one, two = (hashlib.md5(text.encode()).hexdigest() for text in ("admin:Ronda:x", "DESCRIBE:rtsp://h/a"))
    answer = hashlib.md5(f"{one}:{nonce[1]}:{two}".encode()).hexdigest()
    header = f'Digest username="admin", realm="Ronda", nonce="{nonce[1]}", uri="rtsp://h/a", response="{answer}"'
    with pytest.raises(Challenged) as second:
        await gate.admit(Knock("/a", "DESCRIBE", header))
    assert 'stale="true"' in second.value.challenges[0]


class Talk:
    """A hand-driven client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self._cseq = reader, writer, 0

    async def ask(self, line: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        self._cseq += 1
        lines = [f"{line} RTSP/1.0", f"CSeq: {self._cseq}", *(f"{name}: {value}" for name, value in headers.items())]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.answer()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        while (first := await self.reader.readexactly(1)) == b"$":
            head = await self.reader.readexactly(3)
            await self.reader.readexactly(int.from_bytes(head[1:]))
        head = first + await self.reader.readuntil(b"\r\n\r\n")
        status, *rest = head.decode().strip().split("\r\n")
        found = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
        body = await self.reader.readexactly(int(found.get("content-length", "0")))
        return int(status.split()[1]), found, body


@asynccontextmanager
async def talk(server: RtspServer) -> AsyncIterator[Talk]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Talk(reader, writer)
    finally:
        writer.close()


async def test_conversation(film_h264: Path) -> None:
    async with served({"/nvr/ch1": film_h264}) as (server, _), talk(server) as client:
        url = f"rtsp://127.0.0.1:{server.port}/nvr/ch1"
        status, headers, _ = await client.ask(f"OPTIONS {url}")
        assert (status, headers["cseq"]) == (200, "1") and "PLAY" in headers["public"]
        assert (await client.ask(f"PLAY {url}"))[0] == 455
        status, headers, body = await client.ask(f"DESCRIBE {url}", Accept="application/sdp")
        assert status == 200 and headers["content-base"] == f"{url}/" and b"sprop-parameter-sets=" in body
        assert (await client.ask(f"SETUP {url}/trackID=0", Transport="RTP/AVP;unicast;client_port=5000-5001"))[0] == 461
        status, headers, _ = await client.ask(f"SETUP {url}/trackID=0", Transport="RTP/AVP/TCP;unicast;interleaved=4-5")
        assert status == 200 and headers["transport"].endswith("interleaved=4-5") and "timeout=60" in headers["session"]
        session = headers["session"].partition(";")[0]
        assert (await client.ask(f"PLAY {url}", Session="other"))[0] == 454
        assert (await client.ask(f"PLAY {url}", Session=session))[0] == 200
        first = await client.reader.readexactly(4)
        assert first[:2] == b"$\x05"  # a sender report comes before the first picture
        await client.reader.readexactly(int.from_bytes(first[2:]))
        assert (await client.reader.readexactly(2)) == b"$\x04"
        await client.reader.readexactly(int.from_bytes(await client.reader.readexactly(2)))
        assert (await client.ask(f"GET_PARAMETER {url}", Session=session))[0] == 200
        assert (await client.ask(f"PAUSE {url}", Session=session))[0] == 200
        assert (await client.ask(f"FROB {url}"))[0] == 405
        assert (await client.ask(f"TEARDOWN {url}", Session=session))[0] == 200
        assert await client.reader.read() == b""


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 40_000, b"$\x00\xff"])
async def test_nonsense_ends_only_its_own_connection(film_h264: Path, junk: bytes) -> None:
    async with served({"/a": film_h264}) as (server, _):
        async with talk(server) as client:
            client.writer.write(junk)
            client.writer.write_eof()
            await asyncio.wait_for(client.reader.read(), 5)
        assert await asyncio.to_thread(pull, f"rtsp://127.0.0.1:{server.port}/a", 2)


async def test_a_silent_client_is_hung_up_on(film_h264: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ronda.media.delivery.rtsp.connection._GRACE_S", 0.1)
    options = RtspOptions(port=0, session_timeout_s=0.2)
    async with served({"/a": film_h264}, options=options) as (server, _), talk(server) as client:
        assert await asyncio.wait_for(client.reader.read(), 5) == b""
        assert server.counters.timed_out == 1


async def test_a_client_that_does_not_read_skips_and_holds_up_nobody(
    film_noisy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "BACKLOG_BYTES_MAX", 5_000)
    async with served({"/a": film_noisy}) as (server, _):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", server.port))
        reader, writer = await asyncio.open_connection(sock=sock, limit=4096)
        client, url = Talk(reader, writer), f"rtsp://127.0.0.1:{server.port}/a"
        await client.ask(f"SETUP {url}", Transport="RTP/AVP/TCP;interleaved=0-1")
        await client.ask(f"PLAY {url}")
        seen = await asyncio.to_thread(pull, url, 20)
        assert len(seen) == 20
        for _ in range(300):
            if server.counters.skipped_pictures > 3:
                break
            await asyncio.sleep(0.05)
        assert server.counters.skipped_pictures > 3
        writer.transport.abort()


async def test_joining_from_the_cache_starts_at_once(film_h264: Path) -> None:
    async with served({"/a": film_h264}, options=RtspOptions(port=0, join_from_cache=True)) as (server, _):
        url = f"rtsp://127.0.0.1:{server.port}/a"
        async with talk(server) as first:
            await first.ask(f"SETUP {url}", Transport="RTP/AVP/TCP;interleaved=0-1")
            await first.ask(f"PLAY {url}")
            await first.reader.readexactly(600)
            async with talk(server) as second:
                await second.ask(f"SETUP {url}", Transport="RTP/AVP/TCP;interleaved=0-1")
                await second.ask(f"PLAY {url}")
                head = await asyncio.wait_for(second.reader.readexactly(4), 0.5)
                assert head[0] == 36


async def test_clients_beyond_the_bound_are_hung_up_on(film_h264: Path) -> None:
    async with served({"/a": film_h264}, options=RtspOptions(port=0, most_clients=1)) as (server, _):
        url = f"rtsp://127.0.0.1:{server.port}/a"
        async with talk(server) as first:
            assert (await first.ask(f"OPTIONS {url}"))[0] == 200
            async with talk(server) as second:
                with pytest.raises((asyncio.IncompleteReadError, OSError)):
                    await second.ask(f"OPTIONS {url}")
            assert server.counters.turned_away == 1
            assert (await first.ask(f"OPTIONS {url}"))[0] == 200


async def test_port_in_use_is_said(film_h264: Path) -> None:
    async with served({"/a": film_h264}) as (server, provider):
        other = RtspServer(provider, RtspOptions(port=server.port))
        with pytest.raises(BadInput, match="cannot listen"):
            async with other.listen():
                pass


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_ffmpeg_plays(film_h264: Path, film_h265: Path, codec: str) -> None:
    async with served({"/a": film_h264 if codec == "h264" else film_h265}) as (server, _):
        url = f"rtsp://127.0.0.1:{server.port}/a"
        process = await asyncio.create_subprocess_exec(
            *("ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", url, "-t", "1.5", "-f", "null", "-"),
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, errors
        assert b"error" not in errors.lower()


@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="gst-launch-1.0 is not installed")
async def test_gstreamer_plays(film_h264: Path) -> None:
    async with served({"/a": film_h264}) as (server, _):
        url = f"rtsp://127.0.0.1:{server.port}/a"
        process = await asyncio.create_subprocess_exec(
            *("gst-launch-1.0", "-q", "rtspsrc", f"location={url}", "protocols=tcp", "latency=0", "!"),
            *("rtph264depay", "!", "h264parse", "!", "identity", "eos-after=15", "!", "fakesink", "sync=false"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, output
