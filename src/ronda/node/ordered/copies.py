"""The masked copies of a node: orders, one made at a time, their files, and their end.

A copy is a folder named by its id, `about.json` in it. It is made in a folder beside it and renamed when it is whole,
so nothing half-made is ever found; what has expired, and what a crash left, is swept.

Owned state: the orders that are not done, bounded, and the folders.
"""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import structlog

from ronda.base.errors import Busy, Conflict, NotFound, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.bus.copies import CopyStanding, CopyState, MakeCopy
from ronda.node.ordered.copying import FILM, still_name

_log = structlog.get_logger(__name__)
_MOST_WAITING: Final = 8
_MOST_KNOWN: Final = 200
_SWEEP_S: Final = 30.0
_ABOUT: Final = "about.json"
_PART: Final = ".part"
_ID: Final = re.compile(r"[0-9a-f]{16}")
Make = Callable[[MakeCopy, Path, Callable[[float], None]], Awaitable[int]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy that is whole.

    Attributes:
        id: Its id.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        until_90k: When it is deleted.
        bytes: How large the film is.
        stills: How many pictures lie beside it.
    """

    id: str
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    bytes: int
    stills: int


@dataclass(slots=True)
class _Order:
    order: MakeCopy
    standing: CopyStanding


class Copies:
    """See the module; used within `running`.

    Args:
        folder: Where the copies lie; made when it is first needed.
        make: Makes one into a folder; see `ronda.node.ordered.copying.make_copy`.
        pool: Where files are worked on.
        clock: Where time comes from.
    """

    def __init__(self, folder: Path, make: Make, pool: Pool, clock: Clock) -> None:
        self._folder = folder
        self._make = make
        self._pool = pool
        self._clock = clock
        self._orders: dict[str, _Order] = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        self._kept: dict[str, Kept] = {}
        self._making: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweep, make what is ordered, one after the other, while the context is open."""
        await self._sweep(first=True)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._work(), name="copies"), group.create_task(self._sweeping())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    def order(self, order: MakeCopy) -> CopyStanding:
        """Take an order in.

        Raises:
            Conflict: It is known already.
            Busy: Too many wait.
        """
        if order.id in self._orders or order.id in self._kept:
            raise Conflict("this copy was ordered already", "order it under another id")
        try:
            self._queue.put_nowait(order.id)
        except asyncio.QueueFull:
            raise Busy("many copies wait to be made", "try again in some minutes") from None
        while len(self._orders) >= _MOST_KNOWN:
            del self._orders[next(iter(self._orders))]
        self._orders[order.id] = _Order(order, CopyStanding(state=CopyState.WAITING))
        return self._orders[order.id].standing

    def standing(self, id: str) -> CopyStanding:
        """Return how a copy stands.

        Raises:
            NotFound: It is not here (any more).
        """
        if (kept := self._kept.get(id)) is not None:
            return CopyStanding(state=CopyState.READY, progress=1.0, bytes=kept.bytes, stills=kept.stills)
        if (known := self._orders.get(id)) is not None:
            return known.standing
        raise NotFound("this copy is not here (any more)", "make it again")

    def kept(self, id: str) -> Kept:
        """Return a copy that is whole and has not expired.

        Raises:
            NotFound: There is none.
        """
        found = self._kept.get(id)
        if found is None or found.until_90k <= self._clock.utc_90k():
            raise NotFound("there is no such copy (any more)")
        return found

    def path(self, kept: Kept, name: str) -> Path:
        """Return the file of that name.

        Raises:
            NotFound: A copy has none of that name.
        """
        if name != FILM and name not in {still_name(number) for number in range(1, kept.stills + 1)}:
            raise NotFound("there is no such copy (any more)")
        return self._folder / kept.id / name

    async def remove(self, id: str) -> None:
        """Make an end of a copy, made or not.

        Raises:
            StorageFailed: Its file cannot be deleted.
        """
        known = self._orders.pop(id, None)
        if known is not None and known.standing.state is CopyState.MAKING and self._making is not None:
            self._making.cancel()
            await asyncio.wait([self._making])
        if self._kept.pop(id, None) is not None:
            await self._run(partial(_delete, self._folder / id))

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                known = self._orders.get(await self._queue.get())
                if known is None:
                    continue  # removed while it waited
                self._making = group.create_task(self._one(known), name="copy")
                await asyncio.wait([self._making])
                self._making = None

    async def _one(self, known: _Order) -> None:
        order, part = known.order, self._folder / f"{known.order.id}{_PART}"

        def progress(share: float) -> None:
            known.standing = CopyStanding(state=CopyState.MAKING, progress=round(share, 3))

        progress(0.0)
        try:
            await self._run(partial(_begin, part))
            size = await self._make(order, part, progress)
            stills = await self._run(partial(_count_stills, part))
            kept = Kept(order.id, order.camera, order.from_90k, order.to_90k, order.until_90k, size, stills)
            await self._run(partial(_publish, part, self._folder / order.id, kept))
            self._kept[order.id] = kept
            self._orders.pop(order.id, None)
            _log.info("copy made", copy=order.id, bytes=size)
        except RondaError as error:
            known.standing = CopyStanding(state=CopyState.FAILED, problem=error.message, mend=error.mend)
            _log.warning("copy not made", copy=order.id, problem=str(error))
        except Exception:  # noqa: BLE001 - a task's root
            known.standing = CopyStanding(state=CopyState.FAILED, problem="the copy could not be made")
            _log.exception("copy not made", copy=order.id)
        finally:
            await asyncio.shield(self._run(partial(_delete, part)))

    async def _sweeping(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self._sweep()
            except StorageFailed as error:
                _log.error("copies cannot be swept", problem=str(error))

    async def _sweep(self, *, first: bool = False) -> None:
        """Delete what has expired; at the start, also what was never finished, and learn what there is."""
        now = self._clock.utc_90k()
        if first:
            self._kept = await self._run(partial(_found, self._folder))
        for id in [id for id, kept in self._kept.items() if kept.until_90k <= now]:
            del self._kept[id]
            await self._run(partial(_delete, self._folder / id))
            _log.info("copy expired", copy=id)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._pool.run(work)
        except OSError as error:
            raise StorageFailed(f"copies cannot be kept ({error.strerror or error})", "look at the disk") from error


def _begin(part: Path) -> None:
    _delete(part)
    part.mkdir(mode=0o700, parents=True)


def _delete(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _count_stills(part: Path) -> int:
    return len(list(part.glob("still-*.jpg")))


def _publish(part: Path, folder: Path, kept: Kept) -> None:
    (part / _ABOUT).write_text(json.dumps(asdict(kept)))
    part.rename(folder)
    descriptor = os.open(folder.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _found(folder: Path) -> dict[str, Kept]:
    """Return the copies that are whole; what else lies there is deleted."""
    found: dict[str, Kept] = {}
    for path in folder.iterdir() if folder.exists() else ():
        try:
            kept = Kept(**json.loads((path / _ABOUT).read_text())) if _ID.fullmatch(path.name) else None
        except (OSError, ValueError, TypeError):
            kept = None
        if kept is None or kept.id != path.name:
            shutil.rmtree(path, ignore_errors=True)
        else:
            found[path.name] = kept
    return found
