"""A recorder that speaks ONVIF, written from the specifications and nothing of ours: device, media, media2, discovery.

Run it by hand to have something to find:

    python tests/peers/onvif_device.py --port 8899 --channels 4 --rtsp rtsp://127.0.0.1:8554/{channel} --discovery

User `penjaga`, password `p@ss:1`. What real devices get wrong is a switch each in `Quirks`.
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import io
import re
import secrets
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from xml.sax.saxutils import escape

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

USER, PASSWORD = "penjaga", "p@ss:1"
GROUP = "239.255.255.250"
_FAULT = (
    '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:{subcode}</s:Value></s:Subcode></s:Code>'
    '<s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason></s:Fault>'
)  # fmt: skip
_NAMESPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"'
)


@dataclass
class Quirks:
    """What real devices get wrong.

    Attributes:
        named_host: Host that it names itself by; None for the one it listens on.
        media2: Whether it announces Media2; `media2_broken`: and does not serve it.
        services: Whether it knows GetServices (else GetCapabilities alone).
        clock_offset_s: How far its clock is ahead; signatures are checked against it.
        auth: `wsse`, `digest` (HTTP) or `none`.
        snapshots: Whether it has snapshot addresses; `snapshots_work`: and serves them.
        answer: `soap`, `html` (a web page instead), `endless`, `silent`, `bomb` (XML entities).
        sub_profiles: Whether channels have a small profile.
    """

    named_host: str | None = None
    media2: bool = True
    media2_broken: bool = False
    services: bool = True
    clock_offset_s: float = 0.0
    auth: str = "wsse"
    snapshots: bool = True
    snapshots_work: bool = True
    answer: str = "soap"
    sub_profiles: bool = True


@dataclass
class OnvifDevice:
    """One device.

    Attributes:
        rtsp: Address of its streams; `{channel}` stands for the number.
        channels: How many channels.
        quirks: What it gets wrong.
        port: Where it listens, once it runs.
        calls: The operations it was asked for; `refused` counts logins that it did not let in.
    """

    rtsp: str = "rtsp://127.0.0.1:554/live"
    channels: int = 2
    quirks: Quirks = field(default_factory=Quirks)
    port: int = 0
    calls: list[str] = field(default_factory=list)
    refused: int = 0
    _nonces: set[str] = field(default_factory=set)
    _realm_nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def address(self) -> str:
        """Where it is visited."""
        return f"127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["OnvifDevice"]:
        """Serve while the context is open."""
        routes = [
            Route("/onvif/{service}", self.answer, methods=["POST"]),
            Route("/snap/{channel}.jpg", self.snapshot),
            Route("/{rest:path}", self.page, methods=["GET", "POST"]),
        ]
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        self.port = listener.getsockname()[1]
        server = _Server(uvicorn.Config(Starlette(routes=routes), log_config=None, timeout_graceful_shutdown=1))
        task = asyncio.ensure_future(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield self
        finally:
            server.should_exit = True
            await task
            listener.close()

    @contextlib.asynccontextmanager
    async def discoverable(self, port: int = 3702) -> AsyncIterator[None]:
        """Answer WS-Discovery probes on loopback while the context is open."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", port))
        membership = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        listener.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Responder(self), sock=listener)
        try:
            yield
        finally:
            transport.close()

    async def page(self, request: Request) -> Response:
        """Its web page."""
        return Response("<html><body>Web 3.0 recorder</body></html>", media_type="text/html")

    async def answer(self, request: Request) -> Response:
        """One call."""
        text = (await request.body()).decode()
        match self.quirks.answer:
            case "html":
                return Response("<html><body>hello</body></html>", media_type="text/html")
            case "silent":
                await asyncio.sleep(60)
            case "endless":
                return StreamingResponse(_endless(), media_type="application/soap+xml")
            case "bomb":
                return Response(_bomb(), media_type="application/soap+xml")
        found = re.search(r"<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)", text)
        operation = found[1] if found else ""
        service = str(request.path_params["service"])
        self.calls.append(f"{service}:{operation}")
        if operation not in ("GetSystemDateAndTime", "GetServices", "GetCapabilities", "GetScopes"):
            if (refusal := self._refusal(request, text)) is not None:
                return refusal
        body = self._body(service, operation, text)
        status = 400 if "<s:Fault>" in body else 200
        envelope = f'<?xml version="1.0"?><s:Envelope {_NAMESPACES}><s:Body>{body}</s:Body></s:Envelope>'
        return Response(envelope, status, media_type="application/soap+xml")

    async def snapshot(self, request: Request) -> Response:
        """A picture of a channel, under HTTP basic."""
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("authorization") != expected and self.quirks.auth != "none":
            return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        if not self.quirks.snapshots_work:
            return Response("not today", 500)
        out = io.BytesIO()
        Image.new("RGB", (1280, 720), (40 * int(request.path_params["channel"]) % 255, 90, 60)).save(out, "JPEG")
        return Response(out.getvalue(), media_type="image/jpeg")

    def _refusal(self, request: Request, text: str) -> Response | None:
        if self.quirks.auth == "none":
            return None
        if self.quirks.auth == "digest":
            if self._digest_fits(request):
                return None
            self.refused += "authorization" in request.headers
            challenge = f'Digest realm="onvif", qop="auth", nonce="{self._realm_nonce}", algorithm=MD5'
            return Response(status_code=401, headers={"WWW-Authenticate": challenge})
        if self._token_fits(text):
            return None
        self.refused += "<wsse:Username>" in text
        fault = _FAULT.format(subcode="NotAuthorized", reason="Sender not authorized")
        return Response(f"<s:Envelope {_NAMESPACES}><s:Body>{fault}</s:Body></s:Envelope>", 400,
                        media_type="application/soap+xml")  # fmt: skip

    def _token_fits(self, text: str) -> bool:
        """Whether a UsernameToken is right, of this minute, and not a repetition (ONVIF Core 5.9.4)."""
        parts = {
            name: found[1]
            for name in ("Username", "Password", "Nonce", "Created")
            if (found := re.search(rf"<ws(?:se|u):{name}(?:\s[^>]*)?>([^<]*)<", text))
        }
        if len(parts) < 4 or parts["Username"] != USER or parts["Nonce"] in self._nonces:
            return False
        made = datetime.fromisoformat(parts["Created"].replace("Z", "+00:00"))
        if abs((made - self._now()).total_seconds()) > 30:
            return False
        self._nonces.add(parts["Nonce"])
        mixed = base64.b64decode(parts["Nonce"]) + parts["Created"].encode() + PASSWORD.encode()
        return base64.b64encode(hashlib.sha1(mixed, usedforsecurity=False).digest()).decode() == parts["Password"]

    def _digest_fits(self, request: Request) -> bool:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', request.headers.get("authorization", "")))
        if given.get("nonce") != self._realm_nonce or given.get("username") != USER:
            return False

        def md5(words: str) -> str:
            return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()

        first, second = md5(f"{USER}:onvif:{PASSWORD}"), md5(f"POST:{given['uri']}")
        expected = md5(f"{first}:{given['nonce']}:{given['nc']}:{given['cnonce']}:{given['qop']}:{second}")
        return bool(given["response"] == expected)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.quirks.clock_offset_s)

    def _body(self, service: str, operation: str, text: str) -> str:
        match operation:
            case "GetSystemDateAndTime":
                return self._clock()
            case "GetServices" if self.quirks.services:
                return f"<tds:GetServicesResponse>{self._services()}</tds:GetServicesResponse>"
            case "GetCapabilities":
                return (
                    "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>"
                    f"{self._url('media')}</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>"
                )
            case "GetScopes":
                return (
                    "<tds:GetScopesResponse><tds:Scopes><tt:ScopeItem>onvif://www.onvif.org/name/Gate%20NVR"
                    "</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>"
                )
            case "GetDeviceInformation":
                return (
                    "<tds:GetDeviceInformationResponse><tds:Manufacturer>Contoh</tds:Manufacturer><tds:Model>NVR-4"
                    "</tds:Model><tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>SN&lt;1&gt;"
                    "</tds:SerialNumber></tds:GetDeviceInformationResponse>"
                )
            case "GetProfiles" if not (service == "media2" and self.quirks.media2_broken):
                return self._profiles(service)
            case "GetStreamUri":
                return self._uri(service, operation, self.rtsp.replace("{channel}", _channel(text)))
            case "GetSnapshotUri" if self.quirks.snapshots:
                host = self.quirks.named_host or "127.0.0.1"
                return self._uri(service, operation, f"http://{host}:{self.port}/snap/{_channel(text)}.jpg")
        return _FAULT.format(subcode="ActionNotSupported", reason=f"{operation} is not supported")

    def _url(self, service: str) -> str:
        return f"http://{self.quirks.named_host or '127.0.0.1'}:{self.port}/onvif/{service}"

    def _services(self) -> str:
        names = {"ver10/device": "device_service", "ver10/media": "media"}
        if self.quirks.media2:
            names["ver20/media"] = "media2"
        return "".join(
            f"<tds:Service><tds:Namespace>http://www.onvif.org/{namespace}/wsdl</tds:Namespace><tds:XAddr>"
            f"{self._url(name)}</tds:XAddr></tds:Service>"
            for namespace, name in names.items()
        )

    def _clock(self) -> str:
        now = self._now()
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>"
            f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}"
            f"</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month>"
            f"<tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"
            "</tds:GetSystemDateAndTimeResponse>"
        )

    def _profiles(self, service: str) -> str:
        sizes = [("main", 1920, 1080, "H265"), *([("sub", 640, 360, "H264")] if self.quirks.sub_profiles else ())]
        made = []
        for channel in range(1, self.channels + 1):
            for name, width, height, codec in sizes:
                token = f"c{channel}{name}"
                size = f"<tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
                title = escape(f"Kamera {channel} <gang>")
                if service == "media2":
                    made.append(
                        f'<tr2:Profiles token="{token}"><tr2:Name>{name}</tr2:Name><tr2:Configurations>'
                        f'<tr2:VideoSource token="v{channel}"><tt:Name>{title}</tt:Name><tt:SourceToken>s{channel}'
                        f'</tt:SourceToken></tr2:VideoSource><tr2:VideoEncoder token="e"><tt:Encoding>{codec}'
                        f"</tt:Encoding><tt:Resolution>{size}</tt:Resolution></tr2:VideoEncoder></tr2:Configurations>"
                        "</tr2:Profiles>"
                    )
                else:  # Media (1) knows no H.265: such devices give H.264 there
                    made.append(
                        f'<trt:Profiles token="{token}"><tt:Name>{name}</tt:Name><tt:VideoSourceConfiguration '
                        f'token="v{channel}"><tt:Name>{title}</tt:Name><tt:SourceToken>s{channel}</tt:SourceToken>'
                        '</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e"><tt:Encoding>H264'
                        f"</tt:Encoding><tt:Resolution>{size}</tt:Resolution></tt:VideoEncoderConfiguration>"
                        "</trt:Profiles>"
                    )
        prefix = "tr2" if service == "media2" else "trt"
        return f"<{prefix}:GetProfilesResponse>{''.join(made)}</{prefix}:GetProfilesResponse>"

    def _uri(self, service: str, operation: str, uri: str) -> str:
        if self.quirks.named_host:
            uri = uri.replace("127.0.0.1", self.quirks.named_host)
        if service == "media2":
            return f"<tr2:{operation}Response><tr2:Uri>{escape(uri)}</tr2:Uri></tr2:{operation}Response>"
        return (
            f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri></trt:MediaUri>"
            f"</trt:{operation}Response>"
        )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


