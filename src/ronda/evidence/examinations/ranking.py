"""Ranking what examinations found: by a plate with unreadable letters, by how alike things look. Hints, no verdicts.

Pure, and not for the event loop: thousands of things are compared.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ronda.base.errors import BadInput
from ronda.evidence.examinations.exam import Found
from ronda.insight.search import KINDS_OF

_LONGEST_PLATE: Final = 12
_LEAST_PART: Final = 3
_WRONG: Final = 1
_UNREAD: Final = "?"
_LOOKS_ALIKE: Final = 0.6
PERSON: Final = "person"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Something that was found, and how well it fits.

    Attributes:
        found: What.
        score: How well, 0..1; None where nothing was compared.
        likeness: How alike it looks, 0..1; None where that is not known.
    """

    found: Found
    score: float | None = None
    likeness: float | None = None


Hint = Literal["plate", "plate-near", "likeness", "colour", "label", "time"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of something that is traced; what is empty is not known.

    Attributes:
        label: Its class.
        colour: Its colour.
        plate: What was read of its plate.
        found: It itself, where an examination found it.
    """

    label: str
    colour: str
    plate: str
    found: Found | None


@dataclass(frozen=True, slots=True)
class Hinted:
    """Something that was found where and when what is traced likely passed, and what else speaks for it."""

    found: Found
    score: float
    likeness: float | None
    why: tuple[Hint, ...]


def parse_plate(text: str) -> str:
    """Return a plate as it is compared: capital letters, digits and `?`, nothing else.

    Raises:
        BadInput: It holds something else, or too little or too much.
    """
    kept = re.sub(r"[\s.\-]", "", text.upper())
    if not re.fullmatch(r"[A-Z0-9?]+", kept) or len(kept) > _LONGEST_PLATE:
        raise BadInput(f"{text[:40]!r} is no plate", "use letters, digits, and ? for what cannot be read")
    if len(kept.replace(_UNREAD, "")) < 2:
        raise BadInput("too little of the plate is given", "at least two letters or digits of it are needed")
    return kept


def plate_fit(wanted: str, found: Found) -> float:
    """Return how well a plate fits what was read, 0..1: 1 letter for letter, 0.75 but for one, 0.6 for a part of it.

    What it may be else, by the reading, counts for nine tenths.
    """
    if found.plate is None:
        return 0.0
    first = fit(wanted, squeezed(found.plate.text))
    if first == 1.0:
        return first
    return max([first, *(0.9 * fit(wanted, squeezed(one)) for one in found.plate.alternatives)])


def squeezed(plate: str) -> str:
    """Return a plate as it was read, as it is compared."""
    return re.sub(r"[^A-Z0-9]", "", plate.upper())


@lru_cache(maxsize=8192)
def fit(wanted: str, read: str) -> float:
    """Return how well one plate fits another; see `plate_fit`."""
    if not read:
        return 0.0
    unread = wanted.count(_UNREAD)
    if Levenshtein.distance(wanted, read, score_cutoff=unread + _WRONG) <= unread + _WRONG:
        wrong = _wrong(wanted, read)
        if wrong <= _WRONG:
            return 1.0 if wrong == 0 else 0.75
    part = len(wanted) >= _LEAST_PART and len(wanted) < len(read)
    return 0.6 if part and re.search(wanted.replace(_UNREAD, "."), read) else 0.0


def by_plate(wanted: str, found: Iterable[Found]) -> list[Ranked]:
    """Return what has such a plate, the best first."""
    ranked = [Ranked(one, score) for one in found if (score := plate_fit(wanted, one)) > 0]
    return sorted(ranked, key=lambda one: (-(one.score or 0.0), -_belief(one.found), one.found.best_90k))


def by_likeness(like: Found, found: Sequence[Found]) -> list[Ranked]:
    """Return what could be the same as something, the likeliest first, without it itself.

    What looks can be compared of comes by how alike they are; the rest, where colour and class or plate speak for it,
    behind.
    """
    others = [one for one in found if one.key != like.key and same_kind(like.label, one.label)]
    alike = likenesses(like, others)
    ranked = [_ranked(like, one, alike.get(one.key)) for one in others]
    kept = [one for one in ranked if (one.score or 0.0) > 0]
    return sorted(kept, key=lambda one: (-(one.score or 0.0), one.found.best_90k))


def by_hints(wanted: Wanted, found: Sequence[Found]) -> list[Hinted]:
    """Return what was found in the likely time with what speaks for it being what is traced, the likeliest first."""
    alike = likenesses(wanted.found, found) if wanted.found is not None else {}
    hinted = [_hinted(wanted, one, alike.get(one.key)) for one in found]
    hinted = [one for one in hinted if one.why != ("time",)]  # whatever passed then
    return sorted(hinted, key=lambda one: (-one.score, one.found.best_90k))


def likenesses(like: Found, others: Iterable[Found]) -> dict[tuple[str, int], float]:
    """Return how alike others look to one: the cosine, 0..1, of those whose looks the same model has noted."""
    mine = _look(like)
    if mine is None:
        return {}
    comparable = [one for one in others if one.likeness_model == like.likeness_model and _size(one) == mine.size]
    if not comparable:
        return {}
    rows = np.frombuffer(b"".join(one.likeness or b"" for one in comparable), "<f2").astype(np.float32)
    rows = np.nan_to_num(rows.reshape(len(comparable), mine.size), posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(rows, axis=1)
    cosines = rows @ mine / np.where(lengths > 0, lengths, 1.0)
    values = np.clip(cosines, 0.0, 1.0)
    return {one.key: round(float(value), 4) for one, value in zip(comparable, values, strict=True)}


def same_kind(one: str, other: str) -> bool:
    """Whether two classes could be of one thing: a person is no vehicle, one eye tells less than another."""
    if PERSON in (one, other):
        return one == other
    return True


def label_fits(one: str, other: str) -> bool:
    """Whether two classes name the same, as far as eyes tell."""
    return other in KINDS_OF.get(one, (one,))


def _hinted(wanted: Wanted, one: Found, likeness: float | None) -> Hinted:
    plate = plate_fit(squeezed(wanted.plate), one) if wanted.plate else 0.0
    label = bool(wanted.label) and label_fits(wanted.label, one.label)
    colour = bool(wanted.colour) and wanted.colour == one.colour
    score = 0.1 + 0.5 * plate + 0.15 * label + 0.15 * colour + 0.4 * (likeness or 0.0)
    why: list[Hint] = []
    if plate > 0:
        why.append("plate" if plate == 1.0 else "plate-near")
    if likeness is not None and likeness >= _LOOKS_ALIKE:
        why.append("likeness")
    if colour:
        why.append("colour")
    if label:
        why.append("label")
    return Hinted(one, round(min(1.0, score), 4), likeness, (*why, "time"))


def _ranked(like: Found, one: Found, likeness: float | None) -> Ranked:
    if likeness is not None:
        return Ranked(one, likeness, likeness)
    score = 0.25 * label_fits(like.label, one.label) + 0.25 * (bool(like.colour) and like.colour == one.colour)
    if like.plate is not None and one.plate is not None:
        score += 0.5 * plate_fit(squeezed(like.plate.text), one)
    return Ranked(one, round(score, 4) if score > 0.25 else 0.0)


def _look(found: Found) -> Floats | None:
    if found.likeness is None:
        return None
    look = np.nan_to_num(np.frombuffer(found.likeness, "<f2").astype(np.float32), posinf=0.0, neginf=0.0)
    length = float(np.linalg.norm(look))
    return look / length if length > 0 else None


def _size(found: Found) -> int:
    return len(found.likeness or b"") // 2


def _belief(found: Found) -> float:
    return found.plate.confidence if found.plate is not None else 0.0


def _wrong(wanted: str, read: str) -> int:
    """Return how many letters differ, are missing or too many, where `?` is as good as any one."""
    before = list(range(len(read) + 1))
    for row, letter in enumerate(wanted, 1):
        now = [row]
        for column, other in enumerate(read, 1):
            same = letter in (other, _UNREAD)
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (not same)))
        before = now
    return before[-1]
