"""Traces: a case's boards, on which the way of one vehicle or person is put together, picture by picture."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from ronda.base.errors import NotAllowed, NotFound
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.city.around import position_of
from ronda.evidence.cases.case import Case, CaseState
from ronda.evidence.examinations.exam import Found, check_case
from ronda.evidence.examinations.examinations import may_examine
from ronda.evidence.examinations.ranking import likenesses
from ronda.evidence.traces.trace import Link, Point, Trace
from ronda.evidence.traces.traces import NewPoint
from ronda.insight.search import SeenSearch
from ronda.people.access_log import Look
from ronda.people.action import Action
from ronda.people.people import look_of, purpose_of
from ronda.web.documents_traces import (
    NextShown,
    TraceGiven,
    TraceLinkGiven,
    TraceLinkShown,
    TracePointGiven,
    TracePointShown,
    TraceShown,
    TracesShown,
)
from ronda.web.gate import Caller
from ronda.web.routes.cases import CaseAsks, Number, seen_case
from ronda.web.routes.examinations import require_examine
from ronda.web.routes.trace_next import next_of

router = APIRouter(prefix="/api/v1/cases/{number}/traces", tags=["evidence"])
TraceId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["5b0c9d3e7f1a2468"])]
PointId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["0f1e2d3c4b5a6978"])]
_Looks = Mapping[tuple[str, int], Found]
_HEADERS: Final = {"Cache-Control": "private, no-store"}


@router.get("", summary="The traces of a case")
async def list_traces(caller: CaseAsks, number: Number) -> TracesShown:
    """Return a case's boards with their points and links, the oldest first."""
    case = await seen_case(caller, number)
    traces = await caller.parts.traces.of(number)
    if traces:
        _note(caller, case, "")
    found = await _looks(caller, case, traces)
    return TracesShown(may=_may_change(case), traces=[_shown(caller, case, one, found) for one in traces])


@router.post("", status_code=201, summary="Begin a trace")
async def begin_trace(caller: CaseAsks, number: Number, given: TraceGiven) -> TraceShown:
    """Begin a board in an approved case, for the way of one vehicle or person."""
    case = await seen_case(caller, number)
    _note(caller, case, given.title)
    trace = await caller.parts.traces.begin(case, given.title, given.kind, caller.label)
    return _shown(caller, case, trace, {})


@router.delete("/{trace}", status_code=204, summary="Delete a trace")
async def delete_trace(caller: CaseAsks, number: Number, trace: TraceId) -> None:
    """Delete a board and its pictures; the chain of custody says that it was."""
    case = await seen_case(caller, number)
    found = await caller.parts.traces.get(number, trace)
    _note(caller, case, found.title)
    await caller.parts.traces.delete(case, found, caller.label)


@router.post("/{trace}/points", status_code=201, summary="Put a picture on the board")
async def add_point(caller: CaseAsks, number: Number, trace: TraceId, given: TracePointGiven) -> TraceShown:
    """Keep the picture that was recorded of a moment with the board, for as long as the case's footage is kept.

    Of footage that the caller may replay, or that the case entitles them to; what an examination found also needs
    that they may examine. The camera's own masks are painted in it.
    """
    case = await seen_case(caller, number)
    found = await caller.parts.traces.get(number, trace)
    new = await _new(caller, case, given)
    _require_look(caller, case, new.camera, new.at_90k)
    _note_look(caller, case, "trace", new.camera, new.at_90k)
    await caller.parts.traces.add(case, found, new, caller.label)
    return await _again(caller, case, trace)


@router.delete("/{trace}/points/{point}", summary="Take a picture off the board")
async def remove_point(caller: CaseAsks, number: Number, trace: TraceId, point: PointId) -> TraceShown:
    """Delete a point with its picture, and what was said of its links."""
    case = await seen_case(caller, number)
    found = await caller.parts.traces.get(number, trace)
    _note(caller, case, found.title)
    await caller.parts.traces.remove(case, found, point, caller.label)
    return await _again(caller, case, trace)


@router.get(
    "/{trace}/points/{point}/picture.jpg",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    summary="A picture on the board",
)
async def get_picture(caller: CaseAsks, number: Number, trace: TraceId, point: PointId) -> Response:
    """Return the picture that is kept with a point; for whom may see that camera's footage of then."""
    case = await seen_case(caller, number)
    found = await caller.parts.traces.get(number, trace)
    one = next((one for one in found.points if one.id == point), None)
    if one is None:
        raise NotFound("the trace has no such point")
    _require_look(caller, case, one.camera, one.at_90k)
    _note_look(caller, case, "trace-look", one.camera, one.at_90k)
    return Response(await caller.parts.traces.pictures.read(one.id), 200, _HEADERS, "image/jpeg")


