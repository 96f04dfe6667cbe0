"""Files from a USB stick, taken into the archive at the moment that somebody says, as imported footage.

The recorder's clock is hardly ever right: how far it was off is asked for, taken off, and written into each segment.
Owns the folder in which a file lies while it comes; one is taken in at a time.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Final

from ronda.archive.archive import Archive
from ronda.archive.importing import fragments_of, imported_run
from ronda.base.causes import GapCause
from ronda.base.errors import BadInput, Busy, Conflict, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Hold
from ronda.media.access_unit import AccessUnit
from ronda.media.devices.recordings.pictures import Gop, gops
from ronda.media.fragment import Origin
from ronda.media.sources.contract import SourceFailed
from ronda.media.sources.libav import Transcoders
from ronda.media.sources.libav.footage import FootageFile
from ronda.media.sources.rtsp.replay import Replayed

MOST_BYTES: Final = 16 << 30
_PIECE_BYTES: Final = 1 << 20
_SHORTEST_90K: Final = HZ_90K
_REASON: Final = "imported from a file"


@dataclass(frozen=True, slots=True)
class Stick:
    """What is said of a file.

    Attributes:
        camera: Which camera it is of.
        shown_90k: The moment of its first picture by the recorder's clock.
        ahead_90k: How far that clock was ahead of the true time; negative where it was behind.
        keep_until_90k: Until when it is kept from deletion; None for as long as the camera's days say.
        by: Who brings it.
    """

    camera: str
    shown_90k: int
    ahead_90k: int
    keep_until_90k: int | None
    by: str


@dataclass(slots=True)
class TakenIn:
    """What came of a file: where it lies now, in true time."""

    from_90k: int = 0
    to_90k: int = 0
    bytes: int = 0
    runs: int = 0


class StickDesk:
    """See the module; `close` it at the end.

    Args:
        folder: Where files lie while they come.
        archive: Where footage goes.
        transcoders: Places for codings that are not carried as they are.
        profile: Names the profile that is recorded of a camera.
        clock: The time.
    """

    def __init__(
        self,
        folder: Path,
        archive: Archive,
        transcoders: Transcoders,
        profile: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._folder, self._archive, self._transcoders = folder, archive, transcoders
        self._profile, self._clock = profile, clock
        self._gate = asyncio.Lock()
        self.pool = Pool("footage", 1, 8)

    def close(self) -> None:
        """Take nothing more in."""
        self.pool.close()

    async def take(self, said: Stick, body: AsyncIterator[bytes]) -> TakenIn:
        """Take a file in as it comes.

        Raises:
            BadInput: It is no footage, or would lie in the future.
            Conflict: Footage of that time is here already, or a court had it deleted.
            Busy: Another file is being taken in.
            StorageFailed: The disk refuses.
        """
        if self._gate.locked():
            raise Busy("another file is being taken in", "try again when it is done")
        async with self._gate:
            path = self._folder / secrets.token_hex(8)
            try:
                await self._receive(path, body)
                return await self._import(said, path)
            except SourceFailed as error:
                raise BadInput("the file cannot be read as video", error.mend or "use MP4, AVI or MKV") from error
            except OSError as error:
                raise StorageFailed(
                    f"the file cannot be kept ({error.strerror or error})", "look at the disk"
                ) from error
            finally:
                await asyncio.shield(self.pool.run(partial(path.unlink, missing_ok=True)))

    async def _receive(self, path: Path, body: AsyncIterator[bytes]) -> None:
        file = await self.pool.run(partial(_begin, self._folder, path))
        try:
            size, waiting = 0, bytearray()
            async for piece in body:
                waiting += piece
                size += len(piece)
                if size > MOST_BYTES:
                    raise BadInput("the file is too large", "import it in parts")
                if len(waiting) >= _PIECE_BYTES:
                    await self.pool.run(file.write, bytes(waiting))
                    waiting.clear()
            await self.pool.run(file.write, bytes(waiting))
        finally:
            await asyncio.shield(self.pool.run(file.close))

    async def _import(self, said: Stick, path: Path) -> TakenIn:
        file = await self.pool.run(partial(FootageFile, path, self._transcoders))
        try:
            begin = said.shown_90k - said.ahead_90k
            await self._check(said.camera, begin, begin + (file.duration_90k or _SHORTEST_90K))
            stream = gops(self._pictures(file), lambda: said.shown_90k, said.ahead_90k)
            return await _Taking(self._archive, self._profile(said.camera), said, self._clock).take(stream)
        finally:
            await asyncio.shield(self.pool.run(file.close))

    async def _check(self, camera: str, begin: int, end: int) -> None:
        if end > self._clock.utc_90k() + _SHORTEST_90K:
            raise BadInput("the footage would lie in the future", "look at its date, and at how far the clock was off")
        known = await self._archive.timeline(camera, self._profile(camera), begin, end)
        if any(gap.cause is GapCause.ORDER for gap in known.gaps):
            raise Conflict("a court had footage of that time deleted", "cut that out of the file, and import the rest")
        here = sum(span.to_90k - span.from_90k for span in known.coverage)
        if here > (end - begin) // 2:
            raise Conflict("footage of that time is here already", "look at the camera's timeline, and at the start")

    async def _pictures(self, file: FootageFile) -> AsyncIterator[Replayed]:
        while units := await self.pool.run(file.read):
            for unit in units:
                yield Replayed(unit, None)


class _Taking:
    def __init__(self, archive: Archive, profile: str, said: Stick, clock: Clock) -> None:
        self._archive, self._profile, self._said, self._clock = archive, profile, said, clock
        self._taken = TakenIn()
        self._next: Gop | None = None

    async def take(self, stream: AsyncIterator[Gop]) -> TakenIn:
        gop = await anext(stream, None)
        if gop is None:
            raise BadInput("there is no picture in the file that can be read", "use MP4, AVI or MKV")
        self._taken.from_90k = gop.start_90k + gop.units[0].pts_90k - gop.units[0].dts_90k
        while gop is not None:
            made = imported_run(self._said.camera, self._profile, gop.encoding, gop.start_90k, Origin.IMPORTED)
            run = replace(made, clock_offset_90k=self._said.ahead_90k)
            self._next = None
            self._taken.runs += 1
            await self._archive.import_run(run, fragments_of(run, self._units(gop, stream)))
            gop = self._next
        await self._hold()
        return self._taken

    async def _units(self, gop: Gop, stream: AsyncIterator[Gop]) -> AsyncIterator[AccessUnit]:
        while True:
            for unit in gop.units:
                yield unit
            self._taken.bytes += gop.bytes
            self._taken.to_90k = max(self._taken.to_90k, gop.shown_until_90k)
            following = await anext(stream, None)
            if following is None:
                return
            if following.fresh:
                self._next = following
                return
            gop = following

    async def _hold(self) -> None:
        until, taken = self._said.keep_until_90k, self._taken
        if until is None or taken.from_90k >= taken.to_90k:
            return
        now = self._clock.utc_90k()
        hold = Hold(
            id=secrets.token_hex(6), camera=self._said.camera, from_90k=taken.from_90k, to_90k=taken.to_90k,
            reason=_REASON, by=self._said.by, at=now, until_90k=until,
        )  # fmt: skip
        await self._archive.add_hold(hold)


def _begin(folder: Path, path: Path) -> IO[bytes]:
    """Open a file for what comes; what a crash left is deleted: one comes at a time."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    return path.open("xb")
