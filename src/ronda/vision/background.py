"""What stands still before a fixed camera, and what differs from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Rgb


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A camera's background at one moment, at a working size of h x w pixels.

    Attributes:
        empty: The place without what comes and goes, (h, w, 3) uint8: the slow memory, learnt over minutes.
        moving: What differs from the fast memory and is no shadow, (h, w) bool: it moves now.
        stopped: What differs from the slow memory and agrees with the fast one, (h, w) bool: it came and stayed.
    """

    empty: Rgb
    moving: NDArray[np.bool_]
    stopped: NDArray[np.bool_]