@router.put("/{trace}/links/{begin}/{end}", summary="Say whether two points are of one and the same")
async def put_link(
    caller: CaseAsks, number: Number, trace: TraceId, begin: PointId, end: PointId, given: TraceLinkGiven
) -> TraceShown:
    """Confirm or reject the link between two successive points: a person's word, which the board shows with a name."""
    case = await seen_case(caller, number)
    found = await caller.parts.traces.get(number, trace)
    _note(caller, case, found.title)
    said = await caller.parts.traces.say(case, found, (begin, end), given.state, given.note, caller.label)
    return _shown(caller, case, said, await _looks(caller, case, [said]))


@router.get("/{trace}/next", summary="Where to look next")
async def get_next(
    caller: CaseAsks,
    number: Number,
    trace: TraceId,
    point: Annotated[str, Query(pattern=r"^(|[0-9a-f]{16})$", description="Left out: the last one")] = "",
) -> NextShown:
    """Return the cameras along from a point, when what is traced likely passed them, and what was found there then.

    What an examination found is a hint, ranked; that it is the same is for a person to say.
    """
    case = await seen_case(caller, number)
    found = await caller.parts.traces.get(number, trace)
    one = next((one for one in reversed(found.points) if point in ("", one.id)), None)
    if one is None:
        raise NotFound("the trace has no such point", "put a picture on the board first")
    _note_look(caller, case, "trace", one.camera, one.at_90k)
    return await next_of(caller, case, found, one)


async def _new(caller: Caller, case: Case, given: TracePointGiven) -> NewPoint:
    """Return what somebody puts on a board."""
    if given.seen is not None:
        return await _seen(caller, case, given, given.seen)
    if given.examination:
        return await _found(caller, case, given)
    camera = caller.parts.centre.cameras.get(given.camera)
    return _placed(caller, NewPoint(camera.id, parse_rfc3339(given.at), None, note=given.note))


async def _seen(caller: Caller, case: Case, given: TracePointGiven, id: int) -> NewPoint:
    camera = caller.parts.centre.cameras.get(given.camera)
    # What passed when is itself what the eye has seen: nobody asks for numbers of cameras that are not theirs.
    _require_look(caller, case, camera.id, None)
    seen = await SeenSearch(caller.parts.observing.counts.store).one(camera.id, id)
    box = seen.place
    new = NewPoint(
        camera=camera.id,
        at_90k=seen.first_90k if seen.picture_90k is None else seen.picture_90k,
        place=None,
        sighting=seen.picture or "",
        label=seen.label,
        colour=seen.colour,
        xyxy=(box[0], box[1], box[2], box[3]) if box is not None else None,
        note=given.note,
    )
    return _placed(caller, new)


async def _found(caller: Caller, case: Case, given: TracePointGiven) -> NewPoint:
    check_case(case)
    key = (given.examination, given.n or 0)
    found = (await caller.parts.examinations.named(case.number, [key])).get(key)
    if found is None:
        raise NotFound("no examination of this case has found that", "choose something that was found")
    require_examine(caller, case, found.camera)
    known = caller.parts.centre.city.cameras.find(found.camera)
    return NewPoint(
        camera=found.camera,
        at_90k=found.best_90k,
        place=position_of(caller.parts.centre.city, known) if known is not None else None,
        label=found.label,
        colour=found.colour,
        plate=found.plate.text if found.plate is not None else "",
        xyxy=found.xyxy,
        note=given.note,
        examination=found.examination,
        n=found.n,
    )


def _placed(caller: Caller, new: NewPoint) -> NewPoint:
    camera = caller.parts.centre.cameras.get(new.camera)
    return replace(new, place=position_of(caller.parts.centre.city, camera), masks=camera.masks)


def _may_look(caller: Caller, case: Case, camera: str, at_90k: int | None) -> bool:
    """Whether somebody may see a camera's footage of a moment, for this case."""
    policy, purpose = caller.parts.people.policy, purpose_of(caller.request) or case.number
    entitled = case.state in (CaseState.APPROVED, CaseState.CLOSED) and (
        at_90k is None or case.covers(camera, at_90k, at_90k)
    )
    if entitled and case.covers_some(camera) and policy.decide(caller.principal, Action.EXPORT, camera, "").allowed:
        return True
    decision = policy.decide(caller.principal, Action.REPLAY, camera, purpose)
    return decision.allowed and decision.publication is None


