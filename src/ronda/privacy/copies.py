"""Masked copies: for the people in the pictures (UU PDP 27/2022 Art. 32), and of a case; ordered, handed over, ended.

The film is made and kept by the camera's node; here is what was decided, for whom, by whom, until when. Copies that are
not ended are in memory too, so that media may be let through, or stopped in the middle, without the database.
"""

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
import structlog

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError
from ronda.base.time import HZ_90K, Clock, format_rfc3339
from ronda.bus.contract import Done, Message, Timeline, TimelineRequest
from ronda.bus.copies import MOST_SECONDS, CopyAbout, CopyStanding, CopyState, MakeCopy, MaskPlan, RemoveCopy
from ronda.city.history import change_of, note
from ronda.privacy.requests import DataRequest, RequestKind, RequestState
from ronda.privacy.tables import MASKED_COPIES
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
MOST_DAYS: Final = 30
MOST_LINKS: Final = 5
_MOST_OF_A_REQUEST: Final = 10
MARGIN_90K: Final = 5 * 60 * HZ_90K
"""How far from the times that somebody named a copy may reach: nobody looks at their watch all day."""
_HOLE_90K: Final = HZ_90K
_FETCHED_90K: Final = 60 * HZ_90K
R = TypeVar("R", bound=Message)


class AskNodeOf(Protocol):
    """Asks the node that has a camera."""

    async def __call__(self, camera: str, request: Message, kind: type[R], /) -> R:
        """Return its answer; raises what it refuses with, and `Busy` where it does not answer."""
        ...


