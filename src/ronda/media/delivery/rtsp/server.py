"""The server: listens, and opens each presentation once however many watch it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog

from ronda.base.errors import BadInput
from ronda.media.delivery.rtsp.broadcast import Broadcast, Counters
from ronda.media.delivery.rtsp.connection import Connection, House
from ronda.media.delivery.rtsp.gate import Gate, OpenGate
from ronda.media.delivery.rtsp.message import HEAD_BYTES_MAX
from ronda.media.delivery.rtsp.presentation import Provider

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RtspOptions:
    """How a server listens.

    Attributes:
        host: Address to listen on.
        port: TCP port; 0 takes a free one.
        session_timeout_s: A client that says nothing for that long is hung up on.
        join_from_cache: A client gets the pictures since the last keyframe at once; otherwise it
            waits for the next keyframe, as with most cameras.
        tls: Serves RTSPS where given.
        most_clients: Connections at once, signed in or not; more are hung up on. None: as many as come.
    """

    host: str = "127.0.0.1"
    port: int = 8554
    session_timeout_s: float = 60.0
    join_from_cache: bool = False
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    most_clients: int | None = None


class RtspServer:
    """Serves a provider's presentations to any number of clients.

    Use as `async with server.listen():`; inside, `port` is known.
    """

    def __init__(self, provider: Provider, options: RtspOptions | None = None, gate: Gate | None = None) -> None:
        self._provider = provider
        self._options = options or RtspOptions()
        self.counters = Counters()
        self.port = self._options.port
        self._broadcasts: dict[int, Broadcast] = {}
        self._clients: set[asyncio.StreamWriter] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._house = House(
            gate or OpenGate(), self._enter, self._leave, self.counters, self._options.session_timeout_s
        )

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[None]:
        """Listen while the context is open; then hang up on everybody.

        Raises:
            BadInput: The address cannot be listened on.
        """
        options = self._options
        try:
            server = await asyncio.start_server(
                self._client, options.host, options.port, limit=HEAD_BYTES_MAX, backlog=4096, ssl=options.tls
            )
        except OSError as error:
            where = f"{options.host}:{options.port}"
            raise BadInput(f"cannot listen for RTSP on {where}", error.strerror or "choose another port") from error
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for writer in list(self._clients):
                writer.transport.abort()
            await self._empty.wait()

    def hang_up_revoked(self) -> None:
        """Hang up on those whose permission was withdrawn; pictures ask by themselves, where there are some."""
        for broadcast in list(self._broadcasts.values()):
            broadcast.hang_up_revoked()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        most = self._options.most_clients
        if most is not None and len(self._clients) >= most:
            self.counters.turned_away += 1
            writer.transport.abort()
            return
        self._clients.add(writer)
        self._empty.clear()
        try:
            await Connection(reader, writer, self._house).run()
        except Exception:  # noqa: BLE001  a task's root: one client never takes the server with it
            _log.exception("rtsp client failed")
            writer.transport.abort()
        finally:
            self._clients.discard(writer)
            if not self._clients:
                self._empty.set()

    async def _enter(self, path: str) -> Broadcast:
        presentation = await self._provider.open(path)
        broadcast = self._broadcasts.get(id(presentation))
        if broadcast is None:
            broadcast = Broadcast(presentation, self.counters, from_cache=self._options.join_from_cache)
            self._broadcasts[id(presentation)] = broadcast
        broadcast.users += 1
        return broadcast

    async def _leave(self, broadcast: Broadcast) -> None:
        broadcast.users -= 1
        if broadcast.users == 0:
            del self._broadcasts[id(broadcast.presentation)]
        await self._provider.close(broadcast.presentation)
