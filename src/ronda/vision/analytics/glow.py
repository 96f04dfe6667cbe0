"""Light that is cast on a place: headlights that sweep over walls, glare, an insect before the lens and out of focus.

An eye that goes by motion takes it for a thing. It only brightens what is there, and its edge is soft for its size,
whereas people and vehicles have dark parts and an outline.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.analytics.contract import Scene
from ronda.vision.appearance import Box
from ronda.vision.picture import Rgb

LEAST_SIDE: Final = 8
"""Pixels of the place's memory; smaller things have no edge to judge."""
BRIGHTER: Final = 12.0
"""Levels."""
DARKER: Final = -8.0
DARK_SHARE: Final = 0.04
"""So much of it may be darker than the place is."""
STEEPEST: Final = 0.18
"""A soft edge rises by at most such a share of the whole in one pixel."""
_AROUND: Final = 0.2
_STREAK: Final = 5


def is_glow(scene: Scene, box: Box) -> bool:
    """Say whether what is seen in a box is light; never where the place without it is not known."""
    if scene.backdrop is None:
        return False
    place = scene.backdrop.empty
    part = _part(place, box)
    high, wide = place[part].shape[:2]
    if min(high, wide) < LEAST_SIDE:
        return False
    now = scene.picture.rgb[_part(scene.picture.rgb, box)]
    seen = cv2.resize(now, (wide, high), interpolation=cv2.INTER_AREA)
    # Rain draws thin lines into the light; the median takes them out and leaves an outline as steep as it is.
    more = cv2.GaussianBlur(cv2.medianBlur(_luma(seen) - _luma(place[part]), _STREAK), (3, 3), 0)
    top = float(np.percentile(more, 95))
    if top < BRIGHTER or float((more < DARKER).mean()) > DARK_SHARE:
        return False
    steep = cv2.magnitude(
        cv2.Sobel(more, cv2.CV_32F, 1, 0, ksize=3, scale=0.125), cv2.Sobel(more, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    )
    return float(np.percentile(steep, 98)) <= STEEPEST * top


def _part(image: Rgb, box: Box) -> tuple[slice, slice]:
    high, wide = image.shape[:2]
    x, y = _AROUND * (box[2] - box[0]), _AROUND * (box[3] - box[1])
    rows = slice(max(int((box[1] - y) * high), 0), max(min(int(np.ceil((box[3] + y) * high)), high), 1))
    return rows, slice(max(int((box[0] - x) * wide), 0), max(min(int(np.ceil((box[2] + x) * wide)), wide), 1))


def _luma(rgb: NDArray[np.uint8] | cv2.typing.MatLike) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(np.asarray(rgb, np.uint8), cv2.COLOR_RGB2GRAY), np.float32)
