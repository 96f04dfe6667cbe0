"""The access log: entries for those who may read them, heads and proofs, erasing a name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response, StreamingResponse

from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.centre.witnessing import Heard
from ronda.city.region import parse_region
from ronda.people.access_log.faces import Face
from ronda.people.access_log.look import Entry, Wanted
from ronda.people.action import Action
from ronda.people.people import look_of
from ronda.web.accesslog_files import HEADING, KINDS, as_csv, as_json_lines
from ronda.web.documents_accesslog import (
    AccessLogShown,
    ConsistencyShown,
    EntriesAsked,
    ErasureDone,
    ErasureGiven,
    ExportAsked,
    HeadShown,
    InclusionShown,
    LookRead,
    LookShown,
    PageAsked,
    WitnessesShown,
    WitnessShown,
)
from ronda.web.gate import Caller, ErasesNames, PartsOf, ReadsAccessLog, WitnessesAccessLog

router = APIRouter(prefix="/api/v1", tags=["access log"])
_CACHE: Final = "public, max-age=10"
_CACHE_PROOF: Final = "public, max-age=86400, immutable"


@router.get("/accesslog", summary="Who looked at what")
async def list_entries(caller: ReadsAccessLog, asked: Annotated[PageAsked, Query()]) -> AccessLogShown:
    """Return entries of the access log, newest first; of the areas that the caller answers for."""
    log = caller.parts.people.log
    found = await log.entries(asked.limit, asked.before, _wanted(caller, asked))
    faces = await log.faces({entry.look.who for _, entry in found})
    return AccessLogShown(
        entries=[_read(caller, number, entry, faces.get(entry.look.who)) for number, entry in found],
        before=found[-1][0] if len(found) == asked.limit else None,
        whole=caller.reach(Action.ACCESS_LOG).everywhere,
        disputed=bool(caller.parts.witnessing.alarms),
    )


@router.get(
    "/accesslog/export",
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {} for kind in KINDS.values()}, "description": "The file"}},
    summary="The access log as a file",
)
async def export_entries(caller: ReadsAccessLog, asked: Annotated[ExportAsked, Query()]) -> Response:
    """Return every entry that is asked for, oldest first, as CSV (for a spreadsheet) or one JSON object a line."""
    pages = caller.parts.people.log.export(_wanted(caller, asked, subject="export"))
    render = as_csv if asked.format == "csv" else as_json_lines

    async def lines() -> AsyncIterator[bytes]:
        if asked.format == "csv":
            yield HEADING
        async for page in pages:
            yield render([shown(number, entry) for number, entry in page])

    headers = {"Content-Disposition": f'attachment; filename="accesslog.{asked.format}"'}
    return StreamingResponse(lines(), media_type=KINDS[asked.format], headers=headers)


@router.get("/accesslog/head", summary="A signed head of the log as it is now")
async def get_head(caller: WitnessesAccessLog) -> HeadShown:
    """Return a signed tree head over everything that was logged until now: keep it outside, compare later."""
    return HeadShown.model_validate((await caller.parts.heads.fresh()).document())


@router.get("/accesslog/proof", summary="Prove that the log only grew")
async def get_consistency(
    caller: WitnessesAccessLog,
    first: Annotated[int, Query(ge=0, le=1 << 62, description="Size of the older head")],
    second: Annotated[int, Query(ge=0, le=1 << 62, description="Size of the newer head")],
) -> ConsistencyShown:
    """Return the hashes that show that the newer of two heads holds all of the older one, unchanged."""
    hashes = await caller.parts.people.log.consistency(first, second)
    return ConsistencyShown(first=first, second=second, hashes=[one.hex() for one in hashes])


@router.get("/accesslog/inclusion", summary="Prove that an entry is in the log")
async def get_inclusion(
    caller: WitnessesAccessLog,
    number: Annotated[int, Query(ge=0, le=1 << 62)],
    size: Annotated[int, Query(ge=0, le=1 << 62, description="Size of a head")],
) -> InclusionShown:
    """Return an entry as it was hashed, and the hashes that lead from it to a head's root."""
    found = await caller.parts.people.log.inclusion(number, size)
    hashes = [one.hex() for one in found.hashes]
    return InclusionShown(number=number, size=size, entry=found.line, leaf=found.leaf.hex(), hashes=hashes)