def _require_look(caller: Caller, case: Case, camera: str, at_90k: int | None) -> None:
    """Go on only when somebody may see a camera's footage of a moment; a refusal is logged.

    Raises:
        NotAllowed: They may not.
    """
    if _may_look(caller, case, camera, at_90k):
        return
    look = look_of(caller.request, caller.principal, Action.REPLAY, camera)
    error = NotAllowed(f"{caller.principal.name} may not replay {camera}", "ask somebody who may for this picture")
    caller.parts.people.log.refuse(replace(look, subject=f"case:{case.number}"), error.message)
    raise error


def _note_look(caller: Caller, case: Case, action: str, camera: str, at_90k: int) -> None:
    look = look_of(caller.request, caller.principal, Action.REPLAY, camera)
    look = replace(look, action=action, subject=f"case:{case.number}", purpose=look.purpose or case.number)
    _log(caller, replace(look, from_90k=at_90k, to_90k=at_90k))


def _note(caller: Caller, case: Case, title: str) -> None:
    """Log that somebody works on a board."""
    look = look_of(caller.request, caller.principal, Action.CASE, None, case.areas[0] if case.areas else None)
    _log(caller, replace(look, action="trace", subject=f"case:{case.number} {title}".strip()[:200]))


def _log(caller: Caller, look: Look) -> None:
    """Log something; what is only looked at, once in a while."""
    if caller.request.method == "GET":
        caller.parts.people.log.once(look)
    else:
        caller.parts.people.log.start(look)


async def _again(caller: Caller, case: Case, trace: str) -> TraceShown:
    found = await caller.parts.traces.get(case.number, trace)
    return _shown(caller, case, found, await _looks(caller, case, [found]))


async def _looks(caller: Caller, case: Case, traces: Iterable[Trace]) -> _Looks:
    """Return what examinations found of what is on boards, for who may compare how it looks."""
    if not may_examine(caller.parts.people.policy, caller.principal, case):
        return {}
    keys = [(one.examination, one.n) for trace in traces for one in trace.points if one.examination]
    return await caller.parts.examinations.named(case.number, keys)


def _may_change(case: Case) -> bool:
    return case.state is CaseState.APPROVED


def _shown(caller: Caller, case: Case, trace: Trace, looks: _Looks) -> TraceShown:
    points = {one.id: looks.get((one.examination, one.n)) for one in trace.points}
    return TraceShown(
        id=trace.id,
        title=trace.title,
        kind=trace.kind,
        by=trace.by,
        at=format_rfc3339(trace.at_90k),
        may_change=_may_change(case),
        points=[_point(caller, case, one) for one in trace.points],
        links=[_link(one, points[one.begin], points[one.end]) for one in trace.links],
    )


def _point(caller: Caller, case: Case, one: Point) -> TracePointShown:
    known = caller.parts.centre.city.cameras.find(one.camera)
    address = f"/api/v1/cases/{case.number}/traces/{one.trace}/points/{one.id}/picture.jpg"
    return TracePointShown(
        id=one.id,
        camera=one.camera,
        camera_name=known.name if known is not None else one.camera,
        lat=one.lat,
        lon=one.lon,
        at=format_rfc3339(one.at_90k),
        label=one.label,
        colour=one.colour,
        plate=one.plate if one.plate and caller.may(Action.EXAMINE, one.camera) else "",
        picture=address if _may_look(caller, case, one.camera, one.at_90k) else None,
        xyxy=list(one.xyxy) if one.xyxy is not None else None,
        note=one.note,
        by=one.by,
        added=format_rfc3339(one.added_90k),
    )


def _link(one: Link, begin: Found | None, end: Found | None) -> TraceLinkShown:
    said = one.said
    likeness = likenesses(begin, [end]).get(end.key) if begin is not None and end is not None else None
    return TraceLinkShown(
        begin=one.begin,
        end=one.end,
        state=one.state,
        by=said.by if said is not None else None,
        at=format_rfc3339(said.at_90k) if said is not None else None,
        note=said.note if said is not None else "",
        distance_m=None if one.distance_m is None else round(one.distance_m),
        seconds=round(one.seconds, 1),
        kmh=None if one.kmh is None else round(one.kmh, 1),
        likeness=likeness,
    )
