"""How many may watch at once: one more is told so, and those who watch go on undisturbed."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ronda.base.errors import Busy
from ronda.media.delivery.problem import problem

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
        """Pass on, or answer 503 with a sentence."""
        if scope["type"] != "websocket" or scope["path"].endswith(_SENDING):
            await self._app(scope, receive, send)
            return
        if self.open >= self.most:
            self.refused += 1
            error = Busy(f"as many people are watching as this server serves ({self.most})", "try again in a minute")
            await WebSocket(scope, receive, send).send_denial_response(problem(error))
            return
        self.open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.open -= 1
