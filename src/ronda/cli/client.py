"""The one client through which commands speak the HTTP API.

When the server of the data folder runs, over its Unix socket (whoever may open that is its administrator), so that
a change takes effect at once; otherwise in this process, with the same application and no server.
"""

import contextlib
import importlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import httpx

from ronda.base import errors
from ronda.base.errors import RondaError
from ronda.base.loop import run
from ronda.cli.command import settings, start_logging
from ronda.cli.server_socket import place_for_client
from ronda.config.models import Settings

T = TypeVar("T")
Body = Mapping[str, object]

KINDS: Final[dict[int, type[RondaError]]] = {
    400: errors.BadInput,
    401: errors.NotSignedIn,
    403: errors.NotAllowed,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.BadInput,
    422: errors.BadInput,
    429: errors.Busy,
    503: errors.Busy,
}
_TIMEOUT: Final = httpx.Timeout(10.0, read=None)  # a check of a large archive takes as long as it takes


class ServerLost(RondaError):
    """The server went away in the middle of an answer."""


class Api:
    """Calls on `/api/v1`; problems come back as errors of their kind."""

    def __init__(self, client: httpx.AsyncClient, running: bool) -> None:
        self._client = client
        self.running = running

    async def get(self, path: str, **query: str) -> Any:
        """Return the JSON answer of a GET."""
        return await self._call("GET", path, query=query)

    async def post(self, path: str, body: Body) -> Any:
        """Return the JSON answer of a POST."""
        return await self._call("POST", path, body)

    async def patch(self, path: str, body: Body) -> Any:
        """Return the JSON answer of a PATCH."""
        return await self._call("PATCH", path, body)

    async def delete(self, path: str) -> None:
        """Do a DELETE."""
        await self._call("DELETE", path)

    async def upload(self, path: str, name: str, data: bytes) -> Any:
        """Return the JSON answer of a POST of one file."""
        with _translated():
            response = await self._client.post(_address(path), files={"file": (name, data)})
        if response.is_error:
            raise problem(response)
        return response.json()

    async def send_file(self, path: str, pieces: AsyncIterator[bytes], **query: str) -> Any:
        """Return the JSON answer of a POST at a whole path, whose body is a file that comes piece by piece."""
        with _translated():
            response = await self._client.post(path, params=query, content=pieces)
        if response.is_error:
            raise problem(response)
        return response.json()

    async def download(self, path: str, **query: str) -> bytes:
        """Return the file that a GET answers with."""
        with _translated():
            response = await self._client.get(_address(path), params=query)
        if response.is_error:
            raise problem(response)
        return response.content

    async def fetch(self, path: str) -> bytes:
        """Return the file at a path that an answer named."""
        with _translated():
            response = await self._client.get(path)
        if response.is_error:
            raise problem(response)
        return response.content

    @contextlib.asynccontextmanager
    async def stream(self, path: str, **query: str) -> AsyncIterator[httpx.Response]:
        """Open a GET whose body is read piece by piece."""
        async with self.stream_at(_address(path), **query) as response:
            yield response

    @contextlib.asynccontextmanager
    async def stream_at(self, path: str, **query: str) -> AsyncIterator[httpx.Response]:
        """Open a GET of a path that an answer named, whose body is read piece by piece."""
        with _translated():
            async with self._client.stream("GET", path, params=query) as response:
                if response.is_error:
                    await response.aread()
                    raise problem(response)
                yield response

    async def _call(
        self, method: str, path: str, body: Body | None = None, query: Mapping[str, str] | None = None
    ) -> Any:
        with _translated():
            response = await self._client.request(method, _address(path), json=body, params=query or None)
        if response.is_error:
            raise problem(response)
        return response.json() if response.content else None


def segment(text: str) -> str:
    """Return what a person typed as one part of a path, whatever is in it."""
    return quote(text, safe="")


def _address(path: str) -> str:
    return f"/api/v1{path}"


@contextlib.contextmanager
def _translated() -> Any:
    try:
        yield
    except httpx.HTTPError as error:
        raise ServerLost(
            f"the server stopped answering ({type(error).__name__})", "look at its log, try again"
        ) from error


def problem(response: httpx.Response) -> RondaError:
    """Return the error that a problem document (RFC 9457) tells of."""
    kind = KINDS.get(response.status_code, RondaError)
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return kind(f"the server answered with status {response.status_code}", "its log says more")
    message = document.get("detail") or document.get("title") or f"status {response.status_code}"
    return kind(str(message), str(document.get("mend") or ""))


@contextlib.asynccontextmanager
async def connected(chosen: Settings, place: Path | None) -> AsyncIterator[Api]:
    """Yield the API of the server that answers at `place`, or without one of the same application in this process."""
    if place is not None:
        transport = httpx.AsyncHTTPTransport(uds=str(place))
        async with httpx.AsyncClient(transport=transport, base_url="http://ronda", timeout=_TIMEOUT) as client:
            yield Api(client, running=True)
        return
    from ronda.cli.in_process import InProcess  # imported by `ask` already
    from ronda.cli.offline import application

    async with (
        application(chosen) as app,
        httpx.AsyncClient(transport=InProcess(app), base_url="http://ronda", timeout=_TIMEOUT) as client,
    ):
        yield Api(client, running=False)


def answering(data: Path) -> Path | None:
    """Return the server's socket when somebody answers on it; one left behind by a crash answers nobody."""
    place = place_for_client(data) if data.is_dir() else None
    if place is None:
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(2.0)
        try:
            caller.connect(str(place))
        except OSError:
            return None
    return place


def ask(work: Callable[[Api], Awaitable[T]]) -> T:
    """Run `work` against the API of the running command's data folder and return what it returns."""
    chosen = settings()
    start_logging(chosen, quiet=True)
    place = answering(chosen.data)
    if place is None:  # imports read files, so not in the loop
        importlib.import_module("ronda.cli.in_process")
        importlib.import_module("ronda.cli.offline")

    async def connect_and_work() -> T:
        async with connected(chosen, place) as api:
            return await work(api)

    return run(connect_and_work())
