"""What a disk may do to us: refuse to create, to write, to sync; be full, read-only, slow."""

import asyncio
import errno
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, decoded, files_of, new_run, one_volume, record
from tests.media.film_source import until
from tests.media.hand_clock import HandClock

from ronda.archive import Archive, DiskAlarm
from ronda.archive.errors import VolumeFailed
from ronda.archive.filing.faults import Fault, FaultyDisk, Operation
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K


class Night:
    """An archive over a faulty disk, a recorder in it, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk = FaultyDisk()
        self.clock = HandClock(START_90K)
        self.alarms: list[DiskAlarm] = []
        self.archive = Archive(one_volume(folder, disk=self.disk), self.clock, on_alarm=self.alarms.append)
        self.run = new_run()
        self.at = 0.0

    async def record(self, seconds: float, camera: str = "gate") -> None:
        recorder = self.archive.recorder(camera, "main")
        record(recorder, self.run, seconds, self.at)
        self.at += seconds
        self.clock.advance(seconds)
        await self.archive.settled()

    async def causes(self) -> list[tuple[float, float, GapCause]]:
        line = await self.archive.timeline("gate", "main", START_90K, self.clock.utc_90k())
        return [((g.from_90k - START_90K) / HZ_90K, (g.to_90k - START_90K) / HZ_90K, g.cause) for g in line.gaps]


def _all_play(folder: Path) -> int:
    return sum(len(decoded(file)) for file in files_of(folder))


@pytest.mark.parametrize(
    ("operation", "number", "cause"),
    [
        (Operation.CREATE, errno.EIO, GapCause.DISK_FAILED),
        (Operation.WRITE, errno.EIO, GapCause.DISK_FAILED),
        (Operation.WRITE, errno.ENOSPC, GapCause.DISK_FULL),
        (Operation.CREATE, errno.EROFS, GapCause.DISK_FAILED),
        (Operation.CREATE, errno.ENOSPC, GapCause.DISK_FULL),
    ],
)
async def test_a_refusing_disk_is_an_alarm_and_a_gap_and_mends_by_itself(
    tmp_path: Path, operation: Operation, number: int, cause: GapCause
) -> None:
    night = Night(tmp_path)
    async with night.archive:
        await night.record(10)
        night.disk.inject(Fault(operation, number, after_bytes=3000))
        if operation is Operation.CREATE:
            night.archive.recorder("gate", "main").end(GapCause.SILENT)  # so that a new file is needed
            night.run = new_run(start_90k=night.clock.utc_90k())
            night.at = 0.0
        await night.record(4)
        await night.record(4)
        assert [alarm.cause for alarm in night.alarms] == [cause]
        assert night.archive.recorder("gate", "main").gap is cause
        night.disk.heal()
        night.clock.advance(2.1)
        await until(lambda: night.archive.volumes[0].health.fault is None)
        night.at += 2.0
        await night.record(6)
        await until(lambda: len(night.alarms) == 2)
        assert night.alarms[-1].cause is None
        assert night.archive.recorder("gate", "main").recording
        await night.archive.recovered()
        causes = await night.causes()
        assert causes[-1][2] is cause
        assert causes[0][0] == pytest.approx(10, abs=0.01)
        assert causes[-1][1] == pytest.approx(20, abs=0.2)
        assert night.archive.volumes[0].counters.disk_errors > 0
    assert await asyncio.to_thread(_all_play, tmp_path) == 16 * 25


async def test_one_bad_file_is_one_cameras_gap(tmp_path: Path) -> None:
    night = Night(tmp_path)
    async with night.archive:
        await night.record(4)
        other = new_run("door")
        record(night.archive.recorder("door", "main"), other, 4)
        night.disk.inject(Fault(Operation.WRITE, errno.EIO, times=1, matching="gate/"))
        await night.record(0.2)
        record(night.archive.recorder("door", "main"), other, 4, 4)
        night.at = 6
        await night.record(4)
        assert night.archive.volumes[0].health.fault is None
        line = await night.archive.timeline("door", "main", START_90K, START_90K + 8 * HZ_90K)
        assert len(line.coverage) == 1
        assert not line.gaps
        assert await night.causes() == [(4, 6, GapCause.DISK_FAILED)]
        await until(lambda: len(night.alarms) == 2)


async def test_a_failing_sync_is_an_alarm_and_recording_goes_on_in_new_files(tmp_path: Path) -> None:
    night = Night(tmp_path)
    async with night.archive:
        await night.record(4)
        night.disk.inject(Fault(Operation.SYNC))
        await night.record(10)
        await until(lambda: night.alarms)
        assert night.alarms[0].cause is GapCause.DISK_FAILED
        await night.record(4)
        night.disk.heal()
        await night.record(10)
        await until(lambda: len(night.alarms) == 2)
        assert await night.causes() == []
    assert len(files_of(tmp_path)) >= 2
    assert await asyncio.to_thread(_all_play, tmp_path) == 28 * 25


async def test_a_slow_disk_costs_whole_gops_and_says_so(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.archive = Archive(one_volume(tmp_path, disk=night.disk, queue_bytes=40_000), night.clock)
    async with night.archive:
        await night.record(2)
        night.disk.inject(Fault(Operation.WRITE, 0, seconds=0.3, matching="gate/", times=1))
        await night.record(20)
        await night.record(4)
        recorder = night.archive.recorder("gate", "main")
        assert recorder.recording
        assert recorder.dropped > 0
        assert {cause for _, _, cause in await night.causes()} == {GapCause.DISK_SLOW}
        # What waits is bounded, and the recorder was never held up.
        assert night.archive.volumes[0].intake.bytes <= 40_000


class _HeldDisk(FaultyDisk):
    """Writes to cameras' files wait until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.go.set()

    def write(self, descriptor: int, buffers: Sequence[bytes]) -> None:
        self.go.wait(20)
        super().write(descriptor, buffers)


