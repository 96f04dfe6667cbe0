"""Out of focus: the fine part of the view's edges is gone, what they are from afar is still there."""

from typing import Final

from ronda.vision.own_eyes.covered import alike_from_afar
from ronda.vision.own_eyes.outcome import Key, Outcome
from ronda.vision.own_eyes.reading import Reading
from ronda.vision.own_eyes.references import Reference
from ronda.vision.own_eyes.view import View

_BLURRED: Final = 0.55
"""So much of the usual sharpness, or less, is out of focus."""
_AFAR: Final = 0.6


def blurred(reading: Reading, view: View, usual: Reference | None) -> Outcome:
    """Say whether the picture is out of focus; measured is its sharpness in parts of the usual one."""
    if usual is None or usual.sharpness <= 0:
        return Outcome(Key.BLURRED, None)
    share = reading.sharpness / usual.sharpness
    there = bool(view.same) or alike_from_afar(reading, usual) >= _AFAR
    if not there:
        return Outcome(Key.BLURRED, None, share)
    confidence = min(abs(share - _BLURRED) * 2 + 0.4, 1.0)
    return Outcome(Key.BLURRED, share < _BLURRED, share, confidence, {"sharpness": round(share, 2)})
