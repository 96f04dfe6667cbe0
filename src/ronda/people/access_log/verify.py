"""Finding a rewritten history: everything is computed again from the database and held against heads.

Blocking; reads one state of the database, in bounded memory, about a million entries in some seconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from ronda.bus.witness import HeadObjection
from ronda.people.access_log.head import Head
from ronda.people.access_log.heads import all_of
from ronda.people.access_log.leaf import commitment, hash_of
from ronda.people.access_log.merkle import KEPT_LEVELS, Frontier, Node
from ronda.people.access_log.spans import Spans
from ronda.people.access_log.succession import SENTENCES
from ronda.people.access_log.tables import ACCESS_LOG, ACCESS_NAMES, ACCESS_NODES

_AT_ONCE: Final = 5_000
_WORDS: Final = ("who", "purpose", "reason", "subject")
_TOLD_AT_MOST: Final = 50
_REFUSALS_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Witness:
    """A head that somebody kept outside, and what to call it."""

    name: str
    head: Head


@dataclass(frozen=True, slots=True)
class Kept:
    """What a node wrote down of the heads that it was shown.

    Attributes:
        name: What to call its file.
        accepted: The heads that it accepted, in its order.
        refused: The heads that it refused, each with why.
    """

    name: str
    accepted: tuple[Head, ...]
    refused: tuple[tuple[Head, HeadObjection], ...] = ()


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        entries: How many entries there are.
        erased: Entries whose names were erased.
        heads: Heads that were held against the log, those from outside among them.
        root: The tree's root as it is now.
        problems: What is wrong and where, one sentence each, gravest first; empty when the log is whole.
    """

    entries: int = 0
    erased: int = 0
    heads: int = 0
    root: bytes = b""
    problems: list[str] = field(default_factory=list)


def verify(
    connection: sa.Connection, key: bytes | None, witnesses: Sequence[Witness] = (), kept: Sequence[Kept] = ()
) -> Report:
    """Say whether the log is the one that its heads were signed over.

    Args:
        connection: To the database; reads only.
        key: The public key of the data folder; None where it is missing.
        witnesses: Heads that were kept outside.
        kept: What nodes wrote down.
    """
    remembered = all_of(connection)
    outside = [one.head for one in witnesses] + [head for one in kept for head in one.accepted]
    walk = _Walk(sorted({head.size for head in (*remembered, *outside)}))
    for rows in _batches(connection):
        walk.take(rows)
    report = Report(walk.tree.size, walk.erased, len(remembered) + len(outside), walk.tree.root)
    told = report.problems
    for one in witnesses:
        told += _of_witness(one, key, walk)
    for file in kept:
        told += _of_kept(file, key, walk)
    told += _of_keys(remembered, key)
    told += walk.missing.told("is missing: the log has a hole there", "are missing: the log has a hole there")
    told += walk.changed.told("was changed after it was written", "were changed after they were written")
    told += _of_heads(remembered, walk)
    for word in _WORDS:
        told += walk.forged[word].told(f"names another {word} than was logged", f"name another {word} than was logged")
    told += _of_nodes(connection, walk)
    told += _of_strangers(connection, walk.end)
    if len(told) > _TOLD_AT_MOST:
        del told[_TOLD_AT_MOST:]
        told.append("and more of the kind")
    return report


