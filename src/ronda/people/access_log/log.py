"""The access log: who looked at what, when, for what purpose; entries are only ever added, to a Merkle tree.

Owned state: what is not written yet, bounded, and the frontier of the tree. When the database cannot keep up, new
looks are refused rather than left unlogged; the end of a look is always taken.
"""

import asyncio
import secrets
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Collection
from functools import partial
from itertools import islice
from typing import Any, Final

import structlog

from ronda.base.errors import BadInput, Busy, NotFound, RondaError
from ronda.base.time import Clock
from ronda.people.access_log import names, reading, tree
from ronda.people.access_log.faces import Face, faces_of
from ronda.people.access_log.leaf import plain
from ronda.people.access_log.look import Entry, Look, Wanted
from ronda.people.access_log.merkle import Frontier, consistency_path, inclusion_path
from ronda.people.access_log.proofs import Inclusion, inclusion_of
from ronda.people.access_log.tables import ACCESS_NAMES
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_PENDING_AT_MOST: Final = 20_000
_BATCH: Final = 500
_EVERY_S: Final = 0.5
_WINDOW_S: Final = 300.0
_WINDOWS: Final = 50_000
_EXPORTED_AT_ONCE: Final = 1_000
_EVERYTHING: Final = Wanted()


class AccessLog:
    """Writes looks in batches, off the loop; `run` must be running, `flush` empties it.

    Attributes:
        limit: How many entries may wait.
        refused: Looks refused because so many waited.
        area_of: Returns the region code of where a camera stands now; None or empty for nowhere.
    """

    limit: Final = _PENDING_AT_MOST

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pending: deque[dict[str, Any]] = deque()
        self._windows: OrderedDict[Look, float] = OrderedDict()
        self._flushing = asyncio.Lock()
        self._frontier: Frontier | None = None
        self.refused = 0
        self.area_of: Callable[[str], str | None] = lambda _: None

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
        view = self._view()
        self._add(view, "started", look)
        return view

    def end(self, view: str, look: Look) -> None:
        """Log that the look `view` is over; who it was stands where it began."""
        self._add(view, "ended", look)

    def refuse(self, look: Look, reason: str) -> None:
        """Log that somebody known was refused; a repetition within five minutes is not logged again."""
        if self._first_in_window(look) and len(self._pending) < self.limit:
            self._add(self._view(), "refused", look, reason)

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
                await self._write(list(islice(self._pending, _BATCH)))

    async def close(self) -> None:
        """Write everything; what the database refuses even now goes to the program's own log, row by row."""
        try:
            await self.flush()
        except RondaError as error:
            for row in self._pending:
                _log.error("access log: not written", problem=str(error), **row)

    async def entries(
        self, limit: int, before: int | None = None, wanted: Wanted = _EVERYTHING
    ) -> list[tuple[int, Entry]]:
        """Return up to `limit` entries with their numbers, newest first, older than the number `before`."""
        await self.flush()
        return await self._store.read(partial(reading.newest, wanted=wanted, limit=limit, before=before))

    async def faces(self, names: Collection[str]) -> dict[str, Face]:
        """Return who stands behind those of `names` (labels of entries) that are persons now."""
        now = self._clock.utc_90k()
        return await self._store.read(partial(faces_of, names=names, now_90k=now))

    async def export(self, wanted: Wanted) -> AsyncIterator[list[tuple[int, Entry]]]:
        """Yield every entry that is wanted and was there at the start, oldest first, some at a time."""
        size, last = (await self.frontier()).size, -1
        while True:
            found = await self._store.read(
                partial(reading.following, wanted=wanted, limit=_EXPORTED_AT_ONCE, after=last)
            )
            found = [(number, entry) for number, entry in found if number < size]
            if found:
                yield found
            if len(found) < _EXPORTED_AT_ONCE:
                return
            last = found[-1][0]

    async def erase(self, who: str) -> int:
        """Erase somebody's name from every entry, and return from how many; see `names.erase`.

        Raises:
            NotFound: No entry names them.
        """
        await self.flush()
        count = await self._store.run(partial(names.erase, who=who))
        if not count:
            raise NotFound(f"the access log names nobody {who[:80]!r}", "give the name as the log shows it")
        await self._store.settle(ACCESS_NAMES)
        return count

    async def frontier(self) -> Frontier:
        """Return the tree of everything that was logged until now.

        Raises:
            StorageFailed: The database refused.
        """
        await self.flush()
        async with self._flushing:
            if self._frontier is None:
                self._frontier = await self._store.read(tree.load)
            return self._frontier

    async def inclusion(self, number: int, size: int) -> Inclusion:
        """Return the proof that entry `number` is in the tree of the first `size` entries.

        Raises:
            BadInput: There is no such entry or tree.
        """
        await self._check(size)
        if not 0 <= number < size:
            raise BadInput(f"there is no entry {number} among the first {size}", "entries are numbered from 0")
        return await self._store.read(partial(inclusion_of, number=number, spans=inclusion_path(number, size)))

    async def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the hashes that prove that the tree of `second` entries begins with that of `first`.

        Raises:
            BadInput: There are no such trees.
        """
        await self._check(second)
        if not 0 <= first <= second:
            raise BadInput(f"a tree of {second} entries does not begin with one of {first}", "give the older one first")
        spans = consistency_path(first, second)
        return await self._store.read(lambda connection: [tree.span_hash(connection, span) for span in spans])

    async def _check(self, size: int) -> None:
        known = (await self.frontier()).size
        if size > known:
            raise BadInput(f"the access log has {known} entries, not {size}", "ask for a head first")

    async def _write(self, batch: list[dict[str, Any]]) -> None:
        """Write one batch; a write that was begun is finished and counted even when the caller is cancelled."""
        write = asyncio.ensure_future(self._store.run(partial(self._append, batch)))
        try:
            await asyncio.shield(write)
        except asyncio.CancelledError:
            await asyncio.wait([write])
            if not write.cancelled() and write.exception() is None:
                self._written(batch, write.result())
            raise
        except RondaError:
            self._frontier = None  # what the database holds is what counts
            raise
        self._written(batch, write.result())

    def _append(self, batch: list[dict[str, Any]], connection: Any) -> Frontier:
        """Runs in the store's writing thread."""
        return tree.append(self._frontier or tree.load(connection), batch, connection)

    def _written(self, batch: list[dict[str, Any]], grown: Frontier) -> None:
        self._frontier = grown
        for _ in batch:
            self._pending.popleft()

    def _view(self) -> str:
        """Return an id that sorts by time: random ones would touch a page of the index for each entry."""
        return f"{self._clock.utc_90k() // 90:011x}{secrets.token_hex(5)}"

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
        began = event != "ended"
        area = look.area or (self.area_of(look.camera) if look.camera else None)
        self._pending.append(
            {
                "view": view,
                "event": event,
                "at": self._clock.utc_90k(),
                "action": look.action,
                "camera": None if look.camera is None else plain(look.camera),
                "area": plain(area) if area else None,
                "from_90k": look.from_90k,
                "to_90k": look.to_90k,
                "remote": look.remote,
                "who": plain(look.who) if began else None,
                "purpose": plain(look.purpose) if began else None,
                "reason": plain(reason),
                "subject": plain(look.subject) if began and look.subject else None,
            }
        )
