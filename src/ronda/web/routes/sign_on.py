"""Signing in with the city's own account: to the provider, and back from it."""

from typing import Annotated, Final
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from ronda.base.errors import NotFound, RondaError
from ronda.base.time import format_rfc3339
from ronda.people.action import Action
from ronda.people.people import remote_of
from ronda.people.sign_on.sign_on import LIFE_S, Answer, SignOn
from ronda.web.documents_people import SignOnAccountShown, SignOnAccountsShown
from ronda.web.gate import ManagesPasswords, PartsOf
from ronda.web.parts import Parts
from ronda.web.session_cookie import end_session_of, is_secure, set_session

router = APIRouter(prefix="/api/v1/session/oidc", tags=["people"])
_log = structlog.get_logger(__name__)
_PATH: Final = "/api/v1/session/oidc"
_KEPT: Final = "ronda_sign_on"
_LONG: Final = 4_096
_Page = Annotated[str, Query(max_length=500)]
PersonName = Annotated[str, Path(max_length=100)]
_Brought = Annotated[str, Query(max_length=_LONG)]


@router.get("", status_code=302, response_class=RedirectResponse, summary="Sign in with the city's own account")
async def begin(parts: PartsOf, request: Request, next: _Page = "/wall") -> Response:
    """Send the browser to the city's sign-on; open to everybody. It ends at the page `next`.

    What fails leads back to the sign-in page, whose address then says why: `?problem=CODE`.
    """
    sign_on = _sign_on(parts)
    try:
        begun = await sign_on.begin(_redirect(parts, sign_on, request), next)
    except RondaError as error:
        return _back(error)
    response = RedirectResponse(begun.url, 302)
    response.set_cookie(
        _KEPT, begun.cookie, max_age=LIFE_S, httponly=True, samesite="lax", secure=is_secure(parts, request), path=_PATH
    )
    return response


@router.get("/callback", status_code=303, response_class=RedirectResponse, summary="Come back from the city's sign-on")
async def finish(
    parts: PartsOf, request: Request, state: _Brought = "", code: _Brought = "", error: _Brought = ""
) -> Response:
    """Begin a session for whom the city's sign-on vouches; open to everybody. Browsers are sent here by it."""
    sign_on = _sign_on(parts)
    secure = is_secure(parts, request)
    try:
        finished = await sign_on.finish(
            Answer(state, code, error),
            request.cookies.get(_KEPT, ""),
            remote_of(request),
            request.headers.get("user-agent", ""),
        )
        await end_session_of(parts, request)
    except RondaError as problem:
        response = _back(problem)
    else:
        response = RedirectResponse(finished.next, 303)
        set_session(parts, request, response, finished.secret)
    response.delete_cookie(_KEPT, path=_PATH, httponly=True, samesite="lax", secure=secure)
    return response


@router.get("/accounts/{name}", summary="With which accounts of the city somebody signs in")
async def list_accounts(caller: ManagesPasswords, name: PersonName) -> SignOnAccountsShown:
    """Return the accounts of the city's sign-on that lead to a person here, oldest first."""
    with caller.noting(Action.PASSWORDS, subject=name):
        links = await _sign_on(caller.parts).links_of(name)
    return SignOnAccountsShown(
        accounts=[
            SignOnAccountShown(
                issuer=one.issuer,
                subject=one.subject,
                since=format_rfc3339(one.since_90k),
                seen=format_rfc3339(one.seen_90k),
            )
            for one in links
        ]
    )


@router.delete("/accounts/{name}", status_code=204, summary="Forget somebody's accounts of the city")
async def forget_accounts(caller: ManagesPasswords, name: PersonName) -> None:
    """Let the city's accounts lead to this person no more, as when the wrong ones did; their sessions end."""
    with caller.noting(Action.PASSWORDS, subject=name):
        await _sign_on(caller.parts).unlink(name, caller.label)
        await caller.parts.people.credentials.revoke_sessions_of(name)


def _sign_on(parts: Parts) -> SignOn:
    if parts.sign_on is None:
        raise NotFound("this city has no sign-on of its own", "sign in with name and password")
    return parts.sign_on


def _back(error: RondaError) -> Response:
    code = error.code or "sign-on-away"
    _log.info("sign-on: not signed in", code=code, problem=error.message)
    return RedirectResponse(f"/sign-in?{urlencode({'problem': code})}", 303)


def _redirect(parts: Parts, sign_on: SignOn, request: Request) -> str:
    """Return our own address for the answer; the provider takes only those that it knows."""
    if sign_on.redirect is not None:
        return f"{sign_on.redirect.rstrip('/')}{_PATH}/callback"
    scheme = "https" if is_secure(parts, request) else "http"
    return f"{scheme}://{request.url.netloc}{_PATH}/callback"
