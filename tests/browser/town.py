"""A small town for a browser: `ronda serve` as a process, and cameras that an independent server plays from footage."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

RONDA = (sys.executable, "-m", "ronda")
PASSWORD = "cukup-panjang-7"
_NOT_HANDED_ON = ("RONDA_", "PYTHONDONTWRITEBYTECODE")
"""Of the person who runs the tests; and what is compiled is kept, so that each start is a second shorter."""


def wait_until(true: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Return once `true()` is; fail naming `what` when it takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not in {seconds:.0f} s: {what}")
        time.sleep(0.1)


@dataclass
class Process:
    """A program that runs until it is stopped."""

    command: Sequence[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, its output going to the log."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_HANDED_ON)}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, stdout=log, stderr=log, env={**environment, **self.environment}
            )

    def stop(self) -> None:
        """End it as an operator would, and by force when it does not."""
        process, self.running = self.running, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Film(Process):
    """Serves one file, looped, on every path of a port; a camera that can be unplugged."""

    def __init__(self, shared: Path, video: str, port: int, folder: Path) -> None:
        tool = shared / "tools" / "rtsp_load.py"
        film = shared / "assets" / "videos" / video
        super().__init__((sys.executable, str(tool), str(film), "--port", str(port)), folder / f"film-{port}.log")
        self.url = f"rtsp://127.0.0.1:{port}/live"


class Server(Process):
    """`ronda serve` on a folder and a port of its own."""

    def __init__(self, data: Path, port: int, *options: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(
            (*RONDA, "--data", str(data), "serve", "--host", "127.0.0.1", "--port", str(port), *options),
            data.parent / f"serve-{port}.log",
            # A day is swept in a day: hardly ever while a test looks on.
            {"RONDA_ADMIN_PASSWORD": PASSWORD, "RONDA_VISION_SWEEP": "1 d"},
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        super().start()
        wait_until(self._answers, f"the server answers; its log:\n{self.log.read_text()[-2000:]}", 30)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def add(self, camera: str, url: str, name: str, *options: str) -> None:
        """Add a camera as an operator does."""
        command = (*RONDA, "--data", str(self.data), "camera", "add", camera, "--url", url, "--name", name, *options)
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    def remove(self, camera: str) -> None:
        """Remove a camera as an operator does."""
        command = (*RONDA, "--data", str(self.data), "camera", "remove", camera)
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    def state(self, camera: str) -> str:
        """Return what the API says that a camera does (on a public server)."""
        answer = httpx.get(f"{self.url}/api/v1/cameras/{camera}", timeout=5, trust_env=False)
        return str(answer.json()["state"]["state"])

    def recorded_s(self, camera: str) -> float:
        """Return how much of a camera the timeline says is recorded."""
        query = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
        answer = httpx.get(f"{self.url}/api/v1/cameras/{camera}/timeline", params=query, timeout=5, trust_env=False)
        answer.raise_for_status()
        return sum(_seconds(span["to"]) - _seconds(span["from"]) for span in answer.json()["coverage"])


class Demo(Process):
    """`ronda demo` on a folder and a port of its own, its city as small as the story of last night needs."""

    PASSWORD = "ronda-demo"

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{port}"
        command = (*RONDA, "--data", str(data), "demo", "--port", str(port), "--cameras", "2")
        # Looked at so often that a turned camera is found within a film.
        sweeps = {"RONDA_VISION_SWEEP": "30 s", "RONDA_VISION_WATCHED_SWEEP": "10 s"}
        super().__init__(command, data.parent / f"demo-{port}.log", sweeps)

    def has_people(self) -> bool:
        """Whether one can sign in: the last thing before last night is written."""
        return "sign in" in self.log.read_text()

    def has_past(self, camera: str) -> bool:
        """Whether a camera's last night is in the archive."""
        return f"last night is in the archive of {camera}" in self.log.read_text()

    def inflict(self, camera: str, fault: str) -> None:
        """Let something go wrong with a camera, as the demonstration says that one can."""
        control = re.search(r"ronda fault .* --control (\S+)", self.log.read_text())
        where = ("--control", control[1]) if control else ()
        subprocess.run((*RONDA, "fault", camera, fault, *where), check=True, capture_output=True, timeout=30)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
