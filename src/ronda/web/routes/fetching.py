"""Footage still at the site: what a camera's recorder has kept, and fetching it into the archive."""

import secrets
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from ronda.base.time import HZ_90K, format_rfc3339
from ronda.bus.contract import Span
from ronda.bus.fetching import (
    CancelFetch,
    FetchAbout,
    FetchesRequest,
    FetchStanding,
    FetchStandings,
    FetchState,
    FetchWhen,
    MakeFetch,
    SiteFootage,
    SiteFootageRequest,
)
from ronda.people.action import Action
from ronda.people.people import look_of
from ronda.web.documents_fetching import FetchesShown, FetchGiven, FetchShown, SiteFootageShown, SiteStretch
from ronda.web.gate import Asks, Caller, SeesTimeline
from ronda.web.routes.cameras import moments

router = APIRouter(prefix="/api/v1", tags=["evidence"])
_DAY_90K: Final = 86_400 * HZ_90K
_SHORT_90K: Final = 1_800 * HZ_90K
_LIST_S: Final = 60.0
_OPEN: Final = (FetchState.WAITING, FetchState.FETCHING)
_Fetches = Annotated[Caller, Depends(Asks(Action.HOLD, noted=False))]
_FetchesSome = Annotated[Caller, Depends(Asks(Action.HOLD, somewhere=True, noted=False))]


@router.get("/cameras/{camera}/site-footage", summary="What is still at the site")
async def get_site_footage(
    caller: SeesTimeline,
    camera: str,
    begin: Annotated[str, Query(alias="from", examples=["2026-11-21T17:00:00Z"])],
    end: Annotated[str, Query(alias="to", examples=["2026-11-22T17:00:00Z"])],
) -> SiteFootageShown:
    """Ask a camera's recorder what it has kept between two moments and is not in the archive; takes some seconds.

    409 where there is no recorder, or it does not let us in or hand its archive out; 503 while it does not answer.
    """
    from_90k, to_90k = moments(begin, end)
    centre = caller.parts.centre
    asked = SiteFootageRequest(camera=camera, recorder=_recorder(caller, camera), from_90k=from_90k, to_90k=to_90k)
    told = await centre.ask_node_of(camera, asked, SiteFootage, _LIST_S)
    here = (await centre.timeline(camera, from_90k, to_90k, None)).coverage
    orders = await centre.ask_node_of(camera, FetchesRequest(camera=camera), FetchStandings)
    return SiteFootageShown(
        how=told.how,
        exact=told.exact,
        clock_offset_s=told.clock_offset_s,
        at_site=[_span(span) for span in _without(told.spans, here)],
        fetches=[_shown(one) for one in orders.fetches if one.state in _OPEN],
    )


@router.post("/cameras/{camera}/fetches", status_code=201, summary="Fetch footage from the site")
async def make_fetch(caller: _Fetches, camera: str, given: FetchGiven) -> FetchShown:
    """Have a camera's recorder send what it has of a stretch and the archive lacks; follow it until it is `done`.

    It goes on by itself after the recorder was away, and after a restart.
    """
    from_90k, to_90k = moments(given.begin, given.end)
    when = given.when or (FetchWhen.NOW if to_90k - from_90k <= _SHORT_90K else FetchWhen.NIGHT)
    keep = caller.parts.clock.utc_90k() + given.keep_days * _DAY_90K
    order = MakeFetch(
        id=secrets.token_hex(8),
        camera=camera,
        recorder=_recorder(caller, camera),
        from_90k=from_90k,
        to_90k=to_90k,
        when=when,
        rate_bps=None if given.mbps is None else round(given.mbps * 1_000_000),
        keep_until_90k=keep if given.keep_days else None,
        by=caller.label,
    )
    made = await caller.parts.centre.ask_node_of(camera, order, FetchStanding)
    _note(caller, "fetch", made)
    return _shown(made)


