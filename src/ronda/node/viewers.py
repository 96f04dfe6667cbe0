"""How many may watch at once: one more is told so, and those who watch go on undisturbed.

The sentence comes in the socket, not as a refused handshake, of which a browser tells its page nothing: so the page
falls back to stills by itself, and can say why.
"""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ronda.media.delivery.reasons import CROWDED
from ronda.media.delivery.socket import turn_away

_SENDING: Final = "/push"


class ViewerLimit:
    """Refuses media sockets past a number; a device that sends its own picture is no viewer.

    Attributes:
        open: Sockets open now.
        refused: Sockets refused since the start.
        most: How many may be open.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.open = 0
        self.refused = 0
        self.most = most
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or say in the socket that there is no place."""
        if scope["type"] != "websocket" or scope["path"].endswith(_SENDING):
            await self._app(scope, receive, send)
            return
        if self.open >= self.most:
            self.refused += 1
            await turn_away(WebSocket(scope, receive, send), CROWDED)
            return
        self.open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.open -= 1
