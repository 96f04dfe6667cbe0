"""What a node is told of its cameras: all of them, page by page, when it asks; after that only what changes.

Owned state: the revision of the node's assignment, and which cameras have changed since it.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
import structlog

from ronda.base.errors import NotFound, RondaError
from ronda.bus.contract import (
    AssignmentChange,
    AssignmentPage,
    AssignmentRequest,
    Bus,
    CameraSpec,
    assignment_subject,
)
from ronda.centre.tables import ASSIGNMENTS
from ronda.city.registry import CameraRegistry
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_GATHER_S: Final = 0.25
_PAGE: Final = 100
"""So many cameras are written and read in a few milliseconds."""


class Assigning:
    """The assignment of one node; `begin` before anything else.

    Attributes:
        revision: Higher with each change, also across restarts: the fencing number.
    """

    def __init__(self, store: Store, bus: Bus, cameras: CameraRegistry, node: str) -> None:
        self.revision = 0
        self._store = store
        self._bus = bus
        self._cameras = cameras
        self._node = node
        self._touched: dict[str, None] = {}
        self._any = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many changed cameras the node has not been told of."""
        return len(self._touched)

    async def begin(self) -> None:
        """Take a revision higher than any before: what changed while nobody ran is in it."""
        self.revision = await self._store.run(self._next_revision)

    def touch(self, ids: Iterable[str]) -> None:
        """Note that cameras were added, changed or removed."""
        self._touched.update(dict.fromkeys(ids))
        if self._touched:
            self._any.set()

    async def run(self) -> None:
        """Publish changes at once, and what changes meanwhile together, until cancelled."""
        await self._publish(AssignmentChange(node=self._node, revision=self.revision, before_revision=None))
        while True:
            await self._any.wait()
            self._any.clear()
            while self._touched:
                try:
                    await self._publish_some()
                except RondaError as error:
                    _log.error("the node's cameras cannot be assigned", problem=str(error))
                    self._any.set()
                    break
                await asyncio.sleep(0)
            await asyncio.sleep(_GATHER_S)

    async def page(self, request: AssignmentRequest) -> AssignmentPage:
        """Answer a node that asks for its cameras.

        Raises:
            NotFound: It is another node.
        """
        if request.node != self._node:
            raise NotFound(f"there is no node {request.node[:80]!r}")
        every = self._cameras.all()
        first = bisect_right(every, request.after, key=lambda camera: camera.id)
        some = every[first : first + _PAGE]
        return AssignmentPage(
            node=self._node,
            revision=self.revision,
            cameras=tuple(camera.spec() for camera in some if camera.node == self._node and camera.pulled),
            more=first + len(some) < len(every),
            last=some[-1].id if some else request.after,
        )

    async def _publish_some(self) -> None:
        ids = [id for id, _ in zip(self._touched, range(_PAGE), strict=False)]
        before, revision = self.revision, await self._store.run(self._next_revision)
        for id in ids:
            self._touched.pop(id, None)
        self.revision = revision
        put = {spec.id: spec for id in ids if (spec := self._spec(id)) is not None}
        removed = tuple(id for id in ids if id not in put)
        change = AssignmentChange(
            node=self._node, revision=revision, before_revision=before, put=tuple(put.values()), removed=removed
        )
        await self._publish(change)

    async def _publish(self, change: AssignmentChange) -> None:
        await self._bus.publish(assignment_subject(self._node), change)

    def _spec(self, id: str) -> CameraSpec | None:
        if id not in self._cameras:
            return None
        camera = self._cameras.get(id)
        return camera.spec() if camera.node == self._node and camera.pulled else None

    def _next_revision(self, connection: sa.Connection) -> int:
        mine = ASSIGNMENTS.c.node == self._node
        before = connection.execute(sa.select(ASSIGNMENTS.c.revision).where(mine)).scalar()
        revision = int(before or 0) + 1
        if before is None:
            connection.execute(ASSIGNMENTS.insert().values(node=self._node, revision=revision))
        else:
            connection.execute(ASSIGNMENTS.update().where(mine).values(revision=revision))
        return revision
