"""The orders to fetch footage at a node: taken, done one at a time, cut and gone on with, remembered across a restart.

Owned state: the orders, bounded, and `fetches.json`, in which they stand without any account.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from pydantic import ValidationError

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Span
from ronda.bus.fetching import LONGEST_S, FetchStanding, FetchStandings, FetchState, FetchWhen, MakeFetch
from ronda.media.sources.contract import SourceFailed, SourceRefused, SourceUnsupported
from ronda.node.fetching.work import Fetch, Progress

_log = structlog.get_logger(__name__)
_MOST_OPEN: Final = 50
_MOST_KNOWN: Final = 200
_LONGEST_WAIT_S: Final = 30.0
_SAVE_S: Final = 5.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN: Final = (FetchState.WAITING, FetchState.FETCHING)


@dataclass(frozen=True, slots=True)
class FetchManners:
    """How orders are done.

    Attributes:
        zone: The city's.
        night: From which hour to which hour of the day orders for the night are done.
        by_day_bps: The most that an order that does not wait for it takes of the line; 0 for all.
        pauses_s: How long to wait after the recorder was away for the first, second, ... time; then it is given up.
    """

    zone: tzinfo
    night: tuple[int, int] = (22, 5)
    by_day_bps: int = 4_000_000
    pauses_s: tuple[float, ...] = (30.0, 120.0, 600.0, 1800.0, 3600.0)


class Fetches:
    """See the module; used within `running`.

    Args:
        file: Where the orders are kept.
        fetch: Does one; see `ronda.node.fetching.work.fetch`.
        pool: Where files are worked on.
        clock: The time.
        manners: See there.
    """

    def __init__(self, file: Path, fetch: Fetch, pool: Pool, clock: Clock, manners: FetchManners) -> None:
        self._file, self._fetch, self._pool = file, fetch, pool
        self._clock, self._manners = clock, manners
        self._orders: dict[str, FetchStanding] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._doing = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Do what is ordered while the context is open."""
        for one in await self._pool.run(_read, self._file):
            self._orders[one.order.id] = _again(one) if one.state is FetchState.FETCHING else one
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._work(group), name="fetching"), group.create_task(self._saving())]
            try:
                yield
            finally:
                for task in (*tasks, self._task):
                    if task is not None:
                        task.cancel()
        await self._save()

    def order(self, order: MakeFetch) -> FetchStanding:
        """Take an order in.

        Raises:
            BadInput: The stretch is empty, too long, or not over yet.
            Conflict: The same stretch is being fetched already.
            Busy: Too many wait.
        """
        now_90k = self._clock.utc_90k()
        if not order.from_90k < order.to_90k <= order.from_90k + LONGEST_S * HZ_90K:
            raise BadInput("that stretch cannot be fetched", "give from before to, and at most a day")
        if order.to_90k > now_90k:
            raise BadInput("that stretch is not over yet", "fetch what lies in the past")
        opened = [one for one in self._orders.values() if one.state in _OPEN]
        for one in opened:
            its = one.order
            if its.camera == order.camera and its.from_90k < order.to_90k and its.to_90k > order.from_90k:
                raise Conflict("footage of that time is being fetched already", "wait for it, or cancel it")
        if len(opened) >= _MOST_OPEN:
            raise Busy("many orders wait to be fetched", "try again later, or cancel some")
        for id in [id for id, one in self._orders.items() if one.state not in _OPEN][: -_MOST_KNOWN + _MOST_OPEN]:
            del self._orders[id]
        if order.rate_bps is None:
            usual_bps = 0 if order.when is FetchWhen.NIGHT else self._manners.by_day_bps
            order = order.model_copy(update={"rate_bps": usual_bps})
        standing = FetchStanding(order=order, state=FetchState.WAITING, at_90k=now_90k)
        if order.when is FetchWhen.NIGHT:
            standing = standing.model_copy(update={"next_90k": self.night_90k(now_90k)})
        self._put(standing)
        return standing

    def standing(self, id: str) -> FetchStanding:
        """Return how an order stands.

        Raises:
            NotFound: There is none (any more).
        """
        found = self._orders.get(id)
        if found is None:
            raise NotFound("there is no such order to fetch (any more)")
        return found

    def standings(self, camera: str | None) -> FetchStandings:
        """Return the orders of a camera or all, newest first."""
        chosen = [one for one in reversed(self._orders.values()) if camera in (None, one.order.camera)]
        return FetchStandings(fetches=tuple(chosen))

    def cancel(self, id: str) -> FetchStanding:
        """End an order; what was fetched stays.

        Raises:
            NotFound: There is none (any more).
        """
        standing = self.standing(id)
        if standing.state in _OPEN:
            self._put(standing.model_copy(update={"state": FetchState.CANCELLED, "fetching": None, "next_90k": None}))
            if self._doing == id and self._task is not None:
                self._task.cancel()
        return self.standing(id)

    def night_90k(self, at_90k: int) -> int:
        """Return `at_90k` when it lies in the night, else when the next night begins."""
        first, last = self._manners.night
        local = (_EPOCH + timedelta(microseconds=at_90k * 100 // 9)).astimezone(self._manners.zone)
        inside = first <= local.hour < last if first < last else local.hour >= first or local.hour < last
        if inside:
            return at_90k
        begin = local.replace(hour=first, minute=0, second=0, microsecond=0)
        if begin <= local:
            begin += timedelta(days=1)
        return at_90k + round((begin - local).total_seconds() * HZ_90K)

    # Inside

    def _put(self, standing: FetchStanding) -> None:
        self._orders[standing.order.id] = standing
        self._changed.set()

    async def _work(self, group: asyncio.TaskGroup) -> None:
        while True:
            self._changed.clear()
            due, wait_s = self._due()
            if due is None:
                try:
                    async with asyncio.timeout(wait_s):
                        await self._changed.wait()
                except TimeoutError:
                    pass
                continue
            self._doing = due.order.id
            self._task = group.create_task(self._do(due), name="fetch")
            await asyncio.wait({self._task})
            self._doing, self._task = "", None

    def _due(self) -> tuple[FetchStanding | None, float]:
        now_90k, wait_s = self._clock.utc_90k(), _LONGEST_WAIT_S
        for one in self._orders.values():
            if one.state is FetchState.WAITING:
                left_s = 0.0 if one.next_90k is None else (one.next_90k - now_90k) / HZ_90K
                if left_s <= 0:
                    return one, 0.0
                wait_s = min(wait_s, left_s)
        return None, wait_s

    async def _do(self, standing: FetchStanding) -> None:
        id = standing.order.id

        def told() -> None:
            now = progress.now
            self._orders[id] = self._orders[id].model_copy(
                update={
                    "wanted_s": round(progress.wanted_90k / HZ_90K, 1),
                    "fetched_s": round(progress.fetched_90k / HZ_90K, 1),
                    "bytes": progress.bytes,
                    "fetching": None if now is None else Span(from_90k=now[0], to_90k=now[1]),
                }
            )

        progress = Progress(told, fetched_90k=round(standing.fetched_s * HZ_90K), bytes=standing.bytes)
        before_s = standing.fetched_s
        self._put(
            standing.model_copy(update={"state": FetchState.FETCHING, "next_90k": None, "problem": "", "mend": ""})
        )
        try:
            missing = await self._fetch(standing.order, progress)
        except asyncio.CancelledError:
            if self._orders[id].state is FetchState.FETCHING:
                self._put(_again(self._orders[id]))
            raise
        except RondaError as error:
            self._cut(self._orders[id], error, moved=self._orders[id].fetched_s > before_s)
        except Exception:  # noqa: BLE001 - a task's root
            _log.exception("not fetched", fetch=id)
            self._put(_failed(self._orders[id], RondaError("the footage could not be fetched")))
        else:
            told()
            spans = tuple(Span(from_90k=begin, to_90k=end) for begin, end in missing[:100])
            done = {"state": FetchState.DONE, "missing": spans, "fetching": None}
            self._put(self._orders[id].model_copy(update=done))
            _log.info("fetched", fetch=id, camera=standing.order.camera, bytes=progress.bytes)

    def _cut(self, standing: FetchStanding, error: RondaError, *, moved: bool) -> None:
        """Wait for the recorder to come back, or give up where that would not help."""
        tries = 1 if moved else standing.tries + 1
        final = not isinstance(error, SourceFailed) or isinstance(error, SourceRefused | SourceUnsupported)
        _log.warning("not fetched", fetch=standing.order.id, problem=error.message, tries=tries)
        if final or tries > len(self._manners.pauses_s):
            self._put(_failed(standing, error))
            return
        at_90k = self._clock.utc_90k() + round(self._manners.pauses_s[tries - 1] * HZ_90K)
        if standing.order.when is FetchWhen.NIGHT:
            at_90k = self.night_90k(at_90k)
        self._put(
            _again(standing).model_copy(
                update={"tries": tries, "next_90k": at_90k, "problem": error.message, "mend": error.mend}
            )
        )

    async def _saving(self) -> None:
        saved: dict[str, FetchStanding] = {}
        while True:
            if saved != self._orders:
                saved = dict(self._orders)
                try:
                    await self._save()
                except StorageFailed as error:
                    _log.error("orders to fetch cannot be kept", problem=str(error))
            await asyncio.sleep(_SAVE_S)

    async def _save(self) -> None:
        data = FetchStandings(fetches=tuple(self._orders.values())).model_dump_json()
        try:
            await self._pool.run(partial(_write, self._file, data))
        except OSError as error:
            raise StorageFailed(f"orders to fetch cannot be kept ({error.strerror})", "look at the disk") from error


def _again(standing: FetchStanding) -> FetchStanding:
    return standing.model_copy(update={"state": FetchState.WAITING, "fetching": None})


def _failed(standing: FetchStanding, error: RondaError) -> FetchStanding:
    told = {"state": FetchState.FAILED, "fetching": None, "problem": error.message, "mend": error.mend}
    return standing.model_copy(update=told)


def _read(file: Path) -> tuple[FetchStanding, ...]:
    try:
        return FetchStandings.model_validate_json(file.read_bytes()).fetches
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        _log.warning("orders to fetch cannot be read and are forgotten", file=str(file), problem=str(error)[:200])
        return ()


def _write(file: Path, data: str) -> None:
    part = file.with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("w") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
