"""Segments that are cut, flipped or garbage: they are read as far as they are whole, and nothing else happens."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.archive.footage import START_90K, decoded, files_of, new_run, one_volume, record
from tests.media.hand_clock import HandClock

from ronda.archive import Archive
from ronda.archive.filing.disk import RealDisk
from ronda.archive.filing.record import Closed, Dropped
from ronda.archive.filing.recovery import finish, scan
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.fmp4.errors import BadMp4
from ronda.media.parameter_sets.encoding import from_decoder_configuration


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """A small finished segment: its path below the volume, and its bytes."""
    folder = tmp_path_factory.mktemp("segment")

    async def make() -> None:
        async with Archive(one_volume(folder), HandClock(START_90K)) as archive:
            record(archive.recorder("gate", "main"), new_run(), 4)

    asyncio.run(make())
    (file,) = files_of(folder)
    return str(file.relative_to(folder / "volume")), file.read_bytes()


def _put(folder: Path, file: str, data: bytes) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, 40_000))
def test_a_cut_file_is_finished_at_its_last_whole_fragment(
    tmp_path: Path, segment: tuple[str, bytes], cut: int
) -> None:
    file, data = segment
    path = _put(tmp_path, file, data[:cut])
    done = finish(tmp_path, file, RealDisk())
    if isinstance(done, Dropped):
        assert not path.exists()
        return
    assert isinstance(done, Closed)
    assert scan(path).finished
    pictures = round((done.end_90k - done.start_90k) / HZ_90K * 25)
    assert pictures % 5 == 0
    if cut % 7 == 0 or cut >= len(data):
        assert len(decoded(path)) == pictures


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    at=st.integers(0, 3000),
    with_what=st.binary(min_size=1, max_size=40),
)
def test_flipped_bytes_are_survived(tmp_path: Path, segment: tuple[str, bytes], at: int, with_what: bytes) -> None:
    file, data = segment
    path = _put(tmp_path, file, data[:at] + with_what + data[at + len(with_what) :])
    try:
        found = scan(path)
    except BadMp4:
        return
    assert found.whole_bytes <= found.size
    assert isinstance(finish(tmp_path, file, RealDisk()), Closed | Dropped)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=400))
def test_garbage_is_no_segment(tmp_path: Path, data: bytes) -> None:
    path = _put(tmp_path, "gate/main/2026-01-01/000000.000Z-abc.mp4", data)
    with pytest.raises(BadMp4):
        scan(path)


def _units(path: Path) -> Iterator[AccessUnit]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.extradata is not None
        encoding = from_decoder_configuration(Codec.H264, stream.codec_context.extradata)
        for number, packet in enumerate(container.demux(stream)):
            if packet.size:
                assert packet.pts is not None
                assert packet.dts is not None
                assert stream.time_base is not None
                pts, dts = (round(time * stream.time_base * HZ_90K) for time in (packet.pts, packet.dts))
                yield AccessUnit(bytes(packet), pts, dts, 0.0, packet.is_keyframe, None if number else encoding)


async def test_a_film_with_b_frames_is_taken_in_and_comes_back_in_order(tmp_path: Path, shared_assets: Path) -> None:
    film = shared_assets / "videos" / "one-by-one-person-detection.mp4"
    units = await asyncio.to_thread(lambda: list(_units(film)))

    async def feed() -> AsyncIterator[AccessUnit]:
        for unit in units:
            yield unit

    async def nothing() -> AsyncIterator[AccessUnit]:
        for unit in units[1:3]:
            yield unit

    assert any(unit.pts_90k != unit.dts_90k for unit in units)
    async with Archive(one_volume(tmp_path), HandClock(START_90K)) as archive:
        run = await archive.import_footage("gate", "main", feed(), START_90K)
        line = await archive.timeline("gate", "main", START_90K, START_90K + 3600 * HZ_90K)
        assert len(line.coverage) == 1
        (row,) = await archive.segments("gate", "main", START_90K, START_90K + 1)
        assert row.run == run.id
        assert len(row.sha256) == 64
        with pytest.raises(BadInput):
            await archive.import_footage("gate", "main", nothing(), START_90K)
    (file,) = files_of(tmp_path)
    shown = await asyncio.to_thread(decoded, file)
    assert shown == sorted(shown)
    assert len(shown) == len(units)
    assert len(set(shown)) == len(shown)
