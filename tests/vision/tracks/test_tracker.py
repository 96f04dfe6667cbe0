"""Following: one number for one thing, at few pictures a second, through gaps, crowds and changes of the picture."""

import numpy as np
import pytest
from tests.vision.tracks.moving import ASPECT, Mover, seen, watched

from ronda.base.time import HZ_90K
from ronda.vision.geometry.drawn import Ground
from ronda.vision.geometry.ground import GroundPlane
from ronda.vision.objects import CLASSES, Detections, ObjectClass
from ronda.vision.tracks.track import Track
from ronda.vision.tracks.tracker import Tracker, TrackerSettings


def numbers(tracker: Tracker, movers: list[Mover], times: np.ndarray) -> set[int]:
    return {track.id for _, followed in watched(tracker, movers, times.tolist()) for track in followed.tracks}


@pytest.mark.parametrize("rate", [5, 10, 25])
def test_a_thing_keeps_its_number(rate: int) -> None:
    mover = Mover((0.05, 0.5), (0.25, 0.02))
    assert len(numbers(Tracker(), [mover], np.arange(0, 3.5, 1 / rate))) == 1


def test_five_pictures_a_second_hold_what_moves_by_more_than_its_length() -> None:
    fast = [Mover((0.02, 0.4), (0.55, 0.0), (0.07, 0.08), begins_s=2.0 * n) for n in range(8)]
    assert len(numbers(Tracker(), fast, np.arange(0, 18, 0.2))) == 8


def test_who_meets_keeps_apart() -> None:
    """Two cars pass each other, and a third overtakes; nobody takes over another's number."""
    movers = [
        Mover((0.05, 0.50), (0.2, 0.0)),
        Mover((0.95, 0.56), (-0.2, 0.0)),
        Mover((0.05, 0.44), (0.3, 0.0), begins_s=1.0),
    ]
    tracker = Tracker()
    ways: dict[int, list[float]] = {}
    for _, followed in watched(tracker, movers, np.arange(0, 4, 0.2).tolist()):
        for track in followed.tracks:
            ways.setdefault(track.id, []).append(track.foot[1])
    assert len(ways) == 3
    assert all(max(heights) - min(heights) < 0.04 for heights in ways.values())


def test_who_is_hidden_is_known_again_and_is_told_as_hidden() -> None:
    mover = Mover((0.05, 0.5), (0.2, 0.0), hidden=((1.5, 2.6),))
    tracker, hidden = Tracker(), 0
    ids = set()
    for at_s, followed in watched(tracker, [mover], np.arange(0, 4, 0.2).tolist()):
        ids |= {track.id for track in followed.tracks}
        hidden += sum(track.last_90k < round(at_s * HZ_90K) for track in followed.tracks)
    assert len(ids) == 1
    assert hidden >= 4


def test_a_gap_in_the_pictures_ends_what_moves_and_not_what_stands() -> None:
    moving, standing = Mover((0.05, 0.3), (0.15, 0.0)), Mover((0.6, 0.7), (0.0, 0.0))
    times = np.concatenate((np.arange(0, 4, 0.2), np.arange(9, 12, 0.2)))
    tracker = Tracker()
    ended: list[Track] = []
    for _, followed in watched(tracker, [moving, standing], times.tolist()):
        ended += followed.ended
        last = followed.tracks
    assert [track.foot[1] < 0.5 for track in ended] == [True]
    assert [track.seen > 30 for track in last] == [True]
    assert last[0].still_since_90k == pytest.approx(0, abs=0.3 * HZ_90K)


def test_what_stands_is_waited_for_behind_what_passes() -> None:
    standing = Mover((0.5, 0.6), (0.0, 0.0), hidden=((20.0, 38.0),))
    passing = Mover((0.1, 0.62), (0.05, 0.0), (0.3, 0.3), begins_s=18.0)
    tracker = Tracker()
    ids: dict[int, Track] = {}
    for _, followed in watched(tracker, [standing, passing], np.arange(0, 45, 0.2).tolist()):
        ids |= {track.id: track for track in followed.tracks}
    assert len(ids) == 2
    waiting = min(ids.values(), key=lambda track: track.id)
    assert waiting.last_90k > 44 * HZ_90K
    assert waiting.still_since_90k is not None
    assert waiting.still_since_90k < HZ_90K


