"""The index is a cache: lost, damaged, moved, it comes back the same; `check` finds what does not agree."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, files_of, fragments, new_run, one_volume, record
from tests.media.hand_clock import HandClock

from ronda.archive import Archive, Quota, VolumeSettings
from ronda.archive.errors import FolderInUse, VolumeFailed
from ronda.archive.filing.disk import RealDisk
from ronda.archive.filing.journal import Journal, Position, read_journal
from ronda.archive.filing.record import Missing, Stopped, decode, encode
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Hold, Timeline
from ronda.media.fragment import Fragment, Origin

NOW_90K = START_90K + 1000 * HZ_90K
ALL = (START_90K - HZ_90K, NOW_90K)


async def fill(archive: Archive) -> None:
    for camera in ("gate", "door"):
        recorder = archive.recorder(camera, "main")
        record(recorder, new_run(camera), 310)
        recorder.end(GapCause.UNREACHABLE)
        recorder.end(GapCause.CREDENTIALS)
        record(recorder, new_run(camera, start_90k=START_90K + 400 * HZ_90K), 10)
        recorder.end(GapCause.SILENT)
    await archive.add_hold(
        Hold(id="h1", camera="gate", from_90k=START_90K, to_90k=NOW_90K, reason="theft", by="rt3", at=NOW_90K)
    )
    await archive.settled()


async def lines(archive: Archive) -> list[Timeline]:
    return [await archive.timeline(camera, "main", *ALL) for camera in ("gate", "door")]


async def filled(folder: Path) -> list[Timeline]:
    """Make an archive, close it in order, and return what it then says."""
    async with Archive(one_volume(folder), HandClock(NOW_90K)) as archive:
        await fill(archive)
    async with Archive(one_volume(folder), HandClock(NOW_90K)) as archive:
        return await lines(archive)


def _lose(folder: Path) -> None:
    for path in folder.glob("index.db*"):
        path.unlink()


def _damage(folder: Path) -> None:
    _lose(folder)
    (folder / "index.db").write_bytes(b"not a database at all" * 1000)


def _forget_rows(folder: Path) -> None:
    with sqlite3.connect(folder / "index.db") as db:
        db.execute("DELETE FROM coverage")
        db.execute("UPDATE meta SET value = 0 WHERE key = 'bytes'")
    db.close()


async def _sync(work: Callable[..., object], *more: object) -> None:
    await asyncio.to_thread(work, *more)


@pytest.mark.parametrize("harm", [_lose, _damage])
async def test_a_lost_or_damaged_index_is_made_anew_at_start(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    before = await filled(tmp_path)
    assert all(line.coverage for line in before)
    await _sync(harm, tmp_path / "volume")
    async with Archive(one_volume(tmp_path), HandClock(NOW_90K)) as archive:
        assert archive.volumes[0].rebuilt
        assert await lines(archive) == before
        assert [hold.id for hold in await archive.holds()] == ["h1"]
        assert (await archive.check()).mismatches == ()


async def test_reindex_while_recording_gives_the_same(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(NOW_90K)) as archive:
        await fill(archive)
        run = new_run("yard")
        record(archive.recorder("yard", "main"), run, 4)
        await archive.settled()
        before = [*await lines(archive), await archive.timeline("yard", "main", *ALL)]
        await _sync(_forget_rows, tmp_path / "volume")
        report = await archive.reindex()
        assert report.runs == 4
        assert report.files in (6, 8)
        assert [*await lines(archive), await archive.timeline("yard", "main", *ALL)] == before
        record(archive.recorder("yard", "main"), run, 4, 4)
        await archive.settled()
        line = await archive.timeline("yard", "main", *ALL)
        assert line.coverage[0].to_90k == START_90K + 8 * HZ_90K
        assert (await archive.check()).mismatches == ()


async def test_a_lost_journal_costs_causes_and_holds_but_no_footage(tmp_path: Path) -> None:
    before = await filled(tmp_path)
    volume = tmp_path / "volume"

    def lose() -> None:
        _lose(volume)
        for path in volume.glob("journal*"):
            path.unlink()

    await _sync(lose)
    async with Archive(one_volume(tmp_path), HandClock(NOW_90K)) as archive:
        await archive.recovered()
        assert [line.coverage for line in await lines(archive)] == [line.coverage for line in before]
        assert (await archive.check()).mismatches == ()


async def test_a_volume_moves_with_its_index(tmp_path: Path) -> None:
    before = await filled(tmp_path)
    await _sync(shutil.move, tmp_path / "volume", tmp_path / "elsewhere")
    async with Archive([VolumeSettings(tmp_path / "elsewhere")], HandClock(NOW_90K)) as archive:
        assert not archive.volumes[0].rebuilt
        assert await lines(archive) == before


async def test_two_volumes_are_one_archive(tmp_path: Path) -> None:
    await filled(tmp_path)
    settings = [VolumeSettings(tmp_path / "volume"), VolumeSettings(tmp_path / "second")]
    async with Archive(settings, HandClock(NOW_90K)) as archive:
        for camera in ("gate", "door"):
            record(archive.recorder(camera, "main"), new_run(camera, start_90k=START_90K + 500 * HZ_90K), 4)
        await archive.settled()
        assert [len(line.coverage) for line in await lines(archive)] == [3, 3]
        assert len({archive.volume_of(f"camera-{n}").folder for n in range(20)}) == 2


async def test_a_folder_in_use_or_unwritable_is_said_in_one_line(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock()):
        with pytest.raises(FolderInUse, match="already in use"):
            await Archive(one_volume(tmp_path), HandClock()).start()
    (tmp_path / "file").write_text("")
    with pytest.raises(VolumeFailed, match="cannot be written"):
        await Archive([VolumeSettings(tmp_path / "file" / "below")], HandClock()).start()


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 5000)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.rindex(b"mdat") + 40
    data[at] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "kind", "repaired"),
    [
        (_cut, "size", True),
        (_flip, "content", False),
        (Path.unlink, "file-missing", True),
        (lambda path: shutil.copy(path, path.with_name(path.name.replace(".000Z", ".001Z"))), "file-elsewhere", False),
        (lambda path: path.with_name("000000.000Z-0123456789ab.mp4").write_bytes(b"?"), "file-broken", True),
    ],
)
async def test_check_finds_what_does_not_agree(
    tmp_path: Path, harm: Callable[[Path], None], kind: str, repaired: bool
) -> None:
    await filled(tmp_path)
    async with Archive(one_volume(tmp_path), HandClock(NOW_90K)) as archive:
        assert (await archive.check()).mismatches == ()
        await _sync(harm, files_of(tmp_path)[-1])
        found = (await archive.check()).mismatches
        assert [(one.kind, one.repaired) for one in found] == [(kind, False)]
        assert [one.repaired for one in (await archive.check(repair=True)).mismatches] == [repaired]
        left = [one.kind for one in (await archive.check()).mismatches]
        assert left == ([] if repaired else [kind])


async def test_what_is_settled_is_in_the_index_however_busy_the_writer_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Archive(one_volume(tmp_path), SystemClock()) as archive:
        writer, run = archive.volumes[0].writer, new_run(origin=Origin.IMPORTED)
        monkeypatch.setattr(writer, "_measure", lambda _: time.sleep(0.4))  # between what is taken and what is answered

        async def halting() -> AsyncIterator[Fragment]:
            """Come to the end while the writer is at the beginning."""
            for number, fragment in enumerate(fragments(run, 4)):
                if number == 10:
                    await asyncio.sleep(0.3)
                yield fragment

        await archive.import_run(run, halting())
        assert len(await archive.segments("gate", "main", START_90K, START_90K + 600 * HZ_90K)) == 1


async def test_footage_that_was_put_there_is_taken_in(tmp_path: Path) -> None:
    before = await filled(tmp_path / "one")
    async with Archive(one_volume(tmp_path / "two"), HandClock(NOW_90K)) as archive:
        await _sync(shutil.copytree, tmp_path / "one" / "volume" / "gate", tmp_path / "two" / "volume" / "gate")
        found = (await archive.check(repair=True)).mismatches
        assert {(one.kind, one.repaired) for one in found} == {("file-unknown", True)}
        assert (await lines(archive))[0].coverage == before[0].coverage
        assert (await archive.check()).mismatches == ()


async def test_check_finds_and_repairs_a_wrong_index(tmp_path: Path) -> None:
    before = await filled(tmp_path)
    await _sync(_forget_rows, tmp_path / "volume")
    async with Archive(one_volume(tmp_path), HandClock(NOW_90K)) as archive:
        found = (await archive.check(repair=True)).mismatches
        assert {one.kind for one in found} == {"coverage"}
        assert (await archive.check()).mismatches == ()
        assert await lines(archive) == before


def test_a_torn_tail_is_cut_and_a_broken_line_is_skipped(tmp_path: Path) -> None:
    records = [Missing("gate", "main", number, GapCause.SILENT) for number in range(50)]
    journal = Journal(tmp_path, RealDisk())
    journal.append(records)
    whole = journal.position
    journal.close()
    path = tmp_path / "journal-000001.jsonl"
    with path.open("ab") as file:
        file.write(encode(Stopped(1))[:-7])
    again = Journal(tmp_path, RealDisk())
    assert again.position == whole
    assert again.torn_bytes > 0
    again.append([Stopped(2)])
    again.close()
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    read = [line.record for line in read_journal(tmp_path)]
    assert read.count(None) == 1
    assert read[-1] == Stopped(2)
    assert len(read) == 51
    assert next(read_journal(tmp_path, Position(1, whole.offset))).record == Stopped(2)
    assert decode(b"") is None
    assert decode(encode(Stopped(3))[:-1] + b" ") is None


async def test_any_tear_of_the_journal_leaves_footage_and_a_sound_index(tmp_path: Path) -> None:
    before = await filled(tmp_path)
    journal = tmp_path / "volume" / "journal-000001.jsonl"
    data = await asyncio.to_thread(journal.read_bytes)
    for cut in (len(data) // 3, len(data) - 30, 40, 0):
        await asyncio.to_thread(journal.write_bytes, data[:cut])
        async with Archive(one_volume(tmp_path), HandClock(NOW_90K)) as archive:
            await archive.check(repair=True)
            assert [line.coverage for line in await lines(archive)] == [line.coverage for line in before]
            assert (await archive.check()).mismatches == ()


async def test_check_finds_nothing_wrong_in_what_changes_while_it_looks(tmp_path: Path) -> None:
    clock = HandClock(START_90K)
    async with Archive(one_volume(tmp_path, quota=Quota(max_bytes=3_000_000, min_free_bytes=0)), clock) as archive:
        stop = asyncio.Event()

        async def flap() -> None:
            start = START_90K
            while not stop.is_set():
                for camera in ("gate", "door", "yard"):
                    record(archive.recorder(camera, "main"), new_run(camera, start_90k=start), 4)
                    archive.recorder(camera, "main").end(GapCause.UNREACHABLE)
                start += 5 * HZ_90K
                clock.advance(5)
                await asyncio.sleep(0.01)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(flap())
            for _ in range(12):
                report = await archive.check(hashes=False)
                assert report.mismatches == ()
                await asyncio.sleep(0.05)
            await archive.reindex()
            stop.set()
        assert archive.volumes[0].counters.deleted_segments > 0
        assert (await archive.check()).mismatches == ()
