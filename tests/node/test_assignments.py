"""How a node comes to its cameras: page by page, by differences, and anew when it has missed one."""

import asyncio
from collections.abc import Mapping

from tests.node.conftest import NOBODY, until

from ronda.bus.contract import (
    AssignmentChange,
    AssignmentPage,
    AssignmentRequest,
    CameraSpec,
    assignment_subject,
    centre_subject,
)
from ronda.bus.memory import MemoryBus
from ronda.node.assignments import Assignments


def camera(id: str, name: str = "") -> CameraSpec:
    return CameraSpec(id=id, name=name or id, url=NOBODY)


class Hands:
    """A node that only remembers."""

    def __init__(self) -> None:
        self.cameras: dict[str, CameraSpec] = {}
        self.wholes = 0

    async def take_all(self, revision: int, cameras: Mapping[str, CameraSpec]) -> None:
        self.cameras = dict(cameras)
        self.wholes += 1

    async def take_change(self, change: AssignmentChange) -> None:
        self.cameras |= {one.id: one for one in change.put}
        for id in change.removed:
            self.cameras.pop(id, None)


class Centre:
    """Answers with a camera a page; what a page finds may be changed in between."""

    def __init__(self, bus: MemoryBus) -> None:
        self.bus = bus
        self.revision = 1
        self.cameras = {id: camera(id) for id in "abc"}
        self.between: list[AssignmentChange] = []
        self.asked = 0

    async def page(self, request: AssignmentRequest) -> AssignmentPage:
        self.asked += 1
        behind = sorted(id for id in self.cameras if id > request.after)
        some = tuple(self.cameras[id] for id in behind[:1])
        answer = AssignmentPage(
            node="n", revision=self.revision, cameras=some, more=len(behind) > 1, last=behind[0] if behind else ""
        )
        if self.between:
            await self.tell(self.between.pop(0))
        return answer

    async def tell(self, change: AssignmentChange, *, lost: bool = False) -> None:
        self.revision = change.revision
        self.cameras |= {one.id: one for one in change.put}
        for id in change.removed:
            del self.cameras[id]
        if not lost:
            await self.bus.publish(assignment_subject("n"), change)


def change(revision: int, *put: CameraSpec, removed: tuple[str, ...] = ()) -> AssignmentChange:
    return AssignmentChange(node="n", revision=revision, before_revision=revision - 1, put=put, removed=removed)


async def test_pages_changes_and_what_was_missed() -> None:
    bus, hands = MemoryBus(), Hands()
    centre = Centre(bus)
    # The city changes while the pages are read: behind the page that was read, and before it.
    centre.between = [change(2, camera("a", "new a"), camera("c", "new c")), change(3, camera("d"), removed=("b",))]
    follower = Assignments("n", bus, hands)
    async with (
        bus.subscribe(assignment_subject("n"), AssignmentChange) as changes,
        bus.serve(centre_subject("assignment"), AssignmentRequest, centre.page),
        asyncio.TaskGroup() as group,
    ):
        following = group.create_task(follower.run(changes))
        await until(lambda: hands.cameras == centre.cameras and follower.revision == 3)
        assert hands.wholes == 1
        assert hands.cameras["a"].name == "new a"

        await centre.tell(change(4, camera("e")))
        await until(lambda: "e" in hands.cameras)
        asked = centre.asked
        await centre.tell(change(5, camera("f")), lost=True)
        await centre.tell(change(6, removed=("e",)))
        await until(lambda: hands.cameras == centre.cameras)
        assert (hands.wholes, follower.revision) == (2, 6)
        assert centre.asked > asked

        await bus.publish(assignment_subject("n"), change(6, camera("old")))
        await bus.publish(assignment_subject("n"), AssignmentChange(node="n", revision=7, before_revision=None))
        centre.revision = 7
        await until(lambda: follower.revision == 7)
        assert hands.wholes == 3
        assert "old" not in hands.cameras
        following.cancel()


async def test_a_node_waits_for_a_centre_that_starts_later() -> None:
    bus, hands = MemoryBus(), Hands()
    centre = Centre(bus)
    async with bus.subscribe(assignment_subject("n"), AssignmentChange) as changes, asyncio.TaskGroup() as group:
        following = group.create_task(Assignments("n", bus, hands).run(changes))
        await asyncio.sleep(0.05)
        async with bus.serve(centre_subject("assignment"), AssignmentRequest, centre.page):
            await until(lambda: len(hands.cameras) == 3)
        following.cancel()
