"""Following the access log's heads on behalf of a node: each is checked against the last, and written down.

Owned state: the last head that was accepted, and what was wrong with the newest. Whoever administers the centre can
rewrite its log and sign it anew; they cannot take back what another machine has seen.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from ronda.base.errors import Busy, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.bus.contract import Bus, centre_subject
from ronda.bus.witness import HeadObjection, HeadTold, WitnessReport
from ronda.node.witness.file import HeadsFile, Refusal
from ronda.people.access_log.head import Head
from ronda.people.access_log.succession import SENTENCES, head_of, objection, proof_of

_log = structlog.get_logger(__name__)
_ASK_AGAIN_S: Final = 0.25
_LATEST_S: Final = 30.0


class Witness:
    """Keeps the heads that a node is shown; lives on the event loop, its file work in `pool`.

    Attributes:
        last: The newest head that was accepted.
        objection: What was wrong with the newest head; None while nothing is.
        refused: How many heads were refused, as far as was written down.
        pool: The thread that writes.
    """

    def __init__(self, node: str, folder: Path, bus: Bus, clock: Clock) -> None:
        self.last: Head | None = None
        self.objection: HeadObjection | None = None
        self.refused = 0
        self.pool = Pool("witness", threads=1, limit=16)
        self._node = node
        self._folder = folder
        self._bus = bus
        self._clock = clock
        self._file: HeadsFile | None = None
        self._refused_90k: int | None = None
        self._refused_head: Head | None = None

    async def run(self, told: AsyncIterator[HeadTold]) -> None:
        """Ask for the newest head and follow those that are published, until cancelled."""
        try:
            await self._open()
            await self._judge(await self._report())
            await self._report()
            async for one in told:
                await self._judge(one if self._follows(one) else await self._report())
                await self._report()
        finally:
            self.pool.close()
            await self.pool.finished()  # what is being written is written to its end
            if self._file is not None:
                self._file.close()

    @property
    def report(self) -> WitnessReport:
        """What the centre is told."""
        return WitnessReport(
            node=self._node,
            size=self.last.size if self.last else None,
            at_90k=self.last.at_90k if self.last else None,
            objection=self.objection,
            refused=self.refused,
            refused_90k=self._refused_90k,
        )

    def _follows(self, told: HeadTold) -> bool:
        """Say whether a published head's proof begins at the last head; one that was missed has to be asked for."""
        return self.last is not None and told.first == self.last.size < told.size

    async def _open(self) -> None:
        """Go on from what was written down."""
        try:
            self._file = file = await self.pool.run(HeadsFile, self._folder)
        except StorageFailed as error:
            self.objection = HeadObjection.UNKEPT
            _log.error("access log: heads cannot be kept here", problem=error.message, mend=error.mend)
            return
        if file.broken:
            _log.error("access log: lines among the kept heads cannot be read", lines=file.broken)
        self.last = file.last
        if file.refusal is not None:
            self.refused, self._refused_90k = file.refusal.number, file.refusal.at_90k

    async def _report(self) -> HeadTold:
        """Tell the centre what was seen, again and again until it answers: a node may start before it."""
        wait_s = _ASK_AGAIN_S
        while True:
            try:
                return await self._bus.request(centre_subject("witness"), self.report, HeadTold)
            except Busy:
                pass
            except RondaError as error:
                _log.warning("access log: the centre shows no head", problem=str(error))
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _LATEST_S)

    async def _judge(self, told: HeadTold) -> None:
        """Accept a head that follows from the last one; refuse any other."""
        head = head_of(told)
        if self.last == head and self.objection is not HeadObjection.UNKEPT:
            self.objection = None
            return
        found = objection(self.last, head, proof_of(told))
        if found is None:
            await self._accept(head)
        else:
            await self._refuse(head, found)

    async def _accept(self, head: Head) -> None:
        self.last, self.objection = head, None
        try:
            if self._file is None:
                self._file = await self.pool.run(HeadsFile, self._folder)
            await self.pool.run(self._file.accept, head)
        except RondaError as error:
            self.objection = HeadObjection.UNKEPT
            _log.error("access log: a head could not be kept", problem=error.message, mend=error.mend)

    async def _refuse(self, head: Head, found: HeadObjection) -> None:
        """Say so loudly, and write it down: two signed heads that contradict each other are evidence."""
        if (head, found) == (self._refused_head, self.objection):
            return  # the same again
        again, self.objection, self._refused_head = self.objection is found, found, head
        now = self._clock.utc_90k()
        self.refused, self._refused_90k = self.refused + 1, now - now % (HZ_90K // 1_000)
        if again and self.refused & (self.refused - 1):
            return  # 1, 2, 4, 8: not a flood
        _log.error(
            "access log: a head is refused",
            objection=SENTENCES[found],
            size=head.size,
            time=head.time,
            seen=self.last.size if self.last else None,
            refused=self.refused,
        )
        if self._file is not None:
            with suppress(StorageFailed):  # it is told to the centre all the same
                await self.pool.run(self._file.refuse, Refusal(head, found, self._refused_90k, self.refused))
