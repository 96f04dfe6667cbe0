"""What a camera's day is sealed by: a Merkle tree over its segments, and a root that continues the chain of its days.

RFC 9162 hashing over SHA-256. No key, no disk: node, centre and whoever checks compute the same.

    leaf  = file, start, end, bytes, SHA-256, as JSON of one line
    root  = SHA-256("ronda day root 1" LF, JSON of [previous root, camera, profile, number, day, tree, count])
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ronda.people.access_log.merkle import Frontier, leaf_hash

FIRST: Final = bytes(32)
"""What stands for the root before a camera's first."""
_SUBJECT: Final = b"ronda day root 1\n"
_WRITE: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Leaf:
    """One closed segment; times in `utc_90k`.

    Attributes:
        file: Its path below the volume.
        start_90k: Where its footage starts.
        end_90k: Where it ends.
        size: How large it is, in bytes.
        sha256: Of its bytes, taken when it was closed, hexadecimal.
    """

    file: str
    start_90k: int
    end_90k: int
    size: int
    sha256: str

    @property
    def hash(self) -> bytes:
        """The leaf's hash."""
        return leaf_hash(_WRITE([self.file, self.start_90k, self.end_90k, self.size, self.sha256]).encode())


@dataclass(frozen=True, slots=True)
class DayRoot:
    """What is signed of a camera's day; segments that come in later, from a recorder, make a further one.

    Attributes:
        camera: Camera id.
        profile: Its profile.
        number: Its place in the camera's chain, from 0.
        day: The day in UTC, as `2026-11-21`.
        count: How many segments.
        tree: Root of the tree over them.
        previous: The chain's root before it.
    """

    camera: str
    profile: str
    number: int
    day: str
    count: int
    tree: bytes
    previous: bytes

    @property
    def root(self) -> bytes:
        """The chain's root with it: what is signed, as a digest."""
        fields = (self.previous.hex(), self.camera, self.profile, self.number, self.day, self.tree.hex(), self.count)
        return sha256(_SUBJECT + _WRITE(fields).encode()).digest()


def tree_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree over leaves, whose hashes are given in order."""
    return Frontier().extended(hashes)[0].root
