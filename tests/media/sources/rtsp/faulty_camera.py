"""A scripted RTSP camera: a fake only for the faults that no real server can be asked for."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from tests.media.pictures import Film, encode, encoding
from tests.media.rtp.camera import framed, packets, rtp

FILM = Film(gop=10, pictures=30)


@dataclass
class Asked:
    """A request as it came."""

    method: str
    url: str
    headers: dict[str, str]


Answer = Callable[[Asked], bytes | None]


def reply(asked: Asked, status: str = "200 OK", headers: Sequence[str] = (), body: bytes = b"") -> bytes:
    """Return a response."""
    lines = [f"RTSP/1.0 {status}", f"CSeq: {asked.headers['cseq']}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def sdp(film: Film = FILM, control: str = "track1", more: str = "") -> bytes:
    """Return a description of a film in H.264, with an audio track before it."""
    sets = ",".join(base64.b64encode(nal).decode() for nal in encoding(film).parameter_sets)
    return (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP 8\r\na=control:track0\r\n"
        f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets={sets}\r\n"
        f"a=control:{control}\r\n{more}"
    ).encode()


def film_frames(film: Film = FILM, channel: int = 0) -> list[bytes]:
    """Return the interleaved frames of a film."""
    return [
        framed(rtp(p.payload, p.sequence, p.timestamp, marker=p.marker), channel)
        for p in packets(encode(film), film.codec)
    ]


@dataclass
class FaultyCamera:
    """Answers as a good camera does, except where `answer` says otherwise.

    Attributes:
        answer: Returns the bytes to send for a request, or None for the usual answer.
        frames: What is sent after PLAY.
        asked: Every request so far.
    """

    answer: Answer = field(default=lambda _: None)
    frames: Sequence[bytes] = ()
    description: bytes = b""
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    hello: bytes = b""
    close_after_frames: bool = False

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    def usual(self, asked: Asked) -> bytes:
        match asked.method:
            case "OPTIONS":
                return reply(asked, headers=["Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"])
            case "DESCRIBE":
                return reply(asked, headers=[f"Content-Base: {asked.url}/"], body=self.description or sdp())
            case "SETUP":
                return reply(
                    asked, headers=["Session: 12;timeout=60", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"]
                )
            case _:
                return reply(asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            writer.write(self.hello)
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                if lines[0].startswith("RTSP/"):
                    continue
                method, url, _ = lines[0].split(" ")
                headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
                asked = Asked(method, url, headers)
                self.asked.append(asked)
                said = self.answer(asked)
                writer.write(self.usual(asked) if said is None else said)
                if method == "PLAY" and said is None:
                    for frame in self.frames:
                        writer.write(frame)
                    await writer.drain()
                    if self.close_after_frames:
                        return
        writer.close()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["FaultyCamera"]:
        server = await asyncio.start_server(self._guarded, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _guarded(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.serve(reader, writer)
        finally:
            writer.close()