class HandingState(StrEnum):
    """How a copy stands at the desk."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    REVOKED = "revoked"
    EXPIRED = "expired"


_OPEN: Final = (HandingState.MAKING, HandingState.READY)


@dataclass(frozen=True, slots=True)
class MaskedCopy:
    """One copy; moments in `utc_90k`.

    Attributes:
        id: Its id, which opens nothing.
        request: Receipt of the request that it answers: whoever has it may fetch the copy; empty where it is a case's.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        plan: What is painted over, and of which moments there are pictures, as JSON; empty once it has ended.
        by: Who ordered it.
        at_90k: When.
        until_90k: When it ends by itself.
        state: How it stands.
        problem: Why it was not made; `mend` what can be done.
        bytes: How large the file is; 0 as long as there is none, and once it is deleted.
        links: How many links to it were given out.
        fetched_90k: When it was fetched last.
        ended_by: Who withdrew it.
        ended_90k: When it ended.
        case: Number of the case that it belongs to; empty where it answers a request.
    """

    id: str
    request: str
    camera: str
    from_90k: int
    to_90k: int
    plan: str
    by: str
    at_90k: int
    until_90k: int
    state: HandingState = HandingState.MAKING
    problem: str = ""
    mend: str = ""
    bytes: int = 0
    links: int = 0
    fetched_90k: int | None = None
    ended_by: str | None = None
    ended_90k: int | None = None
    case: str = ""

    @property
    def stills(self) -> int:
        """How many pictures lie beside the film."""
        return len(json.loads(self.plan)["stills_s"]) if self.plan else 0


@dataclass(frozen=True, slots=True)
class NewCopy:
    """What an officer orders.

    Attributes:
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        plan: What is painted over.
        always: The camera's own masks, painted whatever the plan says.
        days: For how many days it can be fetched.
        stills_s: Moments of which a picture is kept beside the film, seconds from the start.
    """

    camera: str
    from_90k: int
    to_90k: int
    plan: MaskPlan
    always: tuple[tuple[tuple[float, float], ...], ...]
    days: int
    stills_s: tuple[float, ...] = ()


async def no_node(camera: str, request: Message, kind: type[R], /) -> R:
    """Answer where there is no node."""
    raise Busy("the camera's node cannot be reached", "try again later")


class MaskedCopies:
    """The copies of the city; implements `ronda.people.media_permits.Handed`."""

    def __init__(self, store: Store, clock: Clock, ask: AskNodeOf = no_node) -> None:
        self._store = store
        self._clock = clock
        self._ask = ask
        self._open: dict[str, MaskedCopy] | None = None
        self._progress: dict[str, CopyStanding] = {}
        self._changing = asyncio.Lock()

    # What media asks

    def is_open(self, copy: str, camera: str) -> bool:
        """Whether there is such a copy of that camera, ready, not expired and not withdrawn."""
        found = (self._open or {}).get(copy)
        return (
            found is not None
            and found.state is HandingState.READY
            and found.camera == camera
            and found.until_90k > self._clock.utc_90k()
        )

    async def fetched(self, copy: str) -> None:
        """Write down that a copy is being fetched by whom it was handed to."""
        found, now = (await self.open()).get(copy), self._clock.utc_90k()
        if found is not None and now - (found.fetched_90k or 0) > _FETCHED_90K:
            await self._change(found, fetched_90k=now)

    def case_of(self, copy: str) -> str:
        """Return the number of the case that a copy was made in; empty where it answers a request, or there is none."""
        found = (self._open or {}).get(copy)
        return "" if found is None else found.case

    async def made_for(self, copy: str, who: str) -> bool:
        """Whether a copy was made by somebody."""
        found = (await self.open()).get(copy)
        return found is not None and found.by == who

    # What the desk asks

    async def make(self, request: DataRequest, new: NewCopy, by: str) -> MaskedCopy:
        """Order a copy for a request.

        Raises:
            BadInput: The stretch is too long, or not what the request is about; or nothing is masked.
            Conflict: The request asks for something else, or nobody has verified who asks; or it has many copies.
            NotFound: Some of the stretch is not recorded.
            Busy: The node does not answer, or has many copies to make.
        """
        check_wanted(request, new)
        return await self.order(new, by, request=request.id)

    async def order(self, new: NewCopy, by: str, *, request: str = "", case: str = "", caption: str = "") -> MaskedCopy:
        """Order a copy for a request or a case whose rules were checked; `caption` stands in each picture.

        Raises:
            BadInput: It is too long, or nothing is masked.
            Conflict: There are many copies for it already.
            NotFound: Some of the stretch is not recorded.
            Busy: The node does not answer, or has many copies to make.
        """
        check_new(new)
        live = [one for one in (await self.open()).values() if (one.request, one.case) == (request, case)]
        if len(live) >= _MOST_OF_A_REQUEST:
            raise Conflict(f"there are {len(live)} copies for it already", "withdraw one first")
        await self._check_recorded(new)
        now = self._clock.utc_90k()
        until = now + new.days * 86_400 * HZ_90K
        plan = json.dumps({"plan": new.plan.model_dump(), "stills_s": new.stills_s})
        copy = MaskedCopy(
            *(secrets.token_hex(8), request, new.camera, new.from_90k, new.to_90k, plan, by, now, until), case=case
        )
        await self._store.run(lambda connection: _add(connection, copy))
        (await self.open())[copy.id] = copy
        order = MakeCopy(
            id=copy.id,
            camera=copy.camera,
            from_90k=copy.from_90k,
            to_90k=copy.to_90k,
            until_90k=until,
            plan=new.plan,
            always=new.always,
            stills_s=new.stills_s,
            caption=caption,
        )
        try:
            self._progress[copy.id] = await self._ask(new.camera, order, CopyStanding)
        except RondaError as error:
            await self._end(copy, HandingState.FAILED, problem=error.message, mend=error.mend)
            raise
        return copy

    async def of(self, request: str) -> list[MaskedCopy]:
        """Return the copies of a request, newest first."""
        return await self._listed(MASKED_COPIES.c.request == request)

    async def of_case(self, case: str) -> list[MaskedCopy]:
        """Return the copies of a case, newest first."""
        return await self._listed(MASKED_COPIES.c.case == case)

    async def _listed(self, which: sa.ColumnElement[bool]) -> list[MaskedCopy]:
        query = sa.select(MASKED_COPIES).where(which)
        query = query.order_by(MASKED_COPIES.c.at_90k.desc()).limit(100)
        return [_copy(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]

    async def get(self, request: str, id: str) -> MaskedCopy:
        """Return one copy of a request.

        Raises:
            NotFound: There is none.
        """
        found = next((one for one in await self.of(request) if one.id == id), None)
        if found is None:
            raise NotFound("there is no such copy")
        return found

    async def sha256_of(self, copy: MaskedCopy) -> str:
        """Return the hash of a copy's film as its node took it at its making; empty where it cannot say."""
        known = self._progress.get(copy.id)
        if known is not None and known.state is CopyState.READY:
            return known.sha256
        try:
            standing = await self._ask(copy.camera, CopyAbout(id=copy.id), CopyStanding)
        except RondaError as error:
            _log.warning("masked copy: its node does not say its hash", copy=copy.id, problem=str(error))
            return ""
        self._progress[copy.id] = standing
        return standing.sha256

    def standing(self, id: str) -> CopyStanding | None:
        """Return what the node last said of a copy; None where it has said nothing in this life."""
        return self._progress.get(id)

    async def revoke(self, copy: MaskedCopy, by: str) -> MaskedCopy:
        """Withdraw a copy: its links open nothing any more at once, and its file is deleted.

        Raises:
            Conflict: It has ended already.
        """
        if copy.state not in _OPEN:
            raise Conflict(f"the copy is {copy.state.value} already")
        return await self._end(copy, HandingState.REVOKED, by=by)

    async def link(self, receipt: str, id: str) -> MaskedCopy:
        """Count one more link to a copy, for whoever has the receipt, and return the copy.

        Raises:
            NotFound: There is no such copy (any more).
            Conflict: It is being made, or as many links as may be were given out.
        """
        found = (await self.open()).get(id)
        if found is None or found.case or not secrets.compare_digest(found.request.encode(), receipt.upper().encode()):
            raise NotFound("there is no such copy (any more)", "check the letters of the receipt")
        if found.state is not HandingState.READY or found.until_90k <= self._clock.utc_90k():
            raise NotFound("the copy is not ready, or not there any more", "ask the office")
        if found.links >= MOST_LINKS:
            raise Conflict(f"the copy was fetched {found.links} times already", "ask the office for another")
        return await self._change(found, links=found.links + 1)

    # What happens by itself

    async def refresh(self) -> None:
        """Ask the nodes how the copies stand that are being made."""
        for copy in [one for one in (await self.open()).values() if one.state is HandingState.MAKING]:
            try:
                standing = await self._ask(copy.camera, CopyAbout(id=copy.id), CopyStanding)
            except NotFound:
                problem = "the node was started anew while the copy was being made"
                await self._end(copy, HandingState.FAILED, problem=problem, mend="make it again")
                continue
            except RondaError as error:
                _log.warning("masked copy: its node does not answer", copy=copy.id, problem=str(error))
                continue
            self._progress[copy.id] = standing
            if standing.state is CopyState.FAILED:
                await self._end(copy, HandingState.FAILED, problem=standing.problem, mend=standing.mend)
            elif standing.state is CopyState.READY:
                await self._change(copy, state=HandingState.READY, bytes=standing.bytes)

    async def sweep(self) -> None:
        """End what has expired, and delete at the nodes what ended while they were away."""
        now = self._clock.utc_90k()
        for copy in [one for one in (await self.open()).values() if one.until_90k <= now]:
            await self._end(copy, HandingState.EXPIRED)
        states = [state.value for state in HandingState if state not in _OPEN]
        query = sa.select(MASKED_COPIES).where(MASKED_COPIES.c.state.in_(states), MASKED_COPIES.c.bytes > 0).limit(50)
        for row in await self._store.read(lambda connection: connection.execute(query).all()):
            await self._remove(_copy(row))

    async def open(self) -> dict[str, MaskedCopy]:
        """Return the copies that have not ended; read from the database once."""
        if self._open is None:
            query = sa.select(MASKED_COPIES).where(MASKED_COPIES.c.state.in_([state.value for state in _OPEN]))
            rows = await self._store.read(lambda connection: connection.execute(query).all())
            if self._open is None:
                self._open = {row.id: _copy(row) for row in rows}
        return self._open

    # Inside

    async def _check_recorded(self, new: NewCopy) -> None:
        asked = TimelineRequest(camera=new.camera, profile=None, from_90k=new.from_90k, to_90k=new.to_90k)
        timeline = await self._ask(new.camera, asked, Timeline)
        reached = new.from_90k
        for span in sorted(timeline.coverage, key=lambda one: one.from_90k):
            if span.from_90k - reached > _HOLE_90K:
                break
            reached = max(reached, span.to_90k)
        if new.to_90k - reached > _HOLE_90K:
            raise NotFound(
                f"nothing of {new.camera} is recorded at {format_rfc3339(reached)}", "choose a stretch that is recorded"
            )

    async def _end(
        self, copy: MaskedCopy, state: HandingState, *, by: str | None = None, problem: str = "", mend: str = ""
    ) -> MaskedCopy:
        """End a copy; what it showed of whom is forgotten, and the file goes as soon as its node can be reached."""
        # 1 stands for a file that may be there and whose size is not known yet.
        left = 0 if state is HandingState.FAILED else max(copy.bytes, 1)
        ended = await self._change(
            copy,
            state=state,
            ended_by=by,
            ended_90k=self._clock.utc_90k(),
            problem=problem,
            mend=mend,
            plan="",
            bytes=left,
        )
        return await self._remove(ended) if left else ended

    async def _remove(self, copy: MaskedCopy) -> MaskedCopy:
        try:
            await self._ask(copy.camera, RemoveCopy(id=copy.id), Done)
        except RondaError as error:
            _log.warning("masked copy: its file is not deleted yet", copy=copy.id, problem=str(error))
            return copy
        return await self._change(copy, bytes=0)

    async def _change(self, copy: MaskedCopy, **values: Any) -> MaskedCopy:
        async with self._changing:
            live = (await self.open()).get(copy.id, copy)
            after = replace(live, **values)
            if live.state not in _OPEN and values.keys() - {"bytes"}:
                raise Conflict("the copy has ended", "look at it again")
            await self._store.run(lambda connection: _update(connection, live, after))
            if self._open is not None:
                if after.state in _OPEN:
                    self._open[after.id] = after
                else:
                    self._open.pop(after.id, None)
                    self._progress.pop(after.id, None)
            return after


