"""Registrations out of frames: the grammar decides where symbols look alike, gaps part letters from digits."""

import numpy as np
import pytest
from tests.vision.plates.frames import frames

from ronda.vision.plates.decoding import SYMBOLS, Line, folded, prior


def best(*places: str | dict[str, float]) -> str:
    return Line(frames(*places)).best()[0][0]


def test_what_is_clear_is_read_and_its_likelihood_is_that_of_its_frames() -> None:
    line = Line(frames(*"H1234AB"))
    text, score = line.best()[0]
    assert text == "H1234AB"
    assert score == pytest.approx(7 * np.log(0.98), abs=0.2)
    assert line.score(text) == pytest.approx(score, abs=0.01)


def test_a_symbol_that_stands_twice_is_two_only_where_there_is_something_between() -> None:
    assert best(*"H1122AB") == "H1122AB"
    held = np.repeat(frames(*"H12AB"), 2, axis=0)
    assert Line(held).best()[0][0] == "H12AB"


def test_the_place_decides_what_looks_alike() -> None:
    assert best("H", {"I": 0.6, "1": 0.3}, *"234", "A", {"8": 0.55, "B": 0.4}) == "H1234AB"
    assert best("8", *"1234", "A", "B") == "B1234AB"
    assert best("H", "O", "1", "A") != "H01A", "no number begins with 0"


def test_a_gap_parts_the_number_from_the_series() -> None:
    both = {"O": 0.48, "0": 0.48}
    assert best(*"AD837", " ", both, "W") == "AD837OW"
    assert best(*"AD837", both, " ", "W") == "AD8370W"
    line = Line(frames(*"AD837", " ", both, "W"))
    assert line.score("AD837OW") > line.score("AD8370W")


def test_only_registrations_are_told_and_unlikely_ones_rank_lower() -> None:
    for text, _ in Line(frames(*"AVANZA", sure=0.99)).best():
        assert any(one.isdigit() for one in text)
    assert not Line(frames(*"HIACE")).shows_digits
    assert Line(frames(*"H1ACE")).shows_digits
    assert Line(frames("A", "C")).best() == []
    assert prior("H1234AB") > prior("H1AB") > prior("XX1AB")
    assert prior("L300") < prior("L301")


def test_lines_too_short_for_a_text_do_not_hold_it() -> None:
    assert Line(frames("H", "1")).score("H1234AB") < -1e6


def test_a_networks_symbols_are_summed_up_into_ours() -> None:
    columns = [[0, 4], [3], *([] for _ in SYMBOLS)]
    columns[2 + SYMBOLS.index("H")] = [1, 2]
    likely = np.array([[0.1, 0.3, 0.2, 0.1, 0.1, 0.2]], np.float32)  # the last one is a symbol that is none of ours
    ours = folded(likely, columns)
    assert ours.shape == (1, 38)
    assert ours.sum() == pytest.approx(1)
    assert ours[0, :2].tolist() == pytest.approx([0.3, 0.1])
    assert ours[0, 2 + SYMBOLS.index("H")] == pytest.approx(0.5 + 0.1 / 36)
