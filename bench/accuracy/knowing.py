"""An eye that is told what was drawn: it proves what is made of what an eye sees, and not the eye.

It is no better than a fair detector: boxes are off by some percent, one in ten is missed, and what is mostly hidden
behind something nearer is not seen.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ronda.simulate.scenes.film import Sighting
from ronda.vision.detectors.boxes import areas, overlaps
from ronda.vision.detectors.contract import EyeName, Look, Seen
from ronda.vision.objects import CLASSES, Detections, ObjectClass

_NAMES = {"cart": ObjectClass.OTHER}
_HIDDEN = 0.65
_MISSED = 0.1
_OFF = 0.03


class KnowingEye:
    """Finds what the film says. Give it the film's truth before each look.

    Args:
        seed: Of its mistakes.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng((seed, 31))
        self.truth: Sequence[Sighting] = ()
        self.size_wh = (1, 1)

    @property
    def name(self) -> EyeName:
        """Which eye it is."""
        return EyeName("drawn", "What was drawn", "1", CLASSES)

    def forget(self, camera: str) -> None:
        """Remember nothing."""

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """Look at one picture."""
        return [self._see() for _ in looks]

    def _see(self) -> Seen:
        named = [(_NAMES.get(one["label"]) or ObjectClass(one["label"]), one["box_xyxy"]) for one in self.truth]
        if not named:
            return Seen(Detections.none())
        wide, high = self.size_wh
        told = np.array([box for _, box in named], np.float32)
        boxes: NDArray[np.float32] = (told / np.array((wide, high, wide, high), np.float32)).astype(np.float32)
        size = np.maximum(areas(boxes), 1e-9)
        nearer = boxes[None, :, 3] > boxes[:, None, 3] + 0.004
        hidden = np.where(nearer, overlaps(boxes, boxes) / size[:, None], 0).max(1) > _HIDDEN
        shown = np.array([one["visible"] for one in self.truth]) > 1 - _HIDDEN
        seen = shown & ~hidden & (self._rng.random(len(boxes)) > _MISSED) & (size > 2e-4)
        spread = (boxes[:, 2:] - boxes[:, :2])[:, [0, 1, 0, 1]] * _OFF
        boxes = np.clip(boxes + self._rng.normal(0, 1, boxes.shape) * spread, 0, 1).astype(np.float32)
        votes = np.zeros((len(boxes), len(CLASSES)), np.float32)
        votes[np.arange(len(boxes)), [CLASSES.index(label) for label, _ in named]] = 1
        scores = np.full(len(boxes), 0.9, np.float32)
        return Seen(Detections(boxes, scores, votes)[seen])
