"""The front end's files and the pages that answer when it is not built.

Files are read in a thread; what carries a hash in its name is kept in memory and may be cached for ever.
"""

import asyncio
import gzip
import hashlib
import mimetypes
import posixpath
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ronda.web.compression import compressible
from ronda.web.parts import Receive, Scope, Send
from ronda.web.problems import problem

_OWN: Final = Path(__file__).parent / "pages"
_HASHED: Final = "assets/"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}
_WORTH_BYTES: Final = 1024
_POLICY: Final = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
"""A page that is one file (`verify.html`) states its own policy, stricter than ours: its script's hash, no network."""
_ALONE: Final = frozenset(
    (
        *("", "sign-in", "wall", "report", "transparency", "privacy", "rules"),
        *("areas", "registry", "import", "onboarding", "moderation", "publication", "requests"),
        *("account", "log", "kiosk", "sharing", "traffic", "seen", "alarms", "duty", "cases", "replay", "happened"),
    )
)
"""First words of the addresses of pages that need nothing after them; see `docs/design/city.md`."""
_WITH_MORE: Final = frozenset(
    (
        "cameras",
        "q",
        "areas",
        "join",
        "e",
        "embed",
        "registry",
        "requests",
        "moderation",
        "account",
        "publication",
        "alarms",
        "cases",
    )
)
"""Those of pages that say which camera, area, invitation or entry."""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    compressed: bytes | None
    kind: str
    etag: str
    policy: str | None = None


class Pages:
    """Serves the built front end in `assets`: one page for every address of a page, and its files."""

    def __init__(self, assets: Path) -> None:
        self._assets = assets
        self._kept: dict[str, _File] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a page or a file."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 4404})
            return
        request = Request(scope)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if request.method not in ("GET", "HEAD"):
            return problem(405, f"{request.method} cannot be done to {path[:200]}", headers={"Allow": "GET, HEAD"})
        if is_page(path):
            file = await self._find("index.html")
            if file is None:
                return await self._not_built()
            return _response(request, file, _ASK_AGAIN)
        name = posixpath.normpath(path.lstrip("/"))  # one file is kept once, however its path is written
        file = self._kept.get(name) or await self._find(name)
        if file is None:
            lost = await self._find("index.html") if _wants_page(request) else None
            if lost is not None:
                return Response(lost.body, 404, {"Cache-Control": "no-store"}, lost.kind)
            return problem(404, f"there is nothing at {path[:200]}")
        return _response(request, file, _FOR_EVER if name.startswith(_HASHED) else _ASK_AGAIN)

    async def docs(self, request: Request) -> Response:
        """Return the page that shows the API, or where its files are missing a plain list of links."""
        loop = asyncio.get_running_loop()
        ready = await loop.run_in_executor(self._pool, (self._assets / "swagger" / "swagger-ui-bundle.js").is_file)
        file = await loop.run_in_executor(self._pool, _read, _OWN, "docs.html" if ready else "docs-plain.html")
        if file is None:
            return problem(404, "the page that shows the API is missing")
        return _response(request, file, _ASK_AGAIN)

    async def _not_built(self) -> Response:
        file = await asyncio.get_running_loop().run_in_executor(self._pool, _read, _OWN, "not-built.html")
        body = file.body if file else b"The pages are not built."
        return Response(body, 503, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")

    async def _find(self, name: str) -> _File | None:
        loop = asyncio.get_running_loop()
        file = await loop.run_in_executor(self._pool, _read, self._assets, name)
        if file is None and name.startswith("pages/"):
            file = await loop.run_in_executor(self._pool, _read, _OWN, name.removeprefix("pages/"))
        if file is not None and name.startswith(_HASHED):
            self._kept[name] = file
        return file


def is_page(path: str) -> bool:
    """Whether a page of the front end lives at `path`, to be shown by its own code."""
    first, slash, rest = path.removeprefix("/").partition("/")
    return (first in _WITH_MORE and bool(rest)) or (first in _ALONE and (not slash or not rest))


def _wants_page(request: Request) -> bool:
    """Whether a person's browser asks, who wants to read what is wrong rather than a problem document."""
    return "text/html" in request.headers.get("accept", "")


def _read(folder: Path, name: str) -> _File | None:
    """Read a file below `folder`; nothing above it, no hidden one, and no link that leads out."""
    try:
        root = folder.resolve()
        path = (root / name).resolve()
        if (
            not path.is_relative_to(root)
            or not path.is_file()
            or any(part.startswith(".") for part in path.parts[len(root.parts) :])
        ):
            return None
        body = path.read_bytes()
    except (OSError, ValueError):
        return None
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    compressed = gzip.compress(body, 6, mtime=0) if compressible(kind) and len(body) > _WORTH_BYTES else None
    stated = _POLICY.search(body[:4096]) if path.suffix == ".html" else None
    policy = f"{stated[1].decode()}; frame-ancestors 'none'" if stated else None
    return _File(body, compressed, kind, f'"{hashlib.sha256(body).hexdigest()[:24]}"', policy)


def _response(request: Request, file: _File, caching: str) -> Response:
    headers = {"Cache-Control": caching, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if file.policy is not None:
        headers["Content-Security-Policy"] = file.policy
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if file.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.compressed, 200, {**headers, "Content-Encoding": "gzip"}, file.kind)
    return Response(file.body, 200, headers, file.kind)
