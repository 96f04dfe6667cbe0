"""The in-process engine keeps the contract, and what only it promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.bus.contract_suite import BusContract, event, take

from ronda.base.errors import Busy, Conflict
from ronda.bus.contract import Bus, Done, HoldsRequest, NodeEvent, RemoveHold
from ronda.bus.memory import MemoryBus


class TestMemoryBus(BusContract):
    @asynccontextmanager
    async def open_bus(self, queue_size: int = 64) -> AsyncIterator[Bus]:
        yield MemoryBus(queue_size=queue_size)


async def test_losses_and_unreadable_messages_are_counted() -> None:
    bus = MemoryBus(queue_size=2)
    async with bus.subscribe("s.t", NodeEvent) as followed:
        for sequence in range(5):
            await bus.publish("s.t", event(sequence))
        assert bus.dropped == 3
        await bus.publish("s.t", HoldsRequest(camera="x"))
        await bus.publish("s.t", event(7))
        assert await take(followed, 1) == [7]
        assert bus.unreadable == 1


async def test_one_server_to_a_subject() -> None:
    async def done(request: RemoveHold) -> Done:
        return Done()

    bus = MemoryBus()
    async with bus.serve("x.y", RemoveHold, done):
        with pytest.raises(Conflict):
            async with bus.serve("x.y", RemoveHold, done):
                pass
        assert await bus.request("x.y", RemoveHold(id="1"), Done) == Done()
    with pytest.raises(Busy):
        await bus.request("x.y", RemoveHold(id="1"), Done)


async def test_closing_a_server_answers_those_who_wait() -> None:
    async def never(request: RemoveHold) -> Done:
        await asyncio.Event().wait()
        return Done()

    bus = MemoryBus(requests_at_once=1)
    async with asyncio.TaskGroup() as group:
        async with bus.serve("x.y", RemoveHold, never):
            asked = group.create_task(_busy(bus))
            await asyncio.sleep(0.01)
            with pytest.raises(Busy, match="too many"):
                await bus.request("x.y", RemoveHold(id="2"), Done)
        async with asyncio.timeout(5):
            assert await asked


async def _busy(bus: MemoryBus) -> bool:
    with pytest.raises(Busy, match="closing"):
        await bus.request("x.y", RemoveHold(id="1"), Done)
    return True


async def test_work_goes_on_when_the_asker_has_left() -> None:
    carried_out = asyncio.Event()

    async def slow(request: RemoveHold) -> Done:
        await asyncio.sleep(0.02)
        carried_out.set()
        return Done()

    bus = MemoryBus()
    async with bus.serve("x.y", RemoveHold, slow):
        with pytest.raises(Busy):
            await bus.request("x.y", RemoveHold(id="1"), Done, timeout_s=0.001)
        async with asyncio.timeout(5):
            await carried_out.wait()
