"""Care for an archive while it goes on: comparing what lies on its disks, mending, making the index anew."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from ronda.archive.errors import VolumeFailed
from ronda.archive.volume import Volume
from ronda.base.time import Clock
from ronda.bus.contract import ArchiveCheckReport, Mismatch, ReindexReport

T = TypeVar("T")


class InPool(Protocol):
    """Runs work in the disk pool."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returns."""
        ...


async def on_writer(volume: Volume, work: Callable[[], T]) -> T:
    """Run work on a volume's writer thread, after what was handed in before.

    Raises:
        VolumeFailed: The disk refuses.
    """
    try:
        return await asyncio.wrap_future(volume.writer.call(work))
    except (OSError, sqlite3.Error) as error:
        raise VolumeFailed(f"{volume.folder} cannot be written ({error})", "look at its disk") from error


class Care:
    """Checks and mends.

    Args:
        volumes: What is cared for.
        clock: For how long it took.
        in_pool: The archive's disk pool.
        recovered: Waits until the archive has taken in what its last life left.
    """

    def __init__(
        self, volumes: Sequence[Volume], clock: Clock, in_pool: InPool, recovered: Callable[[], Awaitable[None]]
    ) -> None:
        self._volumes = volumes
        self._clock = clock
        self._in_pool = in_pool
        self._recovered = recovered

    async def check(self, *, repair: bool, hashes: bool) -> ArchiveCheckReport:
        """Compare files, journal, index and coverage; works while everything else goes on.

        Args:
            repair: Also mend what can be mended; what was closed and is damaged becomes a gap `disk-failed`.
            hashes: Also read every byte and compare with the SHA-256 that was kept.
        """
        await self._recovered()
        reports = [await self._check_one(volume, repair, hashes) for volume in self._volumes]
        return ArchiveCheckReport(
            files=sum(files for files, _ in reports),
            mismatches=tuple(one for _, mismatches in reports for one in mismatches),
        )

    async def reindex(self) -> ReindexReport:
        """Make the index anew from journal and files, while recording goes on."""
        began = self._clock.monotonic()
        for volume in self._volumes:
            await self._rebuild(volume)
            # Files that the journal does not know, as when it was lost.
            await self._check_one(volume, repair=True, hashes=False)
        await self._recovered()
        files = runs = 0
        for volume in self._volumes:
            found = await self._in_pool(volume.counts)
            files, runs = files + found[0], runs + found[1]
        return ReindexReport(files=files, runs=runs, seconds=self._clock.monotonic() - began)

    async def _rebuild(self, volume: Volume) -> None:
        fresh = await self._in_pool(volume.build_index)
        await on_writer(volume, partial(volume.use_index, fresh))

    async def _check_one(self, volume: Volume, repair: bool, hashes: bool) -> tuple[int, list[Mismatch]]:
        await on_writer(volume, lambda: None)
        files, findings = await self._in_pool(lambda: volume.check(hashes=hashes))
        if repair and findings:
            stale = any(finding.reindex for finding in findings)
            findings = await on_writer(volume, lambda: volume.repair(findings))
            if stale:
                await self._rebuild(volume)
            await self._recovered()
        return files, [finding.mismatch for finding in findings]
