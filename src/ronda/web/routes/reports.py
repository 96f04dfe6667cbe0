"""Reports: residents send them without an account, members with one, moderators decide on them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ronda.base.errors import BadInput, NotFound
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.city.city import City
from ronda.city.region import parse_region
from ronda.people.action import Action
from ronda.people.people import remote_of
from ronda.people.throttle import network_of
from ronda.upkeep.photos import LARGEST_BYTES
from ronda.upkeep.reports import NewReport, Report, ReportKind
from ronda.web.documents_city import ReportGiven
from ronda.web.documents_reports import (
    PublicReportShown,
    PublicReportsShown,
    ReceiptShown,
    ReportDecision,
    ReportsAsked,
    ReportShown,
    ReportsShown,
)
from ronda.web.gate import Asks, Caller, PartsOf

PUBLIC_REPORTS: Final = "/api/v1/public/reports"
BODY_BYTES: Final = LARGEST_BYTES + 64 * 1024
router = APIRouter(tags=["reports"])
_Moderates = Annotated[Caller, Depends(Asks(Action.MODERATE, somewhere=True))]
_Reports = Annotated[Caller, Depends(Asks(Action.REPORT, somewhere=True))]
_LONGEST_FIELD: Final = 8 * 1024
_FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["kind", "text"],
                    "properties": {
                        "kind": {"type": "string", "enum": [kind.value for kind in ReportKind]},
                        "text": {"type": "string", "maxLength": 2000},
                        "camera": {"type": "string", "description": "Id of a published camera, or of a QR code"},
                        "photo": {"type": "string", "format": "binary", "description": "JPEG, PNG or WebP"},
                        "lat": {"type": "number"},
                        "lon": {"type": "number"},
                    },
                }
            }
        },
    }
}


@router.post(PUBLIC_REPORTS, status_code=201, openapi_extra=_FORM, summary="Report a broken camera or an event")
async def report(parts: PartsOf, request: Request) -> ReceiptShown:
    """Take a resident's report; open to everybody. The receipt is how its fate can be asked for."""
    network = network_of(remote_of(request))
    parts.reports.require_room(network)  # before twelve megabytes are read
    fields, photo = await _form(request)
    camera = fields.get("camera") or None
    area = ""
    if camera is not None:
        # A camera that is not published is taken like one that never was: the report stays, the answer tells nothing.
        place = parts.centre.city.place(camera)
        area, camera = (place.area, camera) if place is not None else ("", camera[:63])
    new = NewReport(
        kind=_kind(fields.get("kind", "")),
        text=fields.get("text", ""),
        camera=camera,
        area=area,
        photo=photo,
        lat=_degrees(fields.get("lat"), "lat", 90),
        lon=_degrees(fields.get("lon"), "lon", 180),
    )
    return _receipt(await parts.reports.add(new, network))


@router.get(f"{PUBLIC_REPORTS}/{{receipt}}", summary="What became of a report")
async def get_receipt(parts: PartsOf, receipt: str) -> ReceiptShown:
    """Return the state of a report and what was answered; open to everybody who knows its receipt."""
    return _receipt(await parts.reports.get(receipt))


@router.get("/api/v1/public/cameras/{camera}/reports", summary="Reports of a camera that may be shown")
async def list_public(parts: PartsOf, camera: str) -> PublicReportsShown:
    """Return the texts that a moderator has let be shown; open to everybody."""
    parts.portal.camera(camera)  # raises for what is not published
    return PublicReportsShown(
        reports=[
            PublicReportShown(
                kind=one.kind.value, text=one.text, state=one.state.value, note=one.note, at=format_rfc3339(one.at_90k)
            )
            for one in await parts.reports.public_of(camera)
        ]
    )


@router.post("/api/v1/reports", status_code=201, summary="Report a fault of one's own camera")
async def report_own(caller: _Reports, given: ReportGiven) -> ReportShown:
    """Take a report of somebody of the place; it needs no moderation to reach those who mend."""
    caller.require(Action.REPORT, camera=given.camera)
    camera = caller.parts.centre.cameras.get(given.camera)
    new = NewReport(
        kind=ReportKind(given.kind),
        text=given.text,
        camera=camera.id,
        area=caller.parts.centre.city.place_of(camera).area,
        by=caller.label,
    )
    return _shown(await caller.parts.reports.add(new, f"person:{caller.label}"), caller.parts.centre.city)


