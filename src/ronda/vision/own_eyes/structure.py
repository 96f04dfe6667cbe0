"""Where a view's edges run: what stays the same by day and by night while light, weather and traffic change.

At each of 96 x 54 places one number says how strongly and which way the picture's edges run there; brightness, contrast
and which side is the brighter do not matter (orientation correlation, Fitch 2002, of a pooled structure tensor). Two
such fields are laid over each other in all shifts at once.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Field = NDArray[np.complex64]
"""(54, 96), absolute values up to 1."""

COLUMNS: Final = 96
ROWS: Final = 54
_CELL: Final = 4
"""A cell is pooled of so many pixels a side."""
WORK_WIDTH: Final = COLUMNS * _CELL
WORK_HEIGHT: Final = ROWS * _CELL
_GRAIN: Final = 3.0
"""Levels a pixel: an edge that is as steep as this is half believed; noise is less."""
NEAR: Final = 2
"""A peak within so many cells of the middle is the view itself, shaken."""
LETTERED: Final = 6
"""So many rows above and below are not asked: there stand clock and name, which do not turn with the camera."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one field lies best on another.

    Attributes:
        here: How well it fits where it should be, -1 to 1.
        best: How well at the best shift.
        shift_xy: That shift, in shares of the picture's width and height.
        noise: What unrelated fields of this kind fit by chance: one standard deviation.
    """

    here: float
    best: float
    shift_xy: tuple[float, float]
    noise: float

    @property
    def sure_here(self) -> float:
        """How far above chance it fits where it should be, in standard deviations."""
        return self.here / self.noise

    @property
    def sure_best(self) -> float:
        """How far above chance it fits at the best shift."""
        return self.best / self.noise


def field(luma: Plane) -> Field:
    """Return the edges of a picture's luma, which is `WORK_WIDTH` x `WORK_HEIGHT`, without trend."""
    soft = cv2.GaussianBlur(luma, (3, 3), 0)
    across = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    down = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    square = cv2.multiply(across, across)
    real = cv2.subtract(square, cv2.multiply(down, down))
    power = cv2.add(square, cv2.multiply(down, down))
    # A lamp's edge must not outweigh a wall's: each pixel's part is its steepness, not its square.
    weight = 1 / (np.sqrt(power) + 1e-3)
    size = (COLUMNS, ROWS)
    pooled = cv2.resize(real * weight, size, interpolation=cv2.INTER_AREA) + 1j * cv2.resize(
        2 * cv2.multiply(across, down) * weight, size, interpolation=cv2.INTER_AREA
    )
    found = np.asarray(pooled / (np.abs(pooled) + _GRAIN), np.complex64)
    return without_trend(found)


def without_trend(one: Field) -> Field:
    """Return a field less the direction that most of it has: streets are full of uprights wherever one looks.

    Its rows with lettering are zero.
    """
    found = np.zeros_like(one)
    asked = slice(LETTERED, ROWS - LETTERED)
    found[asked] = one[asked] - one[asked].mean()
    return found


def zoomed(one: Field, by: float) -> Field:
    """Return the field of the same view with a longer (above 1) or shorter lens."""
    turn = np.array(((by, 0, (1 - by) * COLUMNS / 2), (0, by, (1 - by) * ROWS / 2)), np.float32)
    real, imaginary = (
        cv2.warpAffine(np.ascontiguousarray(part), turn, (COLUMNS, ROWS)) for part in (one.real, one.imag)
    )
    return without_trend(np.asarray(real + 1j * imaginary, np.complex64))


def alike(one: Field, other: Field) -> float:
    """Return how well two fields fit as they lie, -1 to 1."""
    scale = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.vdot(one, other).real) / scale if scale > 0 else 0.0


def fit(known: Field, now: Field) -> Fit:
    """Return how `now` lies best on `known`; both without trend."""
    scale = float(np.linalg.norm(known) * np.linalg.norm(now))
    if scale <= 0:
        return Fit(0.0, 0.0, (0.0, 0.0), 1.0)
    spectrum = np.conj(np.fft.fft2(known)) * np.fft.fft2(now)
    surface = np.asarray(np.fft.fftshift(np.fft.ifft2(spectrum).real) / scale, np.float32)
    middle_y, middle_x = ROWS // 2, COLUMNS // 2
    around = surface[middle_y - NEAR : middle_y + NEAR + 1, middle_x - NEAR : middle_x + NEAR + 1]
    y, x = (int(part) for part in np.unravel_index(int(surface.argmax()), surface.shape))
    exact = (x + _between(surface[y], x) - middle_x, y + _between(surface[:, x], y) - middle_y)
    noise = 1.4826 * float(np.median(np.abs(surface - np.median(surface))))
    shift = (float(exact[0]) / COLUMNS, float(exact[1]) / ROWS)
    return Fit(float(around.max()), float(surface[y, x]), shift, max(noise, 1e-3))


def _between(line: NDArray[np.float32], at: int) -> float:
    """Return where a parabola through a peak and its neighbours is highest, -0.5 to 0.5 from the peak."""
    before, peak, after = (float(line[(at + step) % len(line)]) for step in (-1, 0, 1))
    bend = before - 2 * peak + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0
