"""Words written all over a picture, slanting, again and again: no corner can be cut off that would be rid of them."""

from functools import lru_cache
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ronda.media.codec.masks import Planes

_DEGREES: Final = 24
_LINES: Final = 6
"""How many lines of words stand above each other."""
_WEIGHT: Final = 140
"""How much of the words' brightness is taken, of 256: what is below can still be made out."""
_LIGHT: Final = 235
_DARK: Final = 16
Grey = NDArray[np.uint8]


class Watermark:
    """Writes words over pictures; letters that the font lacks are written as a question mark.

    Args:
        text: The words, on one line.
    """

    def __init__(self, text: str) -> None:
        self._text = " ".join(text.split()).encode("latin-1", "replace").decode("latin-1")

    def on(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return a copy of a yuv420p frame, of even width and height, without its times, with the words on it."""
        planes = np.array(frame.to_ndarray(), np.uint8)
        self.write(planes)
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")

    def write(self, planes: Planes) -> None:
        """Write over a yuv420p picture in place; see `ronda.media.codec.masks.Planes`."""
        height, width = planes.shape[0] * 2 // 3, planes.shape[1]
        light, dark = _drawn(self._text, width, height)
        luma = planes[:height]
        for words, tone in ((dark, _DARK), (light, _LIGHT)):
            weight = words.astype(np.int32) * _WEIGHT // 255
            luma[:] = (luma + ((tone - luma.astype(np.int32)) * weight >> 8)).astype(np.uint8)


@lru_cache(maxsize=8)
def _drawn(text: str, width: int, height: int) -> tuple[Grey, Grey]:
    """Return where the words are, and where their shadow is, 0..255; shape (height, width)."""
    across = int((width**2 + height**2) ** 0.5)
    step = max(16, height // _LINES)
    size = max(9, step * 2 // 5)
    font = ImageFont.load_default(size=size)
    words = Image.new("L", (across, across), 0)
    drawing = ImageDraw.Draw(words)
    line = f"{text}     "
    long = max(1, int(drawing.textlength(line, font=font)))
    for row, y in enumerate(range(0, across, step)):
        start = -(row * long // 3 % long)
        for x in range(start, across, long):
            drawing.text((x, y), line, fill=255, font=font)
    turned = np.array(words.rotate(_DEGREES, resample=Image.Resampling.BILINEAR), np.uint8)
    top, left = (across - height) // 2, (across - width) // 2
    light = turned[top : top + height, left : left + width]
    offset = max(1, size // 14)
    dark = np.zeros_like(light)
    dark[offset:, offset:] = light[:-offset, :-offset]
    return light, np.where(light > 0, 0, dark).astype(np.uint8)
