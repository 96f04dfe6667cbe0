"""The bounded queue of coded pictures, and the pace at which they are looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.pictures import encoding

from ronda.vision.worker.pace import Pace
from ronda.vision.worker.queue import PictureQueue, Waiting


def waiting(number: int, gop: int = 10, size: int = 100) -> Waiting:
    first = encoding() if number == 0 else None
    return Waiting(b"\x00" * size, number, number, number % gop == 0, first)


@given(pictures=st.integers(1, 300), gop=st.integers(1, 60), most=st.integers(1, 50), taken=st.integers(0, 3))
def test_what_comes_out_can_always_be_decoded(pictures: int, gop: int, most: int, taken: int) -> None:
    queue, found = PictureQueue(most), []
    for number in range(pictures):
        queue.put(waiting(number, gop))
        assert len(queue) <= most
        if number % 7 == 0:
            found += [one for _ in range(taken) if (one := queue.take()) is not None]
    while (one := queue.take()) is not None:
        found.append(one)
    before = None
    for one in found:
        if before is None or one.at_90k != before + 1:
            assert one.keyframe
            assert one.encoding is not None
        before = one.at_90k
    assert queue.dropped + len(found) == pictures


def test_it_is_bounded_in_bytes_too_and_a_monster_is_never_held() -> None:
    queue = PictureQueue(most_bytes=1000)
    for number in range(20):
        queue.put(waiting(number, gop=5, size=300))
    assert len(queue) <= 3
    queue.put(Waiting(b"\x00" * 2000, 20, 20, keyframe=True))
    assert len(queue) == 0
    assert queue.dropped == 21


@pytest.mark.parametrize(
    ("fps", "rate", "expected"), [(25, 5, 50), (12.5, 5, 50), (30, 1, 10), (4, 5, 40), (15, 10, 100)]
)
def test_the_pace_is_kept(fps: float, rate: float, expected: int) -> None:
    pace = Pace(rate)
    taken = sum(pace.takes(round(number * 90_000 / fps)) for number in range(round(fps * 10)))
    assert abs(taken - expected) <= max(expected * 0.05, 1)


def test_the_pace_survives_clocks_that_jump() -> None:
    pace = Pace(1)
    assert pace.takes(10**12)
    assert pace.takes(0)
    assert not pace.takes(1000)
    assert pace.takes(10**13)
