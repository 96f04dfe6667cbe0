"""A whole centre over a real database and bus, with a tiny media application and a node that is only bus replies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from argon2 import PasswordHasher
from prometheus_client import CollectorRegistry, Counter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ronda.base.causes import GapCause
from ronda.base.errors import NotFound, RondaError
from ronda.base.time import SystemClock
from ronda.bus.contract import (
    AddHold,
    ArchiveCheckReport,
    ArchiveCheckRequest,
    Done,
    ExtendHold,
    Gap,
    Hold,
    Holds,
    HoldsRequest,
    Motion,
    MotionRequest,
    ProbeReport,
    ProbeRequest,
    ReindexReport,
    ReindexRequest,
    RemoveHold,
    Span,
    Timeline,
    TimelineRequest,
    TriggerRecording,
    request_subject,
)
from ronda.bus.devices import (
    CancelDeviceJob,
    DeviceJob,
    DeviceJobAbout,
    DeviceJobState,
    SearchDevices,
    SweepRange,
    VisitRecorder,
)
from ronda.bus.memory import MemoryBus
from ronda.centre.centre import Centre
from ronda.centre.finder import Finder
from ronda.centre.importing import ImportDesk
from ronda.centre.keeping import Keeping
from ronda.centre.observing import Observing
from ronda.centre.portal.portal import Portal
from ronda.centre.responding import Responding
from ronda.centre.trending import Trending
from ronda.centre.witnessing import Witnessing
from ronda.city.city import City as CityRegisters
from ronda.city.geography.document import basemap
from ronda.city.own import OwnPictures
from ronda.city.publication import UNPUBLISHED, Publication, PublicationMode
from ronda.evidence.casebook import Casebook
from ronda.evidence.cases.cases import Cases
from ronda.evidence.copies import CopiesTaken
from ronda.evidence.days import DayRoots
from ronda.evidence.deletions.deletions import Deletions, DeletionTools
from ronda.evidence.deletions.ending import ending
from ronda.evidence.examinations.examinations import ExamDesk, Examinations
from ronda.evidence.export import Export
from ronda.evidence.exports import Exports, ExportTools
from ronda.evidence.seal.authority import Authority
from ronda.evidence.sealer import Sealer
from ronda.evidence.sharing.share import ShareState
from ronda.evidence.sharing.shares import Shares, ShareTools
from ronda.evidence.traces.pictures import BoardPictures
from ronda.evidence.traces.traces import Traces
from ronda.insight.figures import Figures
from ronda.media.delivery.permission import Ask, MediaAction
from ronda.media.devices.desk import DeviceDesk
from ronda.people.access_log.heads import Heads
from ronda.people.media_access import MediaAccess
from ronda.people.passwords import Passwords
from ronda.people.people import People
from ronda.people.policy import LOOKING, Policy
from ronda.privacy.desk import PrivacyDesk
from ronda.store.database import Store
from ronda.upkeep.faults import Faults
from ronda.upkeep.photos import Photos
from ronda.upkeep.reports import Reports
from ronda.web.app import create, local
from ronda.web.parts import AsgiApp, Facts, Parts
from ronda.web.problems import problem_of

PASSWORD = "a long enough password"
WIB = ZoneInfo("Asia/Jakarta")


FOUND_NOTHING = DeviceJob(job="nothing", state=DeviceJobState.DONE)


@dataclass
class FakeNode:
    """Answers the bus as a node would; it has no cameras and no pictures."""

    held: dict[str, Hold] = field(default_factory=dict)
    probed: list[str] = field(default_factory=list)
    triggered: list[TriggerRecording] = field(default_factory=list)
    desk: DeviceDesk | None = None
    report: ProbeReport = field(default_factory=lambda: ProbeReport(ok=True, url="rtsp://u:secret@h/1", codec="h264"))

    async def timeline(self, request: TimelineRequest) -> Timeline:
        middle = (request.from_90k + request.to_90k) // 2
        return Timeline(
            profile=request.profile or "main",
            coverage=(Span(from_90k=request.from_90k, to_90k=middle),),
            gaps=(Gap(from_90k=middle, to_90k=request.to_90k, cause=GapCause.SILENT),),
        )

    async def holds(self, request: HoldsRequest) -> Holds:
        return Holds(holds=tuple(h for h in self.held.values() if request.camera in (None, h.camera)))

    async def add_hold(self, request: AddHold) -> Done:
        self.held[request.hold.id] = request.hold
        return Done()

    async def extend_hold(self, request: ExtendHold) -> Done:
        self.held[request.id] = self.held[request.id].model_copy(update={"until_90k": request.until_90k})
        return Done()

    async def remove_hold(self, request: RemoveHold) -> Done:
        if self.held.pop(request.id, None) is None:
            raise NotFound(f"there is no hold {request.id!r}")
        return Done()

    async def probe(self, request: ProbeRequest) -> ProbeReport:
        self.probed.append(request.url)
        return self.report

    async def check(self, request: ArchiveCheckRequest) -> ArchiveCheckReport:
        return ArchiveCheckReport(files=3, mismatches=())

    async def reindex(self, request: ReindexRequest) -> ReindexReport:
        return ReindexReport(files=3, runs=2, seconds=0.1)

    async def trigger(self, request: TriggerRecording) -> Done:
        self.triggered.append(request)
        return Done()

    async def search(self, request: SearchDevices) -> DeviceJob:
        return self.desk.search(request) if self.desk else FOUND_NOTHING

    async def visit(self, request: VisitRecorder) -> DeviceJob:
        return self.desk.visit(request) if self.desk else FOUND_NOTHING

    async def sweep(self, request: SweepRange) -> DeviceJob:
        return self.desk.sweep(request) if self.desk else FOUND_NOTHING

    async def about(self, request: DeviceJobAbout) -> DeviceJob:
        if self.desk is None:
            raise NotFound("this search is not known (any more)")
        return self.desk.about(request.job)

    async def motion(self, request: MotionRequest) -> Motion:
        middle = (request.from_90k + request.to_90k) // 2
        return Motion(stretches=(Span(from_90k=middle, to_90k=middle + 90_000),))

    async def cancel(self, request: CancelDeviceJob) -> Done:
        if self.desk is not None:
            self.desk.cancel(request.job)
        return Done()

    @asynccontextmanager
    async def serving(self, bus: MemoryBus) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            await enter(bus.serve(request_subject("local", "timeline"), TimelineRequest, self.timeline))
            await enter(bus.serve(request_subject("local", "motion"), MotionRequest, self.motion))
            await enter(bus.serve(request_subject("local", "holds"), HoldsRequest, self.holds))
            await enter(bus.serve(request_subject("local", "add-hold"), AddHold, self.add_hold))
            await enter(bus.serve(request_subject("local", "extend-hold"), ExtendHold, self.extend_hold))
            await enter(bus.serve(request_subject("local", "remove-hold"), RemoveHold, self.remove_hold))
            await enter(bus.serve(request_subject("local", "probe"), ProbeRequest, self.probe))
            await enter(bus.serve(request_subject("local", "archive-check"), ArchiveCheckRequest, self.check))
            await enter(bus.serve(request_subject("local", "reindex"), ReindexRequest, self.reindex))
            await enter(bus.serve(request_subject("local", "trigger"), TriggerRecording, self.trigger))
            await enter(bus.serve(request_subject("local", "devices-search"), SearchDevices, self.search))
            await enter(bus.serve(request_subject("local", "devices-visit"), VisitRecorder, self.visit))
            await enter(bus.serve(request_subject("local", "devices-sweep"), SweepRange, self.sweep))
            await enter(bus.serve(request_subject("local", "devices-job"), DeviceJobAbout, self.about))
            await enter(bus.serve(request_subject("local", "devices-cancel"), CancelDeviceJob, self.cancel))
            yield


def tiny_media(access: MediaAccess) -> AsgiApp:
    """Return a media application that asks as the real one does and answers with what it was asked."""

    async def answer(request: Request) -> Response:
        action = {"still": MediaAction.STILL, "clip": MediaAction.CLIP}.get(
            request.path_params["what"].partition(".")[0]
        )
        try:
            permit = await access(Ask(action or MediaAction.LIVE, request.path_params["camera"], request))
        except RondaError as error:
            return problem_of(error)
        document = {"path": request.url.path, "query": request.url.query, "public": permit.public}
        permit.close()
        return JSONResponse(document, headers={"Cache-Control": "private"})

    return Starlette(routes=[Route("/{camera}/{what}", answer)])


@dataclass
class City:
    """Everything a test may want to hold of a running application."""

    app: AsgiApp
    parts: Parts
    bus: MemoryBus
    node: FakeNode
    store: Store
    access: MediaAccess

    @property
    def centre(self) -> Centre:
        return self.parts.centre

    @property
    def people(self) -> People:
        return self.parts.people

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://ronda.test", headers=headers)

    def socket(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(local(self.app)), base_url="http://ronda")

    async def admin(self) -> httpx.AsyncClient:
        client = self.client()
        answer = await client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert answer.status_code == 204, answer.text
        return client


def quick_passwords() -> Passwords:
    """Return argon2id with the smallest costs: these tests are not about how long a guess takes."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


