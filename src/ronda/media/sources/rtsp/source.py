"""An RTSP or RTSPS camera as a source: dial, follow redirects, play until it ends.

TLS does not verify certificates by default: cameras and recorders carry self-signed ones, made for no
name, and refusing them would only send people back to plain RTSP. It still keeps passwords and
pictures from whoever merely listens.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ronda.base.errors import BadInput
from ronda.base.time import Clock, SystemClock
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceFailed, SourceListener
from ronda.media.sources.rtsp.client import RtspClient, SourceDescription
from ronda.media.sources.rtsp.connection import Patience, RtspConnection, Surroundings, reason

Resolve = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]
"""Returns the numeric addresses to dial for a host and port, best first; raises `SourceFailed`."""

_MOST_REDIRECTS: Final = 4


@dataclass(frozen=True, slots=True)
class RtspOptions:
    """How a source behaves.

    Attributes:
        patience: How long to wait for what.
        verify_tls: Insist on a certificate that the system trusts.
    """

    patience: Patience = field(default_factory=Patience)
    verify_tls: bool = False


class RtspSource:
    """Plays one address; see `ronda.media.sources.contract.Source`.

    Args:
        address: As configured, credentials included.
        listener: Whose `picture` is called.
        counters: Where everything is counted.
        resolve: Looks a host up.
        clock: For arrivals and clock offsets.
        options: See `RtspOptions`.

    Raises:
        BadInput: `address` is no RTSP address.
    """

    def __init__(
        self,
        address: StreamAddress | str,
        listener: SourceListener,
        counters: SourceCounters,
        resolve: Resolve,
        clock: Clock | None = None,
        options: RtspOptions = RtspOptions(),
    ) -> None:
        self._address = StreamAddress.parse(address) if isinstance(address, str) else address
        if self._address.scheme not in ("rtsp", "rtsps"):
            raise BadInput(f"{self._address} is not an RTSP address", "begin it with rtsp: or rtsps:")
        self._around = Surroundings(listener, counters, clock or SystemClock(), options.patience)
        self._resolve = resolve
        self._options = options
        self._watched = False
        self._connection: RtspConnection | None = None
        self._client: RtspClient | None = None

    @property
    def description(self) -> SourceDescription | None:
        """What the server said of itself, once it has."""
        return self._client.description if self._client else None

    async def run(self) -> None:
        """Connect and deliver pictures until the other side ends it or the task is cancelled.

        Raises:
            SourceFailed: One of its kinds, always: a camera's stream has no end of its own.
        """
        address = self._address
        for _ in range(_MOST_REDIRECTS + 1):
            target = await self._play(address)
            if target is None:
                raise SourceFailed(f"{address.host} ended the stream")
            address = target
        raise SourceFailed(f"{self._address.host} sends us from one address to the next without end")

    def watch(self, watched: bool) -> None:
        """Say whether somebody watches live; otherwise the kernel gathers larger gulps."""
        self._watched = watched
        if self._connection is not None:
            self._connection.watch(watched)

    async def _play(self, address: StreamAddress) -> StreamAddress | None:
        """Play one address to its end; return where it sends us, if it does."""
        client = self._client = self._new_client(address)
        connection = await self._dial(address, client)
        self._connection = connection
        try:
            await connection.ended
        except SourceFailed as error:
            # An exception that a future holds is raised afresh, so that tracebacks do not pile up on it.
            raise type(error)(error.message, error.mend) from None
        finally:
            self._connection = None
            connection.close()
        return client.redirect

    def _new_client(self, address: StreamAddress) -> RtspClient:
        return RtspClient(address)

    def _new_connection(self, client: RtspClient, raw: socket.socket) -> RtspConnection:
        return RtspConnection(client, self._around, raw, self._watched)

    async def _dial(self, address: StreamAddress, client: RtspClient) -> RtspConnection:
        try:
            places = await self._resolve(address.host, address.port)
        except OSError as error:
            raise SourceFailed(f"the name {address.host!r} is not known: {reason(error)}") from error
        if not places:
            raise SourceFailed(f"the name {address.host!r} has no address")
        problem = SourceFailed(f"{address.host} cannot be reached")
        for place in places[:4]:
            try:
                return await self._connect(address, place, client)
            except TimeoutError:
                wait_s = self._options.patience.connect_s
                problem = SourceFailed(f"{_shown(address, place)} does not answer within {wait_s:g} s")
            except ssl.SSLError as error:
                problem = SourceFailed(f"{_shown(address, place)} does not speak TLS as known here: {reason(error)}")
            except ConnectionRefusedError:
                problem = SourceFailed(f"{_shown(address, place)} refuses the connection", "check the port")
            except OSError as error:
                problem = SourceFailed(f"{_shown(address, place)} cannot be reached: {reason(error)}")
        raise problem

    async def _connect(self, address: StreamAddress, place: tuple[str, int], client: RtspClient) -> RtspConnection:
        loop = asyncio.get_running_loop()
        raw = socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET, socket.SOCK_STREAM)
        try:
            raw.setblocking(False)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(self._options.patience.connect_s):
                await loop.sock_connect(raw, place)
                context = self._tls() if address.scheme == "rtsps" else None
                _, connection = await loop.create_connection(
                    lambda: self._new_connection(client, raw),
                    sock=raw,
                    ssl=context,
                    server_hostname=address.host if context else None,
                )
        except BaseException:
            raw.close()
            raise
        return connection

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._options.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            # Old firmware speaks nothing newer; it is this or plain text.
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        return context


def _shown(address: StreamAddress, place: tuple[str, int]) -> str:
    numeric = "" if place[0] == address.host else f" ({place[0]})"
    return f"{address.host}{numeric} port {place[1]}"
