"""Starting, watching and ending the processes of a measurement, by their own ids."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RONDA_SHARED", ROOT.parent / "shared"))
OUT = ROOT / "bench" / "out"
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a process has used: CPU seconds since its start, and its proportional memory in bytes."""

    cpu_s: float
    memory_bytes: int


def usage(pid: int) -> Usage:
    """Read `/proc`: user and system time, and the proportional set size."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pss = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            pss = int(line.split()[1]) * 1024
    return Usage((int(fields[11]) + int(fields[12])) / _TICK, pss)


@contextlib.contextmanager
def running(
    command: Sequence[str], *, log: str, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` while the context is open, then interrupt it, and kill it if it stays."""
    OUT.mkdir(exist_ok=True)
    with (OUT / f"{log}.log").open("wb") as sink:
        process = subprocess.Popen(
            list(command),
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def rtsp_load(video: Path, port: int) -> Iterator[str]:
    """Serve `video` with the independent load source; yields the address without a path."""
    command = [sys.executable, str(SHARED / "tools" / "rtsp_load.py"), str(video), "--port", str(port)]
    with running(command, log=f"rtsp-load-{port}"):
        wait_for_port(port)
        yield f"rtsp://127.0.0.1:{port}"


def wait_for_port(port: int, within_s: float = 20) -> None:
    """Return once something listens on the loopback port.

    Raises:
        TimeoutError: Nothing did.
    """
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on 127.0.0.1:{port}")


def fetch(url: str, token: str | None = None, data: bytes | None = None, method: str | None = None) -> bytes:
    """GET (or POST JSON `data`, or whatever `method` says) on the loopback address."""
    headers = {"Content-Type": "application/json"} if data is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=30) as reply:
        body: bytes = reply.read()
        return body


def half_megabit() -> Path:
    """Return a loop of 640x360, 25 fps, 0.5 Mbps, GOP 2 s, encoded once from the 2 Mbps pattern."""
    target = OUT / "load-0.5mbps.mp4"
    if not target.exists():
        OUT.mkdir(exist_ok=True)
        with av.open(str(SHARED / "assets/videos/load-2mbps.mp4")) as source, av.open(str(target), "w") as sink:
            options = {"preset": "veryfast", "bf": "0", "x264-params": "nal-hrd=cbr:vbv-maxrate=500:vbv-bufsize=500"}
            stream = sink.add_stream("libx264", rate=25, options=options)
            stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
            stream.bit_rate, stream.codec_context.gop_size = 500_000, 50
            for frame in source.decode(video=0):
                sink.mux(stream.encode(frame.reformat(640, 360, "yuv420p")))
            sink.mux(stream.encode(None))
    return target
