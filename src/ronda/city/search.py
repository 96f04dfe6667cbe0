"""Search over many short texts that forgives typing errors: names of cameras, sites, areas.

A word of the question finds the words of the texts that equal it, begin with it, or differ by a letter or two; a
text must have something for every word. Pure and immutable: built off the loop, asked in it (some milliseconds).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA

_WORD: Final = re.compile(r"[a-z]+|\d+")
_SHORT: Final = {"jl": "jalan", "jln": "jalan", "gg": "gang", "psr": "pasar", "kp": "kampung", "stn": "stasiun"}
"""What everybody writes short; in texts as in questions."""
_EXACT, _PREFIX, _NEAR = 4.0, 2.0, 1.0
_LONGEST_QUESTION: Final = 100
_MOST_WORDS: Final = 8


def words_of(text: str) -> list[str]:
    """Return the words and numbers of `text`, without accents, case or leading zeros: `RT03` is `rt`, `3`.

    What is written short counts as the whole word: `Jl.` is `jalan`.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = _WORD.findall(plain)
    return [word.lstrip("0") or "0" if word.isdigit() else _SHORT.get(word, word) for word in words]


class SearchIndex:
    """Finds texts by number, in the order in which they were given."""

    def __init__(self, texts: Iterable[str]) -> None:
        postings: dict[str, list[int]] = {}
        number = -1
        for number, text in enumerate(texts):
            for word in set(words_of(text)):
                postings.setdefault(word, []).append(number)
        self._size = number + 1
        self._postings = {word: np.array(found, np.int32) for word, found in postings.items()}
        self._by_start: dict[str, list[str]] = {}
        for word in self._postings:
            self._by_start.setdefault(word[:2], []).append(word)

    def find(self, question: str) -> list[int]:
        """Return the numbers of the texts that answer `question`, best first; all of them for an empty one."""
        words = words_of(question[:_LONGEST_QUESTION])[:_MOST_WORDS]
        total = np.zeros(self._size, np.float32)
        matched = np.ones(self._size, bool)
        for word in words:
            best = self._scores(word)
            matched &= best > 0
            total += best
        found = np.flatnonzero(matched)
        order: Sequence[int] = found[np.argsort(-total[found], kind="stable")].tolist()
        return list(order)

    def _scores(self, word: str) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
        """Return how well each text answers one word; shape (texts,)."""
        best = np.zeros(self._size, np.float32)
        if not word.isdigit():
            allowed = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
            if allowed:
                for other, found in self._postings.items():
                    if abs(len(other) - len(word)) <= allowed and not other.isdigit():
                        distance = OSA.distance(word, other, score_cutoff=allowed)
                        if distance <= allowed:
                            best[found] = np.maximum(best[found], _NEAR / distance if distance else _EXACT)
            for other in self._by_start.get(word[:2], ()) if len(word) > 1 else self._postings:
                if other.startswith(word):
                    found = self._postings[other]
                    best[found] = np.maximum(best[found], _PREFIX)
        if (exact := self._postings.get(word)) is not None:
            best[exact] = _EXACT
        return best
