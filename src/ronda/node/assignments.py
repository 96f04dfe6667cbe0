"""Which cameras a node has: the whole when it starts or has missed something, and what changes after that."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final, Protocol

import structlog

from ronda.base.errors import Busy
from ronda.bus.contract import (
    AssignmentChange,
    AssignmentPage,
    AssignmentRequest,
    Bus,
    CameraSpec,
    centre_subject,
)

_log = structlog.get_logger(__name__)
_ASK_AGAIN_S: Final = 0.5
_ANSWER_S: Final = 5.0


class Taker(Protocol):
    """Who works with the cameras."""

    async def take_all(self, revision: int, cameras: Mapping[str, CameraSpec]) -> None:
        """Have exactly these cameras, by id, from now on."""
        ...

    async def take_change(self, change: AssignmentChange) -> None:
        """Follow one change."""
        ...


class Assignments:
    """Follows the centre on behalf of one node.

    While the pages of the whole are being read the city may change: a page may then be newer than the first, whose
    revision counts. The changes since that one wait in the subscription and are followed again, in order, which
    ends at the same cameras.

    Attributes:
        revision: The assignment that is followed; -1 before the first.
    """

    def __init__(self, node: str, bus: Bus, taker: Taker) -> None:
        self.revision = -1
        self._node = node
        self._bus = bus
        self._taker = taker

    async def run(self, changes: AsyncIterator[AssignmentChange]) -> None:
        """Ask for the whole and follow `changes`, to which the node has subscribed before."""
        await self._take_all()
        async for change in changes:
            if change.revision <= self.revision:
                continue
            if change.before_revision == self.revision:
                self.revision = change.revision
                await self._taker.take_change(change)
            else:
                _log.info("changes of the assignment were missed; asking for all", revision=self.revision)
                await self._take_all()

    async def _take_all(self) -> None:
        """Ask until the centre answers: a node may start before it."""
        while True:
            try:
                revision, cameras = await self._ask()
                break
            except Busy:
                await asyncio.sleep(_ASK_AGAIN_S)
        if revision > self.revision:
            self.revision = revision
            await self._taker.take_all(revision, cameras)

    async def _ask(self) -> tuple[int, dict[str, CameraSpec]]:
        """Read page after page; return the first one's revision and all cameras."""
        cameras: dict[str, CameraSpec] = {}
        revision: int | None = None
        last = ""
        while True:
            request = AssignmentRequest(node=self._node, after=last)
            page = await self._bus.request(centre_subject("assignment"), request, AssignmentPage, _ANSWER_S)
            revision = page.revision if revision is None else revision
            cameras.update((camera.id, camera) for camera in page.cameras)
            if not page.more:
                return revision, cameras
            last = page.last
            await asyncio.sleep(0)
