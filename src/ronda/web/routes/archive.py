"""Looking at an address without adding it, and at the archive as a whole."""

from fastapi import APIRouter

from ronda.base.errors import BadInput
from ronda.base.redaction import redact
from ronda.bus.contract import ArchiveCheckReport, ProbeReport, ReindexReport
from ronda.city.camera import parse_address
from ronda.web.documents import CheckGiven, ProbeGiven
from ronda.web.gate import ManagesArchive, Probes

router = APIRouter(prefix="/api/v1")


@router.post("/probe", tags=["cameras"], summary="Look at an address without adding it")
async def probe(caller: Probes, given: ProbeGiven) -> ProbeReport:
    """Return what is found at an address, or exactly why nothing is."""
    address = parse_address(given.url)
    if address.scheme == "file" and not caller.local:
        raise BadInput("a file of the server is not an address for everybody", "upload the video instead")
    report = await caller.parts.centre.probe(address.with_credentials)
    return report.model_copy(update={"url": redact(report.url)})


@router.post("/archive/check", tags=["archive"], summary="Compare files, journal, index and coverage")
async def check(caller: ManagesArchive, given: CheckGiven) -> ArchiveCheckReport:
    """Return every mismatch, and mend it when asked to; with `seal` also what is not as it was sealed with its day."""
    centre = caller.parts.centre
    report = await centre.check_archive(repair=given.repair, hashes=given.hashes, seal=given.seal)
    if not given.seal:
        return report
    signed = await caller.parts.days.compare(centre.ask_node)
    return report.model_copy(update={"mismatches": (*report.mismatches, *signed)})


@router.post("/archive/reindex", tags=["archive"], summary="Rebuild the index from files and journal")
async def reindex(caller: ManagesArchive) -> ReindexReport:
    """Rebuild the index; recording goes on."""
    return await caller.parts.centre.reindex()
