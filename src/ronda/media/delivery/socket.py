"""One media socket: two directions, a reader that takes nothing, permission that is withdrawn."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from ronda.base.errors import RondaError
from ronda.media.delivery.measures import STUCK_VIEWERS
from ronda.media.delivery.messages import fallback_message
from ronda.media.delivery.permission import Permit
from ronda.media.delivery.reasons import Reason

STUCK_S: Final = 15.0
REVOKED_CODE: Final = 4403
RESTART_CODE: Final = 1012
FALLBACK_CODE: Final = 4406
_LOOK_S: Final = 0.25


class Revoked(RondaError):
    """The permission to watch was withdrawn."""


class TreatmentChanged(RondaError):
    """The pictures must be treated otherwise from now on."""


async def turn_away(websocket: WebSocket, reason: Reason) -> None:
    """Take a socket only to say why the page had better show the camera's still.

    A browser tells its page nothing of a handshake that was refused.
    """
    try:
        await websocket.accept()
        await websocket.send_text(fallback_message(reason))
        await websocket.close(FALLBACK_CODE, reason.sentence.encode()[:120].decode(errors="ignore"))
    except WebSocketDisconnect:
        pass


class MediaSocket:
    """Sends to and hears from one player.

    `send` waits while the player's buffers are full, so a slow player slows its own sender and
    nothing else; one that takes nothing for `stuck_s` is hung up on.

    Args:
        websocket: An accepted socket.
        permit: Asked before each message, a few times a second at most.
        hear: Told each text message from the player, decoded; it must not raise.
        stuck_s: How long a message may wait for its reader.
        take: Given each binary message from the player; nothing more is heard until it returns.
    """

    def __init__(
        self,
        websocket: WebSocket,
        permit: Permit,
        hear: Callable[[dict[str, Any]], None],
        stuck_s: float = STUCK_S,
        take: Callable[[bytes], Awaitable[None]] | None = None,
    ) -> None:
        self._take = take
        self._websocket = websocket
        self._permit = permit
        self._treatment = permit.treatment
        self._looked_at = 0.0
        self._hear = hear
        self._stuck_s = stuck_s
        self._sending_since: float | None = None
        self._looker: asyncio.TimerHandle | None = None

    async def run(self, talk: Callable[[], Awaitable[None]]) -> None:
        """Run `talk` until it ends, the player leaves or is stuck, or the permission is withdrawn."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(self._talk(talk))
                hearing = tasks.create_task(self._hear_all())
                self._looker = loop.call_later(self._stuck_s / 3, self._look, loop, talking)
                talking.add_done_callback(lambda _: hearing.cancel())
                hearing.add_done_callback(lambda _: talking.cancel())
        except* WebSocketDisconnect:
            pass
        finally:
            if self._looker is not None:
                self._looker.cancel()

    async def text(self, message: str) -> None:
        """Send a text message.

        Raises:
            Revoked: The permission was withdrawn.
            TreatmentChanged: The pictures must be treated otherwise.
            WebSocketDisconnect: The player has left.
        """
        await self._send({"type": "websocket.send", "text": message})

    async def binary(self, message: bytes) -> None:
        """Send a binary message; raises as `text` does."""
        await self._send({"type": "websocket.send", "bytes": message})

    async def close(self, code: int, reason: str) -> None:
        """End the conversation and say why."""
        self._sending_since = time.monotonic()
        await self._websocket.close(code, reason.encode()[:120].decode(errors="ignore"))

    async def instead(self, reason: Reason) -> None:
        """End the conversation: the page had better show the camera's still."""
        await self.text(fallback_message(reason))
        await self.close(FALLBACK_CODE, reason.sentence)

    def check(self) -> None:
        """Raise what `text` raises of a permission that was withdrawn or changed."""
        self._look_at_permit(time.monotonic())

    async def pause(self, seconds: float) -> None:
        """Wait, and look at the permission meanwhile; raises as `text` does."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, _LOOK_S))
            self.check()

    def _look_at_permit(self, now: float) -> None:
        if now - self._looked_at < _LOOK_S:
            return
        self._looked_at = now
        if self._permit.revoked:
            raise Revoked("the permission to watch was withdrawn")
        if self._permit.treatment != self._treatment:
            raise TreatmentChanged("the camera is shown otherwise from now on")

    async def _send(self, message: dict[str, Any]) -> None:
        now = time.monotonic()
        self._look_at_permit(now)
        self._sending_since = now
        await self._websocket.send(message)
        self._sending_since = None

    async def _talk(self, talk: Callable[[], Awaitable[None]]) -> None:
        try:
            await talk()
        except Revoked as error:
            await self.close(REVOKED_CODE, error.message)
        except TreatmentChanged as error:
            await self.close(RESTART_CODE, error.message)

    async def _hear_all(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("bytes")
            if data is not None and self._take is not None:
                await self._take(data)
            text = message.get("text")
            if text is not None and len(text) <= 1_000:
                self._heard(text)

    def _heard(self, text: str) -> None:
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return
        if isinstance(message, dict):
            self._hear(message)

    def _look(self, loop: asyncio.AbstractEventLoop, talking: asyncio.Task[None]) -> None:
        """End the talk if a message has been waiting for its reader for too long."""
        since = self._sending_since
        if since is not None and time.monotonic() - since > self._stuck_s:
            STUCK_VIEWERS.inc()
            abort = self._websocket.scope.get("extensions", {}).get("ronda.abort")
            if abort is not None:
                abort()
            talking.cancel()
            return
        self._looker = loop.call_later(self._stuck_s / 3, self._look, loop, talking)
