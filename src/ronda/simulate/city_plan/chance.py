"""Chance that is the same for everybody, everywhere, whatever else is drawn: a hash of what it is for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from math import floor
from typing import Final, TypeVar

T = TypeVar("T")
K = TypeVar("K")
_BYTES: Final = 7  # what fits a float exactly


def chance(*what: object) -> float:
    """Return a number in 0..1 (1 excluded) that belongs to `what`."""
    digest = blake2b("|".join(map(str, what)).encode(), digest_size=_BYTES).digest()
    return int.from_bytes(digest) / 256**_BYTES * (1 - 2**-53)


def between(low: int, high: int, *what: object) -> int:
    """Return a whole number from `low` to `high`, both included."""
    return low + floor(chance(*what) * (high - low + 1))


def pick(options: Sequence[T], *what: object) -> T:
    """Return one of `options`."""
    return options[floor(chance(*what) * len(options))]


def weighted(options: Mapping[T, float], *what: object) -> T:
    """Return one of `options`, each as likely as its weight."""
    left = chance(*what) * sum(options.values())
    for option, weight in options.items():
        left -= weight
        if left < 0:
            return option
    return list(options)[-1]


def drawn(items: Iterable[T], many: int, name: Callable[[T], str], *what: object) -> set[str]:
    """Return the names of `many` of the items."""
    names = sorted((chance(*what, name(item)), name(item)) for item in items)
    return {found for _, found in names[:many]}


def shares(total: int, weights: Mapping[K, float]) -> dict[K, int]:
    """Share a number out by weight, whole and without a remainder (largest remainders)."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    found = {key: floor(part) for key, part in exact.items()}
    short = sorted(exact, key=lambda key: found[key] - exact[key])[: total - sum(found.values())]
    for key in short:
        found[key] += 1
    return found
