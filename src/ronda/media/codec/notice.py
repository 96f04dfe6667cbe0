"""A black picture with some lines in its middle: what stands where nothing was recorded, and why."""

from collections.abc import Sequence
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_LINES: Final = 14
"""How many lines a picture would hold above each other."""
_LEAST_SIZE: Final = 8
_BLACK: Final = 16
_LIGHT: Final = 220
_NEUTRAL: Final = 128


def notice(lines: Sequence[str], width: int, height: int) -> av.VideoFrame:
    """Return a yuv420p frame, of even width and height; letters that the font lacks are written as a question mark."""
    planes = np.full((height * 3 // 2, width), _NEUTRAL, np.uint8)
    planes[:height] = _drawn([line.encode("latin-1", "replace").decode("latin-1") for line in lines], width, height)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _drawn(lines: Sequence[str], width: int, height: int) -> NDArray[np.uint8]:
    size = max(_LEAST_SIZE, height // _LINES)
    widest = max((ImageFont.load_default(size=100).getlength(line) for line in lines), default=0) / 100
    size = max(_LEAST_SIZE, min(size, int((width - size) / max(widest, 1))))
    font, step = ImageFont.load_default(size=size), size * 3 // 2
    picture = Image.new("L", (width, height), _BLACK)
    drawing = ImageDraw.Draw(picture)
    top = height // 2 - step * (len(lines) - 1) // 2
    for number, line in enumerate(lines):
        drawing.text((width // 2, top + number * step), line, fill=_LIGHT, font=font, anchor="mm")
    return np.array(picture)
