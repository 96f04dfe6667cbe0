"""One thing that is followed over time."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.objects import CLASSES, TWO_WHEELERS, VEHICLES, ObjectClass

LONGEST_PATH: Final = 256
"""Positions that a track remembers; older ones are dropped."""
_LEAST_MOVE: Final = 0.05
_KINDS: Final = np.array(
    [
        [one is ObjectClass.PERSON, one in TWO_WHEELERS, one in VEHICLES - TWO_WHEELERS, one is ObjectClass.OTHER]
        for one in CLASSES
    ],
    np.float32,
)
"""Which kind each class is of: people, two-wheelers, other vehicles, all else."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a thing stood at a moment: the middle of its box's lower edge, in 0..1 of the picture.

    Attributes:
        metres: The same place on the ground (x, y in metres), where the camera is calibrated.
    """

    at_90k: int
    x: float
    y: float
    metres: tuple[float, float] | None = None


@dataclass(slots=True, eq=False)
class Track:
    """A thing, from when it was first seen.

    Attributes:
        id: Its number, unique for the camera while a worker lives.
        xyxy: Its box now, in 0..1; predicted where it is hidden.
        first_90k: When it was first seen.
        last_90k: When it was last seen, not predicted.
        seen: On how many pictures it was seen.
        votes: Sum of its detections' votes, (len(CLASSES),).
        path: Where it stood, oldest first, seen moments only.
        still_since_90k: Since when it has not moved; None while it moves.
        speed_kmh: Over the last second, where the camera is calibrated.
    """

    id: int
    xyxy: NDArray[np.float32]
    first_90k: int
    last_90k: int
    seen: int = 1
    votes: NDArray[np.float32] = field(default_factory=lambda: np.zeros(len(CLASSES), np.float32))
    path: deque[Step] = field(default_factory=lambda: deque(maxlen=LONGEST_PATH))
    still_since_90k: int | None = None
    speed_kmh: float | None = None

    @property
    def label(self) -> ObjectClass:
        """What it is by the votes so far: first of what kind, then what of that kind."""
        if not self.votes.any():
            return ObjectClass.OTHER
        # A bicycle that is now called a motorcycle and now a person is a two-wheeler all the same.
        kind = int((self.votes @ _KINDS).argmax())
        return CLASSES[int(np.where(_KINDS[:, kind], self.votes, -1).argmax())]

    @property
    def foot(self) -> tuple[float, float]:
        """The middle of the lower edge of its box: where it stands."""
        left, _, right, bottom = self.xyxy
        return float(left + right) / 2, float(bottom)

    @property
    def direction(self) -> str:
        """Where it went on the picture: left, right, up or down; empty where it hardly moved."""
        if len(self.path) < 2:
            return ""
        across = self.path[-1].x - self.path[0].x
        down = self.path[-1].y - self.path[0].y
        if max(abs(across), abs(down)) < _LEAST_MOVE:
            return ""
        if abs(across) >= abs(down):
            return "right" if across > 0 else "left"
        return "down" if down > 0 else "up"
