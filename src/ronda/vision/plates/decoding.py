"""The likeliest registrations of what a network saw along a line of letters.

A network that reads lines says for each of some dozens of places from left to right how likely each symbol stands
there, or none (connectionist temporal classification, Graves 2006). Among all texts only those of the grammar are asked
for (prefix beam search, Hannun 2014), so that the likeliest *registration* is found where the likeliest text is none.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ronda.vision.plates.grammar import AS_DIGIT, AS_LETTER, NAMES, REGIONS

Floats = NDArray[np.float32]

SYMBOLS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The columns of frames after the first two, which are of *no symbol here* and of a gap."""
_FIRST: Final = 2
_DIGITS: Final = 10
_TORN: Final = -2.0
"""A gap among digits, or among letters, is unlikely: between them it stands."""
Beam = dict[str, tuple[float, float, float]]
"""By text so far the log likelihood that it ends in nothing, in its last symbol, in a gap."""
_OFF, _ON, _GAP = 0, 1, 2
_TWIN: Final = 0.2
"""So much of the likelihood of a letter goes to the digit that looks like it, where a letter cannot be; and back."""
_FLOOR: Final = 2e-4
_LIKELY: Final = 2e-3
_BEAM: Final = 24
_NEVER: Final = -1e9
_MOST_REGION, _MOST_NUMBER, _MOST_SERIES = 2, 4, 3
_UNKNOWN_REGION: Final = -3.0
_PRIOR_NUMBER: Final[Mapping[int, float]] = {1: -2.5, 2: -1.5, 3: -0.6, 4: 0.0}
_PRIOR_SERIES: Final[Mapping[int, float]] = {0: -2.0, 1: -0.4, 2: 0.0, 3: -0.2}
"""Logarithms, rough: short numbers and missing series are rare."""


def folded(likely: NDArray[np.float32], columns: Sequence[Sequence[int]]) -> Floats:
    """Return the frames of a network of many symbols as frames of ours, (T, 38), each row summing to 1.

    Args:
        likely: (T, n), of the network.
        columns: Which of its columns each of ours sums up. What is in none is half nothing, half any of them.
    """
    ours = np.stack([likely[:, list(some)].sum(1) for some in columns], 1).astype(np.float32)
    other = np.clip(1 - ours.sum(1), 0, 1)
    ours[:, 0] += other / 2
    ours[:, _FIRST:] += other[:, None] / (2 * len(SYMBOLS))
    return np.asarray(ours / np.maximum(ours.sum(1, keepdims=True), 1e-6), np.float32)


class Line:
    """What was seen along one line of letters, ready to be asked for registrations.

    Args:
        frames: (T, 38), each row summing to 1: nothing, a gap, then `SYMBOLS`.
    """

    def __init__(self, frames: Floats) -> None:
        self.frames = frames
        soft = frames * np.float32(1 - 38 * _FLOOR) + np.float32(_FLOOR)
        digits, letters = soft[:, _FIRST : _FIRST + _DIGITS], soft[:, _FIRST + _DIGITS :]
        with_twins = np.concatenate((digits + letters @ _to_digits(), letters + digits @ _to_letters()), 1)
        self._shows = np.log(with_twins)
        self._blank, self._gap = np.log(soft[:, 0]), np.log(soft[:, 1])
        self._between = np.log(soft[:, 0] + soft[:, 1])
        self._within = np.log(soft[:, 0] + np.float32(np.exp(_TORN)) * soft[:, 1])

    @property
    def shows_digits(self) -> bool:
        """Whether a digit is the likeliest at any place: where none is, letters are a name that looks like a number."""
        likeliest = self.frames.argmax(1)
        return bool(((likeliest >= _FIRST) & (likeliest < _FIRST + _DIGITS)).any())

    def best(self, many: int = 8) -> list[tuple[str, float]]:
        """Return the likeliest registrations without spaces, each with its log likelihood, the likeliest first."""
        beam: Beam = {"": (0.0, _NEVER, _NEVER)}
        empty = zip(self._blank.tolist(), self._gap.tolist(), strict=True)
        for shows, nothing, likely in zip(self._shows.tolist(), empty, self._likely(), strict=True):
            beam = _stepped(beam, shows, nothing, likely)
        whole = [(text, _sum(*ends) + prior(text)) for text, ends in beam.items() if _is_whole(text)]
        return sorted(whole, key=lambda one: -one[1])[:many]

    def score(self, text: str) -> float:
        """Return the log likelihood of a registration without spaces, as `best` gives it."""
        places = [SYMBOLS.index(one) for one in text]
        if 2 * len(places) - 1 > len(self.frames):
            return _NEVER
        shown = np.empty((len(self.frames), 2 * len(places) + 1))
        shown[:, ::2] = self._between[:, None]
        shown[:, 1::2] = self._shows[:, places]
        jumps = np.full(shown.shape[1], _NEVER)
        for at in range(1, len(places)):
            if text[at] != text[at - 1]:
                jumps[2 * at + 1] = 0.0
            if _is_digit(places[at]) == _is_digit(places[at - 1]):
                shown[:, 2 * at] = self._within
        now = np.full(shown.shape[1], _NEVER)
        now[:2] = shown[0, :2]
        one, two = np.full_like(now, _NEVER), np.full_like(now, _NEVER)
        for row in shown[1:]:
            one[1:], two[2:] = now[:-1], now[:-2]
            now = np.logaddexp(np.logaddexp(now, one), two + jumps) + row
        return float(np.logaddexp(now[-1], now[-2])) + prior(text)

    def _likely(self) -> list[list[int]]:
        """Return which symbols may stand at each place."""
        return [np.flatnonzero(row > np.log(_LIKELY)).tolist() for row in self._shows]


