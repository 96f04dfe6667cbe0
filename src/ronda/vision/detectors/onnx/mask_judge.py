"""Whether a face wears a mask: the head of the AIZOO detector, an SSD of faces with and without one.

SSD (Liu et al. 2016): two outputs, boxes against anchors and how likely each of the two classes is. The network sees
260 x 260 pixels, RGB in 0..1, resized without keeping proportions; it was trained on portraits, so that each face is
given to it cut out, with as much around it as its own size, and stands in the middle of what it sees.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.detectors.boxes import iou
from ronda.vision.detectors.onnx.card import ModelCard
from ronda.vision.detectors.onnx.runtime import Network, RuntimeSettings
from ronda.vision.objects import FaceClass
from ronda.vision.picture import Rgb

Floats = NDArray[np.float32]

HEAD: Final = "aizoo-mask"
"""Its name on a card."""
THRESHOLD: Final = 0.5
MARGIN: Final = 0.5
"""So much of a face's size is shown around it on each side."""
_MAPS: Final = (33, 17, 9, 5, 3)
_SIZES: Final = ((0.04, 0.056), (0.08, 0.11), (0.16, 0.22), (0.32, 0.45), (0.64, 0.72))
_RATIOS: Final = (0.62, 0.42)
_VARIANCES: Final = np.array((0.1, 0.1, 0.2, 0.2), np.float32)
_DOUBT: Final = 0.3
"""Where the less likely class is as likely as this, printed cloth or a hand contradicts: it cannot be told."""
_LEAST_IOU: Final = 0.3
"""So much of what the judge takes for the face must be the face that was found."""


class MaskJudge:
    """Judges faces that somebody found. Remembers nothing.

    Args:
        card: Which model it is, and where.
        settings: How it is run.

    Raises:
        BadInput: The file is of no such model.
    """

    def __init__(self, card: ModelCard, settings: RuntimeSettings | None = None) -> None:
        self.card = card
        self.network = Network(card.file, settings or RuntimeSettings())
        self.threshold = THRESHOLD if card.threshold is None else card.threshold
        self._anchors = _anchors()
        if self.network.size_wh is None:
            raise BadInput(f"{card.file.name} takes pictures of any size, where AIZOO's mask detector takes one alone")
        self.size_wh = self.network.size_wh
        blank = np.zeros((1, 3, self.size_wh[1], self.size_wh[0]), np.float32)
        actual = [one.shape[1:] for one in self.network.run(blank)]
        expected = [(len(self._anchors), 4), (len(self._anchors), 2)]
        if actual != expected:
            raise BadInput(f"the model's outputs for one picture have the shapes {actual}, those of AIZOO's {expected}")

    def likely(self, rgb: Rgb, faces: Floats) -> list[tuple[float, float]]:
        """Say of each face how likely it wears a mask, and how likely it wears none; both 0 where it sees no face.

        Args:
            rgb: The picture, (H, W, 3).
            faces: Boxes in its pixels, (N, 4).
        """
        return [self._judged(*_cut(rgb, face)) for face in faces]

    def _judged(self, crop: Rgb, face: Floats) -> tuple[float, float]:
        """Judge one cut-out; `face` is where on it the face is, in 0..1."""
        wide, high = self.size_wh
        way = cv2.INTER_AREA if crop.shape[1] > wide else cv2.INTER_LINEAR
        seen = np.asarray(cv2.resize(crop, (wide, high), interpolation=way), np.float32) / np.float32(255)
        sides, likely = (one[0] for one in self.network.run(seen.transpose(2, 0, 1)[None].astype(np.float32)))
        best = likely.max(1)
        some = np.argsort(-best)[:20]
        some = some[best[some] >= self.threshold * 0.5]
        near = iou(_boxes(sides[some], self._anchors[some]), face[None])[:, 0] >= _LEAST_IOU
        if not near.any():
            return 0.0, 0.0
        of = likely[some[near][0]]
        return float(of[0]), float(of[1])


def verdict(masked: float, unmasked: float, least: float = THRESHOLD) -> FaceClass:
    """Return what two likelihoods come to; where both speak, it cannot be told."""
    if not max(masked, unmasked) >= least or min(masked, unmasked) >= _DOUBT:
        return FaceClass.UNKNOWN
    return FaceClass.MASKED if masked > unmasked else FaceClass.UNMASKED


def _cut(rgb: Rgb, face: Floats) -> tuple[Rgb, Floats]:
    """Return a face with what is around it, and where on that it is, in 0..1; a square, grey beyond the picture."""
    left, top, right, bottom = face.tolist()
    side = max(right - left, bottom - top) * (1 + 2 * MARGIN)
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    x0, y0, many = round(x), round(y), max(round(side), 2)
    crop = np.full((many, many, 3), 127, np.uint8)
    high, wide = rgb.shape[:2]
    from_x, from_y, to_x, to_y = max(x0, 0), max(y0, 0), min(x0 + many, wide), min(y0 + many, high)
    if to_x > from_x and to_y > from_y:
        crop[from_y - y0 : to_y - y0, from_x - x0 : to_x - x0] = rgb[from_y:to_y, from_x:to_x]
    where = (np.array((left - x0, top - y0, right - x0, bottom - y0)) / many).astype(np.float32)
    return crop, where


def _boxes(raw: Floats, anchors: Floats) -> Floats:
    scaled = raw * _VARIANCES
    middle = anchors[:, :2] + scaled[:, :2] * anchors[:, 2:]
    half = anchors[:, 2:] * np.exp(np.minimum(scaled[:, 2:], 8)) / 2
    return np.concatenate((middle - half, middle + half), 1).astype(np.float32)


def _anchors() -> Floats:
    """Return middle and size of each anchor, in 0..1; (n, 4)."""
    found: list[Floats] = []
    for many, sizes in zip(_MAPS, _SIZES, strict=True):
        shapes: Sequence[tuple[float, float]] = [(size, size) for size in sizes] + [
            (sizes[0] * ratio**0.5, sizes[0] / ratio**0.5) for ratio in _RATIOS
        ]
        y, x = np.mgrid[:many, :many]
        middle = (np.stack((x.ravel(), y.ravel()), 1) + 0.5) / many
        each = np.repeat(middle, len(shapes), 0)
        found.append(np.concatenate((each, np.tile(np.array(shapes), (len(middle), 1))), 1).astype(np.float32))
    return np.concatenate(found)
