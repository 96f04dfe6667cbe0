"""What stands along a drawn line: the picture unrolled along it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Picture

Strip = NDArray[np.float32]
"""(rows, columns, 3): rows along the line from its lower end, columns across it, red first."""

MOST_ROWS: Final = 240
FEWEST_ROWS: Final = 20
"""A staff of fewer pixels cannot be read."""
ACROSS: Final = 0.05
"""Half the width of what is read, in lengths of the line."""
AROUND: Final = 0.25
"""And of what shows how the camera shakes: marks of a staff repeat, what stands around it does not."""
SHAKE: Final = 2
"""A camera is shaken by at most so many rows or columns."""
COLOURED: Final = 5.0
"""Levels by which the colours of a picture differ on the mean, at least: infrared shows none."""


@dataclass(frozen=True, slots=True)
class Along:
    """A drawn line, its lower end first, in 0..1 of the picture."""

    low: tuple[float, float]
    high: tuple[float, float]

    def rows(self, width: int, height: int) -> int:
        """Return how many rows the strip of a picture has."""
        long = float(np.hypot((self.high[0] - self.low[0]) * width, (self.high[1] - self.low[1]) * height))
        return min(round(long), MOST_ROWS)

    def strip(self, picture: Picture) -> Strip | None:
        """Return the strip and what is around, with a rim of `SHAKE` rows and columns; None of too short a line."""
        high, wide = picture.rgb.shape[:2]
        rows = self.rows(wide, high)
        if rows < FEWEST_ROWS:
            return None
        low, top = (np.array(end) * (wide, high) - 0.5 for end in (self.low, self.high))
        step = (top - low) / rows
        side = np.array((-step[1], step[0]))
        columns = max(2, round(AROUND * rows)) + SHAKE
        along = np.arange(-SHAKE, rows + SHAKE) + 0.5
        across = np.arange(-columns, columns + 1)
        at = low + along[:, None, None] * step + across[None, :, None] * side
        taken = cv2.remap(
            picture.rgb,
            at[..., 0].astype(np.float32),
            at[..., 1].astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(taken, np.float32)


def middle(strip: Strip) -> Strip:
    """Return what is read of a strip: without what is around."""
    half = max(2, round(ACROSS * len(strip)))
    between = strip.shape[1] // 2
    return strip[:, between - half : between + half + 1]


def is_coloured(picture: Picture) -> bool:
    """Whether a picture has colours; one of an infrared night has none."""
    small = picture.rgb[::8, ::8].astype(np.int16)
    return float((small.max(-1) - small.min(-1)).mean()) >= COLOURED
