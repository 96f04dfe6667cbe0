"""Fragments: at most 200 ms, never waiting, playable; runs begin when they must."""

import io
from dataclasses import replace
from itertools import pairwise

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.hand_clock import HandClock
from tests.media.pictures import Film, encode, encoding, shifted

from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit
from ronda.media.fmp4.reader import read_moof
from ronda.media.fragment import Fragment, Run
from ronda.media.fragmenter import Fragmenter

OTHER = encoding(Film(width=480, height=270, pictures=50))


class Kept:
    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.fragments: list[Fragment] = []
        self.pictures = 0

    def run_began(self, run: Run) -> None:
        self.runs.append(run)

    def picture_stamped(self, run: Run, unit: AccessUnit, start_90k: int) -> None:
        self.pictures += 1

    def fragment_made(self, fragment: Fragment) -> None:
        assert fragment.run is self.runs[-1]
        self.fragments.append(fragment)


class Bench:
    """A fragmenter whose clock follows the pictures' arrival."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.kept = Kept()
        self.fragmenter = Fragmenter("gate", "main", self.clock, self.kept)

    def push(self, units: list[AccessUnit] | tuple[AccessUnit, ...]) -> None:
        for unit in units:
            due = self.fragmenter.due
            if due is not None and due <= unit.arrival:
                self.clock.move_to(due)
                self.fragmenter.flush(due)
            self.clock.move_to(unit.arrival)
            self.fragmenter.push(unit)


def play(fragments: list[Fragment]) -> list[int]:
    data = fragments[0].run.init + b"".join(part.moof + part.mdat for part in fragments)
    with av.open(io.BytesIO(data), "r") as container:
        return [frame.pts or 0 for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    "film", [Film(), Film(b_frames=3), Film(fps=30, gop=60), Film(fps=12, gop=24), Film(fps=50, gop=100)], ids=str
)
def test_fragments_are_short_and_play(film: Film) -> None:
    bench = Bench()
    bench.push(encode(film))
    bench.fragmenter.end()
    fragments = bench.kept.fragments
    assert len(bench.kept.runs) == 1
    assert all(part.duration_90k <= HZ_90K // 5 for part in fragments)
    assert [part.sequence for part in fragments] == list(range(len(fragments)))
    assert sum(part.pictures for part in fragments) == film.pictures
    assert sum(part.keyframe for part in fragments) == -(-film.pictures // film.gop)
    for part, after in pairwise(fragments):
        assert part.start_90k + part.duration_90k == after.start_90k
        assert not any(sample.keyframe for sample in read_moof(part.moof).samples[1:])
    times = play(fragments)
    assert len(times) == film.pictures
    assert times == sorted(times)


def test_a_full_fragment_does_not_wait_for_the_next_picture() -> None:
    bench = Bench()
    units = encode()
    bench.push(units[:25])
    count = len(bench.kept.fragments)
    assert bench.kept.pictures == 25
    assert sum(part.pictures for part in bench.kept.fragments) == 25
    assert bench.kept.fragments[-1].arrival == units[24].arrival
    bench.push(units[25:29])
    assert len(bench.kept.fragments) == count


@pytest.mark.parametrize("fps", [1, 2, 5])
def test_a_slow_camera_sends_each_picture_at_once(fps: int) -> None:
    bench = Bench()
    units = encode(Film(fps=fps, gop=5, pictures=10))
    bench.push(units[:4])
    assert [part.pictures for part in bench.kept.fragments] == [1] * 4


def test_a_late_picture_is_not_waited_for() -> None:
    bench = Bench()
    units = encode()
    bench.push(units[:27])
    assert bench.fragmenter.due == pytest.approx(units[25].arrival + 0.25)
    bench.fragmenter.flush(units[25].arrival + 0.1)
    assert bench.fragmenter.due is not None
    bench.fragmenter.flush(units[25].arrival + 0.26)
    assert bench.fragmenter.due is None
    assert sum(part.pictures for part in bench.kept.fragments) == 27


def test_nothing_before_the_first_keyframe() -> None:
    bench = Bench()
    first, *rest = encode()
    bench.push([replace(rest[0], encoding=first.encoding), *rest[1:48]])
    assert not bench.kept.runs
    assert bench.fragmenter.dropped_pictures == 48
    bench.push(rest[48:])
    assert bench.kept.fragments[0].keyframe
    assert bench.kept.pictures == 50


def test_a_discontinuity_waits_for_a_keyframe_and_starts_a_run() -> None:
    bench = Bench()
    units = list(encode())
    units[20] = replace(units[20], discontinuity=True)
    bench.push(units)
    bench.fragmenter.end()
    assert len(bench.kept.runs) == 2
    assert bench.kept.pictures == 20 + 50
    first, second = bench.kept.runs
    assert second.start_utc_90k - first.start_utc_90k == 2 * HZ_90K


def test_another_size_starts_a_run_with_its_own_init() -> None:
    bench = Bench()
    large = Film(width=480, height=270, pictures=50)
    bench.push([*encode(Film(pictures=50)), *shifted(encode(large), by_90k=2 * HZ_90K, arrival=2.0)])
    bench.fragmenter.end()
    assert [run.encoding.width for run in bench.kept.runs] == [320, 480]
    second = [part for part in bench.kept.fragments if part.run is bench.kept.runs[1]]
    assert second[0].start_90k == 0
    assert second[0].sequence == 0
    assert len(play(second)) == 50


def test_the_same_parameter_sets_again_change_nothing() -> None:
    bench = Bench()
    units = list(encode())
    units[50] = replace(units[50], encoding=encoding())
    bench.push(units)
    assert len(bench.kept.runs) == 1


def test_a_stored_gop_in_a_burst_dates_the_run_back() -> None:
    bench = Bench()
    start_utc = bench.clock.utc_90k()
    units = [replace(unit, arrival=max(2.0, unit.arrival) + 0.0001 * n) for n, unit in enumerate(encode())]
    bench.push(units)
    bench.fragmenter.end()
    assert len(bench.kept.runs) == 1
    assert abs(bench.kept.runs[0].start_utc_90k - start_utc) < HZ_90K // 20
    assert bench.kept.pictures == 100


def test_a_slow_burst_dates_the_run_back_too() -> None:
    bench = Bench()
    start_utc = bench.clock.utc_90k()
    units = [replace(unit, arrival=max(unit.arrival, 2.0 + 0.008 * n)) for n, unit in enumerate(encode())]
    bench.push(units)
    bench.fragmenter.end()
    assert len(bench.kept.runs) == 1
    assert abs(bench.kept.runs[0].start_utc_90k - start_utc) < HZ_90K // 4


def test_a_stepped_system_clock_starts_a_run_at_the_next_keyframe_and_loses_nothing() -> None:
    bench = Bench()
    units = encode()
    bench.push(units[:30])
    bench.clock.step(-600)
    bench.push(units[30:])
    bench.fragmenter.end()
    assert bench.kept.pictures == 100
    first, second = bench.kept.runs
    assert second.start_utc_90k - first.start_utc_90k == (2 - 600) * HZ_90K


def test_a_picture_that_comes_seconds_late_does_not_stretch_a_fragment() -> None:
    bench = Bench()
    units = encode()
    late = shifted(units[27:50], by_90k=5 * HZ_90K, arrival=5.0)
    bench.push([*units[:27], *late])
    bench.fragmenter.end()
    assert max(part.duration_90k for part in bench.kept.fragments) <= HZ_90K // 5 + 3600


def test_a_change_of_size_within_the_opening_keeps_the_encodings_apart() -> None:
    bench = Bench()
    large = Film(width=480, height=270, pictures=50)
    units = [*encode(Film(pictures=50)), *shifted(encode(large), by_90k=2 * HZ_90K)]
    bench.push([replace(unit, arrival=2.0) for unit in units])
    bench.fragmenter.end()
    assert [run.encoding.width for run in bench.kept.runs] == [320, 480]
    assert [part.run.encoding.width for part in bench.kept.fragments].count(480) == 10


@st.composite
def wild_units(draw: st.DrawFn) -> list[AccessUnit]:
    """Pictures of a camera that has gone mad."""
    units, arrival, dts = [], 0.0, draw(st.integers(-(1 << 34), 1 << 34))
    for number in range(draw(st.integers(1, 60))):
        arrival += draw(st.sampled_from([0.0, 0.04, 0.04, 0.2, 3.0, 700.0]))
        dts += draw(st.sampled_from([3600, 3600, 3600, 0, -3600, 90_000, 149 * 3600 * HZ_90K, -(1 << 33)]))
        offset = draw(st.sampled_from([0, 0, 7200, -3600, 1 << 40, -(1 << 40)]))
        units.append(
            AccessUnit(
                data=b"x" * draw(st.integers(0, 50)),
                pts_90k=dts + offset,
                dts_90k=dts,
                arrival=arrival,
                keyframe=draw(st.booleans()),
                encoding=encoding() if number == 0 else draw(st.sampled_from([None, None, encoding(), OTHER])),
                discontinuity=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return units


@given(wild_units(), st.sampled_from([0.0, 2.0, -600.0]))
@settings(deadline=None)
def test_a_mad_camera_makes_sound_fragments(units: list[AccessUnit], step_s: float) -> None:
    bench = Bench()
    bench.push(units[: len(units) // 2])
    bench.clock.step(step_s)
    bench.push(units[len(units) // 2 :])
    bench.fragmenter.end()
    assert bench.kept.pictures + bench.fragmenter.dropped_pictures == len(units)
    assert sum(part.pictures for part in bench.kept.fragments) == bench.kept.pictures
    for run in bench.kept.runs:
        parts = [part for part in bench.kept.fragments if part.run is run]
        assert parts[0].keyframe
        assert parts[0].start_90k >= 0
        assert [part.sequence for part in parts] == list(range(len(parts)))
        for part, after in pairwise(parts):
            assert part.start_90k < after.start_90k
        for part in parts:
            header = read_moof(part.moof)
            assert header.duration_90k == part.duration_90k > 0
            assert header.data_bytes == len(part.mdat) - 8