class _Walk:
    """Goes through the entries once, in their order, and keeps what does not fit."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.tree = Frontier()
        self.roots: dict[int, bytes] = {}
        self.nodes: list[Node] = []
        self.missing, self.changed = Spans(), Spans()
        self.forged = {word: Spans() for word in _WORDS}
        self.erased = 0
        self.end = 0
        self._sizes = iter(sizes)
        self._size = next(self._sizes, None)
        self._note_roots()

    def take(self, rows: Sequence[Any]) -> None:
        """Check some entries with their names, and let the tree grow by their hashes."""
        leaves = []
        for row in rows:
            number, leaf = row[0], row[14]
            if number != self.end:
                self.missing.add(self.end, number)
            self.end = number + 1
            if hash_of(row) != leaf:
                self.changed.add(number, number + 1)
            if any(row[10:14]) or any(row[15:19]):
                self._check_names(row)
            leaves.append(leaf)
        at = 0
        while at < len(leaves):
            width = len(leaves) - at if self._size is None else min(len(leaves) - at, self._size - self.tree.size)
            self.tree, nodes = self.tree.extended(leaves[at : at + width])
            self.nodes += nodes
            at += width
            self._note_roots()

    def _check_names(self, row: Any) -> None:
        # who, purpose, reason share a nonce; a word that is null with its nonce was erased.
        erased = False
        for word, committed, text, nonce in zip(_WORDS, row[10:14], row[15:19], row[19:23], strict=True):
            if text is None and committed is not None:
                erased = erased or word == "who"
            elif text is not None and (nonce is None or commitment(nonce, word, text) != committed):
                self.forged[word].add(row[0], row[0] + 1)
        self.erased += erased

    def _note_roots(self) -> None:
        while self._size is not None and self._size == self.tree.size:
            self.roots[self._size] = self.tree.root
            self._size = next(self._sizes, None)


def _batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    names = ACCESS_NAMES.c
    columns = (names.who, names.purpose, names.reason, names.subject)
    nonces = (names.nonce, names.nonce.label("n2"), names.nonce.label("n3"), names.subject_nonce)
    joined = ACCESS_LOG.outerjoin(ACCESS_NAMES, names.number == ACCESS_LOG.c.number)
    query = sa.select(*ACCESS_LOG.c, *columns, *nonces).select_from(joined).order_by(ACCESS_LOG.c.number)
    last = -1
    while rows := connection.execute(query.where(ACCESS_LOG.c.number > last).limit(_AT_ONCE)).all():
        yield rows
        last = rows[-1][0]


def _of_witness(one: Witness, key: bytes | None, walk: _Walk, good: Head | None = None) -> list[str]:
    head, name = one.head, one.name
    if not head.genuine:
        return [f"{name} carries no genuine signature: it is not what a log gave out, or was changed since"]
    told = []
    if key is None:
        told.append(f"the log's key is missing from the data folder; {name} was signed with {_short(head.key)}")
    elif head.key != key:
        told.append(f"{name} was signed with {_short(head.key)}, and this log's key is {_short(key)}: it was replaced")
    return told + _against(name, head, walk, good)


def _of_kept(file: Kept, key: bytes | None, walk: _Walk) -> list[str]:
    """Name the first head of a node's that disagrees: all after it are wrong with it; then what the node refused."""
    told: list[str] = []
    good: Head | None = None
    for head in sorted(file.accepted, key=lambda one: one.size):
        name = f"the head of {head.time} in {file.name}"
        told = _of_witness(Witness(name, head), key, walk, good)
        if told:
            break
        good = head
    return told + [
        f"the node of {file.name} was shown a head of {head.time} over {head.size} entries and refused it: "
        f"{SENTENCES[why]}"
        for head, why in file.refused[:_REFUSALS_TOLD]
    ]


def _of_keys(remembered: Sequence[Head], key: bytes | None) -> list[str]:
    told = []
    if key is None and remembered:
        told.append("the log's key is missing from the data folder")
    others = {head.key: head for head in remembered if head.key != key} if key is not None else {}
    told += [
        f"heads until {head.time} were signed with {_short(other)}, not with this log's key: the key was replaced"
        for other, head in others.items()
    ]
    return told + [
        f"the head of {head.time} over {head.size} entries carries no genuine signature"
        for head in remembered
        if not head.genuine
    ]


def _of_heads(remembered: Sequence[Head], walk: _Walk) -> list[str]:
    good: Head | None = None
    for head in remembered:
        told = _against(f"the head of {head.time}", head, walk, good)
        if told:
            return told  # all that follow are wrong with it
        good = head
    return []


def _against(name: str, head: Head, walk: _Walk, good: Head | None) -> list[str]:
    if head.size > walk.end:
        missing = head.size - walk.end
        return [f"the log ends early: {name} was signed over {head.size} entries, and {missing} of them are missing"]
    if walk.missing and walk.missing.first < head.size:
        return []  # that there is a hole is told already
    if walk.roots[head.size] == head.root:
        return []
    since = f"; the first {good.size} agree with the head of {good.time}" if good is not None and good.size else ""
    first = good.size if good is not None else 0
    return [f"entries {first} to {head.size - 1} are not those that {name} was signed over: they were rewritten{since}"]


def _of_nodes(connection: sa.Connection, walk: _Walk) -> list[str]:
    """Hold the kept roots against the leaves: they show where, when a row was changed together with its hash."""
    if walk.missing:
        return []
    stored = {(row.level, row.position): row.hash for row in connection.execute(sa.select(ACCESS_NODES))}
    wrong = Spans()
    for node in walk.nodes:
        if stored.pop((node.level, node.position), None) != node.hash and node.level == KEPT_LEVELS:
            wrong.add(node.position << node.level, (node.position + 1) << node.level)
    told = wrong.told("", "have other hashes than the tree keeps for them: one of them was rewritten")
    if stored:
        told.append(f"the tree keeps {len(stored)} hashes for entries that are not there")
    return told


def _of_strangers(connection: sa.Connection, size: int) -> list[str]:
    count = connection.execute(sa.select(sa.func.count()).where(ACCESS_NAMES.c.number >= size)).scalar_one()
    return [f"there are names for {count} entries that are not there"] if count else []


def _short(key: bytes) -> str:
    return f"the key {key.hex()[:16]}…"
