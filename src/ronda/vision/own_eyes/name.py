"""Wrong name: what a camera has burnt in as its name, against the registry's and those of its recorder's other cameras.

A lettering that fits another camera of the recorder and not this one means swapped channels; so does one that has
changed. One that never said anything ("Camera 01") is no fault.
"""

import re
from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, utils

from ronda.vision.own_eyes.outcome import Key, Outcome

_FITS: Final = 80.0
_CLEARLY: Final = 15.0
_CHANGED: Final = 55.0
_SHORTEST: Final = 4
_DIGITS: Final = re.compile(r"\d+")


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 100; numbers in both must be the same ones."""
    alike = float(fuzz.token_set_ratio(one, other, processor=utils.default_process))
    alike = max(alike, float(fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""), processor=utils.default_process)))
    mine, others = ({int(part) for part in _DIGITS.findall(text)} for text in (one, other))
    return alike - 30 if mine and others and not mine & others else alike


def wrong_name(read: str, usual: str, name: str, others: Mapping[str, str]) -> Outcome:
    """Say whether a lettering is another camera's; measured is how alike it is to this one's name.

    Args:
        read: What is read now.
        usual: What was read before; empty the first time.
        name: The registry's.
        others: The names of the recorder's other cameras, by id.
    """
    if len(read) < _SHORTEST:
        return Outcome(Key.WRONG_NAME, None)
    own = likeness(read, name)
    detail: dict[str, float | int | str] = {"read": read[:80]}
    best = max(others, key=lambda id: likeness(read, others[id]), default=None)
    if best is not None and (fits := likeness(read, others[best])) >= _FITS and fits - own >= _CLEARLY:
        return Outcome(Key.WRONG_NAME, True, own, fits / 100, {**detail, "looks_like": best})
    if usual and own < _FITS and likeness(read, usual) < _CHANGED:
        return Outcome(Key.WRONG_NAME, True, own, 0.7, {**detail, "was": usual[:80]})
    return Outcome(Key.WRONG_NAME, False, own, 0.8, detail)
