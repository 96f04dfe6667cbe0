"""How a zone looked in the last minutes, and how its bare ground looks: small grey pictures.

The ground is the median of what was seen at each pixel while nobody was known to stand there (Lo and Velastin, 2001,
Automatic congestion detection system for underground platforms): what somebody leaves is known for ground by it.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.appearance import Box, Floats, looked_rgb
from ronda.vision.picture import Picture

EACH_90K: Final = 2 * HZ_90K
RECENT: Final = 12
"""So many of them are kept, and of the older ones every third."""
OLDER: Final = 24
PIXELS: Final = 48_000
"""Most pixels of one of them."""
GROUND_90K: Final = 10 * HZ_90K
"""So often the ground is found anew."""
FEWEST: Final = 8
"""A pixel that was seen bare less often is not known."""
KNOWN: Final = 0.7
"""Share of a place's pixels that must be known."""
_AROUND: Final = 0.3

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]
_Look = tuple[int, Grey, tuple[Box, ...]]
"""When, what, and where somebody stood."""


class Past:
    """Remembers one zone.

    Args:
        points: The zone's corners, (N, 2) in 0..1.
    """

    def __init__(self, points: NDArray[np.float64]) -> None:
        (left, top), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
        x, y = _AROUND * (right - left) + 0.02, _AROUND * (bottom - top) + 0.1
        self._frame: Box = (max(left - x, 0.0), max(top - y, 0.0), min(right + x, 1.0), min(bottom + x, 1.0))
        self._recent: deque[_Look] = deque()
        self._older: deque[_Look] = deque(maxlen=OLDER)
        self._ground: Grey | None = None
        self._known: Mask | None = None
        self._found_90k: int | None = None
        self._left_out = 0

    def take(self, picture: Picture, standing: Sequence[Box]) -> None:
        """Take in a picture, and where somebody stands on it."""
        at_90k = picture.at_90k
        if self._recent and at_90k - self._recent[-1][0] < EACH_90K:
            return
        grey = self._small(picture)
        if self._recent and self._recent[-1][1].shape != grey.shape:
            self._recent.clear()
            self._older.clear()
            self._ground, self._known = None, None
        self._recent.append((at_90k, grey, tuple(self._inner(box) for box in standing)))
        if len(self._recent) > RECENT:
            old = self._recent.popleft()
            self._left_out = (self._left_out + 1) % 3
            if not self._left_out:
                self._older.append(old)
        if self._found_90k is None or at_90k - self._found_90k >= GROUND_90K:
            self._found_90k = at_90k
            self._find_ground()

    def now(self, picture: Picture, box: Box) -> Floats:
        """Return how a place looks now, as little sharp as what is remembered."""
        return looked_rgb(self._small(picture), self._inner(box))

    def contrast(self, picture: Picture, box: Box) -> float | None:
        """Return by how many levels a place differs from its bare ground on the mean; None where that is not known.

        Gain and offset of the light are those of what lies around it.
        """
        x, y = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        wider = (box[0] - x, box[1] - y, box[2] + x, box[3] + y)
        ground = self.ground(wider)
        if ground is None:
            return None
        now = self.now(picture, wider)
        inner = np.zeros(now.shape, bool)
        edge = now.shape[0] // 4
        inner[edge:-edge, edge:-edge] = True
        gain = float(np.clip(now[~inner].std() / max(float(ground[~inner].std()), 1.0), 0.5, 2.0))
        expected = gain * (ground - ground[~inner].mean()) + now[~inner].mean()
        return float(np.abs(now - expected)[inner].mean())

    def looks(self, box: Box) -> Iterator[tuple[int, Floats]]:
        """Yield when and how a place looked, the latest first."""
        if self._beyond(box):
            return
        inner = self._inner(box)
        for at_90k, grey, _ in (*reversed(self._recent), *reversed(self._older)):
            yield at_90k, looked_rgb(grey, inner)

    def before(self, at_90k: int, box: Box) -> Floats | None:
        """Return how a place looks when nobody stands there, or else how it looked before a moment; None if unknown."""
        ground = self.ground(box)
        if ground is not None:
            return ground
        looks = [look for then_90k, look in self.looks(box) if then_90k <= at_90k - EACH_90K]
        return np.median(looks[:FEWEST], axis=0).astype(np.float32) if looks else None

    def ground(self, box: Box) -> Floats | None:
        """Return how a place looks when nobody stands there; None where that is not known."""
        if self._ground is None or self._known is None or self._beyond(box):
            return None
        inner = self._inner(box)
        if looked_rgb(self._known.astype(np.uint8) * 100, inner).mean() < 100 * KNOWN:
            return None
        return looked_rgb(self._ground, inner)

    def _find_ground(self) -> None:
        every = [*self._older, *self._recent]
        greys, free = np.stack([grey for _, grey, _ in every]), np.stack([_free(one) for one in every])
        many = free.sum(0)
        known = many >= FEWEST
        if not known.any():
            return
        # The middle one of the free values: those that are taken are sorted behind all others.
        ordered = np.sort(np.where(free, greys, 255), axis=0)
        found = np.take_along_axis(ordered, np.maximum(many - 1, 0)[None] // 2, 0)[0]
        if self._ground is None or self._known is None:
            self._ground, self._known = found, known
        else:
            self._ground = np.where(known, found, self._ground)
            self._known = self._known | known

    def _beyond(self, box: Box) -> bool:
        left, top, right, bottom = self._inner(box)
        return left < -0.1 or top < -0.1 or right > 1.1 or bottom > 1.1

    def _inner(self, box: Box) -> Box:
        left, top, right, bottom = self._frame
        wide, high = right - left, bottom - top
        return (box[0] - left) / wide, (box[1] - top) / high, (box[2] - left) / wide, (box[3] - top) / high

    def _small(self, picture: Picture) -> Grey:
        high, wide = picture.rgb.shape[:2]
        left, top, right, bottom = self._frame
        part = picture.rgb[int(top * high) : int(np.ceil(bottom * high)), int(left * wide) : int(np.ceil(right * wide))]
        grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
        by = (PIXELS / grey.size) ** 0.5
        if by < 1:
            grey = cv2.resize(grey, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
        return np.asarray(grey, np.uint8)


def _free(look: _Look) -> Mask:
    """Return where nobody stood."""
    _, grey, standing = look
    high, wide = grey.shape
    free = np.ones((high, wide), bool)
    for left, top, right, bottom in standing:
        rows = slice(max(int(top * high), 0), max(int(np.ceil(bottom * high)), 0))
        free[rows, max(int(left * wide), 0) : max(int(np.ceil(right * wide)), 0)] = False
    return free
