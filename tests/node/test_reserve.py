"""The re-serve, pulled by independent clients: PyAV always, ffmpeg and GStreamer where they are."""

import asyncio
import base64
import itertools
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from tests.media.delivery.serving import Doorman
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film
from tests.needs import requires_tool
from tests.people.conftest import passwords

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import BadInput
from ronda.base.time import SystemClock
from ronda.cli.certificate import local_certificate
from ronda.media.access_unit import Codec
from ronda.media.delivery.permission import ORIGINAL, Treatment
from ronda.media.delivery.rtsp import broadcast
from ronda.media.delivery.rtsp.server import RtspServer
from ronda.media.leases import Purpose
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams
from ronda.node.reserve import ReservePlace, reserving
from ronda.people.access_log import Entry
from ronda.people.media_access import MediaAccess
from ronda.people.people import People
from ronda.people.policy import LOOKING, Policy
from ronda.people.principal import Kind
from ronda.store.database import Store

B_FRAMES = Film(b_frames=2, gop=25)


@dataclass
class Handed:
    """A node's streams, handed on, and the people who may take them."""

    streams: Streams
    people: People
    server: RtspServer
    token: str
    sources: FilmSources
    place: ReservePlace

    def url(self, path: str = "gate", token: str | None = None) -> str:
        scheme = "rtsps" if self.place.tls else "rtsp"
        return f"{scheme}://any:{self.token if token is None else token}@127.0.0.1:{self.server.port}/{path}"

    async def looks(self) -> list[Entry]:
        """What the access log says of the re-serve, oldest first."""
        found = [entry for _, entry in reversed(await self.people.log.entries(100))]
        return [entry for entry in found if entry.look.action == "re-serve"]


@asynccontextmanager
async def handed(folder: Path, *films: Film, place: ReservePlace | None = None) -> AsyncIterator[Handed]:
    """Hand on `gate`, which plays `films` and begins some pictures in."""
    clock, sources = SystemClock(), FilmSources(*films, at_once=30)
    place = place or ReservePlace("127.0.0.1", 0)
    store = await Store.open(f"sqlite:///{folder / 'ronda.db'}")
    try:
        people = await People.open(store, clock, Policy(LOOKING), "first password", passwords())
        token = await people.credentials.new_token("command centre", "admin")
        async with Streams(clock, StreamSettings(linger_s=0.05)) as streams:
            streams.offer("gate", "main", sources)
            access = MediaAccess(people, lambda id: bool(streams.profiles(id)))
            async with reserving(streams, access, place) as server:
                yield Handed(streams, people, server, token, sources, place)
    finally:
        await store.close()


@dataclass
class Seen:
    """What a client saw: times in seconds, mean luma and width of each picture."""

    times: list[float]
    lumas: list[float]
    widths: list[int]


def pull(url: str, pictures: int) -> Seen:
    """Pull as PyAV does until so many pictures are decoded; an error in the bytes fails."""
    seen = Seen([], [], [])
    options = {"rtsp_transport": "tcp", "analyzeduration": "300000", "err_detect": "explode"}
    with av.open(url, options=options, timeout=10) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None or not seen.times  # ffmpeg never knows the first one of an RTSP stream
            seen.times.append(frame.time or 0.0)
            seen.lumas.append(float(frame.to_ndarray(format="gray").mean()))
            seen.widths.append(frame.width)
            if len(seen.times) == pictures:
                break
    return seen


def in_order(seen: Seen) -> bool:
    """Whether no picture is missing or out of place: the film brightens, and times are even."""
    steps = [later - earlier for earlier, later in itertools.pairwise(seen.times)]
    rises = [later - earlier for earlier, later in itertools.pairwise(seen.lumas)]
    return all(0.03 < step < 0.05 for step in steps) and all(0.5 < rise < 7 for rise in rises if rise > -20)


@pytest.mark.parametrize("film", [Film(gop=25), B_FRAMES, Film(gop=25, codec=Codec.H265)], ids=["plain", "b", "h265"])
async def test_pyav_pulls_every_picture_in_order(tmp_path: Path, film: Film) -> None:
    async with handed(tmp_path, film) as node:
        seen = await asyncio.to_thread(pull, node.url(), 60)
        assert in_order(seen)
        await until(lambda: node.streams.get("gate", "main").state_now is SourceState.IDLE)


