"""A node's copies: one at a time, bounded, withdrawn in the middle, whole or not there at all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ronda.base.errors import Busy, Conflict, NotFound, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.copies import CopyState, MakeCopy, MaskPlan
from ronda.node.ordered.copies import Copies
from ronda.node.ordered.copying import FILM


class Maker:
    """Makes a film of nine bytes as soon as it is let go, in place of minutes of pictures."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.at_once = self.most = 0

    async def __call__(self, order: MakeCopy, folder: Path, progress: Callable[[float], None]) -> int:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        progress(0.5)
        try:
            await self.go.wait()
            if order.camera == "broken":
                raise StorageFailed("the disk has no room for the copy", "free some of it")
            await asyncio.to_thread((folder / FILM).write_bytes, b"ninebytes")
            return 9
        finally:
            self.at_once -= 1


def order(number: int, camera: str = "gate", until_s: float = 3600) -> MakeCopy:
    now = SystemClock().utc_90k()
    plan = MaskPlan(hides="all-but")
    return MakeCopy(
        id=f"{number:016x}",
        camera=camera,
        from_90k=now - HZ_90K,
        to_90k=now,
        until_90k=now + round(until_s * HZ_90K),
        plan=plan,
    )


@pytest.fixture
async def maker() -> Maker:
    return Maker()


@pytest.fixture
async def copies(tmp_path: Path, maker: Maker) -> AsyncIterator[Copies]:
    pool = Pool("disk", 1)
    async with (found := Copies(tmp_path / "copies", maker, pool, SystemClock())).running():
        yield found
    pool.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_one_is_made_after_the_other(copies: Copies, maker: Maker, tmp_path: Path) -> None:
    orders = [order(number) for number in range(3)]
    for one in orders:
        assert copies.order(one).state is CopyState.WAITING
    await until(lambda: copies.standing(orders[0].id).progress == 0.5)
    assert copies.standing(orders[1].id).state is CopyState.WAITING
    with pytest.raises(Conflict):
        copies.order(orders[0])
    maker.go.set()
    await until(lambda: all(copies.standing(one.id).state is CopyState.READY for one in orders))
    assert maker.most == 1
    assert copies.kept(orders[2].id).bytes == 9
    assert sorted(path.name for path in (tmp_path / "copies").iterdir()) == [one.id for one in orders]


async def test_only_some_wait(copies: Copies) -> None:
    with pytest.raises(Busy):
        for number in range(20):
            copies.order(order(number))


async def test_what_is_withdrawn_is_not_made_on(copies: Copies, maker: Maker, tmp_path: Path) -> None:
    first, second = order(1), order(2)
    copies.order(first)
    copies.order(second)
    await until(lambda: copies.standing(first.id).state is CopyState.MAKING)
    await copies.remove(second.id)
    await copies.remove(first.id)
    for one in (first, second):
        with pytest.raises(NotFound):
            copies.standing(one.id)
    assert list((tmp_path / "copies").iterdir()) == []
    third = order(3)
    maker.go.set()
    copies.order(third)
    await until(lambda: copies.standing(third.id).state is CopyState.READY)
    await copies.remove(third.id)
    assert list((tmp_path / "copies").iterdir()) == []


async def test_what_fails_says_why(copies: Copies, maker: Maker, tmp_path: Path) -> None:
    maker.go.set()
    copies.order(broken := order(1, "broken"))
    await until(lambda: copies.standing(broken.id).state is CopyState.FAILED)
    assert copies.standing(broken.id).mend == "free some of it"
    assert list((tmp_path / "copies").iterdir()) == []


async def test_only_files_of_a_copy_are_its_files(copies: Copies, maker: Maker) -> None:
    maker.go.set()
    copies.order(short := order(1, until_s=0.5))
    await until(lambda: copies.standing(short.id).state is CopyState.READY)
    kept = copies.kept(short.id)
    assert copies.path(kept, FILM).name == FILM
    for name in ("about.json", "still-1.jpg", "../x", "payload"):
        with pytest.raises(NotFound):
            copies.path(kept, name)
    await asyncio.sleep(0.6)
    with pytest.raises(NotFound):
        copies.kept(short.id)
