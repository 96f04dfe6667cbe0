"""Reads where water stands along a staff, or along a wall, that somebody has drawn with the centimetres at its ends.

What is painted on a staff looks the same from picture to picture; water looks different each time, and whatever is
mirrored in it is not what stands behind it. So each row of the staff is compared with how it has looked: rows that
agree are dry, and below some row none are. Neither brightness nor contrast counts, and the infrared night has a look
of its own.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Scene
from ronda.vision.water.belief import Belief
from ronda.vision.water.reading import Reading
from ronda.vision.water.strip import SHAKE, Along, Strip, is_coloured, middle

Rows = NDArray[np.float32]

EACH_90K: Final = HZ_90K * 9 // 10
"""It is looked at no more often."""
LOOKS: Final = 60
"""So many looks at most are one reading."""
FIRST: Final = 8
"""So many looks teach how it looks, before the first reading."""
DRY_S: Final = 120.0
"""What is known dry is learnt anew in so long."""
NEW_S: Final = 12.0
"""And what was never seen dry in so long."""
OFFSET: Final = 0.01
"""Each look says so much about where the staff lies on the mean: shakes go either way."""
SHAKEN: Final = 0.02
"""A strip is moved by a pixel only where that fits better by so much (correlation)."""
FRESH_90K: Final = 30 * 60 * HZ_90K
"""A level read so long ago still tells which rows of a new look, the first of a night, are dry."""
AGREES: Final = 0.55
"""Share of the evidence that must agree with a reading."""
SEEN: Final = 0.35
"""Share of their usual likeness that the clearest rows must have: else fog, darkness or somebody hide the staff."""
CLEAREST: Final = 0.85
"""Those are the rows above this quantile."""
TELLS: Final = 0.3
"""A row whose look is less like itself, dry, tells nothing."""
LIKE: Final = 0.75
"""A row is dry that is more like itself than this share of what is usual."""
PALE: Final = 0.45
"""What is mirrored has less than this share of the contrast of what stands above."""
REACH: Final = 1.2
"""Rows that the look of a row reaches beyond it: water so near makes a row that is known dry unlike."""
MIRRORED: Final = 0.4
"""And so far a row that is not known is like itself below the water."""
LOST_90K: Final = 6 * 3600 * HZ_90K
"""A staff that could not be read for so long is learnt anew."""
WEIGHT: Final = 0.35
"""What a row says, as a logarithm; rows beside each other say much the same."""
SURE: Final = 0.6
"""A level that is less likely is not said."""
LEAST: Final = 0.4
"""Nor is one of which pictures, light and belief together make us less sure."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Centimetres along the line: what is read at its lower end, at its upper end and in the middle between them."""

    low: float
    high: float
    middle: float | None = None

    def cm(self, share: float) -> float:
        """Return what is read at a share of the line's length from its lower end.

        With the middle, as a camera sees it that looks down (a projective map of the line); else evenly.
        """
        if self.middle is None:
            return self.low + share * (self.high - self.low)
        # (low + b t) / (1 + c t) is `middle` at 1/2 and `high` at 1.
        c = (2 * self.middle - self.low - self.high) / (self.high - self.middle)
        b = self.high * (1 + c) - self.low
        return (self.low + b * share) / (1 + c * share)


@dataclass(slots=True)
class _Look:
    """How the staff looks, by day or in infrared; all by row.

    Attributes:
        strip: The mean of what was seen.
        dry: Whether it was seen dry.
        usual: How like itself it is when it is dry.
        looks: How many were taken in.
        offset: Rows by which the pictures lie above it on the mean: its first one may have been a shaken one.
    """

    strip: Strip
    dry: NDArray[np.bool_]
    usual: Rows
    looks: int = 0
    offset: float = 0.0
    recent: deque[tuple[int, Rows]] = field(default_factory=lambda: deque(maxlen=LOOKS))


