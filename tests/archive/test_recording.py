"""What is recorded is on the disk as it should be, and the timeline says so."""

import asyncio
from pathlib import Path

from tests.archive.footage import FILM, START_90K, decoded, files_of, new_run, one_volume, record, settled
from tests.media.hand_clock import HandClock

from ronda.archive import Archive
from ronda.archive.filing.recovery import scan, sha256_of
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.bus.contract import Gap, Span
from ronda.media.fmp4.reader import file_boxes


async def test_a_recorded_run_is_files_that_play_and_one_stretch_of_coverage(tmp_path: Path) -> None:
    clock = HandClock(START_90K)
    async with Archive(one_volume(tmp_path), clock) as archive:
        recorder = archive.recorder("gate", "main")
        run = new_run(clock_offset_90k=3600 * HZ_90K)
        record(recorder, run, 640)
        await settled(archive)
        clock.advance(641)
        line = await archive.timeline("gate", "main", START_90K - HZ_90K, START_90K + 700 * HZ_90K)
        assert line.coverage == (Span(from_90k=START_90K, to_90k=START_90K + 640 * HZ_90K),)
        assert line.gaps == ()
        assert recorder.recording
        recorder.end(GapCause.UNREACHABLE)
        await settled(archive)
        line = await archive.timeline("gate", "main", START_90K + 600 * HZ_90K, START_90K + 700 * HZ_90K)
        assert line.gaps == (
            Gap(from_90k=START_90K + 640 * HZ_90K, to_90k=START_90K + 641 * HZ_90K, cause=GapCause.UNREACHABLE),
        )
        assert recorder.gap is GapCause.UNREACHABLE
    await asyncio.to_thread(_look_at_files, tmp_path, run.id)


async def test_a_second_life_continues_the_timeline(tmp_path: Path) -> None:
    clock = HandClock(START_90K)
    async with Archive(one_volume(tmp_path), clock) as archive:
        record(archive.recorder("gate", "main"), new_run(), 10)
        clock.advance(10)
    clock.advance(60)
    async with Archive(one_volume(tmp_path), clock) as archive:
        record(archive.recorder("gate", "main"), new_run(start_90k=clock.utc_90k()), 4)
        await settled(archive)
        line = await archive.timeline("gate", "main", 0, 2 * START_90K)
    second = START_90K + 70 * HZ_90K
    assert line.coverage == (
        Span(from_90k=START_90K, to_90k=START_90K + 10 * HZ_90K),
        Span(from_90k=second, to_90k=second + 4 * HZ_90K),
    )
    assert line.gaps == (Gap(from_90k=START_90K + 10 * HZ_90K, to_90k=second, cause=GapCause.NODE_STOPPED),)


def _look_at_files(folder: Path, run_id: str) -> None:
    files = files_of(folder)
    assert len(files) in (3, 4)
    assert sum(len(decoded(file)) for file in files) == 640 * FILM.fps
    for file in files:
        found = scan(file)
        assert found.finished
        assert found.head.anchor.run == run_id
        assert found.head.anchor.clock_offset_90k == 3600 * HZ_90K
        with file.open("rb") as opened:
            kinds = [box.kind for box in file_boxes(opened)]
        assert kinds[:5] == [b"ftyp", b"moov", b"prft", b"moof", b"mdat"]
        assert kinds[-1] == b"mfra"
        assert sha256_of(file)
        assert decoded(file)[0] == 0
