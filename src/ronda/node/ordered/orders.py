"""What a node makes on order: taken in, made one at a time, found again, swept, withdrawn.

A thing that was made is a folder named by its id, `about.json` in it. It is made in a folder beside it and renamed when
it is whole, so nothing half-made is ever found; what has expired, and what a crash left, is swept. A kind of thing has
a class of its own, which says what its orders and answers are, and adds what only it can do:

    class Sketches(Orders[MakeSketch, SketchStanding, KeptSketch]):
        '''The sketches of a node.'''

        def __init__(self, folder: Path, draw: Draw, pool: Pool, clock: Clock) -> None:
            async def make(order: MakeSketch, part: Path, progress: Progress) -> KeptSketch:
                return KeptSketch(order.id, order.until_90k, await draw(order, part, progress))

            super().__init__(folder, _KIND, make, pool, clock)

    _KIND: Final[Kind[SketchStanding, KeptSketch]] = Kind(
        Words("sketch", "sketches"),
        waiting=lambda: SketchStanding(state=SketchState.WAITING),
        making=lambda progress: SketchStanding(state=SketchState.MAKING, progress=progress),
        ready=lambda kept: SketchStanding(state=SketchState.READY, bytes=kept.bytes),
        failed=lambda problem, mend: SketchStanding(state=SketchState.FAILED, problem=problem, mend=mend),
        read=lambda fields: KeptSketch(**fields),
    )

    async with sketches.running(), serving(node, bus, SKETCH_REQUESTS) as serve:
        await serve(MakeSketch, sketches.make)
        await serve(SketchAbout, sketches.about)
        await serve(RemoveSketch, sketches.withdraw)

Owned state: the orders that are not done, bounded, and the folders.
"""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

import structlog

from ronda.base.errors import Busy, Conflict, NotFound, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Bus, Done, Handler, M, Message, R, request_subject

_log = structlog.get_logger(__name__)
_MOST_KNOWN: Final = 200
_SWEEP_S: Final = 30.0
_ABOUT: Final = "about.json"
_PART: Final = ".part"
_ID: Final = re.compile(r"[0-9a-f]{16}")
T = TypeVar("T")


class Named(Protocol):
    """What names a thing: its order, and each question about it."""

    @property
    def id(self) -> str:
        """The thing's name, 16 hexadecimal digits."""
        ...


class KeptThing(Protocol):
    """A thing that is whole: a dataclass, which `about.json` keeps."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """Its name, that of the order."""
        ...

    @property
    def until_90k(self) -> int:
        """When it is deleted."""
        ...


O = TypeVar("O", bound=Named)  # noqa: E741 - the letter of orders
S = TypeVar("S")
K = TypeVar("K", bound=KeptThing)


@dataclass(frozen=True, slots=True)
class Waits(Generic[S]):
    """What a maker returns of a thing that is not whole yet: others do their part, with `Orders.publish` at its end.

    Attributes:
        standing: How it stands until they say otherwise.
    """

    standing: S


Progress = Callable[[float], None]
"""Told which share is made, 0..1."""
Make = Callable[[O, Path, Progress], Awaitable[K | Waits[S]]]
"""Makes a thing into a folder that exists and is empty; given up by cancelling."""


@dataclass(frozen=True, slots=True)
class Words:
    """What things of a kind are called in problems and in the log."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, K]):
    """What is particular to a kind of thing.

    Attributes:
        words: What it is called.
        waiting: Returns how a thing stands that waits to be made.
        making: The same of one of which such a share is made.
        ready: The same of one that is whole.
        failed: The same of one that could not be made: why, and what can be done.
        read: Makes a kept thing of what `about.json` says; raises ValueError, TypeError or KeyError where it is none.
        most_waiting: How many may wait to be made.
        patience_s: For how long others may do their part.
    """

    words: Words
    waiting: Callable[[], S]
    making: Callable[[float], S]
    ready: Callable[[K], S]
    failed: Callable[[str, str], S]
    read: Callable[[dict[str, Any]], K]
    most_waiting: int = 8
    patience_s: float = 3600.0


@dataclass(slots=True)
class _Known(Generic[O, S]):
    order: O
    standing: S
    begun: bool = False
    failed: bool = False
    waits_since_90k: int | None = None


