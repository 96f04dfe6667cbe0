"""Signing in and out, sessions, tokens."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ronda.base.errors import NotSignedIn
from ronda.base.time import format_rfc3339
from ronda.people.credentials import LONGEST_90K
from ronda.people.people import COOKIE, remote_of
from ronda.people.principal import Kind
from ronda.web.documents import (
    PasswordChange,
    PasswordGiven,
    PersonShown,
    SessionShown,
    SessionsShown,
    SessionState,
    SignIn,
    TokenGiven,
    TokenMade,
    TokenShown,
    TokensShown,
)
from ronda.web.gate import ManagesPersons, ManagesSessions, ManagesTokens, PartsOf

router = APIRouter(prefix="/api/v1")
_COOKIE_S: Final = LONGEST_90K // 90_000


@router.get("/session", tags=["people"], summary="Who you are here")
async def get_session(parts: PartsOf, request: Request) -> SessionState:
    """Return who is signed in and what they may do; open to everybody."""
    principal = (await parts.people.credential_of(request)).principal
    person = None
    if principal.kind is not Kind.ANONYMOUS:
        person = PersonShown(name=principal.name, roles=sorted(principal.roles))
    policy = parts.people.policy
    may = [action.value for action in policy.all_of(principal)]
    return SessionState(person=person, public=bool(policy.public_actions), may=may)


@router.post("/session", status_code=204, tags=["people"], summary="Sign in")
async def sign_in(parts: PartsOf, request: Request, given: SignIn) -> Response:
    """Begin a session; open to everybody. The cookie `ronda_session` carries it."""
    agent = request.headers.get("user-agent", "")
    secret = await parts.people.sign_in(given.name, given.password.get_secret_value(), remote_of(request), agent)
    await _end_session_of(parts, request)
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE, secret, max_age=_COOKIE_S, httponly=True, samesite="lax", secure=_secure(parts, request), path="/"
    )
    return response


@router.delete("/session", status_code=204, tags=["people"], summary="Sign out")
async def sign_out(parts: PartsOf, request: Request) -> Response:
    """End this session; open to everybody."""
    await _end_session_of(parts, request)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=_secure(parts, request))
    return response


@router.put("/session/password", status_code=204, tags=["people"], summary="Change your password")
async def change_password(parts: PartsOf, request: Request, given: PasswordChange) -> None:
    """Change the password of whoever is signed in; their other sessions end."""
    credential = await parts.people.credential_of(request)
    if credential.principal.kind is not Kind.PERSON:
        raise NotSignedIn("sign in with a name and a password first")
    await parts.people.change_password(
        credential, given.old.get_secret_value(), given.new.get_secret_value(), remote_of(request)
    )


@router.post("/persons/{name}/password", status_code=204, tags=["people"], summary="Give somebody a new password")
async def set_password(caller: ManagesPersons, name: str, given: PasswordGiven) -> None:
    """Replace somebody's password, as when it was forgotten; all their sessions end."""
    await caller.parts.people.set_password(name, given.new.get_secret_value())


@router.get("/sessions", tags=["people"], summary="Every session")
async def list_sessions(caller: ManagesSessions) -> SessionsShown:
    """Return every session that has not ended, newest first."""
    return SessionsShown(
        sessions=[
            SessionShown(
                id=one.id,
                person=one.person,
                agent=one.agent,
                created=format_rfc3339(one.created_90k),
                seen=format_rfc3339(one.seen_90k),
                expires=format_rfc3339(one.expires_90k),
                this=one.id == caller.credential.id,
            )
            for one in await caller.parts.people.credentials.sessions()
        ]
    )


@router.delete("/sessions/{session}", status_code=204, tags=["people"], summary="End a session")
async def revoke_session(caller: ManagesSessions, session: str) -> None:
    """End somebody's session; what they are watching stops."""
    await caller.parts.people.credentials.revoke(Kind.PERSON, session)


@router.get("/tokens", tags=["people"], summary="Every API token")
async def list_tokens(caller: ManagesTokens) -> TokensShown:
    """Return every token, newest first, without its secret."""
    return TokensShown(
        tokens=[
            TokenShown(
                id=one.id,
                name=one.name,
                by=one.by,
                created=format_rfc3339(one.created_90k),
                seen=None if one.seen_90k is None else format_rfc3339(one.seen_90k),
            )
            for one in await caller.parts.people.credentials.tokens()
        ]
    )


@router.post("/tokens", status_code=201, tags=["people"], summary="Make an API token")
async def make_token(caller: ManagesTokens, given: TokenGiven) -> TokenMade:
    """Make a token for `Authorization: Bearer`; it is shown this once."""
    return TokenMade(token=await caller.parts.people.credentials.new_token(given.name, caller.label))


@router.delete("/tokens/{token}", status_code=204, tags=["people"], summary="Revoke a token")
async def revoke_token(caller: ManagesTokens, token: str) -> None:
    """Revoke a token by its id; what is being watched with it stops."""
    await caller.parts.people.credentials.revoke(Kind.TOKEN, token)


async def _end_session_of(parts: PartsOf, request: Request) -> None:
    secret = request.cookies.get(COOKIE)
    credential = await parts.people.credentials.find(secret) if secret else None
    if credential is not None and credential.principal.kind is Kind.PERSON:
        await parts.people.credentials.revoke(Kind.PERSON, credential.id)


def _secure(parts: PartsOf, request: Request) -> bool:
    return parts.facts.https or request.url.scheme == "https"
