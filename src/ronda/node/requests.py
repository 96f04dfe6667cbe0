"""The requests that a node answers over the bus."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from ronda.archive.archive import Archive
from ronda.base.errors import Conflict
from ronda.base.identity import profile_name
from ronda.base.logging import get_logger
from ronda.bus.contract import (
    REQUEST_NAMES,
    AddHold,
    ArchiveCheckReport,
    ArchiveCheckRequest,
    Bus,
    Done,
    ExtendHold,
    Handler,
    Holds,
    HoldsRequest,
    M,
    Motion,
    MotionRequest,
    ProbeReport,
    ProbeRequest,
    R,
    ReindexReport,
    ReindexRequest,
    RemoveHold,
    Span,
    Timeline,
    TimelineRequest,
    TriggerRecording,
    request_subject,
)
from ronda.bus.days import DAY_REQUESTS, DaysRequest
from ronda.bus.deletion import DELETION_REQUESTS, DeleteByOrder, DeletedByOrder
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.dialling import Dialler, Urgency
from ronda.media.sources.opening import Opening
from ronda.media.sources.probe import probe
from ronda.node.days.days import Days

_log = get_logger("node")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a node answers with.

    Attributes:
        archive: Its recordings.
        opening: Makes sources, for looking at addresses.
        dialler: The budgets within which it looks.
        recorded_profile: Names the profile that is recorded of a camera.
        trigger: Records a camera for so many seconds.
        days: The trees of days that are over.
    """

    archive: Archive
    opening: Opening
    dialler: Dialler
    recorded_profile: Callable[[str], str]
    trigger: Callable[[str, float], None]
    days: Days


class Requests:
    """Handlers, one a request."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._care = asyncio.Lock()

    async def timeline(self, asked: TimelineRequest) -> Timeline:
        """Coverage and gaps; without a profile, of the one that is recorded."""
        asked_for = asked.profile and profile_name(asked.profile)
        profile = asked_for or self._answers.recorded_profile(asked.camera)
        return await self._answers.archive.timeline(asked.camera, profile, asked.from_90k, asked.to_90k)

    async def motion(self, asked: MotionRequest) -> Motion:
        """When something moved, in what is recorded."""
        profile = self._answers.recorded_profile(asked.camera)
        found = await self._answers.archive.motion(asked.camera, profile, asked.from_90k, asked.to_90k)
        return Motion(stretches=tuple(Span(from_90k=start, to_90k=end) for start, end in found))

    async def holds(self, asked: HoldsRequest) -> Holds:
        """The holds."""
        return Holds(holds=await self._answers.archive.holds(asked.camera))

    async def add_hold(self, asked: AddHold) -> Done:
        """Keep a range in which something is recorded, or may be."""
        await self._answers.archive.check_recorded(asked.hold)
        await self._answers.archive.add_hold(asked.hold)
        return Done()

    async def extend_hold(self, asked: ExtendHold) -> Done:
        """Let a hold end at another moment."""
        await self._answers.archive.extend_hold(asked.id, asked.until_90k)
        return Done()

    async def remove_hold(self, asked: RemoveHold) -> Done:
        """End a hold."""
        await self._answers.archive.remove_hold(asked.id)
        return Done()

    async def probe(self, asked: ProbeRequest) -> ProbeReport:
        """Look at an address; somebody waits for it, within the budgets that recorders are protected by."""
        address = StreamAddress.parse(asked.url)
        async with self._answers.dialler.ticket(address.host_key, Urgency.VIEWER):
            return await probe(address, self._answers.opening)

    async def check(self, asked: ArchiveCheckRequest) -> ArchiveCheckReport:
        """Compare files, journal, index and coverage."""
        async with self._caring():
            report = await self._answers.archive.check(repair=asked.repair, hashes=asked.hashes)
            sealed = tuple(await self._answers.days.check()) if asked.seal else ()
            return report.model_copy(update={"mismatches": (*report.mismatches, *sealed)})

    async def reindex(self, _asked: ReindexRequest) -> ReindexReport:
        """Make the index anew."""
        async with self._caring():
            return await self._answers.archive.reindex()

    @asynccontextmanager
    async def _caring(self) -> AsyncIterator[None]:
        """Let the archive be cared for by one at a time: each reads the whole disk."""
        if self._care.locked():
            raise Conflict("the archive is being checked or rebuilt", "wait until that is done")
        async with self._care:
            began = time.monotonic()
            _log.info("archive care begins")
            yield
            _log.info("archive care is done", seconds=round(time.monotonic() - began, 1))

    async def delete_by_order(self, asked: DeleteByOrder) -> DeletedByOrder:
        """Delete what a court ordered to be deleted."""
        done = await self._answers.archive.delete_by_order(asked)
        _log.warning("footage deleted by order", camera=asked.camera, order=asked.number, segments=len(done.deleted))
        return done

    async def trigger(self, asked: TriggerRecording) -> Done:
        """Record an event."""
        self._answers.trigger(asked.camera, asked.seconds)
        return Done()


@asynccontextmanager
async def serving(node: str, answers: Answers, bus: Bus) -> AsyncIterator[None]:
    """Answer requests to the node of that name while the context is open."""
    requests = Requests(answers)
    async with AsyncExitStack() as stack:

        async def serve(kind: type[M], handler: Handler[M, R]) -> None:
            subject = request_subject(node, REQUEST_NAMES[kind])
            await stack.enter_async_context(bus.serve(subject, kind, handler))

        await stack.enter_async_context(
            bus.serve(request_subject(node, DAY_REQUESTS[DaysRequest]), DaysRequest, answers.days.page)
        )
        subject = request_subject(node, DELETION_REQUESTS[DeleteByOrder])
        await stack.enter_async_context(bus.serve(subject, DeleteByOrder, requests.delete_by_order))
        await serve(TimelineRequest, requests.timeline)
        await serve(MotionRequest, requests.motion)
        await serve(HoldsRequest, requests.holds)
        await serve(AddHold, requests.add_hold)
        await serve(ExtendHold, requests.extend_hold)
        await serve(RemoveHold, requests.remove_hold)
        await serve(ProbeRequest, requests.probe)
        await serve(ArchiveCheckRequest, requests.check)
        await serve(ReindexRequest, requests.reindex)
        await serve(TriggerRecording, requests.trigger)
        yield
