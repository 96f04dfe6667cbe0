"""A node follows its assignment: what is given, changed, taken away, and what it tells of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anyio import to_thread
from tests.node.conftest import NOBODY, Town, open_town, recording, spec, until

from ronda.archive.filing.segment_reader import SegmentReader
from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.time import HZ_90K
from ronda.bus.contract import (
    ArchiveCheckReport,
    ArchiveCheckRequest,
    Done,
    RecordingMode,
    TriggerRecording,
    request_subject,
)
from ronda.media.leases import Purpose
from ronda.node.media import RecordedPictures


async def covered_s(town: Town, id: str) -> float:
    told = await town.timeline(id)
    return sum(span.to_90k - span.from_90k for span in told.coverage) / HZ_90K


async def test_it_asks_for_its_cameras_and_records_them(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        await until(lambda: any(status.recording for status in town.told))
    assert list(tmp_path.rglob("*.mp4"))


async def test_an_older_assignment_changes_nothing_and_every_file_carries_the_newest(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await town.assign(spec("gate", film), spec("lane", film), revision=7)
        await until(lambda: recording(town, "lane"))
        await town.assign(revision=6)
        await asyncio.sleep(0.1)
        assert town.node.status("lane") is not None
    file = next((tmp_path / "volume" / "lane").rglob("*.mp4"))
    reader = await to_thread.run_sync(SegmentReader, file)
    with reader:
        assert (await to_thread.run_sync(reader.head)).anchor.revision == 7


async def test_what_is_unchanged_goes_on_undisturbed(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        run = town.node.streams.get("gate", "main").run
        await town.assign(spec("gate", film, days=3), spec("lane", film))
        await until(lambda: recording(town, "lane"))
        assert town.node.streams.get("gate", "main").run is run


async def test_a_camera_that_is_taken_away_keeps_its_footage(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        await town.assign()
        await until(lambda: town.node.status("gate") is None)
        await town.node.archive.settled()
        assert (await town.timeline("gate")).coverage
        with pytest.raises(NotFound):
            town.node.streams.get("gate", "main")


async def test_a_changed_address_goes_on_recording_in_a_new_run(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        before = town.node.streams.get("gate", "main").run
        await town.assign(spec("gate", NOBODY))
        await until(lambda: not recording(town, "gate"))
        status = town.node.status("gate")
        assert status is not None
        assert status.gap is GapCause.UNREACHABLE
        await asyncio.sleep(0.8)  # shorter holes are joined
        await town.assign(spec("gate", film))
        await until(lambda: recording(town, "gate"))
        assert town.node.streams.get("gate", "main").run is not before
        await town.node.archive.settled()
        assert len((await town.timeline("gate")).coverage) == 2


async def test_hours_decide_when_it_is_recorded(tmp_path: Path, film: str) -> None:
    tomorrow = (datetime.now(UTC).weekday() + 2) % 7
    hours = [{"weekdays": [tomorrow], "from_minute": 0, "to_minute": 60}]
    always = [{"weekdays": list(range(7)), "from_minute": 0, "to_minute": 1440}]
    async with open_town(tmp_path, spec("gate", film, RecordingMode.SCHEDULE, hours=hours)) as town:
        await asyncio.sleep(0.2)
        status = town.node.status("gate")
        assert status is not None
        assert not status.recording
        assert status.profiles["main"].state is SourceState.IDLE
        await town.assign(spec("gate", film, RecordingMode.SCHEDULE, hours=always))
        await until(lambda: recording(town, "gate"))
        await town.assign(spec("gate", film, RecordingMode.SCHEDULE, hours=hours))
        await until(lambda: not recording(town, "gate"))
        await town.node.archive.settled()
        assert [gap.cause for gap in (await town.timeline("gate")).gaps] in ([], [GapCause.SCHEDULE])


async def test_an_event_is_recorded_with_what_came_before_it(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film, RecordingMode.EVENT, pre_roll_s=5)) as town:
        subject = request_subject("local", "trigger")
        stream = town.node.streams.get("gate", "main")
        await until(lambda: stream.counters.pictures > 60)
        assert await covered_s(town, "gate") == 0
        await town.bus.request(subject, TriggerRecording(camera="gate", seconds=2), Done)
        await until(lambda: recording(town, "gate"))
        await until(lambda: not recording(town, "gate"))
        await town.node.archive.settled()
        assert 3.0 < await covered_s(town, "gate") < 8.0
        await town.assign(spec("gate", film))
        await until(lambda: recording(town, "gate"))
        with pytest.raises(BadInput, match="not recorded at events"):
            await town.bus.request(subject, TriggerRecording(camera="gate", seconds=2), Done)


async def test_after_a_restart_the_last_recorded_picture_is_known(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        await asyncio.sleep(0.3)
        before = town.node.status("gate")
    async with open_town(tmp_path, spec("gate", NOBODY), spec("new", NOBODY)) as town:
        await until(lambda: getattr(town.node.status("gate"), "last_picture", None))
        status, fresh = town.node.status("gate"), town.node.status("new")
        assert status is not None
        assert before is not None
        assert fresh is not None
        assert status.last_picture is not None
        assert before.last_picture is not None
        assert abs(status.last_picture - before.last_picture) < 2 * HZ_90K
        assert fresh.last_picture is None
        pictures = RecordedPictures(town.node)
        assert (await pictures.last_keyframe("gate")).utc_90k <= status.last_picture
        with pytest.raises(NotFound):
            await pictures.last_keyframe("new")


async def test_a_camera_that_comes_and_goes_is_told_of_once_a_second(tmp_path: Path) -> None:
    async with open_town(tmp_path, spec("gate", NOBODY)) as town:
        await asyncio.sleep(0.5)
        town.told.clear()
        for _ in range(12):
            town.node.reports.camera_changed("gate")
            await asyncio.sleep(0.1)
        assert 1 <= len(town.told) <= 3


async def test_the_archive_is_cared_for_by_one_at_a_time(tmp_path: Path, film: str) -> None:
    subject = request_subject("local", "archive-check")
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        first, second = await asyncio.gather(
            town.bus.request(subject, ArchiveCheckRequest(), ArchiveCheckReport),
            town.bus.request(subject, ArchiveCheckRequest(hashes=False), ArchiveCheckReport),
            return_exceptions=True,
        )
        assert isinstance(first, ArchiveCheckReport)
        assert isinstance(second, Conflict)


async def test_a_viewer_and_the_recorder_share_one_pull(tmp_path: Path, film: str) -> None:
    async with open_town(tmp_path, spec("gate", film)) as town:
        await until(lambda: recording(town, "gate"))
        stream = town.node.streams.get("gate", "main")
        run = stream.run
        with stream.lease(Purpose.VIEW):
            assert stream.viewers == 1
            assert stream.run is run
