"""`Range` of HTTP (RFC 9110, 14): one range of bytes, or the whole."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

BLOCK_BYTES: Final = 512 * 1024
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")
Read = Callable[[int, int], Awaitable[bytes]]
Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Content:
    """Something of known length that can be read from anywhere.

    Attributes:
        size: Its bytes.
        etag: Names exactly these bytes, quotes included.
        headers: Further headers of the answer.
        read: Returns bytes from an offset.
        close: Called once, when nothing more is read.
    """

    size: int
    etag: str
    headers: dict[str, str]
    read: Read
    close: Close


def asked_bytes(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last that `header` asks for.

    Several ranges, other units and nonsense are answered with the whole, as the RFC allows.

    Returns:
        None when the range lies outside.
    """
    found = _RANGE.fullmatch(header.replace(" ", "")) if header else None
    if found is None or found[1] == found[2] == "":
        return 0, size
    if found[1] == "":
        return (max(0, size - int(found[2])), size) if int(found[2]) else None
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < start:
        return 0, size
    return (start, end) if start < size else None


async def answer(request: Request, content: Content, media_type: str) -> Response:
    """Return the answer that `request` asks for; the content is closed when it is sent."""
    headers = {"Accept-Ranges": "bytes", "ETag": content.etag, **content.headers}
    if request.headers.get("if-none-match") == content.etag:
        await content.close()
        return Response(status_code=304, headers=headers)
    condition = request.headers.get("if-range")
    wanted = request.headers.get("range") if condition in (None, content.etag) else None
    asked = asked_bytes(wanted, content.size)
    if asked is None:
        await content.close()
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{content.size}"})
    start, end = asked
    headers["Content-Length"] = str(end - start)
    partial = wanted is not None and (start, end) != (0, content.size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    status = 206 if partial else 200
    if request.method == "HEAD":
        await content.close()
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(_blocks(content, start, end), status, headers, media_type=media_type)


async def _blocks(content: Content, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        while start < end:
            block = await content.read(start, min(BLOCK_BYTES, end - start))
            if not block:
                return  # the file became shorter: the connection ends short of its length
            start += len(block)
            yield block
    finally:
        await content.close()
