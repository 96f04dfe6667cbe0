"""What is left of some pictures of one view when everything that passed through has gone.

The median over time (as in R. Cutler and L. Davis, "View-based detection and analysis of periodic motion", 1998, and
before): where a place looks the same in most pictures, it looks so in the result. Where it does not, no single
picture can be trusted, and coarse tiles of one colour are shown. Blocking; called in a thread.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ronda.media.codec.masks import Area, Planes

_CELL: Final = 8
_TILE: Final = 32
_OTHERWISE: Final = 16
"""By how much luma a pixel must differ from the median to look otherwise; twice the noise of a coded night picture."""
_CELL_SHARE: Final = 0.1
"""The share of a cell's pixels that makes it unsettled."""
_SETTLED: Final = 0.7
"""The share of pictures in which a settled place looks like the median."""


def background(pictures: Sequence[Planes]) -> Planes:
    """Return the view without what passed through it.

    Args:
        pictures: At least three of one view and size, yuv420p; see `Planes`. A change of all the light between them,
            as by a cloud, does no harm.
    """
    stack = np.stack(pictures)
    middle = len(stack) // 2
    result: Planes = np.partition(stack, middle, axis=0)[middle]
    height = stack.shape[1] * 2 // 3
    cells = _unsettled(stack[:, :height], result[:height])
    _tile(result, cells)
    return result


def _unsettled(lumas: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], median: Planes) -> Area:
    """Return which cells, (height / 8, width / 8) rounded up, look otherwise in too many pictures."""
    differ = np.zeros(median.shape, np.uint8)
    for luma in lumas:
        difference = luma.astype(np.int16) - median
        light = int(np.median(difference[::4, ::4]))
        differ += np.abs(difference - light) > _OTHERWISE
    most = int(len(lumas) * (1 - _SETTLED))
    return _grown(_cells(differ > most))


def _cells(area: Area) -> Area:
    height, width = area.shape
    padded = np.pad(area, ((0, -height % _CELL), (0, -width % _CELL)))
    shares = padded.reshape(padded.shape[0] // _CELL, _CELL, -1, _CELL).mean(axis=(1, 3))
    found: Area = shares >= _CELL_SHARE
    return found


def _grown(cells: Area) -> Area:
    """Return cells with their neighbours: the edges of what passes differ little and belong to it."""
    padded = np.pad(cells, 1)
    rows, columns = cells.shape
    found = np.zeros_like(cells)
    for down in range(3):
        for right in range(3):
            found |= padded[down : down + rows, right : right + columns]
    return found


def _tile(planes: Planes, cells: Area) -> None:
    """Lay tiles of one colour over unsettled cells, in place."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    fine: Area = cells.repeat(_CELL, axis=0).repeat(_CELL, axis=1)[:height, :width]
    _tile_plane(planes[:height], fine, _TILE)
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    for plane in chroma:
        _tile_plane(plane, fine[::2, ::2], _TILE // 2)


def _tile_plane(plane: Planes, area: Area, size: int) -> None:
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % size), (0, -width % size)), mode="edge")
    means = padded.reshape(padded.shape[0] // size, size, -1, size).mean(axis=(1, 3)).astype(np.uint8)
    tiles = means.repeat(size, axis=0).repeat(size, axis=1)[:height, :width]
    plane[area] = tiles[area]
