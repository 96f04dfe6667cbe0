"""As a newcomer: clone, `make demo`, and the first live picture; then the same again.

Takes the committed tree into a fresh folder. The package caches of this machine are used as they are: with an
empty cache the time is the mirror's.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect

from bench.process import OUT, ROOT

PORT = 18651
_LIMIT_S = 600.0


def first_picture(clone: Path, data: Path) -> dict[str, float]:
    """Run `make demo` and return the seconds to the server's answer and to the first live fragment."""
    OUT.mkdir(exist_ok=True)
    began = time.monotonic()
    with (OUT / "newcomer.log").open("ab") as log:
        environment = {**os.environ, "RONDA_DATA": str(data), "RONDA_PORT": str(PORT)}
        demo = subprocess.Popen(
            ["make", "demo"], cwd=clone, stdout=log, stderr=log, env=environment, start_new_session=True
        )
        try:
            answered = 0.0
            while time.monotonic() - began < _LIMIT_S:
                try:
                    pictures = _watch()
                    answered = answered or time.monotonic() - began
                    if pictures:
                        return {"server_s": round(answered, 1), "first_picture_s": round(time.monotonic() - began, 1)}
                except (OSError, InvalidStatus, WebSocketException, TimeoutError):
                    time.sleep(0.2)
            raise TimeoutError(f"no picture within {_LIMIT_S:.0f} s")
        finally:
            subprocess.run(["pkill", "-TERM", "-s", str(demo.pid)], check=False)
            try:
                demo.wait(20)
            except subprocess.TimeoutExpired:
                demo.send_signal(signal.SIGKILL)


def _watch() -> bool:
    address = f"ws://127.0.0.1:{PORT}/media/krapyak-rt03-rw04-1/live?profile=sub&codecs=h264"
    with connect(address, compression=None, max_size=None, open_timeout=2) as player:
        binary = 0
        while binary < 2:
            binary += isinstance(player.recv(timeout=5), bytes)
    return True


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ronda-newcomer-") as folder:
        clone, data = Path(folder, "ronda"), Path(folder, "data")
        began = time.monotonic()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        cloned = time.monotonic() - began
        first, second = first_picture(clone, data), first_picture(clone, data)
        size = sum(
            each.stat().st_size for each in (clone / ".venv").rglob("*") if each.is_file() and not each.is_symlink()
        )
        print(json.dumps({"clone_s": round(cloned, 1), "first": first, "second": second, "venv_mb": round(size / 1e6)}))
        shutil.rmtree(clone, ignore_errors=True)


if __name__ == "__main__":
    main()
