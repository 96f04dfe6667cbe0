"""What the checks need to know of one picture, measured once."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.own_eyes.structure import LETTERED, ROWS, WORK_HEIGHT, WORK_WIDTH, Field, field
from ronda.vision.picture import Picture

Plane = NDArray[np.uint8]
Tiles = NDArray[np.float32]

TILES: Final = (9, 16)
"""Rows and columns of the tiles, of which the first and the last row hold lettering."""
COARSE: Final = (18, 32)
SAMPLES: Final = 2048
_WIDEST: Final = 640
_GREY: Final = 3.0
_SHARP: Final = 85
"""The sharpest tiles tell the focus: percentile."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One picture, measured.

    Attributes:
        at_90k: When it was.
        field: Where its edges run.
        structure: How much of it has edges, 0 to 1.
        coarse: Its brightness, `COARSE`.
        tiles: How steep the brightness is in each tile, `TILES`, in levels a pixel.
        sharpness: How fine its edges are against its coarser ones; whatever the contrast.
        mean: Brightness, 0 to 255.
        low: The darkest but for one in two hundred.
        high: The brightest, likewise.
        white: Share of the picture that is as bright as can be.
        infrared: It has no colour.
        samples: Pixels here and there, with their noise.
    """

    at_90k: int
    field: Field
    structure: float
    coarse: Tiles
    tiles: Tiles
    sharpness: float
    mean: float
    low: float
    high: float
    white: float
    infrared: bool
    samples: Plane


def read(picture: Picture) -> Reading:
    """Measure a picture."""
    rgb = picture.rgb
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    if luma.shape[1] > _WIDEST:
        size = (_WIDEST, max(round(luma.shape[0] * _WIDEST / luma.shape[1]), 8))
        luma = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
    work = np.asarray(cv2.resize(luma, (WORK_WIDTH, WORK_HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    inner = work[LETTERED * WORK_HEIGHT // ROWS : -LETTERED * WORK_HEIGHT // ROWS]
    edges = field(work)
    counts = np.bincount(inner[::2, ::2].ravel(), minlength=256)
    low, high = np.searchsorted(np.cumsum(counts), (0.005 * counts.sum(), 0.995 * counts.sum()))
    return Reading(
        at_90k=picture.at_90k,
        field=edges,
        structure=float(np.abs(edges[LETTERED : ROWS - LETTERED]).mean()),
        coarse=np.asarray(cv2.resize(work, COARSE[::-1], interpolation=cv2.INTER_AREA), np.float32),
        tiles=_steepness(work),
        sharpness=_sharpness(luma),
        mean=float(inner.mean()),
        low=float(low),
        high=float(high),
        white=float(counts[250:].sum() / counts.sum()),
        infrared=_grey(rgb),
        samples=_samples(luma),
    )


def _steepness(work: Plane) -> Tiles:
    soft = cv2.GaussianBlur(work, (3, 3), 0)
    across = cv2.absdiff(soft[:, 1:], soft[:, :-1])
    down = cv2.absdiff(soft[1:], soft[:-1])
    both = cv2.addWeighted(across[:-1], 0.5, down[:, :-1], 0.5, 0, dtype=cv2.CV_32F)
    return np.asarray(cv2.resize(both, TILES[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _sharpness(luma: Plane) -> float:
    """Return the fine part of the edges in parts of the coarser one, where there is most of it."""
    fine, coarse = _band(luma), _band(_half(_half(luma)))
    clear = coarse >= np.percentile(coarse, _SHARP)
    return float(fine[clear].sum() / max(float(coarse[clear].sum()), 1e-3))


def _band(luma: Plane) -> Tiles:
    """Return how much of a picture half of its size does not show, by tile; without the rows of lettering."""
    half = _half(luma)
    back = cv2.resize(half, luma.shape[::-1], interpolation=cv2.INTER_LINEAR)
    lost = cv2.absdiff(luma, np.asarray(back, np.uint8))
    return np.asarray(cv2.resize(lost, TILES[::-1], interpolation=cv2.INTER_AREA), np.float32)[1:-1]


def _half(luma: Plane) -> Plane:
    size = (max(luma.shape[1] // 2, 2), max(luma.shape[0] // 2, 2))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def _grey(rgb: NDArray[np.uint8]) -> bool:
    some = rgb[::9, ::9].astype(np.int16)
    return bool(np.abs(some[..., 0] - some[..., 1]).mean() + np.abs(some[..., 2] - some[..., 1]).mean() < _GREY)


def _samples(luma: Plane) -> Plane:
    """Return pixels on a grid that spares the rows where a clock may stand."""
    top = luma.shape[0] * LETTERED // ROWS
    inner = luma[top : luma.shape[0] - top].ravel()
    step = max(len(inner) // SAMPLES, 1) | 1
    return np.array(inner[::step][:SAMPLES])
