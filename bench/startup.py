"""How soon: `ronda --help`, a server that answers, the first picture of a running and of a cold stream."""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path

from websockets.sync.client import connect

from bench.process import SHARED, fetch, rtsp_load, running
from bench.server import PASSWORD, RONDA, Server, server

VIDEO = SHARED / "assets/videos/load-2mbps.mp4"


def seconds(action: Callable[[], object]) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


def help_text() -> None:
    subprocess.run([RONDA, "--help"], check=True, capture_output=True)


def ready(port: int, data: Path) -> float:
    """Start a server on `data` and return the seconds until `/healthz` answers."""
    began = time.monotonic()
    command = [RONDA, "serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)]
    with running(command, log="startup", env={"RONDA_ADMIN_PASSWORD": PASSWORD}):
        while time.monotonic() - began < 30:
            try:
                fetch(f"http://127.0.0.1:{port}/healthz")
                return time.monotonic() - began
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.01)
    raise TimeoutError("the server was not ready in 30 s")


def first_picture(under_test: Server, camera: str) -> float:
    """Open the camera as a viewer and return the seconds to the first fragment."""
    began = time.monotonic()
    address = f"{under_test.url.replace('http', 'ws', 1)}/media/{camera}/live?profile=main&codecs=h264"
    headers = {"Authorization": f"Bearer {under_test.token}"}
    binary = 0
    with connect(address, additional_headers=headers, compression=None, max_size=None) as socket:
        while binary < 2:  # the init segment, then a fragment that starts with a keyframe
            binary += isinstance(socket.recv(timeout=20), bytes)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    found: dict[str, float] = {"help_s": statistics.median(seconds(help_text) for _ in range(options.times))}
    with tempfile.TemporaryDirectory() as folder:
        ready(18621, Path(folder))
        found["ready_s"] = statistics.median(ready(18621, Path(folder)) for _ in range(options.times))
    with rtsp_load(VIDEO, 18622) as source, server(18623) as under_test:
        under_test.add_camera("warm", f"{source}/warm")
        under_test.wait_running(1)
        time.sleep(5)
        found["first_picture_running_s"] = statistics.median(
            first_picture(under_test, "warm") for _ in range(options.times)
        )
        cold = []
        for number in range(options.times):
            under_test.add_camera(f"cold-{number}", f"{source}/cold-{number}", record=False)
            time.sleep(0.3)
            cold.append(first_picture(under_test, f"cold-{number}"))
        found["first_picture_cold_median_s"], found["first_picture_cold_max_s"] = statistics.median(cold), max(cold)
    print(json.dumps({name: round(value, 3) for name, value in found.items()}))


if __name__ == "__main__":
    main()
