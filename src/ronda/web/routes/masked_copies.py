"""Masked copies for who asks for the footage of themselves (UU PDP 27/2022 Art. 32)."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.bus.contract import Timeline
from ronda.bus.copies import MOST_SECONDS
from ronda.people.action import Action
from ronda.people.media_access import copy_credential
from ronda.people.people import look_of
from ronda.privacy.copies import MARGIN_90K, MOST_DAYS, MOST_LINKS, HandingState, MaskedCopy, NewCopy
from ronda.privacy.requests import DataRequest
from ronda.web.documents import Moment
from ronda.web.documents_copies import (
    CopiesShown,
    CopyGiven,
    CopyShown,
    FootageShown,
    HandedListShown,
    HandedShown,
    LinkShown,
    StretchShown,
)
from ronda.web.gate import Asks, Caller, PartsOf

router = APIRouter(prefix="/api/v1", tags=["personal data"])
_Desk = Annotated[Caller, Depends(Asks(Action.REQUESTS))]
_WIDEST_90K = 86_400 * HZ_90K
_FILM = "copy.mp4"


@router.get("/data-requests/{id}/footage", summary="What is recorded of what a request is about")
async def get_footage(
    caller: _Desk, id: str, camera: str | None = None, begin: Moment | None = None, end: Moment | None = None
) -> FootageShown:
    """Return the recorded stretches of a camera within the times of the request; else from `begin` to `end`."""
    request = await caller.parts.privacy.requests.get(id)
    wanted = camera or request.camera
    if not wanted:
        raise BadInput("the request names no camera", "say which one: ?camera=")
    _require_clip(caller, wanted)
    from_90k, to_90k = _bounds(request, begin, end)
    timeline = await caller.parts.centre.timeline(wanted, from_90k, to_90k, None)
    return footage_shown(caller, wanted, (from_90k, to_90k), timeline)


@router.get("/data-requests/{id}/copies", summary="The masked copies of a request")
async def list_copies(caller: _Desk, id: str) -> CopiesShown:
    """Return every copy that was ordered for a request, newest first, and how far those are that are being made."""
    privacy = caller.parts.privacy
    request = await privacy.requests.get(id)
    await privacy.copies.refresh()
    return CopiesShown(copies=[copy_shown(caller, one) for one in await privacy.copies.of(request.id)])


@router.post("/data-requests/{id}/copies", status_code=201, summary="Make a masked copy")
async def make_copy(caller: _Desk, id: str, given: CopyGiven) -> CopyShown:
    """Order a copy of at most five minutes with others masked; who asked can fetch it with their receipt."""
    parts = caller.parts
    request = await parts.privacy.requests.get(id)
    _require_clip(caller, given.camera)
    camera = parts.centre.cameras.get(given.camera)
    new = NewCopy(
        camera=camera.id,
        from_90k=parse_rfc3339(given.begin),
        to_90k=parse_rfc3339(given.end),
        plan=given.plan,
        always=camera.masks,
        days=given.days,
        stills_s=given.stills_s,
    )
    copy = await parts.privacy.copies.make(request, new, caller.label)
    note_copy(caller, "copy-made", copy)
    return copy_shown(caller, copy)


@router.delete("/data-requests/{id}/copies/{copy}", summary="Withdraw a masked copy")
async def revoke_copy(caller: _Desk, id: str, copy: str) -> CopyShown:
    """End a copy: it cannot be fetched any more, not even to the end of what is being fetched; the file is deleted."""
    copies = caller.parts.privacy.copies
    request = await caller.parts.privacy.requests.get(id)
    after = await copies.revoke(await copies.get(request.id, copy), caller.label)
    note_copy(caller, "copy-revoked", after)
    return copy_shown(caller, after)


@router.get("/public/data-requests/{receipt}/copies", summary="What can be fetched with a receipt")
async def list_handed(parts: PartsOf, receipt: str) -> HandedListShown:
    """Return the masked copies that can be fetched now; open to everybody who knows the receipt."""
    request = await parts.privacy.requests.get(receipt)
    found = await parts.privacy.copies.of(request.id)
    return HandedListShown(copies=[_handed(one) for one in found if parts.privacy.copies.is_open(one.id, one.camera)])


@router.post("/public/data-requests/{receipt}/copies/{copy}/link", summary="Get a link to a masked copy")
async def get_link(parts: PartsOf, receipt: str, copy: str) -> LinkShown:
    """Return addresses that open within a minute; five times a copy, for everybody who knows the receipt."""
    request = await parts.privacy.requests.get(receipt)
    found = await parts.privacy.copies.link(request.id, copy)
    token, until_90k = parts.people.media_tokens.sign(found.camera, Action.CLIP, copy_credential(found.id))
    base = f"/media/t/{token}/{found.camera}/copies/{found.id}"
    return LinkShown(film=f"{base}/{_FILM}", stills=_stills(base, found), until=format_rfc3339(until_90k))


def _require_clip(caller: Caller, camera: str) -> None:
    """Go on only when the officer may take footage of the camera away: what they hand over is theirs to give.

    Raises:
        NotAllowed: They may not.
    """
    people = caller.parts.people
    people.require(caller.request, caller.principal, Action.CLIP, camera, published=False)


def _bounds(request: DataRequest, begin: str | None, end: str | None) -> tuple[int, int]:
    """Return within which times copies can be made: those of the request and a margin, else what is asked for.

    Raises:
        BadInput: Neither says, or it is more than a day.
    """
    from_90k = parse_rfc3339(begin) if begin else None
    to_90k = parse_rfc3339(end) if end else None
    if request.from_90k is not None:
        from_90k = max(request.from_90k - MARGIN_90K, from_90k or 0)
    if request.to_90k is not None:
        latest = request.to_90k + MARGIN_90K
        to_90k = latest if to_90k is None else min(latest, to_90k)
    if from_90k is None or to_90k is None:
        raise BadInput("the request names no times", "say them: ?begin=2026-11-21T19:00:00Z&end=...")
    if not 0 < to_90k - from_90k <= _WIDEST_90K:
        raise BadInput("the times are empty, or more than a day", "ask for a part of it with ?begin= and ?end=")
    return from_90k, to_90k


def footage_shown(caller: Caller, camera: str, bounds: tuple[int, int], timeline: Timeline) -> FootageShown:
    """Return the document of what there is of a camera to make copies of."""
    return FootageShown(
        camera=camera,
        begin=format_rfc3339(bounds[0]),
        end=format_rfc3339(bounds[1]),
        recorded=[
            StretchShown(begin=format_rfc3339(span.from_90k), end=format_rfc3339(span.to_90k))
            for span in timeline.coverage
        ],
        masks=[list(corners) for corners in caller.parts.centre.cameras.get(camera).masks],
        most_seconds=MOST_SECONDS,
        most_days=MOST_DAYS,
    )


def note_copy(caller: Caller, action: str, copy: MaskedCopy) -> None:
    """Write into the access log what is done with a copy."""
    look = look_of(caller.request, caller.principal, Action.CLIP, copy.camera)
    look = replace(look, action=action, subject=copy.id, from_90k=copy.from_90k, to_90k=copy.to_90k)
    caller.parts.people.log.start(look)


def _stills(base: str, copy: MaskedCopy) -> list[str]:
    return [f"{base}/still-{number}.jpg" for number in range(1, copy.stills + 1)]


def copy_shown(caller: Caller, one: MaskedCopy, sha256: str = "") -> CopyShown:
    """Return the document of a copy; `sha256` is its film's, where that is known."""
    standing = caller.parts.privacy.copies.standing(one.id)
    ready = one.state is HandingState.READY
    base = f"/media/{one.camera}/copies/{one.id}"
    return CopyShown(
        copy_id=one.id,
        camera=one.camera,
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        by=one.by,
        at=format_rfc3339(one.at_90k),
        until=format_rfc3339(one.until_90k),
        state=one.state,
        progress=1.0 if ready else standing.progress if standing is not None else 0.0,
        problem=one.problem,
        mend=one.mend,
        bytes=one.bytes,
        sha256=sha256,
        film=f"{base}/{_FILM}" if ready else None,
        stills=_stills(base, one) if ready else [],
        links=one.links,
        fetched=None if one.fetched_90k is None else format_rfc3339(one.fetched_90k),
        ended=None if one.ended_90k is None else format_rfc3339(one.ended_90k),
        ended_by=one.ended_by,
    )


def _handed(one: MaskedCopy) -> HandedShown:
    return HandedShown(
        copy_id=one.id,
        camera=one.camera,
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        until=format_rfc3339(one.until_90k),
        bytes=one.bytes,
        stills=one.stills,
        links_left=max(0, MOST_LINKS - one.links),
    )