class StaffGauge:
    """One staff of one camera.

    Args:
        along: The drawn line, its lower end first.
        scale: What is read along it.
    """

    def __init__(self, along: Along, scale: Scale) -> None:
        self._along, self._scale = along, scale
        self._looks: dict[bool, _Look] = {}
        self._kind = True
        self._last_90k: int | None = None
        self._read_90k: int | None = None
        self._row: int | None = None
        self._value: float | None = None
        self._believed_90k = 0
        self._belief: Belief | None = None
        self.too_short = False

    def look(self, scene: Scene) -> None:
        """Take in a picture."""
        at_90k = scene.at_90k
        if self._last_90k is not None and 0 <= at_90k - self._last_90k < EACH_90K:
            return
        elapsed_s = 0.0 if self._last_90k is None else max(at_90k - self._last_90k, 0) / HZ_90K
        self._last_90k = at_90k
        taken = self._along.strip(scene.picture)
        self.too_short = taken is None
        if taken is None:
            return
        self._kind = is_coloured(scene.picture)
        known = self._looks.get(self._kind)
        if known is None or known.strip.shape != _inner(taken).shape:
            rows = len(_inner(taken))
            if known is not None:
                self._row = self._belief = None
            known = _Look(_inner(taken), np.zeros(rows, bool), np.zeros(rows, np.float32))
            self._looks[self._kind] = known
        self._learn(known, taken, at_90k, elapsed_s)

    def read(self, at_90k: int) -> Reading | None:
        """Return the level of the looks since the last reading; None where it cannot be told."""
        known = self._looks.get(self._kind)
        if known is None or known.looks < FIRST:
            return None
        since = self._read_90k if self._read_90k is not None else -1
        likes = [likeness for then_90k, likeness in known.recent if then_90k > since]
        if not likes:
            return None
        self._read_90k = at_90k
        if not known.dry.any() and self._value is not None and at_90k - self._believed_90k < FRESH_90K:
            self._label(known)
        likeness = np.median(np.stack(likes), axis=0).astype(np.float32)
        found = self._row_of(known, likeness, at_90k)
        if found is None:
            if self._value is not None and at_90k - self._believed_90k > LOST_90K:
                self._looks.clear()
                self._row = self._value = self._belief = None
            return None
        row, sure = found
        self._row, self._value, self._believed_90k = round(row), self._scale.cm(row / len(known.strip)), at_90k
        self._label(known)
        return Reading(self._value, sure)

    # --- looking --------------------------------------------------------------------------------

    def _learn(self, known: _Look, taken: Strip, at_90k: int, elapsed_s: float) -> None:
        strip, shift = _aligned(taken, known.strip, self._upper(known)) if known.looks else (_inner(taken), 0)
        known.offset += max(OFFSET, 1 / (known.looks + 1)) * (shift - known.offset)
        likeness = _likeness(middle(strip), middle(known.strip), self._upper(known))
        if known.looks:
            known.recent.append((at_90k, likeness))
        known.looks += 1
        slow = min(1 - np.exp(-elapsed_s / DRY_S), 0.1)
        quick = max(min(1 - np.exp(-elapsed_s / NEW_S), 0.2), 1 / known.looks)
        above = self._above(known)
        share = np.where(known.dry & above, slow, np.where(known.dry, 0.0, quick)).astype(np.float32)
        # Somebody who stands before the staff teaches nothing, nor does water that was not read yet.
        hidden = known.dry & (likeness < 0.5 * known.usual)
        share[hidden] = 0.0
        known.strip += share[:, None, None] * (strip - known.strip)
        rate = np.where(above & ~hidden, np.float32(min(0.1, 3 / known.looks + 0.02)), np.float32(0))
        known.usual += rate * (np.maximum(likeness, 0) - known.usual)

    def _above(self, known: _Look) -> NDArray[np.bool_]:
        """Return which rows are well above the water."""
        rows = len(known.strip)
        if self._row is None:
            return np.zeros(rows, bool)
        margin = max(2, round((0.03 if known.dry.any() else 0.1) * rows))
        return np.arange(rows) >= self._row - known.offset + margin

    def _upper(self, known: _Look) -> NDArray[np.bool_]:
        above = self._above(known)
        return above if above.sum() >= len(above) // 8 else np.ones(len(above), bool)

    def _label(self, known: _Look) -> None:
        """Take down which rows have been seen dry."""
        above = self._above(known)
        contrast = _contrast(middle(known.strip))
        fresh = above & ~known.dry & (contrast >= PALE / 2 * np.median(contrast[above] if above.any() else contrast))
        recent = np.median(np.stack([likeness for _, likeness in known.recent]), axis=0)
        known.usual[fresh] = np.maximum(recent[fresh], 0)
        known.dry |= fresh
        known.dry &= (known.usual >= TELLS / 2) | ~above

    # --- reading --------------------------------------------------------------------------------

    def _row_of(self, known: _Look, likeness: Rows, at_90k: int) -> tuple[float, float] | None:
        """Return the row at which the water stands, and how sure that is."""
        rows = len(likeness)
        contrast = _contrast(middle(known.strip))
        sure = known.dry if known.dry.any() else likeness >= np.quantile(likeness, 0.7)
        typical = max(float(np.median(contrast[sure])), 1.0)
        usual = np.where(known.dry, known.usual, np.median((known.usual if known.dry.any() else likeness)[sure]))
        # What is mirrored is stable in calm water too, but paler.
        likeness = np.where(known.dry, likeness, likeness * np.minimum(contrast / (PALE * typical), 1))
        seen = self._seen(known, likeness, usual)
        if seen < SEEN:
            return None
        tells = np.clip((usual - TELLS) / 0.3, 0, 1)
        evidence = tells * np.clip((likeness / np.maximum(usual * seen, 0.1) - LIKE) / 0.2, -1, 1)
        below = np.concatenate(([0.0], np.cumsum(evidence)))
        score: NDArray[np.float64] = np.asarray(below[-1] - 2 * below, np.float64)
        whole = float(np.abs(evidence).sum())
        if whole < 0.15 * rows:
            return None
        belief = self._believing(rows)
        at = np.arange(rows + 1.0)
        belief.take(WEIGHT * np.interp(at - known.offset, at, score), at_90k)
        best = int(np.clip(round(belief.best - known.offset), 0, rows))
        agrees = float(score[best]) / whole
        if agrees < AGREES or belief.contradicted or belief.sure < SURE:
            return None
        if best == rows and not self._was_near_the_top(rows):
            return None
        sure_of_it = min(agrees * seen * belief.sure, 1.0)
        if sure_of_it < LEAST:
            return None
        if not 0 < best < rows:
            return float(best), sure_of_it
        row = belief.row + (-REACH if known.dry[best - 1] else MIRRORED)
        return min(max(row, 0.0), float(rows)), sure_of_it

    def _believing(self, rows: int) -> Belief:
        if self._belief is None:
            heights = [self._scale.cm(row / rows) for row in range(rows + 1)]
            self._belief = Belief(np.array(heights, np.float64))
        return self._belief

    @staticmethod
    def _seen(known: _Look, likeness: Rows, usual: Rows) -> float:
        """Return how like themselves the clearest rows are, in parts of what is usual: some are above the water."""
        some = known.dry & (usual >= TELLS)
        if some.sum() < 5:
            return 1.0
        return float(np.clip(np.quantile(likeness[some] / usual[some], CLEAREST), 0, 1))

    def _was_near_the_top(self, rows: int) -> bool:
        return self._row is not None and self._row >= 0.8 * rows