def prior(text: str) -> float:
    """Return how likely a registration without spaces is before anything was seen, as a rough logarithm."""
    region = text[:2] if text[1:2].isalpha() else text[:1]
    number = sum(one.isdigit() for one in text)
    series = len(text) - len(region) - number
    known = 0.0 if region in REGIONS and text not in NAMES else _UNKNOWN_REGION
    return known + _PRIOR_NUMBER.get(number, _NEVER) + _PRIOR_SERIES.get(series, _NEVER)


def _stepped(beam: Beam, shows: list[float], nothing: tuple[float, float], likely: list[int]) -> Beam:
    """Go one place on: each text so far ends in nothing, in its last symbol or in a gap, or gains a symbol."""
    blank, gap = nothing
    scored: dict[str, list[float]] = {}
    for text, (off, on, gapped) in beam.items():
        ends = scored.setdefault(text, [_NEVER, _NEVER, _NEVER])
        ends[_OFF] = _sum(ends[_OFF], _sum(off, on) + blank)
        ends[_GAP] = _sum(ends[_GAP], _sum(_sum(off, on, gapped) + gap, gapped + blank))
        last = SYMBOLS.index(text[-1]) if text else -1
        if text:
            ends[_ON] = _sum(ends[_ON], on + shows[last])
        for place in likely:
            if not _may_follow(text, place):
                continue
            before = off if place == last else _sum(off, on)
            torn = _TORN if text and _is_digit(place) == _is_digit(last) else 0.0
            longer = scored.setdefault(text + SYMBOLS[place], [_NEVER, _NEVER, _NEVER])
            longer[_ON] = _sum(longer[_ON], _sum(before, gapped + torn) + shows[place])
    kept = sorted(scored, key=lambda text: -_sum(*scored[text]))[:_BEAM]
    return {text: (scored[text][_OFF], scored[text][_ON], scored[text][_GAP]) for text in kept}


def _is_digit(place: int) -> bool:
    return place < _DIGITS


@lru_cache(maxsize=4096)
def _shape(text: str) -> tuple[int, int, int]:
    """Return how many letters, digits and letters a beginning has."""
    region = 0
    while region < len(text) and text[region].isalpha():
        region += 1
    number = sum(one.isdigit() for one in text)
    return region, number, len(text) - region - number


def _may_follow(text: str, place: int) -> bool:
    region, number, series = _shape(text)
    if place < _DIGITS:
        if series or not region or number >= _MOST_NUMBER:
            return False
        return place > 0 or number > 0
    if not number:
        return region < _MOST_REGION
    return series < _MOST_SERIES


def _is_whole(text: str) -> bool:
    region, number, _ = _shape(text)
    return region > 0 and number > 0


def _sum(*some: float) -> float:
    """Add logarithms."""
    high = max(some)
    rest = sum(math.exp(one - high) for one in some if one > high - 30)
    return high + math.log(rest)


@lru_cache(maxsize=1)
def _to_digits() -> Floats:
    table = np.zeros((26, _DIGITS), np.float32)
    for letter, digit in AS_DIGIT.items():
        table[ord(letter) - ord("A"), int(digit)] = _TWIN
    return table


@lru_cache(maxsize=1)
def _to_letters() -> Floats:
    table = np.zeros((_DIGITS, 26), np.float32)
    for digit, letter in AS_LETTER.items():
        table[int(digit), ord(letter) - ord("A")] = _TWIN
    for letter, digit in AS_DIGIT.items():
        table[int(digit), ord(letter) - ord("A")] = _TWIN
    return table
