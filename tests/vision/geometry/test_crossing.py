"""Lines: who crosses, which way, once."""

import pytest

from ronda.vision.geometry.crossing import LineWatch, Passage
from ronda.vision.geometry.drawn import LineShape

ASPECT = 16 / 9
MARGIN = 0.01


def watch(start: tuple[float, float] = (0.2, 0.5), end: tuple[float, float] = (0.8, 0.5)) -> LineWatch:
    return LineWatch(LineShape(name="line", start=start, end=end), ASPECT)


def walk(line: LineWatch, *spots: tuple[float, float], track: int = 1) -> list[Passage]:
    found = [line.step(track, x, y, index * 9000, MARGIN) for index, (x, y) in enumerate(spots)]
    return [one for one in found if one is not None]


def test_down_over_a_line_drawn_to_the_right_is_forward() -> None:
    line = watch()
    passages = walk(line, (0.5, 0.3), (0.5, 0.45), (0.5, 0.55), (0.5, 0.7))
    assert [one.forward for one in passages] == [True]
    assert passages[0].at_90k == 13_500
    assert passages[0].along == pytest.approx(0.5)
    assert line.line.directions == ("down", "up")


@pytest.mark.parametrize(
    ("start", "end", "way", "name"),
    [
        ((0.2, 0.5), (0.8, 0.5), ((0.5, 0.7), (0.5, 0.3)), "up"),
        ((0.5, 0.2), (0.5, 0.8), ((0.7, 0.5), (0.3, 0.5)), "left"),
        ((0.5, 0.8), (0.5, 0.2), ((0.7, 0.5), (0.3, 0.5)), "left"),
        ((0.8, 0.5), (0.2, 0.5), ((0.5, 0.3), (0.5, 0.7)), "down"),
    ],
)
def test_directions_are_named_as_they_look(
    start: tuple[float, float], end: tuple[float, float], way: tuple[tuple[float, float], ...], name: str
) -> None:
    line = watch(start, end)
    (passage,) = walk(line, *way)
    assert line.line.directions[0 if passage.forward else 1] == name


def test_jitter_on_the_line_counts_once() -> None:
    jitter = [(0.5, 0.5 + 0.008 * (-1) ** index) for index in range(40)]
    assert len(walk(watch(), (0.5, 0.3), *jitter, (0.5, 0.7))) == 1
    assert walk(watch(), (0.5, 0.3), *jitter, (0.5, 0.3)) == []


def test_there_and_back_counts_once_each_way() -> None:
    there_and_back = [(0.5, 0.3), (0.5, 0.7), (0.5, 0.3), (0.5, 0.7), (0.5, 0.3)]
    assert [one.forward for one in walk(watch(), *there_and_back)] == [True, False]


def test_past_the_ends_does_not_count() -> None:
    assert walk(watch(), (0.1, 0.3), (0.1, 0.7)) == []
    assert walk(watch(), (0.1, 0.3), (0.1, 0.7), (0.5, 0.7), (0.5, 0.3)) != []


def test_who_ends_just_over_the_line_has_crossed_it() -> None:
    line = watch()
    assert walk(line, (0.5, 0.3), (0.5, 0.506)) == []
    passage = line.end(1, MARGIN)
    assert passage is not None
    assert passage.forward
    assert line.end(1, MARGIN) is None


def test_who_comes_into_sight_on_the_line_and_goes_over_it_counts() -> None:
    assert len(walk(watch(), (0.5, 0.495), (0.5, 0.52), (0.5, 0.6))) == 1
    assert walk(watch(), (0.5, 0.502), (0.5, 0.52), (0.5, 0.6)) == []


def test_everybody_counts_for_himself() -> None:
    line = watch()
    assert len(walk(line, (0.4, 0.3), (0.4, 0.7), track=1)) == 1
    assert len(walk(line, (0.6, 0.3), (0.6, 0.7), track=2)) == 1
