"""Privacy masks: shapes on a camera's view that are painted over, opaque, before a picture is encoded.

What is painted is gone: nothing is blurred that could be sharpened again.
"""

import hashlib
from functools import lru_cache
from math import isfinite
from typing import Final

import av
import numpy as np

Masks = tuple[tuple[tuple[float, float], ...], ...]
"""Polygons of corners (x, y), both 0..1 from the upper left of the view, whatever the size of the picture."""

Area = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
Rgb = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]
Planes = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
"""A yuv420p picture as PyAV lays it out: (height * 3 / 2, width), luma above, both chroma planes below."""

TONE_RGB: Final = (44, 47, 52)
_TONE_YUV: Final = (47, 130, 127)


def masks_key(masks: Masks) -> str:
    """Return what names these masks among all others, and nothing for none; parts of file names and tags."""
    return hashlib.sha256(repr(masks).encode()).hexdigest()[:12] if masks else ""


@lru_cache(maxsize=32)
def covered(masks: Masks, width: int, height: int) -> Area:
    """Return which pixels of a picture masks cover, also in part; shape (height, width). Kept; see `drawn`."""
    area = drawn(masks, width, height)
    area.flags.writeable = False
    return area


def drawn(masks: Masks, width: int, height: int) -> Area:
    """Return which pixels of a picture masks cover, also in part; shape (height, width).

    A shape that is none (fewer than three corners, or a corner nowhere) covers the whole picture: it is better
    to show nothing than what somebody meant to hide.
    """
    area = np.zeros((height, width), np.bool_)
    for corners in masks:
        if not _is_shape(corners):
            area[:] = True
            break
        area |= _inside([(x * width, y * height) for x, y in corners], width, height)
    return _grown(area)


def all_but(kept: Masks, width: int, height: int) -> Area:
    """Return which pixels of a picture do not lie wholly within shapes; shape (height, width).

    A shape that is none keeps nothing.
    """
    area = np.zeros((height, width), np.bool_)
    for corners in kept:
        if _is_shape(corners):
            area |= _inside([(x * width, y * height) for x, y in corners], width, height)
    return _grown(~area)


def paint(image: Rgb, masks: Masks) -> None:
    """Paint masks over an RGB picture in place; shape (height, width, 3)."""
    if masks:
        image[covered(masks, image.shape[1], image.shape[0])] = TONE_RGB


def painted(frame: av.VideoFrame, masks: Masks) -> av.VideoFrame:
    """Return a copy of a yuv420p frame, of even width and height, without its times, with masks painted over.

    A copy, because a decoder goes on to predict from the frame that it gave away.
    """
    return filled(frame, covered(masks, frame.width, frame.height))


def filled(frame: av.VideoFrame, area: Area) -> av.VideoFrame:
    """Return a copy of a yuv420p frame, of even width and height, without its times, with an area painted over.

    Args:
        frame: See `painted`.
        area: Shape (height, width) of the frame.
    """
    planes = np.array(frame.to_ndarray(), np.uint8)
    fill_planes(planes, area)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def paint_planes(planes: Planes, masks: Masks) -> None:
    """Paint masks over a yuv420p picture in place; see `Planes`."""
    fill_planes(planes, covered(masks, planes.shape[1], planes.shape[0] * 2 // 3))


def fill_planes(planes: Planes, area: Area) -> None:
    """Paint an area, (height, width), of a yuv420p picture over in place: both brightness and colour; see `Planes`."""
    height, width = area.shape
    planes[:height][area] = _TONE_YUV[0]
    coarse = area.reshape(height // 2, 2, width // 2, 2).any(axis=(1, 3)).reshape(-1)
    chroma = planes[height:].reshape(2, -1)
    chroma[0][coarse], chroma[1][coarse] = _TONE_YUV[1:]


def _is_shape(corners: tuple[tuple[float, float], ...]) -> bool:
    return len(corners) >= 3 and all(isfinite(x) and isfinite(y) for x, y in corners)


def _inside(corners: list[tuple[float, float]], width: int, height: int) -> Area:
    """Return which pixel centres a polygon winds around at least once: also where it crosses itself."""
    winding = np.zeros((height, width), np.int16)
    centre_y, centre_x = np.arange(height) + 0.5, np.arange(width) + 0.5
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y1 == y2:
            continue
        low, high = min(y1, y2), max(y1, y2)
        rows = np.flatnonzero((centre_y >= low) & (centre_y < high))
        crossing = x1 + (centre_y[rows] - y1) * (x2 - x1) / (y2 - y1)
        winding[rows] += np.where(centre_x[None, :] < crossing[:, None], 1 if y2 > y1 else -1, 0).astype(np.int16)
    found: Area = winding != 0
    return found


def _grown(area: Area) -> Area:
    """Return an area with one pixel more on every side: those that it covers in part."""
    tall = area.copy()
    tall[1:] |= area[:-1]
    tall[:-1] |= area[1:]
    wide = tall.copy()
    wide[:, 1:] |= tall[:, :-1]
    wide[:, :-1] |= tall[:, 1:]
    return wide
