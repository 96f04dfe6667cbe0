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
    """White on red."""
    TEMPORARY = "temporary"
    """Red on white: not registered yet."""
    UNKNOWN = "unknown"
    """The picture does not tell, as in infrared."""


_LEAST_SIDE: Final = 6
_GREY: Final = 6.0
"""A picture whose pixels differ less in their colours than so many levels was taken without."""
_VIVID: Final = 0.32
_PALE: Final = 0.24
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
    soft = np.asarray(cv2.GaussianBlur(face, (3, 3), 0), np.uint8)
    grey = np.asarray(cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY), np.uint8)
    split, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = grey > split
    if not 0.04 < float(bright.mean()) < 0.96:
        return PlateKind.UNKNOWN
    light, dark = _middle(soft, grey, bright), _middle(soft, grey, ~bright)
    if float(light.mean() - dark.mean()) < _APART:
        return PlateKind.UNKNOWN
    ground, letters = (light, dark) if _is_ground(bright) else (dark, light)
    return _named(ground, letters, ground is light)


def _named(ground: NDArray[np.float32], letters: NDArray[np.float32], on_light: bool) -> PlateKind:
    hue, vivid = _hue(ground)
    if vivid >= _VIVID and 32 <= hue <= 75 and on_light:
        return PlateKind.PUBLIC
    if vivid >= _VIVID and (hue <= 20 or hue >= 335) and not on_light:
        return PlateKind.GOVERNMENT
    if vivid > _PALE and float(ground.max()) > 60:
        return PlateKind.UNKNOWN
    ink, ink_vivid = _hue(letters)
    if on_light and ink_vivid >= 0.5 and (ink <= 20 or ink >= 335) and float(letters.max()) > 90:
        return PlateKind.TEMPORARY
    return PlateKind.PRIVATE


def _is_ground(part: NDArray[np.bool_]) -> bool:
    """Whether a part of the face is its ground: it has the larger share, above all between and beside the letters."""
    high, wide = part.shape
    rim = max(high // 8, 1)
    middle = part[high // 5 : high - high // 5, rim : wide - rim]
    return bool(middle.mean() * 0.5 + part.mean() * 0.5 > 0.5)


def _middle(face: Rgb, grey: NDArray[np.uint8], part: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the colour of a part, (3,) in 0..255: of its purer half, for edges are mixtures."""
    values = grey[part]
    ends = np.percentile(values, (50, 100) if values.mean() > grey[~part].mean() else (0, 50))
    pure = part & (grey >= ends[0]) & (grey <= ends[1])
    return np.asarray(np.median(face[pure], 0), np.float32)


def _hue(colour: NDArray[np.float32]) -> tuple[float, float]:
    """Return hue in degrees and saturation."""
    pixel = (colour / np.float32(255)).reshape(1, 1, 3)
    hue, vivid, _ = cv2.cvtColor(pixel, cv2.COLOR_RGB2HSV)[0, 0]
    return float(hue), float(vivid)
