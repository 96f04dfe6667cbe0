"""Footage of a recorder's archive, fetched into ours: whole, resumed, around holes, held back, with wrong clocks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.archive.footage import one_volume
from tests.media.sources.rtsp.playing import numeric
from tests.peers.profile_g_recorder import ArchiveRecorder

from ronda.archive.archive import Archive
from ronda.archive.errors import VolumeFailed
from ronda.base.causes import GapCause
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.deletion import DeleteByOrder
from ronda.bus.fetching import MakeFetch, SiteFootageRequest
from ronda.media.devices.recordings.recorders import Recorders
from ronda.media.sources.contract import SourceFailed, SourceNothing, SourceRefused, SourceUnsupported
from ronda.node.fetching.work import FetchTools, Progress, fetch, site_footage

CLOCK = SystemClock()
JAKARTA = ZoneInfo("Asia/Jakarta")
NIGHT_90K = (CLOCK.utc_90k() // HZ_90K - 7200) * HZ_90K
"""Two hours ago: days' retention keeps it."""


def at(seconds: float) -> int:
    return NIGHT_90K + round(seconds * HZ_90K)


@dataclass
class Place:
    """An archive, a recorder, and what fetches from one to the other."""

    recorder: ArchiveRecorder
    archive: Archive
    tools: FetchTools
    url: str = ""
    told: list[float] = field(default_factory=list)

    async def fetch(self, begin: float, end: float, **more: object) -> list[tuple[int, int]]:
        order = MakeFetch.model_validate(
            {"id": "0123456789abcdef", "camera": "gate", "recorder": self.recorder.address,
             "from_90k": at(begin), "to_90k": at(end), **more}
        )  # fmt: skip
        self.progress = Progress(lambda: self.told.append(self.progress.fetched_90k / HZ_90K))
        return await fetch(self.tools, order, self.progress)

    async def covered(self, begin: float, end: float) -> list[tuple[float, float]]:
        known = await self.archive.timeline("gate", "main", at(begin), at(end))
        return [
            (round((span.from_90k - NIGHT_90K) / HZ_90K, 1), round((span.to_90k - NIGHT_90K) / HZ_90K, 1))
            for span in known.coverage
        ]


