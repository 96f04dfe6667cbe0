"""Held footage stays: under quota pressure, through a new index, on a moved volume, after a crash; and its end."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from tests.archive.footage import START_90K, files_of, new_run, one_volume, record
from tests.media.film_source import until
from tests.media.hand_clock import HandClock

from ronda.archive import Archive, Quota
from ronda.archive.errors import NoFootage
from ronda.archive.filing.record import HoldAdded, encode
from ronda.base.errors import NotFound
from ronda.base.time import HZ_90K
from ronda.bus.contract import Hold

S = HZ_90K
ROOT = Path(__file__).resolve().parents[2]
FREE = Quota(min_free_bytes=0)
TIGHT = Quota(max_bytes=1, min_free_bytes=0)


def hold(until_s: float | None = 1000, from_s: float = 8, to_s: float = 12) -> Hold:
    return Hold(
        id="h1",
        camera="gate",
        from_90k=START_90K + round(from_s * S),
        to_90k=START_90K + round(to_s * S),
        reason="pencurian",
        by="rt3",
        at=START_90K,
        case="LP/7",
        until_90k=None if until_s is None else START_90K + round(until_s * S),
    )


async def left(archive: Archive) -> list[int]:
    rows = await archive.segments("gate", "main", START_90K, START_90K + 1000 * S)
    return [(row.start_90k - START_90K) // S for row in rows]


async def recorded(archive: Archive) -> None:
    recorder = archive.recorder("gate", "main")
    record(recorder, new_run(), 24)
    recorder.close()
    await archive.settled()


async def test_under_quota_pressure_and_until_its_end_alone(tmp_path: Path) -> None:
    clock = HandClock(START_90K + 30 * S)
    async with Archive(one_volume(tmp_path, segment_90k=4 * S, quota=FREE), clock) as archive:
        await recorded(archive)
        await archive.add_hold(hold())
        await archive.set_quota(TIGHT)
        clock.advance(10)
        await until(lambda: archive.volumes[0].counters.deleted_segments >= 3)
        await archive.settled()
        kept = await left(archive)
        assert {8, 9, 10, 11} & set(kept)
        await archive.extend_hold("h1", START_90K + 2000 * S)
        clock.advance(1500)
        await archive.settled()
        assert await left(archive) == kept
        assert [one.until_90k for one in await archive.holds()] == [START_90K + 2000 * S]
        with pytest.raises(NotFound):
            await archive.extend_hold("h2", None)
        clock.advance(1000)
        await until(lambda: archive.volumes[0].counters.deleted_segments >= 6)
        await archive.settled()
        assert (await left(archive), await archive.holds()) == ([], ())


async def test_through_a_new_index_and_on_a_moved_volume(tmp_path: Path) -> None:
    clock = HandClock(START_90K + 30 * S)
    async with Archive(one_volume(tmp_path, segment_90k=4 * S, quota=FREE), clock) as archive:
        await recorded(archive)
        await archive.add_hold(hold())
        await archive.reindex()
        assert await archive.holds() == (hold(),)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (tmp_path / "volume").rename(moved / "volume")
    for file in (moved / "volume").glob("index.db*"):
        file.unlink()
    async with Archive(one_volume(moved, segment_90k=4 * S, quota=TIGHT), clock) as archive:
        assert await archive.holds() == (hold(),)
        clock.advance(10)
        await until(lambda: archive.volumes[0].counters.deleted_segments >= 3)
        await archive.settled()
        assert 8 <= max(await left(archive)) < 12
        rows = await archive.segments("gate", "main", START_90K, START_90K + 1000 * S)
        assert {moved / "volume" / row.file for row in rows} <= set(files_of(moved))


_LIFE = """
import asyncio, sys
from pathlib import Path
from tests.archive.footage import one_volume, new_run, record
from tests.archive.test_holds import FREE, S, hold, recorded
from ronda.archive import Archive
from ronda.base.time import SystemClock

async def main():
    async with Archive(one_volume(Path(sys.argv[1]), segment_90k=4 * S, quota=FREE), SystemClock()) as archive:
        await recorded(archive)
        await archive.add_hold(hold(None))
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_after_a_crash(tmp_path: Path) -> None:
    def live_and_die() -> str:
        with subprocess.Popen(
            [sys.executable, "-c", _LIFE, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ},
        ) as process:
            assert process.stdout is not None
            told = process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            return told

    assert await asyncio.to_thread(live_and_die) == "held\n"
    clock = HandClock(START_90K + 30 * S)
    async with Archive(one_volume(tmp_path, segment_90k=4 * S, quota=TIGHT), clock) as archive:
        await archive.recovered()
        clock.advance(10)
        await until(lambda: archive.volumes[0].counters.deleted_segments >= 3)
        await archive.settled()
        assert await archive.holds() == (hold(None),)
        assert 8 <= max(await left(archive)) < 12
        assert not [one for one in (await archive.check()).mismatches if one.kind != "file-deleted"]


async def test_a_hold_keeps_what_is_there_or_may_still_come(tmp_path: Path) -> None:
    clock = HandClock(START_90K + 30 * S)
    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        await recorded(archive)
        await archive.check_recorded(hold())
        await archive.check_recorded(hold(from_s=60, to_s=120))
        with pytest.raises(NoFootage, match="nothing to keep"):
            await archive.check_recorded(hold(from_s=-20, to_s=-10))


async def test_an_index_and_a_journal_from_before_holds_had_ends(tmp_path: Path) -> None:
    clock = HandClock(START_90K + 30 * S)
    volume = tmp_path / "volume"

    def as_before() -> None:
        line = encode(HoldAdded("h1", "gate", 1, 2, "r", "rt3", 3))
        fields = json.loads(line.split(b" ", 1)[1])
        text = json.dumps({key: fields[key] for key in fields if key not in ("case", "until_90k")}).encode()
        with (volume / "journal-000001.jsonl").open("ab") as journal:
            journal.write(b"%08x %s\n" % (zlib.crc32(text), text))
        with sqlite3.connect(volume / "index.db") as db:
            db.executescript(
                "DROP TABLE ordered; DROP TABLE holds;"
                "CREATE TABLE holds (id TEXT PRIMARY KEY, camera TEXT NOT NULL, from_90k INTEGER NOT NULL,"
                " to_90k INTEGER NOT NULL, reason TEXT NOT NULL, by_whom TEXT NOT NULL, at_90k INTEGER NOT"
                " NULL) WITHOUT ROWID; PRAGMA user_version = 1;"
            )
        db.close()

    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        await recorded(archive)
    await asyncio.to_thread(as_before)
    async with Archive(one_volume(tmp_path, quota=FREE), clock) as archive:
        (found,) = await archive.holds()
        assert (found.id, found.case, found.until_90k) == ("h1", "", None)
        assert len(await left(archive)) == 1
        assert not archive.volumes[0].rebuilt
