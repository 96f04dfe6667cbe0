"""Which colour a thing has, in the words that people search by."""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.picture import Rgb


class Colour(StrEnum):
    """Colours that a witness would name."""

    WHITE = "white"
    GREY = "grey"
    BLACK = "black"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    BROWN = "brown"


_SATURATED: Final = 0.28
_DARK: Final = 0.22
_BRIGHT: Final = 0.72
_HUES: Final = (
    (15, Colour.RED),
    (42, Colour.ORANGE),
    (70, Colour.YELLOW),
    (165, Colour.GREEN),
    (255, Colour.BLUE),
    (330, Colour.PURPLE),
    (361, Colour.RED),
)
"""Where each hue ends, in degrees."""
_LEAST_SHARE: Final = 0.3
_VIVID: Final = 1.6
"""A vivid pixel counts for more than one of tyres, glass or road."""


def colour_of(crop: Rgb) -> Colour | None:
    """Return the colour of what fills the middle of a crop; None where no colour has a good share of it.

    Args:
        crop: A thing and nothing else, as its box cuts it, (height, width, 3), red first.
    """
    height, width = crop.shape[:2]
    if height < 4 or width < 4:
        return None
    middle = crop[height // 5 : height - height // 5 : 2, width // 5 : width - width // 5 : 2].reshape(-1, 3)
    names, weights = _named(np.divide(middle, 255, dtype=np.float32))
    shares = {colour: float(weights[names == number].sum()) for number, colour in enumerate(Colour)}
    best = max(shares, key=lambda colour: shares[colour])
    return best if shares[best] >= _LEAST_SHARE * float(weights.sum()) else None


def _named(pixels: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the number of each pixel's colour, and how much it counts."""
    value, least = pixels.max(axis=1), pixels.min(axis=1)
    chroma = value - least
    saturation = np.divide(chroma, value, out=np.zeros_like(value), where=value > 0)
    hue = _hue(pixels, value, chroma)
    order = list(Colour)
    names = np.full(len(pixels), order.index(Colour.GREY))
    for end, colour in reversed(_HUES):
        names[hue < end] = order.index(colour)
    brown = (names == order.index(Colour.ORANGE)) & (value < 0.6)
    names[brown] = order.index(Colour.BROWN)
    pale = saturation < _SATURATED
    names[pale] = order.index(Colour.GREY)
    names[pale & (value > _BRIGHT)] = order.index(Colour.WHITE)
    names[value < _DARK] = order.index(Colour.BLACK)
    weights = np.where(pale | (value < _DARK), 1.0, _VIVID).astype(np.float32)
    return names, weights


def _hue(pixels: NDArray[np.float32], value: NDArray[np.float32], chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return hues in degrees (HSV)."""
    red, green, blue = pixels[:, 0], pixels[:, 1], pixels[:, 2]
    safe = np.where(chroma > 0, chroma, 1)
    hue = np.where(
        value == red,
        (green - blue) / safe % 6,
        np.where(value == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    return np.asarray(hue * 60, np.float32)
