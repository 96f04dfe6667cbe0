"""Finding in footage: what passed a camera by time, cameras around a place, the next ones along, bookmarks.

Nothing here shows a picture; it says where to look. Each is bounded by what the caller may replay, and is logged.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from ronda.base.errors import BadInput, RondaError
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.bus.contract import MOST_MOTION_90K
from ronda.city.around import Near, around, onward, position_of
from ronda.city.camera import Camera
from ronda.evidence.bookmarks import Bookmark, Bookmarks
from ronda.insight.moments import LONGEST_90K, Moment, MomentsWanted, seen, together
from ronda.people.action import Action
from ronda.people.errors import PersonNeeded, PurposeNeeded
from ronda.people.people import look_of, purpose_of
from ronda.people.principal import Kind
from ronda.response.moments import alarmed
from ronda.vision.configuration import Tier
from ronda.web.documents_finding import (
    AroundAsked,
    AroundShown,
    BookmarkGiven,
    BookmarkShown,
    BookmarksShown,
    MomentFoundShown,
    MomentsAsked,
    MomentsShown,
    NearShown,
    OnwardCameraShown,
    OnwardShown,
)
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import CameraId, From, To, moments
from ronda.web.routes.cases import seen_case, sees_case

router = APIRouter(prefix="/api/v1", tags=["finding"])
_Replays = Annotated[Caller, Depends(Asks(Action.REPLAY))]
_Marks = Annotated[Caller, Depends(Asks(Action.REPLAY, noted=False))]
_ReplaysSome = Annotated[Caller, Depends(Asks(Action.REPLAY, somewhere=True, noted=False))]
_FOLLOWED: Final = frozenset({Tier.WATCH.value, Tier.COUNT.value})
_MOST_AROUND: Final = 60
_AT_ONCE: Final = 8
_ANSWERED_S: Final = 5.0
_HOUR_90K: Final = 3_600 * HZ_90K
_MOST_CAMERAS: Final = 9


@router.get("/cameras/{camera}/moments", summary="When something passed, or an alarm was raised")
async def list_moments(caller: _Replays, camera: CameraId, asked: Annotated[MomentsAsked, Query()]) -> MomentsShown:
    """Return what a replay of this camera can jump to, by when it began.

    Alarms are told to who may see them there. Where analytics do not follow what passes (`watched`), an empty answer
    says nothing about what happened; `motion` asks the recording itself, by the size of its coded pictures.
    """
    parts = caller.parts
    known = parts.centre.cameras.get(camera)
    from_90k, to_90k = moments(asked.start, asked.end)
    if to_90k - from_90k > LONGEST_90K:
        raise BadInput("this is more than 31 days", "ask for a shorter time")
    wanted = MomentsWanted(camera, from_90k, to_90k, asked.newest, asked.limit)
    store = parts.observing.counts.store
    alarms = await alarmed(store, wanted) if caller.may(Action.ALARMS, camera) else []
    moved = await _moved(caller, wanted) if asked.motion else []
    found, more = together(wanted, await seen(store, wanted), alarms, moved)
    return MomentsShown(
        watched=bool(known.watching and known.watching.get("tier", Tier.COUNT.value) in _FOLLOWED),
        moments=[
            MomentFoundShown(
                begin=format_rfc3339(one.from_90k),
                end=format_rfc3339(one.to_90k),
                kind=one.kind,
                what=one.what,
            )
            for one in found
        ],
        more=more,
    )


async def _moved(caller: Caller, wanted: MomentsWanted) -> list[Moment]:
    if wanted.to_90k - wanted.from_90k > MOST_MOTION_90K:
        raise BadInput("motion is searched for in six hours at once", "ask for a shorter time")
    found = await caller.parts.centre.motion(wanted.camera, wanted.from_90k, wanted.to_90k)
    return [Moment(one.from_90k, one.to_90k, "motion", "") for one in found]


@router.get("/around", summary="What happened here: the cameras around a place that recorded then")
async def list_around(caller: _ReplaysSome, asked: Annotated[AroundAsked, Query()]) -> AroundShown:
    """Return the cameras around a place whose recordings the caller may replay, and whether they recorded then.

    Those that look towards the place from near come first, then by distance; 60 at most. The search is logged.
    """
    at_90k = parse_rfc3339(asked.at)
    place = (asked.lon, asked.lat)
    _log_around(caller, asked, at_90k)
    needing: list[str] = []
    may = _may(caller, needing)
    found = await caller.parts.finder.pool.run(around, caller.parts.centre.city, place, asked.radius_m, may)
    if needing and not found:
        raise PurposeNeeded("recordings around there are replayed only for a purpose", "say what for")
    near = found[:_MOST_AROUND]
    recorded = await _recorded(caller, [one.camera.id for one in near], at_90k)
    return AroundShown(
        lat=asked.lat,
        lon=asked.lon,
        at=format_rfc3339(at_90k),
        cameras=[_near(one, recorded.get(one.camera.id)) for one in near],
        more=len(found) > len(near),
        for_a_purpose=len(needing),
    )


@router.get("/cameras/{camera}/onward", summary="Which cameras a vehicle passes next, and when")
async def list_onward(caller: _Replays, camera: CameraId) -> OnwardShown:
    """Return the next cameras in each direction within 2 km, with a motorcycle's likely travel time.

    The way is that along the road where both hang at the same one of the schematic map, else a straight line.
    """
    city = caller.parts.centre.city
    known = city.cameras.get(camera)
    at = position_of(city, known)
    found = await caller.parts.finder.pool.run(onward, city, known, _may(caller, []))
    return OnwardShown(
        placed=at is not None,
        lat=at[1] if at else None,
        lon=at[0] if at else None,
        cameras=[
            OnwardCameraShown(
                id=one.camera.id,
                name=one.camera.name,
                distance_m=round(one.distance_m),
                direction_deg=round(one.direction_deg, 1),
                road=one.road,
                fastest_s=one.fastest_s,
                slowest_s=one.slowest_s,
            )
            for one in found
        ],
    )


@router.get("/bookmarks", summary="Bookmarks of cameras")
async def list_bookmarks(
    caller: _ReplaysSome,
    start: From,
    end: To,
    cameras: Annotated[str, Query(max_length=600, description="Ids with commas between; nine at most")],
) -> BookmarksShown:
    """Return one's own bookmarks within a time, and those of cases that one may see; the oldest first."""
    from_90k, to_90k = moments(start, end)
    ids = [one for one in cameras.split(",") if one]
    if len(ids) > _MOST_CAMERAS:
        raise BadInput(f"{len(ids)} cameras are more than are replayed together", f"name at most {_MOST_CAMERAS}")
    if caller.principal.kind is Kind.ANONYMOUS:
        return BookmarksShown(bookmarks=[])
    ids = [id for id in ids if caller.may(Action.REPLAY, id) or caller.may_for_purpose(Action.REPLAY, id)]
    found = await Bookmarks(caller.parts.observing.counts.store).of(ids, from_90k, to_90k, caller.label)
    cases = {one.case for one in found if one.by != caller.label}
    visible = {number for number in sorted(cases) if await sees_case(caller, number)}
    return BookmarksShown(
        bookmarks=[_mark(caller, one) for one in found if one.by == caller.label or one.case in visible]
    )


