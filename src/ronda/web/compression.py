"""gzip for documents and pages; pictures and streams pass as they are."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders

from ronda.web.parts import AsgiApp, Receive, Scope, Send

_KINDS: Final = (
    "application/json",
    "application/problem+json",
    "text/html",
    "text/css",
    "text/javascript",
    "text/plain",
)
_WORTH_BYTES: Final = 1024
_IN_LOOP_BYTES: Final = 16 * 1024


def compressible(kind: str) -> bool:
    """Say whether a content type is worth compressing."""
    return kind.partition(";")[0].strip() in _KINDS


class Compression:
    """Compresses answers that come as one piece; large ones in a thread of its own."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="compress")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, compressing the answer where the client takes it."""
        if scope["type"] != "http" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            await self._app(scope, receive, send)
            return
        start: Any = None

        async def compress(message: Any) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                begin, start = start, None
                if message["type"] == "http.response.body" and not message.get("more_body", False):
                    message = await self._whole(begin, message)
                await send(begin)
            await send(message)

        await self._app(scope, receive, compress)

    async def _whole(self, start: Any, message: Any) -> Any:
        headers, body = MutableHeaders(scope=start), message.get("body", b"")
        if not compressible(headers.get("content-type", "")) or "content-encoding" in headers:
            return message
        headers.add_vary_header("Accept-Encoding")
        if len(body) < _WORTH_BYTES:
            return message
        if len(body) < _IN_LOOP_BYTES:
            body = gzip.compress(body, 4, mtime=0)
        else:
            body = await asyncio.get_running_loop().run_in_executor(self._pool, _compressed, body)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        return {**message, "body": body}


def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 4, mtime=0)
