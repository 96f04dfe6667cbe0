"""Masked copies over the bus and over HTTP: orders, exact pictures, previews with a plan, and the files."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from ronda.archive.delivery.asked import moment_of, refuse_treated
from ronda.archive.delivery.byte_range import Content, answer
from ronda.base.errors import BadInput, Busy, NotFound, RondaError
from ronda.base.identity import camera_id
from ronda.base.time import format_rfc3339
from ronda.bus.contract import Bus, M
from ronda.bus.copies import (
    COPY_REQUESTS,
    CopyAbout,
    FollowedWay,
    FollowThing,
    MakeCopy,
    MaskPlan,
    RemoveCopy,
)
from ronda.media.codec.moving_masks import MovingMasks
from ronda.media.codec.stills import still_width
from ronda.media.delivery.permission import Ask, Authorise, MediaAction, Permit
from ronda.node.ordered.copies import Copies, Kept
from ronda.node.ordered.copying import Tools, masked_picture, masks_of
from ronda.node.ordered.following import check_asked, follow
from ronda.node.ordered.orders import serving

_LARGEST_PLAN: Final = 512 * 1024
_MOST_FOLLOWED: Final = 2


@asynccontextmanager
async def serving_copies(node: str, copies: Copies, bus: Bus) -> AsyncIterator[None]:
    """Make copies and answer requests about them while the context is open."""
    async with copies.running(), serving(node, bus, COPY_REQUESTS) as serve:
        await serve(MakeCopy, copies.make)
        await serve(CopyAbout, copies.about)
        await serve(RemoveCopy, copies.withdraw)
        yield


def copy_routes(doors: "CopyDoors") -> list[BaseRoute]:
    """Return the routes, relative to the media application's mount."""
    return [
        Route("/{camera}/picture.jpg", doors.picture, methods=["GET"]),
        Route("/{camera}/masked.jpg", doors.masked, methods=["POST"]),
        Route("/{camera}/follow", doors.follow, methods=["POST"]),
        Route("/{camera}/copies/{copy}/{name}", doors.file, methods=["GET"]),
    ]


class CopyDoors:
    """Answers requests for exact pictures, previews and copies.

    Args:
        copies: The node's copies.
        tools: Returns what pictures are made with.
        authorise: Asked before each.
    """

    def __init__(self, copies: Copies, tools: Callable[[], Tools], authorise: Authorise) -> None:
        self._copies = copies
        self._tools = tools
        self._authorise = authorise
        self._following = 0

    async def picture(self, request: Request) -> Response:
        """Answer with the picture that is shown exactly at `at`, as it was recorded."""
        return await self._picture(request, _as_recorded)

    async def masked(self, request: Request) -> Response:
        """Answer with the same, a plan burnt in, which is the body; `from` is where the plan's seconds begin."""
        return await self._picture(request, _plan)

    async def follow(self, request: Request) -> Response:
        """Answer with where something goes that the body marks, a line of JSON for each piece; the last has its way.

        Who stops reading stops it. Seconds count from `from`.
        """
        camera, begin_90k = camera_id(str(request.path_params["camera"])), moment_of(request, "from")
        # Whoever may see that moment may see the five minutes that a stretch has.
        permit = await self._authorise(Ask(MediaAction.REPLAY, camera, request, begin_90k, begin_90k))
        try:
            refuse_treated(permit)
            asked = _read_as(FollowThing, await _body(request), "the region")
            check_asked(asked)
            if self._following >= _MOST_FOLLOWED:
                raise Busy("others are having things followed on this machine", "try again in a minute")
            way = follow(self._tools(), camera, begin_90k, asked)
        except BaseException:
            permit.close()
            raise
        self._following += 1

        async def end() -> None:
            await way.aclose()
            permit.close()
            self._following -= 1

        return await _lines(way, permit, end)

    async def file(self, request: Request) -> Response:
        """Answer with the film or a picture of a copy, to whom it was handed or who makes them."""
        camera, id = camera_id(str(request.path_params["camera"])), str(request.path_params["copy"])
        kept = self._found(camera, id)
        begin, end = (kept.from_90k, kept.to_90k) if kept is not None else (None, None)
        permit = await self._authorise(Ask(MediaAction.COPY, camera, request, begin, end, id))
        run = self._tools().archive.in_pool
        try:
            if kept is None:
                raise NotFound("there is no such copy (any more)")
            path = self._copies.path(kept, str(request.path_params["name"]))
            size = (await run(path.stat)).st_size
        except BaseException:
            permit.close()
            raise

        async def read(offset: int, size: int) -> bytes:
            return b"" if permit.revoked else await run(partial(_read, path, offset, size))

        async def close() -> None:
            permit.close()

        content = Content(size, _etag(kept, path.name), _headers(kept, path.name), read, close)
        return await answer(request, content, "video/mp4" if path.suffix == ".mp4" else "image/jpeg")

    def _found(self, camera: str, id: str) -> Kept | None:
        try:
            kept = self._copies.kept(id)
        except NotFound:
            return None
        return kept if kept.camera == camera else None

    async def _picture(self, request: Request, masks: Callable[[Request], Awaitable[MovingMasks]]) -> Response:
        camera, at_90k = camera_id(str(request.path_params["camera"])), moment_of(request, "at")
        permit = await self._authorise(Ask(MediaAction.REPLAY, camera, request, at_90k, at_90k))
        refuse_treated(permit)
        try:
            wanted = (still_width(_width(request)), await masks(request))
            data, shown_90k = await masked_picture(self._tools(), camera, at_90k, *wanted)
        finally:
            permit.close()
        headers = {"Cache-Control": "private, no-store", "Ronda-Picture-Time": format_rfc3339(shown_90k)}
        return Response(data, 200, headers, "image/jpeg")


