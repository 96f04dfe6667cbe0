"""Handing cameras on to other systems over RTSP: an API token as password, over TLS or this machine's own loopback."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import HTTPConnection

from ronda.base.errors import BadInput, NotAllowed
from ronda.media.delivery.permission import ORIGINAL, Ask, Authorise, MediaAction, Permit
from ronda.media.delivery.rtsp.gate import Knock, Pass, TokenGate
from ronda.media.delivery.rtsp.reserve import Reserved
from ronda.media.delivery.rtsp.server import RtspOptions, RtspServer
from ronda.media.streams import Streams

_LOOK_S: Final = 1.0
_MOST_CLIENTS: Final = 500


@dataclass(frozen=True, slots=True)
class ReservePlace:
    """Where the re-serve listens.

    Attributes:
        host: Address or name of this machine.
        port: TCP port; 0 takes a free one.
        tls: What RTSPS is served with; None serves plain RTSP.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def check(self) -> None:
        """Refuse to carry tokens in clear text over a network.

        Raises:
            BadInput: It is neither loopback nor TLS.
        """
        if self.tls is None and not is_loopback(self.host):
            raise BadInput(
                f"rtsp.host {self.host} would send API tokens over the network in clear text",
                "serve with --https, or set rtsp.host to 127.0.0.1",
            )

    def url(self, port: int) -> str:
        """Return the address that a person on this machine uses, for a port that was free."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"{'rtsps' if self.tls else 'rtsp'}://{f'[{host}]' if ':' in host else host}:{port}/"


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches what listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@asynccontextmanager
async def reserving(streams: Streams, authorise: Authorise, place: ReservePlace) -> AsyncIterator[RtspServer]:
    """Hand the cameras of `streams` on while the context is open.

    Raises:
        BadInput: The address cannot be listened on, or tokens would travel in clear text.
    """
    place.check()
    provider = Reserved(streams)
    options = RtspOptions(place.host, place.port, join_from_cache=True, tls=place.tls, most_clients=_MOST_CLIENTS)
    server = RtspServer(provider, options, TokenGate(_Asking(authorise)))
    async with server.listen(), asyncio.TaskGroup() as group:
        looking = group.create_task(_look_after(server, provider), name="rtsp re-serve")
        try:
            yield server
        finally:
            looking.cancel()


async def _look_after(server: RtspServer, provider: Reserved) -> None:
    """Hang up where the permission or the camera is gone, also while no pictures come."""
    while True:
        await asyncio.sleep(_LOOK_S)
        server.hang_up_revoked()
        provider.end_withdrawn()


class _Asking:
    """Puts a client's question to the same `authorise` that HTTP asks; its token travels as a Bearer header."""

    def __init__(self, authorise: Authorise) -> None:
        self._authorise = authorise

    async def __call__(self, knock: Knock, token: str | None) -> Pass:
        """Return the permit; raises what `Authorise` raises."""
        headers = [(b"user-agent", b"rtsp")]
        if token is not None:
            headers.append((b"authorization", b"Bearer " + token.encode("utf-8", "replace")))
        scope = {
            "type": "http",
            "method": "GET",
            "path": knock.path,
            "query_string": b"",
            "headers": headers,
            "client": (knock.remote, 0) if knock.remote else None,
        }
        camera = knock.path.strip("/").partition("/")[0]
        whole = _Whole(await self._authorise(Ask(MediaAction.RESERVE, camera, HTTPConnection(scope))))
        if whole.revoked:
            whole.close()
            raise NotAllowed("what is handed on is handed on whole, and you may not see all of this camera")
        return whole


class _Whole:
    """A permit that ends when the pictures may no longer be seen as they are; a `Pass`."""

    def __init__(self, permit: Permit) -> None:
        self._permit = permit

    @property
    def revoked(self) -> bool:
        """Whether it has been withdrawn, or is good for treated pictures alone."""
        return self._permit.revoked or self._permit.treatment != ORIGINAL

    def close(self) -> None:
        """The view is over."""
        self._permit.close()
