"""Deletion by order: whole segments within the stretch, never under another's hold, and known for ever."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, files_of, new_run, one_volume, record, settled, slowly

from ronda.archive import Archive
from ronda.archive.care import on_writer
from ronda.archive.filing import journal as journals
from ronda.archive.index.index import Index
from ronda.base.causes import GapCause
from ronda.base.errors import BadInput, Conflict
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Hold
from ronda.bus.deletion import DeleteByOrder
from ronda.media.fragment import Origin

S = HZ_90K


def order(since: float, until: float, *cases: str, id: str = "a" * 16) -> DeleteByOrder:
    begin, end = START_90K + round(since * S), START_90K + round(until * S)
    return DeleteByOrder(id=id, number="12/Pen.Pid/2026", camera="gate", from_90k=begin, to_90k=end, cases=cases)


async def holes(archive: Archive) -> list[tuple[float, float, GapCause]]:
    timeline = await archive.timeline("gate", "main", START_90K, START_90K + 28 * S)
    return [((one.from_90k - START_90K) / S, (one.to_90k - START_90K) / S, one.cause) for one in timeline.gaps]


def hold(id: str, since: float, until: float, case: str = "") -> Hold:
    begin, end = START_90K + round(since * S), START_90K + round(until * S)
    return Hold(id=id, camera="gate", from_90k=begin, to_90k=end, reason="theft", by="joko", at=START_90K, case=case)


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    """Seven segments of four seconds, and beside them a second profile."""
    async with Archive(one_volume(tmp_path, segment_90k=4 * S), SystemClock()) as opened:
        for profile in ("main", "sub"):
            recorder = opened.recorder("gate", profile)
            record(recorder, new_run(profile=profile), 28)
            recorder.close()
        other = opened.recorder("door", "main")
        record(other, new_run("door"), 28)
        other.close()
        await settled(opened)
        yield opened


async def test_what_lies_within_goes_and_what_reaches_out_is_named(archive: Archive, tmp_path: Path) -> None:
    before = {path.name for path in await archive.in_pool(lambda: files_of(tmp_path / "volume" / "door"))}
    done = await archive.delete_by_order(order(5, 17))
    begin, end = START_90K + 5 * S, START_90K + 17 * S
    assert {one.file.split("/")[1] for one in done.deleted} == {"main", "sub"}
    assert all(begin <= one.from_90k and one.to_90k <= end for one in done.deleted)
    assert all(one.from_90k < begin < one.to_90k or one.from_90k < end < one.to_90k for one in done.kept)
    assert [one.why for one in done.kept] == ["edge"] * 4
    assert not any((tmp_path / "volume" / one.file).exists() for one in done.deleted), "gone when it is told"
    assert all(len(one.sha256) == 64 and one.bytes > 0 for one in done.deleted)
    main = [one for one in done.deleted if "/main/" in one.file]
    span = ((main[0].from_90k - START_90K) / S, (main[-1].to_90k - START_90K) / S)
    assert await holes(archive) == [(*span, GapCause.ORDER)]
    assert {path.name for path in await archive.in_pool(lambda: files_of(tmp_path / "volume" / "door"))} == before
    assert await archive.delete_by_order(order(5, 17)) == done, "asked again, it says the same"
    assert not (await archive.delete_by_order(order(*span, id="b" * 16))).deleted
    assert (await archive.check()).mismatches == ()
    with pytest.raises(BadInput):
        await archive.delete_by_order(order(5, 5))


async def test_a_hold_is_in_the_way_unless_the_order_names_its_case(archive: Archive) -> None:
    await archive.add_hold(hold("h1", 9, 10, "2026-0007"))
    await archive.add_hold(hold("h2", 23, 24))
    with pytest.raises(Conflict, match=r"h1 \(case 2026-0007\)"):
        await archive.delete_by_order(order(0, 20))
    with pytest.raises(Conflict, match="h2"):
        await archive.delete_by_order(order(0, 28, "2026-0007"))
    assert await holes(archive) == [], "what is refused deletes nothing"
    assert len((await archive.delete_by_order(order(0, 20, "2026-0007"))).deleted) >= 8


async def test_it_is_known_after_a_rebuilt_index_a_lost_journals_beginning_and_all_retention(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "ROTATE_BYTES", 1)
    done = await archive.delete_by_order(order(8, 18))
    known = await holes(archive)
    assert [cause for _, _, cause in known] == [GapCause.ORDER]
    await archive.reindex()
    assert await holes(archive) == known
    # Everything else goes for its age, and with it the journal that spoke of it.
    volume, later = archive.volumes[0], new_run("door", start_90k=START_90K + 900 * S, origin=Origin.IMPORTED)
    await archive.import_run(later, slowly(later, 8))

    def expire() -> None:
        old = [one for one in volume.ledger.index.oldest(1_000) if one.run != later.id]
        volume._retention._delete(old)

    await on_writer(volume, expire)
    assert min(await archive.in_pool(lambda: journals.journal_numbers(volume.folder))) > 1
    await archive.reindex()
    since, until, _ = known[0]
    assert await holes(archive) == [
        (0, since, GapCause.RETENTION),
        *known,
        (until, 28, GapCause.RETENTION),
    ]
    assert (await archive.delete_by_order(order(8, 18))).deleted == done.deleted


def test_an_index_of_before_is_taken_over(tmp_path: Path) -> None:
    Index(tmp_path).close()
    with sqlite3.connect(tmp_path / "index.db") as db:
        db.execute("DROP TABLE ordered")
        db.execute("PRAGMA user_version = 2")
    db.close()
    index = Index(tmp_path)
    assert index.standing() == []
    index.close()
