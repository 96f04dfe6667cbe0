"""Makes the trees of days that are over, has their roots signed, and holds what is left against them.

On the event loop; files and databases are read in the disk pool.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import structlog

from ronda.archive.archive import Archive
from ronda.archive.filing.layout import place_of
from ronda.archive.index.index import SegmentRow
from ronda.base.causes import GapCause
from ronda.base.errors import RondaError, StorageFailed
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Bus, Mismatch, centre_subject
from ronda.bus.days import (
    CHAIN_ABOUT,
    MOST_AT_ONCE,
    SIGN_DAYS,
    ChainAbout,
    ChainEnd,
    DaysPage,
    DaysRequest,
    DaysSigned,
    DayTold,
    SignDays,
)
from ronda.evidence.day_tree import DayRoot, Leaf, tree_of
from ronda.node.days.ledger import DayLedger, KeptDay, Stream

_log = structlog.get_logger(__name__)
_DAY_90K: Final = 86_400 * HZ_90K
_EVERY_S: Final = 3600.0
_FIRST_S: Final = 60.0
_SIGN_S: Final = 120.0
_MOST_MISMATCHES: Final = 1_000
_RULES: Final = (GapCause.RETENTION, GapCause.ORDER)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Due:
    """A day whose segments are not those that were there when it was last looked at."""

    stream: Stream
    day: int
    count: int

    @property
    def name(self) -> str:
        return datetime.fromtimestamp(self.day * 86_400, UTC).strftime("%Y-%m-%d")


class Days:
    """The days of one node; `run` makes them.

    Args:
        node: Its name.
        archive: Its recordings.
        folder: Where its ledger lies.
        bus: Reaches the centre.
        clock: Where time comes from.
    """

    def __init__(self, node: str, archive: Archive, folder: Path, bus: Bus, clock: Clock) -> None:
        self._node = node
        self._archive = archive
        self._ledger = DayLedger(folder)
        self._bus = bus
        self._clock = clock
        self._working = asyncio.Lock()

    async def run(self) -> None:
        """Look each hour for days that are over."""
        await asyncio.sleep(_FIRST_S)
        while True:
            try:
                await self.seal()
            except RondaError as error:
                _log.error("days cannot be sealed", problem=str(error))
            await asyncio.sleep(_EVERY_S)

    async def close(self) -> None:
        """Close the ledger."""
        await self._archive.in_pool(self._ledger.close)

    async def seal(self) -> int:
        """Make the trees that are due and have them signed; return how many were made.

        Raises:
            StorageFailed: The disk refuses.
            Busy: The centre does not answer.
        """
        async with self._working:
            made = 0
            for due in await self._run(self._due):
                made += await self._look(due)
            await self._sign()
            return made

    async def page(self, asked: DaysRequest) -> DaysPage:
        """Return roots behind a place."""
        found = await self._run(
            partial(self._ledger.after, asked.camera, asked.profile, asked.number, MOST_AT_ONCE + 1)
        )
        told = tuple(_told(one.root) for one in found[:MOST_AT_ONCE])
        return DaysPage(days=told, more=len(found) > MOST_AT_ONCE)

    async def check(self) -> list[Mismatch]:
        """Return where what is left is not what was in the trees; reads no footage.

        Raises:
            StorageFailed: The disk refuses.
        """
        async with self._working:
            return await self._run(lambda: list(self._check()))

    # In the disk pool

    def _due(self) -> list[_Due]:
        today = self._clock.utc_90k() // _DAY_90K
        counts: dict[tuple[Stream, int], int] = {}
        open_days: set[tuple[Stream, int]] = set()
        for volume in self._archive.volumes:
            with volume.reader() as reader:
                for camera, profile, day, count in reader.counts_by_day(today * _DAY_90K):
                    key = ((camera, profile), day)
                    counts[key] = counts.get(key, 0) + count
                for place in map(place_of, reader.unfinished()):
                    if place is not None:
                        open_days.add(((place.camera, place.profile), place.start_90k // _DAY_90K))
        seen = self._ledger.seen()
        due = [
            _Due(stream, day, count)
            for (stream, day), count in counts.items()
            if (stream, day) not in open_days and seen.pop((*stream, _Due(stream, day, 0).name), -1) != count
        ]
        still = {(*stream, _Due(stream, day, 0).name) for stream, day in counts}
        return sorted(due, key=lambda one: (one.stream, one.day)) + [
            _Due((camera, profile), _number(day), 0)
            for camera, profile, day in seen
            if (camera, profile, day) not in still
        ]

    def _rows(self, due: _Due) -> list[SegmentRow]:
        start = due.day * _DAY_90K
        found: list[SegmentRow] = []
        for volume in self._archive.volumes:
            with volume.reader() as reader:
                if (stream := reader.stream(*due.stream)) is not None:
                    found += reader.segments(stream[0], start, start + _DAY_90K)
        inside = (row for row in found if start <= row.start_90k < start + _DAY_90K)
        return sorted(inside, key=lambda row: (row.start_90k, row.run))

    def _take(self, due: _Due) -> tuple[list[Leaf], DayRoot | None]:
        """Return the segments of a day that are in no tree yet, and the end of the camera's chain."""
        parts = self._ledger.of_day(due.stream, due.name)
        rows = self._rows(due)
        there = {row.file for row in rows}
        known = {leaf.file for part in parts for leaf in part.leaves}
        for part in parts:
            if not part.rule and part.leaves and not there & {leaf.file for leaf in part.leaves}:
                self._forget(due, part)
        fresh = [_leaf(row) for row in rows if row.file not in known]
        return fresh, self._ledger.last(due.stream)

    def _forget(self, due: _Due, part: KeptDay) -> None:
        causes = {self._cause(due.stream, leaf) for leaf in part.leaves}
        if causes <= set(_RULES):
            rules = {str(cause.value) for cause in causes if cause is not None}
            self._ledger.gone(part, " ".join(sorted(rules - {GapCause.ORDER.value} | self._orders(due))))

    def _orders(self, due: _Due) -> set[str]:
        """Return by which orders segments of a day were deleted, in words."""
        start, found = due.day * _DAY_90K, set[str]()
        for volume in self._archive.volumes:
            with volume.reader() as reader:
                if (stream := reader.stream(*due.stream)) is not None:
                    rows = reader.ordered(stream[0], start, start + _DAY_90K)
                    found |= {f"{GapCause.ORDER.value} ({row.order.partition(' ')[2]})" for row in rows}
        return found

    def _cause(self, stream: Stream, leaf: Leaf) -> GapCause | None:
        """Return why a segment is gone, as the journal says; None where nothing says it."""
        timeline = self._archive.timeline_now(*stream, leaf.start_90k, leaf.end_90k)
        middle = (leaf.start_90k + leaf.end_90k) // 2
        return next((gap.cause for gap in timeline.gaps if gap.from_90k <= middle < gap.to_90k), None)

    def _check(self) -> Iterator[Mismatch]:
        before: DayRoot | None = None
        told = 0
        for day in self._ledger.all():
            root = day.root
            chained = before is None or (before.camera, before.profile) != (root.camera, root.profile)
            if not chained and before is not None and (before.number + 1, before.root) != (root.number, root.previous):
                yield _mismatch("seal-chain", root, "it does not continue the chain of this camera's days")
            if tree_of(day.hashes) != root.tree or len(day.hashes) != root.count:
                yield _mismatch("seal-tree", root, "the segments that are kept of it do not make its root")
            for mismatch in self._against_index(day):
                yield mismatch
                told += 1
                if told >= _MOST_MISMATCHES:
                    return
            before = root

    def _against_index(self, day: KeptDay) -> Iterator[Mismatch]:
        if not day.leaves:
            return
        stream = (day.root.camera, day.root.profile)
        rows = {row.file: row for row in self._rows(_Due(stream, _number(day.root.day), 0))}
        for leaf in day.leaves:
            row = rows.get(leaf.file)
            if row is None and self._cause(stream, leaf) not in _RULES:
                detail = "it was recorded and sealed with its day; it is gone, and no rule deleted it"
                yield Mismatch(kind="seal-missing", where=leaf.file, detail=detail)
            elif row is not None and _leaf(row) != leaf:
                detail = "size, times or SHA-256 that are kept of it are not those that were sealed with its day"
                yield Mismatch(kind="seal-altered", where=leaf.file, detail=detail)

    # On the event loop

    async def _look(self, due: _Due) -> int:
        """Make a further part of a day where there is something new in it."""
        fresh, last = await self._run(partial(self._take, due))
        if fresh:
            number, previous = (last.number + 1, last.root) if last is not None else await self._begin(due.stream)
            tree = tree_of(leaf.hash for leaf in fresh)
            root = DayRoot(*due.stream, number, due.name, len(fresh), tree, previous)
            await self._run(partial(self._ledger.add, root, fresh))
        if due.count:
            await self._run(partial(self._ledger.saw, due.stream, due.name, due.count))
        else:
            await self._run(partial(self._ledger.forget_seen, due.stream, due.name))
        return bool(fresh)

    async def _begin(self, stream: Stream) -> tuple[int, bytes]:
        """Return where a chain goes on of which nothing is here: a new camera's at its beginning."""
        asked = ChainAbout(camera=stream[0], profile=stream[1])
        end = await self._bus.request(centre_subject(CHAIN_ABOUT), asked, ChainEnd)
        return end.number, bytes.fromhex(end.previous)

    async def _sign(self) -> None:
        while waiting := await self._run(partial(self._ledger.unsigned, MOST_AT_ONCE)):
            asked = SignDays(node=self._node, days=tuple(_told(one.root) for one in waiting))
            answers = (await self._bus.request(centre_subject(SIGN_DAYS), asked, DaysSigned, _SIGN_S)).days
            for one, answer in zip(waiting, answers, strict=True):
                if answer.refused:
                    _log.error("a day's root is refused", camera=one.root.camera, day=one.root.day, why=answer.refused)
                else:
                    signature = bytes.fromhex(answer.signature)
                    await self._run(partial(self._ledger.sign, one.root, signature, answer.certificate))
            if any(answer.refused for answer in answers):
                return

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._archive.in_pool(work)
        except sqlite3.Error as error:
            raise StorageFailed(f"the days' ledger cannot be used ({error})", "look at the disk") from error


def _leaf(row: SegmentRow) -> Leaf:
    return Leaf(row.file, row.start_90k, row.end_90k, row.bytes, row.sha256)


def _told(root: DayRoot) -> DayTold:
    return DayTold(
        camera=root.camera,
        profile=root.profile,
        number=root.number,
        day=root.day,
        count=root.count,
        tree=root.tree.hex(),
        previous=root.previous.hex(),
    )


def _number(day: str) -> int:
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) // 86_400


def _mismatch(kind: str, root: DayRoot, detail: str) -> Mismatch:
    return Mismatch(kind=kind, where=f"{root.camera}/{root.profile} {root.day} (number {root.number})", detail=detail)
