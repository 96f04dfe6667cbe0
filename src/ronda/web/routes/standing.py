"""Where a camera stands in the city: its place and papers, trouble, publication, masks, quarantine, QR code."""

import io
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

import segno
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.time import format_rfc3339
from ronda.city.camera import Camera, Quarantine, Trouble
from ronda.city.edit import Edit
from ronda.city.publication import Polygon, PublicationDecision, PublicationMode
from ronda.city.region import parse_region, within
from ronda.people.action import Action
from ronda.response.alarm import SYSTEM
from ronda.upkeep.faults import Fault
from ronda.web.documents import HoursDocument
from ronda.web.documents_city import (
    DecisionGiven,
    DecisionShown,
    DecisionsShown,
    MasksGiven,
    PlaceGiven,
    PublicationShown,
    QuarantineGiven,
    QuarantineShown,
    StandingShown,
    TroubleGiven,
)
from ronda.web.gate import Asks, Caller, Sees
from ronda.web.routes.cameras import CameraId

router = APIRouter(prefix="/api/v1", tags=["publication"])
_Publishes = Annotated[Caller, Depends(Asks(Action.PUBLICATION))]
_PublishesSome = Annotated[Caller, Depends(Asks(Action.PUBLICATION, somewhere=True))]
_Works = Annotated[Caller, Depends(Asks(Action.REGISTRY))]
_CORNERS_AT_MOST: Final = 60


@router.get("/cameras/{camera}/standing", summary="Where a camera stands in the city")
async def get_standing(caller: Sees, camera: CameraId) -> StandingShown:
    """Return its place, papers, trouble, masks, quarantine and publication, with the decision behind it."""
    return _standing(caller, caller.parts.centre.cameras.get(camera))


@router.put("/cameras/{camera}/place", summary="Say where a camera hangs and looks, and what is in its papers")
async def put_place(caller: _Works, camera: CameraId, given: PlaceGiven) -> StandingShown:
    """Change the place or the papers of a camera; into another area only by who works there too."""
    city = caller.parts.centre.city
    before = city.cameras.get(camera)
    after = replace(before, spot=given.spot or before.spot, papers=given.papers or before.papers)
    site, now = city.sites.find(after.spot.site), city.sites.find(before.spot.site)
    if site is not None:
        caller.require(Action.REGISTRY, area=site.area)
    if (site.partner if site else None) != (now.partner if now else None):
        caller.require(Action.REGISTRY)  # out of one agreement, or into another: the whole city's business
    await caller.parts.centre.apply(Edit(cameras=[after]), caller.label)
    return _standing(caller, after)


@router.put("/cameras/{camera}/trouble", summary="Say what keeps a camera from working")
async def put_trouble(caller: _Works, camera: CameraId, given: TroubleGiven) -> StandingShown:
    """Note the cause, since when, and by when it shall be mended."""
    today = caller.parts.figures.today()
    since = _day(given.since, "since") or today
    trouble = Trouble(given.cause, since, _day(given.target, "target"), given.note)
    if since > today:
        raise BadInput(f"since={since} is still to come", "give the day on which it stopped")
    after = await caller.parts.centre.alter_camera(camera, lambda one: replace(one, trouble=trouble), caller.label)
    return _standing(caller, after)


@router.delete("/cameras/{camera}/trouble", summary="Say that a camera works again")
async def delete_trouble(caller: _Works, camera: CameraId) -> StandingShown:
    """End a camera's trouble; it stays in the list of its faults."""
    centre = caller.parts.centre
    before = centre.cameras.get(camera)
    if before.trouble is None:
        raise NotFound(f"nothing is known to be wrong with camera {camera[:63]!r}")
    after = await centre.alter_camera(camera, lambda one: replace(one, trouble=None), caller.label)
    place = centre.city.place_of(after)
    over = Fault(camera, place.area, before.trouble.cause.value, before.trouble.since, caller.parts.figures.today())
    await caller.parts.faults.add([over])
    return _standing(caller, after)


@router.get("/publication", summary="The decisions on publication in force")
async def list_decisions(caller: _PublishesSome) -> DecisionsShown:
    """Return every decision that touches what the caller publishes, newest first."""
    city, reach = caller.parts.centre.city, caller.reach(Action.PUBLICATION)

    def touches(decision: PublicationDecision) -> bool:
        if reach.everywhere:
            return True
        if decision.camera is not None:
            return reach.holds(city.place(decision.camera))
        return any(within(decision.area, one) or within(one, decision.area) for one in reach.areas)

    found = sorted((one for one in city.decisions if touches(one)), key=lambda one: one.at_90k, reverse=True)
    return DecisionsShown(decisions=[_decision(one) for one in found])


@router.post("/publication", status_code=201, summary="Decide how residents see cameras")
async def decide(caller: _PublishesSome, given: DecisionGiven) -> DecisionShown:
    """Decide for one camera, or for a kind of site in an area and below; it replaces the decision before it."""
    area = parse_region(given.area) if given.area is not None else ""
    if (given.camera is None) == (given.area is None):
        raise BadInput("a decision is for one camera or for an area", "give either camera or area")
    caller.require(Action.PUBLICATION, camera=given.camera, area=None if given.camera else area)
    _check_mode(given)
    kind = None if given.kind is None or given.camera else given.kind.value
    decision = PublicationDecision(
        id=f"camera:{given.camera}" if given.camera else f"{area}:{kind or '*'}",
        camera=given.camera,
        area=area,
        kind=kind,
        mode=given.mode,
        hours=tuple(one.hours() for one in given.hours),
        delay_s=given.delay_s,
        by=caller.label,
        reason=given.reason,
        at_90k=caller.parts.clock.utc_90k(),
    )
    await caller.parts.centre.apply(Edit(decisions=[decision]), caller.label)
    return _decision(decision)


