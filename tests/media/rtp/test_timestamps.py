"""Presentation times that neither wrap nor jump."""

from hypothesis import given
from hypothesis import strategies as st

from ronda.media.rtp.timestamps import TimestampClock


def test_b_pictures_go_back_a_little() -> None:
    clock = TimestampClock()
    stamps = [0, 10_800, 3_600, 7_200, 21_600]
    assert [clock.pts_90k(stamp, 0.04 * n) for n, stamp in enumerate(stamps)] == [(stamp, False) for stamp in stamps]


def test_another_clock_rate_is_converted_without_drift() -> None:
    clock = TimestampClock(1_000)
    pts = [clock.pts_90k(40 * n & 0xFFFF_FFFF, 0.04 * n)[0] for n in range(1000)]
    assert pts == [3_600 * n for n in range(1000)]


def test_a_stall_and_the_burst_after_it_are_no_jump() -> None:
    clock = TimestampClock()
    clock.pts_90k(0, 0.0)
    for n in range(1, 1000):
        pts, jumped = clock.pts_90k(3_600 * n, 40.0)
        assert (pts, jumped) == (3_600 * n, False)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF_FFFF), st.floats(0, 100)), max_size=50))
def test_whatever_comes_time_goes_with_arrival(steps: list[tuple[int, float]]) -> None:
    """Between any two pictures presentation time is never far from the time that passed here."""
    clock, arrival, highest = TimestampClock(), 0.0, 0
    for stamp, wait in steps:
        arrival += wait
        pts, _ = clock.pts_90k(stamp, arrival)
        assert pts > highest - 3 * 90_000
        assert pts <= highest + (wait + 100 + 11) * 90_000
        highest = max(highest, pts)
