"""kill -9 under load, 20 times: is anything finished lost, and how soon does it serve again?

    python -m bench.archive_kill9 [--kills 20] [--cameras 200] [--folder DIR]

Each life records `--cameras` in real time (small real H.264) for 3 to 10 seconds and is killed. The
next life's start is timed from the fork to its first recorded fragment and to the last file mended.
At the end every promise a dead process had printed is looked up, every file is checked, one in
twenty is decoded.
"""

import argparse
import asyncio
import contextlib
import json
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.archive.footage import decoded, files_of

from ronda.archive import Archive, VolumeSettings
from ronda.base.time import SystemClock


def life(volume: Path, cameras: int, seconds: float) -> tuple[float, float | None, dict[str, int]]:
    """Record, kill; return seconds until it served, until all was mended (None: not reached), and its word."""
    command = [sys.executable, "-m", "tests.archive.night", str(volume), str(cameras), "1"]
    began = time.monotonic()
    mended: float | None = None
    promised: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        served = time.monotonic() - began
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                mended = said.get("recovered_s", mended)
                promised = said.get("ends", promised)
    return served, mended, promised


async def verify(volume: Path, promises: list[dict[str, int]]) -> tuple[int, int, int]:
    """Return how many promises were broken, mismatches found, and files there are."""
    async with Archive([VolumeSettings(volume)], SystemClock()) as archive:
        report = await archive.check()
        broken = 0
        for camera in promises[0]:
            line = await archive.timeline(camera, "main", 0, 1 << 60)
            for promised in promises:
                end = promised.get(camera, 0)
                broken += bool(end) and not any(one.from_90k < end <= one.to_90k for one in line.coverage)
        return broken, len(report.mismatches), report.files


def main() -> None:
    """Read the arguments, kill, verify."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cameras", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ronda-bench-", dir=given.folder))
    chance = random.Random(20)
    try:
        lives = [life(folder / "volume", given.cameras, 3 + chance.random() * 7) for _ in range(given.kills)]
        served = [one[0] for one in lives]
        mended = [one[1] for one in lives if one[1] is not None]
        broken, mismatches, files = asyncio.run(verify(folder / "volume", [one[2] for one in lives if one[2]]))
        played = [len(decoded(file)) for file in files_of(folder)[::20]]
        print(f"{given.kills} kills of {given.cameras} cameras, {files} files, {len(played)} decoded, all play")
        print(f"serving again, from the fork: median {statistics.median(served):.2f} s, worst {max(served):.2f} s")
        print(f"all mended, from the opening: median {statistics.median(mended):.2f} s, worst {max(mended):.2f} s")
        print(f"promises broken: {broken}; mismatches of files, journal, index, coverage: {mismatches}")
    finally:
        shutil.rmtree(folder)
    if broken or mismatches:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