_schema: list[bytes] = []


async def open_store(folder: Path) -> Store:
    """Open a database, migrated once for all tests."""
    path = folder / "ronda.db"
    url = f"sqlite:///{path}"
    if not _schema:
        await (await Store.open(url)).close()
        _schema.append(path.read_bytes())
    path.write_bytes(_schema[0])
    return await Store.open(url)


@asynccontextmanager
async def open_city(folder: Path, *, public: bool = False, facts: Facts | None = None) -> AsyncIterator[City]:
    """Open a whole application over `folder`."""
    clock, bus, node = SystemClock(), MemoryBus(), FakeNode()
    store = await open_store(folder)
    people = await People.open(store, clock, Policy(LOOKING if public else ()), PASSWORD, quick_passwords())
    default = Publication(PublicationMode.LIVE) if public else UNPUBLISHED
    registers = await CityRegisters.open(store, clock, WIB, default=default)
    people.policy.places = registers.place
    centre = Centre(store, bus, registers, clock)
    privacy = PrivacyDesk(store, clock, centre.ask_node_of)
    registry = CollectorRegistry()
    Counter("ronda_tests", "Tests that counted", registry=registry).inc()
    own = OwnPictures(folder / "own", largest_bytes=3 * 1024 * 1024)
    photos, finder = Photos(folder / "reports"), Finder(registers)
    portal = Portal(registers, clock, WIB, centre.status, basemap)
    figures = Figures(store, registers, clock, WIB)
    imports = ImportDesk(centre, folder / "imports", clock)
    observing = Observing(store, bus, registers, clock, WIB)
    found = Photos(folder / "dispatches", "dispatch_photos")
    responding = Responding(store, centre, observing.observations, clock, found)
    people.policy.lent = responding.dispatches.lent
    heads = await Heads.open(people.log, store, clock, folder / "accesslog.key", people.passwords.pool)
    witnessing = Witnessing(people.log, heads, bus, clock)
    sealer = Sealer(lambda: Authority.at(folder / "evidence", store.secrets, "Semarang"))

    async def tree() -> tuple[int, bytes]:
        return 0, bytes(32)

    cases = Cases(store, clock, Keeping(centre, clock), WIB)
    people.policy.cased = cases.entitles

    async def ended(export: Export) -> None:
        await shares.end_all(ShareState.DELETED, export.ended_by or "system", export=export.id)

    book = Casebook(cases, "Semarang", WIB, clock, sealer.pool, people.log)
    exports = Exports(
        ExportTools(
            *(store, clock, registers, centre.ask_node_of, sealer, tree, "Ronda", "Ronda 1"),
            sealed=book.sealed,
            ended=ended,
            deleted=book.deleted,
        )
    )
    shares = Shares(ShareTools(store, clock, centre.ask_node_of, cases, exports.get, people.passwords, people.log))
    handed = CopiesTaken(privacy.copies, cases, clock)
    examinations = Examinations(ExamDesk(store, clock, cases, centre.ask_node_of, people.policy))
    access = MediaAccess(people, registers.cameras.__contains__, handed=handed, shared=shares, examined=examinations)
    traces = Traces(store, clock, cases, centre.ask_node_of, BoardPictures(folder / "boards"))
    ends = ending(exports, privacy.copies, examinations, traces)
    deletions = Deletions(DeletionTools(store, clock, centre.ask_node_of, cases, people.log, ends))
    parts = Parts(
        centre=centre,
        people=people,
        heads=heads,
        witnessing=witnessing,
        own=own,
        metrics=registry,
        clock=clock,
        portal=portal,
        finder=finder,
        reports=Reports(store, photos, clock),
        faults=Faults(store),
        figures=figures,
        privacy=privacy,
        imports=imports,
        observing=observing,
        trending=Trending(store, registers, clock, WIB),
        responding=responding,
        exports=exports,
        sealer=sealer,
        days=DayRoots(store, clock, sealer),
        cases=cases,
        shares=shares,
        deletions=deletions,
        examinations=examinations,
        traces=traces,
        facts=facts or Facts(version="1.2.3"),
        assets=folder / "assets",
    )
    async with (
        node.serving(bus),
        people.running(),
        centre.running(),
        witnessing.running(),
        portal.running(),
        figures.running(),
        imports.running(),
        observing.running(),
        parts.trending.running(),
        responding.running(),
        exports.running(),
        parts.cases.running(),
        shares.running(),
        deletions.running(),
        parts.traces.running(),
        parts.examinations.running(),
    ):
        yield City(create(parts, tiny_media(access)), parts, bus, node, store, access)
    photos.close()
    found.close()
    finder.close()
    own.close()
    parts.traces.pictures.close()
    sealer.close()
    await store.close()


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with open_city(tmp_path) as city:
        yield city


@pytest.fixture
async def public_city(tmp_path: Path) -> AsyncIterator[City]:
    (tmp_path / "public").mkdir()
    async with open_city(tmp_path / "public", public=True) as city:
        yield city


async def until(condition: object) -> None:
    """Wait until `condition()` is true."""
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)