@router.get("/api/v1/reports", summary="Reports, newest first")
async def list_reports(caller: _Reports, asked: Annotated[ReportsAsked, Query()]) -> ReportsShown:
    """Return reports of an area and below; residents' only to who moderates there, members' to the place too."""
    area = parse_region(asked.area) if asked.area else ""
    moderates = caller.may(Action.MODERATE, area=area or None)
    if not moderates:
        caller.require(Action.REPORT, area=area or None)
    before = parse_rfc3339(asked.before) if asked.before else None
    found = await caller.parts.reports.found(asked.state, area, asked.limit, before)
    return ReportsShown(
        counts=await caller.parts.reports.counts(area) if moderates else {},
        reports=[_shown(one, caller.parts.centre.city) for one in found if moderates or one.by is not None],
        before=format_rfc3339(found[-1].at_90k) if len(found) == asked.limit else None,
    )


@router.patch("/api/v1/reports/{id}", summary="Decide on a report")
async def decide(caller: _Moderates, id: str, given: ReportDecision) -> ReportShown:
    """Accept, resolve or reject a report, answer it, and say whether its text may be shown."""
    before = await caller.parts.reports.get(id)
    caller.require(Action.MODERATE, area=before.area or None)
    decided = await caller.parts.reports.decide(
        before.id, given.state, caller.label, note_text=given.note, public=given.public
    )
    return _shown(decided, caller.parts.centre.city)


@router.get(
    "/api/v1/reports/{id}/photo.jpg",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The photo"}},
    summary="The photo of a report",
)
async def get_photo(caller: _Moderates, id: str) -> Response:
    """Return the photo, made anew without place, device or owner."""
    found = await caller.parts.reports.get(id)
    caller.require(Action.MODERATE, area=found.area or None, subject=f"photo:{found.id}")
    if not found.photo:
        raise NotFound("there is no photo")
    return Response(await caller.parts.reports.photos.read(found.id), 200, None, "image/jpeg")


async def _form(request: Request) -> tuple[dict[str, str], bytes | None]:
    """Return the fields of a form and its photo.

    Raises:
        BadInput: It is no form, or a field is too long.
    """
    photo: bytes | None = None
    fields: dict[str, str] = {}
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadInput("a report is a form", "send multipart/form-data with kind and text")
    try:
        async with request.form(max_files=1, max_fields=10, max_part_size=_LONGEST_FIELD) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    photo = await value.read(LARGEST_BYTES + 1) or None
                else:
                    fields[name] = value
    except HTTPException as error:
        raise BadInput("the form cannot be read", "send kind, text and at most one photo") from error
    return fields, photo


def _kind(text: str) -> ReportKind:
    try:
        return ReportKind(text)
    except ValueError as error:
        kinds = ", ".join(kind.value for kind in ReportKind)
        raise BadInput(f"kind={text[:40]!r} is no kind of report", f"say one of {kinds}") from error


def _degrees(text: str | None, name: str, most: int) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput(f"{name}={text[:40]!r} is no number", "give degrees, such as -6.99") from error
    if not -most <= value <= most:
        raise BadInput(f"{name}={text[:40]!r} lies nowhere on earth", "give degrees")
    return value


def _receipt(one: Report) -> ReceiptShown:
    return ReceiptShown(receipt=one.id, state=one.state.value, note=one.note, at=format_rfc3339(one.at_90k))


def _shown(one: Report, city: City) -> ReportShown:
    camera = city.cameras.find(one.camera) if one.camera is not None else None
    values: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("id", "camera", "area", "text", "photo", "lat", "lon", "by", "moderator", "note", "public")
    }
    return ReportShown(
        **values,
        camera_name=camera.name if camera is not None else None,
        kind=one.kind.value,
        state=one.state.value,
        at=format_rfc3339(one.at_90k),
        simulated=one.simulated,
    )
