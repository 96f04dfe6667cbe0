from datetime import UTC, date, datetime
from pathlib import Path

import av
import numpy as np

from ronda.base.time import HZ_90K, format_rfc3339
from ronda.simulate.past import RATE, _Shift, last_night, past_cameras, plan
from ronda.simulate.theft import LEAVES_S, SCRIPT, STOLEN_AT, Cast


def test_plan_is_half_an_hour_of_four_cameras_with_a_hole(tmp_path: Path) -> None:
    found = plan(past_cameras(), date(2026, 11, 22), tmp_path)
    assert [past.camera for past in found] == [f"krapyak-rt03-rw04-{number}" for number in (2, 1, 3, 4)]
    assert format_rfc3339(found[0].stretches[0].start_utc_90k) == "2026-11-21T19:00:00.000Z"
    assert [sum(one.duration_90k for one in past.stretches) // HZ_90K for past in found] == [1800, 1800, 1800, 1440]
    ((gap_from, gap_to),) = found[3].gaps_90k
    assert (gap_to - gap_from) // HZ_90K == 360
    assert found[3].stretches[0].start_utc_90k + found[3].stretches[0].duration_90k == gap_from
    assert found[3].stretches[1].start_utc_90k == gap_to


def test_last_night_is_over() -> None:
    assert last_night(datetime(2026, 11, 21, 19, 29, tzinfo=UTC)) == date(2026, 11, 21)
    assert last_night(datetime(2026, 11, 21, 19, 31, tzinfo=UTC)) == date(2026, 11, 22)


def test_the_story_goes_from_camera_to_camera() -> None:
    def there(camera: int, at_s: float) -> int:
        return len(Cast(SCRIPT[f"krapyak-rt03-rw04-{camera}"]).seen(at_s))

    assert there(1, 12 * 60) == 2
    assert there(2, 13 * 60 + 30) == 2
    assert there(2, LEAVES_S + 8) == 3
    assert there(1, 14 * 60 + 50) == 3
    (rider,) = Cast(SCRIPT["krapyak-rt03-rw04-3"]).seen(15 * 60 + 25)
    assert rider.headlight
    assert there(4, 15 * 60 + 38) == 1
    for camera in (1, 2, 3, 4):
        assert there(camera, 17 * 60) == 0


def test_a_stretch_is_recorded_and_the_motorcycle_is_gone_afterwards(tmp_path: Path) -> None:
    camera = past_cameras()[0]
    shift = _Shift(camera, date(2026, 11, 22))
    begin = int(LEAVES_S) - 2
    path = tmp_path / "night.mp4"
    assert list(shift.record(path, begin, begin + 6))[-1] == begin + 5
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(stream)]
        assert stream.start_time == 0 and len(frames) == 6 * RATE
    assert all(frame[:, :].std() > 10 for frame in frames)
    clock = [frame[8:30, 10:340] for frame in frames]
    assert abs(clock[0] - clock[RATE]).max() > 60, "the burnt-in clock goes on"
    quiet = [np.zeros((360, 640), np.uint8) for _ in range(2)]
    shift._before.draw(quiet[0], 0, [])
    shift._after.draw(quiet[1], 0, [])
    assert STOLEN_AT[1] > 0
    assert abs(quiet[0].astype(int) - quiet[1]).max() > 40
