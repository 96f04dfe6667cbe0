"""Several pictures say more than one: by character, whole registrations only."""

import numpy as np
import pytest
from tests.vision.plates.frames import frames

from ronda.vision.plates.colour import PlateKind
from ronda.vision.plates.decoding import Line
from ronda.vision.plates.reading import Reading
from ronda.vision.plates.votes import LEAST_SURE, vote


def reading(
    *places: str | dict[str, float], high: float = 24.0, kind: PlateKind = PlateKind.PRIVATE, sure: float = 0.98
) -> Reading:
    line = Line(frames(*places, sure=sure))
    return Reading(line, line.best(), np.zeros((4, 2), np.float32), high, kind)


def test_no_picture_says_nothing_and_one_says_what_it_shows() -> None:
    assert vote([]) is None
    plate = vote([reading(*"H1234AB", kind=PlateKind.PUBLIC)])
    assert plate is not None
    assert (plate.text, plate.kind, plate.readings, plate.best) == ("H 1234 AB", PlateKind.PUBLIC, 1, 0)
    assert plate.confidence > 0.7


def test_each_picture_may_be_wrong_where_the_others_are_right() -> None:
    wrong = [
        reading("H", {"7": 0.6, "1": 0.35}, *"234AB", high=20),
        reading(*"H12", {"8": 0.6, "3": 0.35}, *"4AB", high=22, kind=PlateKind.UNKNOWN),
        reading(*"H1234A", {"P": 0.6, "B": 0.35}, high=25, kind=PlateKind.UNKNOWN),
    ]
    assert all(one.texts[0][0] != "H1234AB" for one in wrong)
    plate = vote(wrong)
    assert plate is not None
    assert (plate.text, plate.kind, plate.readings) == ("H 1234 AB", PlateKind.PRIVATE, 3)
    assert 1 <= len(plate.alternatives) <= 5


def test_what_every_picture_is_sure_of_wrongly_elsewhere_is_put_together_by_character() -> None:
    some = [
        reading("H", {"7": 0.9, "1": 0.08}, *"234AB"),
        reading(*"H1", {"7": 0.9, "2": 0.08}, *"34AB"),
        reading(*"H12", {"7": 0.9, "3": 0.08}, *"4AB"),
    ]
    plate = vote(some)
    assert plate is not None
    assert plate.text == "H 1234 AB"


def test_another_thing_read_once_does_not_outvote_the_plate() -> None:
    plate = vote([reading(*"L30", "1"), *[reading("H", *"1234", "A", {"B": 0.7, "8": 0.2})] * 3])
    assert plate is not None
    assert plate.text == "H 1234 AB"


def test_a_guess_is_not_sure_and_the_clearest_picture_is_named() -> None:
    guess = vote([reading({"A": 0.2}, {"V": 0.2}, {"4": 0.2}, {"N": 0.2}, {"Z": 0.2})])
    assert guess is None or guess.confidence < LEAST_SURE
    plate = vote([reading(*"H1234AB", high=18, sure=0.6), reading(*"H1234AB", high=36)])
    assert plate is not None
    assert (plate.best, plate.height_px) == (1, 36)
    alone = vote([reading("H", *"1234", "A", {"B": 0.5, "R": 0.45})])
    assert alone is not None
    assert alone.alternatives[0] == "H 1234 AR"
    assert alone.confidence == pytest.approx(0.45, abs=0.1)
