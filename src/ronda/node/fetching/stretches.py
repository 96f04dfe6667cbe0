"""Sums of stretches of time: pure, half-open, in order."""

from collections.abc import Iterable, Sequence

Stretches = Sequence[tuple[int, int]]


def without(stretches: Stretches, taken: Iterable[tuple[int, int]], shortest: int = 1) -> list[tuple[int, int]]:
    """Return what of `stretches` is not `taken`; what is left and shorter than `shortest` is not worth it."""
    left = list(stretches)
    for begin, end in taken:
        left = [
            part
            for first, last in left
            for part in ((first, min(last, begin)), (max(first, end), last))
            if part[0] < part[1]
        ]
    return [(begin, end) for begin, end in left if end - begin >= shortest]


def length(stretches: Stretches) -> int:
    """Return how long they are together."""
    return sum(end - begin for begin, end in stretches)
