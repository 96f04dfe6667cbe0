"""The desk for personal data (UU PDP 27/2022): requests, the register of processing, breaches."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ronda.base.errors import BadInput
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.people.action import Action
from ronda.people.people import remote_of
from ronda.people.throttle import network_of
from ronda.privacy import processing
from ronda.privacy.breaches import Breach
from ronda.privacy.requests import CLOSED, DataRequest, NewDataRequest
from ronda.web.documents_privacy import (
    ActivityShown,
    BreachChange,
    BreachesShown,
    BreachGiven,
    BreachShown,
    DataDecision,
    DataReceiptShown,
    DataRequestGiven,
    DataRequestShown,
    DataRequestsShown,
    ProcessingShown,
    RecipientShown,
)
from ronda.web.gate import Asks, Caller, PartsOf

router = APIRouter(prefix="/api/v1", tags=["personal data"])
_Desk = Annotated[Caller, Depends(Asks(Action.REQUESTS))]


@router.post("/public/data-requests", status_code=201, summary="Ask for what concerns oneself in the pictures")
async def ask(parts: PartsOf, request: Request, given: DataRequestGiven) -> DataReceiptShown:
    """Take a request, to be answered within 72 hours; open to everybody. The receipt is how its fate is asked for."""
    parts.reports.count(network_of(remote_of(request)))
    begin, end = (None if text is None else parse_rfc3339(text) for text in (given.begin, given.end))
    if begin is not None and end is not None and begin >= end:
        raise BadInput("from is not before to", "exchange them")
    new = NewDataRequest(given.kind, given.name, given.contact, given.text, given.camera, begin, end)
    return _receipt(await parts.privacy.requests.add(new))


@router.get("/public/data-requests/{receipt}", summary="What became of a request")
async def get_receipt(parts: PartsOf, receipt: str) -> DataReceiptShown:
    """Return the state of a request and its answer; open to everybody who knows its receipt."""
    return _receipt(await parts.privacy.requests.get(receipt))


@router.get("/public/processing", summary="What is processed, why, and who may see it")
async def get_public_processing(parts: PartsOf) -> ProcessingShown:
    """Return the register of processing; open to everybody, since it names no camera."""
    count = partial(processing.register, parts.centre.city, public=True)
    activities = await parts.privacy.public_register(lambda: parts.finder.pool.run(count))
    return ProcessingShown(
        activities=[ActivityShown(**asdict(one)) for one in activities],
        recipients=[RecipientShown(**one) for one in processing.recipients()],
    )


@router.get("/data-requests", summary="Requests, the most urgent first")
async def list_requests(caller: _Desk, every: bool = False) -> DataRequestsShown:
    """Return the open requests by their time, or with `every` all of them, newest first."""
    now = caller.parts.clock.utc_90k()
    found = await caller.parts.privacy.requests.entries(open_only=not every)
    return DataRequestsShown(requests=[_shown(one, now) for one in found])


@router.patch("/data-requests/{id}", summary="Verify, answer or refuse a request")
async def decide(caller: _Desk, id: str, given: DataDecision) -> DataRequestShown:
    """Say that whoever asks is who they say, answer them, or refuse on a ground of Art. 33."""
    requests = caller.parts.privacy.requests
    after = await requests.decide((await requests.get(id)).id, given.state, caller.label, given.answer, given.ground)
    return _shown(after, caller.parts.clock.utc_90k())


@router.get(
    "/privacy/assessment.md",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}}, "description": "The assessment"}},
    summary="The impact assessment (Art. 34)",
)
async def get_assessment(caller: _Desk) -> Response:
    """Return the assessment as Markdown, drawn from the registry as it is now."""
    parts = caller.parts
    figures = await parts.privacy.requests.figures()
    figures["breaches"] = len(await parts.privacy.breaches.entries())
    activities = await parts.finder.pool.run(processing.register, parts.centre.city)
    text = processing.assessment(parts.facts.name, activities, figures)
    headers = {"Content-Disposition": 'attachment; filename="penilaian-dampak.md"'}
    return Response(text, 200, headers, "text/markdown; charset=utf-8")


@router.get("/privacy/breaches", summary="The record of breaches")
async def list_breaches(caller: _Desk) -> BreachesShown:
    """Return every breach, newest first."""
    return BreachesShown(breaches=[_breach(one) for one in await caller.parts.privacy.breaches.entries()])


@router.post("/privacy/breaches", status_code=201, summary="Write a breach down")
async def add_breach(caller: _Desk, given: BreachGiven) -> BreachShown:
    """Record what failed; those concerned and the agency must be told within 72 hours of its finding."""
    found = parse_rfc3339(given.found)
    breaches = caller.parts.privacy.breaches
    return _breach(
        await breaches.add(given.what, given.data, given.subjects, given.measures, caller.label, found_90k=found)
    )


@router.patch("/privacy/breaches/{id}", summary="Say what became known of a breach, and who was told")
async def change_breach(caller: _Desk, id: str, given: BreachChange) -> BreachShown:
    """Change what is known; what is left out stays."""
    values: dict[str, Any] = given.model_dump(exclude_none=True, include={"subjects", "measures"})
    for name in ("subjects_told", "agency_told"):
        if (moment := getattr(given, name)) is not None:
            values[f"{name}_90k"] = parse_rfc3339(moment)
    return _breach(await caller.parts.privacy.breaches.change(id, caller.label, **values))


def _receipt(one: DataRequest) -> DataReceiptShown:
    return DataReceiptShown(
        receipt=one.id,
        kind=one.kind,
        state=one.state,
        ground=one.ground,
        answer=one.answer,
        at=format_rfc3339(one.at_90k),
        due=format_rfc3339(one.due_90k),
    )


def _shown(one: DataRequest, now_90k: int) -> DataRequestShown:
    return DataRequestShown(
        **_receipt(one).model_dump(),
        name=one.name,
        contact=one.contact,
        text=one.text,
        camera=one.camera,
        begin=None if one.from_90k is None else format_rfc3339(one.from_90k),
        end=None if one.to_90k is None else format_rfc3339(one.to_90k),
        by=one.by,
        late=(one.changed_90k if one.state in CLOSED else now_90k) > one.due_90k,
    )


def _breach(one: Breach) -> BreachShown:
    def moment(value: int | None) -> str | None:
        return None if value is None else format_rfc3339(value)

    return BreachShown(
        id=one.id,
        found=format_rfc3339(one.found_90k),
        due=format_rfc3339(one.due_90k),
        what=one.what,
        data=one.data,
        subjects=one.subjects,
        measures=one.measures,
        subjects_told=moment(one.subjects_told_90k),
        agency_told=moment(one.agency_told_90k),
        by=one.by,
    )