def test_unsure_sightings_continue_and_do_not_begin() -> None:
    sure, unsure = Mover((0.05, 0.4), (0.2, 0.0)), Mover((0.05, 0.8), (0.2, 0.0), score=0.3)
    tracker = Tracker()
    assert len(numbers(tracker, [sure, unsure], np.arange(0, 2, 0.2))) == 1
    fading = Mover((0.05, 0.4), (0.2, 0.0), score=0.3)
    tracks = [followed.tracks for _, followed in watched(tracker, [fading], np.arange(2, 4, 0.2).tolist())]
    assert {track.id for some in tracks for track in some} == {1}


def test_what_is_seen_once_or_twice_does_not_count() -> None:
    flicker = [Mover((0.3, 0.3), (0.0, 0.0), begins_s=n, ends_s=n + 0.25) for n in range(0, 8, 2)]
    assert numbers(Tracker(), flicker, np.arange(0, 10, 0.2)) == set()


def test_a_camera_that_changes_its_shape_in_mid_track_changes_no_number() -> None:
    mover, tracker = Mover((0.05, 0.5), (0.2, 0.0)), Tracker()
    ids = set()
    for index, at_s in enumerate(np.arange(0, 4, 0.2)):
        followed = tracker.follow(seen([mover], at_s), round(at_s * HZ_90K), ASPECT if index < 10 else 4 / 3)
        ids |= {track.id for track in followed.tracks}
    assert len(ids) == 1


def test_time_that_goes_back_ends_all() -> None:
    mover, tracker = Mover((0.3, 0.5), (0.0, 0.0)), Tracker()
    for _ in watched(tracker, [mover], np.arange(0, 3, 0.2).tolist()):
        pass
    followed = tracker.follow(seen([mover], 1.0), HZ_90K, ASPECT)
    assert len(followed.ended) == 1
    assert not followed.tracks


def test_ten_thousand_detections_are_survived_and_bounded() -> None:
    chance = np.random.default_rng(1)
    corner = chance.random((10_000, 2), np.float32) * 0.9
    boxes = np.concatenate((corner, corner + 0.05), 1).astype(np.float32)
    votes = chance.random((10_000, len(CLASSES)), np.float32)
    crowd = Detections(boxes, chance.random(10_000, np.float32), votes)
    tracker = Tracker(TrackerSettings(most=100))
    for index in range(4):
        followed = tracker.follow(crowd.surest(), index * HZ_90K // 5, ASPECT)
        assert len(followed.tracks) <= 100
    assert tracker.refused > 0
    assert not tracker.follow(Detections.none(), 20 * HZ_90K, ASPECT).tracks


def test_the_class_is_that_of_most_votes() -> None:
    wavering = [
        Mover((0.05, 0.5), (0.2, 0.0), ends_s=0.9, label=ObjectClass.TRUCK, score=0.6),
        Mover((0.05 + 0.2, 0.5), (0.2, 0.0), begins_s=1.0, label=ObjectClass.CAR, score=0.9),
    ]
    tracker = Tracker()
    for _, followed in watched(tracker, wavering, np.arange(0, 4, 0.1).tolist()):
        last = followed.tracks
    assert [track.label for track in last] == [ObjectClass.CAR]


def test_speed_is_measured_where_the_ground_is_known() -> None:
    """Seen from straight above, the picture 16 m wide and 9 m high: 0.25 of the width a second is 4 m/s."""
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    metres = ((0.0, 0.0), (16.0, 0.0), (16.0, 9.0), (0.0, 9.0))
    tracker = Tracker(ground=GroundPlane.of(Ground(picture=square, metres=metres)))
    for _, followed in watched(tracker, [Mover((0.05, 0.5), (0.25, 0.0))], np.arange(0, 3, 0.1).tolist()):
        last = followed.tracks
    assert last[0].speed_kmh == pytest.approx(14.4, rel=0.1)
    assert last[0].path[-1].metres == pytest.approx((0.05 * 16 + 2.9 * 4, 0.55 * 9), abs=0.5)


def test_no_speed_is_said_that_no_street_has_seen() -> None:
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    metres = ((0.0, 0.0), (320.0, 0.0), (320.0, 9.0), (0.0, 9.0))  # meant to be 16 m wide
    tracker = Tracker(ground=GroundPlane.of(Ground(picture=square, metres=metres)))
    for _, followed in watched(tracker, [Mover((0.05, 0.5), (0.25, 0.0))], np.arange(0, 3, 0.1).tolist()):
        last = followed.tracks
    assert last[0].speed_kmh is None
