"""The sealed exports of a node: orders, one made at a time, signed by the centre, their files, and their end.

An export is a folder named by its id: the sealed file, what lies beside it, and `about.json`. It is made in a folder
beside it and renamed when it is whole, so nothing half-made is ever found; what has expired, and what a crash left, is
swept.

Owned state: the orders that are not done, bounded, and the folders.
"""

import asyncio
import base64
import binascii
import json
import os
import re
import shutil
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import structlog

from ronda.archive.sealing.writing import Signed, put_signature
from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.bus.evidence import BesideFile, CompleteExport, ExportStanding, ExportState, MakeExport, SignExport
from ronda.node.ordered.exporting import Unsigned

_log = structlog.get_logger(__name__)
_MOST_WAITING: Final = 16
_MOST_KNOWN: Final = 200
_SWEEP_S: Final = 30.0
_SIGNED_WITHIN_90K: Final = 3600 * HZ_90K
_LARGEST_BESIDE: Final = 32 << 20
_ABOUT: Final = "about.json"
_PART: Final = ".part"
_ID: Final = re.compile(r"[0-9a-f]{16}")
Make = Callable[[MakeExport, Path, Callable[[float], None]], Awaitable[Unsigned]]
Beside = Callable[[MakeExport, Unsigned], Awaitable[dict[str, bytes]]]
"""Makes what lies beside a file and comes from its pictures, by ending."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file of an export."""

    name: str
    bytes: int
    crc32: int


@dataclass(frozen=True, slots=True)
class KeptExport:
    """An export that is whole.

    Attributes:
        id: Its id.
        name: Of its files, without what follows the dot.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        until_90k: When it is deleted.
        at_90k: When it was ordered.
        sha256: Of the sealed file.
        files: The sealed file first, then what lies beside it.
    """

    id: str
    name: str
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    at_90k: int
    sha256: str
    files: tuple[ExportFile, ...]


@dataclass(slots=True)
class _Order:
    order: MakeExport
    standing: ExportStanding
    unsigned: Unsigned | None = None
    beside: dict[str, bytes] = field(default_factory=dict)
    signed: Signed | None = None
    made_90k: int = 0


