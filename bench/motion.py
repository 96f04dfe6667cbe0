"""Motion told by the size of coded pictures, against the script of a drawn night; and what the search costs.

    python -m bench.motion [--cache FOLDER]

Half an hour of the four cameras of Krapyak (640x360, 8 pictures a second, infrared, sensor noise) is coded by x264 and
recorded by a real archive. An episode is a time in which somebody of the script is in a camera's alley; it is near
where they come within 12 m. Found is an episode in which motion begins or goes on; false is motion outside of all.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from ronda.archive import Archive, VolumeSettings
from ronda.base.time import HZ_90K, SystemClock
from ronda.cli.demo_past import take_in
from ronda.simulate.past import LONG_S, last_night, make_past
from ronda.simulate.theft import SCRIPT

NEAR_M = 12.0
SLACK_S = 3.0


def episodes(camera: str) -> list[tuple[float, float, float]]:
    """Return begin and end, in seconds of the night, and the nearest distance of what the script shows, in order."""
    acts = sorted((act.marks[0][0], act.marks[-1][0], min(abs(y) for _, _, y in act.marks)) for act in SCRIPT[camera])
    joined: list[tuple[float, float, float]] = []
    for begin, end, near in acts:
        if joined and begin <= joined[-1][1] + SLACK_S:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), min(near, joined[-1][2]))
        else:
            joined.append((begin, end, near))
    return joined


async def measured(cache: Path) -> None:
    """Record the night, search it, and print how it went."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        async with Archive([VolumeSettings(Path(folder))], clock) as archive:
            starts: dict[str, int] = {}
            async for past in make_past(last_night(datetime.now(UTC)), cache, lambda _camera, _share: None):
                await take_in(archive, past, clock.utc_90k())
                starts[past.camera] = past.stretches[0].start_utc_90k
            await archive.settled()
            right = missed = far = false = 0
            for camera, start_90k in sorted(starts.items()):
                began = time.perf_counter()
                found = await archive.motion(camera, "main", start_90k, start_90k + LONG_S * HZ_90K)
                took_ms = (time.perf_counter() - began) * 1000
                moved = [((one - start_90k) / HZ_90K, (end - start_90k) / HZ_90K) for one, end in found]
                there = episodes(camera)
                for begin, end, near in there:
                    met = any(one < end + SLACK_S and over > begin - SLACK_S for one, over in moved)
                    right += met
                    missed += not met and near <= NEAR_M
                    far += not met and near > NEAR_M
                outside = [
                    one
                    for one, over in moved
                    if not any(one < end + SLACK_S and over > begin - SLACK_S for begin, end, _ in there)
                ]
                false += len(outside)
                print(f"{camera}: {len(moved)} found of {len(there)} episodes, false at {outside}; {took_ms:.0f} ms")
            print(f"together: {right} found, {missed} near ones missed, {far} far ones missed, {false} false")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cache", type=Path, default=Path("bench/out/past"), help="where the drawn night is kept")
    asyncio.run(measured(parser.parse_args().cache))


if __name__ == "__main__":
    main()
