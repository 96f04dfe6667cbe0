"""The media application on a real uvicorn, as `ronda serve` runs it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp

from ronda.base.errors import NotAllowed, NotSignedIn
from ronda.media.delivery.permission import ORIGINAL, Ask, Permit, Treatment
from ronda.media.delivery.wire import MediaWebSocket


@dataclass
class HandPermit:
    """A permit that a test withdraws, and whose treatment it changes, by hand."""

    public: bool = False
    treatment: Treatment = ORIGINAL
    revoked: bool = False
    closed: bool = False
    keeper: bool = True
    earliest_90k: int = 0
    shown: list[int] = field(default_factory=list)

    @property
    def resident(self) -> bool:
        return self.public

    def reach(self, from_utc_90k: int) -> None:
        if from_utc_90k < self.earliest_90k:
            raise NotAllowed("too long ago")

    def shows(self, at_utc_90k: int) -> None:
        self.shown.append(at_utc_90k)

    def close(self) -> None:
        self.closed = True


@dataclass
class Doorman:
    """Lets everybody in, except to cameras called `secret` (not signed in) and `forbidden`."""

    public: bool = False
    treatment: Treatment = ORIGINAL
    asked: list[Ask] = field(default_factory=list)
    permits: list[HandPermit] = field(default_factory=list)

    async def __call__(self, ask: Ask) -> Permit:
        self.asked.append(ask)
        if ask.camera == "secret":
            raise NotSignedIn("sign in first")
        if ask.camera == "forbidden":
            raise NotAllowed("not yours")
        permit = HandPermit(self.public, self.treatment)
        self.permits.append(permit)
        return permit


@asynccontextmanager
async def serving(app: ASGIApp, ws: object = MediaWebSocket) -> AsyncIterator[str]:
    """Yield `127.0.0.1:PORT` at which `app` is served until the context ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        ws=ws,  # type: ignore[arg-type]
        ws_per_message_deflate=False,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
