"""Streams: leases, sinks, taps, states, ends."""

import asyncio
import io
import itertools
from functools import partial

import av
import pytest
from tests.media.film_source import FilmSources, until
from tests.media.pictures import Film, encode, encoding

from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import NotFound
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.access_unit import AccessUnit
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes
from ronda.media.fragment import Fragment, Run
from ronda.media.leases import Purpose
from ronda.media.ring import RingLimits, StreamClosed
from ronda.media.sources.contract import SourceCounters, SourceListener
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams
from ronda.media.tap import units_of


class Recorder:
    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.fragments: list[Fragment] = []
        self.ends: list[GapCause] = []

    def begin(self, run: Run) -> None:
        self.runs.append(run)

    def fragment(self, fragment: Fragment) -> None:
        self.fragments.append(fragment)

    def end(self, cause: GapCause) -> None:
        self.ends.append(cause)


def short() -> Streams:
    return Streams(SystemClock(), StreamSettings(linger_s=0.05, restart_s=0.05))


async def test_a_stream_runs_while_it_is_held_and_there_is_one_pull() -> None:
    sources = FilmSources()
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        assert not sources.opened
        with stream.lease(Purpose.VIEW), stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
            assert len(sources.opened) == 1
            assert stream.state_now is SourceState.RUNNING
            assert stream.viewers == 1
        with stream.lease(Purpose.VIEW):
            await asyncio.sleep(0.1)
            assert len(sources.opened) == 1
        await until(lambda: stream.state_now is SourceState.IDLE)
        assert stream.bytes_held == 0
        with stream.lease(Purpose.STILL):
            await until(lambda: stream.newest)
        assert len(sources.opened) == 2


async def test_the_source_is_told_whether_somebody_watches() -> None:
    sources = FilmSources()
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.RECORD):
            await until(lambda: sources.opened)
            with stream.lease(Purpose.VIEW):
                await asyncio.sleep(0.01)
            assert sources.opened[0].watched == [False, True, False]


async def test_a_recorder_gets_every_fragment_from_a_keyframe_and_the_causes() -> None:
    sources = FilmSources(at_once=60)
    recorder = Recorder()
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
            stream.attach(recorder)
            assert recorder.fragments[0].keyframe
            await until(lambda: len(recorder.fragments) >= 5)
            sources.opened[0].fail(SourceState.SILENT, "nothing comes", GapCause.SILENT)
            assert recorder.ends == [GapCause.SILENT]
            sources.opened[0].fail(SourceState.REFUSED, "wrong password", GapCause.CREDENTIALS)
        assert stream.status().reason == "wrong password"
    assert recorder.ends == [GapCause.SILENT, GapCause.CREDENTIALS, GapCause.NODE_STOPPED]
    sequences = [part.sequence for part in recorder.fragments]
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))
    data = recorder.runs[0].init + b"".join(part.moof + part.mdat for part in recorder.fragments)
    with av.open(io.BytesIO(data), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) == sum(part.pictures for part in recorder.fragments)


async def test_a_cursor_follows_through_a_change_of_size() -> None:
    sources = FilmSources(Film(pictures=50), Film(width=480, height=270, pictures=50), at_once=75)
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.VIEW):
            cursor = stream.cursor()
            widths = set()
            async with asyncio.timeout(10):
                while 480 not in widths:
                    widths.add((await cursor.next()).run.encoding.width)
            status = stream.status()
    assert status.width == 480
    assert status.state is SourceState.RUNNING
    assert status.fps == 25


async def test_a_tap_gets_pictures_from_a_keyframe_and_drops_to_the_next_one() -> None:
    sources = FilmSources(Film(gop=25), at_once=60)
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.VISION):
            await until(lambda: stream.newest)
            tap = stream.tap(most_pictures=30)
            run, first = await tap.next()
            assert first.keyframe
            assert first.encoding == run.encoding
            second = (await tap.next())[1]
            assert second.dts_90k - first.dts_90k == pytest.approx(3600, abs=2)
            await until(lambda: tap.dropped_pictures)
            await until(lambda: stream.newest and stream.newest.start_90k > first.dts_90k + 3 * HZ_90K)
            later = (await tap.next())[1]
            while not later.keyframe:
                later = (await tap.next())[1]
            assert later.discontinuity
        waiting = asyncio.ensure_future(_drain(tap.next))
        await streams.withdraw("gate")
        with pytest.raises(StreamClosed):
            await waiting


async def _drain(read: object) -> None:
    assert callable(read)
    while True:
        await read()


async def test_withdrawing_ends_viewers_and_another_address_does_not() -> None:
    one, two = FilmSources(), FilmSources(Film(width=480, height=270, pictures=50))
    async with short() as streams:
        stream = streams.offer("gate", "main", one)
        lease = stream.lease(Purpose.VIEW)
        cursor = stream.cursor()
        await cursor.next()
        assert streams.offer("gate", "main", two) is stream
        async with asyncio.timeout(10):
            while (await cursor.next()).run.encoding.width != 480:
                pass
        assert len(two.opened) == 1
        await streams.withdraw("gate")
        with pytest.raises(StreamClosed):
            await cursor.next()
        with pytest.raises(NotFound, match="no camera 'gate'"):
            streams.get("gate", "main")
        with pytest.raises(NotFound):
            stream.lease(Purpose.VIEW)
        lease.close()


