"""What the access log costs: entries appended per second, a million verified, proofs, filters, the start.

    python -m bench.accesslog [--entries 1000000] [--at-once 8000]

Beside it the same rows go into a plain table without a tree, names or commitments, in the same batches.
"""

import argparse
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ronda.base.loop import run
from ronda.base.time import SystemClock
from ronda.people.access_log import AccessLog, Look, Wanted
from ronda.people.access_log.verify import verify
from ronda.store.database import Store

_BATCH = 500


@contextmanager
def timed(what: str, count: int = 1) -> Iterator[None]:
    """Print how long the context took, and how many a second that is."""
    begun, cpu = time.perf_counter(), time.process_time()
    yield
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    rate = (
        f"{count / took:12,.0f} a second, {used / count * 1e6:.1f} us of CPU each"
        if count > 1
        else f"{took:12.4f} s, {used:.4f} s of CPU"
    )
    print(f"{what:48} {rate}")


def look(number: int) -> Look:
    """Return one of many looks, in one of 500 neighbourhoods."""
    area = f"33.74.{number % 16 + 1:02}.{1001 + number % 11}.rw{number % 9 + 1:02}.rt{number % 7 + 1:02}"
    return Look(f"person{number % 900}", "replay", f"camera-{number % 14_000}", "motor hilang", "internet", area=area)


async def plain_rows(store: Store, count: int) -> None:
    """Write rows as they were before there was a tree."""
    table = sa.Table(
        "plain",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, index=name in ("camera", "view")) for name in ("view", "event", "who", "camera")),
        *(sa.Column(name, sa.Text) for name in ("action", "purpose", "remote", "reason")),
        *(sa.Column(name, sa.BigInteger) for name in ("at", "from_90k", "to_90k")),
    )
    await store.run(table.create)
    base: dict[str, Any] = {"event": "started", "at": 1, "purpose": "motor hilang", "from_90k": None, "to_90k": None}
    rows = [
        {**base, "view": secrets.token_hex(8), "who": one.who, "camera": one.camera, "action": one.action}
        | {"remote": one.remote, "reason": ""}
        for one in map(look, range(count))
    ]
    with timed("plain rows, without a tree", count):
        for start in range(0, count, _BATCH):
            part = rows[start : start + _BATCH]
            await store.run(lambda connection, part=part: connection.execute(table.insert(), part))  # type: ignore[misc]
    await store.run(table.drop)


async def measure(folder: Path, entries: int, at_once: int) -> None:
    """Fill a log, then ask everything of it."""
    store = await Store.open(f"sqlite:///{folder / 'ronda.db'}")
    await plain_rows(store, at_once)
    log = AccessLog(store, SystemClock())
    for place in ("start", "end"):
        with timed(f"noted in the loop, {place} and end each", at_once):
            for number in range(at_once // 2):
                one = look(number)
                log.end(log.start(one), one)
        with timed(f"written, at the {place} of the run", at_once):
            await log.flush()
        if place == "start":
            await fill(log, entries)
    size = (await log.frontier()).size
    with timed(f"opened again with {size:,} entries"):
        await AccessLog(store, SystemClock()).frontier()
    with timed("proof of consistency"):
        await log.consistency(size // 3, size)
    with timed("proof of inclusion"):
        await log.inclusion(size // 3, size)
    for name, wanted in (
        ("newest 100", Wanted()),
        ("newest 100 of an RT", Wanted(areas=("33.74.01.1001.rw01.rt01",))),
        ("newest 100 of a kecamatan", Wanted(areas=("33.74.05",))),
        ("newest 100 of an area without looks", Wanted(areas=("33.74.17",))),
        ("newest 100 of a camera", Wanted(camera="camera-77")),
        ("newest 100 of a person", Wanted(who="person7")),
        ("newest 100 of an action that nobody did", Wanted(actions=("clip",))),
    ):
        with timed(name):
            await log.entries(100, None, wanted)
    with timed(f"{size:,} entries verified"):
        report = await store.read(lambda connection: verify(connection, None))
    print(f"problems: {report.problems or 'none'}; {(folder / 'ronda.db').stat().st_size / size:.0f} bytes an entry")
    await store.close()


async def fill(log: AccessLog, entries: int) -> None:
    """Log looks until there are `entries`."""
    for start in range(0, entries // 2, 5_000):
        for number in range(start, start + 5_000):
            one = look(number)
            log.end(log.start(one), one)
        await log.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--at-once", type=int, default=8_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        run(measure(Path(temporary), arguments.entries, arguments.at_once))
