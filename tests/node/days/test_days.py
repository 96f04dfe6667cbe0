"""Days' trees and roots: made once a day is over, signed, continued, and whatever was changed afterwards is found."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from tests.archive.footage import files_of, new_run, one_volume, slowly
from tests.media.film_source import until
from tests.media.hand_clock import HandClock
from tests.web.conftest import open_store

from ronda.archive import Archive, Quota
from ronda.archive.filing.record import decode, encode
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.bus.contract import Message, request_subject
from ronda.bus.days import DAY_REQUESTS, ChainAbout, DaysRequest
from ronda.bus.deletion import DeleteByOrder
from ronda.bus.memory import MemoryBus
from ronda.evidence.day_tree import FIRST, DayRoot, Leaf, tree_of
from ronda.evidence.days import DayRoots
from ronda.evidence.seal.authority import Authority
from ronda.evidence.seal.signing import verify_digest
from ronda.evidence.sealer import Sealer
from ronda.evidence.tables import DAY_ROOTS
from ronda.media.fragment import Origin
from ronda.node.days.days import Days
from ronda.node.days.ledger import NAME
from ronda.store.database import Store

DAY = 86_400
DAY_90K = DAY * HZ_90K
MIDNIGHT_90K = 20_700 * DAY * HZ_90K
FREE = Quota(min_free_bytes=0)


@dataclass
class Site:
    """A node with its archive and a centre that signs."""

    archive: Archive
    days: Days
    roots: DayRoots
    bus: MemoryBus
    store: Store
    sealer: Sealer
    clock: HandClock
    folder: Path

    async def record(self, day: int, hour: float = 1, camera: str = "gate") -> None:
        start_90k = MIDNIGHT_90K + round((day * DAY + hour * 3600) * HZ_90K)
        run = new_run(camera, start_90k=start_90k, origin=Origin.IMPORTED)
        await self.archive.import_run(run, slowly(run, 8), GapCause.SILENT)

    async def ask(self, request: Message, kind: type[Message]) -> Message:
        return await self.bus.request(request_subject("local", DAY_REQUESTS[type(request)]), request, kind)

    async def found(self) -> list[str]:
        mismatches = [*await self.days.check(), *await self.roots.compare(self.ask)]  # type: ignore[arg-type]
        return sorted(one.kind for one in mismatches)

    async def signed(self) -> list[tuple[int, str, int]]:
        query = DAY_ROOTS.select().order_by(DAY_ROOTS.c.camera, DAY_ROOTS.c.number)
        rows = await self.store.read(lambda connection: connection.execute(query).all())
        return [(row.number, row.day, row._mapping["count"]) for row in rows]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    class Plain:
        def seal(self, text: str) -> str:
            return text

        def open(self, text: str) -> str:
            return text

    return Authority.at(tmp_path_factory.mktemp("authority"), Plain(), "Semarang")


@pytest.fixture
async def site(tmp_path: Path, authority: Authority) -> AsyncIterator[Site]:
    clock, bus = HandClock(MIDNIGHT_90K + 3 * DAY * HZ_90K + 3600 * HZ_90K), MemoryBus()
    store = await open_store(tmp_path)
    sealer = Sealer(lambda: authority)
    roots = DayRoots(store, clock, sealer)
    settings = one_volume(tmp_path, segment_90k=4 * HZ_90K, quota=FREE)
    async with Archive(settings, clock) as archive, roots.serving(bus):
        days = Days("local", archive, tmp_path / "volume", bus, clock)
        async with bus.serve(request_subject("local", DAY_REQUESTS[DaysRequest]), DaysRequest, days.page):
            yield Site(archive, days, roots, bus, store, sealer, clock, tmp_path / "volume")
        await days.close()
    sealer.close()
    await store.close()


async def test_each_day_that_is_over_is_sealed_once_and_continues_the_chain(site: Site) -> None:
    await site.record(0)
    await site.record(1)
    await site.record(3, 0.1)
    assert await site.days.seal() == 2
    signed = await site.signed()
    assert [(number, day) for number, day, _ in signed] == [(0, "2026-09-04"), (1, "2026-09-05")]
    assert await site.days.seal() == 0
    assert await site.found() == []
    await site.record(0, 5)  # fetched from a recorder later
    assert await site.days.seal() == 1
    assert [(number, day) for number, day, _ in await site.signed()] == [
        (0, "2026-09-04"),
        (1, "2026-09-05"),
        (2, "2026-09-04"),
    ]
    site.clock.advance(DAY)
    assert await site.days.seal() == 1
    assert await site.found() == []
    rows = await site.store.read(lambda connection: connection.execute(DAY_ROOTS.select()).all())
    certificate = (await site.sealer.seal()).signer.certificate_der
    for row in rows:
        assert verify_digest(certificate, bytes(row.root), bytes(row.signature))


async def test_a_replaced_hash_a_removed_line_and_a_file_that_is_gone_are_found(site: Site) -> None:
    await site.record(0)
    await site.days.seal()
    file = files_of(site.folder)[0]

    def replaced() -> None:
        # Whoever may write the disk changes a byte, and what is kept of it in journal and index.
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        with sqlite3.connect(site.folder / "index.db") as db:
            db.execute(
                "UPDATE segments SET sha256 = zeroblob(32) WHERE start_90k = (SELECT min(start_90k) FROM segments)"
            )
        db.close()

    await asyncio.to_thread(replaced)
    assert await site.found() == ["seal-altered"]
    kinds = {one.kind for one in (await site.archive.check()).mismatches}
    assert kinds == {"content", "index-differs"}

    def removed() -> None:
        journal = site.folder / "journal-000001.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if file.name.encode() not in line]
        assert len(kept) < len(lines)
        assert all(encode(record) for line in kept if (record := decode(line[:-1])) is not None)
        journal.write_bytes(b"".join(kept))
        file.unlink()
        with sqlite3.connect(site.folder / "index.db") as db:
            db.execute("DELETE FROM segments WHERE start_90k = (SELECT min(start_90k) FROM segments)")
        db.close()

    await asyncio.to_thread(removed)
    assert await site.found() == ["seal-missing"]


async def test_a_ledger_that_is_rewritten_cut_or_lost_is_found(site: Site) -> None:
    await site.record(0)
    await site.record(1)
    await site.days.seal()

    def rewritten(sql: str, *values: object) -> None:
        with sqlite3.connect(site.folder / NAME) as db:
            db.execute(sql, values)
        db.close()

    await asyncio.to_thread(rewritten, "UPDATE days SET count = count + 1 WHERE number = 1")
    assert await site.found() == ["seal-rewritten", "seal-tree"]
    await asyncio.to_thread(rewritten, "UPDATE days SET count = count - 1 WHERE number = 1")
    assert await site.found() == []
    await asyncio.to_thread(rewritten, "UPDATE days SET previous = zeroblob(32) WHERE number = 1")
    assert await site.found() == ["seal-chain", "seal-rewritten"]
    await asyncio.to_thread(rewritten, "DELETE FROM days")
    await asyncio.to_thread(rewritten, "DELETE FROM seen")
    assert await site.found() == ["seal-lost", "seal-lost"]
    # The chain goes on where the centre has its end; what is lost stays known as lost.
    assert await site.days.seal() == 2
    assert [number for number, _, _ in await site.signed()] == [0, 1, 2, 3]
    assert await site.found() == ["seal-lost", "seal-lost"]


async def test_what_retention_deletes_keeps_its_place_in_the_tree(site: Site) -> None:
    await site.record(0)
    await site.record(1)
    await site.days.seal()
    await site.archive.keep({"gate": 1})
    site.clock.advance(10)
    await until(lambda: site.archive.volumes[0].counters.deleted_segments >= 4)
    await site.archive.settled()
    assert await site.found() == []
    await site.days.seal()

    def rules() -> list[tuple[str, int]]:
        with sqlite3.connect(site.folder / NAME) as db:
            found = db.execute("SELECT rule, length(leaves) FROM days ORDER BY number").fetchall()
        db.close()
        return found

    kept = await asyncio.to_thread(rules)
    counts = [count for _, _, count in await site.signed()]
    assert kept == [("retention", 32 * count) for count in counts]
    assert await site.found() == []


async def test_what_a_court_had_deleted_keeps_its_place_in_the_tree_and_says_by_which_order(site: Site) -> None:
    await site.record(0)
    await site.record(1)
    await site.days.seal()
    start_90k = MIDNIGHT_90K + 3600 * HZ_90K
    order = DeleteByOrder(
        id="00000000000000aa", number="12/Pen.Pid/2026", camera="gate", from_90k=start_90k, to_90k=start_90k + DAY_90K
    )
    done = await site.archive.delete_by_order(order)
    assert len(done.deleted) == (await site.signed())[0][2]
    assert not done.kept
    assert await site.found() == []
    await site.days.seal()

    def rules() -> list[tuple[str, int]]:
        with sqlite3.connect(site.folder / NAME) as db:
            found = db.execute("SELECT rule, length(leaves) FROM days WHERE rule != '' ORDER BY number").fetchall()
        db.close()
        return found

    kept = await asyncio.to_thread(rules)
    assert kept == [("deleted-by-order (12/Pen.Pid/2026)", 32 * len(done.deleted))]
    assert await site.found() == []


async def test_a_node_that_forks_a_chain_is_refused(site: Site) -> None:
    await site.record(0)
    await site.days.seal()
    end = await site.roots.chain(ChainAbout(camera="gate", profile="main"))
    assert end.number == 1
    forked = DayRoot("gate", "main", 0, "2026-09-04", 1, bytes(32), FIRST)
    await site.days._run(
        lambda: site.days._ledger.add(DayRoot("door", "main", 5, "2026-09-04", 0, bytes(32), FIRST), [])
    )
    assert await site.days.seal() == 0
    assert [number for number, _, _ in await site.signed()] == [0]
    assert forked.root != bytes.fromhex(end.previous)
    assert "seal-unsigned" in await site.found()


def test_leaves_and_roots_are_what_is_written_down_about_them() -> None:
    leaf = Leaf("gate/main/2026-09-04/010000.000Z-ab.mp4", 1, 2, 3, "00" * 32)
    text = json.dumps([leaf.file, 1, 2, 3, "00" * 32], separators=(",", ":"))
    assert leaf.hash == sha256(b"\0" + text.encode()).digest()
    assert tree_of([leaf.hash, leaf.hash]) == sha256(b"\1" + leaf.hash * 2).digest()
    root = DayRoot("gate", "main", 0, "2026-09-04", 1, leaf.hash, FIRST)
    fields = [FIRST.hex(), "gate", "main", 0, "2026-09-04", leaf.hash.hex(), 1]
    said = b"ronda day root 1\n" + json.dumps(fields, separators=(",", ":")).encode()
    assert root.root == sha256(said).digest()
