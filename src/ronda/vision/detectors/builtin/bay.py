"""Whether a vehicle stands at one place that a person has drawn, though nobody saw it come.

Motion shows nothing of what was parked before the first picture. The classifier is no detector: asked of every window
of a street it takes hedges for cars. Asked of one place that is known to be a vehicle's it is good enough.
"""

from typing import Final

import numpy as np

from ronda.vision.detectors.builtin.classifier import Classifier
from ronda.vision.detectors.builtin.cutting import cut
from ronda.vision.objects import VEHICLES, ObjectClass
from ronda.vision.picture import Picture

SURE: Final = 0.7
"""That it is a vehicle;"""
OTHER: Final = 0.06
"""that it is nothing, at most;"""
PERSON: Final = 0.3
"""that it is a person, at most: of windows a little beside each other, for chance shows a vehicle in one only."""
_STEPS: Final = (-0.15, 0.0, 0.15)
_SIZES: Final = (0.85, 1.0, 1.2)


class BayJudge:
    """Judges bays with the built-in eye's classifier. Lives in one thread.

    Raises:
        StorageFailed: The weights are missing or damaged.
    """

    def __init__(self) -> None:
        self._classifier = Classifier()
        classes = self._classifier.classes
        self._vehicles = [index for index, one in enumerate(classes) if one in VEHICLES]
        self._other, self._person = classes.index(ObjectClass.OTHER), classes.index(ObjectClass.PERSON)

    def vehicle(self, picture: Picture, box: tuple[float, float, float, float]) -> ObjectClass | None:
        """Return what vehicle stands in a box, in 0..1; None where none is seen."""
        high, wide = picture.rgb.shape[:2]
        left, top, right, bottom = np.array(box) * (wide, high, wide, high)
        x, y, w, h = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
        boxes = np.array(
            [
                (x + w * (dx - by / 2), y + h * (dy - by / 2), x + w * (dx + by / 2), y + h * (dy + by / 2))
                for dx in _STEPS
                for dy in _STEPS
                for by in _SIZES
            ],
            np.float32,
        )
        votes = self._classifier.classify(cut(picture.rgb, boxes, self._classifier.side)).mean(0)
        if votes[self._vehicles].sum() < SURE or votes[self._other] > OTHER or votes[self._person] > PERSON:
            return None
        best = max(self._vehicles, key=lambda index: float(votes[index]))
        return self._classifier.classes[best]