@asynccontextmanager
async def open_place(folder: Path, recorder: ArchiveRecorder) -> AsyncIterator[Place]:
    pool = Pool("devices", 1, 16)
    async with recorder.recording(), Archive(one_volume(folder), CLOCK) as archive:
        place = Place(recorder, archive, None, recorder.live)  # type: ignore[arg-type]
        recorders = Recorders(numeric, CLOCK, pool, JAKARTA)
        place.tools = FetchTools(
            archive, recorders, CLOCK, lambda id: place.url if id == "gate" else None, lambda _: "main"
        )
        yield place
    pool.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A recorder of one channel with a minute of footage, a hole in it."""
    recorder = ArchiveRecorder(channels=1, spans=[(at(0), at(20)), (at(30), at(60))])
    async with open_place(tmp_path, recorder) as made:
        yield made


async def test_what_a_recorder_has_is_listed(place: Place) -> None:
    asked = SiteFootageRequest(camera="gate", recorder=place.recorder.address, from_90k=at(-60), to_90k=at(600))
    told = await site_footage(place.tools, asked)
    assert (told.how, told.exact) == ("onvif", True)
    assert [(span.from_90k, span.to_90k) for span in told.spans] == [(at(0), at(20)), (at(30), at(60))]
    assert told.clock_offset_s is not None
    assert abs(told.clock_offset_s) < 2


async def test_a_stretch_is_fetched_with_the_times_of_its_pictures(place: Place) -> None:
    missing = await place.fetch(5, 50)
    assert await place.covered(-60, 600) == [(5.0, 20.0), (30.0, 50.0)]
    assert [(round((begin - NIGHT_90K) / HZ_90K), round((end - NIGHT_90K) / HZ_90K)) for begin, end in missing] == [
        (20, 30)
    ]
    segments = await place.archive.segments("gate", "main", at(0), at(60))
    assert len(segments) == 2
    assert place.told == sorted(place.told)
    assert abs(place.told[-1] - 35) < 0.2


async def test_what_is_here_is_not_fetched_again(place: Place) -> None:
    await place.fetch(0, 10)
    sent = place.recorder.sent
    await place.fetch(0, 20)
    assert place.recorder.sent - sent <= 12 * 25
    assert await place.covered(0, 30) == [(0.0, 20.0)]
    asked = len(place.recorder.asked)
    await place.fetch(0, 20)
    assert len(place.recorder.asked) == asked, "all of it is here"


async def test_what_a_court_had_deleted_does_not_come_back(place: Place) -> None:
    await place.fetch(0, 15)
    order = DeleteByOrder(id="a" * 16, number="12/Pid", camera="gate", from_90k=at(-10), to_90k=at(60))
    assert (await place.archive.delete_by_order(order)).deleted
    await place.fetch(0, 19)
    assert await place.covered(0, 30) == [(15.0, 19.0)]


async def test_a_connection_that_breaks_is_gone_on_with(place: Place) -> None:
    place.recorder.cuts_s = [4.4, 6.2]
    await place.fetch(0, 20)
    assert await place.covered(0, 30) == [(0.0, 20.0)]
    assert len(place.recorder.asked) == 3


async def test_one_that_breaks_for_good_leaves_what_came(place: Place) -> None:
    place.recorder.cuts_s = [4.4, 0.0]
    with pytest.raises(SourceFailed):
        await place.fetch(0, 20)
    assert (await place.covered(0, 30))[0][1] > 4
    await place.fetch(0, 20)
    assert await place.covered(0, 30) == [(0.0, 20.0)]


async def test_the_line_is_not_used_up(place: Place) -> None:
    began = time.monotonic()
    await place.fetch(0, 10)
    size, fast = place.progress.bytes, time.monotonic() - began
    began = time.monotonic()
    await place.fetch(30, 40, rate_bps=size * 8 // 2)
    assert time.monotonic() - began > max(1.5, fast), "ten seconds of that footage at half of its size a second"


async def test_a_recorder_whose_clock_is_off_is_set_right(tmp_path: Path) -> None:
    recorder = ArchiveRecorder(channels=1, spans=[(at(0 + 300), at(20 + 300))])
    recorder.quirks.clock_offset_s = 300
    async with open_place(tmp_path, recorder) as place:
        await place.fetch(5, 15)
        ((begin, end),) = await place.covered(0, 30)
        assert abs(begin - 5) < 1.6, "the clock is told in whole seconds"
        assert abs(end - 15) < 1.6
        assert "clock=" in recorder.asked[0]


async def test_a_recorder_that_does_not_stamp_its_pictures_says_where_it_begins(tmp_path: Path) -> None:
    recorder = ArchiveRecorder(channels=1, spans=[(at(0), at(20))], stamped=False, lists_holes=False, ends="close")
    async with open_place(tmp_path, recorder) as place:
        await place.fetch(5.5, 15)
        assert await place.covered(0, 30) == [(5.0, 15.0)]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/Streaming/Channels/101", "Streaming/tracks/101?starttime={0:%Y%m%dT%H%M%S}Z&endtime={1:%Y%m%dT%H%M%S}Z"),
        (
            "/cam/realmonitor?channel=1&subtype=0",
            "cam/playback?channel=1&starttime={0:%Y_%m_%d_%H_%M_%S}&endtime={1:%Y_%m_%d_%H_%M_%S}",
        ),
    ],
)
async def test_makers_are_asked_in_the_time_on_their_wall(tmp_path: Path, path: str, asked: str) -> None:
    recorder = ArchiveRecorder(channels=1, spans=[(at(0), at(20))], profile_g=False, stamped=False, zone=JAKARTA)
    async with open_place(tmp_path, recorder) as place:
        place.url = recorder.live.replace("/live/1", path)
        await place.fetch(5, 15)
        assert await place.covered(0, 30) == [(5.0, 15.0)]
        local = [_local(moment) for moment in (at(5), at(15))]
        assert recorder.asked[0] == asked.format(*local)


def _local(utc_90k: int) -> datetime:
    return datetime.fromtimestamp(utc_90k / HZ_90K, JAKARTA)


async def test_a_wrong_password_is_tried_once(place: Place) -> None:
    place.url = place.url.replace("penjaga:", "maling:")
    for _ in range(2):
        with pytest.raises(SourceRefused):
            await place.fetch(0, 10)
    assert place.recorder.refused == 1


async def test_what_cannot_be_had_is_told(place: Place, free_port: Callable[[], int]) -> None:
    with pytest.raises(SourceFailed, match=r"does not (speak ONVIF|answer)"):
        place.recorder, port = ArchiveRecorder(), place.recorder.port
        place.recorder.port = free_port()
        await place.fetch(0, 10)
    place.recorder.port = port
    place.url = "file:///tmp/film.mp4"
    with pytest.raises(SourceUnsupported, match="no recorder"):
        await place.fetch(0, 10)


async def test_which_recording_is_the_cameras_is_not_guessed(tmp_path: Path) -> None:
    recorder = ArchiveRecorder(channels=3, spans=[(at(0), at(20))])
    async with open_place(tmp_path, recorder) as place:
        await place.fetch(0, 5)
        place.url = place.url.replace("/live/1", "/other")
        with pytest.raises(SourceUnsupported, match="which of its 3 recordings"):
            await place.fetch(5, 10)
    recorder = ArchiveRecorder(channels=1)
    async with open_place(tmp_path / "empty", recorder) as place:
        with pytest.raises(SourceNothing):
            await place.fetch(0, 5)


async def test_a_full_disk_is_told_and_what_came_stays(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await place.fetch(0, 5)
    volume = place.archive.volume_of("gate")
    monkeypatch.setattr(volume.health, "fault", GapCause.DISK_FULL)
    with pytest.raises(VolumeFailed):
        await place.fetch(0, 20)
    monkeypatch.undo()
    assert (await place.covered(0, 30))[0][1] >= 5


async def test_what_is_fetched_is_kept_when_asked_for(place: Place) -> None:
    await place.fetch(0, 5, keep_until_90k=CLOCK.utc_90k() + HZ_90K * 3600, by="pak-rt")
    (hold,) = await place.archive.holds("gate")
    assert (hold.from_90k, hold.to_90k, hold.by) == (at(0), at(5), "pak-rt")
    await asyncio.sleep(0)
