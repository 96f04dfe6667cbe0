"""The cookie that carries a session: set, taken away, and whose it is."""

from contextlib import suppress
from typing import Final

from fastapi import Request
from starlette.responses import Response

from ronda.base.errors import Busy
from ronda.people.access_log import Look
from ronda.people.credentials import LONGEST_90K
from ronda.people.known_browsers import MARK_COOKIE, MARK_S
from ronda.people.people import COOKIE
from ronda.people.principal import Kind
from ronda.people.remote import remote_kind, remote_of
from ronda.web.parts import Parts

MARK_PATH: Final = "/api/v1/session"
_COOKIE_S: Final = LONGEST_90K // 90_000


def set_session(parts: Parts, request: Request, response: Response, secret: str, name: str | None = None) -> None:
    """Let `response` carry the session's secret to the browser, where no script reads it.

    With the `name` that was typed there, the browser is marked as one in which they have signed in.
    """
    secure = is_secure(parts, request)
    response.set_cookie(COOKIE, secret, max_age=_COOKIE_S, httponly=True, samesite="lax", secure=secure, path="/")
    if name is not None:
        mark = parts.people.known_browsers.mark(name)
        response.set_cookie(
            MARK_COOKIE, mark, max_age=MARK_S, httponly=True, samesite="lax", secure=secure, path=MARK_PATH
        )


def drop_session(parts: Parts, request: Request, response: Response) -> None:
    """Let `response` take the cookie away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(parts, request))


async def end_session_of(parts: Parts, request: Request) -> None:
    """End the session that a request carries, if any, and note that; what it is watching stops."""
    secret = request.cookies.get(COOKIE)
    credential = await parts.people.credentials.find(secret) if secret else None
    if credential is not None and credential.principal.kind is Kind.PERSON:
        await parts.people.credentials.revoke(Kind.PERSON, credential.id)
        with suppress(Busy):  # who wants to leave may leave
            look = Look(credential.principal.label, "sign-out", None, "", remote_kind(remote_of(request)))
            parts.people.log.start(look)


def is_secure(parts: Parts, request: Request) -> bool:
    """Whether cookies may be bound to HTTPS."""
    return parts.facts.https or request.url.scheme == "https"
