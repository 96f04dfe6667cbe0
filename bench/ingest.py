"""Receive and record: CPU and memory per camera, beside one `ffmpeg -c copy -f segment` per camera.

Both read 2 Mbps RTSP/TCP (720p, 25 fps, GOP 2 s) from one independent source on this machine, one after
the other, and write to the same disk. What is compared is processor time, which the noise of a shared
machine moves less than a clock on the wall.
"""

import argparse
import contextlib
import json
import shutil
import tempfile
import time
from pathlib import Path

from bench.process import SHARED, Usage, rtsp_load, running, usage
from bench.server import server

VIDEO = SHARED / "assets/videos/load-2mbps.mp4"


def ronda_cost(source: str, cameras: int, seconds: float, *, port: int) -> tuple[float, float]:
    """Return (percent of a core per camera, bytes per added camera)."""
    with server(port) as under_test:
        time.sleep(3)
        empty = usage(under_test.pid)
        for number in range(cameras):
            under_test.add_camera(f"load-{number}", f"{source}/{number}")
        under_test.wait_running(cameras)
        time.sleep(10)
        first = usage(under_test.pid)
        began = time.monotonic()
        time.sleep(seconds)
        last = usage(under_test.pid)
        share = (last.cpu_s - first.cpu_s) / (time.monotonic() - began) / cameras * 100
        return share, (last.memory_bytes - empty.memory_bytes) / cameras


def ffmpeg_cost(source: str, cameras: int, seconds: float) -> tuple[float, float]:
    """Return (percent of a core per camera, bytes per camera) of one ffmpeg each."""
    folder = Path(tempfile.mkdtemp(prefix="ronda-ffmpeg-"))
    try:
        with contextlib.ExitStack() as stack:
            processes = []
            for number in range(cameras):
                command = [
                    "ffmpeg",
                    "-nostdin",
                    "-loglevel",
                    "error",
                    "-rtsp_transport",
                    "tcp",
                    "-i",
                    f"{source}/{number}",
                ]
                command += ["-c", "copy", "-f", "segment", "-segment_time", "300", str(folder / f"{number}-%03d.mp4")]
                processes.append(stack.enter_context(running(command, log=f"ffmpeg-{number}")))
                time.sleep(0.05)
            time.sleep(10)
            first = [usage(process.pid) for process in processes]
            began = time.monotonic()
            time.sleep(seconds)
            last = [usage(process.pid) for process in processes]
            span = time.monotonic() - began
            return _spent(first, last) / span / cameras * 100, sum(each.memory_bytes for each in last) / cameras
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _spent(first: list[Usage], last: list[Usage]) -> float:
    return sum(after.cpu_s - before.cpu_s for before, after in zip(first, last, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--peer-cameras", type=int, default=40)
    options = parser.parse_args()
    with rtsp_load(VIDEO, 18601) as source:
        ours, our_bytes = ronda_cost(source, options.cameras, options.seconds, port=18602)
        theirs, their_bytes = ffmpeg_cost(source, options.peer_cameras, options.seconds)
    print(
        json.dumps(
            {
                "cameras": options.cameras,
                "ronda_percent": round(ours, 4),
                "ffmpeg_percent": round(theirs, 4),
                "times_cheaper": round(theirs / ours, 2),
                "ronda_mb": round(our_bytes / 1e6, 3),
                "ffmpeg_mb": round(their_bytes / 1e6, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
