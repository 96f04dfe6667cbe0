"""Live over a real WebSocket."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import av
import pytest
import websockets
from tests.media.delivery.serving import Doorman, serving
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import SystemClock, parse_rfc3339
from ronda.media.access_unit import Codec
from ronda.media.delivery.app import MediaSettings, media_app
from ronda.media.delivery.wire import MediaWebSocket, frame_header
from ronda.media.fmp4.reader import read_init, read_moof
from ronda.media.stream import Stream, StreamSettings
from ronda.media.streams import Streams


class Node:
    """A media application with one camera."""

    def __init__(self, sources: FilmSources, settings: MediaSettings | None = None) -> None:
        self.sources = sources
        self.streams = Streams(SystemClock(), StreamSettings(linger_s=0.05))
        self.doorman = Doorman()
        self.settings = settings
        self.host = ""

    @asynccontextmanager
    async def up(self) -> AsyncIterator["Node"]:
        async with self.streams:
            self.streams.offer("gate", "main", self.sources)
            async with serving(media_app(self.streams, self.doorman, settings=self.settings)) as self.host:
                yield self

    @property
    def stream(self) -> Stream:
        return self.streams.get("gate", "main")

    def connect(self, camera: str = "gate", query: str = "", **options: Any) -> websockets.connect:
        return websockets.connect(f"ws://{self.host}/{camera}/live{query}", max_size=None, **options)


class Player:
    """Takes messages as the page does."""

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.inits: list[bytes] = []
        self.fragments: list[list[bytes]] = []
        self._init_next = False

    def take(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.texts.append(json.loads(message))
            self._init_next = self.texts[-1]["type"] == "init" or self._init_next
        elif self._init_next:
            self.inits.append(message)
            self.fragments.append([])
            self._init_next = False
        else:
            self.fragments[-1].append(message)

    @property
    def count(self) -> int:
        return sum(map(len, self.fragments))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [text for text in self.texts if text["type"] == kind]


async def watch(connection: Any, player: Player, enough: Any, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not enough(player):
            player.take(await connection.recv())


async def test_a_viewer_gets_state_init_and_fragments_that_play() -> None:
    async with Node(FilmSources(at_once=60)).up() as node:
        async with node.connect() as connection:
            player = Player()
            await watch(connection, player, lambda player: player.fragments and len(player.fragments[0]) >= 6)
        assert player.texts[0]["type"] == "state"
        (init,) = player.of("init")
        assert init["mime"] == f'video/mp4; codecs="{node.stream.run.encoding.rfc6381}"' if node.stream.run else True
        assert (init["width"], init["height"], init["profile"], init["codec"]) == (320, 180, "main", "h264")
        assert abs(parse_rfc3339(init["utc"]) - SystemClock().utc_90k()) < 90_000 * 20
        assert read_init(player.inits[0]).encoding.width == 320
        assert read_moof(player.fragments[0][0]).samples[0].keyframe
        with av.open(io.BytesIO(player.inits[0] + b"".join(player.fragments[0])), "r") as container:
            assert sum(1 for _ in container.decode(video=0)) >= 26
        await until(lambda: node.doorman.permits[0].closed)
        await until(lambda: node.stream.viewers == 0)


async def test_compression_is_off_although_it_is_offered() -> None:
    async with Node(FilmSources()).up() as node, node.connect(compression="deflate") as connection:
        assert connection.response is not None
        assert "Sec-WebSocket-Extensions" not in connection.response.headers


async def test_a_new_size_comes_with_its_own_init() -> None:
    sources = FilmSources(Film(pictures=50), Film(width=480, height=270, pictures=50), at_once=80)
    async with Node(sources).up() as node, node.connect() as connection:
        player = Player()
        await watch(connection, player, lambda player: len(player.fragments) >= 2 and player.fragments[-1])
        assert [init["width"] for init in player.of("init")][-1] == 480
        assert read_init(player.inits[-1]).encoding.width == 480
        assert read_moof(player.fragments[-1][0]).base_90k == 0


async def test_states_are_told_as_they_change() -> None:
    async with Node(FilmSources(at_once=30)).up() as node, node.connect() as connection:
        player = Player()
        await watch(connection, player, lambda player: player.fragments)
        node.sources.opened[0].fail(SourceState.SILENT, "Nothing comes from the camera.", GapCause.SILENT)
        await watch(connection, player, lambda player: player.of("state")[-1]["state"] == "silent")
        assert player.of("state")[-1]["reason"] == "Nothing comes from the camera."
        node.sources.opened[0].broken = False
        node.sources.opened[0].listener.state(SourceState.RUNNING, None, None)
        await watch(connection, player, lambda player: len(player.inits) == 2)


@pytest.mark.parametrize(
    ("camera", "query", "status"),
    [("secret", "", 401), ("forbidden", "", 403), ("gate", "?profile=huge", 400)],
)
async def test_refusals_are_problem_documents(camera: str, query: str, status: int) -> None:
    async with Node(FilmSources()).up() as node:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await node.connect(camera, query)
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body)["status"] == status


async def test_an_unknown_camera_ends_the_socket() -> None:
    async with Node(FilmSources()).up() as node, node.connect("nowhere") as connection:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await connection.recv()
        assert closed.value.rcvd is not None
        assert "nowhere" in closed.value.rcvd.reason


async def test_a_page_of_another_site_is_refused() -> None:
    settings = MediaSettings(allowed_origins=frozenset({"https://pantau.example.id"}))
    async with Node(FilmSources(), settings).up() as node:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await node.connect(origin="https://evil.example")
        assert refused.value.response.status_code == 403
        for origin in (f"http://{node.host}", "https://pantau.example.id"):
            async with node.connect(origin=origin) as connection:
                assert await connection.recv()


async def test_withdrawn_permission_closes_a_playing_and_a_waiting_socket() -> None:
    async with Node(FilmSources(at_once=30)).up() as node:
        for broken in (False, True):
            async with node.connect() as connection:
                player = Player()
                await watch(connection, player, lambda player: player.fragments)
                if broken:
                    node.sources.opened[-1].broken = True
                node.doorman.permits[-1].revoked = True
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await watch(connection, player, lambda _: False, 5)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4403


async def test_a_removed_camera_ends_the_socket() -> None:
    async with Node(FilmSources(at_once=30)).up() as node, node.connect() as connection:
        player = Player()
        await watch(connection, player, lambda player: player.fragments)
        await node.streams.withdraw("gate")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await watch(connection, player, lambda _: False, 5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


async def test_a_viewer_that_never_reads_is_hung_up_on_and_holds_up_nobody() -> None:
    film = Film(width=640, height=360, bitrate=20_000_000, gop=10, pictures=50, noise=True)
    node = Node(FilmSources(film), MediaSettings(stuck_s=1.5))
    async with node.up():
        raw = socket.create_connection(("127.0.0.1", int(node.host.rpartition(":")[2])))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.sendall(
            f"GET /gate/live HTTP/1.1\r\nHost: {node.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await until(lambda: node.stream.viewers == 1)
        async with node.connect() as connection:
            player = Player()
            await watch(connection, player, lambda player: player.count >= 15)
            assert not player.of("skipped")
            held = node.stream.bytes_held
            await until(lambda: node.stream.viewers == 1, 20)
            assert node.stream.bytes_held < 4 * held + 4_000_000
        raw.close()


async def test_a_slow_viewer_skips_to_a_keyframe() -> None:
    film = Film(width=640, height=360, bitrate=20_000_000, gop=10, pictures=50, noise=True)
    async with Node(FilmSources(film)).up() as node:
        thin = socket.socket()
        thin.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        thin.connect(("127.0.0.1", int(node.host.rpartition(":")[2])))
        async with node.connect(max_queue=1, sock=thin) as connection:
            player = Player()
            await watch(connection, player, lambda player: player.fragments)
            assert node.stream.newest is not None
            await asyncio.sleep(4.5)
            await watch(connection, player, lambda player: player.of("skipped"), 20)
            await watch(connection, player, lambda player: player.fragments[-1])
            assert player.of("skipped")[0]["pictures"] > 0
            count = player.count
            await watch(connection, player, lambda player: player.count > count)
            assert read_moof(player.fragments[-1][-1]).samples[0].keyframe


async def test_without_the_codec_and_without_help_it_still_plays_what_comes() -> None:
    async with Node(FilmSources(at_once=30)).up() as node, node.connect(query="?codecs=h265") as connection:
        player = Player()
        await watch(connection, player, lambda player: player.fragments)
        assert player.of("init")[0]["codec"] == Codec.H264.value


@pytest.mark.parametrize("ws", ["websockets-sansio", MediaWebSocket])
async def test_nonsense_from_the_player_is_overheard(ws: Any) -> None:
    async with Streams(SystemClock()) as streams:
        streams.offer("gate", "main", FilmSources(at_once=30))
        async with serving(media_app(streams, Doorman()), ws) as host:
            async with websockets.connect(f"ws://{host}/gate/live") as connection:
                for nonsense in ("{", "[" * 1000, '{"type":"lag","ms":1e999}', '{"type":"lag","ms":80}', "null", b"\0"):
                    await connection.send(nonsense)
                player = Player()
                await watch(connection, player, lambda player: player.count >= 4)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 1 << 20])
def test_frame_headers_are_those_of_the_rfc(size: int) -> None:
    frame = frame_header(size) + bytes(size)
    parser = ClientProtocol(parse_uri("ws://localhost/"), state=OPEN, max_size=None)
    parser.receive_data(frame)
    (event,) = parser.events_received()
    assert isinstance(event, Frame)
    assert (event.opcode, len(event.data)) == (Opcode.BINARY, size)
