"""Sealed exports at the centre: ordered, signed, remembered, ended.

The files are made and kept by the camera's node; here is what was decided, for whom, by whom, why and until when, and
the key that signs. An order whose node or centre was started anew in the middle goes on, or is told to have failed.

Owned state: the exports that have not ended, in memory too, and how far those are that are being made.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
import structlog

from ronda.base.errors import Busy, Conflict, NotFound, RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Done, Message
from ronda.bus.evidence import (
    BesideFile,
    CompleteExport,
    ExportAbout,
    ExportMade,
    ExportPlace,
    ExportStanding,
    ExportState,
    MakeExport,
    RemoveExport,
    SignExport,
)
from ronda.city.city import City
from ronda.evidence.export import OPEN, Export, NewExport, SealState, check_wanted, name_of
from ronda.evidence.manifests import Asked, Circumstances, camera_said, manifest_of, masked_address, position
from ronda.evidence.seal import manifest as said
from ronda.evidence.seal import timestamp
from ronda.evidence.sealer import Seal, Sealer
from ronda.evidence.tables import EXPORTS
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_MOST_MAKING: Final = 32
_LISTED: Final = 200
_BUSY_S: Final = 0.5
_IDLE_S: Final = 30.0
R = TypeVar("R", bound=Message)
Tree = Callable[[], Awaitable[tuple[int, bytes]]]
"""Size and root of the access log now."""


class AskNodeOf(Protocol):
    """Asks the node that has a camera."""

    async def __call__(self, camera: str, request: Message, kind: type[R], /) -> R:
        """Return its answer; raises what it refuses with, and `Busy` where it does not answer."""
        ...


Told = Callable[[Export], Awaitable[None]]
Report = Callable[[Export, said.Manifest], Awaitable[bytes]]
"""Makes the berita acara of an export, as PDF."""


@dataclass(frozen=True, slots=True)
class ExportTools:
    """What exports are made with.

    Attributes:
        store: The database.
        clock: Where time comes from.
        city: What is known of cameras.
        ask: Asks nodes.
        sealer: Signs.
        tree: Tells how large the access log is.
        unit: What the exporting unit is called.
        software: Name and version.
        stamp_url: RFC 3161 server that is asked for a time stamp; None for none.
        report: Makes the berita acara; None: there is none beside the file.
        days: For how many days files can be fetched where an order does not say.
        sealed: Told of each export that has become whole.
        ended: Told of each that has ended, before its files are deleted.
        deleted: Told of each whose files are deleted.
    """

    store: Store
    clock: Clock
    city: City
    ask: AskNodeOf
    sealer: Sealer
    tree: Tree
    unit: str
    software: str
    stamp_url: str | None = None
    report: Report | None = None
    days: int = 30
    sealed: Told | None = None
    ended: Told | None = None
    deleted: Told | None = None


class Exports:
    """The exports of the city; `running` must be open for them to be signed and ended."""

    def __init__(self, tools: ExportTools) -> None:
        self._tools = tools
        self._open: dict[str, Export] | None = None
        self._progress: dict[str, float] = {}
        self._changing = asyncio.Lock()
        self._refreshing = asyncio.Lock()
        self._due = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sign what nodes have copied, and end what has expired, while the context is open."""
        await self.open()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="exports")
            try:
                yield
            finally:
                task.cancel()

    async def make(self, new: NewExport, by: str) -> Export:
        """Order an export; what may be made by whom is the caller's matter.

        Raises:
            BadInput: The stretch is empty, too long, or not over yet.
            Busy: Many are being made, or the node does not answer.
            StorageFailed: The sealing key cannot be used.
        """
        tools, now = self._tools, self._tools.clock.utc_90k()
        check_wanted(new, now)
        if sum(one.state is SealState.MAKING for one in (await self.open()).values()) >= _MOST_MAKING:
            raise Busy("many exports are being made", "try again in some minutes")
        seal = await tools.sealer.seal()
        export = Export(
            id=secrets.token_hex(8),
            camera=new.camera,
            from_90k=new.from_90k,
            to_90k=new.to_90k,
            name=name_of(new.camera, new.from_90k, new.to_90k),
            case=new.case,
            basis=new.basis,
            purpose=new.purpose,
            letter=new.letter,
            by=by,
            at_90k=now,
            until_90k=now + (new.days or tools.days) * 86_400 * HZ_90K,
            certificate=seal.certificate_sha256,
        )
        await tools.store.run(lambda connection: connection.execute(EXPORTS.insert().values(**_row(export))))
        (await self.open())[export.id] = export
        try:
            await tools.ask(export.camera, self._order(export, seal), ExportStanding)
        except RondaError as error:
            await self._end(export, SealState.FAILED, problem=error.message, mend=error.mend)
            raise
        self._due.set()
        return export

    async def get(self, id: str) -> Export:
        """Return one export.

        Raises:
            NotFound: There is none.
        """
        if (found := (await self.open()).get(id)) is not None:
            return found
        query = sa.select(*_COLUMNS).where(EXPORTS.c.id == id)
        row = (await self._tools.store.read(lambda connection: connection.execute(query).all()))[:1]
        if not row:
            raise NotFound(f"there is no export {id[:40]!r}", "list them with: ronda evidence list")
        return _export(row[0])

    async def listed(self, *, case: str | None = None, camera: str | None = None) -> list[Export]:
        """Return the newest exports, of a case or a camera or all, newest first."""
        query = sa.select(*_COLUMNS).order_by(EXPORTS.c.at_90k.desc(), EXPORTS.c.id).limit(_LISTED)
        if case is not None:
            query = query.where(EXPORTS.c.case == case)
        if camera is not None:
            query = query.where(EXPORTS.c.camera == camera)
        rows = await self._tools.store.read(lambda connection: connection.execute(query).all())
        return [_export(row) for row in rows]

    async def manifest(self, id: str) -> bytes:
        """Return the manifest of an export, as it was signed; it outlives the files.

        Raises:
            NotFound: There is none (yet).
        """
        query = sa.select(EXPORTS.c.manifest).where(EXPORTS.c.id == id)
        text = await self._tools.store.read(lambda connection: connection.execute(query).scalar())
        if not text:
            raise NotFound("there is no such manifest (yet)")
        return str(text).encode()

    def progress(self, id: str) -> float:
        """Return which share of an export is copied, 0..1, as its node last said."""
        return self._progress.get(id, 0.0)

    async def remove(self, export: Export, by: str, why: str = "") -> Export:
        """Delete the files of an export, or give up making it; that it was, why it ended, and its manifest, stay.

        Raises:
            Conflict: It has ended already.
        """
        return await self._end(export, SealState.REMOVED, by=by, problem=why)

    async def open(self) -> dict[str, Export]:
        """Return the exports that have not ended; read from the database once."""
        if self._open is None:
            query = sa.select(*_COLUMNS).where(EXPORTS.c.state.in_([state.value for state in OPEN]))
            rows = await self._tools.store.read(lambda connection: connection.execute(query).all())
            if self._open is None:
                self._open = {row.id: _export(row) for row in rows}
        return self._open

    async def refresh(self) -> None:
        """Ask the nodes how those stand that are being made, and sign what is copied."""
        async with self._refreshing:
            for export in [one for one in (await self.open()).values() if one.state is SealState.MAKING]:
                await self._refresh(export)

    async def sweep(self) -> None:
        """End what has expired, and delete at the nodes what ended while they were away."""
        now = self._tools.clock.utc_90k()
        for export in [one for one in (await self.open()).values() if one.until_90k <= now]:
            await self._end(export, SealState.EXPIRED)
        states = [state.value for state in SealState if state not in OPEN]
        query = sa.select(*_COLUMNS).where(EXPORTS.c.state.in_(states), EXPORTS.c.at_node).limit(50)
        for row in await self._tools.store.read(lambda connection: connection.execute(query).all()):
            await self._remove_at_node(_export(row))

    # Inside

    async def _follow(self) -> None:
        swept = 0.0
        while True:
            try:
                await self.refresh()
                if self._tools.clock.monotonic() >= swept:
                    swept = self._tools.clock.monotonic() + _IDLE_S
                    await self.sweep()
            except RondaError as error:
                _log.error("exports cannot be followed", problem=str(error))
            busy = any(one.state is SealState.MAKING for one in (self._open or {}).values())
            self._due.clear()
            try:
                async with asyncio.timeout(_BUSY_S if busy else _IDLE_S):
                    await self._due.wait()
            except TimeoutError:
                pass

    async def _refresh(self, export: Export) -> None:
        try:
            await self._advance(export)
        except NotFound:
            problem = "the node was started anew while the export was being made"
            await self._end(export, SealState.FAILED, problem=problem, mend="export again")
        except Conflict as error:
            if (await self.open()).get(export.id) is not None:  # else it was given up in the middle
                await self._end(export, SealState.FAILED, problem=error.message, mend=error.mend)
        except Busy as error:
            _log.warning("export: its node does not answer", export=export.id, problem=str(error))
        except RondaError as error:
            await self._end(export, SealState.FAILED, problem=error.message, mend=error.mend)

    async def _advance(self, export: Export) -> None:
        ask = self._tools.ask
        standing = await ask(export.camera, ExportAbout(id=export.id), ExportStanding)
        self._progress[export.id] = standing.progress
        if standing.state is ExportState.FAILED:
            await self._end(export, SealState.FAILED, problem=standing.problem, mend=standing.mend)
            return
        if standing.state is ExportState.TO_SIGN and standing.made is not None:
            signature = await self._tools.sealer.sign(bytes.fromhex(standing.made.digest), export.certificate)
            request = SignExport(id=export.id, signature=signature.hex())
            standing = await ask(export.camera, request, ExportStanding)
        if standing.state is ExportState.SIGNED and standing.made is not None:
            export, files = await self._beside(export, standing.made, standing.sha256)
            standing = await ask(export.camera, CompleteExport(id=export.id, files=tuple(files)), ExportStanding)
        if standing.state is ExportState.READY:
            ready = await self._change(export, state=SealState.READY, bytes=standing.bytes, files=standing.files)
            if self._tools.sealed is not None:
                await self._tools.sealed(ready)

    async def _beside(self, export: Export, made: ExportMade, sha256: str) -> tuple[Export, list[BesideFile]]:
        """Write the manifest down, and return what lies beside the file."""
        tools, seal = self._tools, await self._tools.sealer.seal()
        stamp, told = None, said.TimeStampSaid()
        if tools.stamp_url is not None:
            stamp, told = await timestamp.ask(tools.stamp_url, bytes.fromhex(sha256))
        size, root = await tools.tree()
        camera = camera_said(tools.city, export.camera)
        now = Circumstances(tools.unit, tools.software, tools.clock.utc_90k(), size, root, sha256, seal, told)
        manifest = manifest_of(_asked(export), made, camera, now)
        data = said.write(manifest)
        signature = await tools.sealer.sign(hashlib.sha256(data).digest(), export.certificate)
        altered = sum(one.altered for one in made.segments)
        if altered:
            _log.error("export: footage on the disk is not what was recorded", export=export.id, segments=altered)
        export = await self._change(export, manifest=data.decode(), sha256=sha256, gaps=len(made.gaps), altered=altered)
        files = {".manifest.json": data, ".sig": signature, ".pem": seal.signer.chain_pem}
        if stamp is not None:
            files[".tsr"] = stamp.reply
        if tools.report is not None:
            files[".pdf"] = await tools.report(export, manifest)
        return export, [_file(ending, content) for ending, content in files.items()]

    def _order(self, export: Export, seal: Seal) -> MakeExport:
        city = self._tools.city
        camera = city.cameras.find(export.camera)
        place, address, line = None, "", ""
        if camera is not None:
            site = city.sites.find(camera.spot.site)
            latitude, longitude = position(city, camera)
            if latitude is not None and longitude is not None:
                name = site.name if site is not None else camera.name
                place = ExportPlace(name=name, latitude=latitude, longitude=longitude)
            address = masked_address(camera)
            line = "" if camera.spot.channel is None else str(camera.spot.channel)
        return MakeExport(
            id=export.id,
            name=export.name,
            camera=export.camera,
            from_90k=export.from_90k,
            to_90k=export.to_90k,
            until_90k=export.until_90k,
            at_90k=export.at_90k,
            unit=self._tools.unit,
            operator=export.by,
            camera_name=export.camera if camera is None else camera.name,
            address=address,
            line=line,
            place=place,
            certificate=seal.signer.certificate_der.hex(),
            signature_bytes=seal.signer.signature_bytes,
        )

    async def _end(
        self, export: Export, state: SealState, *, by: str | None = None, problem: str = "", mend: str = ""
    ) -> Export:
        now = self._tools.clock.utc_90k()
        ended = await self._change(export, state=state, ended_by=by, ended_90k=now, problem=problem, mend=mend)
        if self._tools.ended is not None:
            await self._tools.ended(ended)
        return await self._remove_at_node(ended)

    async def _remove_at_node(self, export: Export) -> Export:
        try:
            await self._tools.ask(export.camera, RemoveExport(id=export.id), Done)
        except RondaError as error:
            _log.warning("export: its files are not deleted yet", export=export.id, problem=str(error))
            return export
        if self._tools.deleted is not None and export.sha256:
            await self._tools.deleted(export)
        return await self._change(export, at_node=False)

    async def _change(self, export: Export, *, manifest: str | None = None, **values: Any) -> Export:
        async with self._changing:
            live = (await self.open()).get(export.id)
            if live is None and (export.state in OPEN or values.keys() - {"at_node"}):
                raise Conflict("the export has ended already", "look at it again")
            after = replace(live or export, **values)
            row = _row(after) | ({} if manifest is None else {"manifest": manifest})
            if manifest is None:
                row.pop("manifest")
            update = EXPORTS.update().where(EXPORTS.c.id == after.id).values(**row)
            await self._tools.store.run(lambda connection: connection.execute(update))
            if self._open is not None:
                if after.state in OPEN:
                    self._open[after.id] = after
                else:
                    self._open.pop(after.id, None)
                    self._progress.pop(after.id, None)
            return after


_COLUMNS: Final = tuple(column for column in EXPORTS.columns if column.name != "manifest")


def _asked(export: Export) -> Asked:
    return Asked(
        camera=export.camera,
        from_90k=export.from_90k,
        to_90k=export.to_90k,
        name=export.name,
        case=export.case,
        basis=export.basis,
        purpose=export.purpose,
        letter=export.letter,
        by=export.by,
    )


def _file(ending: str, data: bytes) -> BesideFile:
    return BesideFile(ending=ending, data=base64.b64encode(data).decode())


def _row(export: Export) -> dict[str, Any]:
    return {**asdict(export), "state": export.state.value, "files": json.dumps(export.files), "manifest": ""}


def _export(row: sa.Row[Any]) -> Export:
    values = dict(row._mapping)
    files: Sequence[str] = json.loads(values["files"])
    return Export(**values | {"state": SealState(values["state"]), "files": tuple(files)})
