"""Whether one head may follow another: what a witness asks of each head that it is shown. No state, no I/O."""

from collections.abc import Sequence
from typing import Final

from ronda.bus.witness import HeadObjection, HeadTold
from ronda.people.access_log.head import Head
from ronda.people.access_log.merkle import consistent

SENTENCES: Final[dict[HeadObjection, str]] = {
    HeadObjection.FORGED: "it carries no genuine signature",
    HeadObjection.OTHER_KEY: "it was signed with another key",
    HeadObjection.SHRUNK: "the log had more entries before",
    HeadObjection.REWRITTEN: "the log does not begin with what it began with before: it was rewritten",
    HeadObjection.UNPROVEN: "no proof came with it that the log only grew",
    HeadObjection.UNKEPT: "it could not be written down",
}
"""Each objection as the end of a sentence about a head."""


def objection(last: Head | None, head: Head, hashes: Sequence[bytes] | None) -> HeadObjection | None:
    """Return what is wrong with `head` where `last` was seen before it; None when nothing is.

    Args:
        last: The newest head that was accepted; None before the first, whose key is believed.
        head: The head that is shown now.
        hashes: The proof of consistency from `last` to `head` (RFC 9162, 2.1.4); None when none came.
    """
    if not head.genuine:
        return HeadObjection.FORGED
    if last is None:
        return None
    if head.key != last.key:
        return HeadObjection.OTHER_KEY
    if head.size < last.size:
        return HeadObjection.SHRUNK
    if hashes is None:
        return HeadObjection.UNPROVEN
    if not consistent(last.size, head.size, hashes, last.root, head.root):
        return HeadObjection.REWRITTEN
    return None


def told_of(head: Head, first: int, hashes: Sequence[bytes] | None) -> HeadTold:
    """Return a head, with the proof from a tree of `first` entries, as it travels."""
    return HeadTold(
        size=head.size,
        root=head.root.hex(),
        at_90k=head.at_90k,
        key=head.key.hex(),
        signature=head.signature.hex(),
        first=first,
        hashes=None if hashes is None else tuple(one.hex() for one in hashes),
    )


def head_of(told: HeadTold) -> Head:
    """Return the head that has travelled."""
    root, key, signature = (bytes.fromhex(text) for text in (told.root, told.key, told.signature))
    return Head(told.size, root, told.at_90k, key, signature)


def proof_of(told: HeadTold) -> tuple[bytes, ...] | None:
    """Return the proof that has travelled with a head."""
    return None if told.hashes is None else tuple(bytes.fromhex(one) for one in told.hashes)
