"""What every request passes first: size bounds, the origin check, and headers that browsers obey.

Plain ASGI, so that media passes untouched and unbuffered.
"""

import asyncio
import time
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection

from ronda.base.errors import NotAllowed
from ronda.people.people import LOCAL_MARK
from ronda.web.parts import AsgiApp, Receive, Scope, Send
from ronda.web.problems import TooLarge, problem, problem_of

_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_EMBED: Final = "/embed/"
_BODY_PATIENCE_S: Final = 30.0
_CLOSE: Final = {"Connection": "close"}
_SOURCES: Final = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self' ws: wss:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}


def content_security_policy(tiles: str | None = None, ancestors: str = "'none'") -> str:
    """Return the policy of a page: its own files, map tiles from where the city has set them, and who may frame it."""
    sources = _SOURCES | {"frame-ancestors": ancestors}
    if tiles is not None and (parts := urlsplit(tiles)).netloc:
        origin = f"{parts.scheme}://{parts.netloc}"
        sources |= {name: f"{sources[name]} {origin}" for name in ("img-src", "connect-src")}
    return "; ".join(f"{name} {value}" for name, value in sources.items())


class SecurityHeaders:
    """Adds the headers that tell browsers what a page of ours may do, and keeps answers out of caches by default.

    A page below `/embed/` may stand in a frame of other sites (`ancestors`, as CSP writes them); no other page may.
    """

    def __init__(self, app: AsgiApp, tiles: str | None = None, ancestors: str = "'none'") -> None:
        self._app = app
        usual = _HEADERS | {"Content-Security-Policy": content_security_policy(tiles), "X-Frame-Options": "DENY"}
        self._usual = tuple(usual.items())
        self._framed = tuple(
            (_HEADERS | {"Content-Security-Policy": content_security_policy(tiles, ancestors)}).items()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours = self._framed if scope["path"].startswith(_EMBED) else self._usual

        async def add(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ours:
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, add)


class OriginCheck:
    """Refuses changes that another site's page asks for (CSRF): an `Origin` must be our own.

    A request with a token, or over the Unix socket, carries nothing that a browser adds by itself.
    """

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and not _own(scope):
            error = NotAllowed("this was asked by a page of another site", "use the pages of this server")
            await problem_of(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _own(scope: Scope) -> bool:
    if scope.get(LOCAL_MARK) is True:
        return True
    headers = Headers(scope=scope)
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


class BodyBounds:
    """Ends a request whose body is larger than its path takes, or comes in drops.

    A body may take `patience_s` seconds, and one more for each kilobyte that has come.
    """

    def __init__(
        self, app: AsgiApp, usual_bytes: int, larger: dict[str, int], patience_s: float = _BODY_PATIENCE_S
    ) -> None:
        self._app = app
        self._usual = usual_bytes
        self._larger = larger
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, counting what arrives; answer 413 when it is too much, 408 when it comes too slowly."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._larger.get(scope["path"], self._usual)
        error = TooLarge("the body is too large", f"send at most {most} bytes")
        announced = HTTPConnection(scope).headers.get("content-length", "")
        if announced.isdigit() and int(announced[:20]) > most:
            await problem_of(error)(scope, receive, send)
            return
        counted, begun = _Counted(receive, most, self._patience_s), False

        async def noted(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted.receive, noted)
        except _TooMuch:
            if not begun:
                await problem_of(error)(scope, receive, send)
        except _TooSlow:
            if not begun:
                slow = problem(408, "the body came too slowly", "send it again over a better connection", _CLOSE)
                await slow(scope, receive, send)


class _Counted:
    """A body that is counted as it comes; raises `_TooMuch` and `_TooSlow`."""

    def __init__(self, receive: Receive, most_bytes: int, patience_s: float) -> None:
        self._receive = receive
        self._most = most_bytes
        self._until = time.monotonic() + patience_s
        self._whole = False
        self._bytes = 0

    async def receive(self) -> Any:
        if self._whole:
            return await self._receive()  # only its end is waited for now, however long that takes
        try:
            async with asyncio.timeout(self._until + self._bytes / 1024 - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            raise _TooSlow from None
        self._bytes += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._bytes > self._most:
            raise _TooMuch
        return message


class _TooMuch(BaseException):
    """Passes through the application unseen by its handlers, which would call it an error of ours."""


class _TooSlow(BaseException):
    """Likewise."""
