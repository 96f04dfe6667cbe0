"""Space is freed oldest first, by days and by quota, never under a hold, and never silently."""

import errno
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, files_of, new_run, one_volume, record, slowly
from tests.media.film_source import until
from tests.media.hand_clock import HandClock

from ronda.archive import Archive, DiskAlarm, Quota
from ronda.archive.errors import NoFootage
from ronda.archive.filing.faults import Fault, FaultyDisk, Operation
from ronda.base.causes import GapCause
from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.time import HZ_90K
from ronda.bus.contract import Hold
from ronda.media.fragment import Origin

DAY_S = 86_400
FREE = Quota(min_free_bytes=0)


def at(seconds: float) -> int:
    return START_90K + round(seconds * HZ_90K)


def hold(name: str, from_s: float, to_s: float, camera: str = "gate") -> Hold:
    return Hold(id=name, camera=camera, from_90k=at(from_s), to_90k=at(to_s), reason="theft", by="rt3", at=at(0))


async def days_of(archive: Archive, count: int, camera: str = "gate", seconds: float = 4) -> None:
    """Record a little each day."""
    for day in range(count):
        run = new_run(camera, start_90k=at(day * DAY_S), origin=Origin.IMPORTED)
        await archive.import_run(run, slowly(run, seconds), GapCause.SILENT)


async def starts(archive: Archive, camera: str = "gate") -> list[float]:
    line = await archive.timeline(camera, "main", 0, 2 * START_90K)
    return [(one.from_90k - START_90K) / HZ_90K for one in line.coverage]


async def test_each_cameras_days_and_never_under_a_hold(tmp_path: Path) -> None:
    clock = HandClock(at(9.5 * DAY_S))
    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        await days_of(archive, 10)
        await days_of(archive, 10, "door")
        await archive.add_hold(hold("h1", 2 * DAY_S, 2 * DAY_S + 1))
        await archive.keep({"gate": 3})
        clock.advance(3)
        volume = archive.volumes[0]
        await until(lambda: volume.counters.deleted_segments >= 6)
        await archive.settled()
        assert await starts(archive) == [2 * DAY_S, 7 * DAY_S, 8 * DAY_S, 9 * DAY_S]
        assert len(await starts(archive, "door")) == 10
        line = await archive.timeline("gate", "main", 0, 2 * START_90K)
        assert line.gaps[0].cause is GapCause.RETENTION
        assert line.gaps[0].from_90k == at(0)
        assert line.gaps[0].to_90k == at(2 * DAY_S)
        with pytest.raises(NoFootage):
            await archive.clip("gate", "main", at(0), at(3))
        assert (await archive.check()).mismatches == ()
        await archive.remove_hold("h1")
        clock.advance(3)
        await until(lambda: volume.counters.deleted_segments == 7)
        await archive.settled()
        assert (await starts(archive))[0] == 7 * DAY_S
        before = await archive.timeline("gate", "main", 0, 2 * START_90K)
        await archive.reindex()
        assert await archive.timeline("gate", "main", 0, 2 * START_90K) == before
    assert len(files_of(tmp_path)) == 13


async def test_a_quota_takes_the_oldest_of_all_cameras(tmp_path: Path) -> None:
    clock = HandClock(at(9.5 * DAY_S))
    quota = Quota(max_bytes=1 << 40, min_free_bytes=0)
    async with Archive(one_volume(tmp_path, quota=quota), clock) as archive:
        await days_of(archive, 4)
        await days_of(archive, 4, "door")
        volume = archive.volumes[0]
        size = (await archive.in_pool(lambda: sum(path.stat().st_size for path in files_of(tmp_path)))) // 8
        await archive.set_quota(Quota(max_bytes=5 * size, min_free_bytes=0))
        clock.advance(3)
        await until(lambda: volume.counters.deleted_segments >= 3)
        await archive.settled()
        kept = await starts(archive), await starts(archive, "door")
        assert sorted(len(one) for one in kept) == [2, 3]
        assert all(one[-1] == 3 * DAY_S for one in kept)


async def test_no_room_under_holds_is_an_alarm_and_a_gap_until_there_is_room(tmp_path: Path) -> None:
    clock = HandClock(at(0))
    alarms: list[DiskAlarm] = []
    async with Archive(one_volume(tmp_path, quota=FREE), clock, on_alarm=alarms.append) as archive:
        recorder = archive.recorder("gate", "main")
        run = new_run()
        record(recorder, run, 10)
        await archive.add_hold(hold("h1", 0, 1000))
        await archive.set_quota(Quota(max_bytes=1000, min_free_bytes=0))
        clock.advance(10)
        await until(lambda: alarms)
        assert alarms[0].cause is GapCause.DISK_FULL
        record(recorder, run, 4, 10)
        await archive.settled()
        assert not recorder.recording
        assert recorder.gap is GapCause.DISK_FULL
        await archive.set_quota(FREE)
        clock.advance(4)
        await until(lambda: len(alarms) == 2)
        record(recorder, run, 4, 14)
        await archive.settled()
        assert recorder.recording
        line = await archive.timeline("gate", "main", at(0), at(18))
        assert [(gap.from_90k, gap.to_90k, gap.cause) for gap in line.gaps] == [(at(10), at(14), GapCause.DISK_FULL)]


