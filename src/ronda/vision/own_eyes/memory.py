"""What a node's cameras look like when all is well, on its disk: one SQLite file, shared by its workers and the node.

A row is small (a reference 4 to 9 KB, its picture as much again) and written seldom: when a reference is made or
renewed, when a thing is said or over. A process that dies in between leaves the last whole state. Blocking.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from ronda.base.errors import StorageFailed
from ronda.base.logging import get_logger
from ronda.vision.own_eyes.outcome import Key
from ronda.vision.own_eyes.references import Known, Reference

_log = get_logger("vision")
_VERSION: Final = 1
_TABLES: Final = """
create table if not exists camera (
  id text primary key, begun_90k integer not null, settled integer not null, raised text not null,
  lettering text not null
);
create table if not exists reference (
  camera text not null, place integer not null, body blob not null, jpeg blob not null, primary key (camera, place)
);
create table if not exists asked (camera text primary key, what text not null);
"""
_FORGET: Final = (
    "delete from camera where id = ?",
    "delete from reference where camera = ?",
    "delete from asked where camera = ?",
)


class Asked(StrEnum):
    """What a person wants of a camera's view."""

    ACCEPT = "accept"
    COMPARE = "compare"


@dataclass(slots=True)
class Remembered:
    """One camera.

    Attributes:
        known: Its view.
        raised: What has been said and is not over, and since when.
        lettering: What is known of the clock and the name burnt in; see `lettering`.
    """

    known: Known = field(default_factory=Known)
    raised: dict[Key, int] = field(default_factory=dict)
    lettering: dict[str, str | float | int] = field(default_factory=dict)


class Memory:
    """The file; used by one thread.

    Args:
        path: Where it is; its folder is made.

    Raises:
        StorageFailed: It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
            self._file.execute("pragma journal_mode=wal")
            self._file.execute("pragma synchronous=normal")
            found = self._file.execute("pragma user_version").fetchone()[0]
            if found not in (0, _VERSION):
                raise StorageFailed(f"{path} is of another version ({found})", "move it away: views are learnt again")
            self._file.executescript(_TABLES)
            self._file.execute(f"pragma user_version={_VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(f"{path} cannot be opened: {error}", "move it away: views are learnt again") from error

    def load(self, camera: str) -> Remembered:
        """Return what is known of a camera, without pictures; nothing yet of a new one.

        Raises:
            StorageFailed: The disk fails.
        """
        try:
            row = self._file.execute(
                "select begun_90k, settled, raised, lettering from camera where id = ?", (camera,)
            ).fetchone()
            bodies = self._file.execute(
                "select body from reference where camera = ? order by place", (camera,)
            ).fetchall()
        except sqlite3.Error as error:
            raise StorageFailed(f"the views of cameras cannot be read: {error}") from error
        if row is None:
            return Remembered()
        try:
            references = [Reference.unpacked(body) for (body,) in bodies]
            raised = {Key(key): int(since) for key, since in json.loads(row[2]).items()}
            return Remembered(Known(row[0], row[1], references), raised, json.loads(row[3]))
        except (ValueError, TypeError, KeyError) as error:
            _log.warning("what was known of a view is damaged: it is learnt again", camera=camera, problem=str(error))
            return Remembered()

    def jpeg(self, camera: str, reference: Reference) -> bytes:
        """Return the small picture of a reference; empty where there is none."""
        if reference.jpeg:
            return reference.jpeg
        for body, jpeg in self._file.execute("select body, jpeg from reference where camera = ?", (camera,)):
            if Reference.unpacked(body).at_90k == reference.at_90k:
                return bytes(jpeg)
        return b""

    def save(self, camera: str, remembered: Remembered) -> None:
        """Keep what is known of a camera; a reference without a picture keeps the one it has.

        Raises:
            StorageFailed: The disk fails.
        """
        known = remembered.known
        try:
            jpegs = {one.at_90k: self.jpeg(camera, one) for one in known.references}
            self._file.execute("begin immediate")
            with self._file:
                self._file.execute(
                    "insert or replace into camera values (?, ?, ?, ?, ?)",
                    (
                        camera,
                        known.begun_90k,
                        known.settled,
                        json.dumps(remembered.raised),
                        json.dumps(remembered.lettering),
                    ),
                )
                self._file.execute("delete from reference where camera = ?", (camera,))
                self._file.executemany(
                    "insert into reference values (?, ?, ?, ?)",
                    [(camera, place, one.packed(), jpegs[one.at_90k]) for place, one in enumerate(known.references)],
                )
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise StorageFailed(f"the views of cameras cannot be kept: {error}") from error
        for one in known.references:
            one.jpeg = b""

    def ask(self, camera: str, what: Asked) -> None:
        """Note what a person wants of a camera's view; the picture seen next settles it.

        Raises:
            StorageFailed: The disk fails.
        """
        self._write("insert or replace into asked values (?, ?)", (camera, what.value))

    def asked(self, camera: str) -> Asked | None:
        """Return what somebody wants of a camera's view and is not done yet.

        Raises:
            StorageFailed: The disk fails.
        """
        try:
            row = self._file.execute("select what from asked where camera = ?", (camera,)).fetchone()
        except sqlite3.Error as error:
            raise StorageFailed(f"the views of cameras cannot be read: {error}") from error
        return Asked(row[0]) if row is not None else None

    def done(self, camera: str) -> None:
        """What was asked is done."""
        self._write("delete from asked where camera = ?", (camera,))

    def cameras(self) -> list[str]:
        """Return the cameras of which something is known.

        Raises:
            StorageFailed: The disk fails.
        """
        try:
            return [id for (id,) in self._file.execute("select id from camera union select camera from asked")]
        except sqlite3.Error as error:
            raise StorageFailed(f"the views of cameras cannot be read: {error}") from error

    def forget(self, cameras: Iterable[str]) -> None:
        """Forget cameras that there are no longer.

        Raises:
            StorageFailed: The disk fails.
        """
        ids = [(camera,) for camera in cameras]
        try:
            self._file.execute("begin immediate")
            with self._file:
                for statement in _FORGET:
                    self._file.executemany(statement, ids)
        except sqlite3.Error as error:
            raise StorageFailed(f"the views of cameras cannot be forgotten: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            self._file.execute(statement, values)
        except sqlite3.Error as error:
            raise StorageFailed(f"the views of cameras cannot be kept: {error}") from error
