"""Files on their way into the register: read beside the loop, and left behind by nobody."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.centre.test_centre import centre_on

from ronda.base.errors import Busy
from ronda.base.time import SystemClock
from ronda.bus.memory import MemoryBus
from ronda.centre.importing import Import, ImportDesk, ImportKind, ImportState
from ronda.city.importing.known import Rights
from ronda.store.database import Store

LONG = "id,nama\n" + "".join(f"gang-{number},Gang\n" for number in range(20_000))
SHORT = "id,nama\ngang-1,Gang\n"


async def chunks(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


async def taken(desk: ImportDesk, text: str) -> Import:
    return await desk.take(ImportKind.CAMERAS, "kamera.csv", chunks(text), "test", Rights())


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as held:
        yield held


@pytest.fixture
async def desk(store: Store, stack: AsyncExitStack, tmp_path: Path) -> ImportDesk:
    centre = await centre_on(store, MemoryBus())
    await stack.enter_async_context(centre.running())
    made = ImportDesk(centre, tmp_path / "imports", SystemClock())
    await stack.enter_async_context(made.running())
    return made


async def test_a_server_that_stops_waits_for_no_file(desk: ImportDesk, stack: AsyncExitStack) -> None:
    long, waiting = await taken(desk, LONG), await taken(desk, SHORT)
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await stack.aclose()
    assert time.monotonic() - began < 5
    assert long.state is waiting.state is ImportState.FAILED
    assert isinstance(long.problem, Busy)
    assert isinstance(waiting.problem, Busy)


async def test_a_file_that_comes_while_another_is_read_waits_only_to_be_read(desk: ImportDesk) -> None:
    long = await taken(desk, LONG)
    short = await taken(desk, SHORT)
    assert long.state is ImportState.READING
    await asyncio.gather(long.settled.wait(), short.settled.wait())
    assert long.plan is not None
    assert short.plan is not None
    assert (len(long.plan.new), len(short.plan.new)) == (20_000, 1)
    applied = await desk.commit(short, partly=False)
    assert applied.added["camera"] == ["gang-1"]
