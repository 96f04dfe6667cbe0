"""Proofs out of the stored tree, in the form in which they leave the machine."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ronda.base.errors import NotFound
from ronda.people.access_log.leaf import line
from ronda.people.access_log.merkle import Span
from ronda.people.access_log.tables import ACCESS_LOG
from ronda.people.access_log.tree import span_hash


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that an entry is in the log.

    Attributes:
        line: What the leaf is the hash of (`leaf.py`).
        leaf: The leaf's hash.
        hashes: The proof (RFC 9162, 2.1.3).
    """

    line: str
    leaf: bytes
    hashes: tuple[bytes, ...]


def inclusion_of(connection: sa.Connection, number: int, spans: Sequence[Span]) -> Inclusion:
    """Return the proof for entry `number`, whose path is `spans`; runs in the store's threads.

    Raises:
        NotFound: The entry is missing.
        StorageFailed: The tree is damaged.
    """
    row = connection.execute(sa.select(ACCESS_LOG).where(ACCESS_LOG.c.number == number)).first()
    if row is None:
        raise NotFound(f"entry {number} is missing from the access log", "run ronda accesslog verify")
    values = tuple(row)
    return Inclusion(line(values), values[-1], tuple(span_hash(connection, span) for span in spans))
