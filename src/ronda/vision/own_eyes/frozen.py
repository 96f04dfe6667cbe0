"""Frozen: packets flow and the picture is always the same one, to its noise.

Pixels here and there, outside the rows in which a clock may run, are compared with those of the picture before. Even
of a scene in which nothing stirs no two pictures are alike: the sensor sees to that. A picture that is coded anew each
time differs by a level here and there.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.own_eyes.outcome import Key, Outcome

_ALIKE: Final = 0.5
"""Mean difference in levels below which two pictures are one."""
_SAME_PIXELS: Final = 0.97
"""Share of the pixels that differ by a level at most."""


def frozen(samples: NDArray[np.uint8], before: NDArray[np.uint8] | None) -> Outcome:
    """Say whether a picture is the one before; measured is the mean difference in levels."""
    if before is None or before.shape != samples.shape:
        return Outcome(Key.FROZEN, None)
    apart = np.abs(samples.astype(np.int16) - before)
    mean, same = float(apart.mean()), float((apart <= 1).mean())
    wrong = mean < _ALIKE and same > _SAME_PIXELS
    detail: dict[str, float | int | str] = {"difference": round(mean, 3)}
    return Outcome(Key.FROZEN, wrong, mean, 1.0 if wrong and mean < _ALIKE / 5 else 0.8, detail)
