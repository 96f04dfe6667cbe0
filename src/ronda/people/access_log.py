"""The access log: who looked at what, when, for what purpose; rows are only ever added.

Owned state: what is not written yet, bounded. When the database cannot keep up, new looks are
refused rather than left unlogged; the end of a look is always taken.
"""

import asyncio
import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import Busy, RondaError
from ronda.base.time import Clock
from ronda.people.tables import ACCESS_LOG
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_PENDING_AT_MOST: Final = 20_000
_BATCH: Final = 500
_EVERY_S: Final = 0.5
_WINDOW_S: Final = 300.0
_WINDOWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Look:
    """One thing somebody did or wanted to do.

    Attributes:
        who: See `Principal.label`.
        action: See `Action`.
        camera: Which camera; None for the city as a whole.
        purpose: What they said it is for; may be empty.
        remote: The kind of place it came from, never an address: `socket`, `this-machine`, `local-network`, `internet`.
        from_90k: Start of the footage asked for, `utc_90k`.
        to_90k: Its end.
    """

    who: str
    action: str
    camera: str | None
    purpose: str
    remote: str
    from_90k: int | None = None
    to_90k: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A look as it was logged; `ended` is None while it goes on, and for what has no length."""

    look: Look
    started_90k: int
    ended_90k: int | None
    allowed: bool
    reason: str


class AccessLog:
    """Writes looks in batches, off the loop; `run` must be running, `flush` empties it.

    Attributes:
        limit: How many entries may wait.
        refused: Looks refused because so many waited.
    """

    limit: Final = _PENDING_AT_MOST

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pending: deque[dict[str, Any]] = deque()
        self._windows: OrderedDict[Look, float] = OrderedDict()
        self._flushing = asyncio.Lock()
        self.refused = 0

    @property
    def waiting(self) -> int:
        """How many entries are not written yet."""
        return len(self._pending)

    def start(self, look: Look) -> str:
        """Log that a look begins and return its id.

        Raises:
            Busy: The log cannot be written fast enough; nothing may be looked at unseen.
        """
        if len(self._pending) >= self.limit:
            self.refused += 1
            raise Busy("the access log cannot be written", "check the disk of the data folder")
        view = secrets.token_hex(8)
        self._add(view, "started", look)
        return view

    def end(self, view: str, look: Look) -> None:
        """Log that the look `view` is over."""
        self._add(view, "ended", look)

    def refuse(self, look: Look, reason: str) -> None:
        """Log that somebody known was refused; a repetition within five minutes is not logged again."""
        if self._first_in_window(look) and len(self._pending) < self.limit:
            self._add(secrets.token_hex(8), "refused", look, reason)

    def once(self, look: Look) -> None:
        """Log a look that has no length; the same look within five minutes is one look.

        Raises:
            Busy: The log cannot be written fast enough.
        """
        if self._first_in_window(look):
            self.start(look)

    async def run(self) -> None:
        """Write what has come in, again and again; a failed write is tried again."""
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await self.flush()
            except RondaError as error:
                _log.error("access log: cannot write", problem=str(error), pending=len(self._pending))

    async def flush(self) -> None:
        """Write everything that has come in.

        Raises:
            StorageFailed: The database refused; what is not written stays for the next time.
        """
        async with self._flushing:
            while self._pending:
                batch = [self._pending[place] for place in range(min(_BATCH, len(self._pending)))]
                await self._store.run(partial(_write, batch))
                for _ in batch:
                    self._pending.popleft()

    async def close(self) -> None:
        """Write everything; what the database refuses even now goes to the program's own log, row by row."""
        try:
            await self.flush()
        except RondaError as error:
            for row in self._pending:
                _log.error("access log: not written", problem=str(error), **row)

    async def entries(self, limit: int, before: int | None = None) -> list[tuple[int, Entry]]:
        """Return up to `limit` entries with their numbers, newest first, older than the number `before`."""
        await self.flush()
        return await self._store.read(lambda connection: _entries(connection, limit, before))

    def _first_in_window(self, look: Look) -> bool:
        now = self._clock.monotonic()
        until = self._windows.get(look)
        if until is not None and until > now:
            return False
        self._windows.pop(look, None)
        self._windows[look] = now + _WINDOW_S
        while len(self._windows) > _WINDOWS:
            self._windows.popitem(last=False)
        return True

    def _add(self, view: str, event: str, look: Look, reason: str = "") -> None:
        self._pending.append(
            {
                "view": view,
                "event": event,
                "at": self._clock.utc_90k(),
                "who": look.who,
                "action": look.action,
                "camera": look.camera,
                "purpose": look.purpose,
                "from_90k": look.from_90k,
                "to_90k": look.to_90k,
                "remote": look.remote,
                "reason": reason,
            }
        )


def _write(rows: list[dict[str, Any]], connection: sa.Connection) -> None:
    connection.execute(ACCESS_LOG.insert(), rows)


def _entries(connection: sa.Connection, limit: int, before: int | None) -> list[tuple[int, Entry]]:
    begun, over = ACCESS_LOG.alias("begun"), ACCESS_LOG.alias("over")
    query = (
        sa.select(begun, over.c.at.label("over_at"))
        .outerjoin(over, sa.and_(over.c.view == begun.c.view, over.c.event == "ended"))
        .where(begun.c.event != "ended")
        .order_by(begun.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(begun.c.id < before)
    return [
        (
            row.id,
            Entry(
                Look(row.who, row.action, row.camera, row.purpose, row.remote, row.from_90k, row.to_90k),
                row.at,
                row.over_at,
                row.event != "refused",
                row.reason,
            ),
        )
        for row in connection.execute(query)
    ]
