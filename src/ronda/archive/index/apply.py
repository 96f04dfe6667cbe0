"""How each record of the journal changes the index: the same whether it is new or replayed."""

import sqlite3
from typing import Final

from ronda.archive.filing.layout import place_of
from ronda.archive.filing.record import (
    Began,
    Closed,
    Deleted,
    Dropped,
    HoldAdded,
    HoldRemoved,
    Kept,
    Missing,
    Opened,
    Ordered,
    Record,
    Started,
    Stopped,
)
from ronda.base.causes import GapCause

CONTIGUOUS_90K: Final = 45_000
ALL_STREAMS: Final = 0


def apply(db: sqlite3.Connection, record: Record) -> None:  # noqa: C901 - one arm per kind
    """Change the index as `record` says, inside the caller's transaction."""
    match record:
        case Started(down_since_90k=int(since)):
            _cause(db, ALL_STREAMS, since, GapCause.NODE_STOPPED)
        case Started():
            pass
        case Stopped():
            _cause(db, ALL_STREAMS, record.at_90k, GapCause.NODE_STOPPED)
        case Opened():
            db.execute("INSERT OR REPLACE INTO unfinished VALUES (?, ?)", (record.file, record.start_90k))
        case Closed():
            _closed(db, record)
        case Dropped():
            db.execute("DELETE FROM unfinished WHERE file = ?", (record.file,))
        case Missing():
            _cause(db, stream_id(db, record.camera, record.profile), record.at_90k, record.cause)
        case Began():
            _began(db, stream_id(db, record.camera, record.profile), record.first_90k)
        case HoldAdded():
            _held(db, record)
        case HoldRemoved():
            db.execute("DELETE FROM holds WHERE id = ?", (record.id,))
        case Kept():
            db.execute("INSERT OR REPLACE INTO keeps VALUES (?, ?)", (record.camera, record.days))
        case Deleted():
            for file in record.files:
                _deleted(db, file, record.cause, record.order)
        case Ordered():
            _ordered(db, record)


