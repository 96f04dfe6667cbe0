"""The measures of accuracy: counting effectiveness of the AI City Challenge, and errors of totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Passing:
    """One true passage.

    Attributes:
        line: Which line.
        direction: Which way.
        kind: `person`, `two-wheeler` or `vehicle`.
        begins_s: When it begins to be on the line, as far as was seen by hand.
        ends_s: When it is over it.
    """

    line: str
    direction: str
    kind: str
    begins_s: float
    ends_s: float


@dataclass(frozen=True)
class Counted:
    """One counted passage."""

    line: str
    direction: str
    kind: str
    at_s: float


@dataclass(frozen=True)
class Score:
    """How right counting is.

    Attributes:
        effectiveness: Count-weighted mean of nwRMSE over line, direction and kind, 0 to 1.
        true: Passages that there were.
        counted: Passages counted.
        off: Sum of the differences of the totals, each line, direction and kind for itself; what was counted where
            nothing was is in it, and not in the effectiveness.
    """

    effectiveness: float
    true: int
    counted: int
    off: int


def scored(truth: Sequence[Passing], counted: Sequence[Counted], length_s: float, segments: int = 10) -> Score:
    """Return how right counts are.

    wRMSE = sqrt(sum w_i (x^_i - x_i)^2), w_i = 2i / (k (k + 1)), over the cumulative counts at the ends of k segments;
    nwRMSE = max(0, 1 - wRMSE / total); their count-weighted mean. A passage that is under way at the end of a segment
    may be counted before or after it: hand-made truth gives a stretch of pictures, no moment.
    """
    keys = {(one.line, one.direction, one.kind) for one in truth}
    wrong = {(one.line, one.direction, one.kind) for one in counted} - keys
    effectiveness, off = 0.0, 0
    for key in keys:
        true = [one for one in truth if (one.line, one.direction, one.kind) == key]
        found = [one for one in counted if (one.line, one.direction, one.kind) == key]
        off += abs(len(true) - len(found))
        total, squares = len(true), 0.0
        for index in range(1, segments + 1):
            end = length_s * index / segments if index < segments else float("inf")
            least, most = sum(one.ends_s <= end for one in true), sum(one.begins_s <= end for one in true)
            seen = sum(one.at_s <= end for one in found)
            error = max(least - seen, 0, seen - most)
            squares += 2 * index / (segments * (segments + 1)) * error * error
        effectiveness += total * max(0.0, 1 - sqrt(squares) / total)
    off += sum((one.line, one.direction, one.kind) in wrong for one in counted)
    return Score(effectiveness / max(len(truth), 1), len(truth), len(counted), off)


def together(scores: Sequence[Score]) -> Score:
    """Return the scores of several videos as one, weighted by their passages."""
    true = sum(one.true for one in scores)
    return Score(
        sum(one.effectiveness * one.true for one in scores) / max(true, 1),
        true,
        sum(one.counted for one in scores),
        sum(one.off for one in scores),
    )
