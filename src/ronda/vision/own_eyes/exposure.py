"""Black, and over-exposed: pictures in which there is nothing to see."""

from typing import Final

from ronda.vision.own_eyes.outcome import Key, Outcome
from ronda.vision.own_eyes.reading import Reading
from ronda.vision.own_eyes.references import Reference

_BLACK_MEAN: Final = 40.0
_BLACK_SPAN: Final = 14.0
"""Levels between the darkest and the brightest: at night there are lamps, or at least noise."""
_WHITE: Final = 0.6
_MORE_WHITE: Final = 0.4
"""So much more of the picture is white than is usual in this light."""


def black(reading: Reading, usual: Reference | None) -> Outcome:
    """Say whether the picture is black; measured is its brightness, 0 to 255."""
    span = reading.high - reading.low
    wrong = reading.mean < _BLACK_MEAN and span < _BLACK_SPAN
    if wrong and usual is not None and usual.sure and usual.span < _BLACK_SPAN:
        wrong = False  # a person has seen this darkness and accepted it
    confidence = min(max(1 - span / _BLACK_SPAN, 0.0) + 0.5, 1.0) if wrong else 1.0
    return Outcome(Key.BLACK, wrong, reading.mean, confidence, {"brightness": round(reading.mean, 1)})


def over_exposed(reading: Reading, usual: Reference | None) -> Outcome:
    """Say whether the picture is over-exposed; measured is the share of it that is white."""
    before = usual.white if usual is not None else 0.0
    wrong = reading.white > _WHITE and reading.white - before > _MORE_WHITE
    return Outcome(
        Key.OVER_EXPOSED, wrong, reading.white, min(reading.white + 0.2, 1.0), {"white": round(reading.white, 3)}
    )