def _inner(taken: Strip) -> Strip:
    return taken[SHAKE:-SHAKE, SHAKE:-SHAKE].copy()


def _aligned(taken: Strip, known: Strip, upper: NDArray[np.bool_]) -> tuple[Strip, int]:
    """Return the strip without the shake of the camera, as it lies best on what is known dry, and by how many rows."""
    rows, columns = known.shape[:2]
    base = _relief(known.mean(2, keepdims=True))[upper]
    relief = _relief(taken.mean(2, keepdims=True))
    long = float(np.sqrt((base * base).sum())) + 1e-6
    best, found = -np.inf, (SHAKE, SHAKE)
    for down in range(2 * SHAKE + 1):
        for across in range(2 * SHAKE + 1):
            part = relief[down : down + rows, across : across + columns][upper]
            fit = float((part * base).sum()) / (float(np.sqrt((part * part).sum())) + 1e-6) / long
            fit -= SHAKEN * (abs(down - SHAKE) + abs(across - SHAKE))
            if fit > best:
                best, found = fit, (down, across)
    down, across = found
    return taken[down : down + rows, across : across + columns].copy(), down - SHAKE


def _relief(strip: Strip) -> Strip:
    """Return how steep the strip is along and across, (rows, columns, 2 * channels): light does not count."""
    along = cv2.Sobel(strip, cv2.CV_32F, 0, 1, ksize=3, scale=0.25, borderType=cv2.BORDER_REPLICATE)
    across = cv2.Sobel(strip, cv2.CV_32F, 1, 0, ksize=3, scale=0.25, borderType=cv2.BORDER_REPLICATE)
    return np.concatenate((along.reshape(strip.shape), across.reshape(strip.shape)), axis=2)


def _likeness(now: Strip, known: Strip, upper: NDArray[np.bool_]) -> Rows:
    """Return how like each row looks to what is known, with the rows beside it: -1 to 1, correlation.

    What is much paler than it should be, against the upper rows, is a mirrored picture and less like.
    """
    one, other = _across(now), _across(known)
    both, first, second = (_summed(a * b) for a, b in ((one, other), (one, one), (other, other)))
    strength = both / np.maximum(second, 1.0)
    usual = max(float(np.quantile(strength[upper], CLEAREST)), 0.1)
    pale = np.clip(strength / (PALE * usual), 0, 1)
    return np.asarray(both / np.sqrt(np.maximum(first * second, 1.0)) * pale, np.float32)


def _contrast(strip: Strip) -> Rows:
    """Return how many levels a pixel each row is steep."""
    relief = _across(strip)
    return np.asarray(np.sqrt(_summed(relief * relief) / (9 * strip.shape[1])), np.float32)


def _summed(product: Strip) -> Rows:
    rows = product.sum((1, 2)).reshape(-1, 1).astype(np.float32)
    return np.asarray(cv2.blur(rows, (1, 3), borderType=cv2.BORDER_REPLICATE) * 3, np.float32).ravel()


def _across(strip: Strip) -> Strip:
    """Return how steep each row is across the line: the edge of still water lies across it and is as sure as paint."""
    steep = np.zeros_like(strip)
    steep[:, 1:-1] = strip[:, 2:] - strip[:, :-2]
    return steep
