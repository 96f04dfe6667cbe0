"""A real file system of one megabyte: full, emptied, read-only, writable again. Needs the right to mount."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, decoded, files_of, new_run, record
from tests.media.film_source import until
from tests.media.hand_clock import HandClock

from ronda.archive import Archive, DiskAlarm, Quota, VolumeSettings
from ronda.archive.errors import VolumeFailed
from ronda.base.causes import GapCause
from ronda.base.errors import StorageFailed
from ronda.base.time import HZ_90K
from ronda.bus.contract import Hold


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A mounted file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    if not _run("mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)):
        pytest.skip("mounting a small file system is not allowed here (it needs root)")
    yield folder
    _run("umount", "-l", str(folder))


async def test_full_then_emptied_then_read_only(small: Path) -> None:
    clock = HandClock(START_90K)
    alarms: list[DiskAlarm] = []
    ballast = small / "ballast"
    await asyncio.to_thread(ballast.write_bytes, bytes(300_000))
    settings = VolumeSettings(small / "volume", quota=Quota(min_free_bytes=0))
    async with Archive([settings], clock, on_alarm=alarms.append) as archive:
        recorder, run = archive.recorder("gate", "main"), new_run()
        at = 0.0
        while not alarms and at < 2000:
            record(recorder, run, 20, at)
            at += 20
            clock.advance(20)
            await archive.settled()
            await asyncio.sleep(0)
        full_at = at
        assert alarms[0].cause is GapCause.DISK_FULL
        assert recorder.gap is GapCause.DISK_FULL
        with pytest.raises(StorageFailed):
            await archive.add_hold(
                Hold(id="h", camera="gate", from_90k=0, to_90k=1, reason="x" * 100_000, by="me", at=0)
            )
        await asyncio.to_thread(ballast.unlink)
        clock.advance(3)
        await until(lambda: len(alarms) == 2)
        assert alarms[1].cause is None
        record(recorder, run, 4, at + 4)
        at += 8
        await archive.settled()
        assert recorder.recording
        await archive.recovered()

        clock.advance(5)
        line = await archive.timeline("gate", "main", START_90K, clock.utc_90k())
        assert [gap.cause for gap in line.gaps] == [GapCause.DISK_FULL]
        assert line.gaps[0].to_90k == START_90K + round((full_at + 4) * HZ_90K)
        assert (await archive.check()).mismatches == ()
    assert sum(len(decoded(file)) for file in files_of(small)) > 0
    assert await asyncio.to_thread(_run, "mount", "-o", "remount,ro", str(small))
    with pytest.raises(VolumeFailed, match="cannot be written"):
        await Archive([settings], clock).start()
    assert await asyncio.to_thread(_run, "mount", "-o", "remount,rw", str(small))
    async with Archive([settings], clock) as archive:
        assert (await archive.check()).mismatches == ()
