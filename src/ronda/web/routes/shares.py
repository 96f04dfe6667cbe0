"""Shares: what of a case is given to a named receiver, and the receiver's way to it, without an account."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from ronda.base.errors import Conflict, NotFound
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.evidence.export import Export
from ronda.evidence.sharing.share import NewShare, Share, ShareKind, ShareState
from ronda.people.action import Action
from ronda.people.media_access import share_credential
from ronda.people.people import look_of, purpose_of
from ronda.people.remote import remote_of
from ronda.web.documents_shares import (
    ShareCode,
    SharedLinkShown,
    SharedShown,
    ShareGiven,
    ShareMadeShown,
    ShareShown,
    SharesShown,
)
from ronda.web.gate import Caller, PartsOf
from ronda.web.parts import Parts
from ronda.web.routes.cases import CaseAsks, Number, seen_case
from ronda.web.session_cookie import is_secure

router = APIRouter(prefix="/api/v1", tags=["evidence"])
COOKIE: Final = "ronda_share"
_PUBLIC: Final = "/api/v1/public/shares"
Token = Annotated[str, Path(max_length=64, examples=["0b7c2WJvQ3mTz9kE1LrXyA"])]


@router.get("/cases/{number}/shares", summary="What of a case is shared")
async def list_shares(caller: CaseAsks, number: Number) -> SharesShown:
    """Return the shares of a case, newest first; what opens them is shown to nobody again."""
    case = await seen_case(caller, number)
    return SharesShown(shares=[_shown(one) for one in await caller.parts.shares.of(case.number)])


@router.post("/cases/{number}/shares", status_code=201, summary="Share a sealed export")
async def make_share(caller: CaseAsks, number: Number, given: ShareGiven) -> ShareMadeShown:
    """Give a named receiver one export for some days: a link, and a code that goes to them by another way.

    `view` shows a copy with their name in every picture and gives no original; `download` gives the sealed files.
    """
    case = await seen_case(caller, number)
    export = await caller.parts.exports.get(given.export)
    people, purpose = caller.parts.people, purpose_of(caller.request) or export.purpose
    people.require_look(caller.request, caller.principal, Action.EXPORT, export.camera, purpose, None)
    new = NewShare(given.receiver, given.kind, given.days)
    made = await caller.parts.shares.make(case, export, new, caller.label)
    _note(caller, "share-made", made.share)
    return ShareMadeShown(share=_shown(made.share), link=f"/e/{made.token}", code=made.code)


@router.delete("/cases/{number}/shares/{share}", summary="End a share")
async def end_share(caller: CaseAsks, number: Number, share: str) -> ShareShown:
    """End it at once: what is being fetched by it ends in the middle."""
    case = await seen_case(caller, number)
    shares = caller.parts.shares
    return _shown(await shares.revoke(await shares.get(case.number, share), caller.label))


@router.post("/public/shares/{token}/open", summary="Open a share with its code")
async def open_share(
    parts: PartsOf, request: Request, response: Response, token: Token, given: ShareCode
) -> SharedShown:
    """Take the code in, and let this browser have what is shared, until it ends; five wrong codes lock it."""
    share, kept = await parts.shares.opening.unlock(token, given.code, remote_of(request))
    left_s = max(1, (share.until_90k - parts.clock.utc_90k()) // HZ_90K)
    response.set_cookie(
        COOKIE,
        kept,
        max_age=left_s,
        httponly=True,
        samesite="strict",
        secure=is_secure(parts, request),
        path=f"{_PUBLIC}/{token}",
    )
    response.headers["Cache-Control"] = "no-store"
    return await _shared(parts, share)


@router.get("/public/shares/{token}", summary="What is shared")
async def get_shared(parts: PartsOf, request: Request, response: Response, token: Token) -> SharedShown:
    """Return what a share gives, to the browser that gave its code; 401 before that, and nothing about it."""
    response.headers["Cache-Control"] = "no-store"
    return await _shared(parts, await parts.shares.opening.seen(token, request.cookies.get(COOKIE, "")))


@router.post("/public/shares/{token}/link", summary="Get the address of what is shared")
async def get_share_link(parts: PartsOf, request: Request, token: Token) -> SharedLinkShown:
    """Return an address that opens within a minute, to the browser that gave the code."""
    share = await parts.shares.opening.seen(token, request.cookies.get(COOKIE, ""))
    if share.state is not ShareState.READY:
        raise Conflict("the copy is still being made", "wait a moment")
    views = share.kind is ShareKind.VIEW
    action = Action.CLIP if views else Action.EXPORT
    media, until_90k = parts.people.media_tokens.sign(share.camera, action, share_credential(share.id))
    what = f"copies/{share.id}/copy.mp4" if views else f"exports/{share.export}/all.zip"
    return SharedLinkShown(url=f"/media/t/{media}/{share.camera}/{what}", until=format_rfc3339(until_90k))


async def _shared(parts: Parts, share: Share) -> SharedShown:
    export: Export = await parts.exports.get(share.export)
    try:
        camera = parts.centre.cameras.get(share.camera).name
    except NotFound:
        camera = share.camera
    return SharedShown(
        city=parts.facts.name,
        case=share.case,
        receiver=share.receiver,
        kind=share.kind,
        state=share.state,
        name=share.name,
        camera=camera,
        begin=format_rfc3339(export.from_90k),
        end=format_rfc3339(export.to_90k),
        until=format_rfc3339(share.until_90k),
        size=export.bytes,
        sha256=share.sha256,
    )


def _note(caller: Caller, action: str, share: Share) -> None:
    look = look_of(caller.request, caller.principal, Action.EXPORT, share.camera)
    caller.parts.people.log.start(replace(look, action=action, subject=share.id, purpose=share.case))


def _shown(one: Share) -> ShareShown:
    return ShareShown(
        share=one.id,
        export=one.export,
        name=one.name,
        receiver=one.receiver,
        kind=one.kind,
        by=one.by,
        at=format_rfc3339(one.at_90k),
        until=format_rfc3339(one.until_90k),
        state=one.state,
        tries=one.tries,
        opened=_moment(one.opened_90k),
        fetched=_moment(one.fetched_90k),
        fetches=one.fetches,
        problem=one.problem,
        ended=_moment(one.ended_90k),
        ended_by=one.ended_by,
    )


def _moment(utc_90k: int | None) -> str | None:
    return None if utc_90k is None else format_rfc3339(utc_90k)
