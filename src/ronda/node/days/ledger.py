"""What a node keeps of its cameras' days: `days.db`, beside the first volume's recordings. Blocking; disk pool only.

One row a camera, day and part. While any of its segments lives the leaves are kept whole, packed; once all were deleted
by a rule, only their hashes (32 bytes each) and the rule: whoever has a manifest can still show that a segment was in
the tree.
"""

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ronda.evidence.day_tree import DayRoot, Leaf

NAME: Final = "days.db"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS days (
    camera TEXT NOT NULL, profile TEXT NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL, count INTEGER NOT NULL,
    tree BLOB NOT NULL, previous BLOB NOT NULL, signature BLOB, certificate TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL DEFAULT '',          -- why all of its segments are gone; empty while some live
    leaves BLOB NOT NULL,
    PRIMARY KEY (camera, profile, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (           -- how many segments of a day were there when it was last looked at
    camera TEXT NOT NULL, profile TEXT NOT NULL, day TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (camera, profile, day)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS days_unsigned ON days (number) WHERE signature IS NULL;
"""
_COLUMNS: Final = "camera, profile, number, day, count, tree, previous, signature, rule, leaves"
Stream = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A part of a camera's day.

    Attributes:
        root: What is signed of it.
        signed: Whether the centre has signed it.
        rule: Why all of its segments are gone; empty while some live.
        leaves: Its segments; empty once they are gone.
        hashes: The leaves' hashes, in order.
    """

    root: DayRoot
    signed: bool
    rule: str
    leaves: tuple[Leaf, ...]
    hashes: tuple[bytes, ...]


class DayLedger:
    """Opens the file at its first use; one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def add(self, root: DayRoot, leaves: list[Leaf]) -> None:
        """Keep a new part, not signed yet.

        Raises:
            sqlite3.Error: The disk refuses.
        """
        values = (root.camera, root.profile, root.number, root.day, root.count, root.tree, root.previous, pack(leaves))
        sql = (
            "INSERT INTO days (camera, profile, number, day, count, tree, previous, leaves)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        with self._lock, self._db as db:
            db.execute(sql, values)

    def sign(self, root: DayRoot, signature: bytes, certificate: str) -> None:
        """Keep the centre's signature."""
        sql = "UPDATE days SET signature = ?, certificate = ? WHERE camera = ? AND profile = ? AND number = ?"
        with self._lock, self._db as db:
            db.execute(sql, (signature, certificate, root.camera, root.profile, root.number))

    def gone(self, day: KeptDay, rule: str) -> None:
        """All segments of a part were deleted by a rule: keep the hashes of its leaves alone."""
        root = day.root
        sql = "UPDATE days SET rule = ?, leaves = ? WHERE camera = ? AND profile = ? AND number = ?"
        with self._lock, self._db as db:
            db.execute(sql, (rule, b"".join(day.hashes), root.camera, root.profile, root.number))

    def saw(self, stream: Stream, day: str, count: int) -> None:
        """Remember how many segments of a day there were."""
        with self._lock, self._db as db:
            db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", (*stream, day, count))

    def seen(self) -> dict[tuple[str, str, str], int]:
        """Return how many segments of each camera's days there were when they were last looked at."""
        rows = self._rows("SELECT camera, profile, day, count FROM seen")
        return {(camera, profile, day): count for camera, profile, day, count in rows}

    def forget_seen(self, stream: Stream, day: str) -> None:
        """Nothing of a day is left."""
        with self._lock, self._db as db:
            db.execute("DELETE FROM seen WHERE camera = ? AND profile = ? AND day = ?", (*stream, day))

    def of_day(self, stream: Stream, day: str) -> list[KeptDay]:
        """Return the parts of a camera's day."""
        sql = f"SELECT {_COLUMNS} FROM days WHERE camera = ? AND profile = ? AND day = ? ORDER BY number"  # noqa: S608
        return [_kept(row) for row in self._rows(sql, (*stream, day))]

    def last(self, stream: Stream) -> DayRoot | None:
        """Return the end of a camera's chain; None where there is none of it here."""
        where = "camera = ? AND profile = ? ORDER BY number DESC LIMIT 1"
        found = self._rows(f"SELECT {_COLUMNS} FROM days WHERE {where}", stream)  # noqa: S608
        return _kept(found[0]).root if found else None

    def unsigned(self, limit: int) -> list[KeptDay]:
        """Return parts that the centre has not signed, those of one camera in order."""
        where = "signature IS NULL ORDER BY camera, profile, number LIMIT ?"
        return [_kept(row) for row in self._rows(f"SELECT {_COLUMNS} FROM days WHERE {where}", (limit,))]  # noqa: S608

    def after(self, camera: str, profile: str, number: int, limit: int) -> list[KeptDay]:
        """Return the parts behind a place, in order of camera, profile and number."""
        where = "(camera, profile, number) > (?, ?, ?) ORDER BY camera, profile, number LIMIT ?"
        sql = f"SELECT {_COLUMNS} FROM days WHERE {where}"  # noqa: S608
        return [_kept(row) for row in self._rows(sql, (camera, profile, number, limit))]

    def all(self) -> Iterator[KeptDay]:
        """Yield every part, in order of camera, profile and number."""
        place = ("", "", -1)
        while found := self.after(*place, 100):
            yield from found
            last = found[-1].root
            place = (last.camera, last.profile, last.number)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = sqlite3.connect(self._path, check_same_thread=False)
            self._opened.execute("PRAGMA journal_mode = WAL")
            self._opened.execute("PRAGMA synchronous = NORMAL")
            self._opened.executescript(_SCHEMA)
        return self._opened

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()


def pack(leaves: list[Leaf]) -> bytes:
    """Return leaves as they are kept."""
    rows = [(one.file, one.start_90k, one.end_90k, one.size, one.sha256) for one in leaves]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 6)


def _kept(row: tuple[Any, ...]) -> KeptDay:
    camera, profile, number, day, count, tree, previous, signature, rule, packed = row
    root = DayRoot(camera, profile, number, day, count, tree, previous)
    if rule:
        hashes = tuple(packed[at : at + 32] for at in range(0, len(packed), 32))
        return KeptDay(root, signature is not None, rule, (), hashes)
    try:
        leaves = tuple(Leaf(*fields) for fields in json.loads(zlib.decompress(packed)))
        hashes = tuple(leaf.hash for leaf in leaves)
    except (zlib.error, ValueError, TypeError):
        leaves, hashes = (), ()  # damaged: its tree is not what was signed, which the check says
    return KeptDay(root, signature is not None, "", leaves, hashes)
