"""How long a timeline takes: 30 days of one camera, and coverage of 1,000, while 500 record.

    python -m bench.archive_timeline [--folder DIR] [--recording 500] [--seconds 20]

The past: 1,000 cameras, 30 days, a reconnect every six hours, the asked camera in five-minute
segments with a reconnect an hour. Beside it, recorders write 0.5 Mbps each through the archive in
this process. Aims: 20 ms (5) and 300 ms (100).
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.media.pictures import Film, encoding

from ronda.archive import Archive, Quota, VolumeSettings
from ronda.archive.filing.disk import RealDisk
from ronda.archive.filing.journal import Journal, Position
from ronda.archive.filing.layout import segment_file
from ronda.archive.filing.record import Closed, Missing, Record
from ronda.archive.index.index import Index
from ronda.base.causes import GapCause
from ronda.base.identity import new_run_id
from ronda.base.time import HZ_90K, SystemClock
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes, init_segment
from ronda.media.fragment import Fragment, Run

DAYS = 30
DAY_90K = 86_400 * HZ_90K
FRAGMENT_BYTES = 12_500  # 200 ms at 0.5 Mbps
ASKED = "camera-0000"


def make_past(folder: Path, cameras: int, now_90k: int) -> int:
    """Fill journal and index with what a month of recording leaves there; return the segments."""
    folder.mkdir(parents=True)
    journal = Journal(folder, RealDisk())
    index = Index(folder)
    count = 0
    for number in range(cameras):
        name = f"camera-{number:04d}"
        segment_s, run_s = (300, 3600) if name == ASKED else (21_600, 21_600)
        records: list[Record] = []
        run = new_run_id()
        for start_s in range(0, DAYS * 86_400, segment_s):
            start = now_90k - DAYS * DAY_90K + start_s * HZ_90K
            last = (start_s + segment_s) % run_s == 0
            end = start + segment_s * HZ_90K - (30 * HZ_90K if last else 0)
            records.append(Closed(segment_file(name, "main", run, start), start, end, 1000, "00" * 32))
            if last:
                records.append(Missing(name, "main", end, GapCause.UNREACHABLE))
                run = new_run_id()
            count += 1
        journal.append(records)
        index.apply(records, journal.position)
    assert index.position > Position()
    journal.close()
    index.close()
    return count


def fragment(run: Run, number: int, payload: bytes) -> Fragment:
    """Return 200 ms of five pictures of noise's size (the archive does not look inside)."""
    size = len(payload) // 5
    samples = [Sample(size, 3600, 0, number % 10 == 0 and not one) for one in range(5)]
    moof, mdat = fragment_boxes(samples, [payload], number, number * 18_000)
    return Fragment(run, number, number % 10 == 0, number * 18_000, 18_000, 5, moof, mdat, 0.0)


async def record(archive: Archive, cameras: int) -> None:
    """Record `cameras` in real time until cancelled."""
    film = Film(width=320, height=180)
    known = encoding(film)
    clock = SystemClock()
    runs = [
        Run(new_run_id(), f"camera-{number:04d}", "main", known, clock.utc_90k(), init_segment(known))
        for number in range(cameras)
    ]
    for run in runs:
        archive.recorder(run.camera, "main").begin(run)
    payload = bytes(FRAGMENT_BYTES)
    start, step = time.monotonic(), 0
    while True:
        # A fifth of the cameras every 40 ms, as they come in.
        for part in range(5):
            for run in runs[part::5]:
                archive.recorder(run.camera, "main").fragment(fragment(run, step, payload))
            await asyncio.sleep(max(0.0, start + step * 0.2 + part * 0.04 - time.monotonic()))
        step += 1


async def measure(work: Callable[[], Awaitable[object]], count: int, pause_s: float) -> list[float]:
    """Return how many milliseconds each of `count` calls took, in order of size."""
    found = []
    for _ in range(count):
        began = time.perf_counter()
        await work()
        found.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(pause_s)
    return sorted(found)


def show(name: str, values: list[float]) -> None:
    """Print the middle and the tail."""
    at = lambda share: values[min(len(values) - 1, int(len(values) * share))]  # noqa: E731
    print(f"{name:52} p50 {statistics.median(values):7.2f} ms   p95 {at(0.95):7.2f}   max {values[-1]:7.2f}")


async def run(folder: Path, recording: int, seconds: float) -> None:
    """Measure with and without recording."""
    clock = SystemClock()
    began = time.monotonic()
    segments = await asyncio.to_thread(make_past, folder / "volume", 1000, clock.utc_90k())
    print(f"a past of {segments:,} segments made in {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    settings = VolumeSettings(folder / "volume", quota=Quota(min_free_bytes=0))
    async with Archive([settings], clock) as archive:
        print(f"opened in {(time.monotonic() - began) * 1000:.0f} ms")
        now = clock.utc_90k()
        every = [f"camera-{number:04d}" for number in range(1000)]
        month = now - DAYS * DAY_90K
        asks = {
            "timeline of 30 days, one camera": lambda: archive.timeline(ASKED, "main", month, clock.utc_90k()),
            "coverage of 1,000 cameras over 30 days": lambda: archive.covered(every, "main", month, clock.utc_90k()),
        }
        line = await asks["timeline of 30 days, one camera"]()
        print(f"the timeline has {len(line.coverage)} spans and {len(line.gaps)} gaps")  # type: ignore[attr-defined]
        for name, ask in asks.items():
            show(name + ", nothing else", await measure(ask, 20, 0.01))
        task = asyncio.create_task(record(archive, recording))
        await asyncio.sleep(3)
        for name, ask in asks.items():
            show(f"{name}, {recording} record", await measure(ask, int(seconds / 2 / 0.1), 0.1))
        task.cancel()
        counters = archive.volumes[0].counters
        print(
            f"written {counters.written_bytes / 1e6:.0f} MB, dropped {counters.dropped_fragments},"
            f" slowest batch {counters.slowest_batch_ms:.0f} ms, slowest sync {counters.slowest_sync_ms:.0f} ms"
        )


def main() -> None:
    """Read the arguments and measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--recording", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ronda-bench-", dir=given.folder))
    try:
        asyncio.run(run(folder, given.recording, given.seconds))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
