"""How references come to be: the first pictures that agree, other lights as they come, and a slow renewal.

Nothing is learnt from a picture that is not beyond doubt the same view. A camera's first night may look like nothing
that its first day has shown: what is seen in a light that has no reference yet is kept as *probable* for a day and a
half, and becomes sure when the view is found unchanged after it.
"""

from collections.abc import Callable
from math import hypot
from typing import Final

from ronda.base.time import HZ_90K
from ronda.vision.own_eyes.reading import Reading
from ronda.vision.own_eyes.references import MOST, SETTLED, Known, Reference, by_light
from ronda.vision.own_eyes.view import View, total_shift

_RENEW_90K: Final = 3600 * HZ_90K
_YOUNG: Final = 7
"""A reference of fewer pictures is renewed with each one: what moves fades."""
_PROBABLE_90K: Final = 36 * 3600 * HZ_90K
_NEW_90K: Final = 26 * 3600 * HZ_90K
"""For so long after its first picture a camera may show a light that it has never shown."""
_STILL: Final = 0.012
"""A view that is farther from where it began, in picture widths, is not learnt from."""
_OTHER_LIGHT: Final = 0.62
"""A view that fits no better than this is worth a reference of its own."""
_BRIGHTER: Final = 45.0
"""So is one whose brightness no reference comes so near, in levels."""
_CLEAR: Final = 0.08
"""A picture with less structure makes no reference while a camera is being learnt."""

Jpeg = Callable[[], bytes]


def learn(known: Known, reading: Reading, view: View, jpeg: Jpeg) -> bool:
    """Take in a picture that is neither black nor covered; return whether the references have changed."""
    if not known.references:
        return _begin(known, reading, jpeg)
    nearest, found = view.nearest, view.fits
    if nearest is None or found is None:
        return False
    if not known.is_settled:
        return _settle(known, reading, view, jpeg)
    if not view.certain:
        return False
    changed = nearest.sure and _confirm(known, reading)
    shift = total_shift(found, nearest)
    if hypot(*shift) > _STILL:
        return changed
    other = found.best < _OTHER_LIGHT or _unlit(known, reading)
    if other and reading.structure >= _CLEAR:
        return _add(known, reading, jpeg, shift=shift) or changed
    near = hypot(*found.shift_xy) < _STILL / 2 and nearest.infrared == reading.infrared
    due = nearest.seen < _YOUNG or reading.at_90k - nearest.last_90k >= _RENEW_90K
    if near and nearest.sure and due:
        nearest.renew(reading, found.best)
        return True
    return changed


def may_be_new_light(known: Known, reading: Reading) -> bool:
    """Say whether a camera that is new shows a light that it has no reference for."""
    young = reading.at_90k - known.begun_90k < _NEW_90K
    return young and all(one.infrared != reading.infrared for one in known.references)


def suppose(known: Known, reading: Reading, jpeg: Jpeg) -> None:
    """Keep what a new camera shows in a new light as probably right."""
    known.references.append(Reference.of(reading, jpeg(), sure=False))


def accept(known: Known, reading: Reading, jpeg: Jpeg) -> None:
    """Begin anew with what a person has accepted."""
    known.begun_90k, known.settled = reading.at_90k, SETTLED
    known.references = [Reference.of(reading, jpeg(), sure=True)]


def lapse(known: Known, now_90k: int) -> bool:
    """Forget what was probable and never proved right; return whether there was such a thing."""
    kept = [one for one in known.references if one.sure or now_90k - one.at_90k < _PROBABLE_90K]
    lapsed, known.references = len(kept) < len(known.references), kept
    return lapsed


def _begin(known: Known, reading: Reading, jpeg: Jpeg) -> bool:
    if reading.structure < _CLEAR:
        return False
    known.begun_90k, known.settled = reading.at_90k, 1
    known.references = [Reference.of(reading, jpeg(), sure=True)]
    return True


def _settle(known: Known, reading: Reading, view: View, jpeg: Jpeg) -> bool:
    """Count pictures that agree; one that does not is where learning begins anew."""
    if view.certain and view.fits is not None:
        known.settled += 1
        known.references[0].renew(reading, view.fits.best)
        return True
    return view.same is False and _begin(known, reading, jpeg)


def _unlit(known: Known, reading: Reading) -> bool:
    """Say whether no reference was made in such a light."""
    first = by_light(reading, known.references)[0]
    apart = abs(float(first.coarse.mean()) - float(reading.coarse.mean()))
    return first.infrared != reading.infrared or apart > _BRIGHTER


def _confirm(known: Known, reading: Reading) -> bool:
    """What was probable, and lies between two sure sights of the same view, is right."""
    changed = False
    for one in known.references:
        if not one.sure and reading.at_90k > one.at_90k:
            one.sure = changed = True
    return changed


def _add(known: Known, reading: Reading, jpeg: Jpeg, *, shift: tuple[float, float]) -> bool:
    """Keep one more light; where there are as many as may be, in place of the one not seen for longest."""
    if len(known.references) >= MOST:
        oldest = min(known.references[1:], key=lambda one: one.last_90k)
        if reading.at_90k - oldest.last_90k < _RENEW_90K * 2:
            return False
        known.references.remove(oldest)
    known.references.append(Reference.of(reading, jpeg(), sure=True, offset_xy=shift))
    return True
