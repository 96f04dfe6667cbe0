"""The tables of `index.db` (SQLite, WAL; the volume's writer thread writes, others read)."""

from typing import Final

VERSION: Final = 3
_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE streams (
    id INTEGER PRIMARY KEY, camera TEXT NOT NULL, profile TEXT NOT NULL,
    first_90k INTEGER,                      -- where its footage ever began
    UNIQUE (camera, profile)
);
CREATE TABLE segments (                     -- finished files; the path follows from the key
    stream INTEGER NOT NULL, start_90k INTEGER NOT NULL, run TEXT NOT NULL,
    end_90k INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 BLOB NOT NULL,
    PRIMARY KEY (stream, start_90k, run)
) WITHOUT ROWID;
CREATE INDEX segments_by_age ON segments (start_90k);
CREATE TABLE coverage (                     -- one row per uninterrupted stretch of a run
    stream INTEGER NOT NULL, start_90k INTEGER NOT NULL, run TEXT NOT NULL, end_90k INTEGER NOT NULL,
    PRIMARY KEY (stream, start_90k, run)
) WITHOUT ROWID;
CREATE TABLE causes (                       -- why there is nothing from this moment on; stream 0: all
    stream INTEGER NOT NULL, at_90k INTEGER NOT NULL, cause TEXT NOT NULL,
    PRIMARY KEY (stream, at_90k)
) WITHOUT ROWID;
CREATE TABLE unfinished (file TEXT PRIMARY KEY, start_90k INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE holds (
    id TEXT PRIMARY KEY, camera TEXT NOT NULL, from_90k INTEGER NOT NULL, to_90k INTEGER NOT NULL,
    reason TEXT NOT NULL, by_whom TEXT NOT NULL, at_90k INTEGER NOT NULL,
    case_number TEXT NOT NULL DEFAULT '', until_90k INTEGER
) WITHOUT ROWID;
CREATE TABLE keeps (camera TEXT PRIMARY KEY, days INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE journals (number INTEGER PRIMARY KEY, last_end_90k INTEGER NOT NULL);
"""
_ORDERED: Final = """
CREATE TABLE ordered (                      -- segments that were deleted by somebody's order, for ever
    stream INTEGER NOT NULL, start_90k INTEGER NOT NULL, run TEXT NOT NULL,
    end_90k INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 BLOB NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (stream, start_90k, run)
) WITHOUT ROWID;
"""
SCHEMA: Final = _TABLES + _ORDERED
SINCE_1: Final = """
ALTER TABLE holds ADD COLUMN case_number TEXT NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN until_90k INTEGER;
"""
"""What makes an index of version 1 one of version 2."""
SINCE_2: Final = _ORDERED
"""What makes an index of version 2 one of version 3."""
