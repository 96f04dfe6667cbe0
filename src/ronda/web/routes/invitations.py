"""Invitations: made, listed, withdrawn; and the link that they are, opened by whoever was given it."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ronda.base.errors import BadInput, NotFound
from ronda.city.region import Level, ancestors_of, level_of
from ronda.people.action import Action
from ronda.people.giving import Wish
from ronda.people.invitations import Invitation, Newcomer
from ronda.people.people import remote_of
from ronda.people.persons import parse_name
from ronda.people.principal import Kind, Scope
from ronda.web.documents_people import (
    InvitationGiven,
    InvitationMade,
    InvitationsShown,
    Joined,
    JoinGiven,
    JoinShown,
)
from ronda.web.gate import ManagesGrants, PartsOf, SeesPersons
from ronda.web.parts import Parts
from ronda.web.people_shown import grant_shown, invitation_shown, moment, qr_svg, until_90k
from ronda.web.routes.people import AreaFilter, area_of, areas_of
from ronda.web.session_cookie import end_session_of, set_session

router = APIRouter(prefix="/api/v1", tags=["people"])
_LINK: Final = "a link"


@router.get("/invitations", summary="Who was invited")
async def list_invitations(caller: SeesPersons, area: AreaFilter = None) -> InvitationsShown:
    """Return the newest invitations to the areas that the caller cares for, without their links."""
    areas = areas_of(caller.reach(Action.PERSONS), area)
    now = caller.parts.clock.utc_90k()
    found = await caller.parts.people.invitations.entries(areas)
    return InvitationsShown(invitations=[invitation_shown(one, now) for one in found])


@router.post("/invitations", status_code=201, summary="Invite somebody")
async def invite(caller: ManagesGrants, given: InvitationGiven) -> InvitationMade:
    """Make a link, also as a QR code, that makes whoever opens it first what is given; it is shown this once."""
    wish = Wish(given.role, given.scope, given.value, until_90k=until_90k(given.until))
    with caller.noting(Action.GRANTS, subject=given.display or None, area=area_of(given.scope, given.value)):
        made, token = await caller.parts.people.invitations.make(
            caller.principal, wish, given.display, given.hours * 3600
        )
    link = f"{_base(caller.parts, caller.request)}/join/{token}"
    shown = invitation_shown(made, caller.parts.clock.utc_90k())
    return InvitationMade(**shown.model_dump(), token=token, link=link, qr=qr_svg(link))


@router.delete("/invitations/{invitation}", status_code=204, summary="Withdraw an invitation")
async def revoke(caller: ManagesGrants, invitation: str) -> None:
    """Withdraw an invitation; its link opens nothing any more."""
    with caller.noting(Action.GRANTS, subject=f"invitation {invitation[:20]}"):
        await caller.parts.people.invitations.revoke(caller.principal, invitation)


@router.get("/join/{token}", summary="What an invitation gives")
async def look(parts: PartsOf, request: Request, token: str) -> JoinShown:
    """Return what a link gives; open to whoever has it."""
    found = await _found(parts, request, token)
    grant, principal = found.grant, (await parts.people.credential_of(request)).principal
    here = principal.kind is Kind.PERSON and not principal.place
    try:
        inviter = (await parts.people.grants.person(grant.by))[0].display
    except NotFound:  # the machine itself, a token, or somebody who is gone
        inviter = ""
    return JoinShown(
        role=grant.role,
        scope=grant.scope,
        value=grant.value,
        area_name=_called(parts, grant.value) if grant.scope is Scope.AREA else None,
        until=moment(grant.until_90k),
        display=found.display,
        by=grant.by,
        by_display=inviter,
        expires=moment(found.expires_90k) or "",
        you=principal.name if here else None,
    )


@router.post("/join/{token}", status_code=201, response_model=None, responses={201: {"model": Joined}}, summary="Join")
async def join(parts: PartsOf, request: Request, token: str, given: JoinGiven) -> Response:
    """Take an invitation: with a name and a password of one's own choice, or signed in and without either.

    Open to whoever has the link; whoever joins is signed in then.
    """
    people = parts.people
    principal = (await people.credential_of(request)).principal
    await _found(parts, request, token)
    if given.name is None and principal.kind is Kind.PERSON:
        entry = await people.invitations.accept(token, principal)
        return _joined(Joined(person=entry.person, grant=grant_shown(entry.grant, entry)))
    if given.name is None or given.password is None:
        raise BadInput("a name and a password are needed", "choose both, or sign in first")
    hashed = await people.signing_in.hash(given.password.get_secret_value())
    newcomer = Newcomer(parse_name(given.name), given.display, hashed)
    entry = await people.invitations.accept(token, newcomer)
    await end_session_of(parts, request)
    secret = await people.credentials.new_session(entry.person, request.headers.get("user-agent", ""))
    response = _joined(Joined(person=entry.person, grant=grant_shown(entry.grant, entry)))
    set_session(parts, request, response, secret, entry.person)
    return response


async def _found(parts: Parts, request: Request, token: str) -> Invitation:
    """Return the invitation of a link; who tries links that are none is slowed down, where they are."""
    throttle, remote, now = parts.people.signing_in.throttle, remote_of(request), parts.clock.monotonic()
    throttle.check(remote, _LINK, now)
    try:
        return await parts.people.invitations.look(token)
    except NotFound:
        throttle.failed(remote, _LINK, now)
        raise


def _called(parts: Parts, code: str) -> str | None:
    """Return what people call an area: RT and RW with the kelurahan that they are of."""
    names = []
    for one in ancestors_of(code):
        if (area := parts.centre.city.areas.find(one)) is not None:
            names.append(area.name)
        if level_of(one) not in (Level.RT, Level.RW):
            break
    return " ".join(names) or None


def _joined(document: Joined) -> Response:
    return Response(document.model_dump_json(by_alias=True), 201, media_type="application/json")


def _base(parts: Parts, request: Request) -> str:
    scheme = "https" if parts.facts.https else request.url.scheme
    return f"{scheme}://{request.headers.get('host') or request.url.netloc}"