async def test_clients_share_one_pull_and_both_get_whole_pictures(tmp_path: Path) -> None:
    async with handed(tmp_path, B_FRAMES) as node:
        both = await asyncio.gather(*(asyncio.to_thread(pull, node.url(), 40) for _ in range(2)))
        assert all(in_order(seen) for seen in both)
        assert len(node.sources.opened) == 1


async def test_only_a_token_opens_and_the_look_has_a_start_and_an_end(tmp_path: Path) -> None:
    async with handed(tmp_path, Film(gop=25)) as node:
        for wrong in ("wrong", "first password", ""):
            with pytest.raises(av.HTTPUnauthorizedError):
                await asyncio.to_thread(pull, node.url(token=wrong), 1)
        with pytest.raises(av.HTTPUnauthorizedError):
            await asyncio.to_thread(pull, f"rtsp://127.0.0.1:{node.server.port}/gate", 1)
        with pytest.raises(av.HTTPUnauthorizedError):  # a stranger does not learn which cameras there are
            await asyncio.to_thread(pull, node.url("none", token="wrong"), 1)
        for path in ("none", "gate/sub", "gate/third", "gate/main/x", "..%2fgate"):
            with pytest.raises(av.HTTPNotFoundError):
                await asyncio.to_thread(pull, node.url(path), 1)
        assert not await node.looks() or all(entry.ended_90k is not None for entry in await node.looks())
        await asyncio.to_thread(pull, node.url(), 5)
        await until(lambda: node.server.counters.clients == 0)
        entry = (await node.looks())[-1]
        assert entry.look.who == "token:command centre"
        assert (entry.look.camera, entry.look.remote) == ("gate", "this-machine")
        assert entry.ended_90k is not None


class Player:
    """A client by hand."""

    def __init__(self, url: str, port: int) -> None:
        self.login = base64.b64encode(url.partition("://")[2].rpartition("@")[0].encode()).decode()
        self.url = f"rtsp://127.0.0.1:{port}/{url.rpartition('/')[2]}"
        self.port = port

    async def __aenter__(self) -> "Player":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        for request in ("SETUP {} RTSP/1.0\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n", "PLAY {} RTSP/1.0\r\n"):
            head = f"{request.format(self.url)}CSeq: 1\r\nAuthorization: Basic {self.login}\r\n\r\n"
            self.writer.write(head.encode())
            assert b" 200 " in await self.reader.readuntil(b"\r\n\r\n")
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()
        await asyncio.sleep(0)

    async def hung_up(self) -> bool:
        """Read until the server hangs up."""
        try:
            while await asyncio.wait_for(self.reader.read(1 << 16), 5):
                pass
        except ConnectionResetError:
            pass
        return True


@pytest.mark.parametrize("broken", [False, True], ids=["while pictures come", "while none come"])
async def test_a_revoked_token_ends_the_session(tmp_path: Path, broken: bool) -> None:
    async with handed(tmp_path, Film(gop=25)) as node:
        async with Player(node.url(), node.server.port) as client:
            if broken:
                node.sources.opened[0].fail(SourceState.BACKING_OFF, "unplugged", GapCause.UNREACHABLE)
            await asyncio.sleep(0.2)
            assert node.server.counters.clients == 1
            await node.people.credentials.revoke(Kind.TOKEN, (await node.people.credentials.tokens())[0].id)
            assert await client.hung_up()
        with pytest.raises(av.HTTPUnauthorizedError):
            await asyncio.to_thread(pull, node.url(), 1)
        assert all(entry.ended_90k is not None for entry in await node.looks())


async def test_a_camera_that_is_removed_ends_the_session(tmp_path: Path) -> None:
    async with handed(tmp_path, Film(gop=25)) as node:
        async with Player(node.url(), node.server.port) as client:
            await node.streams.withdraw("gate")
            assert await client.hung_up()


async def test_another_size_goes_on_in_the_same_session(tmp_path: Path) -> None:
    async with handed(tmp_path, Film(gop=25, pictures=50), Film(width=640, height=360, gop=25)) as node:
        seen = await asyncio.to_thread(pull, node.url(), 70)
        assert {320, 640} == set(seen.widths)
        assert all(later > earlier for earlier, later in itertools.pairwise(seen.times))
        assert seen.times[-1] - seen.times[0] < 5