def check_wanted(request: DataRequest, new: NewCopy) -> None:
    """Check what is ordered against what is asked for.

    Raises:
        BadInput: The stretch is not what the request is about.
        Conflict: The request asks for something else, or nobody has verified who asks.
    """
    if request.kind not in (RequestKind.ACCESS, RequestKind.COPY):
        raise Conflict(f"the request is about {request.kind.value}, not about seeing footage", "answer it in words")
    if request.state not in (RequestState.VERIFIED, RequestState.ANSWERED):
        raise Conflict(f"the request is {request.state.value}", "verify first that whoever asks is who they say")
    if request.camera is not None and request.camera != new.camera:
        raise BadInput(f"the request is about {request.camera}, not {new.camera}", "choose the camera that it names")
    begins = None if request.from_90k is None else request.from_90k - MARGIN_90K
    ends = None if request.to_90k is None else request.to_90k + MARGIN_90K
    if (begins is not None and new.from_90k < begins) or (ends is not None and new.to_90k > ends):
        raise BadInput("the request is about another time", "stay within five minutes of the times that it names")


def check_new(new: NewCopy) -> None:
    """Check what is ordered against the bounds of any copy.

    Raises:
        BadInput: The stretch is empty or too long; or nothing is masked.
    """
    if not 1 <= new.days <= MOST_DAYS:
        raise BadInput(f"a copy cannot be kept {new.days} days", f"say 1 to {MOST_DAYS}")
    seconds = (new.to_90k - new.from_90k) / HZ_90K
    if not 1 <= seconds <= MOST_SECONDS:
        raise BadInput(
            f"a copy of {seconds:.0f} seconds cannot be made",
            f"choose a stretch of 1 second to {MOST_SECONDS / 60:.0f} minutes",
        )
    if missing := new.plan.needs():
        words = {"show": "where the person is", "hide": "who or what is hidden"}
        raise BadInput("others are not masked", f"draw {words[missing]} first")
    moments = [key.at_s for region in new.plan.regions for key in region.keys]
    moments += [moment for region in new.plan.regions for moment in (region.from_s, region.to_s)] + [*new.stills_s]
    if max(moments, default=0) > seconds + 1:
        raise BadInput("a region or a picture lies after the end of the stretch", "draw it within")