@router.post("/cameras/{camera}/bookmarks", status_code=201, summary="Mark a moment, with a note")
async def add_bookmark(caller: _Marks, camera: CameraId, given: BookmarkGiven) -> BookmarkShown:
    """Keep a moment with a note: for oneself, or for whoever may see the case. It keeps no footage: a hold does."""
    if caller.principal.kind is Kind.ANONYMOUS:
        raise PersonNeeded("bookmarks belong to a person", "sign in")
    parts = caller.parts
    parts.centre.cameras.get(camera)
    at_90k, now_90k = parse_rfc3339(given.at), parts.clock.utc_90k()
    if at_90k > now_90k:
        raise BadInput("that moment has not come yet", "mark one of the past")
    if given.case:
        await seen_case(caller, given.case)
    note = " ".join(given.note.split())
    if not note:
        raise BadInput("the note is empty", "write what is to be seen")
    caller.require(Action.REPLAY, camera, subject=f"bookmark: {note[:80]}")
    new = Bookmark("", camera, at_90k, note, caller.label, given.case, now_90k)
    return _mark(caller, await Bookmarks(parts.observing.counts.store).add(new))


@router.delete("/bookmarks/{id}", status_code=204, summary="Remove a bookmark of one's own")
async def remove_bookmark(
    caller: _ReplaysSome, id: Annotated[str, Path(pattern=r"^[0-9a-f]{1,32}$", examples=["9f2c4d1a77b03e58"])]
) -> None:
    """Delete it; nobody removes somebody else's."""
    with caller.noting(Action.REPLAY, subject=f"bookmark removed: {id}"):
        await Bookmarks(caller.parts.observing.counts.store).remove(id, caller.label)


