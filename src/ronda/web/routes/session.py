"""One's own session: signing in and out, who one is here, the second factor, one's other sessions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ronda.base.errors import NotAllowed, NotFound, NotSignedIn
from ronda.people.errors import PersonNeeded
from ronda.people.grants import PersonChange
from ronda.people.known_browsers import MARK_COOKIE
from ronda.people.people import remote_of
from ronda.people.principal import Credential, Kind, Scope
from ronda.web.documents_people import (
    FactorBegin,
    FactorBegun,
    FactorCode,
    FactorShown,
    OwnChanges,
    PasswordChange,
    RecoveryCodes,
    SessionsShown,
    SessionState,
    SignedIn,
    SignIn,
)
from ronda.web.gate import PartsOf, parts_of
from ronda.web.parts import Parts
from ronda.web.people_shown import grant_shown, qr_svg, sessions_shown
from ronda.web.session_cookie import drop_session, end_session_of, set_session

router = APIRouter(prefix="/api/v1/session", tags=["people"])


async def signed_in(request: Request) -> Credential:
    """Return the session of the person who asks; for what everybody may do with themselves.

    Raises:
        NotSignedIn: It is not a person's session.
    """
    credential = await parts_of(request).people.credential_of(request)
    if credential.principal.kind is not Kind.PERSON:
        raise NotSignedIn("sign in with a name and a password first")
    return credential


Own = Annotated[Credential, Depends(signed_in)]


@router.get("", summary="Who you are here")
async def get_session(parts: PartsOf, request: Request) -> SessionState:
    """Return who is signed in and what they may do; open to everybody."""
    credential = await parts.people.credential_of(request)
    principal, policy = credential.principal, parts.people.policy
    state = SessionState(
        person=None, public=bool(policy.public_actions), may=policy.all_of(principal), areas=[], name_people=False
    )
    if principal.kind is Kind.ANONYMOUS:
        return state
    grants = policy.current(principal)
    areas = sorted({grant.value for grant in grants if grant.scope is Scope.AREA})
    state.person = SignedIn(
        name=principal.name,
        display=principal.display,
        kind="place" if principal.place else principal.kind.value,
        roles=sorted({grant.role for grant in grants}),
        grants=[grant_shown(grant) for grant in grants],
    )
    state.areas = areas
    state.name_people = principal.place and not await _named(parts, areas)
    return state


@router.post("", status_code=204, summary="Sign in")
async def sign_in(parts: PartsOf, request: Request, given: SignIn) -> Response:
    """Begin a session; open to everybody. The cookie `ronda_session` carries it.

    Where a second factor is on and `code` is missing or wrong, the problem's `code` is `second-factor-needed` or
    `second-factor-wrong`.
    """
    agent = request.headers.get("user-agent", "")
    password = given.password.get_secret_value()
    mark = request.cookies.get(MARK_COOKIE, "")
    secret = await parts.people.sign_in(given.name, password, remote_of(request), agent, given.code, mark=mark)
    await end_session_of(parts, request)
    response = Response(status_code=204)
    set_session(parts, request, response, secret, given.name)
    return response


@router.delete("", status_code=204, summary="Sign out")
async def sign_out(parts: PartsOf, request: Request) -> Response:
    """End this session; open to everybody."""
    await end_session_of(parts, request)
    response = Response(status_code=204)
    drop_session(parts, request, response)
    return response


@router.patch("", status_code=204, summary="Change how you are called and reached")
async def change_self(parts: PartsOf, own: Own, given: OwnChanges) -> None:
    """Change your own name as people write it, phone number or e-mail address."""
    if own.principal.place:
        raise PersonNeeded("this screen belongs to a place", "whoever manages the area names it")
    if given.email is not None and parts.sign_on is not None:
        # It is by this address that the sign-on's account finds its person: nobody claims another's.
        raise NotAllowed("the city's sign-on knows you by this address", "ask whoever manages your area to change it")
    change = PersonChange(given.display, given.phone, given.email)
    await parts.people.grants.change(own.principal, own.principal.name, change)


@router.put("/password", status_code=204, summary="Change your password")
async def change_password(parts: PartsOf, own: Own, request: Request, given: PasswordChange) -> None:
    """Change the password of whoever is signed in; their other sessions end."""
    old, new = given.old.get_secret_value(), given.new.get_secret_value()
    await parts.people.change_password(own, old, new, remote_of(request))


@router.get("/others", summary="Your sessions")
async def list_own(parts: PartsOf, own: Own) -> SessionsShown:
    """Return every session of yours that has not ended, this one among them."""
    return sessions_shown(await parts.people.credentials.sessions(own.principal.name), own.id)


@router.delete("/others", status_code=204, summary="End your other sessions")
async def end_others(parts: PartsOf, own: Own) -> None:
    """End all your sessions but this one; what they are watching stops."""
    await parts.people.credentials.revoke_sessions_of(own.principal.name, except_id=own.id)


@router.delete("/others/{session}", status_code=204, summary="End one of your sessions")
async def end_other(parts: PartsOf, own: Own, session: str) -> None:
    """End one session of yours."""
    if session not in {one.id for one in await parts.people.credentials.sessions(own.principal.name)}:
        raise NotFound("there is no such session")
    await parts.people.credentials.revoke(Kind.PERSON, session)


@router.get("/second-factor", summary="Whether your sign-in asks for a code")
async def get_factor(parts: PartsOf, own: Own) -> FactorShown:
    """Return whether it does, and how many recovery codes are left."""
    state = await parts.people.factors.state(own.principal.name)
    return FactorShown(on=state.on, recovery_codes=state.recovery_codes)


@router.post("/second-factor", status_code=201, summary="Begin with a second factor")
async def begin_factor(parts: PartsOf, own: Own, request: Request, given: FactorBegin) -> FactorBegun:
    """Return what an authenticator scans; it counts once a code has been confirmed."""
    name = own.principal.name
    await parts.people.signing_in.require_password(name, given.password.get_secret_value(), remote_of(request))
    begun = await parts.people.factors.enrol(name)
    return FactorBegun(secret=begun.secret, uri=begun.uri, qr=qr_svg(begun.uri))


@router.put("/second-factor", summary="Turn the second factor on")
async def confirm_factor(parts: PartsOf, own: Own, given: FactorCode) -> RecoveryCodes:
    """Turn it on with a first code of the authenticator; the recovery codes are shown this once."""
    return RecoveryCodes(codes=await parts.people.factors.confirm(own.principal.name, given.code))


@router.delete("/second-factor", status_code=204, summary="Turn the second factor off")
async def end_factor(parts: PartsOf, own: Own, given: FactorCode) -> None:
    """Turn it off with a code of the authenticator, or a recovery code."""
    name = own.principal.name
    await parts.people.signing_in.require_code(name, given.code)
    await parts.people.factors.turn_off(name, name)


async def _named(parts: Parts, areas: list[str]) -> bool:
    return all([await parts.people.grants.named_in(area) for area in areas])
