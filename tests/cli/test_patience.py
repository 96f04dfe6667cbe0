"""Connections that do not get on are cut; those that do are left alone, however slow."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from ronda.cli.hosting import bind_tcp, listening
from ronda.cli.patience import PatientHttp

HEAD = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"


async def answer(request: Request) -> Response:
    await asyncio.sleep(0.8 if request.url.path == "/late" else 0)
    return Response(b"x" * (30 << 20 if request.url.path == "/much" else 5))


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(PatientHttp, "head_s", 0.4)
    monkeypatch.setattr(PatientHttp, "idle_s", 0.3)
    monkeypatch.setattr(PatientHttp, "stuck_s", 1.0)
    bound = bind_tcp("127.0.0.1", 0)
    paths = ("/a", "/late", "/much")
    app = Starlette(routes=[*(Route(path, answer) for path in paths), WebSocketRoute("/echo", echo)])
    async with listening(app, bound):
        yield int(bound.getsockname()[1])


@asynccontextmanager
async def opened(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
    try:
        yield reader, writer
    finally:
        writer.close()


async def gone(reader: asyncio.StreamReader) -> bool:
    """Whether the server cuts the connection soon."""
    try:
        async with asyncio.timeout(5):
            return await reader.read(1 << 16) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("said", [b"", b"GET", b"GET /a HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_who_does_not_say_what_they_want_is_cut(port: int, said: bytes) -> None:
    async with opened(port) as (reader, writer):
        writer.write(said)
        for _ in range(3):
            await asyncio.sleep(0.1)
            writer.write(b"a" if said else b"")
        assert await gone(reader)


async def test_not_even_after_a_first_request(port: int) -> None:
    async with opened(port) as (reader, writer):
        writer.write(HEAD % b"a")
        assert (await reader.readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET /a HT")
        assert await gone(reader)


async def test_who_waits_for_an_answer_is_not(port: int) -> None:
    async with opened(port) as (reader, writer):
        for path in (b"late", b"a", b"late"):
            writer.write(HEAD % path)
            assert (await reader.readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")


async def test_who_asks_nothing_more_is_let_go(port: int) -> None:
    async with opened(port) as (reader, writer):
        writer.write(HEAD % b"a")
        await reader.readuntil(b"xxxxx")
        assert await gone(reader)


async def test_a_request_that_came_in_time_is_answered_though_the_loop_was_held_past_it(port: int) -> None:
    async with opened(port) as (reader, writer):
        writer.write(HEAD % b"a")
        await reader.readuntil(b"xxxxx")
        with _held_while_reading(0.4, lambda: writer.write(HEAD % b"a")):  # past the end of the connection's idle time
            assert (await reader.readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")


@contextmanager
def _held_while_reading(seconds: float, first: Callable[[], None]) -> Iterator[None]:
    """Do something, then hold the loop, both while it reads what has come to another socket."""
    loop, (near, far) = asyncio.get_running_loop(), socket.socketpair()

    def hold() -> None:
        loop.remove_reader(near)
        first()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass

    with near, far:
        loop.add_reader(near, hold)
        far.send(b"x")
        yield


async def test_a_socket_is_not(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/echo") as echoing:
        await asyncio.sleep(0.8)
        await echoing.send("still here")
        assert await echoing.recv() == "still here"


async def test_who_asks_for_much_and_reads_nothing_is_cut_and_who_reads_slowly_is_not(port: int) -> None:
    async with opened(port) as (reader, writer), opened(port) as (idle_reader, idle_writer):
        idle_writer.write(HEAD % b"much")
        writer.write(HEAD % b"much")
        for _ in range(25):
            await reader.readexactly(400_000)
            await asyncio.sleep(0.1)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await idle_reader.readexactly(30 << 20)
        await reader.readexactly((30 << 20) - 10_000_000)
