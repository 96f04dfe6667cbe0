"""Errors as problem documents (RFC 9457), and the one table from an error's kind to its status."""

from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from ronda.base import errors
from ronda.base.redaction import redact
from ronda.people.errors import InvitationOver

_log = structlog.get_logger(__name__)
PROBLEM: Final = "application/problem+json"


class TooLarge(errors.BadInput):
    """The body of a request is larger than its route takes."""


STATUS: Final[dict[type[errors.RondaError], int]] = {
    TooLarge: 413,
    errors.TooOften: 429,
    InvitationOver: 410,
    errors.BadInput: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Busy: 503,
    errors.StorageFailed: 500,
    errors.RondaError: 500,
}
"""Status of each kind; a subclass that is not listed has its ancestor's."""


def problem(
    status: int, detail: str, mend: str = "", headers: dict[str, str] | None = None, code: str = ""
) -> Response:
    """Return a problem document; `code` tells programs what a page can do about it."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if mend:
        document["mend"] = mend
    if code:
        document["code"] = code
    return JSONResponse(document, status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM)


def problem_of(error: errors.RondaError) -> Response:
    """Return the problem document of an error, with nothing secret in it."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers = {}
    if isinstance(error, errors.NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = f"{max(1, round(error.wait_s))}" if isinstance(error, errors.TooOften) else "2"
    return problem(status, redact(error.message), redact(error.mend), headers, error.code)


def install(app: FastAPI) -> None:
    """Let every error of `app` leave as a problem document."""
    app.add_exception_handler(errors.RondaError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_starlette)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.RondaError)  # noqa: S101 - what it is registered for
    response = problem_of(error)
    if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("web: failed", path=request.url.path, problem=redact(str(error)))
    return response


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    # Only places and rules are told: the values may be secrets.
    told = [
        f"{'.'.join(str(part) for part in one['loc'][1:]) or one['loc'][0]}: {one['msg']}" for one in error.errors()
    ]
    return problem(400, "; ".join(told)[:1000])


async def _of_starlette(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    detail = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path[:200]}"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} cannot be done to {request.url.path[:200]}"
    return problem(error.status_code, detail, headers=dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("web: a request failed", path=request.url.path, exc_info=error)
    return problem(500, "something went wrong here; the server's log says what")
