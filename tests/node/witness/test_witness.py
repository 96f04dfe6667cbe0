"""A node is shown the heads of a real log over a real bus; whoever rewrites that log is told of, whatever they sign."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from tests.people.access_log.conftest import LOOK, Past, past, sqlite_url

from ronda.base.pools import Pool
from ronda.bus.memory import MemoryBus
from ronda.bus.witness import HEAD_SUBJECT, HeadObjection, HeadTold
from ronda.centre.witnessing import Witnessing
from ronda.node.witness.file import Refusal, kept_in
from ronda.node.witness.witness import Witness
from ronda.people.access_log import AccessLog
from ronda.people.access_log.head import Head, Signer
from ronda.people.access_log.heads import Heads
from ronda.people.access_log.succession import told_of
from ronda.people.access_log.tables import ACCESS_HEADS, ACCESS_LOG

__all__ = ["past", "sqlite_url"]

CHANGE = ACCESS_LOG.update().where(ACCESS_LOG.c.number == 250).values(camera="pasar")


@dataclass
class Scene:
    """A centre's log with its heads, and a node that watches them."""

    past: Past
    log: AccessLog
    heads: Heads
    bus: MemoryBus
    witnessing: Witnessing
    witness: Witness

    async def grow(self) -> Head:
        """Log something, sign it, and wait until the node has spoken of it."""
        self.log.start(LOOK)
        head = await self.heads.fresh()
        await until(lambda: self.witness.last == head or self.witness.objection is not None)
        await until(lambda: self.said() == self.witness.report)
        return head

    def said(self) -> object:
        return self.witnessing.heard[0].report if self.witnessing.heard else None


@asynccontextmanager
async def scene(past: Past, folder: Path) -> AsyncIterator[Scene]:
    """Start centre and node anew over the log as it is now; the key and the node's folder stay."""
    (folder / "volume").mkdir(exist_ok=True)
    pool, bus, log = Pool("crypto", 1), MemoryBus(), AccessLog(past.store, past.clock)
    heads = await Heads.open(log, past.store, past.clock, folder / "accesslog.key", pool)
    witnessing = Witnessing(log, heads, bus, past.clock)
    witness = Witness("rt-box", folder / "volume", bus, past.clock)
    await heads.fresh()
    async with (
        bus.subscribe(HEAD_SUBJECT, HeadTold) as told,
        witnessing.running(),
        asyncio.TaskGroup() as group,
    ):
        task = group.create_task(witness.run(told))
        made = Scene(past, log, heads, bus, witnessing, witness)
        await until(lambda: made.said() is not None and made.said() == witness.report)
        await until(lambda: witness.last is not None or witness.objection is not None)
        yield made
        task.cancel()
    pool.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def kept(folder: Path) -> list[Head | Refusal]:
    return await asyncio.to_thread(kept_in, folder / "volume")


async def signer(folder: Path) -> Signer:
    return await asyncio.to_thread(Signer.at, folder / "accesslog.key")


async def test_each_head_reaches_the_node_is_checked_and_kept(past: Past, tmp_path: Path) -> None:
    async with scene(past, tmp_path) as here:
        made = [await here.grow() for _ in range(3)]
        assert here.witnessing.alarms == ()
        assert here.witnessing.heard[0].report.size == made[-1].size == 603
        registry = CollectorRegistry()
        here.witnessing.register_metrics(registry)
        assert registry.get_sample_value("ronda_accesslog_witnessed", {"node": "rt-box"}) == 603
        assert registry.get_sample_value("ronda_accesslog_disputed", {"node": "rt-box"}) == 0
    assert [line for line in await kept(tmp_path) if isinstance(line, Head)][-3:] == made


async def test_after_a_pause_the_node_is_given_the_proof_from_what_it_has_seen(past: Past, tmp_path: Path) -> None:
    async with scene(past, tmp_path) as here:
        seen = await here.grow()
    log = AccessLog(past.store, past.clock)
    for _ in range(300):
        log.start(LOOK)
    await log.flush()
    async with scene(past, tmp_path) as here:
        await until(lambda: here.witness.last is not None and here.witness.last.size == 901)
        assert (here.witness.objection, here.witness.refused) == (None, 0)
    assert seen in await kept(tmp_path)


