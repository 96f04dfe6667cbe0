"""API tokens, and media tokens: leave that programs carry instead of a session."""

from fastapi import APIRouter

from ronda.base.errors import NotFound, NotSignedIn
from ronda.base.time import format_rfc3339
from ronda.people import powers
from ronda.people.action import Action
from ronda.people.credentials import TokenEntry
from ronda.people.giving import Wish
from ronda.people.principal import Kind
from ronda.web.documents_people import (
    MediaTokenGiven,
    MediaTokenMade,
    TokenGiven,
    TokenMade,
    TokensShown,
)
from ronda.web.gate import Caller, ManagesTokens, Sees, SeesTokens
from ronda.web.people_shown import token_shown, until_90k
from ronda.web.routes.people import area_of

router = APIRouter(prefix="/api/v1")


@router.get("/tokens", tags=["people"], summary="API tokens")
async def list_tokens(caller: SeesTokens) -> TokensShown:
    """Return the tokens, newest first, without their secrets: all, or those that the caller made."""
    return TokensShown(tokens=[token_shown(one) for one in await _mine(caller)])


@router.post("/tokens", status_code=201, tags=["people"], summary="Make an API token")
async def make_token(caller: ManagesTokens, given: TokenGiven) -> TokenMade:
    """Make a token for `Authorization: Bearer`; it is shown this once, and may do no more than its maker."""
    now = caller.parts.clock.utc_90k()
    with caller.noting(Action.TOKENS, subject=given.name, area=area_of(given.scope, given.value)):
        wish = Wish(given.role, given.scope, given.value, until_90k=until_90k(given.expires))
        grant = wish.grant(caller.label, now)
        only = None if given.actions is None else frozenset(given.actions)
        powers.require_token(caller.principal, grant, only, now)
        token = await caller.parts.people.credentials.new_token(given.name, caller.label, grant, only)
    return TokenMade(token=token)


@router.delete("/tokens/{token}", status_code=204, tags=["people"], summary="Revoke a token")
async def revoke_token(caller: ManagesTokens, token: str) -> None:
    """Revoke a token by its id; what is being watched with it stops."""
    found = next((one for one in await _mine(caller) if one.id == token), None)
    if found is None:
        raise NotFound("there is no such token")
    with caller.noting(Action.TOKENS, subject=found.name):
        await caller.parts.people.credentials.revoke(Kind.TOKEN, token)


@router.post(
    "/cameras/{camera}/media-token", status_code=201, tags=["pictures"], summary="Leave to open pictures by address"
)
async def make_media_token(caller: Sees, camera: str, given: MediaTokenGiven) -> MediaTokenMade:
    """Return an address below which one camera's pictures open within a minute, where no cookie or header goes.

    A view that was opened goes on as long as the session or token that asked for it.
    """
    people, credential = caller.parts.people, caller.credential
    if not credential.id:
        raise NotSignedIn("a media token stands for a session or an API token", "sign in, or send a token")
    action = Action(given.action)
    people.require_look(caller.request, caller.principal, action, camera, given.purpose, None)
    token, until = people.media_tokens.sign(camera, action, credential.id, given.purpose)
    return MediaTokenMade(token=token, path=f"/media/t/{token}/{camera}/", expires=format_rfc3339(until))


async def _mine(caller: Caller) -> list[TokenEntry]:
    every = await caller.parts.people.credentials.tokens()
    if caller.reach(Action.TOKENS).everywhere:
        return every
    return [one for one in every if one.by == caller.label]