class Exports:
    """See the module; used within `running`.

    Args:
        folder: Where the exports lie; made when it is first needed.
        make: Makes one into a folder, up to its digest; see `ronda.node.ordered.exporting.make_export`.
        pool: Where files are worked on.
        clock: Where time comes from.
        beside: Makes what lies beside a file and comes from its pictures; None for nothing.
    """

    def __init__(self, folder: Path, make: Make, pool: Pool, clock: Clock, beside: Beside | None = None) -> None:
        self._folder = folder
        self._make = make
        self._pool = pool
        self._clock = clock
        self._beside = beside
        self._orders: dict[str, _Order] = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        self._kept: dict[str, KeptExport] = {}
        self._making: tuple[str, asyncio.Task[None]] | None = None
        self._finishing = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweep, make what is ordered, one after the other, while the context is open."""
        await self._sweep(first=True)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._work(), name="exports"), group.create_task(self._sweeping())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    def order(self, order: MakeExport) -> ExportStanding:
        """Take an order in.

        Raises:
            Conflict: It is known already.
            Busy: Too many wait.
        """
        if order.id in self._orders or order.id in self._kept:
            raise Conflict("this export was ordered already", "order it under another id")
        if len(self._orders) >= _MOST_KNOWN and not self._forget_one():
            raise Busy("many exports wait for their signature", "try again in some minutes")
        try:
            self._queue.put_nowait(order.id)
        except asyncio.QueueFull:
            raise Busy("many exports wait to be made", "try again in some minutes") from None
        self._orders[order.id] = _Order(order, ExportStanding(state=ExportState.WAITING))
        return self._orders[order.id].standing

    def standing(self, id: str) -> ExportStanding:
        """Return how an export stands.

        Raises:
            NotFound: It is not here (any more).
        """
        if (kept := self._kept.get(id)) is not None:
            return _ready(kept)
        if (known := self._orders.get(id)) is not None:
            return known.standing
        raise NotFound("this export is not here (any more)", "make it again")

    def kept(self, id: str) -> KeptExport:
        """Return an export that is whole and has not expired.

        Raises:
            NotFound: There is none.
        """
        found = self._kept.get(id)
        if found is None or found.until_90k <= self._clock.utc_90k():
            raise NotFound("there is no such export (any more)")
        return found

    def path(self, kept: KeptExport, name: str) -> Path:
        """Return the file of that name.

        Raises:
            NotFound: The export has none of that name.
        """
        if all(name != file.name for file in kept.files):
            raise NotFound("the export has no such file")
        return self._folder / kept.id / name

    async def sign(self, asked: SignExport) -> ExportStanding:
        """Put the centre's signature into a file that waits for it; again is the same.

        Raises:
            NotFound: It is not here (any more).
            Conflict: It does not wait for a signature.
            BadInput: The signature does not fit.
            StorageFailed: The disk refuses.
        """
        async with self._finishing:
            known = self._orders.get(asked.id)
            if known is None or known.signed is not None:
                return self.standing(asked.id)
            unsigned = known.unsigned
            if unsigned is None:
                raise Conflict("the export does not wait for a signature", "ask how it stands")
            signature = bytes.fromhex(asked.signature)
            if len(signature) != unsigned.meta.signature_bytes:
                raise BadInput(f"a signature of {len(signature)} bytes, not {unsigned.meta.signature_bytes}")
            put = partial(put_signature, unsigned.path, unsigned.written)
            meta = unsigned.meta
            known.signed = await self._run(partial(put, meta.data, meta.signature_offset, signature))
            values = {"state": ExportState.SIGNED, "sha256": known.signed.sha256}
            known.standing = known.standing.model_copy(update=values)
            return known.standing

    async def complete(self, asked: CompleteExport) -> ExportStanding:
        """Write what lies beside a signed file; with that the export is whole; again is the same.

        Raises:
            NotFound: It is not here (any more).
            Conflict: It is not signed.
            BadInput: A file is no base64, or too large.
            StorageFailed: The disk refuses.
        """
        async with self._finishing:
            known = self._orders.get(asked.id)
            if known is None:
                return self.standing(asked.id)
            if known.signed is None or known.unsigned is None:
                raise Conflict("the export is not signed yet", "ask how it stands")
            beside = [(known.order.name + one.ending, _data_of(one)) for one in asked.files]
            beside += [(known.order.name + ending, data) for ending, data in known.beside.items()]
            first = ExportFile(f"{known.order.name}.mp4", known.unsigned.written.size, known.signed.crc32)
            others = (ExportFile(name, len(data), zlib.crc32(data)) for name, data in beside)
            kept = _kept(known.order, known.signed.sha256, (first, *others))
            part = self._folder / f"{asked.id}{_PART}"
            await self._run(partial(_publish, part, self._folder / asked.id, beside, kept))
            self._kept[kept.id] = kept
            self._orders.pop(kept.id, None)
            _log.info("export sealed", export=kept.id, bytes=first.bytes)
            return _ready(kept)

    async def remove(self, id: str) -> None:
        """Make an end of an export, made or not.

        Raises:
            StorageFailed: Its files cannot be deleted.
        """
        async with self._finishing:
            known = self._orders.pop(id, None)
            if known is not None and self._making is not None and self._making[0] == id:
                self._making[1].cancel()
                await asyncio.wait([self._making[1]])
            if known is not None:
                await self._run(partial(_delete, self._folder / f"{id}{_PART}"))
            if self._kept.pop(id, None) is not None:
                await self._run(partial(_delete, self._folder / id))

    def _forget_one(self) -> bool:
        failed = (id for id, known in self._orders.items() if known.standing.state is ExportState.FAILED)
        return self._orders.pop(next(failed, ""), None) is not None

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                known = self._orders.get(id := await self._queue.get())
                if known is None:
                    continue  # removed while it waited
                making = group.create_task(self._one(known), name="export")
                self._making = id, making
                await asyncio.wait([making])
                self._making = None

    async def _one(self, known: _Order) -> None:
        order, part = known.order, self._folder / f"{known.order.id}{_PART}"

        def progress(share: float) -> None:
            known.standing = ExportStanding(state=ExportState.MAKING, progress=round(share, 3))

        progress(0.0)
        try:
            await self._run(partial(_begin, part))
            unsigned = await self._make(order, part, progress)
            known.beside = await self._made_beside(order, unsigned)
            known.unsigned, made = unsigned, unsigned.made
            known.made_90k = self._clock.utc_90k()
            known.standing = ExportStanding(state=ExportState.TO_SIGN, progress=1.0, bytes=made.bytes, made=made)
        except RondaError as error:
            known.standing = ExportStanding(state=ExportState.FAILED, problem=error.message, mend=error.mend)
            _log.warning("export not made", export=order.id, problem=str(error))
        except Exception:  # noqa: BLE001 - a task's root
            known.standing = ExportStanding(state=ExportState.FAILED, problem="the export could not be made")
            _log.exception("export not made", export=order.id)
        finally:
            if known.unsigned is None:
                await asyncio.shield(self._run(partial(_delete, part)))

    async def _made_beside(self, order: MakeExport, unsigned: Unsigned) -> dict[str, bytes]:
        try:
            return {} if self._beside is None else await self._beside(order, unsigned)
        except RondaError as error:
            _log.warning("export: nothing is made of its pictures", export=order.id, problem=str(error))
        except Exception:  # noqa: BLE001 - the sealed file is the evidence, with or without pictures beside it
            _log.exception("export: nothing is made of its pictures", export=order.id)
        return {}

    async def _sweeping(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self._sweep()
            except StorageFailed as error:
                _log.error("exports cannot be swept", problem=str(error))

    async def _sweep(self, *, first: bool = False) -> None:
        """Delete what has expired or was never signed; at the start, also what was never finished."""
        now = self._clock.utc_90k()
        if first:
            self._kept = await self._run(partial(_found, self._folder))
        for id in [id for id, kept in self._kept.items() if kept.until_90k <= now]:
            del self._kept[id]
            await self._run(partial(_delete, self._folder / id))
            _log.info("export expired", export=id)
        for id, known in list(self._orders.items()):
            if known.unsigned is not None and known.made_90k + _SIGNED_WITHIN_90K <= now:
                await self.remove(id)
                _log.warning("export given up: nobody signed it", export=id)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._pool.run(work)
        except OSError as error:
            raise StorageFailed(f"exports cannot be kept ({error.strerror or error})", "look at the disk") from error


def _data_of(file: BesideFile) -> bytes:
    try:
        data = base64.b64decode(file.data, validate=True)
    except binascii.Error as error:
        raise BadInput(f"the file {file.ending} is no base64") from error
    if len(data) > _LARGEST_BESIDE:
        raise BadInput(f"the file {file.ending} has {len(data)} bytes, {_LARGEST_BESIDE} are allowed")
    return data


def _ready(kept: KeptExport) -> ExportStanding:
    return ExportStanding(
        state=ExportState.READY,
        progress=1.0,
        bytes=kept.files[0].bytes,
        sha256=kept.sha256,
        files=tuple(file.name for file in kept.files),
    )


def _kept(order: MakeExport, sha256: str, files: tuple[ExportFile, ...]) -> KeptExport:
    return KeptExport(
        id=order.id,
        name=order.name,
        camera=order.camera,
        from_90k=order.from_90k,
        to_90k=order.to_90k,
        until_90k=order.until_90k,
        at_90k=order.at_90k,
        sha256=sha256,
        files=files,
    )


def _begin(part: Path) -> None:
    _delete(part)
    part.mkdir(mode=0o700, parents=True)


def _delete(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _publish(part: Path, folder: Path, beside: list[tuple[str, bytes]], kept: KeptExport) -> None:
    for name, data in [*beside, (_ABOUT, json.dumps(asdict(kept)).encode())]:
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


def _found(folder: Path) -> dict[str, KeptExport]:
    """Return the exports that are whole; what else lies there is deleted."""
    found: dict[str, KeptExport] = {}
    for path in folder.iterdir() if folder.exists() else ():
        kept = _read(path)
        if kept is None:
            shutil.rmtree(path, ignore_errors=True)
        else:
            found[path.name] = kept
    return found


def _read(path: Path) -> KeptExport | None:
    if not _ID.fullmatch(path.name):
        return None
    try:
        fields = json.loads((path / _ABOUT).read_text())
        files = tuple(ExportFile(**file) for file in fields.pop("files"))
        kept = KeptExport(**fields, files=files)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return kept if kept.id == path.name and files else None
