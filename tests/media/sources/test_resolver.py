"""Looking names up without holding anybody up."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from ronda.base.time import SystemClock
from ronda.media.sources.resolver import NameNotFound, Resolver, ResolverLimits


class HandClock(SystemClock):
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Names:
    """A name server that can be told to fail or hang: real ones cannot be made to on demand."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, ...]] = {"nvr": ("10.0.0.1", "10.0.0.2")}
        self.asked: list[str] = []
        self.hang = threading.Event()

    def lookup(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        if host.startswith("slow"):
            self.hang.wait(10)
        if host not in self.known:
            raise OSError(-2, "Name or service not known")
        return self.known[host]


@pytest.fixture
def names() -> Iterator[Names]:
    names = Names()
    yield names
    names.hang.set()


async def test_numbers_are_not_looked_up(names: Names) -> None:
    resolver = Resolver(HandClock(), lookup=names.lookup)
    assert await resolver.resolve("10.1.2.3", 554) == (("10.1.2.3", 554),)
    assert await resolver.resolve("fd00::1", 554) == (("fd00::1", 554),)
    assert names.asked == []


async def test_answers_are_cached_and_asked_once(names: Names) -> None:
    clock = HandClock()
    resolver = Resolver(clock, lookup=names.lookup)
    answers = await asyncio.gather(*(resolver.resolve("nvr", 554) for _ in range(20)))
    assert set(answers) == {(("10.0.0.1", 554), ("10.0.0.2", 554))}
    await resolver.resolve("nvr", 80)
    assert names.asked == ["nvr"]
    clock.now += 61
    names.known["nvr"] = ("10.0.0.3",)
    assert len(await resolver.resolve("nvr", 80)) == 2  # the old answer, at once
    async with asyncio.timeout(5):
        while await resolver.resolve("nvr", 80) != (("10.0.0.3", 80),):
            await asyncio.sleep(0.01)
    assert names.asked == ["nvr", "nvr"]
    resolver.close()


async def test_failures_are_remembered_for_a_while(names: Names) -> None:
    clock = HandClock()
    resolver = Resolver(clock, lookup=names.lookup)
    for _ in range(3):
        with pytest.raises(NameNotFound, match="'gone' is not known"):
            await resolver.resolve("gone", 554)
    assert names.asked == ["gone"]
    clock.now += 16
    names.known["gone"] = ("10.0.0.9",)
    assert await resolver.resolve("gone", 554) == (("10.0.0.9", 554),)
    resolver.close()


async def test_what_was_found_once_outlives_the_name_server(names: Names) -> None:
    clock = HandClock()
    resolver = Resolver(clock, lookup=names.lookup)
    before = await resolver.resolve("nvr", 554)
    names.known.clear()
    clock.now += 3600
    for _ in range(3):
        assert await resolver.resolve("nvr", 554) == before
        await asyncio.sleep(0.05)
    assert names.asked == ["nvr", "nvr"]  # the failure is remembered too
    clock.now += 86_400
    with pytest.raises(NameNotFound):
        await resolver.resolve("nvr", 554)
    resolver.close()


async def test_slow_names_end_in_time_and_are_bounded(names: Names) -> None:
    limits = ResolverLimits(threads=2, waiting=3, timeout_s=0.05)
    resolver = Resolver(HandClock(), limits, names.lookup)
    results = await asyncio.gather(
        *(resolver.resolve(f"slow{index}", 554) for index in range(10)), return_exceptions=True
    )
    assert all(isinstance(result, NameNotFound) for result in results)
    assert sum("too many" in str(result) for result in results) == 5
    assert len(names.asked) == 2
    assert resolver.waiting == 5
    names.hang.set()
    async with asyncio.timeout(5):
        while resolver.waiting:
            await asyncio.sleep(0.01)
    resolver.close()


async def test_the_system_s_own_resolver() -> None:
    resolver = Resolver(SystemClock())
    assert ("127.0.0.1", 554) in await resolver.resolve("localhost", 554)
    resolver.close()
