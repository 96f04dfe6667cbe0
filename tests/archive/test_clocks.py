"""What clocks do: a zone's summer time, a system clock that is set, a camera that is an hour wrong."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.archive.footage import START_90K, files_of, new_run, one_volume, record
from tests.media.hand_clock import HandClock

from ronda.archive import Archive
from ronda.archive.filing.layout import place_of, segment_file
from ronda.archive.filing.recovery import scan
from ronda.archive.reading.cursor import Edge, Played
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.bus.contract import Hours, Recording, RecordingMode
from ronda.bus.hours import within_hours


def at(seconds: float) -> int:
    return START_90K + round(seconds * HZ_90K)


async def test_summer_time_of_the_machines_zone_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    start = parse_rfc3339("2026-10-25T00:57:00Z")  # three minutes before Berlin sets its clocks back
    async with Archive(one_volume(tmp_path), HandClock(start), zone=ZoneInfo("Europe/Berlin")) as archive:
        record(archive.recorder("gate", "main"), new_run(start_90k=start), 600)
        await archive.settled()
        line = await archive.timeline("gate", "main", start, start + 700 * HZ_90K)
        assert [(one.from_90k, one.to_90k) for one in line.coverage] == [(start, start + 600 * HZ_90K)]
        assert line.gaps == ()
    names = [path.name for path in files_of(tmp_path)]
    assert names == sorted(names)
    assert names[0].startswith("005700.000Z-")


async def test_a_system_clock_set_back_an_hour_loses_nothing(tmp_path: Path) -> None:
    clock = HandClock(at(7200))
    async with Archive(one_volume(tmp_path), clock) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(start_90k=at(7200)), 310)
        clock.step(-3600)
        # The stream notices that time runs otherwise, and begins a new run.
        record(recorder, new_run(start_90k=at(3910)), 10)
        clock.advance(330)
        recorder.end(GapCause.SILENT)
        await archive.settled()
        line = await archive.timeline("gate", "main", at(0), at(8000))
        assert [(one.from_90k, one.to_90k) for one in line.coverage] == [
            (at(3910), at(3920)),
            (at(7200), at(7510)),
        ]
        assert (await archive.check()).mismatches == ()
        played = []
        async for piece in archive.fragments("gate", "main", at(3910)):
            if isinstance(piece, Edge):
                break
            if isinstance(piece, Played):
                played.append(piece)
        assert sum(len(one.samples) for one in played) == 320 * 25


async def test_runs_that_overlap_after_a_step_are_played_once(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(100))) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 20)
        record(recorder, new_run(start_90k=at(10)), 20)
        recorder.end(GapCause.SILENT)
        await archive.settled()
        line = await archive.timeline("gate", "main", at(0), at(50))
        assert [(one.from_90k, one.to_90k) for one in line.coverage] == [(at(0), at(30))]
        starts = []
        async for piece in archive.fragments("gate", "main", at(0)):
            if isinstance(piece, Edge):
                break
            if isinstance(piece, Played):
                starts.append(piece.start_90k)
        assert starts == sorted(starts)
        assert len(starts) == 150
        clip = await archive.clip("gate", "main", at(0), at(30))
        assert clip.spans == ((at(0), at(30)),)
        clip.close()


async def test_a_camera_an_hour_wrong_is_on_our_time_and_its_offset_is_kept(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(0))) as archive:
        record(archive.recorder("gate", "main"), new_run(clock_offset_90k=-3600 * HZ_90K), 4)
    (file,) = files_of(tmp_path)
    found = scan(file).head.anchor
    assert found.start_90k == START_90K
    assert found.clock_offset_90k == -3600 * HZ_90K


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-20T21:59", False),  # a Friday
        ("2026-11-20T22:00", True),
        ("2026-11-21T04:59", True),  # Friday's night reaches into Saturday
        ("2026-11-21T05:00", False),
        ("2026-11-21T22:30", False),
        ("2026-11-22T08:00", True),
        ("2026-11-22T16:00", False),
    ],
)
def test_hours_are_the_citys_and_reach_over_midnight(local: str, expected: bool) -> None:
    hours = (
        Hours(weekdays=(4,), from_minute=22 * 60, to_minute=5 * 60),
        Hours(weekdays=(6,), from_minute=8 * 60, to_minute=16 * 60),
    )
    zone = ZoneInfo("Asia/Jakarta")
    moment = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert within_hours(hours, round(moment.timestamp()) * HZ_90K, zone) is expected


async def test_recording_by_schedule_and_by_event_with_its_pre_roll(tmp_path: Path) -> None:
    clock = HandClock(at(0))
    minute = (START_90K // HZ_90K // 60) % 1440
    hours = (Hours(from_minute=(minute + 1) % 1440, to_minute=(minute + 2) % 1440),)
    async with Archive(one_volume(tmp_path), clock) as archive:
        wanted = Recording(mode=RecordingMode.SCHEDULE, hours=hours)
        start = START_90K - START_90K % (60 * HZ_90K)
        record(archive.recorder("gate", "main", wanted), new_run(start_90k=start), 180)
        event = archive.recorder("door", "main", Recording(mode=RecordingMode.EVENT, pre_roll_s=10))
        run = new_run("door")
        record(event, run, 60)
        event.trigger(20)
        record(event, run, 20, 60)
        clock.advance(30)
        record(event, run, 20, 80)
        await archive.settled()
        line = await archive.timeline("gate", "main", at(-60), at(200))
        assert [(one.from_90k, one.to_90k) for one in line.coverage] == [(start + 60 * HZ_90K, start + 120 * HZ_90K)]
        line = await archive.timeline("door", "main", at(-60), at(200))
        covered = [(one.from_90k, one.to_90k) for one in line.coverage]
        assert covered == [(at(48), at(80))]  # whole GOPs, at least the pre-roll
        assert event.gap is GapCause.SCHEDULE


def test_a_segments_name_says_when_to_the_millisecond() -> None:
    moment = parse_rfc3339("2026-11-21T19:14:05.678Z") + 77
    name = segment_file("gate", "main", "0123456789ab", moment)
    assert name == "gate/main/2026-11-21/191405.678Z-0123456789ab.mp4"
    place = place_of(name)
    assert place is not None
    assert place.start_90k == moment - 77
    assert place_of("gate/main/2026-11-41/191405.678Z-0123456789ab.mp4") is None
    assert place_of("journal-000001.jsonl") is None