@router.get("/accesslog/witnesses", summary="What the nodes say of the heads")
async def list_witnesses(caller: WitnessesAccessLog) -> WitnessesShown:
    """Return for each node the newest head that it has accepted, and why it refuses the newest there is, if it does."""
    return WitnessesShown(witnesses=[_witness(one) for one in caller.parts.witnessing.heard])


@router.post("/accesslog/erasures", summary="Erase a name from the log")
async def erase_name(caller: ErasesNames, given: ErasureGiven) -> ErasureDone:
    """Erase somebody's name and words from every entry; what was done stays, and the log stays verifiable."""
    log = caller.parts.people.log
    count = await log.erase(given.name)
    log.start(replace(look_of(caller.request, caller.principal, Action.REQUESTS, None), action="erase-name"))
    return ErasureDone(entries=count)


@router.get("/public/accesslog/head", response_model=HeadShown, summary="The newest signed head")
async def get_public_head(parts: PartsOf) -> Response:
    """Return the newest tree head, so that anybody can witness the log; open to everybody."""
    head = await parts.heads.newest()
    return JSONResponse(head.document(), headers={"Cache-Control": _CACHE})


@router.get(
    "/public/accesslog/proof", response_model=ConsistencyShown, summary="Prove to anybody that the log only grew"
)
async def get_public_consistency(
    parts: PartsOf,
    first: Annotated[int, Query(ge=0, le=1 << 62, description="Size of the older head")],
    second: Annotated[int, Query(ge=0, le=1 << 62, description="Size of the newer head, up to the newest there is")],
) -> Response:
    """Return the hashes that show that the newer of two heads holds all of the older one; open to everybody."""
    newest = (await parts.heads.newest()).size
    hashes = await parts.heads.proofs.between(first, second, newest)
    document = {"first": first, "second": second, "hashes": [one.hex() for one in hashes]}
    return JSONResponse(document, headers={"Cache-Control": _CACHE_PROOF})


def _witness(heard: Heard) -> WitnessShown:
    report = heard.report
    return WitnessShown(
        node=report.node,
        size=report.size,
        time=None if report.at_90k is None else format_rfc3339(report.at_90k),
        heard=format_rfc3339(heard.at_90k),
        problem=report.objection,
        refused=report.refused,
        refused_at=None if report.refused_90k is None else format_rfc3339(report.refused_90k),
    )


def _read(caller: Caller, number: int, entry: Entry, face: Face | None) -> LookRead:
    look = entry.look
    camera = caller.parts.centre.cameras.find(look.camera) if look.camera else None
    role = face.role_in(look.area) if face else None
    return LookRead(
        **dict(shown(number, entry)),
        display=face.display if face else "",
        role=role.value if role else None,
        camera_name=camera.name if camera else None,
    )


def _wanted(caller: Caller, asked: EntriesAsked, subject: str | None = None) -> Wanted:
    """Return what is asked for, kept inside what the caller answers for; that they read it is noted, there too.

    Raises:
        NotAllowed: The area is not theirs.
        BadInput: There is no such area or time.
    """
    people, principal = caller.parts.people, caller.principal
    areas: tuple[str, ...] | None = None
    if asked.area:
        areas = (parse_region(asked.area),)
        people.require(caller.request, principal, Action.ACCESS_LOG, None, area=areas[0], published=False)
    elif not (reach := caller.reach(Action.ACCESS_LOG)).everywhere:
        areas = reach.areas
    one = areas[0] if areas and len(areas) == 1 else None
    people.log.once(replace(look_of(caller.request, principal, Action.ACCESS_LOG, None, one), subject=subject))
    return Wanted(
        areas,
        asked.camera,
        asked.who,
        tuple(asked.action) or None,
        None if asked.start is None else parse_rfc3339(asked.start),
        None if asked.end is None else parse_rfc3339(asked.end),
    )


def shown(number: int, entry: Entry) -> LookShown:
    """Return an entry as the API shows it."""
    look = entry.look
    return LookShown(
        number=number,
        who=look.who,
        erased=entry.erased,
        action=look.action,
        camera=look.camera,
        area=look.area,
        subject=look.subject,
        purpose=look.purpose,
        start=None if look.from_90k is None else format_rfc3339(look.from_90k),
        end=None if look.to_90k is None else format_rfc3339(look.to_90k),
        started=format_rfc3339(entry.started_90k),
        ended=None if entry.ended_90k is None else format_rfc3339(entry.ended_90k),
        remote=look.remote,
        allowed=entry.allowed,
        reason=entry.reason,
    )
