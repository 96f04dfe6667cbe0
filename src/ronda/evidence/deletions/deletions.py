"""Deletions that courts have ordered, at the centre: brought, decided on, done by nodes, and written down for ever.

Owned state: the table of deletions. A node that is away is asked again each minute.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import Busy, NotFound, RondaError
from ronda.base.time import Clock, format_rfc3339
from ronda.bus.deletion import DeleteByOrder, DeletedByOrder
from ronda.evidence.cases.case import What
from ronda.evidence.cases.cases import Cases
from ronda.evidence.deletions.deletion import Deletion, DeletionState, NewDeletion, approved, asked, refused
from ronda.evidence.deletions.tables import DELETIONS
from ronda.evidence.exports import AskNodeOf
from ronda.people.access_log import AccessLog, Look
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_EVERY_S: Final = 60.0
_LISTED: Final = 500
_HERE: Final = "this-machine"
End = Callable[[Deletion], Awaitable[tuple[str, ...]]]
"""Ends what else there is of a stretch's pictures (sealed exports, copies) and returns the ids of the exports."""


@dataclass(frozen=True, slots=True)
class DeletionTools:
    """What deletions are done with.

    Attributes:
        store: The database.
        clock: Where time comes from.
        ask: Asks the node of a camera.
        cases: The cases: each whose footage is gone is told in its chain of custody.
        log: The access log.
        end: Ends what else there is of the pictures.
    """

    store: Store
    clock: Clock
    ask: AskNodeOf
    cases: Cases
    log: AccessLog
    end: End


