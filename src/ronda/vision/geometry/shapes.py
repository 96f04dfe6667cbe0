"""What makes a line a line and a zone a zone: checked before anything is watched."""

from collections.abc import Sequence
from itertools import combinations
from typing import Annotated, Final

from pydantic import Field

Point = tuple[Annotated[float, Field(allow_inf_nan=False)], Annotated[float, Field(allow_inf_nan=False)]]
"""x to the right and y down, in 0..1 of the picture."""

SHORTEST: Final = 0.01
"""A line shorter than this share of the picture crosses nothing."""
SMALLEST: Final = 0.0001
"""A zone of less than this share of the picture holds nothing."""


def check_line(name: str, start: Point, end: Point) -> None:
    """Raise ValueError, saying what is wrong, unless these are the ends of a line on the picture."""
    _check_inside(f"line {name!r}", (start, end))
    if max(abs(start[0] - end[0]), abs(start[1] - end[1])) < SHORTEST:
        raise ValueError(f"line {name!r} has no length: give it two ends that lie apart")


def check_zone(name: str, points: Sequence[Point]) -> None:
    """Raise ValueError, saying what is wrong, unless these are the corners of a polygon on the picture."""
    _check_inside(f"zone {name!r}", points)
    if _crosses_itself(points):
        raise ValueError(f"zone {name!r} crosses itself: name its corners in order around it")
    if area(points) < SMALLEST:
        raise ValueError(f"zone {name!r} has no area: its corners lie on one line or one point")


def area(points: Sequence[Point]) -> float:
    """Return the area of a polygon (shoelace formula)."""
    following = [*points[1:], points[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))) / 2


def _check_inside(what: str, points: Sequence[Point]) -> None:
    for x, y in points:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError(
                f"{what} has the point ({x:g}, {y:g}) outside the picture: points are in 0..1, or in pixels of `size`"
            )


def _crosses_itself(points: Sequence[Point]) -> bool:
    sides = list(zip(points, [*points[1:], points[0]], strict=True))
    last = len(sides) - 1
    return any(
        _cross(*one, *other)
        for (i, one), (j, other) in combinations(enumerate(sides), 2)
        if j - i > 1 and not (i == 0 and j == last)
    )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
