"""What every engine of the bus must do; an engine's test module subclasses `BusContract`.

`settled` is how long an engine may need until a subscription or a server is in force.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError
from ronda.bus.contract import (
    AssignmentChange,
    Bus,
    CameraSpec,
    Done,
    EventKind,
    Hold,
    HoldsRequest,
    Message,
    NodeEvent,
    ProbeReport,
    ProbeRequest,
    RemoveHold,
)

SPEC = CameraSpec(id="a", name="Simpang <b>Lima</b>", url="rtsp://user:se%40cret@10.0.0.1/1")


def event(sequence: int, detail: dict[str, str | int | float | None] | None = None) -> NodeEvent:
    return NodeEvent(node="n", sequence=sequence, at=1, kind=EventKind.DISK_ALARM, detail=detail or {})


async def take(messages: AsyncIterator[NodeEvent], count: int) -> list[int]:
    async with asyncio.timeout(5):
        return [(await anext(messages)).sequence for _ in range(count)]


class BusContract:
    """Subclasses provide `open_bus`."""

    def open_bus(self, queue_size: int = 64) -> AbstractAsyncContextManager[Bus]:
        raise NotImplementedError

    async def test_a_message_reaches_every_follower_in_order_and_as_a_copy(self) -> None:
        async with self.open_bus() as bus, AsyncExitStack() as stack:
            one = await stack.enter_async_context(bus.subscribe("node.n.event", NodeEvent))
            two = await stack.enter_async_context(bus.subscribe("node.n.event", NodeEvent))
            other = await stack.enter_async_context(bus.subscribe("node.m.event", NodeEvent))
            detail: dict[str, str | int | float | None] = {"free": 1.5}
            for sequence in (1, 2, 3):
                await bus.publish("node.n.event", event(sequence, detail))
            await bus.publish("node.m.event", event(9))
            first = await anext(one)
            assert first.detail == {"free": 1.5}
            assert first.detail is not detail
            assert await take(one, 2) == [2, 3]
            assert await take(two, 3) == [1, 2, 3]
            assert await take(other, 1) == [9]

    async def test_a_last_star_follows_every_subject_below(self) -> None:
        async with self.open_bus() as bus, bus.subscribe("node.*", NodeEvent) as all_of_them:
            await bus.publish("node.a", event(1))
            await bus.publish("node.b", event(2))
            await bus.publish("node.b.event", event(3))
            await bus.publish("other.b", event(4))
            await bus.publish("node.c", event(5))
            assert await take(all_of_them, 3) == [1, 2, 5]

    async def test_secrets_travel_although_they_are_not_shown(self) -> None:
        async with self.open_bus() as bus, bus.subscribe("node.n.assignment", AssignmentChange) as changes:
            sent = AssignmentChange(node="n", revision=7, before_revision=6, put=(SPEC,), removed=("b",))
            assert "cret" not in repr(sent)
            await bus.publish("node.n.assignment", sent)
            async with asyncio.timeout(5):
                assert await anext(changes) == sent

    async def test_a_slow_follower_loses_the_oldest_and_holds_nobody_up(self) -> None:
        async with self.open_bus(queue_size=4) as bus, bus.subscribe("s.t", NodeEvent) as slow:
            for sequence in range(10):
                await bus.publish("s.t", event(sequence))
            assert await take(slow, 4) == [6, 7, 8, 9]

    async def test_nothing_arrives_after_leaving(self) -> None:
        async with self.open_bus() as bus:
            async with bus.subscribe("s.t", NodeEvent):
                pass
            await bus.publish("s.t", event(1))
            async with bus.subscribe("s.t", NodeEvent) as late:
                await bus.publish("s.t", event(2))
                assert await take(late, 1) == [2]

    async def test_a_request_is_answered(self) -> None:
        async def probe(request: ProbeRequest) -> ProbeReport:
            return ProbeReport(ok=True, url=request.url, codec="h264")

        async with self.open_bus() as bus, bus.serve("node.n.request.probe", ProbeRequest, probe):
            reply = await bus.request("node.n.request.probe", ProbeRequest(url="rtsp://x/1"), ProbeReport)
            assert reply == ProbeReport(ok=True, url="rtsp://x/1", codec="h264")

    @pytest.mark.parametrize("kind", [BadInput, NotFound, Conflict, Busy, RondaError])
    async def test_an_error_comes_back_as_its_own_kind(self, kind: type[RondaError]) -> None:
        async def refuse(request: RemoveHold) -> Done:
            raise kind(f"hold {request.id!r} is a matter", "mend it so")

        async with self.open_bus() as bus, bus.serve("x.hold", RemoveHold, refuse):
            with pytest.raises(kind) as caught:
                await bus.request("x.hold", RemoveHold(id="7"), Done)
            assert type(caught.value) is kind
            assert str(caught.value) == "hold '7' is a matter: mend it so"

    async def test_a_subclass_comes_back_as_its_ancestor(self) -> None:
        class TooWide(BadInput):
            pass

        async def refuse(request: RemoveHold) -> Done:
            raise TooWide("wide")

        async with self.open_bus() as bus, bus.serve("x.hold", RemoveHold, refuse):
            with pytest.raises(BadInput, match="wide") as caught:
                await bus.request("x.hold", RemoveHold(id="7"), Done)
            assert type(caught.value) is BadInput

    async def test_a_handlers_bug_says_nothing_of_its_inside(self) -> None:
        async def broken(request: RemoveHold) -> Done:
            raise ZeroDivisionError("password is hunter2")

        async with self.open_bus() as bus, bus.serve("x.hold", RemoveHold, broken):
            with pytest.raises(RondaError) as caught:
                await bus.request("x.hold", RemoveHold(id="7"), Done)
            assert "hunter2" not in str(caught.value)
            with pytest.raises(RondaError):  # it still answers
                await bus.request("x.hold", RemoveHold(id="8"), Done)

    async def test_nobody_serves(self) -> None:
        async with self.open_bus() as bus:
            with pytest.raises(Busy):
                await bus.request("x.nobody", RemoveHold(id="1"), Done, timeout_s=0.5)

    async def test_a_late_answer_is_busy_and_requests_do_not_wait_for_each_other(self) -> None:
        release = asyncio.Event()

        async def slow(request: RemoveHold) -> Done:
            if request.id == "slow":
                await release.wait()
            return Done()

        async with self.open_bus() as bus, bus.serve("x.hold", RemoveHold, slow):
            with pytest.raises(Busy):
                await bus.request("x.hold", RemoveHold(id="slow"), Done, timeout_s=0.05)
            assert await bus.request("x.hold", RemoveHold(id="quick"), Done) == Done()
            release.set()

    async def test_the_wrong_kind_of_question_and_of_answer(self) -> None:
        async def answer(request: RemoveHold) -> Message:
            return Hold(id="1", camera="a", from_90k=1, to_90k=2, reason="r", by="b", at=3)

        async with self.open_bus() as bus, bus.serve("x.hold", RemoveHold, answer):
            with pytest.raises(BadInput, match="camera"):
                await bus.request("x.hold", HoldsRequest(camera="a"), Done)
            with pytest.raises(RondaError, match="Done"):
                await bus.request("x.hold", RemoveHold(id="1"), Done)