async def test_a_disk_that_does_not_delete_is_an_alarm_and_is_tried_again(tmp_path: Path) -> None:
    clock = HandClock(at(9.5 * DAY_S))
    alarms: list[DiskAlarm] = []
    disk = FaultyDisk()
    settings = one_volume(tmp_path, quota=FREE, disk=disk)
    async with Archive(settings, clock, on_alarm=alarms.append) as archive:
        await days_of(archive, 3)
        disk.inject(Fault(Operation.UNLINK, errno.EIO, matching=".mp4"))
        await archive.keep({"gate": 1})
        clock.advance(3)
        await until(lambda: archive.volumes[0].counters.deleted_segments)
        clock.advance(10)  # files go after the next sync
        await until(lambda: archive.volumes[0].counters.syncs)
        clock.advance(3)
        await until(lambda: alarms)
        assert alarms[0].cause is GapCause.DISK_FAILED
        disk.heal()
        clock.advance(3)
        await until(lambda: len(alarms) == 2)
        assert not files_of(tmp_path)


async def test_files_that_a_crash_left_after_their_deletion_was_noted_go_at_the_next_start(tmp_path: Path) -> None:
    clock = HandClock(at(9.5 * DAY_S))
    disk = FaultyDisk()
    async with Archive(one_volume(tmp_path, quota=FREE, disk=disk), clock) as archive:
        await days_of(archive, 3)
        disk.inject(Fault(Operation.UNLINK, errno.EIO, matching=".mp4"))
        await archive.keep({"gate": 1})
        clock.advance(3)
        await until(lambda: archive.volumes[0].counters.deleted_segments)
        await archive.settled()
    assert len(files_of(tmp_path)) == 3
    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        assert {one.kind for one in (await archive.check(repair=True)).mismatches} <= {"file-deleted"}
        assert not files_of(tmp_path)


async def test_holds_are_listed_kept_and_refused(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(0))) as archive:
        await archive.add_hold(hold("h1", 0, 10))
        await archive.add_hold(hold("h2", 0, 10, "door"))
        with pytest.raises(Conflict):
            await archive.add_hold(hold("h1", 0, 10))
        with pytest.raises(BadInput):
            await archive.add_hold(hold("h3", 10, 10))
        with pytest.raises(NotFound):
            await archive.remove_hold("h9")
        assert [one.id for one in await archive.holds("door")] == ["h2"]
    async with Archive(one_volume(tmp_path), HandClock(at(0))) as archive:
        assert [one.id for one in await archive.holds()] == ["h1", "h2"]
        await archive.remove_hold("h1")
        assert [one.id for one in await archive.holds()] == ["h2"]


async def test_a_clock_that_is_set_far_ahead_deletes_nothing_for_a_day(tmp_path: Path) -> None:
    clock = HandClock(at(9.5 * DAY_S))
    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        await days_of(archive, 10)
        await archive.keep({"gate": 30})
        clock.advance(3)
        await archive.settled()
        clock.step(365 * DAY_S)
        for _ in range(3):
            clock.advance(3)
            await archive.settled()
        assert archive.volumes[0].counters.deleted_segments == 0
        clock.advance(DAY_S)
        await until(lambda: archive.volumes[0].counters.deleted_segments == 10)


async def test_old_journal_files_go_and_what_still_holds_is_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ronda.archive.filing.journal.ROTATE_BYTES", 1500)
    clock = HandClock(at(39.5 * DAY_S))
    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        await archive.add_hold(hold("h1", 39 * DAY_S, 40 * DAY_S))
        await days_of(archive, 40)
        first = {path.name for path in (tmp_path / "volume").glob("journal-*")}
        await archive.keep({"gate": 2})
        volume = archive.volumes[0]
        while volume.counters.deleted_segments < 38:
            clock.advance(3)
            await archive.settled()
        before = await archive.timeline("gate", "main", 0, 2 * START_90K)
        left = {path.name for path in (tmp_path / "volume").glob("journal-*")}
        assert len(first) > 5
        assert not {"journal-000001.jsonl", "journal-000002.jsonl"} & left
        await archive.reindex()
        assert await archive.timeline("gate", "main", 0, 2 * START_90K) == before
        assert before.gaps[0].from_90k == at(0)
        assert [one.id for one in await archive.holds()] == ["h1"]
        assert (await archive.check()).mismatches == ()
