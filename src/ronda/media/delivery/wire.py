"""uvicorn's WebSocket protocol with what media needs of the transport below.

Give it to uvicorn as `ws="ronda.media.delivery.wire:MediaWebSocket"`. Media work without it, dearer
and with more pictures queued in the kernel for slow players.
"""

import socket
import struct
from asyncio.transports import BaseTransport
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

UNSENT_BYTES: Final = 128 << 10
_TCP_NOTSENT_LOWAT: Final = getattr(socket, "TCP_NOTSENT_LOWAT", None)
_GONE_MS: Final = 30_000


def frame_header(size: int) -> bytes:
    """Return the header of a whole, unmasked binary message (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((0x82, size))
    if size < 1 << 16:
        return struct.pack(">BBH", 0x82, 126, size)
    return struct.pack(">BBQ", 0x82, 127, size)


class MediaWebSocket(WebSocketsSansIOProtocol):
    """Binary messages go to the transport uncopied; a stuck player's connection can be cut.

    The kernel takes at most 128 KB that are not yet on their way, so that a slow player is noticed
    after half a second instead of the quarter of a minute that its default buffer holds. The scope's
    extension `ronda.abort` cuts the connection without waiting for what is unsent.
    """

    def connection_made(self, transport: BaseTransport) -> None:
        """Set the socket's options."""
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            if _TCP_NOTSENT_LOWAT is not None:
                connection.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, UNSENT_BYTES)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _GONE_MS)

    def handle_connect(self, event: Request) -> None:
        """Offer the application to cut the connection."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions["ronda.abort"] = self.transport.abort

    async def send(self, message: "ASGISendEvent") -> None:
        """Send; a binary message of an open socket takes the short way."""
        data = message.get("bytes") if message["type"] == "websocket.send" else None
        if not isinstance(data, bytes) or not self.handshake_complete or self.close_sent or self.conn.extensions:
            await super().send(message)
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.conn.state is not OPEN:
            raise ClientDisconnected
        self.transport.writelines((frame_header(len(data)), data))