async def test_a_camera_that_comes_back_goes_on_in_the_same_session(tmp_path: Path) -> None:
    async with handed(tmp_path, Film(gop=25)) as node:
        pulling = asyncio.create_task(asyncio.to_thread(pull, node.url(), 90))
        await until(lambda: node.server.counters.pictures > 20)
        source = node.sources.opened[0]
        source.fail(SourceState.BACKING_OFF, "unplugged", GapCause.UNREACHABLE)
        await asyncio.sleep(0.3)
        source.broken = False
        source.listener.state(SourceState.RUNNING, None, None)
        seen = await pulling
        assert all(later > earlier for earlier, later in itertools.pairwise(seen.times))


async def test_another_coding_hangs_up_and_is_served_anew(tmp_path: Path) -> None:
    async with handed(tmp_path, Film(gop=25, pictures=60), Film(gop=25, codec=Codec.H265)) as node:
        async with Player(node.url(), node.server.port) as client:
            assert await client.hung_up()
        stream = node.streams.get("gate", "main")
        with stream.lease(Purpose.VIEW):
            await until(lambda: stream.run and stream.run.encoding.codec is Codec.H265)
            assert (await asyncio.to_thread(pull, node.url(), 10)).widths == [320] * 10


async def test_a_client_that_does_not_read_skips_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "BACKLOG_BYTES_MAX", 100_000)
    async with handed(tmp_path, Film(gop=25, noise=True, bitrate=20_000_000)) as node:
        async with Player(node.url(), node.server.port):
            seen = await asyncio.to_thread(pull, node.url(), 60)
            assert len(seen.times) == 60
            await until(lambda: node.server.counters.skipped_pictures > 0)


async def test_tokens_are_never_sent_in_clear_text_over_a_network(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"clear text.*--https"):
        async with handed(tmp_path, place=ReservePlace("0.0.0.0", 0)):
            pass
    certificate = await asyncio.to_thread(local_certificate, tmp_path / "tls", "127.0.0.1")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate.chain, certificate.key)
    async with handed(tmp_path, B_FRAMES, place=ReservePlace("127.0.0.1", 0, tls)) as node:
        assert in_order(await asyncio.to_thread(pull, node.url(), 40))


async def run(*command: str) -> str:
    """Run a program to its end and return what it said."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, output
    return output.decode()


@requires_tool("ffmpeg")
@pytest.mark.parametrize("film", [B_FRAMES, Film(gop=25, codec=Codec.H265)], ids=["b", "h265"])
async def test_ffmpeg_records_it_without_a_complaint(tmp_path: Path, film: Film) -> None:
    async with handed(tmp_path, film) as node:
        copy = tmp_path / "copy.mp4"
        said = await run(
            "ffmpeg", "-v", "warning", "-rtsp_transport", "tcp", "-i", node.url(), "-t", "2", "-c", "copy", str(copy)
        )
        assert "error" not in said.lower(), said
        with av.open(copy) as container:
            assert sum(1 for _ in container.decode(video=0)) >= 45


@requires_tool("gst-launch-1.0", "gst-plugins")
async def test_gstreamer_plays_it(tmp_path: Path) -> None:
    async with handed(tmp_path, B_FRAMES) as node:
        source = (
            "rtspsrc",
            f"location=rtsp://127.0.0.1:{node.server.port}/gate",
            "user-id=any",
            f"user-pw={node.token}",
        )
        sink = ("rtph264depay", "!", "h264parse", "!", "identity", "eos-after=30", "!", "fakesink", "sync=false")
        await run("gst-launch-1.0", "-q", *source, "protocols=tcp", "latency=0", "!", *sink)


async def test_what_must_be_treated_is_not_handed_on() -> None:
    doorman = Doorman(treatment=Treatment(masks=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)))
    async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
        streams.offer("gate", "main", FilmSources(at_once=30))
        async with reserving(streams, doorman, ReservePlace("127.0.0.1", 0)) as server:
            url = f"rtsp://any:token@127.0.0.1:{server.port}/gate"
            with pytest.raises(av.error.HTTPForbiddenError):
                await asyncio.to_thread(_first_picture, url)
            assert all(permit.closed for permit in doorman.permits)
            doorman.treatment = ORIGINAL
            await asyncio.to_thread(_first_picture, url)
            doorman.treatment = Treatment(stills_only=True)
            with pytest.raises(av.error.HTTPForbiddenError):
                await asyncio.to_thread(_first_picture, url)


def _first_picture(url: str) -> None:
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=5) as container:
        next(container.decode(video=0))
