"""What kind a plate is of, by the colours of its ground and of its letters (Perpol 7/2021; older ones are black)."""

from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Rgb


class PlateKind(StrEnum):
    """Whose plates have such colours."""

    PRIVATE = "private"
    """Black on white, or white on black as before 2022."""
    PUBLIC = "public"
    """Black on yellow."""
    GOVERNMENT = "government"
    """White on red. What is not registered yet has red on white, which small pictures do not tell from it."""
    UNKNOWN = "unknown"
    """The picture does not tell, as in infrared."""


_LEAST_SIDE: Final = 6
_GREY: Final = 6.0
"""A picture whose pixels differ less in their colours than so many levels was taken without."""
_VIVID: Final = 0.32
_YELLOW: Final = (28, 75)
_RED: Final = (24, 335)
"""Hues in degrees; red is what lies outside."""
_LIT: Final = 45
_ROWS: Final = (0.2, 0.64)
_COLUMNS: Final = (0.07, 0.93)
"""The part of a face that letters stand on, whether it has a second line or not."""
_APART: Final = 18
"""Ground and letters differ by so many levels at least."""


def is_infrared(crop: Rgb) -> bool:
    """Whether a picture has no colours."""
    some = cv2.GaussianBlur(crop, (5, 5), 0)[::2, ::2].astype(np.int16)
    return bool(float((some.max(-1) - some.min(-1)).mean()) < _GREY)


def kind_of(face: Rgb, infrared: bool) -> PlateKind:
    """Return what kind a plate is of.

    Args:
        face: The line of its registration, face on, (H, W, 3), red first, with a little of the ground around.
        infrared: Whether the picture that it comes from has no colours.
    """
    if infrared or min(face.shape[:2]) < _LEAST_SIDE:
        return PlateKind.UNKNOWN
    rows = slice(*(round(share * face.shape[0]) for share in _ROWS))
    columns = slice(*(round(share * face.shape[1]) for share in _COLUMNS))
    soft = np.asarray(cv2.GaussianBlur(face[rows, columns], (3, 3), 0), np.uint8)
    grey = np.asarray(cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY), np.uint8)
    split, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = grey > split
    share = float(bright.mean())
    if not 0.04 < share < 0.96:
        return PlateKind.UNKNOWN
    light, dark = _middle(soft, bright), _middle(soft, ~bright)
    if float(light.mean() - dark.mean()) < _APART:
        return PlateKind.UNKNOWN
    return _named(light, dark)


def _named(light: NDArray[np.float32], dark: NDArray[np.float32]) -> PlateKind:
    """Return the kind by the colours of the lighter and the darker part.

    A camera keeps colours coarser than brightness: in small pictures letters have something of their ground's.
    """
    hue, vivid = _hue(light)
    if vivid >= _VIVID and _YELLOW[0] <= hue <= _YELLOW[1]:
        return PlateKind.PUBLIC
    hue, vivid = _hue(dark)
    if vivid >= _VIVID and not _RED[0] < hue < _RED[1] and float(dark.max()) > _LIT:
        return PlateKind.GOVERNMENT
    return PlateKind.PRIVATE if _hue(light)[1] < _VIVID else PlateKind.UNKNOWN


def _middle(face: Rgb, part: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the colour of a part, (3,) in 0..255."""
    return np.asarray(face[part].mean(0), np.float32)


def _hue(colour: NDArray[np.float32]) -> tuple[float, float]:
    """Return hue in degrees and saturation."""
    pixel = (colour / np.float32(255)).reshape(1, 1, 3)
    hue, vivid, _ = cv2.cvtColor(pixel, cv2.COLOR_RGB2HSV)[0, 0]
    return float(hue), float(vivid)
