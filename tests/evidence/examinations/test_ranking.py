"""Ranking what was found: plates with unread and wrong letters, looks of one model, hints along a trace."""

from collections.abc import Sequence

import numpy as np
import pytest

from ronda.base.errors import BadInput
from ronda.bus.examining import ReadPlate
from ronda.evidence.examinations.exam import Found
from ronda.evidence.examinations.ranking import (
    Wanted,
    by_hints,
    by_likeness,
    by_plate,
    fit,
    likenesses,
    parse_plate,
    same_kind,
)


def found(
    n: int,
    label: str = "car",
    colour: str = "",
    plate: str = "",
    look: Sequence[float] | None = None,
    model: str = "m",
    alternatives: tuple[str, ...] = (),
) -> Found:
    read = ReadPlate(text=plate, confidence=0.5, alternatives=alternatives) if plate else None
    packed = np.array(look, "<f2").tobytes() if look is not None else None
    box = (0.1, 0.1, 0.2, 0.2)
    return Found("e", n, "gate", label, colour, "", n, n + 1, n, box, read, packed, model if packed else "")


@pytest.mark.parametrize(
    ("wanted", "read", "score"),
    [
        ("H1234AB", "H1234AB", 1.0),
        ("H1?34AB", "H1234AB", 1.0),
        ("??1234AB", "H1234AB", 0.75),  # one letter too many
        ("H1234A", "H1234AB", 0.75),
        ("H1284AB", "H1234AB", 0.75),
        ("H1284A8", "H1234AB", 0.0),
        ("H12?4A8", "H1234AB", 0.75),
        ("1234", "H1234AB", 0.6),
        ("12?4", "H1234AB", 0.6),
        ("34", "H1234AB", 0.0),  # two letters are on many
        ("H1234AB", "", 0.0),
        ("B9", "H1234AB", 0.0),
    ],
)
def test_a_plate_fits_whole_but_for_one_letter_or_in_part(wanted: str, read: str, score: float) -> None:
    assert fit(wanted, read) == score


def test_a_plate_is_read_however_it_is_typed() -> None:
    assert parse_plate(" h 1234-ab ") == parse_plate("H.1234.AB") == "H1234AB"
    for bad in ("", "?", "H???", "H 12*", "H1234ABCDEFGH", "\uff281234"):
        with pytest.raises(BadInput):
            parse_plate(bad)


def test_what_it_may_be_else_counts_for_a_little_less() -> None:
    things = [found(1, plate="H 1284 AB", alternatives=("H 1234 AB",)), found(2, plate="H 1234 AB"), found(3)]
    assert [(one.found.n, one.score) for one in by_plate("H1234AB", things)] == [(2, 1.0), (1, 0.9)]


def test_looks_are_compared_within_one_model_and_broken_ones_are_nothing() -> None:
    like = found(1, "person", look=(1, 0))
    others = [
        found(2, "person", look=(2, 0)),
        found(3, "person", look=(1, 1)),
        found(4, "person", look=(-1, 0)),
        found(5, "person", look=(1, 0), model="other"),
        found(6, "person", look=(1, 0, 0)),
        found(7, "person", look=(float("nan"), 0)),
        found(8, "person"),
    ]
    alike = likenesses(like, others)
    assert {n: alike.get(("e", n)) for n in range(2, 9)} == {
        **{2: 1.0, 3: pytest.approx(0.707, abs=0.001), 4: 0.0, 7: 0.0},
        **{5: None, 6: None, 8: None},
    }
    assert [one.found.n for one in by_likeness(like, others)] == [2, 3]
    assert likenesses(found(1, "person", look=(0, 0)), others) == {}


def test_a_person_is_no_vehicle_and_without_looks_class_colour_and_plate_rank() -> None:
    assert not same_kind("person", "car")
    assert same_kind("motorcycle", "two-wheeler")
    like = found(1, "motorcycle", "black", "H 1234 AB")
    others = [
        found(2, "two-wheeler", "black"),
        found(3, "car", "red", "H 1234 AB"),
        found(4, "car", "red"),
        found(5, "person", "black"),
        found(6, "motorcycle", "black", "H 1234 AB"),
        like,
    ]
    assert [(one.found.n, one.score) for one in by_likeness(like, others)] == [(6, 1.0), (2, 0.5), (3, 0.5)]


def test_hints_say_what_speaks_for_them() -> None:
    like = found(1, "person", "red", look=(1, 0))
    things = [
        found(2, "person", "red", look=(1, 0)),
        found(3, "person", "blue", look=(0, 1)),
        found(4, "person", "red"),
    ]
    hints = by_hints(Wanted("person", "red", "", like), things)
    assert [(one.found.n, one.why) for one in hints] == [
        (2, ("likeness", "colour", "label", "time")),
        (4, ("colour", "label", "time")),
        (3, ("label", "time")),
    ]
    (plate,) = by_hints(Wanted("", "", "H 1234 AB", None), [found(1, plate="H 1234 AB"), found(2, "car", "red")])
    assert (plate.why, plate.score) == (("plate", "time"), 0.6)