class _Responder(asyncio.DatagramProtocol):
    def __init__(self, device: OnvifDevice) -> None:
        self._device = device
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # uvloop's is no subclass

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode("utf-8", "replace")
        asked = re.search(r"MessageID>([^<]*)<", text)
        if "Probe" not in text or asked is None or self._transport is None:
            return
        host = self._device.quirks.named_host or "127.0.0.1"
        answer = (
            '<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
            'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>'
            f"<a:RelatesTo>{asked[1]}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>"
            f"<a:EndpointReference><a:Address>urn:uuid:{self._device.port}</a:Address></a:EndpointReference>"
            "<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Gate%20NVR "
            "onvif://www.onvif.org/hardware/NVR-4</d:Scopes>"
            f"<d:XAddrs>http://{host}:{self._device.port}/onvif/device_service</d:XAddrs>"
            "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
        )
        self._transport.sendto(answer.encode(), addr)


def _channel(text: str) -> str:
    found = re.search(r"ProfileToken>c(\d+)", text)
    return found[1] if found else "0"


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"<x>" * 10_000
        await asyncio.sleep(0)


def _bomb() -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><s:Envelope {_NAMESPACES}><s:Body>&e8;</s:Body></s:Envelope>'


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8899)
    parser.add_argument("--channels", type=int, default=2)
    parser.add_argument("--rtsp", default="rtsp://127.0.0.1:8554/{channel}")
    parser.add_argument("--discovery", action="store_true")
    options = parser.parse_args()
    device = OnvifDevice(options.rtsp, options.channels)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(device.running(options.port))
        if options.discovery:
            await stack.enter_async_context(device.discoverable())
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