async def test_a_disk_a_little_too_slow_costs_some_cameras_not_all(tmp_path: Path) -> None:
    night = Night(tmp_path)
    disk = _HeldDisk()
    night.archive = Archive(one_volume(tmp_path, disk=disk, queue_bytes=1_000_000), night.clock)
    async with night.archive:
        names = [f"camera-{number}" for number in range(40)]
        runs = {name: new_run(name) for name in names}
        disk.go.clear()
        for round_ in range(4):
            for name in names:
                record(night.archive.recorder(name, "main"), runs[name], 2, 2 * round_)
        disk.go.set()
        await night.archive.settled()
        hit = [name for name in names if night.archive.recorder(name, "main").dropped]
        assert 2 <= len(hit) <= 38
        assert night.archive.volumes[0].intake.bytes == 0


async def test_what_a_full_disk_refuses_to_note_is_noted_later(tmp_path: Path) -> None:
    night = Night(tmp_path)
    async with night.archive:
        await night.record(4)
        night.disk.inject(Fault(Operation.WRITE, errno.ENOSPC))
        night.disk.inject(Fault(Operation.CREATE, errno.ENOSPC))
        await night.record(4)
        assert (await night.causes()) == [(4, 8, GapCause.DISK_FULL)]
        line = await night.archive.timeline("gate", "main", START_90K, night.clock.utc_90k())
        assert len(line.coverage) == 1
        night.disk.heal()
        night.clock.advance(3)
        await until(lambda: night.archive.volumes[0].health.fault is None)
        await night.archive.recovered()
        assert (await night.causes()) == [(4, 11, GapCause.DISK_FULL)]
    assert await asyncio.to_thread(_all_play, tmp_path) == 4 * 25


class _Surprise(FaultyDisk):
    """Raises what no disk does, once."""

    surprises = 0

    def write(self, descriptor: int, buffers: Sequence[bytes]) -> None:
        if self.surprises:
            self.surprises -= 1
            raise ValueError("nobody foresaw this")
        super().write(descriptor, buffers)


async def test_what_nobody_foresaw_is_counted_and_recording_goes_on(tmp_path: Path) -> None:
    night = Night(tmp_path)
    disk = _Surprise()
    night.archive = Archive(one_volume(tmp_path, disk=disk), night.clock)
    async with night.archive:
        await night.record(4)
        disk.surprises = 1
        await night.record(4)
        await night.record(8)
        volume = night.archive.volumes[0]
        assert volume.counters.unforeseen_errors == 1
        assert volume.intake.bytes == 0
        assert night.archive.recorder("gate", "main").recording
        assert (await night.archive.check()).mismatches == ()
    with pytest.raises(VolumeFailed, match="closed"):
        await asyncio.wrap_future(volume.writer.call(lambda: None))
