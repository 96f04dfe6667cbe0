"""One client's conversation: requests in, responses out, pictures in between."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import structlog

from ronda.base.errors import BadInput, Busy, NotAllowed, NotFound, RondaError
from ronda.media.delivery.rtsp.broadcast import Broadcast, Counters
from ronda.media.delivery.rtsp.description import TRACK, describe
from ronda.media.delivery.rtsp.gate import Challenged, Gate, Knock, Pass
from ronda.media.delivery.rtsp.message import HEAD_BYTES_MAX, Request, Response, interleaved_channel, parse_request
from ronda.media.delivery.rtsp.presentation import HungUp, NoBandwidth

_log = structlog.get_logger(__name__)
_METHODS: Final = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
# Each challenge is a line of its own, which every client understands; names are case-insensitive.
_CHALLENGE: Final = ("WWW-Authenticate", "Www-Authenticate", "www-authenticate")
_STATUS: Final[dict[type[RondaError], int]] = {
    NotAllowed: 403,
    NotFound: 404,
    NoBandwidth: 453,
    Busy: 503,
    BadInput: 400,
}
"""What an error is answered with; a kind before its ancestors."""
# A client that is a little late with its keep-alive is forgiven.
_GRACE_S: Final = 15.0
_CLOSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class House:
    """What every connection of a server shares.

    Attributes:
        gate: Who may come in.
        enter: Opens the broadcast at a path (NotFound, Busy).
        leave: Takes back one `enter`.
        counters: What is counted.
        session_timeout_s: Told to clients; one that says nothing for that long is hung up on.
    """

    gate: Gate
    enter: Callable[[str], Awaitable[Broadcast]]
    leave: Callable[[Broadcast], Awaitable[None]]
    counters: Counters
    session_timeout_s: float


class Connection:
    """A client. `run` owns the connection until it is over; it never raises but for cancellation."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, house: House) -> None:
        self._reader, self._writer, self._house = reader, writer, house
        self._session = secrets.token_hex(8)
        self._path: str | None = None
        self._broadcast: Broadcast | None = None
        self._pass: Pass | None = None
        self._authorization: str | None = None
        self._channel: int | None = None
        self._answers: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "OPTIONS": self._options,
            "DESCRIBE": self._describe,
            "SETUP": self._setup,
            "PLAY": self._play,
            "PAUSE": self._pause,
            "GET_PARAMETER": self._nothing,
            "SET_PARAMETER": self._nothing,
            "TEARDOWN": self._teardown,
        }

    # What a broadcast asks of its players.

    def backlog_bytes(self) -> int:
        """How much the client has not yet taken."""
        return self._writer.transport.get_write_buffer_size()

    def send(self, framed: bytes) -> None:
        """Queue bytes; the broadcast has looked at the backlog."""
        self._writer.write(framed)

    def hang_up(self) -> None:
        """Close the connection without waiting for what is queued."""
        if self._broadcast:
            self._broadcast.leave(self)
        self._writer.transport.abort()

    @property
    def revoked(self) -> bool:
        """Whether the permission has been withdrawn."""
        return self._pass is not None and self._pass.revoked

    async def run(self) -> None:
        """Answer until the client leaves, says nothing for too long, or talks nonsense."""
        self._house.counters.clients += 1
        try:
            while await self._turn():
                pass
        except TimeoutError:
            self._house.counters.timed_out += 1
        except (asyncio.IncompleteReadError, OSError, HungUp):
            pass
        except asyncio.LimitOverrunError:
            self._house.counters.bad_requests += 1
        finally:
            self._house.counters.clients -= 1
            await self._release()
            await self._close()

    async def _close(self) -> None:
        """Give what is queued a moment to leave; a client that does not read is not waited for."""
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    async def _turn(self) -> bool:
        """Take one request or interleaved packet; return whether to go on."""
        async with asyncio.timeout(self._house.session_timeout_s + _GRACE_S):
            first = await self._reader.readexactly(1)
            if first == b"$":
                head = await self._reader.readexactly(3)
                await self._reader.readexactly(int.from_bytes(head[1:]))
                return True
            if first in b"\r\n":
                return True
            head = first + await self._reader.readuntil(b"\r\n\r\n")
        return await self._answer(head)

    async def _answer(self, head: bytes) -> bool:
        counters = self._house.counters
        counters.requests += 1
        try:
            if len(head) > HEAD_BYTES_MAX:
                raise BadInput("the request is too long")
            request = parse_request(head)
            async with asyncio.timeout(self._house.session_timeout_s):
                await self._reader.readexactly(request.content_length)
        except BadInput:
            counters.bad_requests += 1
            self._writer.write(Response(400).encode("0"))
            return False
        response = await self._respond(request)
        if response.status == 401:
            counters.refused += 1
        self._writer.write(response.encode(request.headers.get("cseq", "0")[:20]))
        await asyncio.sleep(0)
        return request.method != "TEARDOWN"

    async def _respond(self, request: Request) -> Response:
        if request.version != "RTSP/1.0":
            return Response(505)
        if request.method not in self._answers:
            return Response(405, {"Allow": _METHODS})
        try:
            return await self._answers[request.method](request)
        except Challenged as challenged:
            return Response(401, dict(zip(_CHALLENGE, challenged.challenges, strict=False)))
        except tuple(_STATUS) as error:
            return Response(next(status for kind, status in _STATUS.items() if isinstance(error, kind)))

    async def _options(self, request: Request) -> Response:
        return Response(200, {"Public": _METHODS})

    async def _describe(self, request: Request) -> Response:
        broadcast = await self._enter(request)
        presentation = broadcast.presentation
        body = describe(presentation.codec, presentation.parameter_sets, request.path.strip("/"))
        base = urlsplit(request.url)._replace(query="", fragment="").geturl().rstrip("/")
        return Response(200, {"Content-Base": f"{base}/", "Content-Type": "application/sdp"}, body)

    async def _setup(self, request: Request) -> Response:
        channel = interleaved_channel(request.headers.get("transport", ""))
        if channel is None:
            return Response(461)
        await self._enter(request)
        self._channel = channel
        transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        timeout = f"{self._session};timeout={self._house.session_timeout_s:.0f}"
        return Response(200, {"Transport": transport, "Session": timeout})

    async def _play(self, request: Request) -> Response:
        if self._channel is None or self._broadcast is None:
            return Response(455)
        if not self._known(request):
            return Response(454)
        # The response first: old clients do not expect packets before it.
        asyncio.get_running_loop().call_soon(self._join, self._broadcast, self._channel)
        headers = {"Session": self._session, "Range": "npt=now-", "RTP-Info": f"url={self._track_url(request)}"}
        return Response(200, headers)

    def _join(self, broadcast: Broadcast, channel: int) -> None:
        if broadcast is self._broadcast and not self._writer.is_closing():
            broadcast.join(self, channel)

    async def _pause(self, request: Request) -> Response:
        if self._broadcast is None:
            return Response(455)
        self._broadcast.leave(self)
        return Response(200, {"Session": self._session})

    async def _nothing(self, request: Request) -> Response:
        return Response(200, {"Session": self._session}) if self._known(request) else Response(454)

    async def _teardown(self, request: Request) -> Response:
        await self._release()
        return Response(200)

    def _known(self, request: Request) -> bool:
        return request.headers.get("session", self._session).partition(";")[0].strip() == self._session

    def _track_url(self, request: Request) -> str:
        return f"{urlsplit(request.url)._replace(query='', fragment='').geturl().rstrip('/')}/{TRACK}"

    async def _enter(self, request: Request) -> Broadcast:
        """Open what the request names, once; a second presentation replaces the first."""
        authorization = request.headers.get("authorization")
        if self._broadcast is not None and self._path == request.path:
            if authorization == self._authorization and not self.revoked:
                return self._broadcast
        peer = self._writer.get_extra_info("peername")
        knock = Knock(request.path, request.method, authorization, str(peer[0]) if peer else "")
        granted = await self._house.gate.admit(knock)
        if self._broadcast is not None and self._path == request.path:
            granted.close()
            return self._broadcast
        try:
            broadcast = await self._house.enter(request.path)
        except BaseException:
            granted.close()
            raise
        await self._release()
        self._path, self._broadcast, self._pass = request.path, broadcast, granted
        self._authorization = authorization
        return broadcast

    async def _release(self) -> None:
        broadcast, granted = self._broadcast, self._pass
        self._broadcast = self._pass = self._channel = None
        if broadcast is not None:
            broadcast.leave(self)
            await self._house.leave(broadcast)
        if granted is not None:
            granted.close()
