"""Dial budgets: who goes first, who waits, who makes room."""

import asyncio
from collections import Counter
from random import Random

import pytest

from ronda.base.time import SystemClock
from ronda.media.sources.dialling import Dialler, DialLimits, DialTicket, Urgency

CLOCK = SystemClock()
FAST = 1e6


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Line:
    """Tickets that record the order in which they get their turn."""

    def __init__(self, dialler: Dialler, group: asyncio.TaskGroup) -> None:
        self.dialler = dialler
        self.group = group
        self.order: list[str] = []
        self.tickets: dict[str, DialTicket] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def add(self, name: str, host: str, urgency: Urgency = Urgency.NEW) -> None:
        self.tickets[name] = self.dialler.ticket(host, urgency)
        self.tasks[name] = self.group.create_task(self._wait(name))
        await settle()

    async def _wait(self, name: str) -> None:
        await self.tickets[name].wait()
        self.order.append(name)

    async def release(self, name: str) -> None:
        self.tickets[name].release()
        await settle()


async def test_the_urgent_go_first_and_equals_in_order() -> None:
    async with asyncio.TaskGroup() as group:
        line = Line(Dialler(CLOCK, DialLimits(node_concurrent=1, per_second=FAST)), group)
        await line.add("first", "a")
        await line.add("failed", "b", Urgency.FAILED)
        await line.add("new 1", "c")
        await line.add("new 2", "d")
        await line.add("lost", "e", Urgency.LOST)
        await line.add("viewer", "f", Urgency.VIEWER)
        await line.add("hurried", "g", Urgency.FAILED)
        line.tickets["hurried"].hurry()
        assert line.dialler.waiting == 6
        for _ in range(6):
            await line.release(line.order[-1])
        assert line.order == ["first", "viewer", "hurried", "lost", "new 1", "new 2", "failed"]
        await line.release("failed")
    assert (line.dialler.active, line.dialler.waiting) == (0, 0)


async def test_channels_of_one_recorder_share_its_budget_and_block_nobody_else() -> None:
    async with asyncio.TaskGroup() as group:
        line = Line(Dialler(CLOCK, DialLimits(node_concurrent=4, host_concurrent=2, per_second=FAST)), group)
        for channel in range(6):
            await line.add(f"nvr {channel}", "nvr")
        await line.add("camera", "camera")
        assert line.order == ["nvr 0", "nvr 1", "camera"]
        await line.release("nvr 0")
        assert line.order[-1] == "nvr 2"
        line.tickets["nvr 5"].hurry()
        await line.release("nvr 1")
        assert line.order[-1] == "nvr 5"
        for name in ("nvr 2", "nvr 5", "nvr 3", "nvr 4", "camera"):
            await line.release(name)
    assert line.order[-2:] == ["nvr 3", "nvr 4"]
    assert (line.dialler.active, line.dialler.waiting) == (0, 0)


async def test_giving_up_while_waiting_leaves_nothing_behind() -> None:
    async with asyncio.TaskGroup() as group:
        line = Line(Dialler(CLOCK, DialLimits(node_concurrent=8, host_concurrent=1, per_second=FAST)), group)
        for channel in range(4):
            await line.add(str(channel), "nvr")
        line.tasks["1"].cancel()
        line.tasks["2"].cancel()
        await settle()
        assert line.dialler.waiting == 1
        await line.release("0")
        assert line.order == ["0", "3"]
        await line.release("3")
        await line.release("3")
    assert (line.dialler.active, line.dialler.waiting) == (0, 0)


async def test_a_slow_dial_makes_room() -> None:
    limits = DialLimits(node_concurrent=1, patience_s=0.02, slow_concurrent=2, per_second=FAST)
    async with asyncio.TaskGroup() as group:
        line = Line(Dialler(CLOCK, limits), group)
        for host in "abcd":
            await line.add(host, host)
        assert line.order == ["a"]
        async with asyncio.timeout(5):
            while len(line.order) < 3:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.06)
        assert line.order == ["a", "b", "c"]  # the slow lane is full: the fourth waits
        assert line.dialler.slow == 2
        await line.release("a")
        async with asyncio.timeout(5):
            while len(line.order) < 4:
                await asyncio.sleep(0.01)
        for host in "bcd":
            await line.release(host)
    assert (line.dialler.active, line.dialler.slow) == (0, 0)


async def test_the_rate_is_kept() -> None:
    class HandClock(SystemClock):
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock = HandClock()
    dialler = Dialler(clock, DialLimits(per_second=50, burst=3))
    async with asyncio.TaskGroup() as group:
        line = Line(dialler, group)
        for host in "abcdefgh":
            await line.add(host, host)
        assert line.order == list("abc")
        clock.now = 0.04
        await asyncio.sleep(0.05)
        assert line.order == list("abcde")
        clock.now = 10.0
        async with asyncio.timeout(5):
            while len(line.order) < 8:
                await asyncio.sleep(0.01)
        for host in "abcdefgh":
            await line.release(host)
    assert dialler.begun == 8


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_budgets_hold_and_nobody_is_forgotten(seed: int) -> None:
    random = Random(seed)
    limits = DialLimits(node_concurrent=4, host_concurrent=2, per_second=FAST, burst=1000)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        line = Line(Dialler(CLOCK, limits), group)
        holding: set[str] = set()
        done: set[str] = set()
        for step in range(120):
            await line.add(str(step), random.choice("abcde"), random.choice(list(Urgency)))
            holding = set(line.order) - done
            assert len(holding) <= 4
            hosts = Counter(line.tickets[name].host for name in holding)
            assert all(count <= 2 for count in hosts.values())
            for name in random.sample(sorted(holding), min(len(holding), random.randrange(3))):
                done.add(name)
                await line.release(name)
            waiting = [name for name, task in line.tasks.items() if not task.done()]
            if waiting and random.random() < 0.3:
                line.tickets[random.choice(waiting)].hurry()
            if waiting and random.random() < 0.2:
                line.tasks[random.choice(waiting)].cancel()
                await settle()
        while pending := set(line.order) - done:
            for name in sorted(pending):
                done.add(name)
                await line.release(name)
        assert all(task.done() for task in line.tasks.values())
    assert (line.dialler.active, line.dialler.slow, line.dialler.waiting) == (0, 0, 0)