async def test_a_failing_supervisor_is_started_again_and_harms_no_other() -> None:
    class Broken:
        def __init__(self, listener: SourceListener, counters: SourceCounters) -> None:
            self.listener = listener

        def watch(self, watched: bool) -> None:
            pass

        async def run(self) -> None:
            raise ValueError("a bug")

    good = FilmSources()
    async with short() as streams:
        broken, stream = streams.offer("bad", "main", Broken), streams.offer("good", "main", good)
        with broken.lease(Purpose.RECORD), stream.lease(Purpose.RECORD):
            await until(lambda: broken.failures >= 2 and stream.newest)
            assert broken.cause is GapCause.UNKNOWN
            assert "ValueError" in (broken.reason or "")


async def test_a_late_picture_does_not_hold_back_those_before_it() -> None:
    sources = FilmSources(at_once=28)
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.VIEW):
            await until(lambda: sources.opened and sources.opened[0].counters.pictures >= 28)
            sources.opened[0].broken = True
            await until(lambda: stream.newest and stream.newest.start_90k + stream.newest.duration_90k >= 28 * 3600)


async def test_followers_hear_of_states_and_runs() -> None:
    sources = FilmSources()
    heard: list[SourceState] = []
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        stop = stream.follow(lambda stream: heard.append(stream.state_now))
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
        await until(lambda: stream.state_now is SourceState.IDLE)
        stop()
    assert heard == [SourceState.CONNECTING, SourceState.RUNNING, SourceState.RUNNING, SourceState.IDLE]


async def test_a_sink_that_comes_in_the_middle_of_an_endless_gop_waits_for_a_keyframe() -> None:
    sources = FilmSources(Film(gop=100, pictures=100, noise=True), at_once=60)
    settings = StreamSettings(linger_s=0.05, ring=RingLimits(most_bytes=20_000))
    async with Streams(SystemClock(), settings) as streams:
        stream = streams.offer("gate", "main", sources)
        recorder, heard = Recorder(), []
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
            assert stream.newest_keyframe is None
            stream.attach(recorder)
            stop = stream.listen(lambda run, unit: heard.append(unit))
            await until(lambda: recorder.fragments and len(heard) > 1)
            stop()
    assert recorder.fragments[0].keyframe
    assert recorder.runs == [recorder.fragments[0].run]
    assert heard[0].keyframe
    assert heard[0].encoding == recorder.runs[0].encoding


async def test_one_cause_is_told_once_however_often_it_is_dialled() -> None:
    sources = FilmSources(at_once=30)
    recorder = Recorder()
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        stream.attach(recorder)
        with stream.lease(Purpose.RECORD):
            await until(lambda: stream.newest)
            recorder.ends.clear()
            for attempt in range(5):
                sources.opened[0].fail(SourceState.CONNECTING, None, GapCause.UNREACHABLE)
                sources.opened[0].fail(SourceState.BACKING_OFF, f"attempt {attempt}", GapCause.UNREACHABLE)
            assert recorder.ends == [GapCause.UNREACHABLE]


async def test_a_lease_taken_while_the_stream_stops_starts_it_again() -> None:
    sources = FilmSources()
    async with Streams(SystemClock(), StreamSettings(linger_s=0.0)) as streams:
        stream = streams.offer("gate", "main", sources)
        for _ in range(5):
            with stream.lease(Purpose.STILL):
                await asyncio.sleep(0)
            await asyncio.sleep(0.001)
        with stream.lease(Purpose.VIEW):
            await until(lambda: stream.newest)
            assert stream.active
        await until(lambda: not stream.active)


async def test_a_tap_gets_a_long_gop_whole() -> None:
    sources = FilmSources(Film(gop=100, pictures=100), at_once=90)
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.VISION):
            await until(lambda: stream.newest and stream.newest.start_90k > 80 * 3600)
            tap = stream.tap(most_pictures=10)
            assert len(tap.waiting()) >= 80
            assert tap.dropped_pictures == 0


def _note(times: list[int], _run: Run, unit: AccessUnit) -> None:
    times.append(unit.dts_90k)


async def test_who_joins_within_a_fragment_misses_none_of_its_pictures() -> None:
    sources = FilmSources(Film(gop=100, pictures=100), at_once=30)
    async with short() as streams:
        stream = streams.offer("gate", "main", sources)
        with stream.lease(Purpose.RESERVE):
            await until(lambda: stream.newest)
            seen: list[list[int]] = []
            for _ in range(8):  # at other places within a fragment of five pictures each time
                await asyncio.sleep(0.047)
                times: list[int] = []
                seen.append(times)
                stream.listen(partial(_note, times))
            await asyncio.sleep(0.3)
            assert all(len(times) > 30 for times in seen)
            # A lost picture is a step of 3600 more; the correction of drift is far less.
            assert all(later - earlier < 5400 for times in seen for earlier, later in itertools.pairwise(times))


def test_pictures_come_out_of_a_fragment_as_they_went_in() -> None:
    film = Film(b_frames=2)
    units = encode(film)[:5]
    samples = [Sample(len(unit.data), 3600, unit.pts_90k - unit.dts_90k, unit.keyframe) for unit in units]
    moof, mdat = fragment_boxes(samples, [unit.data for unit in units], 0, 0)
    run = Run("r", "gate", "main", encoding(film), 0, b"")
    out = units_of(Fragment(run, 0, True, 0, 18_000, 5, moof, mdat, 1.0), first=True)
    zero = units[0].dts_90k
    assert [unit.data for unit in out] == [unit.data for unit in units]
    assert [unit.pts_90k for unit in out] == [unit.pts_90k - zero for unit in units]
    assert [unit.dts_90k for unit in out] == [unit.dts_90k - zero for unit in units]
    assert out[0].encoding == encoding(film)
