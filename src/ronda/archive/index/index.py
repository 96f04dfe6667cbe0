# ruff: noqa: S608
"""Opening, filling and asking the index of one volume.

Statements are put together from this module's constants alone; values are always bound.

One `Index` writes (the volume's writer thread); any number of `IndexReader`s read, each from one
thread at a time.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ronda.archive.filing.journal import Position
from ronda.archive.filing.layout import INDEX_NAME, segment_file
from ronda.archive.filing.record import Began, Closed, HoldAdded, Kept, Missing, Ordered, Record
from ronda.archive.index.apply import apply
from ronda.archive.index.schema import SCHEMA, SINCE_1, SINCE_2, VERSION
from ronda.base.causes import GapCause
from ronda.bus.contract import Hold

SIDE_FILES: Final = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A finished segment as the index knows it; times are timeline time."""

    camera: str
    profile: str
    run: str
    start_90k: int
    end_90k: int
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        """Path below the volume."""
        return segment_file(self.camera, self.profile, self.run, self.start_90k)


@dataclass(frozen=True, slots=True)
class OrderedRow:
    """A segment that was deleted by somebody's order, and what is said of the order: its id, then in words."""

    segment: SegmentRow
    order: str


_SEGMENT: Final = (
    "SELECT t.camera, t.profile, s.run, s.start_90k, s.end_90k, s.bytes, s.sha256"
    " FROM segments s JOIN streams t ON t.id = s.stream"
)
_UNHELD: Final = (
    "NOT EXISTS (SELECT 1 FROM holds h WHERE h.camera = t.camera AND h.from_90k < s.end_90k AND h.to_90k > s.start_90k)"
)


def _segment(row: tuple[str, str, str, int, int, int, bytes]) -> SegmentRow:
    return SegmentRow(*row[:6], row[6].hex())


