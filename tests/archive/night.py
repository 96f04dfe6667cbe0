"""A process that records many cameras until it is killed: run as a script by the kill -9 test and bench.

Arguments: volume, number of cameras, fragments a second for all, seed. Prints `ready` when it serves,
then each second the timeline's end of every camera as one JSON line: what it has promised.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from tests.archive.footage import FILM, fragments, new_run

from ronda.archive import Archive, Quota, VolumeSettings
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, SystemClock


async def record(folder: Path, cameras: int, speed: float) -> None:
    """Record `cameras`, each in real time times `speed`, until killed."""
    began = time.monotonic()
    clock = SystemClock()
    archive = Archive([VolumeSettings(folder, quota=Quota(min_free_bytes=0))], clock)
    async with archive:
        names = [f"camera-{number:03d}" for number in range(cameras)]
        runs = {name: new_run(name, start_90k=clock.utc_90k()) for name in names}
        streams = {name: fragments(run, 1e6) for name, run in runs.items()}
        for name, run in runs.items():
            archive.recorder(name, "main").begin(run)
        print(json.dumps({"ready_s": time.monotonic() - began}), flush=True)
        step, mending = 0, True
        start = time.monotonic()
        while True:
            for number, name in enumerate(names):
                archive.recorder(name, "main").fragment(next(streams[name]))
                if (step + number) % 40 == 39:  # a camera that reconnects
                    archive.recorder(name, "main").end(GapCause.UNREACHABLE)
                    runs[name] = new_run(name, start_90k=clock.utc_90k())
                    streams[name] = fragments(runs[name], 1e6)
                    archive.recorder(name, "main").begin(runs[name])
            step += 1
            if mending and not archive.volumes[0].writer.mending:
                mending = False
                print(json.dumps({"recovered_s": time.monotonic() - began}), flush=True)
            if step % 10 == 0:
                ends = [_end(archive, name) for name in names]
                print(json.dumps({"ends": dict(zip(names, ends, strict=True))}), flush=True)
            await asyncio.sleep(max(0.0, start + step * 0.2 / speed - time.monotonic()))


def _end(archive: Archive, name: str) -> int:
    growing = archive.volumes[0].growing(name, "main")
    return growing[-1].end_90k if growing else 0


if __name__ == "__main__":
    assert FILM.fps * HZ_90K
    asyncio.run(record(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
