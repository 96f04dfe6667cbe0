"""Faces in a picture: YuNet's head. Boxes only: its landmarks are not read, nothing tells one face from another.

YuNet (Wu, Peng, Yu: YuNet, a tiny millisecond-level face detector, 2023): three strides, in each cell whether there is
a face (class and objectness), where its middle lies and how large it is. BGR as it is, at the top left of a black
canvas.
"""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.detectors.boxes import iou
from ronda.vision.detectors.onnx.card import ModelCard
from ronda.vision.detectors.onnx.runtime import Network, RuntimeSettings
from ronda.vision.picture import Rgb

Floats = NDArray[np.float32]

HEAD: Final = "yunet"
"""Its name on a card."""
THRESHOLD: Final = 0.6
_STRIDES: Final = (8, 16, 32)
_STEP: Final = 32
_MOST_IOU: Final = 0.3
_MOST_RAW: Final = 500
_OUTPUTS: Final = tuple(f"{what}_{stride}" for what in ("cls", "obj", "bbox") for stride in _STRIDES)
_WIDTHS: Final = {"cls": 1, "obj": 1, "bbox": 4}
_CHECKED_WH: Final = (320, 192)
_MOST_EXP: Final = 8.0


class FaceFinder:
    """Finds faces; takes pictures of any size. Remembers nothing.

    Args:
        card: Which model it is, and where.
        settings: How it is run.

    Raises:
        BadInput: The file is of no such model.
    """

    size_wh: Final = _CHECKED_WH
    """Width and height at which it is checked and measured."""

    def __init__(self, card: ModelCard, settings: RuntimeSettings | None = None) -> None:
        self.card = card
        self.network = Network(card.file, settings or RuntimeSettings())
        self.threshold = THRESHOLD if card.threshold is None else card.threshold
        names = list(self.network.outputs)
        if missing := [name for name in _OUTPUTS if name not in names]:
            raise BadInput(
                f"{card.file.name} has the outputs {', '.join(names)}, where a YuNet has also {', '.join(missing)}"
            )
        self._places = [names.index(name) for name in _OUTPUTS]
        self._check(self._run(np.zeros((_CHECKED_WH[1], _CHECKED_WH[0], 3), np.uint8))[0])

    def find(self, rgb: Rgb) -> tuple[Floats, Floats]:
        """Return the faces in a picture.

        Args:
            rgb: The picture, (H, W, 3).

        Returns:
            Boxes in pixels, (N, 4): left, top, right, bottom; and how sure each is, (N,) in 0..1, the surest first.
        """
        outputs, (high, wide) = self._run(rgb)
        boxes, scores = [], []
        for row, stride in enumerate(_STRIDES):
            sure, there, sides = outputs[row], outputs[3 + row], outputs[6 + row]
            score = np.sqrt(np.clip(sure[:, 0], 0, 1) * np.clip(there[:, 0], 0, 1))
            likely = np.flatnonzero(score >= self.threshold)
            middle = (_cells(high // stride, wide // stride)[likely] + sides[likely, :2]) * stride
            half = np.exp(np.minimum(sides[likely, 2:], _MOST_EXP)) * stride / 2
            boxes.append(np.concatenate((middle - half, middle + half), 1))
            scores.append(score[likely])
        return _distinct(np.concatenate(boxes), np.concatenate(scores), rgb.shape[:2])

    def _run(self, rgb: Rgb) -> tuple[list[Floats], tuple[int, int]]:
        high, wide = (-(-side // _STEP) * _STEP for side in rgb.shape[:2])
        canvas = np.zeros((1, 3, high, wide), np.float32)
        canvas[0, :, : rgb.shape[0], : rgb.shape[1]] = rgb[..., ::-1].transpose(2, 0, 1)
        outputs = self.network.run(canvas)
        return [outputs[place][0] for place in self._places], (high, wide)

    def _check(self, outputs: list[Floats]) -> None:
        wide, high = _CHECKED_WH
        expected = [((high // s) * (wide // s), width) for width in _WIDTHS.values() for s in _STRIDES]
        if (actual := [one.shape for one in outputs]) != expected:
            raise BadInput(f"the model's outputs for one picture have the shapes {actual}, those of a YuNet {expected}")


def enlarged(rgb: Rgb, scale: float) -> Rgb:
    """Return a picture made so many times as large, or small."""
    if abs(scale - 1) < 0.02:
        return rgb
    size = (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=way), np.uint8)


def _distinct(boxes: Floats, scores: Floats, size_hw: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the best box of each face, cut at the picture's edges."""
    sides = np.array((size_hw[1], size_hw[0]) * 2, np.float32)
    boxes = np.clip(boxes, 0, sides).astype(np.float32)
    whole = np.isfinite(boxes).all(1) & (boxes[:, 2] - boxes[:, 0] > 1) & (boxes[:, 3] - boxes[:, 1] > 1)
    boxes, scores = boxes[whole], scores[whole].astype(np.float32)
    order = np.argsort(-scores, kind="stable")[:_MOST_RAW]
    boxes, scores = boxes[order], scores[order]
    same = iou(boxes, boxes) > _MOST_IOU
    gone = np.zeros(len(boxes), bool)
    kept = []
    for index in range(len(boxes)):
        if not gone[index]:
            kept.append(index)
            gone |= same[index]
    return boxes[kept], scores[kept]


@lru_cache(maxsize=64)
def _cells(rows: int, columns: int) -> Floats:
    """Return column and row of each cell, row by row; (n, 2)."""
    y, x = np.mgrid[:rows, :columns]
    return np.stack((x.ravel(), y.ravel()), 1).astype(np.float32)
