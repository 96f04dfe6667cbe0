"""A line in the lower left corner of a picture, on a dark band: what the picture says of itself."""

from functools import lru_cache
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_LINES: Final = 26
"""How many lines of it a picture would hold above each other."""
_LEAST_SIZE: Final = 10
_NEUTRAL: Final = 128


class Caption:
    """Writes a line over pictures; letters that the font lacks are written as a question mark.

    Args:
        text: The line.
    """

    def __init__(self, text: str) -> None:
        self._text = " ".join(text.split()).encode("latin-1", "replace").decode("latin-1")

    def on(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return a copy of a yuv420p frame, of even width and height, without its times, with the line on it."""
        planes = np.array(frame.to_ndarray(), np.uint8)
        width, height = frame.width, frame.height
        line = _drawn(self._text, width, height)
        high, wide = line.shape
        planes[height - high : height, :wide] = line
        colours = planes[height:].reshape(2, height // 2, width // 2)
        colours[:, (height - high) // 2 :, : wide // 2] = _NEUTRAL
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")


@lru_cache(maxsize=8)
def _drawn(text: str, width: int, height: int) -> NDArray[np.uint8]:
    """Return the line as grey, of even width and height, no larger than the picture."""
    size = max(_LEAST_SIZE, height // _LINES)
    while size > _LEAST_SIZE // 2 and ImageFont.load_default(size=size).getlength(text) > width - size:
        size -= 1
    font = ImageFont.load_default(size=size)
    wide = min(width, int(font.getlength(text)) + size) & ~1
    high = min(height, size * 3 // 2) & ~1
    band = Image.new("L", (wide, high), 16)
    ImageDraw.Draw(band).text((size // 2, high // 2), text, fill=235, font=font, anchor="lm")
    return np.array(band, np.uint8)
