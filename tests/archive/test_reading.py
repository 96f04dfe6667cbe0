"""Clips, playback, stills: the same pictures come back, at the right times, in the right order."""

import asyncio
import io
import itertools
from pathlib import Path

import av
import pytest
from tests.archive.footage import FILM, START_90K, new_run, one_volume, record, slowly
from tests.media.hand_clock import HandClock
from tests.media.pictures import Film

from ronda.archive import Archive
from ronda.archive.errors import NoFootage
from ronda.archive.filing.segment_reader import SegmentReader
from ronda.archive.reading.cursor import Edge, Piece, Played
from ronda.archive.reading.media_time import MediaTime
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.bus.contract import Gap
from ronda.media.access_unit import Codec
from ronda.media.fmp4.writer import init_segment
from ronda.media.fragment import Origin

B_FILM = Film(width=160, height=96, gop=50, pictures=100, bitrate=60_000, b_frames=2)
SMALL = Film(width=128, height=96, gop=50, pictures=50, bitrate=60_000)


def at(seconds: float) -> int:
    return START_90K + round(seconds * HZ_90K)


def times(data: bytes) -> list[float]:
    """Return when each decoded picture is shown."""
    with av.open(io.BytesIO(data), mode="r") as container:
        return [float(frame.time) for frame in container.decode(video=0) if frame.time is not None]


async def whole(archive: Archive, from_s: float, to_s: float) -> tuple[bytes, tuple[tuple[int, int], ...], int | None]:
    clip = await archive.clip("gate", "main", at(from_s), at(to_s))
    try:
        data = await archive.in_pool(
            lambda: b"".join(clip.read(start, 10_000) for start in range(0, clip.size, 10_000))
        )
        assert len(data) == clip.size
        assert await archive.in_pool(lambda: clip.read(clip.size - 100, 1000)) == data[-100:]
        return data, clip.spans, clip.changed_at_90k
    finally:
        clip.close()


async def read_until_edge(archive: Archive, from_s: float, *, keyframes_only: bool = False) -> list[Piece]:
    pieces: list[Piece] = []
    async for piece in archive.fragments("gate", "main", at(from_s), keyframes_only=keyframes_only):
        pieces.append(piece)
        if isinstance(piece, Edge):
            break
    return pieces


@pytest.fixture(params=["written", "growing"])
def finished(request: pytest.FixtureRequest) -> bool:
    return str(request.param) == "written"


@pytest.mark.parametrize("film", [FILM, B_FILM], ids=["plain", "b-frames"])
async def test_a_clip_is_cut_at_keyframes_and_joined_over_gaps(tmp_path: Path, finished: bool, film: Film) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(400))) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(film=film), 10, film=film)
        recorder.end(GapCause.SILENT)
        record(recorder, new_run(start_90k=at(20), film=film), 310, film=film)
        if finished:
            recorder.end(GapCause.SILENT)
        await archive.settled()
        data, spans, changed = await whole(archive, 7, 24)
        assert changed is None
        assert spans == ((at(6), at(10)), (at(20), at(24)))
        shown = times(data)
        assert len(shown) == 8 * 25
        assert shown == sorted(shown)
        assert max(b - a for a, b in itertools.pairwise(shown)) == pytest.approx(0.04, abs=0.001)
        # Over a change of files.
        data, spans, _ = await whole(archive, 20, 330)
        assert spans == ((at(20), at(330)),)
        shown = times(data)
        assert len(shown) == 310 * 25
        assert shown == sorted(shown)
        with pytest.raises(NoFootage):
            await whole(archive, 12, 18)


async def test_a_clip_ends_where_the_encoding_changes(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(400))) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 4)
        record(recorder, new_run(start_90k=at(4), film=SMALL), 4, film=SMALL)
        await archive.settled()
        data, spans, changed = await whole(archive, 0, 8)
        assert spans == ((at(0), at(4)),)
        assert changed == at(4)
        assert len(times(data)) == 100


