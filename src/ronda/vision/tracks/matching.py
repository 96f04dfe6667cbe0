"""Which detection is which followed thing: likeness of a pair, and the best pairs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.detectors.boxes import iou
from ronda.vision.objects import CLASSES, LARGE, TWO_WHEELERS, ObjectClass
from ronda.vision.tracks.motion import measured

Floats = NDArray[np.float64]

_CLOSE: Final = 0.3
_WIDEST: Final = 1.1
_REACH: Final = 2.4
_MOMENTUM: Final = 0.35
_LEAST_STEP: Final = 0.15
_TOUCHING: Final = 0.05
_STANDING_OVERLAP: Final = 0.25
_FASTEST: Final = 12.0
_FURTHEST: Final = 3.0
"""In sizes a second, and in sizes: a motorcycle seen from the side at 60 km/h makes ten a second."""
_SAME_SIZE: Final = 0.7
_LEAST_RATIO: Final = 0.35
_KINDS: Final = np.array(
    [
        0 if one is ObjectClass.PERSON else 1 if one in TWO_WHEELERS else 2 if one in LARGE | {ObjectClass.CAR} else 3
        for one in CLASSES
    ]
)
_ALIKE: Final = np.array([[1, 0.8, 0.5, 0.8], [0.8, 1, 0.75, 0.8], [0.5, 0.75, 1, 0.8], [0.8, 0.8, 0.8, 1]])
"""How well people, two-wheelers, other vehicles and all else go together: eyes waver."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The followed things, N of them, where they are expected.

    Attributes:
        boxes: (N, 4) in heights.
        doubt: Standard deviation of the centre, (N,) in heights.
        last: Centre when last seen, (N, 2).
        heading: Unit vector of where each was going, (N, 2); zero where that is not known.
        kinds: As of `kinds_of`, (N,).
        standing: Which of them stand, (N,) bool.
    """

    boxes: Floats
    doubt: Floats
    last: Floats
    heading: Floats
    kinds: NDArray[np.intp]
    standing: NDArray[np.bool_]

    def only(self, rows: NDArray[np.intp]) -> "Expected":
        """Return some of them."""
        return Expected(
            self.boxes[rows],
            self.doubt[rows],
            self.last[rows],
            self.heading[rows],
            self.kinds[rows],
            self.standing[rows],
        )


def kinds_of(votes: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the kind of each row of votes: people, two-wheelers, other vehicles, all else."""
    kinds = _KINDS[votes.argmax(1)] if len(votes) else np.empty(0, np.intp)
    kinds[~votes.any(1)] = 3
    return np.asarray(kinds, np.intp)


def likeness(expected: Expected, boxes: Floats, kinds: NDArray[np.intp]) -> Floats:
    """Return how well each of N things and M detections go together, 0 to 1; 0 for what cannot be the same.

    Overlap alone fails when few pictures a second come and a thing moves by more than its length between two of them,
    so nearness counts beside it, in sizes of the thing, the less strictly the less is known of where it should be.
    Direction counts as in OC-SORT: the way from the last sighting to a detection should agree with the way so far.
    """
    if not len(expected.boxes) or not len(boxes):
        return np.zeros((len(expected.boxes), len(boxes)))
    overlap = iou(expected.boxes.astype(np.float32), boxes.astype(np.float32)).astype(np.float64)
    there, here = measured(expected.boxes), measured(boxes)
    size = np.sqrt(there[:, 2] * there[:, 3])[:, None]
    other_size = np.sqrt(here[:, 2] * here[:, 3])[None]
    apart = np.hypot(*(here[None, :, :2] - there[:, None, :2]).transpose(2, 0, 1)) / np.sqrt(size * other_size)
    reach = np.minimum(_CLOSE + expected.doubt[:, None] / size, _WIDEST)
    near = np.exp(-0.5 * (apart / reach) ** 2)
    ratio = np.minimum(size / other_size, other_size / size)
    alike = (0.5 * overlap + 0.5 * near) * np.sqrt(np.minimum(ratio / 0.7, 1))
    step = here[None, :, :2] - expected.last[:, None]
    length = np.hypot(step[..., 0], step[..., 1])
    turn = (step * expected.heading[:, None]).sum(2) / np.maximum(length, 1e-9)
    moving = (length > _LEAST_STEP * size) & (np.abs(expected.heading).sum(1) > 0)[:, None]
    alike *= np.where(moving, 1 - _MOMENTUM * (1 - turn) / 2, 1)
    alike *= _ALIKE[expected.kinds[:, None], kinds[None]]
    possible = ((overlap > _TOUCHING) | (apart < _REACH * reach)) & (ratio > _LEAST_RATIO)
    possible &= (overlap > _STANDING_OVERLAP) | ~expected.standing[:, None]  # what passes a standing thing is not it
    return np.where(possible, alike, 0)


def leaps(expected: Expected, boxes: Floats, kinds: NDArray[np.intp], seconds: float) -> Floats:
    """Return how likely each of N things seen once leapt to each of M detections of its kind and size, 0 to 1."""
    here = measured(boxes)
    size, other_size = (
        np.sqrt(np.prod(measured(expected.boxes)[:, 2:], 1))[:, None],
        np.sqrt(np.prod(here[:, 2:], 1))[None],
    )
    apart = np.hypot(*(here[None, :, :2] - expected.last[:, None]).transpose(2, 0, 1)) / size
    ratio = np.minimum(size / other_size, other_size / size)
    reach = min(_FASTEST * seconds, _FURTHEST)
    possible = (apart < reach) & (ratio > _SAME_SIZE) & (expected.kinds[:, None] == kinds[None])
    return np.where(possible, ratio * (1 - apart / (reach + 1e-9)), 0)


def pairs(alike: Floats, least: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of the best pairs together (Hungarian method), those less alike than `least` left out."""
    if not alike.size:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - half a second that only those who look need

    rows, columns = linear_sum_assignment(np.where(alike >= least, alike, 0), maximize=True)
    good = alike[rows, columns] >= least
    return rows[good], columns[good]
