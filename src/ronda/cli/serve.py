"""`ronda serve`: the server, until it is told to stop."""

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from ronda.base import garbage
from ronda.base.logging import get_logger
from ronda.base.loop import run as run_loop
from ronda.base.metrics import LoopLag
from ronda.base.shutdown import Shutdown
from ronda.base.time import SystemClock
from ronda.cli.certificate import local_certificate
from ronda.cli.composition import Composition, composed
from ronda.cli.hosting import Certificate, bind_tcp, bind_unix, listening
from ronda.cli.server_socket import place_for_server
from ronda.config.models import Settings
from ronda.node.reserve import ReservePlace, is_loopback, reserving
from ronda.web.app import local

_log = get_logger("serve")
_CAMERAS_S: Final = 10.0

Beside = Callable[[Composition], Coroutine[Any, Any, None]]
"""Work done while the server runs, such as the demo's; it may end before the server does."""


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        BadInput: The port or the data folder cannot be used.
        Conflict: Another server uses the data folder.
    """
    run_loop(_until_stopped(settings))


async def _until_stopped(settings: Settings) -> None:
    async with Shutdown() as shutdown:
        await serve(settings, shutdown)


async def serve(
    settings: Settings, shutdown: Shutdown, *, simulated: bool = False, beside: Beside | None = None
) -> None:
    """Serve until `shutdown` is asked for; see `run`."""
    async with serving(settings, simulated=simulated) as composition:
        say(f"Ronda is at {public_address(settings)}")
        if composition.people.first_password:
            say(f"sign in as admin with the password {composition.people.first_password}  (shown this once)")
        async with asyncio.TaskGroup() as group:
            task = group.create_task(beside(composition), name="beside") if beside else None
            await shutdown.wait()
            if task is not None:
                task.cancel()
        _log.info("stopping", reason=shutdown.reason)


@asynccontextmanager
async def serving(settings: Settings, *, simulated: bool = False) -> AsyncIterator[Composition]:
    """Compose and listen while the context is open."""
    async with AsyncExitStack() as stack:
        certificate = _certificate(settings)
        place = _reserve_place(settings, certificate)
        bound = bind_tcp(settings.host, settings.port)
        stack.callback(bound.close)
        with garbage.uncollected():
            composition = await stack.enter_async_context(composed(settings, pulls=True, simulated=simulated))
            await composition.node.has_cameras(_CAMERAS_S)
        composition.node.grown = garbage.keep
        group = await stack.enter_async_context(asyncio.TaskGroup())
        lag = group.create_task(LoopLag(composition.registry, SystemClock()).run(), name="loop lag")
        stack.callback(lag.cancel)
        near = place_for_server(settings.data, os.environ)
        unix = bind_unix(near)
        stack.callback(near.unlink, missing_ok=True)
        await stack.enter_async_context(listening(local(composition.app), unix))
        await stack.enter_async_context(listening(composition.app, bound, certificate))
        if place is not None:
            reserve = reserving(composition.node.streams, composition.authorise, place)
            server = await stack.enter_async_context(reserve)
            say(f"Cameras are handed on at {place.url(server.port)}CAMERA, with an API token as password")
        yield composition


def public_address(settings: Settings) -> str:
    """Return the address that a person on this machine opens."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.https else 'http'}://{shown}:{settings.port}/"


def say(text: str) -> None:
    """Tell the person at the terminal; logs go to the error output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _reserve_place(settings: Settings, certificate: Certificate | None) -> ReservePlace | None:
    """Return where cameras are handed on over RTSP; None when they are not.

    Raises:
        BadInput: Tokens would travel over the network in clear text.
    """
    rtsp = settings.rtsp
    if not rtsp.enabled:
        return None
    tls = None
    if certificate is not None and not is_loopback(rtsp.host):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate.chain, certificate.key)
    place = ReservePlace(rtsp.host, rtsp.port, tls)
    place.check()
    return place


def _certificate(settings: Settings) -> Certificate | None:
    if not settings.https:
        return None
    tls = settings.tls
    if tls.certificate and tls.key:
        return Certificate(Path(tls.certificate), Path(tls.key))
    return local_certificate(settings.data / "tls", settings.host)
