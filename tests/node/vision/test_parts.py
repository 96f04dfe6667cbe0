"""Pictures on disk, gaps, and the row of batches: bounded, never half, never lost without a word."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette
from tests.people.conftest import HandClock

from ronda.base.errors import BadInput, Busy, NotFound, RondaError
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K
from ronda.bus.contract import Done, centre_subject
from ronda.bus.memory import MemoryBus
from ronda.bus.observations import MOST_IN_A_BATCH, OBSERVATIONS, EyeId, ObservationBatch
from ronda.media.codec.keyframe import rgb_of_image
from ronda.media.delivery.permission import ORIGINAL, Ask, MediaAction, Treatment
from ronda.media.delivery.problem import answer_error
from ronda.node.vision.attention import OVERLOADED, WORKER_DIED, Attention
from ronda.node.vision.outbox import Outbox
from ronda.node.vision.routes import sighting_route
from ronda.node.vision.sightings import Sightings
from ronda.vision.worker.pictures import kept

EYE = EyeId(id="builtin", version="1")
START = 20_000 * 86_400 * HZ_90K


def clock_at(now_90k: int = START) -> HandClock:
    return HandClock(now_90k / HZ_90K)


def id_at(now_90k: int, number: int = 0) -> str:
    return f"{now_90k}-{number:08x}"


@pytest.fixture
async def sightings(tmp_path: Path) -> AsyncIterator[Sightings]:
    made = Sightings(tmp_path / "sightings", clock_at(), 1_000_000, 3)
    yield made
    await made.pool.finished()
    made.close()


async def test_pictures_are_kept_whole_and_found_again(sightings: Sightings, tmp_path: Path) -> None:
    await sightings.keep("gate", id_at(START), b"jpeg")
    assert await sightings.read("gate", id_at(START)) == b"jpeg"
    for camera, id in (("lane", id_at(START)), ("gate", id_at(START + 1)), ("gate", "../../etc/passwd"), ("..", "1")):
        with pytest.raises((NotFound, BadInput)):
            await sightings.read(camera, id)
    await sightings.keep("gate", "no-name", b"jpeg")
    assert sightings.dropped == 1
    half = next((tmp_path / "sightings").rglob("*.jpg")).with_name(".half.part")
    half.write_bytes(b"half")
    again = Sightings(tmp_path / "sightings", clock_at(), 1_000_000, 3)
    await again.tidy()
    assert not half.exists()
    assert again.bytes_held == 4
    again.close()


async def test_the_oldest_pictures_go_when_there_are_too_many_or_they_are_too_old(
    sightings: Sightings, tmp_path: Path
) -> None:
    hour = 3600 * HZ_90K
    for number in range(15):
        await sightings.keep("gate", id_at(START + number * hour), b"x" * 100_000)
    assert sightings.bytes_held <= 1_000_000
    with pytest.raises(NotFound):
        await sightings.read("gate", id_at(START))
    assert await sightings.read("gate", id_at(START + 14 * hour))
    later = Sightings(tmp_path / "sightings", clock_at(START + 5 * 24 * hour), 1_000_000, 3)
    await later.tidy()
    assert later.bytes_held == 0
    assert list((tmp_path / "sightings").iterdir()) == []
    later.close()


class Leave:
    """A permit as the policy gives it."""

    public = resident = keeper = revoked = False

    def __init__(self, treatment: Treatment = ORIGINAL) -> None:
        self.treatment = treatment
        self.shown: list[int] = []

    def reach(self, from_utc_90k: int) -> None:
        pass

    def shows(self, at_utc_90k: int) -> None:
        self.shown.append(at_utc_90k)

    def close(self) -> None:
        pass


async def test_a_picture_is_for_who_may_see_the_recording_and_masked_where_that_is(tmp_path: Path) -> None:
    white = np.full((90, 160, 3), 255, np.uint8)
    picture = kept(white, START, view=(0.5, 0.0, 1.0, 0.5))
    store, codec = Sightings(tmp_path, clock_at(), 1_000_000, 3), Pool("codec", 1)
    await store.keep("gate", picture.id, picture.jpeg)
    asks: list[Ask] = []
    leave = Leave()

    async def authorise(ask: Ask) -> Leave:
        asks.append(ask)
        return leave

    app = Starlette(routes=[sighting_route(store, authorise, codec)], exception_handlers={RondaError: answer_error})
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node.test")
    answer = await client.get(f"/gate/sightings/{picture.id}.jpg")
    assert answer.content == picture.jpeg
    assert (asks[0].action, asks[0].camera, asks[0].from_utc_90k) == (MediaAction.REPLAY, "gate", START)
    assert leave.shown == [START]
    assert (await client.get(f"/gate/sightings/{id_at(START)}.jpg")).status_code == 404
    assert (await client.get("/gate/sightings/whatever.jpg")).status_code == 404
    assert len(asks) == 3, "asked also where nothing is"
    leave = Leave(Treatment(masks=(((0.5, 0.0), (0.75, 0.0), (0.75, 0.5), (0.5, 0.5)),)))
    masked = rgb_of_image((await client.get(f"/gate/sightings/{picture.id}.jpg")).content, 160)
    assert masked[:, :70].mean() < 80, "the left half of this part of the view is covered"
    assert masked[:, 90:].mean() > 240
    store.close()
    codec.close()


def test_a_gap_begins_where_the_last_picture_was_and_has_its_cause() -> None:
    attention = Attention("gate", 5.0, START)
    assert attention.seen(START + HZ_90K) is None
    assert attention.look(START + 5 * HZ_90K, None) is None
    attention.suspect(OVERLOADED)
    gap = attention.look(START + 12 * HZ_90K, None)
    assert gap is not None
    assert (gap.cause, gap.from_90k, gap.lasts) == (OVERLOADED, START + HZ_90K, True)
    assert attention.look(START + 13 * HZ_90K, None) is None
    again = attention.look(START + 80 * HZ_90K, None)
    assert again is not None
    assert again.from_90k == gap.from_90k
    over = attention.seen(START + 90 * HZ_90K)
    assert over is not None
    assert (over.to_90k, over.lasts, attention.lasts) == (START + 90 * HZ_90K, False, False)
    (died,) = attention.lost(WORKER_DIED, START + 91 * HZ_90K)
    assert (died.cause, died.from_90k) == (WORKER_DIED, START + 90 * HZ_90K)
    assert attention.lost(WORKER_DIED, START + 92 * HZ_90K) == []
    before, after = attention.lost("no-eye", START + 95 * HZ_90K)
    assert (before.cause, before.lasts, before.to_90k) == (WORKER_DIED, False, START + 95 * HZ_90K)
    assert (after.cause, after.lasts, after.from_90k) == ("no-eye", True, START + 95 * HZ_90K)
    silent = Attention("lane", 1.0, START).look(START + 11 * HZ_90K, "silent")
    assert silent is not None
    assert silent.cause == "silent"


async def test_batches_wait_in_order_and_one_that_is_never_taken_is_given_up() -> None:
    bus, taken, refused = MemoryBus(), [], [Busy("later"), BadInput("never")]

    async def take(batch: ObservationBatch) -> Done:
        if refused:
            raise refused.pop(0)
        taken.append(batch)
        return Done()

    outbox = Outbox("n", bus, clock_at(), gather_s=0.01)
    for number in range(MOST_IN_A_BATCH * 2 + 1):
        outbox.count("gate", START, (f"line {number}", "down", "car", EYE), 30.0)
    outbox.measure("gate", START, ("crowd", "square", "persons", "", None), 2.0)
    async with bus.serve(centre_subject(OBSERVATIONS), ObservationBatch, take):
        task = asyncio.ensure_future(outbox.run())
        async with asyncio.timeout(10):
            while len(taken) < 2:
                await asyncio.sleep(0.01)
        task.cancel()
    assert outbox.dropped == 1
    assert [len(batch.counts) for batch in taken] == [MOST_IN_A_BATCH, 1]
    assert taken[0].sequence < taken[1].sequence


async def test_what_the_centre_did_not_take_is_told_after_a_restart(tmp_path: Path) -> None:
    kept, bus, taken = tmp_path / "observations.jsonl", MemoryBus(), []

    async def take(batch: ObservationBatch) -> Done:
        taken.append(batch)
        return Done()

    before = Outbox("n", bus, clock_at(), gather_s=0.01, kept=kept)
    before.count("gate", START, ("line", "down", "car", EYE), None)
    task = asyncio.ensure_future(before.run())
    async with asyncio.timeout(10):
        while not kept.exists():
            await asyncio.sleep(0.01)
    task.cancel()
    before.count("gate", START, ("other line", "down", "car", EYE), None)
    await before.flush(0.1)
    with kept.open("ab") as file:
        file.write(b'\n{"half a line')
    after = Outbox("n", bus, clock_at(START + HZ_90K), gather_s=0.01, kept=kept)
    after.count("gate", START, ("third line", "down", "car", EYE), None)
    async with bus.serve(centre_subject(OBSERVATIONS), ObservationBatch, take), asyncio.timeout(10):
        task = asyncio.ensure_future(after.run())
        while len(taken) < 3 or kept.exists():
            await asyncio.sleep(0.01)
        task.cancel()
        await after.flush(1)
    assert [one.line for batch in taken for one in batch.counts] == ["line", "other line", "third line"]
    assert [batch.sequence for batch in taken] == sorted(batch.sequence for batch in taken)


def test_the_row_of_batches_is_bounded() -> None:
    outbox = Outbox("n", MemoryBus(), clock_at())
    for _ in range(outbox.limit + 5):
        outbox.count("gate", START, ("line", "down", "car", EYE), None)
        outbox.pack()
    assert outbox.waiting == outbox.limit
    assert outbox.dropped == 5
