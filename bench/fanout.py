"""Viewers of one 2 Mbps stream on one core: `python -m bench.fanout 500 1500 2500`.

The server has a core to itself where the machine has two; the viewers live in another process on
the other one, offer permessage-deflate as browsers do, and measure how old each fragment is when
its last byte has come. The peer in the same run is uvicorn's own WebSocket class (`--ws plain`).
"""

import argparse
import asyncio
import base64
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import uvicorn
import uvloop
from tests.media.delivery.serving import Doorman
from tests.media.film_source import FilmSources
from tests.media.pictures import Film, encode

from bench.process import usage, wait_for_port
from ronda.base.time import HZ_90K, SystemClock, parse_rfc3339
from ronda.media.delivery.app import media_app
from ronda.media.delivery.wire import MediaWebSocket
from ronda.media.streams import Streams

FILM = Film(640, 360, gop=50, pictures=100, bitrate=2_000_000, noise=True)
MEASURE_EVERY = 10


def pin(core: int) -> None:
    """Stay on one core where there are two, and may open many sockets."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[core % len(cores)]})
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def serve(port: int, plain: bool) -> None:
    encode(FILM)
    async with Streams(SystemClock()) as streams:
        streams.offer("gate", "main", FilmSources(FILM))
        config = uvicorn.Config(
            media_app(streams, Doorman()),
            host="127.0.0.1",
            port=port,
            ws="websockets-sansio" if plain else MediaWebSocket,
            ws_per_message_deflate=False,
            backlog=4096,
            access_log=False,
            log_level="warning",
            lifespan="off",
        )
        await uvicorn.Server(config).serve()


@dataclass
class Seen:
    """What all viewers of a process have seen."""

    messages: int = 0
    received: int = 0
    skipped: int = 0
    closed: int = 0
    lags_s: list[float] = field(default_factory=list)


class Viewer(asyncio.BufferedProtocol):
    """Reads WebSocket frames without keeping them."""

    def __init__(self, seen: Seen, buffer: bytearray, measured: bool, host: str) -> None:
        self.seen, self.measured, self.host = seen, measured, host
        self._buffer, self._view = buffer, memoryview(buffer)
        self._head = bytearray()
        self._left = 0
        self._text = False
        self._shaken = False
        self._start_90k = 0
        self._init_next = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        key = base64.b64encode(os.urandom(16)).decode()
        cast("asyncio.Transport", transport).write(
            f"GET /gate/live HTTP/1.1\r\nHost: {self.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        """Count it."""
        self.seen.closed += 1

    def get_buffer(self, sizehint: int) -> bytearray:
        """Give the buffer that all share."""
        return self._buffer

    def buffer_updated(self, count: int) -> None:
        """Follow the frames."""
        self.seen.received += count
        at = 0
        while at < count:
            if self._left:
                # The start of a message is kept: it holds the time.
                if len(self._head) < 10 + 88 or self._text:
                    self._head += self._view[at : min(at + 400, at + self._left, count)]
                step = min(self._left, count - at)
                self._left -= step
                at += step
                if not self._left:
                    self._message()
                continue
            self._head += self._view[at : at + 1]
            at += 1
            self._begin()

    def _begin(self) -> None:
        head = self._head
        if not self._shaken:
            if head.endswith(b"\r\n\r\n"):
                assert b" 101 " in head.split(b"\r\n")[0], head
                assert b"permessage-deflate" not in head
                self._shaken = True
                head.clear()
            return
        if len(head) < 2:
            return
        length = head[1] & 0x7F
        size = 2 + {126: 2, 127: 8}.get(length, 0)
        if len(head) < size:
            return
        if length == 126:
            (length,) = struct.unpack_from(">H", head, 2)
        elif length == 127:
            (length,) = struct.unpack_from(">Q", head, 2)
        self._text = head[0] & 0xF == 1
        head.clear()
        self._left = length

    def _message(self) -> None:
        head, self._head = bytes(self._head), bytearray()
        if self._text:
            message = json.loads(head)
            if message["type"] == "init":
                self._start_90k = parse_rfc3339(message["utc"])
                self._init_next = True
            elif message["type"] == "skipped":
                self.seen.skipped += 1
            return
        if self._init_next:
            self._init_next = False
            return
        self.seen.messages += 1
        if self.measured:
            (base_90k,) = struct.unpack_from(">Q", head, 60)
            (samples,) = struct.unpack_from(">I", head, 80)
            end_90k = self._start_90k + base_90k + (samples - 1) * 3600
            self.seen.lags_s.append((SystemClock().utc_90k() - end_90k) / HZ_90K)


async def watch(port: int, viewers: int, seconds: float, server: int) -> None:
    seen, buffer, loop = Seen(), bytearray(256 << 10), asyncio.get_running_loop()
    for number in range(viewers):
        measured = number % MEASURE_EVERY == 0
        await loop.create_connection(partial(Viewer, seen, buffer, measured, f"127.0.0.1:{port}"), "127.0.0.1", port)
        if number % 20 == 19:
            await asyncio.sleep(0.02)
    await asyncio.sleep(3)  # the GOPs of those who have just joined are behind us
    seen.lags_s.clear()
    messages, skipped, received = seen.messages, seen.skipped, seen.received
    before, begin, own = usage(server), time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    elapsed = time.monotonic() - begin
    after = usage(server)
    lags = sorted(seen.lags_s)
    cpu = 100 * (after.cpu_s - before.cpu_s) / elapsed
    rate = (seen.messages - messages) / elapsed
    print(
        f"{viewers:6d} viewers  server {cpu:5.1f} % of a core  {cpu / viewers:.4f} % a viewer  "
        f"{rate / viewers:.2f} messages/s each  {(seen.received - received) * 8 / elapsed / 1e9:.2f} Gbit/s  "
        f"lag p50 {lags[len(lags) // 2] * 1000:.0f} p99 {lags[len(lags) * 99 // 100] * 1000:.0f} "
        f"max {lags[-1] * 1000:.0f} ms  skips {seen.skipped - skipped}  closed {seen.closed}  "
        f"viewers' process {100 * (time.process_time() - own) / elapsed:.0f} %  "
        f"server {after.memory_bytes / 1e6:.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("viewers", type=int, nargs="*", default=[500, 1500, 2500])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--ws", choices=("media", "plain"), default="media")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        pin(0)
        uvloop.run(serve(asked.serve, asked.ws == "plain"))
        return
    for viewers in asked.viewers:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        command = [sys.executable, "-m", "bench.fanout", "--serve", str(port), "--ws", asked.ws]
        with subprocess.Popen(command) as server:
            try:
                wait_for_port(port)
                pin(1)
                uvloop.run(watch(port, viewers, asked.seconds, server.pid))
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
