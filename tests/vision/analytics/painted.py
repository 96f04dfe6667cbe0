"""Painted faces, and a small real eye that finds them by their colour and tells a mask by the lower half's."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Findings, Scene
from ronda.vision.analytics.masks import MaskRule, Masks
from ronda.vision.analytics.rule import View
from ronda.vision.detectors.contract import EyeName
from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.objects import MASK_LABELS, FaceClass
from ronda.vision.picture import Picture

WIDTH, HEIGHT = 640, 360
SKIN = (240, 190, 150)
LOWER = {FaceClass.MASKED: (60, 110, 220), FaceClass.UNMASKED: (225, 175, 135), FaceClass.UNKNOWN: (90, 90, 90)}
Face = tuple[float, float, float, FaceClass]
"""Middle (x, y) in pixels, height, and how the lower half looks."""


def painted(faces: Sequence[Face], at_s: float, scale: int = 1) -> Picture:
    """Return a picture with faces, of a camera whose pictures are so many times as large as what was decoded."""
    rgb = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    for x, y, tall, kind in faces:
        left, top, wide = round(x - tall * 0.4), round(y - tall / 2), round(tall * 0.8)
        cv2.rectangle(rgb, (left, top), (left + wide - 1, top + round(tall / 2) - 1), SKIN, -1)
        cv2.rectangle(rgb, (left, top + round(tall / 2)), (left + wide - 1, top + round(tall) - 1), LOWER[kind], -1)
    return Picture(rgb, round(at_s * HZ_90K), (WIDTH * scale, HEIGHT * scale))


class PaintedEye:
    """Finds painted faces.

    Attributes:
        judged: How many faces it was asked about.
    """

    name = EyeName("painted", "Painted faces", "1", MASK_LABELS)

    def __init__(self) -> None:
        self.judged = 0

    def find(self, rgb: NDArray[np.uint8], scale: float = 1.0) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        low, high = np.array(SKIN) - 5, np.array(SKIN) + 5
        skin = cv2.inRange(np.ascontiguousarray(rgb), low, high)
        many, _, stats, _ = cv2.connectedComponentsWithStats(skin)
        found = [(x, y, x + w, y + 2 * h) for x, y, w, h, area in stats[1:many].tolist() if area * scale * scale >= 50]
        return np.array(found, np.float32).reshape(-1, 4), np.full(len(found), 0.9, np.float32)

    def judge(self, rgb: NDArray[np.uint8], faces: NDArray[np.float32]) -> list[FaceClass]:
        self.judged += len(faces)
        return [self._said(rgb, *face.round().astype(int).tolist()) for face in faces]

    def _said(self, rgb: NDArray[np.uint8], left: int, top: int, right: int, bottom: int) -> FaceClass:
        middle = (top + bottom) // 2
        colour = np.median(rgb[middle + 2 : bottom - 1, left + 1 : right - 1].reshape(-1, 3), 0)
        return min(LOWER, key=lambda kind: float(np.abs(colour - LOWER[kind]).sum()))


class Gate:
    """A rule of masks at work on painted pictures, five a second."""

    def __init__(self, **more: object) -> None:
        self.eye = PaintedEye()
        self.rule = MaskRule.model_validate({"zone": "gate", **more})
        zone = ZoneShape(name="gate", points=((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)))
        self.masks: Masks = self.rule.start(View(zones={"gate": zone}, faces=lambda *_: self.eye))
        self.found = Findings()
        self.at_s = 0.0

    def show(self, *faces: Face, scale: int = 1, step_s: float = 0.2) -> None:
        self.found.add(self.masks.update(Scene(painted(faces, self.at_s, scale), ())))
        self.at_s += step_s

    def walk(self, kind: FaceClass, tall: float = 50, y: float = 180, scale: int = 1) -> None:
        """Let somebody walk through from left to right, and be gone for long enough."""
        for x in range(100, 540, 20):
            self.show((x, y, tall, kind), scale=scale)
        for _ in range(20):
            self.show(scale=scale)

    def labels(self) -> list[FaceClass]:
        return [FaceClass(one.label) for one in self.found.counts]
