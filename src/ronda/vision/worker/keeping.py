"""What analytics must know to go on after a restart, on the node's disk: one SQLite file, shared by its workers.

A camera's row is some KB for each vehicle that stands; it is written when something is said of the camera, and else
every ten seconds. A disk that fails costs only that: a restart then begins anew.
"""

import json
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from ronda.base.logging import get_logger
from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Memory

_log = get_logger("vision")
_VERSION: Final = 1
_TABLE: Final = "create table if not exists camera (id text primary key, at_90k integer not null, body text not null)"
EACH_90K: Final = 10 * HZ_90K
_LONGEST_90K: Final = 7 * 24 * 3600 * HZ_90K
"""Rows that nobody has written for so long are dropped."""
Memories = dict[str, list[Memory]]
"""By what they are of."""


@runtime_checkable
class Recalling(Protocol):
    """Tracker and analytics of one camera that can go on where others stopped."""

    def memory(self) -> Memories:
        """Return what they know now."""
        ...

    def recall(self, memories: Memories) -> None:
        """Go on from there, before the first picture.

        Raises:
            ValueError: These are no such memories.
        """
        ...


class Keeping:
    """The file; used by one thread.

    Args:
        path: Where it is; empty: nothing is kept.
    """

    def __init__(self, path: str = "") -> None:
        self._file = self._opened(Path(path)) if path else None
        self._due: dict[str, int] = {}
        self._held: dict[str, str] = {}

    def recall(self, camera: str, watching: object) -> None:
        """Tell one who begins to watch a camera what is kept of it."""
        if self._file is None or not isinstance(watching, Recalling):
            return
        try:
            row = self._file.execute("select body from camera where id = ?", (camera,)).fetchone()
            if row is not None:
                self._held[camera] = row[0]
                watching.recall(json.loads(row[0]))
        except (sqlite3.Error, ValueError, TypeError, AttributeError) as error:
            _log.warning("what was kept of a camera cannot be read: it begins anew", camera=camera, problem=str(error))

    def keep(self, camera: str, watching: object, at_90k: int, *, at_once: bool = False) -> None:
        """Keep what is known of a camera, when it is time to."""
        if self._file is None or not (at_once or at_90k >= self._due.get(camera, 0)):
            return
        if not isinstance(watching, Recalling):
            return
        self._due[camera] = at_90k + EACH_90K
        body = json.dumps(watching.memory())
        if body == self._held.get(camera, "{}"):
            return
        try:
            self._file.execute("insert or replace into camera values (?, ?, ?)", (camera, at_90k, body))
            self._held[camera] = body
        except sqlite3.Error as error:
            _log.error("what cameras' analytics know cannot be kept: a restart will begin anew", problem=str(error))
            self._close()

    def forget(self, camera: str) -> None:
        """Let go of a camera; what is kept of it stays."""
        self._due.pop(camera, None)
        self._held.pop(camera, None)

    def _opened(self, path: Path) -> sqlite3.Connection | None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = sqlite3.connect(path, timeout=10.0, isolation_level=None)
            file.execute("pragma journal_mode=wal")
            file.execute("pragma synchronous=normal")
            if file.execute("pragma user_version").fetchone()[0] not in (0, _VERSION):
                file.execute("drop table if exists camera")  # of another version: only a restart's memory is lost
            file.execute(_TABLE)
            file.execute(f"pragma user_version={_VERSION}")
            newest = file.execute("select max(at_90k) from camera").fetchone()[0] or 0
            file.execute("delete from camera where at_90k < ?", (newest - _LONGEST_90K,))
        except (sqlite3.Error, OSError) as error:
            _log.error("what cameras' analytics know is not kept", file=str(path), problem=str(error))
            return None
        return file

    def _close(self) -> None:
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
        self._file = None
