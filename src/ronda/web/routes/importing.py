"""Import and export: a file in, what it would do, the word to do it; the register out."""

import asyncio
import contextlib
from pathlib import PurePath
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from ronda.base.errors import NotAllowed, NotFound
from ronda.centre.importing import Import, ImportKind
from ronda.city.importing.export import Register, TableFormat
from ronda.city.importing.findings import Finding
from ronda.city.importing.known import Rights
from ronda.city.importing.plan import Item
from ronda.city.importing.table import MOST_BYTES
from ronda.city.region import parse_region, within
from ronda.people.action import Action
from ronda.people.policy import Reach
from ronda.web.documents_importing import (
    CommitGiven,
    DifferenceShown,
    FindingShown,
    ImportCountsShown,
    ImportShown,
    ItemShown,
)
from ronda.web.gate import Asks, Caller
from ronda.web.upload import UploadedFile

_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {
            "text/csv": {},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
            "application/geo+json": {},
        },
    }
}
router = APIRouter(prefix="/api/v1", tags=["import and export"])
Imports = Annotated[Caller, Depends(Asks(Action.IMPORT, somewhere=True))]
Exports = Annotated[Caller, Depends(Asks(Action.REGISTRY, somewhere=True, noted=False))]
ImportId = Annotated[str, Path(max_length=40, description="The import's id")]
Language = Annotated[Literal["id", "en"], Query(description="Language of the headings")]
FILE_PATHS: Final = {f"/api/v1/import/{kind.value}": MOST_BYTES + 64 * 1024 for kind in ImportKind}
"""Paths that take a file, with the largest body."""
_SHOWN: Final = 500
_LONGEST_WAIT_S: Final = 20.0
_FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post("/import/cameras", status_code=202, openapi_extra=_FORM, summary="Read a table of cameras")
async def import_cameras(caller: Imports, request: Request) -> ImportShown:
    """Take a table (.csv, .xlsx, .geojson) and compare it with the register; nothing is written yet."""
    return await _take(ImportKind.CAMERAS, caller, request)


@router.post("/import/areas", status_code=202, openapi_extra=_FORM, summary="Read outlines of areas")
async def import_areas(caller: Imports, request: Request) -> ImportShown:
    """Take areas as GeoJSON and compare them with the register; nothing is written yet."""
    return await _take(ImportKind.AREAS, caller, request)


@router.get("/import/template.{kind}", response_class=Response, responses=_FILES, summary="A table to be filled in")
async def get_template(caller: Imports, kind: Literal["csv", "xlsx"], lang: Language = "id") -> Response:
    """Return a table of cameras with headings, an example, and (xlsx) a sheet that explains every column."""
    chosen = TableFormat(kind)
    data = await caller.parts.imports.template(chosen, indonesian=lang == "id")
    return _file(data, chosen, "kamera" if lang == "id" else "cameras")


@router.get("/import/{id}", summary="How far an import is, and what it would do")
async def get_import(
    caller: Imports, id: ImportId, wait: Annotated[float, Query(ge=0, le=_LONGEST_WAIT_S)] = 0.0
) -> ImportShown:
    """Return an import of yours; with `wait`, after so many seconds or when it has been read."""
    desk = caller.parts.imports
    job = desk.get(id, caller.label)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait):
            await job.settled.wait()
    return _shown(job)


@router.post("/import/{id}/commit", summary="Write what an import would do")
async def commit_import(caller: Imports, id: ImportId, given: CommitGiven | None = None) -> ImportShown:
    """Write all of it, or with `partial` all but the refused lines, in one transaction."""
    desk = caller.parts.imports
    job = desk.get(id, caller.label)
    await desk.commit(job, partly=given is not None and given.partial, powers=caller.reach(Action.IMPORT))
    return _shown(job)


@router.delete("/import/{id}", status_code=204, summary="Forget an import")
async def drop_import(caller: Imports, id: ImportId) -> None:
    """Forget an import that shall not be written."""
    await caller.parts.imports.drop(caller.parts.imports.get(id, caller.label))


