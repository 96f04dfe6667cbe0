"""Calling an ASGI application of this process as if it were a server, body piece by piece.

httpx has such a transport, which gathers the whole body first: a clip may be larger than the memory.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Final, Self

import httpx
from starlette.types import ASGIApp, Message, Scope

from ronda.base.logging import get_logger

_PIECES: Final = 4
_END: Final = b""


class InProcess(httpx.AsyncBaseTransport):
    """A transport that runs one task per request; the client that it is given to enters and closes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        # The caller's own error, if any, is passed on by the `with` itself, not wrapped into the tasks' group.
        await self._tasks.__aexit__(None, None, None)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as soon as the application has sent its headers."""
        exchange = _Exchange(await request.aread())
        task = self._tasks.create_task(exchange.run(self._app, _scope(request)), name="request")
        exchange.cancel = task.cancel
        start = await exchange.started
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=exchange)


def _scope(request: httpx.Request) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": None,
        "server": ("ronda", None),
    }


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer; the application waits when the reader lags by a few pieces."""

    def __init__(self, body: bytes) -> None:
        self._body = [body]
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue(_PIECES)
        self._closed = asyncio.Event()
        self._whole = False
        self.started: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.cancel: Callable[[], bool] = lambda: False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Run the application to its end; what fails is logged, as a server would, and the answer breaks off."""
        try:
            await app(scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - the root of a request's task
            get_logger("ronda.cli").error("request failed", path=scope["path"], exc_info=error)
        finally:
            if not self.started.done():
                self.started.set_exception(httpx.RemoteProtocolError("the application gave no answer"))
        if not self._whole:
            await self._pieces.put(_END)

    async def _receive(self) -> Message:
        if self._body:
            return {"type": "http.request", "body": self._body.pop(), "more_body": False}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started.set_result(message)
            return
        if body := message.get("body", b""):
            await self._pieces.put(body)
        if not message.get("more_body", False):
            self._whole = True
            await self._pieces.put(_END)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not _END:
            yield piece
        if not self._whole:
            raise httpx.RemoteProtocolError("the answer broke off")

    async def aclose(self) -> None:
        """End the request, read to its end or not."""
        self._closed.set()
        self.cancel()