@pytest.mark.parametrize("film", [FILM, B_FILM], ids=["plain", "b-frames"])
async def test_playback_starts_at_the_moment_asked_for_and_tells_gaps(
    tmp_path: Path, finished: bool, film: Film
) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(400))) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(film=film), 10, film=film)
        recorder.end(GapCause.SILENT)
        record(recorder, new_run(start_90k=at(20), film=film), 310, film=film)
        if finished:
            recorder.end(GapCause.UNREACHABLE)
        await archive.settled()
        pieces = await read_until_edge(archive, 7.5)
    gaps = [piece for piece in pieces if isinstance(piece, Gap)]
    assert gaps == [Gap(from_90k=at(10), to_90k=at(20), cause=GapCause.SILENT)]
    played = [piece for piece in pieces if isinstance(piece, Played)]
    assert played[0].start_90k == at(6)
    assert played[0].samples[0].keyframe
    assert played[-1].end_90k == at(330)
    last = pieces[-1]
    assert isinstance(last, Edge)
    assert last.growing is not finished

    media = MediaTime(at(7.5))
    boxes = [media.fragment(piece) for piece in played if piece.start_90k < at(10)]
    shown = times(init_segment(played[0].encoding) + b"".join(one for one in boxes if one))
    assert len(shown) == 100
    assert shown == sorted(shown)
    # Everything before the moment is over within a millisecond or two; then real time goes on.
    late = [time for time in shown if time > 0.003]
    assert late[0] == pytest.approx(0.02, abs=0.003)
    assert late[-1] == pytest.approx(2.46 if film is FILM else 2.54, abs=0.003)
    assert len(late) == pytest.approx(62, abs=2)


async def test_keyframes_alone_last_until_the_next(tmp_path: Path, finished: bool) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(400))) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 310)
        if finished:
            recorder.end(GapCause.SILENT)
        await archive.settled()
        pieces = await read_until_edge(archive, 0, keyframes_only=True)
        played = [piece for piece in pieces if isinstance(piece, Played)]
        assert len(played) == (155 if finished else 154)
        assert all(len(piece.samples) == 1 for piece in played)
        assert [piece.start_90k for piece in played[:3]] == [at(0), at(2), at(4)]
        assert all(piece.end_90k - piece.start_90k == 2 * HZ_90K for piece in played)


async def test_playback_follows_the_growing_edge_into_the_next_run(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(0))) as archive:
        recorder = archive.recorder("gate", "main")
        first, second = new_run(), new_run(start_90k=at(4))
        record(recorder, first, 2)
        await archive.settled()
        ends: list[float] = []
        async with asyncio.timeout(10):
            async for piece in archive.fragments("gate", "main", at(0)):
                if isinstance(piece, Played):
                    ends.append((piece.end_90k - START_90K) / HZ_90K)
                    continue
                assert isinstance(piece, Edge)
                if ends[-1] == pytest.approx(2):
                    record(recorder, first, 2, 2)
                elif ends[-1] == pytest.approx(4):
                    record(recorder, second, 2)
                else:
                    break
                await archive.settled()
        assert ends == pytest.approx([0.2 * number for number in range(1, 31)])


async def test_a_still_of_a_moment_is_the_keyframe_before_it(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(0))) as archive:
        record(archive.recorder("gate", "main"), new_run(), 10)
        await archive.settled()
        found = await archive.keyframe_at("gate", "main", at(5.5))
        assert found.start_90k == at(4)
        assert found.encoding.codec is Codec.H264
        assert len(found.payload) == found.samples[0].size
        with pytest.raises(NoFootage):
            await archive.keyframe_at("gate", "main", at(60))


async def test_older_footage_that_comes_later_takes_its_place(tmp_path: Path) -> None:
    async with Archive(one_volume(tmp_path), HandClock(at(200))) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(start_90k=at(100)), 10)
        await archive.settled()
        pieces = await read_until_edge(archive, 0)
        assert pieces[0] == Gap(from_90k=at(0), to_90k=at(100), cause=GapCause.UNKNOWN)
        for start in (40, 0, 60):  # in any order, as a recorder gives them back
            run = new_run(start_90k=at(start), origin=Origin.FETCHED)
            await archive.import_run(run, slowly(run, 20), GapCause.UNREACHABLE)
        line = await archive.timeline("gate", "main", at(-10), at(105))
        assert [(one.from_90k, one.to_90k) for one in line.coverage] == [
            (at(0), at(20)),
            (at(40), at(80)),
            (at(100), at(105)),
        ]
        assert [(one.from_90k, one.to_90k, one.cause) for one in line.gaps] == [
            (at(20), at(40), GapCause.UNREACHABLE),
            (at(80), at(100), GapCause.UNREACHABLE),
        ]
        await archive.note_gap("gate", "main", at(90), GapCause.SILENT)
        line = await archive.timeline("gate", "main", at(85), at(95))
        assert [(one.from_90k, one.cause) for one in line.gaps] == [
            (at(85), GapCause.UNREACHABLE),
            (at(90), GapCause.SILENT),
        ]
        archive.fence(7)
        record(recorder, new_run(start_90k=at(110)), 4)
        await archive.settled()
        growing = archive.volumes[0].growing("gate", "main")[-1]
        with await archive.in_pool(lambda: SegmentReader(growing.path)) as reader:
            assert (await archive.in_pool(reader.head)).anchor.revision == 7
