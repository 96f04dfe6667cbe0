"""The boards of all cases: begun, filled, judged, and gone with the footage of their case.

Every step is a row of the case's chain of custody; what a board keeps of the footage is one picture a point.
"""

import asyncio
import base64
import binascii
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError
from ronda.base.time import Clock, format_rfc3339
from ronda.bus.examining import LARGEST_PICTURE, Box, Shape, TakenPicture, WantPicture
from ronda.evidence.cases.case import SYSTEM, Case, CaseState, What
from ronda.evidence.cases.cases import Cases
from ronda.evidence.traces import rows
from ronda.evidence.traces.pictures import BoardPictures
from ronda.evidence.traces.trace import Point, Said, Trace, TraceKind, TraceLinkState, note_of, title_of
from ronda.privacy.copies import AskNodeOf
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 60.0
_JPEG: Final = b"\xff\xd8"


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A picture as somebody puts it on a board.

    Attributes:
        camera: Whose picture.
        at_90k: Of which moment.
        place: Where the camera hangs, (longitude, latitude); None where that is not known.
        masks: What is painted over in it, whatever it shows.
        sighting: Name of a picture of what was seen, for where nothing is recorded of then any more.
        label: The class of what is traced in it.
        colour: Its colour.
        plate: What was read of its plate.
        xyxy: Where it is in the picture.
        note: What is to be said of it.
        examination: Id of the examination that found it.
        n: Its number there.
    """

    camera: str
    at_90k: int
    place: tuple[float, float] | None
    masks: tuple[Shape, ...] = ()
    sighting: str = ""
    label: str = ""
    colour: str = ""
    plate: str = ""
    xyxy: Box | None = None
    note: str = ""
    examination: str = ""
    n: int = 0


class Traces:
    """All boards; `running` must be open for them to go with their cases.

    Args:
        store: The database.
        clock: The time.
        cases: The cases that they belong to.
        ask: Asks the node of a camera for its picture.
        pictures: Where pictures are kept.
    """

    def __init__(self, store: Store, clock: Clock, cases: Cases, ask: AskNodeOf, pictures: BoardPictures) -> None:
        self.pictures = pictures
        self._store = store
        self._clock = clock
        self._cases = cases
        self._ask = ask
        self._keeping = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let boards go with their cases while the context is open."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="traces")
            try:
                yield
            finally:
                task.cancel()

    async def of(self, case: str) -> list[Trace]:
        """Return the boards of a case, the oldest first."""
        return await self._store.read(lambda connection: rows.of_case(connection, case))

    async def get(self, case: str, id: str) -> Trace:
        """Return one board of a case.

        Raises:
            NotFound: The case has none such.
        """
        return await self._store.read(lambda connection: rows.get(connection, case, id))

    async def begin(self, case: Case, title: str, kind: TraceKind, by: str) -> Trace:
        """Begin a board.

        Raises:
            BadInput: It has no title.
            Conflict: The case is not approved, or has very many boards.
        """
        require_open(case)
        trace = Trace(secrets.token_hex(8), case.number, title_of(title), kind, by, self._clock.utc_90k())
        await self._store.run(lambda connection: rows.insert(connection, trace))
        await self._custody(case, by, trace, "dibuat")
        return trace

    async def add(self, case: Case, trace: Trace, new: NewPoint, by: str) -> Point:
        """Put a picture on a board: the one that was recorded of its moment.

        Raises:
            BadInput: Its moment has not come yet, or the note is too long.
            Conflict: The case is not approved; the board is full, or has this picture.
            NotFound: Nothing is recorded of that moment (any more).
            Busy: The camera's node does not answer.
        """
        require_open(case)
        note, now_90k = note_of(new.note), self._clock.utc_90k()
        if new.at_90k > now_90k:
            raise BadInput("that moment has not come yet", "choose one of the past")
        asked = WantPicture(
            camera=new.camera,
            at_90k=new.at_90k,
            sighting=new.sighting,
            examination=new.examination,
            n=new.n,
            masks=new.masks,
        )
        taken = await self._ask(new.camera, asked, TakenPicture)
        jpeg = _jpeg(taken)
        lon, lat = new.place if new.place is not None else (None, None)
        point = Point(
            id=secrets.token_hex(8),
            trace=trace.id,
            camera=new.camera,
            at_90k=taken.at_90k,
            lat=lat,
            lon=lon,
            label=new.label,
            colour=new.colour,
            plate=new.plate,
            xyxy=_within(new.xyxy, taken.view),
            note=note,
            by=by,
            added_90k=now_90k,
            examination=new.examination,
            n=new.n,
        )
        async with self._keeping:
            await self.pictures.save(point.id, jpeg)
            try:
                await self._store.run(lambda connection: rows.insert_point(connection, point))
            except BaseException:
                await asyncio.shield(self.pictures.discard([point.id]))
                raise
        words = f"{trace.title}: gambar {format_rfc3339(point.at_90k)}"
        try:
            await self._cases.add_custody(
                case.number, by, What.TRACED, subject=point.camera, sha256=sha256(jpeg).hexdigest(), note=words
            )
        except RondaError:  # what the chain of custody does not say is not kept either
            await self._take_off(trace, point.id)
            raise
        return point

    async def remove(self, case: Case, trace: Trace, point: str, by: str) -> None:
        """Take a picture off a board; it is deleted.

        Raises:
            NotFound: It is not there.
            Conflict: The case is not approved.
        """
        require_open(case)
        gone = await self._take_off(trace, point)
        await self._custody(case, by, trace, f"gambar {format_rfc3339(gone.at_90k)} dilepas", gone.camera)

    async def say(
        self, case: Case, trace: Trace, ends: tuple[str, str], state: TraceLinkState, note: str, by: str
    ) -> Trace:
        """Say whether two successive points are of one and the same.

        Raises:
            NotFound: These two do not follow each other (any more).
            BadInput: The note is too long.
            Conflict: The case is not approved.
        """
        require_open(case)
        before = next((one for one in trace.links if (one.begin, one.end) == ends), None)
        if before is None:
            raise NotFound("these two points do not follow each other (any more)", "look at the board again")
        said = Said(state, note_of(note), by, self._clock.utc_90k())

        def work(connection: sa.Connection) -> Trace:
            rows.say(connection, trace.id, ends, said)
            return rows.get(connection, case.number, trace.id)

        after = await self._store.run(work)
        if before.state is not state:
            moments = {one.id: format_rfc3339(one.at_90k) for one in trace.points}
            words = f"{moments[ends[0]]} - {moments[ends[1]]}: {_SAID[state]}"
            await self._custody(case, by, trace, words)
        return after

    async def delete(self, case: Case, trace: Trace, by: str) -> None:
        """Delete a board with its pictures.

        Raises:
            Conflict: The case is not approved.
        """
        require_open(case)
        await self._delete(trace)
        await self._custody(case, by, trace, "dihapus")

    async def take_off_of(self, camera: str, from_90k: int, to_90k: int, by: str, why: str) -> None:
        """Footage is deleted for good: so are pictures of it on boards."""
        for case, id, point in await self._store.read(
            lambda connection: rows.points_of(connection, camera, from_90k, to_90k)
        ):
            trace = await self.get(case, id)
            gone = await self._take_off(trace, point)
            words = f"{trace.title}: gambar {format_rfc3339(gone.at_90k)} {why}"
            await self._cases.add_custody(case, by, What.DELETED, subject=camera, note=words)

    async def sweep(self) -> None:
        """Delete the boards of cases whose footage is kept no longer, and pictures that are on no board."""
        now_90k = self._clock.utc_90k()
        for number in await self._store.read(rows.cases_with_traces):
            case = await self._case(number)
            if case is not None and case.until_90k > now_90k:
                continue
            traces = await self.of(number)
            for trace in traces:
                await self._delete(trace)
            if case is not None:
                words = f"{len(traces)} papan jejak, dengan rekaman perkaranya"
                await self._cases.add_custody(number, SYSTEM, What.DELETED, subject="", note=words)
        async with self._keeping:
            kept = await self.pictures.there()
            there = await self._store.read(lambda connection: rows.points_there(connection, kept))
            await self.pictures.discard([id for id in kept if id not in there])

    async def _take_off(self, trace: Trace, point: str) -> Point:
        gone = await self._store.run(lambda connection: rows.delete_point(connection, trace.id, point))
        await self.pictures.discard([gone.id])
        return gone

    async def _delete(self, trace: Trace) -> None:
        async with self._keeping:
            points = (await self.get(trace.case, trace.id)).points
            await self._store.run(lambda connection: rows.delete(connection, trace.id))
            await self.pictures.discard([point.id for point in points])

    async def _case(self, number: str) -> Case | None:
        try:
            return (await self._cases.get(number)).case
        except NotFound:
            return None

    async def _custody(self, case: Case, by: str, trace: Trace, what: str, camera: str = "") -> None:
        await self._cases.add_custody(case.number, by, What.TRACED, subject=camera, note=f"{trace.title}: {what}")

    async def _follow(self) -> None:
        while True:
            try:
                await self.sweep()
            except RondaError as error:
                _log.warning("boards cannot be swept", problem=str(error))
            await asyncio.sleep(_EVERY_S)


_SAID: Final = {
    TraceLinkState.CONFIRMED: "dipastikan sama",
    TraceLinkState.REJECTED: "dinyatakan lain",
    TraceLinkState.PROPOSED: "kembali menjadi dugaan",
}
"""What the chain of custody says of a link, for its papers."""


def require_open(case: Case) -> None:
    """Go on only when a board of a case may be changed.

    Raises:
        Conflict: The case is not approved, or closed.
    """
    if case.state is CaseState.CLOSED:
        raise Conflict("the case is closed", "reopen it first")
    if case.state is not CaseState.APPROVED:
        raise Conflict(f"the case is {case.state.value}", "a trace is put together once it is approved")


def _within(xyxy: Box | None, view: Box) -> Box | None:
    """Return where a box on the camera's view is on a picture that shows a part of it."""
    if xyxy is None:
        return None
    left, top, right, bottom = view
    width, height = right - left, bottom - top
    if width <= 0 or height <= 0:
        return None
    x0, y0, x1, y1 = (
        min(1.0, max(0.0, share))
        for share in (
            (xyxy[0] - left) / width,
            (xyxy[1] - top) / height,
            (xyxy[2] - left) / width,
            (xyxy[3] - top) / height,
        )
    )
    return x0, y0, x1, y1


def _jpeg(taken: TakenPicture) -> bytes:
    try:
        jpeg = base64.b64decode(taken.jpeg, validate=True)
    except binascii.Error:
        jpeg = b""
    if not jpeg.startswith(_JPEG) or len(jpeg) > LARGEST_PICTURE:
        raise Busy("the camera's node answered with no picture", "try again")
    return jpeg
