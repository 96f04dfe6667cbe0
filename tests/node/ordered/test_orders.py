"""What any kind of thing that a node makes on order has in common: a third kind, made of a few bytes."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ronda.base.errors import NotFound
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.node.ordered import orders
from ronda.node.ordered.orders import Kind, Orders, Progress, Waits, Words

FAR = SystemClock().utc_90k() + 3600 * HZ_90K


@dataclass(frozen=True, slots=True)
class Wish:
    """Asks for a sketch; `how` is how it goes."""

    id: str
    how: str = "well"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sketch."""

    id: str
    until_90k: int


@dataclass
class Draw:
    """Draws by writing a few bytes; some wishes are slow, fail in ways nobody knew of, or need a signature."""

    begun: list[str] = field(default_factory=list)

    async def __call__(self, wish: Wish, part: Path, progress: Progress) -> Kept | Waits[str]:
        self.begun.append(wish.id)
        await asyncio.to_thread((part / "sketch").write_bytes, b"lines")
        progress(0.5)
        if wish.how == "slow":
            await asyncio.Event().wait()
        if wish.how == "badly":
            raise LookupError("the pencil")
        return Waits("to sign") if wish.how == "unsigned" else Kept(wish.id, FAR)


KIND: Kind[str, Kept] = Kind(
    Words("sketch", "sketches"),
    waiting=lambda: "waiting",
    making=lambda progress: f"making {progress}",
    ready=lambda kept: f"ready until {kept.until_90k}",
    failed=lambda problem, mend: f"failed: {problem}",
    read=lambda fields: Kept(**fields),
    patience_s=0.3,
)


class Sketches(Orders[Wish, str, Kept]):
    """The third kind, which remembers what was forgotten."""

    gone: tuple[str, ...] = ()

    def forgotten(self, id: str) -> None:
        self.gone += (id[-1],)


def name(number: int) -> str:
    return f"{number:016x}"


async def told(sketches: Sketches, id: str, standing: str) -> None:
    async with asyncio.timeout(5):
        while not sketches.standing(id).startswith(standing):
            await asyncio.sleep(0.01)


@pytest.fixture
async def draw() -> Draw:
    return Draw()


@pytest.fixture
async def sketches(tmp_path: Path, draw: Draw) -> AsyncIterator[Sketches]:
    pool = Pool("disk", 1)
    async with (made := Sketches(tmp_path / "sketches", KIND, draw, pool, SystemClock())).running():
        yield made
    pool.close()


async def test_what_goes_wrong_in_no_known_way_ends_that_order_alone(sketches: Sketches, tmp_path: Path) -> None:
    sketches.order(Wish(name(1), "badly"))
    sketches.order(Wish(name(2)))
    await told(sketches, name(1), "failed: the sketch could not be made")
    await told(sketches, name(2), "ready")
    assert [path.name for path in (tmp_path / "sketches").iterdir()] == [name(2)]
    assert json.loads((tmp_path / "sketches" / name(2) / "about.json").read_text()) == {
        "id": name(2),
        "until_90k": FAR,
    }


async def test_one_that_is_withdrawn_and_ordered_again_is_made_once(sketches: Sketches, draw: Draw) -> None:
    sketches.order(Wish(name(1), "slow"))
    await told(sketches, name(1), "making")
    for _ in range(2):
        sketches.order(Wish(name(2), "unsigned"))
        await sketches.remove(name(2))
    sketches.order(Wish(name(2), "unsigned"))
    await sketches.remove(name(1))
    await told(sketches, name(2), "to sign")
    sketches.order(Wish(name(3)))
    await told(sketches, name(3), "ready")
    assert draw.begun == [name(1), name(2), name(3)]


async def test_what_nobody_finishes_is_given_up_and_what_is_finished_is_whole(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_SWEEP_S", 0.05)
    pool, folder = Pool("disk", 1), tmp_path / "sketches"
    async with (sketches := Sketches(folder, KIND, draw, pool, SystemClock())).running():
        for number in (1, 2):
            sketches.order(Wish(name(number), "unsigned"))
            await told(sketches, name(number), "to sign")
        sketches.tell(name(1), "signed")
        assert sketches.standing(name(1)) == "signed"
        assert (await sketches.publish(Kept(name(1), FAR), [("signature", b"s")])).startswith("ready")
        async with asyncio.timeout(5):
            while sketches.gone != ("1", "2"):
                await asyncio.sleep(0.02)
        with pytest.raises(NotFound, match="this sketch is not here"):
            sketches.standing(name(2))
    pool.close()
    assert sorted(path.name for path in (folder / name(1)).iterdir()) == ["about.json", "signature", "sketch"]
    assert [path.name for path in folder.iterdir()] == [name(1)]
    # A new life finds what is whole, and nothing that only looks like it.
    for strange in ("0123", name(7), f"{name(8)}.part"):
        (folder / strange).mkdir()
    (folder / name(7) / "about.json").write_text(json.dumps({"id": name(1), "until_90k": FAR}))
    pool = Pool("disk", 1)
    async with (later := Sketches(folder, KIND, draw, pool, SystemClock())).running():
        assert later.kept(name(1)).until_90k == FAR
    pool.close()
    assert [path.name for path in folder.iterdir()] == [name(1)]
