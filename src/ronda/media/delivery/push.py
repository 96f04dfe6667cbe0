"""A device's own camera, sent in pieces over a WebSocket: `WS /media/{camera}/push`.

Each binary message is the next piece of one recording (fragmented MP4, WebM or Matroska), in order. The
server says nothing but the reason when it closes: 4400 it cannot be read, 4403 no longer allowed, 4404 no
such camera, 4409 another device is sending; after any other code the device may begin anew.
"""

import asyncio
from contextlib import ExitStack
from typing import Any, Final

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ronda.base.errors import Conflict, NotAllowed, NotFound, RondaError
from ronda.base.time import Clock
from ronda.media.delivery.origin import origin_allowed
from ronda.media.delivery.permission import Ask, Authorise, MediaAction, Permit
from ronda.media.delivery.problem import problem
from ronda.media.delivery.socket import RESTART_CODE, MediaSocket
from ronda.media.leases import Purpose
from ronda.media.sources.device import Devices, Ending, Push
from ronda.media.streams import Streams

LARGEST_PIECE_BYTES: Final = 1024 * 1024
UNREADABLE_CODE: Final = 4400
GONE_CODE: Final = 4404
TAKEN_CODE: Final = 4409
_CODES: Final = {Ending.AGAIN: RESTART_CODE, Ending.UNREADABLE: UNREADABLE_CODE, Ending.GONE: GONE_CODE}
_RATE_BYTES: Final = 3_000_000
_BURST_BYTES: Final = 8_000_000
_LOOK_S: Final = 1.0


class Allowance:
    """How fast a device may send: so many bytes a second, and a burst. Sans-I/O, times passed in."""

    def __init__(self, now: float, rate_bytes: int = _RATE_BYTES, burst_bytes: int = _BURST_BYTES) -> None:
        self._rate = rate_bytes
        self._burst = burst_bytes
        self._left: float = burst_bytes
        self._at = now

    def wait_s(self, size: int, now: float) -> float:
        """Count `size` bytes and return how long to take no more; 0 while all is well."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - size
        self._at = now
        return max(0.0, -self._left / self._rate)


class PushSession:
    """One device's conversation."""

    def __init__(self, websocket: WebSocket, permit: Permit, push: Push, clock: Clock) -> None:
        self._socket = MediaSocket(websocket, permit, _ignore, take=self._take)
        self._push = push
        self._clock = clock
        self._allowance = Allowance(clock.monotonic())

    async def run(self) -> None:
        """Hand over what comes until the device leaves or nobody takes it any more."""
        try:
            await self._socket.run(self._watch)
        finally:
            self._push.end("the device has left")

    async def _watch(self) -> None:
        push, socket = self._push, self._socket
        while not push.ended.is_set():
            socket.check()
            try:
                async with asyncio.timeout(_LOOK_S):
                    await push.ended.wait()
            except TimeoutError:
                pass
        await socket.close(_CODES[push.ending], push.reason)

    async def _take(self, piece: bytes) -> None:
        if len(piece) > LARGEST_PIECE_BYTES:
            too_large = f"a piece is larger than {LARGEST_PIECE_BYTES // 1024} KiB: send shorter ones"
            self._push.end(too_large, Ending.UNREADABLE)
        wait_s = self._allowance.wait_s(len(piece), self._clock.monotonic())
        if wait_s:
            await asyncio.sleep(wait_s)  # nothing is read meanwhile, so the device's own buffer fills
        await self._push.room()
        self._push.offer(piece)


def push_route(streams: Streams, devices: Devices, authorise: Authorise) -> WebSocketRoute:
    """Return the route at which devices send.

    Args:
        streams: The node's streams.
        devices: The node's desks.
        authorise: Asked with `MediaAction.PUSH` before a device may send.
    """

    async def serve(websocket: WebSocket) -> None:
        camera = websocket.path_params["camera"]
        try:
            if not origin_allowed(websocket):
                raise NotAllowed("a page of another site may not open this socket")
            permit = await authorise(Ask(MediaAction.PUSH, camera, websocket))
        except RondaError as error:
            await websocket.send_denial_response(problem(error))
            return
        with ExitStack() as stack:
            stack.callback(permit.close)
            await websocket.accept()
            try:
                push = await devices.begin(camera)
                stack.enter_context(streams.get(camera, "main").lease(Purpose.PUSH))
            except (NotFound, Conflict) as error:
                # A browser shows its page only what comes after the handshake.
                await _refuse(websocket, error)
                return
            await PushSession(websocket, permit, push, streams.clock).run()

    return WebSocketRoute("/{camera}/push", serve)


async def _refuse(websocket: WebSocket, error: RondaError) -> None:
    code = TAKEN_CODE if isinstance(error, Conflict) else GONE_CODE
    try:
        await websocket.close(code, str(error).encode()[:120].decode(errors="ignore"))
    except WebSocketDisconnect:
        pass


def _ignore(_message: dict[str, Any]) -> None:
    """Devices say nothing in words."""