class Index:
    """The writing side; made new where there is none."""

    def __init__(self, folder: Path, name: str = INDEX_NAME) -> None:
        """Open it, by default `folder/index.db`.

        Raises:
            sqlite3.Error: It is damaged, or of another version: remove and rebuild it.
        """
        self._db = sqlite3.connect(folder / name, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except sqlite3.Error:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(
                f"BEGIN; {SCHEMA} INSERT INTO meta VALUES ('bytes', 0), ('number', 1), ('offset', 0);"
                f" PRAGMA user_version = {VERSION}; COMMIT;"
            )
        elif version in (1, 2):
            since = SINCE_2 if version == 2 else SINCE_1 + SINCE_2
            self._db.executescript(f"BEGIN; {since} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise sqlite3.DatabaseError(f"index version {version}, not {VERSION}")
        self.position  # noqa: B018 - reads the tables, so that damage shows here

    @property
    def position(self) -> Position:
        """How far into the journal this index reaches."""
        number, offset = (
            self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]
            for key in ("number", "offset")
        )
        return Position(int(number), int(offset))

    @property
    def bytes(self) -> int:
        """Sum of the finished segments' sizes."""
        (value,) = self._db.execute("SELECT value FROM meta WHERE key = 'bytes'").fetchone()
        return int(value)

    def apply(self, records: Iterable[Record], position: Position) -> None:
        """Take `records`, after which the index reaches to `position` of the journal.

        Raises:
            sqlite3.Error: Nothing was taken.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for record in records:
                apply(self._db, record)
                if isinstance(record, Closed):
                    self._db.execute(
                        "INSERT INTO journals VALUES (?, ?) ON CONFLICT (number)"
                        " DO UPDATE SET last_end_90k = max(last_end_90k, excluded.last_end_90k)",
                        (position.number, record.end_90k),
                    )
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'number'", (position.number,))
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'offset'", (position.offset,))
            self._db.execute("COMMIT")
        except sqlite3.Error:
            self._db.execute("ROLLBACK")
            raise

    def unfinished(self) -> dict[str, int]:
        """Return the segments that were opened and neither closed nor dropped, with their starts."""
        return dict(self._db.execute("SELECT file, start_90k FROM unfinished").fetchall())

    def closed_since(self, end_90k: int) -> list[SegmentRow]:
        """Return the segments that end at or after a moment."""
        # A segment is some five minutes long: one that ends later starts within the hour before.
        where = " WHERE s.start_90k > ? AND s.end_90k >= ?"
        rows = self._db.execute(_SEGMENT + where, (end_90k - 3600 * 90_000, end_90k)).fetchall()
        return [_segment(row) for row in rows]

    def last_end(self) -> int | None:
        """Return the latest end of any coverage."""
        (value,) = self._db.execute("SELECT max(end_90k) FROM coverage").fetchone()
        return None if value is None else int(value)

    def oldest(self, limit: int) -> list[SegmentRow]:
        """Return the oldest segments that no hold covers."""
        sql = f"{_SEGMENT} WHERE {_UNHELD} ORDER BY s.start_90k LIMIT ?"
        return [_segment(row) for row in self._db.execute(sql, (limit,)).fetchall()]

    def expired(self, now_90k: int, limit: int) -> list[SegmentRow]:
        """Return segments older than their camera's days that no hold covers."""
        sql = (
            f"{_SEGMENT} JOIN keeps k ON k.camera = t.camera"
            f" WHERE s.start_90k < ? - k.days * 7776000000 AND s.end_90k < ? - k.days * 7776000000 AND {_UNHELD}"
            " ORDER BY s.start_90k LIMIT ?"
        )
        return [_segment(row) for row in self._db.execute(sql, (now_90k, now_90k, limit)).fetchall()]

    def overlapping(self, camera: str, from_90k: int, to_90k: int) -> list[SegmentRow]:
        """Return the segments of every profile of a camera that overlap a range, in order of their starts."""
        sql = f"{_SEGMENT} WHERE t.camera = ? AND s.start_90k < ? AND s.end_90k > ? ORDER BY s.start_90k, t.profile"
        return [_segment(row) for row in self._db.execute(sql, (camera, to_90k, from_90k)).fetchall()]

    def first_needed_journal(self) -> int:
        """Return the number of the oldest journal file that still says something of living footage."""
        (oldest,) = self._db.execute("SELECT min(start_90k) FROM segments").fetchone()
        if oldest is None:
            return 1
        (number,) = self._db.execute("SELECT min(number) FROM journals WHERE last_end_90k >= ?", (oldest,)).fetchone()
        return int(number or 1)

    def keeps(self) -> dict[str, int]:
        """Return the days of each camera."""
        return dict(self._db.execute("SELECT camera, days FROM keeps").fetchall())

    def holds(self) -> list[Hold]:
        """Return the holds, oldest first."""
        return _holds(self._db, None)

    def ended_holds(self, now_90k: int) -> list[str]:
        """Return the ids of the holds that end by themselves now."""
        sql = "SELECT id FROM holds WHERE until_90k <= ? ORDER BY until_90k LIMIT 100"
        return [row[0] for row in self._db.execute(sql, (now_90k,))]

    def standing(self) -> list[Record]:
        """Return what the journal must say again before its oldest files go.

        Holds, days, causes, beginnings, and what was deleted by an order.
        """
        records: list[Record] = [held(hold) for hold in self.holds()]
        records += [Kept(camera, days) for camera, days in self.keeps().items()]
        records += [
            Began(*row)
            for row in self._db.execute("SELECT camera, profile, first_90k FROM streams WHERE first_90k IS NOT NULL")
        ]
        sql = "SELECT t.camera, t.profile, c.at_90k, c.cause FROM causes c JOIN streams t ON t.id = c.stream"
        records += [Missing(row[0], row[1], row[2], GapCause(row[3])) for row in self._db.execute(sql)]
        records += [_said_again(one) for one in _ordered(self._db, "TRUE")]
        return records

    def close(self) -> None:
        """Close the database."""
        self._db.close()


class IndexReader:
    """The reading side: one connection, for one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(
            f"file:{folder / INDEX_NAME}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, timeout=2.0
        )

    def stream(self, camera: str, profile: str) -> tuple[int, int | None] | None:
        """Return the number of a camera's profile and where its footage ever began."""
        sql = "SELECT id, first_90k FROM streams WHERE camera = ? AND profile = ?"
        row: tuple[int, int | None] | None = self._db.execute(sql, (camera, profile)).fetchone()
        return row

    def coverage(self, stream: int, from_90k: int, to_90k: int) -> list[tuple[int, int]]:
        """Return the stretches that overlap a range, and the last one before it, in order of their starts."""
        # Stretches of different runs can overlap after a clock step, so the end is asked for as well.
        before = self._db.execute(
            "SELECT start_90k, end_90k FROM coverage WHERE stream = ? AND start_90k <= ?"
            " ORDER BY start_90k DESC LIMIT 3",
            (stream, from_90k),
        ).fetchall()
        inside = self._db.execute(
            "SELECT start_90k, end_90k FROM coverage WHERE stream = ? AND start_90k > ? AND start_90k < ?"
            " ORDER BY start_90k",
            (stream, from_90k, to_90k),
        ).fetchall()
        return [*reversed(before), *inside]

    def last_end(self, stream: int) -> int | None:
        """Return where the newest footage ends."""
        sql = "SELECT end_90k FROM coverage WHERE stream = ? ORDER BY start_90k DESC LIMIT 3"
        return max((int(end) for (end,) in self._db.execute(sql, (stream,))), default=None)

    def causes(self, stream: int, from_90k: int, to_90k: int) -> list[tuple[int, GapCause]]:
        """Return the causes from the last one before a range to its end, everybody's included."""
        rows: list[tuple[int, str]] = []
        for one in (stream, 0):
            rows += self._db.execute(
                "SELECT at_90k, cause FROM causes WHERE stream = ? AND at_90k < ? AND at_90k >= coalesce("
                "(SELECT max(at_90k) FROM causes WHERE stream = ? AND at_90k <= ?), 0)",
                (one, to_90k, one, from_90k),
            ).fetchall()
        return [(at, GapCause(cause)) for at, cause in sorted(rows)]

    def segments(self, stream: int, from_90k: int, to_90k: int, limit: int = -1) -> list[SegmentRow]:
        """Return the segments that overlap a range, in order of their starts."""
        sql = (
            f"{_SEGMENT} WHERE s.stream = ? AND s.start_90k < ? AND s.end_90k > ?"
            " AND s.start_90k >= coalesce((SELECT min(start_90k) FROM (SELECT start_90k FROM segments"
            " WHERE stream = ? AND start_90k <= ? ORDER BY start_90k DESC LIMIT 3)), 0)"
            " ORDER BY s.start_90k LIMIT ?"
        )
        rows = self._db.execute(sql, (stream, to_90k, from_90k, stream, from_90k, limit)).fetchall()
        return [_segment(row) for row in rows]

    def ordered(self, stream: int, from_90k: int, to_90k: int) -> list["OrderedRow"]:
        """Return the segments within a range that were deleted by somebody's order, in order of their starts."""
        where = "o.stream = ? AND o.start_90k < ? AND o.end_90k > ?"
        return _ordered(self._db, where, (stream, to_90k, from_90k))

    def ordered_by(self, order: str) -> list["OrderedRow"]:
        """Return the segments that were deleted by one order, whatever follows its id."""
        return _ordered(self._db, "substr(o.said, 1, ?) = ?", (len(order), order))

    def counts_by_day(self, before_90k: int) -> list[tuple[str, str, int, int]]:
        """Return how many segments start on each camera's days before a moment: camera, profile, day, count."""
        sql = (
            "SELECT t.camera, t.profile, s.day, s.count FROM (SELECT stream, start_90k / 7776000000 AS day,"
            " count(*) AS count FROM segments WHERE start_90k < ? GROUP BY 1, 2) s JOIN streams t ON t.id = s.stream"
        )
        return self._db.execute(sql, (before_90k,)).fetchall()

    def next_start(self, stream: int, after_90k: int) -> int | None:
        """Return where the first segment that starts after a moment starts."""
        sql = "SELECT min(start_90k) FROM segments WHERE stream = ? AND start_90k > ?"
        (value,) = self._db.execute(sql, (stream, after_90k)).fetchone()
        return None if value is None else int(value)

    @contextmanager
    def snapshot(self) -> Iterator[Position]:
        """Let everything asked within the context be of one moment; yields how far into the journal that reaches."""
        self._db.execute("BEGIN")
        try:
            rows = dict(self._db.execute("SELECT key, value FROM meta WHERE key IN ('number', 'offset')").fetchall())
            yield Position(int(rows["number"]), int(rows["offset"]))
        finally:
            self._db.execute("COMMIT")

    def all_segments(self) -> Iterable[SegmentRow]:
        """Yield every segment, by camera, profile and start."""
        sql = f"{_SEGMENT} ORDER BY t.camera, t.profile, s.start_90k"
        for row in self._db.execute(sql):
            yield _segment(row)

    def all_coverage(self) -> list[tuple[str, str, str, int, int]]:
        """Return every stretch: camera, profile, run, start, end."""
        return self._db.execute(
            "SELECT t.camera, t.profile, c.run, c.start_90k, c.end_90k FROM coverage c"
            " JOIN streams t ON t.id = c.stream ORDER BY 1, 2, 4, 3"
        ).fetchall()

    def unfinished(self) -> list[str]:
        """Return the files that are being written, or were when the process died."""
        return [row[0] for row in self._db.execute("SELECT file FROM unfinished")]

    def coverage_of_all(self, cameras: Sequence[str], profile: str, from_90k: int, to_90k: int) -> dict[str, int]:
        """Return how many ticks of a range are covered, for each of many cameras."""
        total = dict.fromkeys(cameras, 0)
        sql = (
            "SELECT t.camera, sum(min(c.end_90k, ?) - max(c.start_90k, ?)) FROM streams t JOIN coverage c"
            " ON c.stream = t.id WHERE t.profile = ? AND c.start_90k < ? AND c.end_90k > ? GROUP BY t.camera"
        )
        for camera, ticks in self._db.execute(sql, (to_90k, from_90k, profile, to_90k, from_90k)):
            if camera in total:
                total[camera] = ticks
        return total

    def counts(self) -> tuple[int, int, int]:
        """Return how many finished segments there are, of how many runs, and their bytes."""
        (files,) = self._db.execute("SELECT count(*) FROM segments").fetchone()
        (runs,) = self._db.execute("SELECT count(*) FROM (SELECT DISTINCT stream, run FROM coverage)").fetchone()
        (size,) = self._db.execute("SELECT value FROM meta WHERE key = 'bytes'").fetchone()
        return int(files), int(runs), int(size)

    def holds(self, camera: str | None = None) -> list[Hold]:
        """Return the holds of one camera or all, oldest first."""
        return _holds(self._db, camera)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


def _ordered(db: sqlite3.Connection, where: str, values: tuple[object, ...] = ()) -> list[OrderedRow]:
    sql = (
        "SELECT t.camera, t.profile, o.run, o.start_90k, o.end_90k, o.bytes, o.sha256, o.said"
        f" FROM ordered o JOIN streams t ON t.id = o.stream WHERE {where} ORDER BY o.start_90k, t.profile"
    )
    return [OrderedRow(_segment(row[:7]), row[7]) for row in db.execute(sql, values)]


def _said_again(row: OrderedRow) -> Ordered:
    one = row.segment
    return Ordered(one.file, one.start_90k, one.end_90k, one.bytes, one.sha256, row.order)


def held(hold: Hold) -> HoldAdded:
    """Return what the journal says of a hold."""
    range_90k = (hold.from_90k, hold.to_90k)
    return HoldAdded(hold.id, hold.camera, *range_90k, hold.reason, hold.by, hold.at, hold.case, hold.until_90k)


def _holds(db: sqlite3.Connection, camera: str | None) -> list[Hold]:
    sql = "SELECT id, camera, from_90k, to_90k, reason, by_whom, at_90k, case_number, until_90k FROM holds"
    rows = db.execute(f"{sql} WHERE ?1 IS NULL OR camera = ?1 ORDER BY at_90k, id", (camera,)).fetchall()
    names = ("id", "camera", "from_90k", "to_90k", "reason", "by", "at", "case", "until_90k")
    return [Hold(**dict(zip(names, row, strict=True))) for row in rows]
