"""The classes that eyes tell apart, and what one of them found in one picture."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput


class ObjectClass(StrEnum):
    """What a thing is, as far as an eye can tell: the coarse classes hold the fine ones."""

    PERSON = "person"
    BICYCLE = "bicycle"
    MOTORCYCLE = "motorcycle"
    TWO_WHEELER = "two-wheeler"
    CAR = "car"
    BUS = "bus"
    TRUCK = "truck"
    BUS_OR_TRUCK = "bus-or-truck"
    OTHER = "other"


class FaceClass(StrEnum):
    """What is told of a face: that it is one, whether a mask is worn (*unknown* is an answer); never whose it is."""

    FACE = "face"
    MASKED = "masked"
    UNMASKED = "unmasked"
    UNKNOWN = "mask-unknown"


MASK_LABELS: Final = (FaceClass.MASKED, FaceClass.UNMASKED, FaceClass.UNKNOWN)
"""The labels of what the masks analytic counts; they are beside traffic, not part of it."""

CLASSES: Final = tuple(ObjectClass)
"""The order of the columns of `Detections.votes`."""

TWO_WHEELERS: Final = frozenset({ObjectClass.BICYCLE, ObjectClass.MOTORCYCLE, ObjectClass.TWO_WHEELER})
LARGE: Final = frozenset({ObjectClass.BUS, ObjectClass.TRUCK, ObjectClass.BUS_OR_TRUCK})
VEHICLES: Final = TWO_WHEELERS | LARGE | {ObjectClass.CAR}
"""What drives."""

MOST_DETECTIONS: Final = 1000
"""More in one picture are cut, the surest kept: no scene has them, a broken eye may."""


@dataclass(frozen=True, slots=True)
class Detections:
    """What an eye found in one picture: struct of arrays, N things.

    Attributes:
        xyxy: Boxes, (N, 4) float32: left, top, right, bottom in 0..1 of the picture.
        scores: How sure the eye is that there is something, (N,) float32 in 0..1.
        votes: How likely each class is, (N, len(CLASSES)) float32; rows need not sum to 1.
    """

    xyxy: NDArray[np.float32]
    scores: NDArray[np.float32]
    votes: NDArray[np.float32]

    def __post_init__(self) -> None:
        count = len(self.xyxy)
        expected = {"xyxy": (count, 4), "scores": (count,), "votes": (count, len(CLASSES))}
        for name, shape in expected.items():
            if (found := getattr(self, name).shape) != shape:
                raise BadInput(f"detections' {name} have the shape {found}, not {shape}")

    @classmethod
    def none(cls) -> Self:
        """Return that nothing was found."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, len(CLASSES)), np.float32))

    def __len__(self) -> int:
        return len(self.xyxy)

    def __getitem__(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> "Detections":
        return Detections(self.xyxy[which], self.scores[which], self.votes[which])

    def surest(self, most: int = MOST_DETECTIONS) -> "Detections":
        """Return at most so many, the surest first kept."""
        if len(self) <= most:
            return self
        return self[np.argsort(-self.scores, kind="stable")[:most]]
