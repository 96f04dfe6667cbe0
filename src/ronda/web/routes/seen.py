"""Search in what was seen: of cameras whose recordings the caller may replay, each search in the access log."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from ronda.base.errors import BadInput
from ronda.base.time import format_rfc3339
from ronda.city.city import City
from ronda.city.region import Level, ancestors_of, level_of, parse_region, within
from ronda.insight.observations import eye_of
from ronda.insight.search import Found, SeenSearch, Sought, Unseen
from ronda.insight.spans import Span, spans
from ronda.people.action import Action
from ronda.people.errors import PurposeNeeded
from ronda.people.people import look_of, purpose_of
from ronda.people.policy import Reach
from ronda.people.principal import Kind
from ronda.vision.configuration import Tier
from ronda.web.documents_seen import (
    SeenAreaShown,
    SeenAreasShown,
    SeenAsked,
    SeenFoundShown,
    SeenLineShown,
    SeenPictureShown,
    SeenShown,
    UnseenShown,
)
from ronda.web.documents_watching import EyeShown
from ronda.web.gate import Asks, Caller
from ronda.web.routes.cameras import moments

router = APIRouter(prefix="/api/v1", tags=["eyes"])
_Replays = Annotated[Caller, Depends(Asks(Action.REPLAY, somewhere=True, noted=False))]
_FOLLOWED: Final = frozenset({Tier.WATCH.value, Tier.COUNT.value})
_LEVELS: Final = frozenset({Level.KECAMATAN, Level.KELURAHAN})
_DETAIL: Final = 100


@dataclass(frozen=True, slots=True)
class _Searched:
    """Which cameras are searched.

    Attributes:
        names: Of those, by id.
        counted: How many of them are looked at for what passes.
        needing: How many more would be for a purpose.
        reason: Why a purpose is needed.
    """

    names: dict[str, str]
    counted: int
    needing: int
    reason: str


@router.get("/seen", summary="Search in what was seen")
async def search_seen(caller: _Replays, asked: Annotated[SeenAsked, Query()]) -> SeenFoundShown:
    """Return things that passed, newest first: of cameras whose recordings the caller may replay.

    The search is logged with what it is for. An eye that cannot tell a motorcycle from a bicycle has seen a
    `two-wheeler`: that is found for both. What is kept is as old as the pictures are kept (`vision.picture_days`).
    """
    parts = caller.parts
    when = _when(asked, caller)
    area = parse_region(asked.area) if asked.area else ""
    if asked.camera:
        parts.people.require(caller.request, caller.principal, Action.REPLAY, asked.camera, published=False)
        parts.centre.cameras.get(asked.camera)
    _log(caller, asked, area)
    search = SeenSearch(parts.observing.counts.store)
    there = await search.cameras(when)
    only = (asked.camera,) if asked.camera else None
    searched = await parts.finder.pool.run(_searched, caller, there, area, only)
    if searched.needing and not searched.names:
        raise PurposeNeeded(searched.reason)
    sought = Sought(
        cameras=searched.names.keys() & there,
        spans=when,
        labels=_several(asked.labels),
        colours=_several(asked.colours),
        line=asked.line,
        direction=asked.direction,
        zone=asked.zone,
        limit=asked.limit,
        after=_after(asked.after),
    )
    found, following = await search.found(sought)
    looked_for = () if asked.after else searched.names.keys()
    gaps, more = await search.unseen(looked_for, when, parts.clock.utc_90k())
    return SeenFoundShown(
        timezone=parts.facts.timezone,
        cameras=len(searched.names),
        counted=searched.counted,
        for_a_purpose=searched.needing,
        found=[_shown(one, searched.names[one.camera]) for one in found],
        gaps=[_gap(one, searched.names[one.camera]) for one in gaps],
        more_gaps=more,
        next=f"{following[0]}-{following[1]}" if following else None,
    )


@router.get("/seen/areas", summary="Where one may search in what was seen")
async def list_areas(caller: _Replays) -> SeenAreasShown:
    """Return the kecamatan and kelurahan with cameras whose recordings the caller may replay."""
    parts = caller.parts
    return await parts.finder.pool.run(_areas, parts.centre.city, caller.reach(Action.REPLAY))


def _areas(city: City, reach: Reach) -> SeenAreasShown:
    cameras: Counter[str] = Counter()
    for camera in city.cameras.all():
        place = city.place_of(camera)
        if place.area and reach.holds(place):
            cameras.update(code for code in ancestors_of(place.area) if level_of(code) in _LEVELS)
    return SeenAreasShown(
        areas=[
            SeenAreaShown(code=code, name=area.name, level=level_of(code).value, cameras=number)
            for code, number in sorted(cameras.items())
            if (area := city.areas.find(code)) is not None
        ]
    )


def _when(asked: SeenAsked, caller: Caller) -> tuple[Span, ...]:
    from_90k, to_90k = moments(asked.start, asked.end)
    if bool(asked.hour_from) != bool(asked.hour_to):
        raise BadInput("of the hours of the day one end is missing", "give both hour_from and hour_to, or neither")
    hours = (time.fromisoformat(asked.hour_from), time.fromisoformat(asked.hour_to)) if asked.hour_from else None
    return tuple(spans(from_90k, to_90k, hours, caller.parts.observing.zone))


def _log(caller: Caller, asked: SeenAsked, area: str) -> None:
    """Note who searches for what, and why; what residents may do by themselves is not logged by name."""
    if caller.principal.kind is Kind.ANONYMOUS:
        return
    from_90k, to_90k = moments(asked.start, asked.end)
    hours = f"{asked.hour_from}-{asked.hour_to}" if asked.hour_from else ""
    wanted = (asked.labels, asked.colours, asked.line, asked.direction, asked.zone, hours)
    subject = " · ".join(one for one in wanted if one)[:_DETAIL] or "*"
    look = look_of(caller.request, caller.principal, Action.REPLAY, asked.camera or None, area or None)
    look = replace(look, action="search-seen", subject=subject, from_90k=from_90k, to_90k=to_90k)
    caller.parts.people.log.once(look)


def _searched(caller: Caller, there: Collection[str], area: str, only: tuple[str] | None) -> _Searched:
    """Ask the policy for each camera that has, or could have, something to find."""
    city, policy = caller.parts.centre.city, caller.parts.people.policy
    purpose = purpose_of(caller.request)
    names, counted, needing, reason = dict[str, str](), 0, 0, ""
    for camera in city.cameras.all():
        followed = bool(camera.watching and camera.watching.get("tier", Tier.COUNT.value) in _FOLLOWED)
        if only is not None and camera.id not in only:
            continue
        if only is None and not followed and camera.id not in there:
            continue
        if area and not within(city.place_of(camera).area, area):
            continue
        decision = policy.decide(caller.principal, Action.REPLAY, camera.id, purpose)
        if decision.allowed and decision.publication is None:
            names[camera.id] = camera.name
            counted += followed
        elif decision.refusal is PurposeNeeded:
            needing, reason = needing + 1, decision.reason
    return _Searched(names, counted, needing, reason)


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _after(text: str) -> tuple[int, int] | None:
    first, _, id = text.partition("-")
    return (int(first), int(id)) if text else None


def _shown(one: Found, name: str) -> SeenShown:
    picture = None
    if one.picture is not None and one.picture_90k is not None:
        picture = SeenPictureShown(
            url=f"/media/{one.camera}/sightings/{one.picture}.jpg",
            at=format_rfc3339(one.picture_90k),
            xyxy=one.place,  # type: ignore[arg-type]  # four numbers, as `Box` was written
        )
    eye = eye_of(one.eye)
    return SeenShown(
        id=one.id,
        camera=one.camera,
        name=name,
        begun=format_rfc3339(one.first_90k),
        ended=format_rfc3339(one.last_90k),
        label=one.label,
        colour=one.colour,
        direction=one.direction,
        lines=[SeenLineShown(line=line, direction=direction) for line, direction in one.lines],
        zones=one.zones,
        speed_kmh=one.speed_kmh,
        picture=picture,
        eye=EyeShown(**eye) if eye else None,
    )


def _gap(one: Unseen, name: str) -> UnseenShown:
    return UnseenShown(
        camera=one.camera,
        name=name,
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        cause=one.cause,
    )