def _add(connection: sa.Connection, copy: MaskedCopy) -> None:
    connection.execute(MASKED_COPIES.insert().values(**asdict(copy)))
    note(connection, [change_of(copy.at_90k, copy.by, "masked-copy", copy.id, None, _noted(copy))])


def _update(connection: sa.Connection, before: MaskedCopy, after: MaskedCopy) -> None:
    values = {name: value for name, value in asdict(after).items() if name != "id"}
    connection.execute(MASKED_COPIES.update().where(MASKED_COPIES.c.id == after.id).values(**values))
    if before.state is not after.state:
        by, at = after.ended_by or "", after.ended_90k or after.at_90k
        note(connection, [change_of(at, by, "masked-copy", after.id, _noted(before), _noted(after))])


def _noted(copy: MaskedCopy) -> dict[str, Any]:
    """Return what history keeps: not the receipt, which opens the copy, and not where somebody stood."""
    return {
        "camera": copy.camera,
        "from": format_rfc3339(copy.from_90k),
        "to": format_rfc3339(copy.to_90k),
        "until": format_rfc3339(copy.until_90k),
        "state": copy.state.value,
    }


def _copy(row: sa.Row[Any]) -> MaskedCopy:
    values = dict(row._mapping)
    return MaskedCopy(**values | {"state": HandingState(values["state"])})