async def test_a_past_that_was_rewritten_and_signed_anew_is_told_of(
    past: Past, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with scene(past, tmp_path) as here:
        seen = await here.grow()
    await past.tamper(CHANGE)
    await past.rehash(resign=await signer(tmp_path))
    async with scene(past, tmp_path) as here:
        await until(lambda: here.witnessing.alarms != ())
        assert here.witness.objection is HeadObjection.REWRITTEN
        assert here.witness.last == seen
        (alarm,) = here.witnessing.alarms
        assert alarm.startswith("rt-box refuses the access log's newest head: the log does not begin with")
        await here.grow()
        assert here.witness.objection is HeadObjection.REWRITTEN  # it does not get used to it
        registry = CollectorRegistry()
        here.witnessing.register_metrics(registry)
        assert registry.get_sample_value("ronda_accesslog_disputed", {"node": "rt-box"}) == 1
    refused = [line for line in await kept(tmp_path) if isinstance(line, Refusal)]
    assert refused[0].objection is HeadObjection.REWRITTEN
    assert refused[0].head.genuine  # signed by the log's own key: evidence
    assert "a head is refused" in "".join(capfd.readouterr())
    async with scene(past, tmp_path) as here:
        assert here.witness.refused >= 1
        await until(lambda: here.witnessing.alarms != ())


async def test_a_log_that_was_cut_is_told_of(past: Past, tmp_path: Path) -> None:
    async with scene(past, tmp_path) as here:
        await here.grow()
    await past.tamper(ACCESS_LOG.delete().where(ACCESS_LOG.c.number >= 500), ACCESS_HEADS.delete())
    await past.rehash()
    async with scene(past, tmp_path) as here:
        await until(lambda: here.witness.objection is HeadObjection.SHRUNK)


async def test_a_log_that_lost_leaves_can_prove_nothing(past: Past, tmp_path: Path) -> None:
    async with scene(past, tmp_path) as here:
        await here.grow()
        await past.tamper(ACCESS_LOG.delete().where(ACCESS_LOG.c.number == 600))
        await here.grow()
        assert here.witness.objection is HeadObjection.UNPROVEN


async def test_another_key_and_a_forged_head_are_told_of(past: Past, tmp_path: Path) -> None:
    async with scene(past, tmp_path) as here:
        last = await here.grow()
        forged = Head(last.size + 1, b"f" * 32, last.at_90k, last.key, last.signature)
        await here.bus.publish(HEAD_SUBJECT, told_of(forged, last.size, ()))
        await until(lambda: here.witness.objection is HeadObjection.FORGED)
        await here.grow()
        await until(lambda: here.witnessing.alarms == ())  # what follows from the last is accepted again
        assert here.witnessing.heard[0].report.refused == 1
    (tmp_path / "accesslog.key").unlink()
    async with scene(past, tmp_path) as here:
        await until(lambda: here.witness.objection is HeadObjection.OTHER_KEY)


async def test_a_head_that_comes_late_is_no_shrinking_log(past: Past, tmp_path: Path) -> None:
    async with scene(past, tmp_path) as here:
        older = await here.grow()
        await here.grow()
        await here.bus.publish(HEAD_SUBJECT, told_of(older, 0, ()))
        await here.grow()
        assert (here.witness.objection, here.witness.refused) == (None, 0)


async def test_a_node_that_cannot_write_says_so_and_goes_on(past: Past, tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir()
    (tmp_path / "volume" / "accesslog-heads-000001.jsonl").mkdir()
    async with scene(past, tmp_path) as here:
        await until(lambda: here.witness.objection is HeadObjection.UNKEPT)
        (tmp_path / "volume" / "accesslog-heads-000001.jsonl").rmdir()
        last = await here.grow()
        await until(lambda: here.witness.last == last and here.witness.objection is None)
        await until(lambda: here.witnessing.alarms == ())
    assert await kept(tmp_path) == [last]
