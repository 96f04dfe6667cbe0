"""Turned, moved, zoomed, or a scene unlike any reference: what a picture's edges say of where the camera looks.

A picture is laid over the references by their edges (`structure`). It is the same view where they fit best where they
should, far above chance; turned where they fit better elsewhere, or with another lens; unlike every reference where
they fit nowhere although there are edges. Of a picture with few edges (fog, a dark night) nothing is said.
"""

from dataclasses import dataclass, replace
from math import exp, hypot
from typing import Final

from ronda.vision.own_eyes.outcome import Key, Outcome
from ronda.vision.own_eyes.reading import Reading
from ronda.vision.own_eyes.references import Reference, by_light
from ronda.vision.own_eyes.structure import COLUMNS, ROWS, Fit, alike, fit, zoomed

TURNED: Final = 0.03
"""A view that lies so far from where it was, in picture widths, is turned: 2.3 degrees of a lens of 78."""
SURE: Final = 7.0
"""Standard deviations above chance at which a fit is one."""
CHANCE: Final = 6.0
"""A fit below this may be chance: streets are like each other."""
_NOT_IT: Final = 0.4
"""And it is, where it is less than so much of the usual one."""
_CLEARLY: Final = 1.3
"""By so much another place or lens must fit better."""
_AS_USUAL: Final = 0.75
"""A fit of so much of the usual one is not asked further."""
_LENSES: Final = (0.75, 0.87, 1.15, 1.3)
_LEAST_STRUCTURE: Final = 0.3
"""So much of the references' edges a picture must have before it is called unlike."""


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera looks.

    Attributes:
        same: Whether it is where the references have it; None where the picture cannot tell.
        nearest: The reference that fits best as it lies; None where there is none.
        fits: How well that one fits.
        turned: The check's outcome; measured is by how many picture widths, or of the lens how many times.
        unlike: Likewise; measured is how far above chance the best fit is, in standard deviations.
        by_light: The reference whose light is most like the picture's.
    """

    same: bool | None
    nearest: Reference | None
    fits: Fit | None
    turned: Outcome
    unlike: Outcome
    by_light: Reference | None = None

    def usual(self, reading: Reading) -> Reference | None:
        """Return the reference that tells how sharp, bright and full of edges such a picture usually is."""
        if self.same and self.nearest is not None and self.nearest.infrared == reading.infrared:
            return self.nearest
        return self.by_light

    @property
    def certain(self) -> bool:
        """Whether it is the same view beyond doubt, so that one may learn from it."""
        return bool(self.same and self.fits and self.nearest and self.fits.sure_best >= SURE)


def view_of(reading: Reading, references: list[Reference]) -> View:
    """Say where the camera looks."""
    return replace(_view(reading, references), by_light=next(iter(by_light(reading, references)), None))


def _view(reading: Reading, references: list[Reference]) -> View:
    nothing = Outcome(Key.TURNED, None), Outcome(Key.UNLIKE, None)
    if not references:
        return View(None, None, None, *nothing)
    ranked = sorted(references, key=lambda one: alike(one.field, reading.field), reverse=True)
    nearest = ranked[0]
    found = fit(nearest.field, reading.field)
    if found.sure_best >= SURE and _distance(found, nearest) <= TURNED and found.best >= _AS_USUAL * nearest.usual:
        return _same(nearest, found)
    fits = [(nearest, found), *((one, fit(one.field, reading.field)) for one in ranked[1:])]
    nearest, found = max(fits, key=lambda pair: pair[1].here)
    moved_from, moved = max(fits, key=lambda pair: pair[1].best)
    return _judged(reading, references, (nearest, found), (moved_from, moved))


def _judged(
    reading: Reading, references: list[Reference], here: tuple[Reference, Fit], moved: tuple[Reference, Fit]
) -> View:
    nearest, found = here
    distance = _distance(moved[1], moved[0])
    if moved[1].sure_best >= SURE and distance > TURNED and moved[1].best > found.here * _CLEARLY:
        return _turned(nearest, found, moved[1], distance)
    lens, lens_fit = max(
        ((by, fit(zoomed(nearest.field, by), reading.field)) for by in _LENSES), key=lambda one: one[1].best
    )
    if lens_fit.sure_best >= SURE and lens_fit.best > max(found.here, moved[1].best) * _CLEARLY:
        detail: dict[str, float | int | str] = {"zoom": lens, "sure": round(lens_fit.sure_best, 1)}
        wrong = Outcome(Key.TURNED, True, lens, _confidence(lens_fit.sure_best - found.sure_here), detail)
        return View(False, nearest, found, wrong, Outcome(Key.UNLIKE, None, lens_fit.sure_best))
    if found.sure_here >= SURE:
        return _same(nearest, found)
    edged = reading.structure >= _LEAST_STRUCTURE * min(one.structure for one in references)
    if found.sure_here < CHANCE and found.here < _NOT_IT * nearest.usual and edged:
        if moved[1].sure_best >= SURE and distance > TURNED:
            return _turned(nearest, found, moved[1], distance)
        sure = {"sure": round(found.sure_here, 1)}
        unlike = Outcome(Key.UNLIKE, True, found.sure_here, _confidence(SURE - found.sure_here), {**sure})
        return View(False, nearest, found, Outcome(Key.TURNED, None), unlike)
    return View(None, nearest, found, Outcome(Key.TURNED, None), Outcome(Key.UNLIKE, None, found.sure_here))


def _same(nearest: Reference, found: Fit) -> View:
    distance = _distance(found, nearest)
    sure = _confidence(found.sure_best)
    turned = Outcome(Key.TURNED, False, distance, sure)
    return View(True, nearest, found, turned, Outcome(Key.UNLIKE, False, found.sure_best, sure))


def _turned(nearest: Reference, found: Fit, moved: Fit, distance: float) -> View:
    across, down = moved.shift_xy
    detail: dict[str, float | int | str] = {
        "across": round(across, 3),
        "down": round(down, 3),
        "sure": round(moved.sure_best, 1),
    }
    wrong = Outcome(Key.TURNED, True, distance, _confidence(moved.sure_best - found.sure_here + 2), detail)
    return View(False, nearest, found, wrong, Outcome(Key.UNLIKE, None, moved.sure_best))


def total_shift(found: Fit, reference: Reference) -> tuple[float, float]:
    """Return how far a view lies from the camera's first reference, in shares of width and height."""
    return found.shift_xy[0] + reference.offset_xy[0], found.shift_xy[1] + reference.offset_xy[1]


def _distance(found: Fit, reference: Reference) -> float:
    """Return the same in picture widths."""
    across, down = total_shift(found, reference)
    return hypot(across, down * ROWS / COLUMNS)


def _confidence(sure: float) -> float:
    return 1 - exp(-max(sure, 0.0) / 4)
