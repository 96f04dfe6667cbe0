"""Sealed exports over the bus and over HTTP: orders, signatures, and the files, one by one or all in a ZIP."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ronda.archive.delivery.byte_range import Content, Read, answer
from ronda.base.errors import NotFound
from ronda.base.identity import camera_id
from ronda.base.pools import Pool
from ronda.base.stored_zip import Entry, Piece, StoredZip
from ronda.base.time import HZ_90K
from ronda.bus.contract import Bus
from ronda.bus.evidence import (
    EXPORT_REQUESTS,
    CompleteExport,
    ExportAbout,
    MakeExport,
    RemoveExport,
    SignExport,
)
from ronda.media.delivery.permission import Ask, Authorise, MediaAction, Permit
from ronda.node.ordered.exports import Exports, KeptExport
from ronda.node.ordered.orders import serving

ZIP_NAME: Final = "all.zip"
_KINDS: Final = {
    ".mp4": "video/mp4",
    ".json": "application/json",
    ".pem": "application/x-pem-file",
    ".pdf": "application/pdf",
    ".tsr": "application/timestamp-reply",
}
_PLAIN: Final = "application/octet-stream"


@asynccontextmanager
async def serving_exports(node: str, exports: Exports, bus: Bus) -> AsyncIterator[None]:
    """Make exports and answer requests about them while the context is open."""
    async with exports.running(), serving(node, bus, EXPORT_REQUESTS) as serve:
        await serve(MakeExport, exports.make)
        await serve(ExportAbout, exports.about)
        await serve(SignExport, exports.sign)
        await serve(CompleteExport, exports.complete)
        await serve(RemoveExport, exports.withdraw)
        yield


def export_routes(doors: "ExportDoors") -> list[BaseRoute]:
    """Return the routes, relative to the media application's mount."""
    return [
        Route(f"/{{camera}}/exports/{{export}}/{ZIP_NAME}", doors.zip, methods=["GET"]),
        Route("/{camera}/exports/{export}/{name}", doors.file, methods=["GET"]),
    ]


class ExportDoors:
    """Hands out the files of exports.

    Args:
        exports: The node's exports.
        pool: Where files are read.
        authorise: Asked before each.
    """

    def __init__(self, exports: Exports, pool: Pool, authorise: Authorise) -> None:
        self._exports = exports
        self._pool = pool
        self._authorise = authorise

    async def file(self, request: Request) -> Response:
        """Answer with one file, or a range of it."""
        kept, permit = await self._permitted(request)
        try:
            path = self._exports.path(kept, str(request.path_params["name"]))
            size = (await self._pool.run(path.stat)).st_size
        except BaseException:
            permit.close()
            raise

        async def read(offset: int, size: int) -> bytes:
            return b"" if permit.revoked else await self._pool.run(partial(_read, path, offset, size))

        content = _content(kept, path.name, size, read, permit)
        return await answer(request, content, _KINDS.get(path.suffix, _PLAIN))

    async def zip(self, request: Request) -> Response:
        """Answer with all files as one ZIP, stored as they are, or a range of it."""
        kept, permit = await self._permitted(request)
        at = datetime.fromtimestamp(kept.at_90k / HZ_90K, UTC).replace(tzinfo=None)
        layout = StoredZip([Entry(file.name, file.bytes, file.crc32, at) for file in kept.files])
        paths = [self._exports.path(kept, file.name) for file in kept.files]

        async def read(offset: int, size: int) -> bytes:
            return b"" if permit.revoked else await self._pool.run(partial(_piece, layout.piece(offset, size), paths))

        content = _content(kept, f"{kept.name}.zip", layout.size, read, permit)
        return await answer(request, content, "application/zip")

    async def _permitted(self, request: Request) -> tuple[KeptExport, Permit]:
        camera, id = camera_id(str(request.path_params["camera"])), str(request.path_params["export"])
        kept = self._found(camera, id)
        begin, end = (kept.from_90k, kept.to_90k) if kept is not None else (None, None)
        permit = await self._authorise(Ask(MediaAction.EXPORT, camera, request, begin, end, export=id))
        if kept is None:
            permit.close()
            raise NotFound("there is no such export (any more)", "export again")
        return kept, permit

    def _found(self, camera: str, id: str) -> KeptExport | None:
        try:
            kept = self._exports.kept(id)
        except NotFound:
            return None
        return kept if kept.camera == camera else None


def _content(kept: KeptExport, name: str, size: int, read: Read, permit: Permit) -> Content:
    async def close() -> None:
        permit.close()

    etag = f'"{hashlib.sha256(f"{kept.id}/{name}/{kept.sha256}".encode()).hexdigest()[:32]}"'
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Content(size, etag, headers, read, close)


def _read(path: Path, offset: int, size: int) -> bytes:
    with path.open("rb") as opened:
        opened.seek(offset)
        return opened.read(size)


def _piece(piece: Piece, paths: list[Path]) -> bytes:
    return piece.data if piece.entry < 0 else _read(paths[piece.entry], piece.offset, piece.size)
