"""Errors of the one tree as problem documents (RFC 9457)."""

from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from ronda.base.errors import (
    BadInput,
    Busy,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    RondaError,
    StorageFailed,
)
from ronda.media.codec.errors import NotReadyYet

_STATUS: Final[tuple[tuple[type[RondaError], int, str], ...]] = (
    (BadInput, 400, "Bad input"),
    (NotSignedIn, 401, "Not signed in"),
    (NotAllowed, 403, "Not allowed"),
    (NotFound, 404, "Not found"),
    (Conflict, 409, "Conflict"),
    (Busy, 503, "Busy"),
    (StorageFailed, 503, "Storage failed"),
)


def problem(error: RondaError) -> JSONResponse:
    """Return what an error says to a client."""
    status, title = next(((code, name) for kind, code, name in _STATUS if isinstance(error, kind)), (500, "Error"))
    body: dict[str, str | int] = {"type": "about:blank", "title": title, "status": status, "detail": error.message}
    if error.mend:
        body["mend"] = error.mend
    if error.code:
        body["code"] = error.code
    headers = {"Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = "2"
    if isinstance(error, NotReadyYet):
        headers["Retry-After"] = str(error.retry_s)
        body |= {"state": "collecting", "collected": error.collected, "needed": error.needed}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer_error(_request: Request | HTTPConnection, error: Exception) -> Response:
    """Turn an error that a route raised into its answer; registered for `RondaError`."""
    if isinstance(error, RondaError):
        return problem(error)
    raise error
