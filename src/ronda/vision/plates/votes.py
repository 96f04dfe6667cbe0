"""Several pictures of one vehicle say together what its plate is: by character, within the grammar.

Each picture is asked how likely each registration is that any picture thought of, and those that follow from the
characters they voted for at each place. What the pictures say is added up, though not as if they were independent:
a plate that is unclear on one is unclear in the same way on the next.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ronda.vision.plates.colour import PlateKind
from ronda.vision.plates.decoding import prior
from ronda.vision.plates.grammar import merged, parse
from ronda.vision.plates.reading import Reading

LEAST_SURE: Final = 0.35
"""What is less sure than this is rather a name, a sticker or a guess: nothing was read."""
_WORST: Final = 9.0
"""A picture that shows something else counts against a registration no more than so much, as a logarithm."""
_ALONE: Final = 0.5
"""Pictures count as their number to this power."""
_PLACES: Final = 2
"""So many characters at a place are tried."""
_MOST_TRIED: Final = 48
_MOST_ELSE: Final = 5
_LEAST_ELSE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Plate:
    """What a vehicle's plate says.

    Attributes:
        text: The registration, `H 1234 AB`.
        kind: What kind the plate is of by its colours.
        confidence: How sure that is, 0 to 1, as measured on drawn plates.
        height_px: How high the whole plate was on the picture that showed it best.
        readings: On how many pictures it was read.
        alternatives: What it may be else, the likeliest first.
        best: Which of the readings shows it best.
    """

    text: str
    kind: PlateKind
    confidence: float
    height_px: float
    readings: int
    alternatives: tuple[str, ...]
    best: int


def vote(readings: Sequence[Reading]) -> Plate | None:
    """Return what some pictures of one vehicle say of its plate; None of no pictures."""
    if not readings:
        return None
    tried = _tried(readings)
    said = np.array([[one.line.score(text) - prior(text) for text in tried] for one in readings])
    # A picture knows no more of a registration than how much worse it fits than its own best one.
    said = np.maximum(said - said.max(1, keepdims=True), -_WORST)
    total = said.sum(0) / len(readings) ** _ALONE + [prior(text) for text in tried]
    share = np.exp(total - total.max())
    share /= share.sum()
    order = np.argsort(-total)
    text = tried[int(order[0])]
    agrees = np.array([one.line.score(text) for one in readings])
    confidence = float(share[order[0]]) * _fit(readings, agrees, len(text))
    others = [spaced(tried[int(at)]) for at in order[1 : 1 + _MOST_ELSE] if share[at] >= _LEAST_ELSE]
    best = int(np.argmax(agrees + np.log([one.height_px for one in readings])))
    return Plate(
        text=spaced(text),
        kind=_kind(readings),
        confidence=round(confidence, 3),
        height_px=round(readings[best].height_px, 1),
        readings=len(readings),
        alternatives=tuple(dict.fromkeys([*others, *_merged(text)])),
        best=best,
    )


def spaced(text: str) -> str:
    """Return a registration without spaces as it stands on a plate."""
    found = parse(text)
    return found.text if found else text


def _merged(text: str) -> list[str]:
    found = parse(text)
    return [one.text for one in merged(found)] if found else []


def _fit(readings: Sequence[Reading], agrees: "np.ndarray[tuple[int], np.dtype[np.float64]]", many: int) -> float:
    """Return how well the clearest picture fits a registration at all, a character: 0 to 1."""
    return float(np.exp(min(float(agrees.max()), 0.0) / many))


def _tried(readings: Sequence[Reading]) -> list[str]:
    """Return the registrations worth asking for, the likeliest by all pictures' own votes first."""
    weights: dict[str, float] = defaultdict(float)
    for one in readings:
        top = one.texts[0][1]
        for text, score in one.texts:
            weights[text] += float(np.exp(max(score - top, -_WORST)))
    by_shape: dict[str, list[str]] = defaultdict(list)
    for text in sorted(weights, key=lambda one: -weights[one]):
        by_shape["".join("9" if one.isdigit() else "A" for one in text)].append(text)
    found = dict.fromkeys(text for texts in by_shape.values() for text in texts)
    for texts in by_shape.values():
        found |= dict.fromkeys(_combined(texts, weights))
    return list(found)[: _MOST_TRIED * 2]


def _combined(texts: Sequence[str], weights: dict[str, float]) -> list[str]:
    """Return what the characters voted for at each place make together, and with one place's second choice."""
    places: list[Counter[str]] = [Counter() for _ in texts[0]]
    for text in texts:
        for place, character in zip(places, text, strict=True):
            place[character] += weights[text]  # type: ignore[assignment]  # counts are weights here
    choices = [[one for one, _ in place.most_common(_PLACES)] for place in places]
    first = [one[0] for one in choices]
    found = ["".join(first)]
    for at, some in enumerate(choices):
        found += ["".join([*first[:at], other, *first[at + 1 :]]) for other in some[1:]]
    return found[:_MOST_TRIED]


def _kind(readings: Sequence[Reading]) -> PlateKind:
    seen: dict[PlateKind, float] = defaultdict(float)
    for one in readings:
        if one.kind is not PlateKind.UNKNOWN:
            seen[one.kind] += one.height_px
    return max(seen, key=lambda kind: seen[kind]) if seen else PlateKind.UNKNOWN
