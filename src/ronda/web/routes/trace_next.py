"""Where to look next from a point of a trace: the cameras along, with the likely window of time."""

from collections.abc import Iterable
from math import ceil, floor
from typing import Final

from ronda.base.errors import Conflict
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.city.around import Onward, onward, position_of
from ronda.city.camera import Camera
from ronda.evidence.cases.case import Case
from ronda.evidence.examinations.exam import check_case
from ronda.evidence.examinations.examinations import may_examine
from ronda.evidence.examinations.ranking import PERSON, Hinted, Wanted, by_hints
from ronda.evidence.traces.trace import Point, Trace, TraceKind
from ronda.people.action import Action
from ronda.people.people import purpose_of
from ronda.web.documents_traces import CouldBeShown, NextShown, WindowShown
from ronda.web.gate import Caller
from ronda.web.routes.examinations import picture_of

_MOST: Final = 30
_BRISK_KMH: Final = 7.0
_STROLLING_KMH: Final = 2.5
_EARLIER: Final = 0.75
_LATER: Final = 1.5
_MARGIN_S: Final = 10.0
"""Clocks of cameras differ, and somebody waits at a light."""


async def next_of(caller: Caller, case: Case, trace: Trace, point: Point) -> NextShown:
    """Return where to look next from a point."""
    city = caller.parts.centre.city
    known = city.cameras.find(point.camera)
    if known is None:
        return NextShown(point=point.id, placed=False, cameras=[], found=[])
    along = await caller.parts.finder.pool.run(onward, city, known, lambda one: _may_replay(caller, case, one))
    windows = [_window(case, trace.kind, point, one) for one in along]
    return NextShown(
        point=point.id,
        placed=position_of(city, known) is not None,
        cameras=windows,
        found=await _could_be(caller, case, trace, point, windows),
    )


async def _could_be(
    caller: Caller, case: Case, trace: Trace, point: Point, windows: Iterable[WindowShown]
) -> list[CouldBeShown]:
    """Return what was found at the cameras along in their time, the likeliest first; nothing to who may not examine."""
    cameras = may_examine(caller.parts.people.policy, caller.principal, case)
    try:
        check_case(case)
    except Conflict:
        return []
    spans = {one.id: (parse_rfc3339(one.begin), parse_rfc3339(one.end)) for one in windows if one.id in cameras}
    if not spans:
        return []
    found = await caller.parts.examinations.found(case.number, frozenset(spans), looks=True)
    key = (point.examination, point.n)
    like = (await caller.parts.examinations.named(case.number, [key])).get(key) if point.examination else None
    person = trace.kind is TraceKind.PERSON
    there = {(one.examination, one.n) for one in trace.points}
    chosen = [
        one
        for one in found
        if one.key not in there
        and (one.label == PERSON) == person
        and one.begun_90k < spans[one.camera][1]
        and one.ended_90k >= spans[one.camera][0]
    ]
    wanted = Wanted(point.label, point.colour, point.plate, like)
    ranked = await caller.parts.finder.pool.run(by_hints, wanted, chosen)
    return [_hinted(caller, one) for one in ranked[:_MOST]]


def _hinted(caller: Caller, hinted: Hinted) -> CouldBeShown:
    one = hinted.found
    known = caller.parts.centre.city.cameras.find(one.camera)
    return CouldBeShown(
        examination=one.examination,
        n=one.n,
        camera=one.camera,
        camera_name=known.name if known is not None else one.camera,
        at=format_rfc3339(one.best_90k),
        label=one.label,
        colour=one.colour,
        plate=one.plate.text if one.plate is not None else "",
        likeness=hinted.likeness,
        picture=picture_of(one),
        score=hinted.score,
        why=list(hinted.why),
    )


def _may_replay(caller: Caller, case: Case, camera: Camera) -> bool:
    purpose = purpose_of(caller.request) or case.number
    decision = caller.parts.people.policy.decide(caller.principal, Action.REPLAY, camera.id, purpose)
    return decision.allowed and decision.publication is None


def _window(case: Case, kind: TraceKind, point: Point, one: Onward) -> WindowShown:
    fastest_s, slowest_s = one.fastest_s, one.slowest_s
    if kind is TraceKind.PERSON:
        fastest_s = floor(one.distance_m / (_BRISK_KMH / 3.6))
        slowest_s = ceil(one.distance_m / (_STROLLING_KMH / 3.6))
    from_90k = point.at_90k + round(max(0.0, fastest_s * _EARLIER - _MARGIN_S) * HZ_90K)
    to_90k = point.at_90k + round((slowest_s * _LATER + _MARGIN_S) * HZ_90K)
    return WindowShown(
        id=one.camera.id,
        name=one.camera.name,
        distance_m=round(one.distance_m),
        direction_deg=round(one.direction_deg, 1),
        road=one.road,
        fastest_s=fastest_s,
        slowest_s=slowest_s,
        begin=format_rfc3339(from_90k),
        end=format_rfc3339(to_90k),
        in_case=case.covers(one.camera.id, from_90k, to_90k),
    )