@router.get("/export/{file}", response_class=Response, responses=_FILES, summary="A register as a file")
async def get_export(
    caller: Exports,
    file: Annotated[str, Path(max_length=40, description="cameras.csv, sites.xlsx, areas.geojson, ...")],
    lang: Language = "id",
    area: Annotated[str | None, Query(description="Only what lies in this area")] = None,
    credentials: Annotated[bool, Query(description="With passwords; over the server's socket only")] = False,
) -> Response:
    """Return cameras, areas, sites, recorders, agencies or partners; what `cameras` gives can be imported again."""
    register, kind = _named(file)
    inner = parse_region(area) if area else None
    with caller.noting(Action.REGISTRY, subject=f"export:{file}", area=inner):
        data = await _exported(caller, register, kind, inner, indonesian=lang == "id", credentials=credentials)
    return _file(data, kind, register.value)


async def _exported(
    caller: Caller, register: Register, kind: TableFormat, inner: str | None, *, indonesian: bool, credentials: bool
) -> bytes:
    if credentials and not caller.local:
        raise NotAllowed("passwords leave over the server's socket only", "use ronda export on the server itself")
    reach = caller.reach(Action.REGISTRY)
    return await caller.parts.imports.export(
        register,
        kind,
        lambda code: _reaches(reach, code) and (inner is None or bool(code and within(code, inner))),
        indonesian=indonesian,
        credentials=credentials,
    )


async def _take(kind: ImportKind, caller: Caller, request: Request) -> ImportShown:
    file = UploadedFile(request, "file")
    await file.start()
    reach = caller.reach(Action.IMPORT)
    rights = Rights(None if reach.everywhere else tuple(reach.areas), local_files=caller.local)
    name = PurePath(file.file_name).name
    job = await caller.parts.imports.take(kind, name, file.chunks(), caller.label, rights)
    job.powers = reach
    return _shown(job)


def _reaches(reach: Reach, code: str) -> bool:
    return reach.everywhere or bool(code and any(within(code, area) for area in reach.areas))


def _named(file: str) -> tuple[Register, TableFormat]:
    name, _, ending = file.partition(".")
    try:
        return Register(name), TableFormat(ending)
    except ValueError as error:
        mend = f"use one of {', '.join(Register)} with .{', .'.join(TableFormat)}"
        raise NotFound(f"there is no export {file[:40]!r}", mend) from error


def _file(data: bytes, kind: TableFormat, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"'}
    return Response(data, headers=headers, media_type=kind.mime)


def _shown(job: Import) -> ImportShown:
    plan = job.plan
    counts = None
    if plan is not None:
        counts = ImportCountsShown(
            lines=plan.lines,
            new=len(plan.new),
            changed=len(plan.changed),
            unchanged=plan.unchanged,
            refused=plan.refused.count,
            told=plan.told.count,
        )
    return ImportShown(
        id=job.id,
        kind=job.kind.value,
        file=job.file_name,
        state=job.state.value,
        lines=job.lines,
        problem=job.problem.message if job.problem else None,
        mend=job.problem.mend if job.problem else None,
        counts=counts,
        new=[_item(one) for one in plan.new[:_SHOWN]] if plan else [],
        changed=[_item(one) for one in plan.changed[:_SHOWN]] if plan else [],
        refused=[_finding(one) for one in plan.refused.kept[:_SHOWN]] if plan else [],
        told=[_finding(one) for one in plan.told.kept[:_SHOWN]] if plan else [],
        stopped=plan.stopped if plan else False,
    )


def _item(item: Item) -> ItemShown:
    differences = [DifferenceShown(field=d.field, before=d.before, after=d.after) for d in item.differences]
    return ItemShown.model_validate(
        {"kind": item.kind, "id": item.id, "name": item.name, "line": item.line, "differences": differences}
    )


def _finding(one: Finding) -> FindingShown:
    return FindingShown(line=one.line, column=one.column, value=one.value, reason=one.reason, mend=one.mend)
