"""The sans-I/O parts of PyAV sources, and the crossing from thread to loop."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.sources.libav.films import Heard

from ronda.media.access_unit import AccessUnit
from ronda.media.sources.contract import SourceCounters, SourceFailed
from ronda.media.sources.libav.axis import Axis
from ronda.media.sources.libav.crossing import Crossing
from ronda.media.sources.libav.pacing import Pacer


def test_loops_join_without_a_gap() -> None:
    axis = Axis()
    placed = []
    for _ in range(2):
        axis.join()
        placed += [axis.place(at + 7200, at) for at in (-3600, 0, 3600)]
    assert [dts for _, dts, _ in placed] == [-3600, 0, 3600, 7200, 10_800, 14_400]
    assert all(pts - dts == 7200 and not jumped for pts, dts, jumped in placed)


def test_jumps_are_told_and_small_steps_back_are_smoothed() -> None:
    axis = Axis()
    times = [900_000, 903_600, 903_000, 907_200, 5_000_000, 5_003_600, 100]
    placed = [axis.place(at, at) for at in times]
    assert [dts for _, dts, _ in placed] == [900_000, 903_600, 903_601, 907_200, 5_000_000, 5_003_600, 100]
    assert [jumped for *_, jumped in placed] == [False, False, False, False, True, False, True]


@given(st.lists(st.tuples(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40), st.booleans())))
def test_times_rise_between_jumps(pictures: list[tuple[int, int, bool]]) -> None:
    axis = Axis()
    last: int | None = None
    for pts, dts, joins in pictures:
        if joins:
            axis.join()
        _, placed, jumped = axis.place(pts, dts)
        assert jumped or last is None or placed > last
        last = placed


def test_pacing_waits_for_its_time_and_forgives_lateness() -> None:
    pacer = Pacer()
    assert pacer.wait_s(0, 100.0) == 0
    assert pacer.wait_s(9_000, 100.02) == pytest.approx(0.08)
    assert pacer.wait_s(18_000, 100.3) == pytest.approx(-0.1)
    assert pacer.wait_s(27_000, 105.0) == 0  # far too late: the count starts anew
    assert pacer.wait_s(36_000, 105.0) == pytest.approx(0.1)
    assert pacer.wait_s(9_000_000, 105.1) == 0  # a jump ahead is not waited for


def unit(index: int, keyframe: bool, size: int = 10) -> AccessUnit:
    return AccessUnit(bytes(size), index * 3600, index * 3600, 0.0, keyframe)


async def in_thread(crossing: Crossing, units: list[AccessUnit]) -> None:
    def offer() -> None:
        for unit in units:
            crossing.offer(unit)

    thread = threading.Thread(target=offer, daemon=True)
    thread.start()
    while thread.is_alive():  # the loop stands still for the thread: nothing is delivered meanwhile
        thread.join(0.01)


async def test_a_loop_that_does_not_keep_up_loses_whole_stretches() -> None:
    heard, counters = Heard(), SourceCounters()
    crossing = Crossing(heard, counters)
    await in_thread(crossing, [unit(index, index % 10 == 0) for index in range(625)])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(heard.units) == 500
    await in_thread(crossing, [unit(index, index % 10 == 0) for index in range(625, 640)])
    for _ in range(3):
        await asyncio.sleep(0)
    assert [unit.dts_90k // 3600 for unit in heard.units[500:]] == list(range(630, 640))
    assert [unit.discontinuity for unit in heard.units[499:502]] == [False, True, False]
    assert counters.lost_packets == 130
    assert counters.pictures == 510


async def test_memory_is_bounded_in_bytes_too() -> None:
    heard = Heard()
    crossing = Crossing(heard, SourceCounters())
    await in_thread(crossing, [unit(index, True, size=4_000_000) for index in range(20)])
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(heard.units) == 5


async def test_the_end_follows_the_last_picture_and_nothing_comes_after_a_stop() -> None:
    heard = Heard()
    crossing = Crossing(heard, SourceCounters())
    await in_thread(crossing, [unit(0, True)])
    failure = SourceFailed("over")
    crossing.end(failure)
    assert await crossing.ended is failure
    assert len(heard.units) == 1
    stopped = Crossing(heard, SourceCounters())
    stopped.stop()
    await in_thread(stopped, [unit(0, True)])
    await asyncio.sleep(0.01)
    assert stopped.stopped
    assert len(heard.units) == 1
