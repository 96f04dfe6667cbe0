"""The sealed exports of a node: copied, signed by the centre, completed.

An export's folder has the sealed file and what lies beside it.

Owned state: beside the orders, what of them was copied and waits for the centre.
"""

import asyncio
import base64
import binascii
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog

from ronda.archive.sealing.writing import Signed, put_signature
from ronda.base.errors import BadInput, Conflict, NotFound, RondaError
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.bus.evidence import BesideFile, CompleteExport, ExportStanding, ExportState, MakeExport, SignExport
from ronda.node.ordered.exporting import Unsigned
from ronda.node.ordered.orders import Kind, Orders, Progress, Waits, Words

_log = structlog.get_logger(__name__)
_LARGEST_BESIDE: Final = 32 << 20
Make = Callable[[MakeExport, Path, Progress], Awaitable[Unsigned]]
Beside = Callable[[MakeExport, Unsigned], Awaitable[dict[str, bytes]]]
"""Makes what lies beside a file and comes from its pictures, by ending."""


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
class _Copied:
    """An export that was copied and is not whole yet."""

    order: MakeExport
    unsigned: Unsigned
    beside: dict[str, bytes]
    signed: Signed | None = None


def _read(fields: dict[str, Any]) -> KeptExport:
    files = tuple(ExportFile(**file) for file in fields.pop("files"))
    if not files:
        raise ValueError("an export without files")
    return KeptExport(**fields, files=files)


def _ready(kept: KeptExport) -> ExportStanding:
    return ExportStanding(
        state=ExportState.READY,
        progress=1.0,
        bytes=kept.files[0].bytes,
        sha256=kept.sha256,
        files=tuple(file.name for file in kept.files),
    )


_KIND: Final[Kind[ExportStanding, KeptExport]] = Kind(
    Words("export", "exports"),
    waiting=lambda: ExportStanding(state=ExportState.WAITING),
    making=lambda progress: ExportStanding(state=ExportState.MAKING, progress=progress),
    ready=_ready,
    failed=lambda problem, mend: ExportStanding(state=ExportState.FAILED, problem=problem, mend=mend),
    read=_read,
    most_waiting=16,
)


class Exports(Orders[MakeExport, ExportStanding, KeptExport]):
    """See the module and `ronda.node.ordered.orders`.

    Args:
        folder: Where the exports lie; made when it is first needed.
        make: Makes one into a folder, up to its digest; see `ronda.node.ordered.exporting.make_export`.
        pool: Where files are worked on.
        clock: Where time comes from.
        beside: Makes what lies beside a file and comes from its pictures; None for nothing.
    """

    def __init__(self, folder: Path, make: Make, pool: Pool, clock: Clock, beside: Beside | None = None) -> None:
        super().__init__(folder, _KIND, partial(self._copy, make, beside), pool, clock)
        self._copied: dict[str, _Copied] = {}

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
            standing, copied = self.standing(asked.id), self._copied.get(asked.id)
            if standing.state is ExportState.READY or (copied is not None and copied.signed is not None):
                return standing
            if copied is None:
                raise Conflict("the export does not wait for a signature", "ask how it stands")
            signature, meta = bytes.fromhex(asked.signature), copied.unsigned.meta
            if len(signature) != meta.signature_bytes:
                raise BadInput(f"a signature of {len(signature)} bytes, not {meta.signature_bytes}")
            put = partial(put_signature, copied.unsigned.path, copied.unsigned.written)
            copied.signed = await self._run(partial(put, meta.data, meta.signature_offset, signature))
            values = {"state": ExportState.SIGNED, "sha256": copied.signed.sha256}
            self.tell(asked.id, standing.model_copy(update=values))
            return self.standing(asked.id)

    async def complete(self, asked: CompleteExport) -> ExportStanding:
        """Write what lies beside a signed file; with that the export is whole; again is the same.

        Raises:
            NotFound: It is not here (any more).
            Conflict: It is not signed.
            BadInput: A file is no base64, or too large.
            StorageFailed: The disk refuses.
        """
        async with self._finishing:
            standing, copied = self.standing(asked.id), self._copied.get(asked.id)
            if standing.state is ExportState.READY:
                return standing
            if copied is None or copied.signed is None:
                raise Conflict("the export is not signed yet", "ask how it stands")
            name = copied.order.name
            beside = [(name + one.ending, _data_of(one)) for one in asked.files]
            beside += [(name + ending, data) for ending, data in copied.beside.items()]
            first = ExportFile(f"{name}.mp4", copied.unsigned.written.size, copied.signed.crc32)
            others = (ExportFile(name, len(data), zlib.crc32(data)) for name, data in beside)
            return await self.publish(_kept(copied.order, copied.signed.sha256, (first, *others)), beside)

    def forgotten(self, id: str) -> None:
        """Let go of what was copied."""
        self._copied.pop(id, None)

    async def _copy(
        self, make: Make, beside: Beside | None, order: MakeExport, part: Path, progress: Progress
    ) -> Waits[ExportStanding]:
        unsigned = await make(order, part, progress)
        pictures = {} if beside is None else await _made_beside(beside, order, unsigned)
        self._copied[order.id] = _Copied(order, unsigned, pictures)
        made = unsigned.made
        return Waits(ExportStanding(state=ExportState.TO_SIGN, progress=1.0, bytes=made.bytes, made=made))


async def _made_beside(beside: Beside, order: MakeExport, unsigned: Unsigned) -> dict[str, bytes]:
    """Make what comes from a file's pictures, as a task of its own: the file is the evidence, with or without it."""
    [made] = await asyncio.gather(beside(order, unsigned), return_exceptions=True)
    if isinstance(made, RondaError):
        _log.warning("export: nothing is made of its pictures", export=order.id, problem=str(made))
    elif isinstance(made, BaseException):
        _log.error("export: nothing is made of its pictures", export=order.id, exc_info=made)
    return {} if isinstance(made, BaseException) else made


def _data_of(file: BesideFile) -> bytes:
    try:
        data = base64.b64decode(file.data, validate=True)
    except binascii.Error as error:
        raise BadInput(f"the file {file.ending} is no base64") from error
    if len(data) > _LARGEST_BESIDE:
        raise BadInput(f"the file {file.ending} has {len(data)} bytes, {_LARGEST_BESIDE} are allowed")
    return data


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
