"""The Merkle tree of RFC 9162, section 2.1, over SHA-256: roots, proofs, and the checks of proofs. No state, no I/O.

A tree of `size` leaves is known by its *frontier*: the roots of the complete subtrees that it is made of, largest
first. Proofs are told as spans of leaves, so that whoever holds the leaves decides how a span is hashed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

EMPTY: Final = sha256().digest()
"""The root of a tree without leaves."""
KEPT_LEVELS: Final = 8
"""Each how many levels a subtree's root is kept: those over 256 leaves, over 65,536, and so on."""

Span = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


@dataclass(frozen=True, slots=True)
class Node:
    """The root of the complete subtree over the leaves from `position << level` to `(position + 1) << level`."""

    level: int
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, as the roots of its complete subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle tree hash."""
        return fold(self.peaks)

    def extended(self, leaves: Iterable[bytes]) -> tuple["Frontier", list[Node]]:
        """Return the tree with `leaves` (hashes) added, and the roots to keep (see `KEPT_LEVELS`)."""
        size, peaks, kept = self.size, list(self.peaks), []
        for leaf in leaves:
            whole, level, position = leaf, 0, size
            while position & 1:
                whole = sha256(b"\1" + peaks.pop() + whole).digest()
                level, position = level + 1, position >> 1
                if level % KEPT_LEVELS == 0:
                    kept.append(Node(level, position, whole))
            peaks.append(whole)
            size += 1
        return Frontier(size, tuple(peaks)), kept


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf's contents."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two."""
    return sha256(b"\1" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees of falling size."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for left in reversed(peaks[:-1]):
        root = node_hash(left, root)
    return root


def complete_subtrees(span: Span) -> list[tuple[int, int]]:
    """Return (level, position) of the complete subtrees that `span`, which must be one of a proof's, is made of."""
    start, end = span
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def inclusion_path(number: int, size: int) -> list[Span]:
    """Return the spans whose hashes prove that leaf `number` is in the tree of `size` leaves (2.1.3.1)."""
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if number < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_path(first: int, second: int) -> list[Span]:
    """Return the spans whose hashes prove that the tree of `second` leaves begins with that of `first` (2.1.4.1)."""
    spans: list[Span] = []
    if not first:
        return spans
    start, end = 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return spans[::-1]


def _split(width: int) -> int:
    """Return the largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def includes(leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` shows that the leaf hash `leaf` is number `number` of the tree with this root (2.1.3.2)."""
    if not 0 <= number < size:
        return False
    at, last, found = number, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Say whether `proof` shows that the second tree begins with the first (2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return first == 0 and not proof and first_root == EMPTY
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root