class Orders(Generic[O, S, K]):
    """See the module; used within `running`.

    Args:
        folder: Where the things lie; made when it is first needed.
        kind: What is particular to them.
        make: Makes one.
        pool: Where files are worked on.
        clock: Where time comes from.
    """

    def __init__(self, folder: Path, kind: Kind[S, K], make: Make[O, K, S], pool: Pool, clock: Clock) -> None:
        self._folder = folder
        self._kind = kind
        self._words = kind.words
        self._make = make
        self._pool = pool
        self._clock = clock
        self._orders: dict[str, _Known[O, S]] = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue(kind.most_waiting)
        self._kept: dict[str, K] = {}
        self._making: tuple[str, asyncio.Task[None]] | None = None
        self._finishing = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweep, make what is ordered, one after the other, while the context is open."""
        self._kept = await self._run(partial(_found, self._folder, self._kind.read))
        await self._sweep()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._work(), name=self._words.many), group.create_task(self._sweeping())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def make(self, asked: O) -> S:
        """Answer an order over the bus; see `order`."""
        return self.order(asked)

    async def about(self, asked: Named) -> S:
        """Answer over the bus how a thing stands; see `standing`."""
        return self.standing(asked.id)

    async def withdraw(self, asked: Named) -> Done:
        """Make an end of a thing over the bus; see `remove`."""
        await self.remove(asked.id)
        return Done()

    def order(self, order: O) -> S:
        """Take an order in.

        Raises:
            Conflict: It is known already.
            Busy: Too many wait.
        """
        if order.id in self._orders or order.id in self._kept:
            raise Conflict(f"this {self._words.one} was ordered already", "order it under another id")
        if len(self._orders) >= _MOST_KNOWN and not self._forget_one():
            raise Busy(f"many {self._words.many} wait to be finished", "try again in some minutes")
        try:
            self._queue.put_nowait(order.id)
        except asyncio.QueueFull:
            raise Busy(f"many {self._words.many} wait to be made", "try again in some minutes") from None
        self._orders[order.id] = _Known(order, self._kind.waiting())
        return self._orders[order.id].standing

    def standing(self, id: str) -> S:
        """Return how a thing stands.

        Raises:
            NotFound: It is not here (any more).
        """
        if (kept := self._kept.get(id)) is not None:
            return self._kind.ready(kept)
        if (known := self._orders.get(id)) is not None:
            return known.standing
        raise NotFound(f"this {self._words.one} is not here (any more)", "make it again")

    def kept(self, id: str) -> K:
        """Return a thing that is whole and has not expired.

        Raises:
            NotFound: There is none.
        """
        found = self._kept.get(id)
        if found is None or found.until_90k <= self._clock.utc_90k():
            raise NotFound(f"there is no such {self._words.one} (any more)")
        return found

    async def remove(self, id: str) -> None:
        """Make an end of a thing, made or not.

        Raises:
            StorageFailed: Its files cannot be deleted.
        """
        async with self._finishing:
            known = self._orders.pop(id, None)
            if known is not None and self._making is not None and self._making[0] == id:
                self._making[1].cancel()
                await asyncio.wait([self._making[1]])
            if known is not None:
                self.forgotten(id)
                await self._run(partial(_delete, self.part(id)))
            if self._kept.pop(id, None) is not None:
                await self._run(partial(_delete, self._folder / id))

    def part(self, id: str) -> Path:
        """Return the folder in which a thing is made."""
        return self._folder / f"{id}{_PART}"

    def tell(self, id: str, standing: S) -> None:
        """Say how a thing stands that waits for others' part."""
        if (known := self._orders.get(id)) is not None:
            known.standing = standing

    async def publish(self, kept: K, beside: Iterable[tuple[str, bytes]] = ()) -> S:
        """Make a thing whole: write what lies beside it (name, bytes), and rename its folder.

        Raises:
            StorageFailed: The disk refuses.
        """
        await self._run(partial(_publish, self.part(kept.id), self._folder / kept.id, list(beside), asdict(kept)))
        self._kept[kept.id] = kept
        if self._orders.pop(kept.id, None) is not None:
            self.forgotten(kept.id)
        _log.info("made on order", thing=self._words.one, id=kept.id)
        return self._kind.ready(kept)

    def forgotten(self, id: str) -> None:
        """Called when an order is no more, done or not; for who keeps more of it."""

    def _forget_one(self) -> bool:
        failed = next((id for id, known in self._orders.items() if known.failed), None)
        if failed is None:
            return False
        del self._orders[failed]
        self.forgotten(failed)
        return True

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                known = self._orders.get(id := await self._queue.get())
                if known is None or known.begun:
                    continue  # removed while it waited
                known.begun = True
                making = group.create_task(self._one(known), name=self._words.one)
                self._making = id, making
                await asyncio.wait([making])
                self._making = None

    async def _one(self, known: _Known[O, S]) -> None:
        order, part, one = known.order, self.part(known.order.id), self._words.one

        def progress(share: float) -> None:
            known.standing = self._kind.making(round(share, 3))

        progress(0.0)
        try:
            await self._run(partial(_begin, part))
            made = await self._make(order, part, progress)
            if isinstance(made, Waits):
                known.standing, known.waits_since_90k = made.standing, self._clock.utc_90k()
            else:
                await self.publish(made)
        except RondaError as error:
            known.standing, known.failed = self._kind.failed(error.message, error.mend), True
            _log.warning("not made", thing=one, id=order.id, problem=str(error))
        except Exception:  # noqa: BLE001 - a task's root
            known.standing, known.failed = self._kind.failed(f"the {one} could not be made", ""), True
            _log.exception("not made", thing=one, id=order.id)
        finally:
            if known.waits_since_90k is None:
                await asyncio.shield(self._run(partial(_delete, part)))

    async def _sweeping(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self._sweep()
            except StorageFailed as error:
                _log.error("cannot be swept", things=self._words.many, problem=str(error))

    async def _sweep(self) -> None:
        """Delete what has expired, and what others did not do their part of."""
        now = self._clock.utc_90k()
        for id in [id for id, kept in self._kept.items() if kept.until_90k <= now]:
            del self._kept[id]
            await self._run(partial(_delete, self._folder / id))
            _log.info("expired", thing=self._words.one, id=id)
        begun_90k = now - round(self._kind.patience_s * HZ_90K)
        for id, known in list(self._orders.items()):
            if known.waits_since_90k is not None and known.waits_since_90k <= begun_90k:
                await self.remove(id)
                _log.warning("given up: nobody finished it", thing=self._words.one, id=id)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._pool.run(work)
        except OSError as error:
            problem = f"{self._words.many} cannot be kept ({error.strerror or error})"
            raise StorageFailed(problem, "look at the disk") from error


class Serve(Protocol):
    """Answers requests of a kind with a handler."""

    async def __call__(self, kind: type[M], handler: Handler[M, R]) -> None:
        """Do so from now on."""
        ...


@asynccontextmanager
async def serving(node: str, bus: Bus, names: Mapping[type[Message], str]) -> AsyncIterator[Serve]:
    """Give what answers requests to a node, each kind on the subject with its name, while the context is open."""
    async with AsyncExitStack() as stack:

        async def serve(kind: type[M], handler: Handler[M, R]) -> None:
            await stack.enter_async_context(bus.serve(request_subject(node, names[kind]), kind, handler))

        yield serve


def _begin(part: Path) -> None:
    _delete(part)
    part.mkdir(mode=0o700, parents=True)


def _delete(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _publish(part: Path, folder: Path, beside: list[tuple[str, bytes]], about: dict[str, Any]) -> None:
    for name, data in [*beside, (_ABOUT, json.dumps(about).encode())]:
        with (part / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    _sync(part)
    part.rename(folder)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _found(folder: Path, read: Callable[[dict[str, Any]], K]) -> dict[str, K]:
    """Return the things that are whole; what else lies there is deleted."""
    found: dict[str, K] = {}
    for path in folder.iterdir() if folder.exists() else ():
        kept = _read(path, read)
        if kept is None:
            shutil.rmtree(path, ignore_errors=True)
        else:
            found[path.name] = kept
    return found


def _read(path: Path, read: Callable[[dict[str, Any]], K]) -> K | None:
    if not _ID.fullmatch(path.name):
        return None
    try:
        kept = read(json.loads((path / _ABOUT).read_text()))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return kept if kept.id == path.name else None
