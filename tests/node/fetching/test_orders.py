"""Orders to fetch: one at a time, by night, again after a cut, and still there after a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ronda.base.errors import BadInput, Busy, Conflict, NotFound, RondaError, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339, parse_rfc3339
from ronda.bus.fetching import FetchStanding, FetchState, FetchWhen, MakeFetch
from ronda.media.sources.contract import SourceFailed, SourceRefused
from ronda.node.fetching.orders import Fetches, FetchManners
from ronda.node.fetching.work import Progress

CLOCK = SystemClock()
HOUR_90K = 3600 * HZ_90K
LAST_90K = CLOCK.utc_90k() - 24 * HOUR_90K


def order(number: int, **more: object) -> MakeFetch:
    begin = LAST_90K + number * HOUR_90K // 4
    return MakeFetch.model_validate(
        {"id": f"{number:016x}", "camera": "gate", "from_90k": begin, "to_90k": begin + 60 * HZ_90K, **more}
    )


@dataclass
class Line:
    """What a recorder answers: each order takes the next of these."""

    answers: list[RondaError | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    moves: bool = False

    async def fetch(self, wanted: MakeFetch, progress: Progress) -> list[tuple[int, int]]:
        self.asked.append(wanted.id)
        progress.wanted_90k = 60 * HZ_90K
        progress.now = (wanted.from_90k, wanted.to_90k)
        progress.told()
        await self.free.wait()
        answer = self.answers.pop(0) if self.answers else None
        progress.fetched_90k += 30 * HZ_90K if self.moves or answer is None else 0
        progress.told()
        if answer is not None:
            raise answer
        return []


@asynccontextmanager
async def open_fetches(folder: Path, line: Line, pauses_s: tuple[float, ...] = (0.05, 0.05)) -> AsyncIterator[Fetches]:
    pool = Pool("disk", 1, 100)
    made = Fetches(folder / "fetches.json", line.fetch, pool, CLOCK, FetchManners(UTC, pauses_s=pauses_s))
    async with made.running():
        yield made
    pool.close()


async def ended(fetches: Fetches, id: str) -> FetchStanding:
    async with asyncio.timeout(10):
        while (told := fetches.standing(id)).state in (FetchState.WAITING, FetchState.FETCHING):
            await asyncio.sleep(0.01)
    return told


async def test_orders_are_done_one_after_the_other(tmp_path: Path) -> None:
    line = Line()
    async with open_fetches(tmp_path, line) as fetches:
        for number in (1, 2):
            assert fetches.order(order(number)).state is FetchState.WAITING
        async with asyncio.timeout(5):
            while not line.asked:
                await asyncio.sleep(0.01)
        first, second = fetches.standing(order(1).id), fetches.standing(order(2).id)
        assert (first.state, second.state) == (FetchState.FETCHING, FetchState.WAITING)
        assert first.fetching is not None
        line.free.set()
        assert (await ended(fetches, order(2).id)).state is FetchState.DONE
        assert [one.order.id for one in fetches.standings("gate").fetches] == [order(2).id, order(1).id]
        assert fetches.standings("market").fetches == ()


async def test_a_cut_is_gone_on_with_and_given_up_at_last(tmp_path: Path) -> None:
    line = Line([SourceFailed("away", "wait")] * 2)
    line.free.set()
    async with open_fetches(tmp_path, line) as fetches:
        fetches.order(order(1))
        assert (await ended(fetches, order(1).id)).state is FetchState.DONE
        assert len(line.asked) == 3
        line.answers = [SourceFailed("away", "wait")] * 3
        fetches.order(order(2))
        told = await ended(fetches, order(2).id)
        assert (told.state, told.problem, told.mend) == (FetchState.FAILED, "away", "wait")


@pytest.mark.parametrize("error", [SourceRefused("wrong password"), StorageFailed("full"), NotFound("no camera")])
async def test_what_waiting_does_not_mend_is_not_tried_again(tmp_path: Path, error: RondaError) -> None:
    line = Line([error])
    line.free.set()
    async with open_fetches(tmp_path, line) as fetches:
        fetches.order(order(1))
        told = await ended(fetches, order(1).id)
        assert (told.state, told.problem, len(line.asked)) == (FetchState.FAILED, error.message, 1)


async def test_one_that_is_cancelled_ends_in_the_middle(tmp_path: Path) -> None:
    line = Line()
    async with open_fetches(tmp_path, line) as fetches:
        fetches.order(order(1))
        fetches.order(order(2))
        async with asyncio.timeout(5):
            while not line.asked:
                await asyncio.sleep(0.01)
        assert fetches.cancel(order(1).id).state is FetchState.CANCELLED
        line.free.set()
        assert (await ended(fetches, order(2).id)).state is FetchState.DONE
        assert fetches.standing(order(1).id).state is FetchState.CANCELLED
        assert fetches.cancel(order(2).id).state is FetchState.DONE, "what is over stays as it was"
        with pytest.raises(NotFound):
            fetches.cancel("none")


async def test_orders_outlive_a_restart(tmp_path: Path) -> None:
    line = Line()
    async with open_fetches(tmp_path, line) as fetches:
        fetches.order(order(1))
        fetches.order(order(2))
        async with asyncio.timeout(5):
            while not line.asked:
                await asyncio.sleep(0.01)
    line.free.set()
    async with open_fetches(tmp_path, line) as fetches:
        for number in (1, 2):
            assert (await ended(fetches, order(number).id)).state is FetchState.DONE
    (tmp_path / "fetches.json").write_text("{")
    async with open_fetches(tmp_path, line) as fetches:
        assert fetches.standings(None).fetches == ()


async def test_too_much_is_refused(tmp_path: Path) -> None:
    async with open_fetches(tmp_path, Line()) as fetches:
        now_90k = CLOCK.utc_90k()
        with pytest.raises(BadInput, match="not over yet"):
            fetches.order(order(1, from_90k=now_90k, to_90k=now_90k + HOUR_90K))
        with pytest.raises(BadInput, match="cannot be fetched"):
            fetches.order(order(1, from_90k=LAST_90K - 48 * HOUR_90K, to_90k=LAST_90K))
        with pytest.raises(BadInput, match="cannot be fetched"):
            fetches.order(order(1, to_90k=LAST_90K - HOUR_90K))
        fetches.order(order(1))
        with pytest.raises(Conflict):
            fetches.order(order(1).model_copy(update={"id": "f" * 16}))
        for number in range(2, 51):
            fetches.order(order(number))
        with pytest.raises(Busy):
            fetches.order(order(60))


async def test_the_night_is_waited_for(tmp_path: Path) -> None:
    pool = Pool("disk", 1, 100)
    manners = FetchManners(ZoneInfo("Asia/Jakarta"))
    fetches = Fetches(tmp_path / "fetches.json", Line().fetch, pool, CLOCK, manners)
    for given, expected in (
        ("2026-11-21T12:00:00+07:00", "2026-11-21T15:00:00.000Z"),
        ("2026-11-21T22:30:00+07:00", "2026-11-21T15:30:00.000Z"),
        ("2026-11-22T04:59:00+07:00", "2026-11-21T21:59:00.000Z"),
        ("2026-11-22T05:00:00+07:00", "2026-11-22T15:00:00.000Z"),
    ):
        assert format_rfc3339(fetches.night_90k(parse_rfc3339(given))) == expected
    waiting = fetches.order(order(1, when=FetchWhen.NIGHT))
    assert waiting.next_90k == pytest.approx(fetches.night_90k(CLOCK.utc_90k()), abs=HZ_90K)
    assert waiting.order.rate_bps == 0, "the night's line is free"
    assert fetches.order(order(2)).order.rate_bps == 4_000_000, "as the city takes of a line by day"
    assert fetches.order(order(3, rate_bps=9_000)).order.rate_bps == 9_000
    assert fetches.order(order(4, rate_bps=0)).order.rate_bps == 0
    pool.close()