def _may(caller: Caller, needing: list[str]) -> Callable[[Camera], bool]:
    """Say of a camera whether its recordings may be replayed; those that want a purpose are noted in `needing`."""
    policy, principal, purpose = caller.parts.people.policy, caller.principal, purpose_of(caller.request)

    def may(camera: Camera) -> bool:
        decision = policy.decide(principal, Action.REPLAY, camera.id, purpose)
        if decision.refusal is PurposeNeeded:
            needing.append(camera.id)
        return decision.allowed and decision.publication is None

    return may


def _log_around(caller: Caller, asked: AroundAsked, at_90k: int) -> None:
    if caller.principal.kind is Kind.ANONYMOUS:
        return
    look = look_of(caller.request, caller.principal, Action.REPLAY, None)
    subject = f"{asked.lat:.5f},{asked.lon:.5f} · {asked.radius_m} m"
    caller.parts.people.log.once(
        replace(look, action="search-around", subject=subject, from_90k=at_90k, to_90k=at_90k + HZ_90K)
    )


_Footage = tuple[bool, int | None]
"""Whether there is any at the moment, and else the nearest moment with some, `utc_90k`."""


async def _recorded(caller: Caller, cameras: Sequence[str], at_90k: int) -> dict[str, _Footage]:
    """Ask the nodes for what was recorded around a moment; a camera whose node does not answer in time is left out."""
    room, found = asyncio.Semaphore(_AT_ONCE), dict[str, _Footage]()

    async def ask(camera: str) -> None:
        async with room:
            try:
                spans = await caller.parts.centre.timeline(camera, at_90k - _HOUR_90K, at_90k + _HOUR_90K, None)
            except RondaError:
                return
        found[camera] = _at(at_90k, [(span.from_90k, span.to_90k) for span in spans.coverage])

    try:
        async with asyncio.timeout(_ANSWERED_S), asyncio.TaskGroup() as group:
            for camera in cameras:
                group.create_task(ask(camera), name=f"what {camera} recorded")
    except TimeoutError:
        pass
    return found


def _at(at_90k: int, spans: Sequence[tuple[int, int]]) -> _Footage:
    if any(begin <= at_90k < end for begin, end in spans):
        return True, None
    edges = [moment for begin, end in spans for moment in (begin, end - HZ_90K)]
    return False, min(edges, key=lambda moment: abs(moment - at_90k), default=None)


def _near(one: Near, footage: _Footage | None) -> NearShown:
    spot, nearest = one.camera.spot, footage[1] if footage else None
    return NearShown(
        id=one.camera.id,
        name=one.camera.name,
        lat=one.at[1],
        lon=one.at[0],
        bearing_deg=spot.bearing_deg,
        angle_deg=spot.angle_deg,
        distance_m=round(one.distance_m),
        direction_deg=round(one.direction_deg, 1),
        sees=one.sees.value,
        recorded="unknown" if footage is None else "yes" if footage[0] else "no",
        nearest=format_rfc3339(nearest) if nearest is not None else None,
    )


def _mark(caller: Caller, one: Bookmark) -> BookmarkShown:
    return BookmarkShown(
        id=one.id,
        camera=one.camera,
        at=format_rfc3339(one.at_90k),
        note=one.note,
        by=one.by,
        case=one.case,
        mine=one.by == caller.label,
    )
