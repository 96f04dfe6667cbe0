"""The simulator as a process: it does not outlive the one that started it for itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_STARTER = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


def _runs(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_killed_parent_takes_the_simulator_along(tmp_path: Path, free_port: Callable[[], int]) -> None:
    command = [sys.executable, "-m", "ronda", "simulate", "--data", str(tmp_path), "--cameras", "1", "--with-parent"]
    command += ["--no-control", "--rtsp-port", str(free_port())]
    with subprocess.Popen([sys.executable, "-c", _STARTER, *command], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        simulator = int(starter.stdout.readline())
        time.sleep(3)
        assert _runs(simulator)
        starter.kill()
    deadline = time.monotonic() + 20
    while _runs(simulator) and time.monotonic() < deadline:
        time.sleep(0.2)
    left = _runs(simulator)
    if left:
        os.kill(simulator, signal.SIGKILL)
    assert not left