async def _as_recorded(_: Request) -> MovingMasks:
    return MovingMasks()


async def _plan(request: Request) -> MovingMasks:
    plan = _read_as(MaskPlan, await _body(request), "the plan")
    return masks_of(plan, (), moment_of(request, "from"))


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_PLAN:
            raise BadInput("the plan is too large", "use fewer regions, key moments or corners")
    return body


def _read_as(kind: type[M], body: bytes, what: str) -> M:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{what} is not right at {where or 'its start'}: {first['msg']}", "mend it there") from error


class _Lines(StreamingResponse):
    """Lines of JSON, after which something is ended, whether or not anybody read them."""

    def __init__(self, lines: AsyncGenerator[str], end: Callable[[], Awaitable[None]]) -> None:
        headers = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
        super().__init__(lines, 200, headers, "application/x-ndjson")
        self._lines = lines
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.shield(self._over())

    async def _over(self) -> None:
        await self._lines.aclose()
        await self._end()


async def _lines(way: AsyncGenerator[FollowedWay], permit: Permit, end: Callable[[], Awaitable[None]]) -> Response:
    """Return an answer of lines; what goes wrong before the first one is an answer of its own."""
    try:
        first = await anext(way)
    except BaseException:
        await end()
        raise

    async def lines() -> AsyncGenerator[str]:
        try:
            yield f"{first.model_dump_json()}\n"
            async for step in way:
                if permit.revoked:
                    break
                yield f"{step.model_dump_json()}\n"
        except RondaError as error:
            yield f"{json.dumps({'problem': error.message, 'mend': error.mend})}\n"

    return _Lines(lines(), end)


def _width(request: Request) -> int:
    text = request.query_params.get("width", "1280")
    if not (text.isascii() and text.isdigit()):
        raise BadInput(f"{text[:80]!r} is not a width", "use a number of pixels")
    return int(text[:9])


def _read(path: Path, offset: int, size: int) -> bytes:
    with path.open("rb") as opened:
        opened.seek(offset)
        return opened.read(size)


def _etag(kept: Kept, name: str) -> str:
    return f'"{hashlib.sha256(f"{kept.id}/{name}/{kept.bytes}".encode()).hexdigest()[:32]}"'


def _headers(kept: Kept, name: str) -> dict[str, str]:
    saved = f"{kept.camera}_{format_rfc3339(kept.from_90k).replace(':', '-')}_{name}"
    return {"Content-Disposition": f'attachment; filename="{saved}"', "Cache-Control": "private, no-store"}
