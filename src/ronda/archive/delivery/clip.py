"""`GET /{camera}/clip.mp4?from=&to=&profile=`: a progressive MP4 of known length."""

import hashlib
import json
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ronda.archive.archive import Archive
from ronda.archive.delivery.asked import Range, range_of, refuse_treated
from ronda.archive.delivery.byte_range import Content, answer
from ronda.archive.reading.clip import Clip
from ronda.base.time import format_rfc3339
from ronda.bus.contract import Gap
from ronda.media.delivery.permission import ORIGINAL, Ask, Authorise, MediaAction

_MOST_LISTED: Final = 50


async def answer_clip(request: Request, archive: Archive, authorise: Authorise) -> Response:
    """Answer one request.

    Raises:
        BadInput: The range is wrong.
        NoFootage: Nothing is recorded in it.
        RondaError: What `authorise` raises.
    """
    asked = range_of(request)
    permit = await authorise(Ask(MediaAction.CLIP, asked.camera, request, asked.from_90k, asked.to_90k))
    refuse_treated(permit)
    try:
        clip = await archive.clip(asked.camera, asked.profile, asked.from_90k, asked.to_90k)
        try:
            gaps = (await archive.timeline(asked.camera, asked.profile, asked.from_90k, asked.to_90k)).gaps
        except BaseException:
            clip.close()
            raise
    except BaseException:
        permit.close()
        raise

    async def close() -> None:
        permit.close()
        await archive.in_pool(clip.close)

    async def read(offset: int, size: int) -> bytes:
        if permit.revoked or permit.treatment != ORIGINAL:
            return b""
        return await archive.in_pool(partial(clip.read, offset, size))

    etag = f'"{hashlib.sha256(clip.head).hexdigest()[:32]}"'
    content = Content(clip.size, etag, _headers(asked, clip, gaps), read, close)
    return await answer(request, content, "video/mp4")


def _headers(asked: Range, clip: Clip, gaps: tuple[Gap, ...]) -> dict[str, str]:
    listed = [
        {"from": format_rfc3339(gap.from_90k), "to": format_rfc3339(gap.to_90k), "cause": gap.cause.value}
        for gap in gaps[:_MOST_LISTED]  # proxies and programs take only so much of a head
    ]
    name = f"{asked.camera}_{format_rfc3339(clip.spans[0][0]).replace(':', '-')}.mp4"
    spans = [[format_rfc3339(start), format_rfc3339(end)] for start, end in clip.spans[:_MOST_LISTED]]
    headers = {
        "Ronda-Gaps": json.dumps(listed),
        "Ronda-Spans": json.dumps(spans),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    if len(gaps) > len(listed):
        headers["Ronda-Gaps-Left-Out"] = str(len(gaps) - len(listed))
    if clip.changed_at_90k is not None:
        headers["Ronda-Ends-Early"] = f"{format_rfc3339(clip.changed_at_90k)}; the camera's encoding changes there"
    return headers