@router.get("/fetches", summary="What is being fetched")
async def list_fetches(caller: _FetchesSome, camera: str | None = None) -> FetchesShown:
    """Return the orders of cameras whose footage the caller may keep, newest first."""
    centre, reach = caller.parts.centre, caller.reach(Action.HOLD)
    told = await centre.ask_node(FetchesRequest(camera=camera), FetchStandings)
    mine = [one for one in told.fetches if reach.holds(centre.city.place(one.order.camera))]
    return FetchesShown(fetches=[_shown(one) for one in mine])


@router.get("/fetches/{fetch}", summary="How an order to fetch stands")
async def get_fetch(caller: _FetchesSome, fetch: str) -> FetchShown:
    """Return one order, and how far it is while it is under way."""
    return _shown(await _found(caller, fetch))


@router.delete("/fetches/{fetch}", summary="Stop fetching")
async def cancel_fetch(caller: _FetchesSome, fetch: str) -> FetchShown:
    """End an order; what came stays in the archive."""
    found = await _found(caller, fetch)
    after = await caller.parts.centre.ask_node_of(found.order.camera, CancelFetch(id=fetch), FetchStanding)
    _note(caller, "fetch-ended", after)
    return _shown(after)


async def _found(caller: Caller, fetch: str) -> FetchStanding:
    """Return an order of a camera whose footage the caller may keep.

    Raises:
        NotFound: There is none.
        NotAllowed: They may not.
    """
    found = await caller.parts.centre.ask_node(FetchAbout(id=fetch[:80]), FetchStanding)
    caller.require(Action.HOLD, camera=found.order.camera)
    return found


def _note(caller: Caller, action: str, standing: FetchStanding) -> None:
    """Write into the access log whose past was brought here."""
    order = standing.order
    look = look_of(caller.request, caller.principal, Action.HOLD, order.camera)
    look = replace(look, action=action, subject=order.id, from_90k=order.from_90k, to_90k=order.to_90k)
    caller.parts.people.log.start(look)


def _recorder(caller: Caller, camera: str) -> str:
    """Return where the management of a camera's recorder is, as far as the register says."""
    centre = caller.parts.centre
    id = centre.cameras.get(camera).spot.recorder
    recorder = centre.city.recorders.find(id) if id else None
    return recorder.address if recorder else ""


def _without(spans: tuple[Span, ...], here: tuple[Span, ...]) -> list[Span]:
    """Return what of some spans is not here, a second at least."""
    left = list(spans)
    for taken in here:
        left = [
            Span(from_90k=begin, to_90k=end)
            for span in left
            for begin, end in (
                (span.from_90k, min(span.to_90k, taken.from_90k)),
                (max(span.from_90k, taken.to_90k), span.to_90k),
            )
            if begin < end
        ]
    return [span for span in left if span.to_90k - span.from_90k >= HZ_90K]


def _span(span: Span) -> SiteStretch:
    return SiteStretch(begin=format_rfc3339(span.from_90k), end=format_rfc3339(span.to_90k))


def _shown(one: FetchStanding) -> FetchShown:
    order = one.order
    share = min(one.fetched_s / one.wanted_s, 1.0) if one.wanted_s else 0.0
    return FetchShown(
        id=order.id,
        camera=order.camera,
        begin=format_rfc3339(order.from_90k),
        end=format_rfc3339(order.to_90k),
        when=order.when,
        mbps=(order.rate_bps or 0) / 1_000_000,
        by=order.by,
        at=format_rfc3339(one.at_90k),
        state=one.state,
        progress=1.0 if one.state is FetchState.DONE else round(share, 3),
        fetched_s=one.fetched_s,
        size=one.bytes,
        fetching=_span(one.fetching) if one.fetching else None,
        missing=[_span(span) for span in one.missing],
        next=format_rfc3339(one.next_90k) if one.next_90k is not None else None,
        problem=one.problem,
        mend=one.mend,
    )
