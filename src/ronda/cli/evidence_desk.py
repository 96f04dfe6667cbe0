"""Opens what seals footage as evidence: the key at the centre, and the exports that it signs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial

import ronda
from ronda.base.time import Clock
from ronda.bus.contract import Bus
from ronda.centre.centre import Centre
from ronda.centre.keeping import Keeping
from ronda.cli.sealing import authority_of, time_stamp_url
from ronda.config.models import Settings
from ronda.evidence.casebook import Casebook
from ronda.evidence.cases.case import SYSTEM
from ronda.evidence.cases.cases import Cases
from ronda.evidence.cases.gone import Vanishing
from ronda.evidence.cases.machine import DAY_90K, Terms
from ronda.evidence.days import DayRoots
from ronda.evidence.deletions.deletions import Deletions, DeletionTools
from ronda.evidence.deletions.ending import ending
from ronda.evidence.examinations.examinations import ExamDesk, Examinations
from ronda.evidence.export import Export
from ronda.evidence.exports import Exports, ExportTools
from ronda.evidence.sealer import Sealer
from ronda.evidence.sharing.share import ShareState
from ronda.evidence.sharing.shares import Shares, ShareTools
from ronda.evidence.traces.pictures import BoardPictures
from ronda.evidence.traces.traces import Traces
from ronda.people.access_log.heads import Heads
from ronda.people.people import People
from ronda.privacy.desk import PrivacyDesk
from ronda.store.database import Store


@dataclass(frozen=True, slots=True)
class EvidenceDesk:
    """What is open."""

    sealer: Sealer
    exports: Exports
    cases: Cases
    days: DayRoots
    shares: Shares
    traces: Traces
    examinations: Examinations


@asynccontextmanager
async def evidence_desk(
    settings: Settings, store: Store, clock: Clock, bus: Bus, centre: Centre, heads: Heads, people: People
) -> AsyncIterator[EvidenceDesk]:
    """Keep the footage of cases, sign and follow exports while the context is open."""

    async def tree() -> tuple[int, bytes]:
        head = await heads.fresh()
        return head.size, head.root

    async def ended(export: Export) -> None:
        await shares.end_all(ShareState.DELETED, export.ended_by or SYSTEM, export=export.id)

    sealer = Sealer(partial(authority_of, settings))
    evidence, zone = settings.evidence, settings.timezone.info
    terms = Terms(evidence.asked_days * DAY_90K, evidence.approved_days * DAY_90K)
    cases = Cases(store, clock, Keeping(centre, clock, people.log), zone, terms)
    book = Casebook(cases, settings.name, zone, clock, sealer.pool, people.log)
    tools = ExportTools(
        store=store,
        clock=clock,
        city=centre.city,
        ask=centre.ask_node_of,
        sealer=sealer,
        tree=tree,
        unit=settings.name,
        software=f"Ronda {ronda.__version__}",
        stamp_url=time_stamp_url(settings),
        days=evidence.export_days,
        report=book.report,
        sealed=book.sealed,
        ended=ended,
        deleted=book.deleted,
    )
    try:
        days = DayRoots(store, clock, sealer)
        exports = Exports(tools)
        log, passwords = people.log, people.passwords
        shares = Shares(ShareTools(store, clock, centre.ask_node_of, cases, exports.get, passwords, log))
        gone = Vanishing(cases, centre.ask_node_of, log)
        with closing(BoardPictures(settings.data / "boards")) as pictures:
            traces = Traces(store, clock, cases, centre.ask_node_of, pictures)
            async with cases.running(), gone.running(), shares.running(), exports.running(), days.serving(bus):
                examinations = Examinations(ExamDesk(store, clock, cases, centre.ask_node_of, people.policy))
                async with traces.running(), examinations.running():
                    yield EvidenceDesk(sealer, exports, cases, days, shares, traces, examinations)
    finally:
        sealer.close()


@asynccontextmanager
async def deleting(
    store: Store, clock: Clock, centre: Centre, desk: EvidenceDesk, people: People, privacy: PrivacyDesk
) -> AsyncIterator[Deletions]:
    """Have footage deleted that courts order to be deleted, while the context is open."""
    ends = ending(desk.exports, privacy.copies, desk.examinations, desk.traces)
    deletions = Deletions(DeletionTools(store, clock, centre.ask_node_of, desk.cases, people.log, ends))
    async with deletions.running():
        yield deletions
