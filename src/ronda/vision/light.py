"""Light over the whole picture: what a camera's exposure does to it, and what tells a shadow from a thing."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Ycc = NDArray[np.uint8]
"""Height x width x 3, luma, Cr, Cb."""
Plane = NDArray[np.uint8]

STEP: Final = 7
"""Each so many rows and columns one pixel is asked how bright it is."""
FEWEST: Final = 64
"""Fewer pixels that agree say nothing about the whole picture."""
DARKEST_SHADOW: Final = 0.45
"""A shadow leaves at least this share of the light that the camera shows."""
BRIGHTEST_LIGHT: Final = 1.3
"""A patch of light, or a reflection, adds at most so much: white things add more."""
SAME_TEXTURE: Final = 7
"""Levels by which the grain of a ground may differ where only the light on it has changed."""


def exposure(now: Ycc, known: Ycc, usable: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return gain and offset that turn the luma of `known` into that of `now`; None where no such pair is to be found.

    Least squares over the pixels that are usable (bool, h x w), those left out in three rounds that do not follow
    the rest: what has come into the picture is not exposure.
    """
    pick = usable[::STEP, ::STEP]
    x = known[::STEP, ::STEP, 0][pick].astype(np.float32)
    y = now[::STEP, ::STEP, 0][pick].astype(np.float32)
    unclipped = (y > 4) & (y < 251) & (x > 4) & (x < 251)
    x, y = x[unclipped], y[unclipped]
    if len(x) < FEWEST:
        return None
    gain, offset = float(np.median(y) / max(1.0, float(np.median(x)))), 0.0
    keep = np.ones(len(x), bool)
    for _ in range(3):
        off = np.abs(y - gain * x - offset)
        keep = off <= max(6.0, 2.0 * float(np.median(off)))
        a, b = x[keep], y[keep]
        spread = float(a.var())
        middle_a, middle_b = float(a.mean()), float(b.mean())
        # A picture of one brightness tells the gain, not gain and offset.
        gain = (
            float(((a - middle_a) * (b - middle_b)).mean()) / spread if spread > 100 else middle_b / max(1.0, middle_a)
        )
        offset = middle_b - gain * middle_a
    return (gain, offset) if keep.mean() > 0.5 and 0.2 < gain < 5 else None


def only_light(now: Ycc, known: Ycc) -> NDArray[np.bool_]:
    """Return where `now` differs from `known` as a shadow or a patch of light makes it differ, (h, w) bool.

    The luma is scaled within bounds and its grain is scaled with it (Horprasert 1999, Jacques 2005); the colour is for
    the caller to judge. Says the same, true, of places that do not differ.
    """
    luma, base = now[..., 0], known[..., 0]
    ratio = cv2.divide(luma, base, scale=100.0)
    within = cv2.inRange(ratio, int(100 * DARKEST_SHADOW), int(100 * BRIGHTEST_LIGHT))
    grain = cv2.subtract(luma, cv2.blur(luma, (5, 5)), dtype=cv2.CV_16S)
    ground = cv2.subtract(base, cv2.blur(base, (5, 5)), dtype=cv2.CV_16S)
    scaled = cv2.multiply(ground, ratio, scale=0.01, dtype=cv2.CV_16S)
    alike = cv2.absdiff(grain, scaled) <= SAME_TEXTURE
    return np.asarray((within > 0) & alike)


def edges(plane: Plane) -> NDArray[np.float32]:
    """Return how steep the luma is at each pixel, (h, w) float32, in levels a pixel."""
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    return np.asarray(cv2.magnitude(across, down), np.float32)
