"""Which pictures are looked at, and which must be decoded for that."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from ronda.base.time import HZ_90K
from ronda.vision.worker.pace import Need, Pace, Sparing


def film(gops: Iterable[float], fps: int = 25) -> list[tuple[int, bool]]:
    """Return the moments of pictures with a keyframe at the beginning of each GOP, whose seconds are given."""
    pictures, start = [], 0.0
    for seconds in gops:
        pictures += [(round((start + n / fps) * HZ_90K), n == 0) for n in range(round(seconds * fps))]
        start += round(seconds * fps) / fps
    return pictures


def looked(pictures: list[tuple[int, bool]], rate: float = 1.0) -> tuple[float, float, float]:
    """Return looks a second, the longest time between two, and the share of pictures that is decoded, once steady."""
    sparing, pace = Sparing(rate), Pace(rate)
    decoded, looks, waits = 0, list[int](), False
    steady = pictures[len(pictures) // 2 :]
    for at_90k, keyframe in pictures:
        need = sparing.needs(at_90k, keyframe)
        assert not (waits and need is not Need.NOTHING and not keyframe), "what follows the last one is not decodable"
        waits = need is not Need.DECODED
        if need is Need.NOTHING:
            continue
        if at_90k >= steady[0][0]:
            decoded += 1
        if pace.takes(at_90k):
            looks.append(at_90k)
    late = [at for at in looks if at >= steady[0][0]]
    longest = max((b - a for a, b in pairwise(late)), default=0) / HZ_90K
    return len(late) / ((steady[-1][0] - steady[0][0]) / HZ_90K), longest, decoded / len(steady)


@pytest.mark.parametrize(
    ("gop", "rate", "longest", "share"),
    [
        (1.0, 1.0, 1.0, 0.04),
        (0.48, 1.0, 1.5, 0.09),
        (1.24, 0.8, 1.3, 0.04),
        (2.0, 1.0, 1.1, 0.53),
        (4.0, 1.0, 1.1, 0.77),
    ],
)
def test_one_look_a_second_costs_no_more_than_it_needs(gop: float, rate: float, longest: float, share: float) -> None:
    got_rate, got_longest, got_share = looked(film([gop] * 40))
    assert got_rate == pytest.approx(rate, abs=0.08)
    assert got_longest <= longest
    assert got_share <= share + 0.02


def test_where_keyframes_are_uneven_nothing_is_foretold() -> None:
    rate, longest, share = looked(film([1.0, 4.0, 2.0, 6.0] * 6))
    assert rate == pytest.approx(1.0, abs=0.08)
    assert share == 1.0
    assert longest <= 1.1


def test_a_camera_that_changes_its_keyframes_is_looked_at_again_after_the_next() -> None:
    _, longest, _ = looked(film([1.0] * 10 + [4.0] * 10))
    assert longest <= 4.0
