"""A Ronda server under measurement, started as anybody would start it."""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.process import fetch, running, wait_for_port

RONDA = str(Path(sys.executable).parent / "ronda")
PASSWORD = "bench-password-1"


@dataclass(frozen=True)
class Server:
    """A running server: its process, address and a token that may do everything."""

    pid: int
    url: str
    token: str
    data: Path

    def add_camera(self, camera: str, url: str, *, record: bool = True) -> None:
        """Add one camera over the API."""
        body = json.dumps({"id": camera, "url": url, "record": record}).encode()
        fetch(f"{self.url}/api/v1/cameras", self.token, body)

    def cameras(self) -> list[dict[str, object]]:
        """Every camera with its state."""
        found: list[dict[str, object]] = json.loads(fetch(f"{self.url}/api/v1/cameras", self.token))["cameras"]
        return found

    def wait_running(self, count: int, within_s: float = 60) -> float:
        """Wait until `count` cameras are running; returns the seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < within_s:
            states = [camera["state"] for camera in self.cameras()]
            if sum(isinstance(state, dict) and state["state"] == "running" for state in states) >= count:
                return time.monotonic() - began
            time.sleep(0.25)
        raise TimeoutError(f"fewer than {count} cameras run after {within_s} s")

    def metric(self, name: str) -> dict[str, float]:
        """Samples of one metric by their label text."""
        text = fetch(f"{self.url}/metrics", self.token).decode()
        pattern = re.compile(rf"^{re.escape(name)}(\{{[^}}]*\}})? (\S+)$", re.MULTILINE)
        return {label: float(value) for label, value in pattern.findall(text)}


@contextlib.contextmanager
def server(port: int, *options: str, data: Path | None = None, log: str = "server") -> Iterator[Server]:
    """Run `ronda serve` on a fresh data folder (removed afterwards) or on `data` (kept)."""
    folder = data or Path(tempfile.mkdtemp(prefix="ronda-bench-"))
    command = [RONDA, "serve", "--data", str(folder), "--host", "127.0.0.1", "--port", str(port), *options]
    try:
        with running(command, log=log, env={"RONDA_ADMIN_PASSWORD": PASSWORD}) as process:
            wait_for_port(port)
            token = subprocess.run(
                [RONDA, "token", "create", "--data", str(folder)], capture_output=True, text=True, check=True
            ).stdout.split()[-1]
            yield Server(process.pid, f"http://127.0.0.1:{port}", token, folder)
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)
