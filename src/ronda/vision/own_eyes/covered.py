"""Covered: a bag, a hand, paint, a wall of leaves in front of the lens; the view's edges are gone, little is instead.

Asked tile by tile against the reference, so that fog (edges weak, but where they were) and a vehicle that stands before
the camera (other edges) do not count.
"""

from typing import Final

import cv2
import numpy as np

from ronda.vision.own_eyes.outcome import Key, Outcome
from ronda.vision.own_eyes.reading import TILES, Reading
from ronda.vision.own_eyes.references import Reference
from ronda.vision.own_eyes.structure import Field
from ronda.vision.own_eyes.view import View

_LOST: Final = 0.3
"""A tile with so little of its steepness has lost it."""
_FITS: Final = 0.25
"""A tile whose edges fit so well is there, however weak they are."""
_CLEAR: Final = 1.5
"""Levels a pixel: tiles with less say nothing."""
_FEWEST: Final = 12
_COVERED: Final = 0.42
"""So much of the view, gone, is a cover."""
_THERE: Final = 0.65
"""A view that fits with so much of its usual strength is not covered: what is gone had come in before."""
_SAME_BRIGHTNESS: Final = 0.85
"""What still looks like this from afar is out of focus and not covered."""


def covered(reading: Reading, view: View, usual: Reference | None) -> Outcome:
    """Say whether the camera is covered; measured is the share of the view that is gone."""
    if usual is None:
        return Outcome(Key.COVERED, None)
    told = usual.tiles >= _CLEAR
    told[0] = told[-1] = False
    if told.sum() < _FEWEST:
        return Outcome(Key.COVERED, None)
    gone = told & (reading.tiles < _LOST * usual.tiles) & (_fit_of_tiles(usual.field, reading.field) < _FITS)
    share = float(gone.sum() / told.sum())
    from_afar = alike_from_afar(reading, usual)
    there = bool(view.same and view.fits and view.nearest and view.fits.best >= _THERE * view.nearest.usual)
    wrong = share >= _COVERED and from_afar < _SAME_BRIGHTNESS and not there
    detail: dict[str, float | int | str] = {"gone": round(share, 2)}
    return Outcome(Key.COVERED, wrong, share, min(abs(share - _COVERED) * 2 + 0.5, 1.0), detail)


def alike_from_afar(reading: Reading, usual: Reference) -> float:
    """Return how alike the brightness of two pictures is at the coarsest, -1 to 1, whatever their contrast."""
    one, other = (coarse[2:-2] - coarse[2:-2].mean() for coarse in (reading.coarse, usual.coarse))
    scale = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float((one * other).sum()) / scale if scale > 1 else 0.0


def _fit_of_tiles(known: Field, now: Field) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    product = np.ascontiguousarray((np.conj(known) * now).real, np.float32)
    strength = np.abs(known) * np.abs(now)
    fits, most = (cv2.resize(one, TILES[::-1], interpolation=cv2.INTER_AREA) for one in (product, strength))
    return np.asarray(fits / (most + 1e-3), np.float32)
