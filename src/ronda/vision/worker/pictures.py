"""Pictures to keep, as JPEG, each knowing which part of the camera's view it shows."""

import io
import json
import secrets
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from ronda.base.errors import BadInput
from ronda.vision.picture import Picture, Rgb

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in 0..1 of the camera's view."""

WHOLE: Final[Box] = (0.0, 0.0, 1.0, 1.0)
_QUALITY: Final = 80


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture to keep.

    Attributes:
        id: Names it: its moment and eight digits by chance.
        at_90k: When it was.
        jpeg: The file; `view_of` tells which part of the view it is.
        xyxy: Where on the camera's view the thing is that matters.
    """

    id: str
    at_90k: int
    jpeg: bytes
    xyxy: Box | None = None


def kept(rgb: Rgb, at_90k: int, view: Box = WHOLE, xyxy: Box | None = None) -> Kept:
    """Return pixels as a picture to keep.

    Args:
        rgb: The pixels.
        at_90k: When they were.
        view: Which part of the camera's view they show.
        xyxy: Where on the view the thing is that matters.
    """
    out = io.BytesIO()
    comment = json.dumps({"view": [round(side, 5) for side in view]}).encode()
    Image.fromarray(rgb, "RGB").save(out, "JPEG", quality=_QUALITY, comment=comment)
    return Kept(f"{at_90k}-{secrets.token_hex(4)}", at_90k, out.getvalue(), xyxy)


def named(filed_90k: int, at_90k: int, jpeg: bytes) -> Kept:
    """Return a JPEG of the whole view that was made before as a picture to keep.

    Args:
        filed_90k: The moment with whose pictures it is kept.
        at_90k: When it was.
        jpeg: The file, with the comment that `view_of` reads.
    """
    return Kept(f"{filed_90k}-{secrets.token_hex(4)}", at_90k, jpeg)


def view_of(jpeg: bytes) -> Box:
    """Return which part of the camera's view a picture shows that was made by `kept`.

    Raises:
        BadInput: It is no such picture.
    """
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            left, top, right, bottom = json.loads(image.info["comment"])["view"]
            return float(left), float(top), float(right), float(bottom)
    except (UnidentifiedImageError, OSError, KeyError, TypeError, ValueError) as error:
        raise BadInput("this is no picture that a vision worker has made") from error


def cut(picture: Picture, xyxy: Box, margin: float) -> tuple[Rgb, Box]:
    """Return a copy of what a box holds and of its surroundings, and the part of the view that this is.

    Args:
        picture: The picture.
        xyxy: The box, in 0..1.
        margin: How much more on each side, as a share of the box's longer side.
    """
    height, width = picture.rgb.shape[:2]
    left, top, right, bottom = xyxy
    more = margin * max((right - left) * width, (bottom - top) * height)
    x1, y1 = int(max(left * width - more, 0)), int(max(top * height - more, 0))
    x2, y2 = int(min(right * width + more + 1, width)), int(min(bottom * height + more + 1, height))
    x2, y2 = max(x2, min(x1 + 2, width)), max(y2, min(y1 + 2, height))
    x1, y1 = min(x1, x2 - 2), min(y1, y2 - 2)
    return np.array(picture.rgb[y1:y2, x1:x2]), (x1 / width, y1 / height, x2 / width, y2 / height)
