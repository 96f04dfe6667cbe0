"""One decoded picture, as an eye is given it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""Height x width x 3, red first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at a moment.

    Attributes:
        rgb: The pixels, (H, W, 3) uint8; often smaller than what the camera sent.
        at_90k: Timeline time (UTC) of a live camera; the video's own time of a file.
        full_wh: Width and height that the camera sent, in pixels.
        keyframe: Whether it was coded by itself.
    """

    rgb: Rgb
    at_90k: int
    full_wh: tuple[int, int]
    keyframe: bool = False

    @property
    def aspect(self) -> float:
        """Width of the picture in heights of it: makes distances in 0..1 comparable."""
        return self.full_wh[0] / self.full_wh[1]