class Deletions:
    """See the module; `running` must be open for nodes that were away to be asked again."""

    def __init__(self, tools: DeletionTools) -> None:
        self._tools = tools
        self._doing = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask nodes for what is approved and not done, while the context is open."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="deletions")
            try:
                yield
            finally:
                task.cancel()

    async def bring(self, new: NewDeletion, by: str) -> Deletion:
        """Take a court's order in; nothing is deleted before another person approves it.

        Raises:
            BadInput: See `deletion.asked`.
            NotFound: There is no case that it names.
        """
        for number in new.cases:
            await self._tools.cases.get(number)
        one = asked(new, secrets.token_hex(8), by, self._tools.clock.utc_90k())
        insert = DELETIONS.insert().values(**_row(one), result="")
        await self._tools.store.run(lambda connection: connection.execute(insert))
        self._note(one, "deletion-asked", by)
        return one

    async def approve(self, one: Deletion, by: str, note: str) -> Deletion:
        """Let it be done, and have it done at once where the node is there.

        Raises:
            Conflict: It was decided on already.
            NotAllowed: It is the one who brought it.
        """
        one = await self._change(one.id, lambda now: approved(now, by, note, self._tools.clock.utc_90k()))
        self._note(one, "deletion-approved", by)
        return await self._do(one)

    async def refuse(self, one: Deletion, by: str, note: str) -> Deletion:
        """Let it not be done; see `deletion.refused`."""
        one = await self._change(one.id, lambda now: refused(now, by, note, self._tools.clock.utc_90k()))
        self._note(one, "deletion-refused", by)
        return one

    async def get(self, id: str) -> tuple[Deletion, DeletedByOrder]:
        """Return one, and what it deleted.

        Raises:
            NotFound: There is none.
        """
        query = sa.select(DELETIONS).where(DELETIONS.c.id == id)
        rows = await self._tools.store.read(lambda connection: connection.execute(query).all())
        if not rows:
            raise NotFound("there is no such deletion", "list them with: ronda evidence delete list")
        result = rows[0].result
        done = DeletedByOrder.model_validate_json(result) if result else DeletedByOrder(deleted=(), kept=())
        return _deletion(rows[0]), done

    async def listed(self, camera: str | None = None) -> list[Deletion]:
        """Return the newest, of one camera or all, newest first."""
        columns = [column for column in DELETIONS.columns if column.name != "result"]
        query = sa.select(*columns).order_by(DELETIONS.c.at_90k.desc(), DELETIONS.c.id).limit(_LISTED)
        if camera is not None:
            query = query.where(DELETIONS.c.camera == camera)
        rows = await self._tools.store.read(lambda connection: connection.execute(query).all())
        return [_deletion(row) for row in rows]

    # Inside

    async def _follow(self) -> None:
        while True:
            try:
                for one in await self.listed():
                    if one.state is DeletionState.APPROVED:
                        await self._do(one)
            except RondaError as error:
                _log.warning("deletions cannot be followed", problem=error.message)
            await asyncio.sleep(_EVERY_S)

    async def _do(self, one: Deletion) -> Deletion:
        """Have the node delete, then end what else there is, then write it down; each can be done again."""
        async with self._doing:
            one = (await self.get(one.id))[0]
            if one.state is not DeletionState.APPROVED:
                return one
            order = DeleteByOrder(
                id=one.id,
                number=one.number,
                camera=one.camera,
                from_90k=one.from_90k,
                to_90k=one.to_90k,
                cases=one.cases,
            )
            try:
                done = await self._tools.ask(one.camera, order, DeletedByOrder)
            except Busy as error:
                _log.info("deletion: to be asked again", deletion=one.id, problem=error.message)
                return one
            except RondaError as error:
                failed = partial(replace, state=DeletionState.FAILED, problem=error.message, mend=error.mend)
                return await self._change(one.id, failed)
            ended = await self._tools.end(one)
            return await self._done(one, done, ended)

    async def _done(self, one: Deletion, done: DeletedByOrder, ended: tuple[str, ...]) -> Deletion:
        size, now_90k = sum(segment.bytes for segment in done.deleted), self._tools.clock.utc_90k()

        def finished(now: Deletion) -> Deletion:
            said = replace(now, state=DeletionState.DONE, done_90k=now_90k, ended=ended)
            return replace(said, segments=len(done.deleted), bytes=size)

        after = await self._change(one.id, finished, done.model_dump_json())
        self._note(after, "footage-deleted", after.decided_by or "")
        span = f"{format_rfc3339(one.from_90k)} - {format_rfc3339(one.to_90k)}"
        note = f"{span}: dihapus atas perintah pengadilan {one.number} ({len(done.deleted)} segmen)"
        cases = self._tools.cases
        for number in await cases.touching(one.camera, one.from_90k, one.to_90k):
            try:
                await cases.add_custody(number, after.decided_by or "", What.DELETED, subject=one.camera, note=note)
            except RondaError as error:
                _log.error("deletion: a chain of custody misses a row", case=number, problem=error.message)
        return after

    def _note(self, one: Deletion, action: str, by: str) -> None:
        look = Look(by, action, one.camera, f"{one.number}: {one.why}"[:400], _HERE, one.from_90k, one.to_90k)
        self._tools.log.start(replace(look, subject=one.id))

    async def _change(self, id: str, change: Callable[[Deletion], Deletion], result: str = "") -> Deletion:
        def work(connection: sa.Connection) -> Deletion:
            row = connection.execute(sa.select(DELETIONS).where(DELETIONS.c.id == id)).one()
            after = change(_deletion(row))
            more = {"result": result} if result else {}
            connection.execute(DELETIONS.update().where(DELETIONS.c.id == id).values(**_row(after), **more))
            return after

        return await self._tools.store.run(work)


def _row(one: Deletion) -> dict[str, Any]:
    lists = {"cases": json.dumps(one.cases), "ended": json.dumps(one.ended)}
    return {**asdict(one), "state": one.state.value, **lists}


def _deletion(row: sa.Row[Any]) -> Deletion:
    values = {name: value for name, value in row._mapping.items() if name != "result"}
    lists = {name: tuple(json.loads(values[name])) for name in ("cases", "ended")}
    return Deletion(**values | lists | {"state": DeletionState(values["state"])})
