"""Standing still: since when, and not misled by wavering boxes."""

from ronda.base.time import HZ_90K
from ronda.vision.tracks.standing import Box, Stillness

BOX: Box = (0.4, 0.4, 0.6, 0.5)


def moved(by: float, down: float = 0.0) -> Box:
    return (BOX[0] + by, BOX[1] + down, BOX[2] + by, BOX[3] + down)


def at(seconds: float) -> int:
    return round(seconds * HZ_90K)


def test_it_stands_after_a_while_and_since_it_stopped() -> None:
    stillness = Stillness(moved(-0.5), 0)
    for index in range(1, 6):
        assert stillness.see(moved(-0.5 + 0.1 * index), at(index * 0.2)) is None
    answers = [stillness.see(moved(0.0), at(1.2 + index * 0.2)) for index in range(12)]
    assert answers[0] is None
    assert answers[-1] is not None
    assert answers[-1] <= at(1.2)


def test_wavering_boxes_still_stand() -> None:
    stillness = Stillness(BOX, 0)
    for index in range(100):
        since = stillness.see(moved(0.01 * (index % 3 - 1), 0.006 * (index % 2)), at(index * 0.2))
    assert since == 0


def test_what_hides_the_lower_part_does_not_move_it() -> None:
    stillness = Stillness(BOX, 0)
    for index in range(20):
        stillness.see(BOX, at(index * 0.2))
    for index in range(20, 40):
        since = stillness.see((0.4, 0.4, 0.6, 0.43), at(index * 0.2))
    assert since == 0


def test_who_drives_away_stands_no_more() -> None:
    stillness = Stillness(BOX, 0)
    for index in range(20):
        stillness.see(BOX, at(index * 0.2))
    answers = [stillness.see(moved(0.03 * index), at(4 + index * 0.2)) for index in range(1, 12)]
    assert answers[-1] is None


def test_a_wrong_box_for_a_moment_does_not_end_it() -> None:
    stillness = Stillness(BOX, 0)
    for index in range(50):
        wrong = 20 <= index < 24
        since = stillness.see(moved(0.2) if wrong else BOX, at(index * 0.2))
    assert since == 0
