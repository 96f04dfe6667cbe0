"""The wall clock as blocks of black and white that survive compression and scaling.

A strip of 50 by 2 cells spans the picture's whole width at its top edge; a cell is `width / 50`
pixels wide and `height / 12` high. Row 0 carries 48 bits, most significant first, in columns 1 to 48:
Unix time in milliseconds. Row 1 carries the same bits inverted, so that a reader needs no threshold:
a bit is 1 where the cell above is brighter than the cell below. Columns 0 and 49 are white above and
black below: a reader that finds them otherwise, or any pair closer than 40 steps, has no code.

To read it in a browser: draw the video to a canvas, take the luma at each cell's middle (average a
few pixels), compare above with below.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.simulate.scenes.optics import Image

COLUMNS = 50
ROWS_SHARE = 12
BITS = 48
_CONTRAST_MIN = 40


def draw_code(luma: Image, unix_ms: int) -> None:
    """Draw the code of a moment into a luma plane, in place."""
    high, wide = luma.shape
    bits = [1, *((unix_ms >> (BITS - 1 - index)) & 1 for index in range(BITS)), 1]
    above = np.array(bits, np.uint8) * 219 + 16
    edges = np.linspace(0, wide, COLUMNS + 1).round().astype(int)
    row = high // ROWS_SHARE
    for column, value in enumerate(above):
        luma[:row, edges[column] : edges[column + 1]] = value
        luma[row : 2 * row, edges[column] : edges[column + 1]] = 251 - int(value)


def read_code(luma: NDArray[np.uint8]) -> int | None:
    """Return the Unix milliseconds in a luma (or grey) picture of any size, or None."""
    high, wide = luma.shape
    cell_w, cell_h = wide / COLUMNS, high / ROWS_SHARE
    value = 0
    for column in range(COLUMNS):
        x0, x1 = int((column + 0.3) * cell_w), max(int((column + 0.3) * cell_w) + 1, int((column + 0.7) * cell_w))
        pair = []
        for row in (0, 1):
            y0 = int((row + 0.3) * cell_h)
            pair.append(float(luma[y0 : max(y0 + 1, int((row + 0.7) * cell_h)), x0:x1].mean()))
        if abs(pair[0] - pair[1]) < _CONTRAST_MIN:
            return None
        if column in {0, COLUMNS - 1}:
            if pair[0] < pair[1]:
                return None
        else:
            value = value << 1 | (pair[0] > pair[1])
    return value


def draw_face(luma: Image, unix_ms: int, text: str) -> None:
    """Draw digits for people below the code, and a hand that turns once a second."""
    high, wide = luma.shape
    luma[2 * (high // ROWS_SHARE) :] = 40
    size = wide / 640 * 1.7
    cv2.putText(
        luma, text, (round(wide * 0.04), round(high * 0.62)), cv2.FONT_HERSHEY_DUPLEX, size, 225, 2, cv2.LINE_AA
    )
    centre, turn = (round(wide * 0.88), round(high * 0.78)), unix_ms % 1000 / 1000 * 2 * np.pi
    radius = high * 0.14
    cv2.circle(luma, centre, round(radius), 120, 2, cv2.LINE_AA)
    tip = (round(centre[0] + np.sin(turn) * radius), round(centre[1] - np.cos(turn) * radius))
    cv2.line(luma, centre, tip, 225, 3, cv2.LINE_AA)