@router.delete("/publication/{id}", status_code=204, summary="Take back a decision on publication")
async def take_back(caller: _PublishesSome, id: str) -> None:
    """Remove a decision: what is decided above it in the tree then counts."""
    city = caller.parts.centre.city
    decision = city.decisions.get(id)
    caller.require(Action.PUBLICATION, camera=decision.camera, area=None if decision.camera else decision.area)
    await caller.parts.centre.apply(Edit(removed={"publication": [id]}), caller.label)


@router.put("/cameras/{camera}/masks", summary="Draw a camera's privacy masks")
async def put_masks(caller: _Publishes, camera: CameraId, given: MasksGiven) -> StandingShown:
    """Replace the masks, which hold in everything public; the original stays whole for those who may."""
    masks = tuple(_polygon(corners) for corners in given.masks)
    after = await caller.parts.centre.alter_camera(camera, lambda one: replace(one, masks=masks), caller.label)
    return _standing(caller, after)


@router.put("/cameras/{camera}/quarantine", summary="Withdraw a camera from publication at once")
async def put_quarantine(caller: _Publishes, camera: CameraId, given: QuarantineGiven) -> StandingShown:
    """Withdraw it until a person has looked; open public players close."""
    quarantine = Quarantine(given.reason, caller.parts.clock.utc_90k(), caller.label)
    after = await caller.parts.centre.alter_camera(
        camera, lambda one: replace(one, quarantine=one.quarantine or quarantine), caller.label
    )
    return _standing(caller, after)


@router.delete("/cameras/{camera}/quarantine", summary="End a camera's quarantine")
async def delete_quarantine(caller: _Publishes, camera: CameraId) -> StandingShown:
    """Let it be published again, as it was decided before; whoever does this has looked at it.

    409 where the camera's own eyes withdrew it: then its alarm is where it is decided.
    """
    before = caller.parts.centre.cameras.get(camera).quarantine
    if before is not None and before.by == SYSTEM and await caller.parts.responding.alarms.kept_out(camera):
        raise Conflict(
            "this camera was withdrawn for what it showed", f"compare and decide at its alarm: /alarms?camera={camera}"
        )
    after = await caller.parts.centre.alter_camera(camera, lambda one: replace(one, quarantine=None), caller.label)
    return _standing(caller, after)


@router.get(
    "/cameras/{camera}/qr.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "The code"}},
    summary="The QR code for a camera's pole",
)
async def get_qr(caller: Sees, camera: CameraId, request: Request) -> Response:
    """Return the code that leads to the camera's page with the report form open, as SVG."""
    caller.parts.centre.cameras.get(camera)
    address = f"{str(request.base_url).rstrip('/')}/q/{camera}"
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=8, border=4, xmldecl=False, svgns=True, title=address)
    return Response(out.getvalue(), 200, {"Cache-Control": "private, max-age=60"}, "image/svg+xml")


def _standing(caller: Caller, camera: Camera) -> StandingShown:
    city = caller.parts.centre.city
    site, place, decision = city.sites.find(camera.spot.site), city.place_of(camera), city.decision_of(camera)
    return StandingShown(
        camera=camera.id,
        name=camera.name,
        area=place.area,
        kind=site.kind.value if site else None,
        site_name=site.name if site else None,
        spot=camera.spot,
        papers=camera.papers,
        trouble=camera.trouble,
        masks=[list(mask) for mask in camera.masks],
        quarantine=_quarantine(camera.quarantine),
        publication=PublicationShown(
            mode=place.publication.mode.value,
            quarantined=place.publication.quarantined,
            decision=None if decision is None else _decision(decision),
        ),
    )


def _quarantine(one: Quarantine | None) -> QuarantineShown | None:
    return None if one is None else QuarantineShown(reason=one.reason, since=format_rfc3339(one.since_90k), by=one.by)


def _decision(one: PublicationDecision) -> DecisionShown:
    hours = [
        HoursDocument.model_validate(
            {"weekdays": h.weekdays, "from": _clock_time(h.from_minute), "to": _clock_time(h.to_minute)}
        )
        for h in one.hours
    ]
    return DecisionShown(
        id=one.id,
        camera=one.camera,
        area=one.area,
        kind=one.kind,
        mode=one.mode.value,
        hours=hours,
        delay_s=one.delay_s,
        by=one.by,
        reason=one.reason,
        at=format_rfc3339(one.at_90k),
    )


def _check_mode(given: DecisionGiven) -> None:
    if (given.mode is PublicationMode.HOURS) != bool(given.hours):
        raise BadInput(f"mode {given.mode.value} with {len(given.hours)} hours", "hours go with mode live-in-hours")
    if (given.mode is PublicationMode.DELAYED) != (given.delay_s > 0):
        raise BadInput(f"mode {given.mode.value} with delay_s {given.delay_s}", "delay_s goes with mode delayed")


def _polygon(corners: tuple[Any, ...]) -> Polygon:
    if not 3 <= len(corners) <= _CORNERS_AT_MOST or not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners):
        raise BadInput("a mask is no area of the view", f"give 3 to {_CORNERS_AT_MOST} corners between 0 and 1")
    return tuple((float(x), float(y)) for x, y in corners)


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _day(text: str | None, name: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{name}={text[:20] if text else ''!r} is no day", "write it as 2026-11-25") from error
