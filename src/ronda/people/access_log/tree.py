"""The tree as it lies in the database: appending to it, and the hashes that proofs need.

Everything here runs in the store's threads, inside a transaction of the caller.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import StorageFailed
from ronda.people.access_log.leaf import rows_of
from ronda.people.access_log.merkle import KEPT_LEVELS, Frontier, Span, complete_subtrees, fold, node_hash
from ronda.people.access_log.tables import ACCESS_LOG, ACCESS_NAMES, ACCESS_NODES

_ENTRY: Final = tuple(column.name for column in ACCESS_LOG.columns)
_NAMES: Final = tuple(column.name for column in ACCESS_NAMES.columns)


def load(connection: sa.Connection) -> Frontier:
    """Return the tree of all entries, read from the roots that are kept and the newest few leaves.

    Raises:
        StorageFailed: Entries or roots are missing.
    """
    newest = connection.execute(sa.select(sa.func.max(ACCESS_LOG.c.number))).scalar()
    size = 0 if newest is None else int(newest) + 1
    subtrees = complete_subtrees((0, size))
    return Frontier(size, tuple(subtree_hash(connection, level, position) for level, position in subtrees))


def append(frontier: Frontier, noted: Sequence[dict[str, Any]], connection: sa.Connection) -> Frontier:
    """Write what was noted as the entries that follow `frontier`, and return the tree with them."""
    entries, names = [], []
    for number, row in enumerate(noted, frontier.size):
        entry, words = rows_of(number, row)
        entries.append(entry)
        if words is not None:
            names.append(words)
    grown, kept = frontier.extended(entry[-1] for entry in entries)
    _insert(connection, ACCESS_LOG, _ENTRY, entries)
    _insert(connection, ACCESS_NAMES, _NAMES, names)
    _insert(connection, ACCESS_NODES, ("level", "position", "hash"), [(n.level, n.position, n.hash) for n in kept])
    return grown


def _insert(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])


def span_hash(connection: sa.Connection, span: Span) -> bytes:
    """Return the Merkle tree hash of a span of leaves that is one of a proof's.

    Raises:
        StorageFailed: Entries or roots are missing.
    """
    return fold([subtree_hash(connection, level, position) for level, position in complete_subtrees(span)])


def subtree_hash(connection: sa.Connection, level: int, position: int) -> bytes:
    """Return the root over the leaves `position << level` to `(position + 1) << level`; at most 255 hashes are made.

    Raises:
        StorageFailed: Entries or roots are missing.
    """
    kept = level - level % KEPT_LEVELS
    width = 1 << (level - kept)
    first = position * width
    if kept:
        place, hash = ACCESS_NODES.c.position, ACCESS_NODES.c.hash
        query = sa.select(hash).where(ACCESS_NODES.c.level == kept)
    else:
        place, hash = ACCESS_LOG.c.number, ACCESS_LOG.c.leaf
        query = sa.select(hash)
    query = query.where(place >= first, place < first + width).order_by(place)
    row = [bytes(found) for found in connection.execute(query).scalars()]
    if len(row) != width:
        raise StorageFailed(
            f"the access log's tree is damaged: {width - len(row)} hashes of level {kept} from {first} on are missing",
            "run ronda accesslog verify, and keep the database as it is for whoever investigates",
        )
    return _paired(row)


def _paired(row: Iterable[bytes]) -> bytes:
    level = list(row)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]
