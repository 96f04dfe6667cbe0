"""Drift is followed, jitter is not; a clock that was set asks for a new run."""

import random
from collections.abc import Iterator
from itertools import pairwise

from ronda.base.time import HZ_90K
from ronda.media.timekeeper import MOST_OFF_90K, Timekeeper

UTC = 1_790_000_000 * HZ_90K
WALL = UTC


def drive(
    keeper: Timekeeper, seconds: float, *, fps: float = 25, ppm: float = 0, jitter_s: float = 0, start_s: float = 0
) -> Iterator[tuple[float, int]]:
    """Yield (true seconds, stamped ticks) of a camera whose clock runs `ppm` fast."""
    rng = random.Random(1)
    for number in range(int(start_s * fps), int((start_s + seconds) * fps)):
        true_s = number / fps
        dts = round(true_s * (1 + ppm / 1e6) * HZ_90K)
        late = rng.expovariate(1 / jitter_s) if jitter_s else 0
        yield true_s, keeper.stamp(dts, UTC + round((true_s + min(late, 3)) * HZ_90K), WALL)


def test_a_true_clock_is_left_alone() -> None:
    for true_s, stamp in drive(Timekeeper(0, UTC, WALL), 60):
        assert abs(stamp - true_s * HZ_90K) <= 1


def test_drift_is_corrected_within_tens_of_milliseconds_despite_jitter() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    off = [stamp / HZ_90K - true_s for true_s, stamp in drive(keeper, 1800, fps=10, ppm=200, jitter_s=0.05)]
    assert not keeper.stale
    assert max(map(abs, off)) < 0.05


def test_bursts_and_stalls_do_not_pull_time() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    off = []
    for number in range(25 * 120):
        true_s = number / 25
        # The network stands still for four seconds in every twenty, then all comes at once.
        arrival_s = max(true_s, (true_s // 20) * 20 + 4) if true_s % 20 < 4 else true_s
        off.append(keeper.stamp(number * 3600, UTC + round(arrival_s * HZ_90K), WALL) - true_s * HZ_90K)
    assert not keeper.stale
    assert max(map(abs, off)) < 0.02 * HZ_90K


def test_correction_never_exceeds_500_ppm() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    stamps = [stamp for _, stamp in drive(keeper, 300, ppm=2000)]
    steps = {after - before for before, after in pairwise(stamps)}
    assert max(steps) <= 3608 + 2
    assert min(steps) >= 3607 - 3


def test_a_camera_too_far_off_goes_stale() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    list(drive(keeper, 900, ppm=5000))
    assert keeper.stale


def test_a_camera_too_slow_goes_stale() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    list(drive(keeper, 900, ppm=-5000))
    assert keeper.stale


def test_a_stepped_system_clock_goes_stale_and_time_goes_on_evenly() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    before = keeper.stamp(0, UTC, WALL)
    after = keeper.stamp(3600, UTC + 3600 + 3600 * HZ_90K, WALL + 3600 * HZ_90K)
    assert keeper.stale
    assert after - before == 3600


def test_a_small_step_is_slewed() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    list(drive(keeper, 20))
    half = HZ_90K // 2
    for number in range(20 * 25, 1500 * 25):
        stamp = keeper.stamp(number * 3600, UTC + number * 3600 + half, WALL + half)
    assert not keeper.stale
    assert abs(stamp - number * 3600 - half) < 100


def test_a_jump_of_the_cameras_timestamps_is_bridged() -> None:
    for jump in (149 * 3600 * HZ_90K, -5 * HZ_90K, 3 * HZ_90K, 0):
        keeper = Timekeeper(0, UTC, WALL)
        stamps = [keeper.stamp(number * 3600, UTC + number * 3600, WALL) for number in range(50)]
        # A zero jump: a picture that repeats the timestamp of the one before.
        later = [keeper.stamp(number * 3600 + jump - 3600, UTC + number * 3600, WALL) for number in range(50, 60)]
        assert keeper.stale
        assert later[0] - stamps[-1] == 3600
        assert later[-1] - later[0] == 9 * 3600


def test_a_slow_camera_is_not_a_jump() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    list(drive(keeper, 120, fps=0.2))
    assert not keeper.stale
    assert keeper.step_90k == 5 * HZ_90K


def test_a_picture_from_the_future_goes_stale_at_once() -> None:
    keeper = Timekeeper(0, UTC, WALL)
    list(drive(keeper, 30))
    for number in range(30 * 25, 33 * 25):
        keeper.stamp(number * 3600, UTC + 30 * HZ_90K, WALL)
    assert keeper.stale
    assert MOST_OFF_90K == HZ_90K
