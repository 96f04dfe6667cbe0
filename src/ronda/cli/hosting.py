"""Listening: one ASGI application on a TCP port and on the data folder's Unix socket, in one loop."""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from ronda.base.errors import BadInput
from ronda.cli.patience import PatientHttp

_BACKLOG: Final = 2048
_GRACE_S: Final = 2


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files that HTTPS is served with."""

    chain: Path
    key: Path


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling (the command decides when to stop), that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind_tcp(host: str, port: int) -> socket.socket:
    """Return a socket that is bound and not listening yet.

    Raises:
        BadInput: The port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise BadInput(f"cannot listen on {host}:{port}", _mend(error)) from error
    bound.setblocking(False)
    return bound


def _mend(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the port is taken: stop the other program, or give another one with --port"
    if error.errno == errno.EACCES:
        return "ports below 1024 are the system's: give a higher one with --port"
    return f"{error.strerror}; give an address of this machine with --host"


def bind_unix(path: Path) -> socket.socket:
    """Return a socket at `path` that only this user may open; one left behind is replaced."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    bound.bind(str(path))
    path.chmod(0o600)
    bound.setblocking(False)
    return bound


@contextlib.asynccontextmanager
async def listening(app: ASGIApp, bound: socket.socket, certificate: Certificate | None = None) -> AsyncIterator[None]:
    """Serve `app` on `bound` while the context is open; then let requests end for two seconds."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        http=PatientHttp,
        ws="ronda.media.delivery.wire:MediaWebSocket",
        ws_per_message_deflate=False,
        ws_max_size=1 << 20,
        backlog=_BACKLOG,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=str(certificate.chain) if certificate else None,
        ssl_keyfile=str(certificate.key) if certificate else None,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[bound]), name="listen")
        await server.ready.wait()
        try:
            yield
        finally:
            server.should_exit = True