def _held(db: sqlite3.Connection, hold: HoldAdded) -> None:
    row = (hold.id, hold.camera, hold.from_90k, hold.to_90k, hold.reason, hold.by, hold.at_90k)
    db.execute("INSERT OR REPLACE INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, hold.case, hold.until_90k))


def stream_id(db: sqlite3.Connection, camera: str, profile: str) -> int:
    """Return the number of a camera's profile, given out when it is new."""
    row = db.execute("SELECT id FROM streams WHERE camera = ? AND profile = ?", (camera, profile)).fetchone()
    if row is not None:
        return int(row[0])
    return int(db.execute("INSERT INTO streams (camera, profile) VALUES (?, ?)", (camera, profile)).lastrowid or 0)


def _cause(db: sqlite3.Connection, stream: int, at_90k: int, cause: GapCause) -> None:
    db.execute("INSERT OR REPLACE INTO causes VALUES (?, ?, ?)", (stream, at_90k, cause.value))


def _closed(db: sqlite3.Connection, record: Closed) -> None:
    place = place_of(record.file)
    db.execute("DELETE FROM unfinished WHERE file = ?", (record.file,))
    if place is None:
        return
    stream = stream_id(db, place.camera, place.profile)
    before = db.execute(
        "SELECT bytes FROM segments WHERE stream = ? AND start_90k = ? AND run = ?",
        (stream, record.start_90k, place.run),
    ).fetchone()
    row = (stream, record.start_90k, place.run, record.end_90k, record.bytes, bytes.fromhex(record.sha256))
    db.execute("INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?)", row)
    _count_bytes(db, record.bytes - (before[0] if before else 0))
    _cover(db, stream, place.run, record.start_90k, record.end_90k)
    _began(db, stream, record.start_90k)


def _began(db: sqlite3.Connection, stream: int, first_90k: int) -> None:
    db.execute(
        "UPDATE streams SET first_90k = min(coalesce(first_90k, ?), ?) WHERE id = ?", (first_90k, first_90k, stream)
    )


def _cover(db: sqlite3.Connection, stream: int, run: str, start_90k: int, end_90k: int) -> None:
    """Add a stretch, joined with those of the same run that it touches."""
    touching = db.execute(
        "SELECT start_90k, end_90k FROM coverage WHERE stream = ? AND run = ? AND start_90k <= ? AND end_90k >= ?",
        (stream, run, end_90k + CONTIGUOUS_90K, start_90k - CONTIGUOUS_90K),
    ).fetchall()
    for old_start, old_end in touching:
        db.execute("DELETE FROM coverage WHERE stream = ? AND start_90k = ? AND run = ?", (stream, old_start, run))
        start_90k, end_90k = min(start_90k, old_start), max(end_90k, old_end)
    db.execute("INSERT INTO coverage VALUES (?, ?, ?, ?)", (stream, start_90k, run, end_90k))


def _ordered(db: sqlite3.Connection, record: Ordered) -> None:
    place = place_of(record.file)
    if place is not None:
        stream = stream_id(db, place.camera, place.profile)
        row = (stream, record.start_90k, place.run, record.end_90k, record.bytes, bytes.fromhex(record.sha256))
        db.execute("INSERT OR REPLACE INTO ordered VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, record.order))


def _deleted(db: sqlite3.Connection, file: str, cause: GapCause, order: str) -> None:
    place = place_of(file)
    if place is None:
        return
    stream = stream_id(db, place.camera, place.profile)
    # The path holds milliseconds, the key ticks: the segment is the one of this run that starts within it.
    row = db.execute(
        "SELECT start_90k, end_90k, bytes, sha256 FROM segments"
        " WHERE stream = ? AND start_90k >= ? AND start_90k < ? AND run = ?",
        (stream, place.start_90k, place.start_90k + 90, place.run),
    ).fetchone()
    if row is None:
        return
    start_90k, end_90k, size, sha256 = row
    db.execute("DELETE FROM segments WHERE stream = ? AND start_90k = ? AND run = ?", (stream, start_90k, place.run))
    _count_bytes(db, -size)
    _uncover(db, stream, place.run, start_90k, end_90k)
    if cause is GapCause.ORDER:
        _ordered(db, Ordered(file, start_90k, end_90k, size, sha256.hex(), order))
        return  # what is ordered explains itself, whatever is noted of the time around it
    _cause(db, stream, start_90k, cause)
    if cause is GapCause.RETENTION:
        _forget_old_causes(db, stream, end_90k)


def _uncover(db: sqlite3.Connection, stream: int, run: str, start_90k: int, end_90k: int) -> None:
    rows = db.execute(
        "SELECT start_90k, end_90k FROM coverage WHERE stream = ? AND run = ? AND start_90k < ? AND end_90k > ?",
        (stream, run, end_90k, start_90k),
    ).fetchall()
    for old_start, old_end in rows:
        db.execute("DELETE FROM coverage WHERE stream = ? AND start_90k = ? AND run = ?", (stream, old_start, run))
        # A remainder shorter than what counts as contiguous is the estimate's slack, not footage.
        if start_90k - old_start > CONTIGUOUS_90K:
            db.execute("INSERT INTO coverage VALUES (?, ?, ?, ?)", (stream, old_start, run, start_90k))
        if old_end - end_90k > CONTIGUOUS_90K:
            db.execute("INSERT INTO coverage VALUES (?, ?, ?, ?)", (stream, end_90k, run, old_end))


def _forget_old_causes(db: sqlite3.Connection, stream: int, end_90k: int) -> None:
    """Before the oldest footage that is left, all is gone for its age."""
    (oldest,) = db.execute("SELECT min(start_90k) FROM coverage WHERE stream = ?", (stream,)).fetchone()
    (first,) = db.execute("SELECT first_90k FROM streams WHERE id = ?", (stream,)).fetchone()
    if first is not None:
        until = end_90k if oldest is None else oldest
        db.execute("DELETE FROM causes WHERE stream = ? AND at_90k < ?", (stream, until))
        _cause(db, stream, first, GapCause.RETENTION)


def _count_bytes(db: sqlite3.Connection, change: int) -> None:
    db.execute("UPDATE meta SET value = value + ? WHERE key = 'bytes'", (change,))
