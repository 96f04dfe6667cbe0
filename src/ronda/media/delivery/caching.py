"""Answers that caches, ours and others', may keep: an entity tag, and nothing sent to who has it (RFC 9110, 13)."""

from starlette.requests import Request
from starlette.responses import Response


def answer_same(request: Request, body: bytes, media_type: str, tag: str, headers: dict[str, str]) -> Response:
    """Return `body`, or 304 to a client that has it.

    Args:
        request: What was asked.
        body: What there is.
        media_type: Its MIME type.
        tag: Names these bytes among all that this address ever gives; no quotes in it.
        headers: What else is said of it.
    """
    headers = {"ETag": f'"{tag}"', **headers}
    known = request.headers.get("if-none-match")
    if known is not None and (known.strip() == "*" or headers["ETag"] in known):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
