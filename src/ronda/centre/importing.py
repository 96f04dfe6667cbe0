"""Imports under way: a file is read and compared in a process, looked at by a person, and then written at once.

Owned state: the imports of the last half hour and their files.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from ronda.base import garbage
from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError, StorageFailed
from ronda.base.logging import get_logger
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.centre.centre import Centre
from ronda.city.city import Applied
from ronda.city.importing.apart import Apart
from ronda.city.importing.areas import must_be_geojson
from ronda.city.importing.export import Register, TableFormat, export
from ronda.city.importing.known import Known, Rights, known_of
from ronda.city.importing.messages import Task
from ronda.city.importing.plan import Plan
from ronda.city.importing.table import MOST_BYTES
from ronda.city.importing.template import template

_log = get_logger("importing")
_MOST: Final = 8
_KEPT_S: Final = 1800.0
_WAITING: Final = 16
_MANY: Final = 1_000
_THREADS: Final = 2
"""One that listens to the process that reads, one for files that arrive meanwhile."""


class ImportKind(StrEnum):
    """What is imported."""

    CAMERAS = "cameras"
    AREAS = "areas"


class ImportState(StrEnum):
    """How far an import is."""

    READING = "reading"
    READY = "ready"
    FAILED = "failed"
    WRITING = "writing"
    DONE = "done"


@dataclass
class Import:
    """One import.

    Attributes:
        id: Its id.
        kind: What is imported.
        file_name: What the sender called the file; untrusted.
        by: Who imports.
        rights: What they may change.
        powers: What that followed from; whoever commits must have the same still.
        path: Where the file lies meanwhile.
        state: How far it is.
        lines: Lines read so far.
        plan: What it would do, once it has been read.
        problem: Why it failed.
        applied: What was written.
        settled: Set once it has been read, or cannot be.
    """

    id: str
    kind: ImportKind
    file_name: str
    by: str
    rights: Rights
    path: Path
    begun: float
    state: ImportState = ImportState.READING
    lines: int = 0
    plan: Plan | None = None
    problem: RondaError | None = None
    applied: Applied | None = None
    powers: object = None
    known: Known | None = field(default=None, repr=False)
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class ImportDesk:
    """Takes files, shows what they would do, writes what is agreed to; `running` must be open for it to work.

    Args:
        centre: Whose city is changed.
        folder: Where files lie meanwhile; what is left there from before is deleted.
        clock: The time.
        node: The node that takes new cameras.
    """

    def __init__(self, centre: Centre, folder: Path, clock: Clock, node: str = "local") -> None:
        self.pool = Pool("importing", _THREADS, _WAITING)
        self._centre, self._folder, self._clock, self._node = centre, folder, clock, node
        self._imports: dict[str, Import] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._reading = asyncio.Lock()
        self._apart = Apart()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read and write while the context is open."""
        await self.pool.run(_sweep, self._folder)
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                try:
                    yield
                finally:
                    self._tasks = None
                    self._apart.stop()
        finally:
            self.pool.close()

    async def take(
        self, kind: ImportKind, file_name: str, chunks: AsyncIterator[bytes], by: str, rights: Rights
    ) -> Import:
        """Take a file as it arrives and begin to read it.

        Raises:
            BadInput: It is empty or too large.
            Busy: Too many imports are under way.
            StorageFailed: The disk refuses.
        """
        await self._make_room()
        id = secrets.token_urlsafe(12)
        path = self._folder / f"{secrets.token_hex(12)}.import"
        job = Import(id, kind, Path(file_name[-120:]).name, by, rights, path, self._clock.monotonic())
        self._imports[id] = job
        try:
            await self._save(path, chunks)
        except BaseException:
            del self._imports[id]
            await asyncio.shield(self.pool.run(_remove, path))
            raise
        if self._tasks is None:
            raise Busy("the server is stopping", "try again")
        self._tasks.create_task(self._read(job), name=f"import {id}")
        return job

    def get(self, id: str, by: str) -> Import:
        """Return an import of this person's.

        Raises:
            NotFound: There is none (any more).
        """
        job = self._imports.get(id)
        if job is None or job.by != by:
            raise NotFound("there is no such import (any more)", "send the file again")
        return job

    async def commit(self, job: Import, *, partly: bool, powers: object = None) -> Applied:
        """Write what an import would do.

        Args:
            job: The import.
            partly: Whether to write what is acceptable although lines are refused.
            powers: What the sender may do now; see `Import.powers`.

        Raises:
            BadInput: Lines are refused.
            Conflict: It is not ready, would do something else by now, or its sender may do something else by now.
        """
        plan = job.plan
        if powers != job.powers:
            raise Conflict("what you may change is not what it was when this was read", "send the file again")
        if job.state is not ImportState.READY or plan is None:
            raise Conflict(f"this import is {job.state.value}", "wait until it is ready, or send the file again")
        if plan.refused.count and not partly:
            raise BadInput(
                f"{plan.refused.count} lines are refused, so nothing is written",
                "mend them and send the file again, or write the others alone (partial)",
            )
        job.state = ImportState.WRITING
        try:
            if known_of(self._centre.city, self._node) != job.known:
                plan = await self._plan_again(job, plan)
            with garbage.only_young():
                job.applied = await self._centre.apply(plan.edit, job.by)
                _keep(plan)
        except BaseException:
            job.state = ImportState.READY
            raise
        job.state = ImportState.DONE
        job.known = None
        await self.pool.run(_remove, job.path)
        return job.applied

    async def drop(self, job: Import) -> None:
        """Forget an import."""
        self._imports.pop(job.id, None)
        await self.pool.run(_remove, job.path)

    async def export(
        self,
        register: Register,
        kind: TableFormat,
        within: Callable[[str], bool],
        *,
        indonesian: bool = False,
        credentials: bool = False,
    ) -> bytes:
        """Return a register as a file; see `ronda.city.importing.export.export`."""
        known = known_of(self._centre.city, self._node)
        work = partial(
            export, known, register, kind, within=within, indonesian=indonesian, credentials=credentials
        )  # fmt: skip
        return await self.pool.run(work)

    async def template(self, kind: TableFormat, *, indonesian: bool) -> bytes:
        """Return the template of a table of cameras."""
        return await self.pool.run(partial(template, kind, indonesian=indonesian))

    async def _read(self, job: Import) -> None:
        began = time.monotonic()
        try:
            job.plan = await self._plan(job)
            job.state = ImportState.READY
        except RondaError as error:
            job.problem, job.state = error, ImportState.FAILED
        except Exception:  # noqa: BLE001 - the root of a task; it is logged, and the person is told
            _log.exception("a file could not be read", kind=job.kind.value)
            job.problem = BadInput("the file cannot be read", "save it again as CSV (UTF-8), .xlsx or .geojson")
            job.state = ImportState.FAILED
        job.settled.set()
        _log.info("file read", kind=job.kind.value, lines=job.lines, state=job.state.value,
                  seconds=round(time.monotonic() - began, 2))  # fmt: skip

    async def _plan(self, job: Import) -> Plan:
        areas = job.kind is ImportKind.AREAS
        if areas:
            must_be_geojson(Path(job.file_name))

        def progress(lines: int) -> None:
            job.lines = lines

        async with self._reading:
            job.known = known = known_of(self._centre.city, self._node)
            task = Task(job.path, areas, job.rights, self._node, self._clock.utc_90k())
            if self._tasks is None:
                raise Busy("the server is stopping", "send the file again")
            self._apart = Apart()
            with garbage.only_young():
                plan = await self.pool.run(self._apart.read, task, known, progress)
                _keep(plan)
            return plan

    async def _plan_again(self, job: Import, before: Plan) -> Plan:
        plan = await self._plan(job)
        if (plan.new, plan.changed, plan.refused) != (before.new, before.changed, before.refused):
            job.plan = plan
            raise Conflict("the register has changed since, and the import would do something else now", "look again")
        return plan

    async def _make_room(self) -> None:
        now = self._clock.monotonic()
        busy = (ImportState.READING, ImportState.WRITING)
        for job in [job for job in self._imports.values() if job.state not in busy]:
            if now - job.begun > _KEPT_S or (len(self._imports) >= _MOST and job.state is not ImportState.READY):
                await self.drop(job)
        if len(self._imports) >= _MOST:
            oldest = min((job for job in self._imports.values() if job.state not in busy), key=_begun, default=None)
            if oldest is None:
                raise Busy(f"{_MOST} imports are under way", "wait until one of them is done")
            await self.drop(oldest)

    async def _save(self, path: Path, chunks: AsyncIterator[bytes]) -> None:
        size = 0
        try:
            file: BinaryIO = await self.pool.run(path.open, "xb")
            try:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > MOST_BYTES:
                        raise BadInput("the file is too large", f"give at most {MOST_BYTES // 1_000_000} MB")
                    await self.pool.run(file.write, chunk)
            finally:
                await self.pool.run(file.close)
        except OSError as error:
            raise StorageFailed(f"the file cannot be kept: {error.strerror}", "look at the disk") from error


def _keep(plan: Plan) -> None:
    """Spare the collector a plan of thousands, and what becomes of it: to look at it takes a tenth of a second."""
    if len(plan.new) + len(plan.changed) >= _MANY:
        garbage.keep()


def _begun(job: Import) -> float:
    return job.begun


def _sweep(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.import"):
        left.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
