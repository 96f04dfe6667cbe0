"""Workers side by side: a test marked `alone` has the machine to itself, and ports are nobody else's.

Each test holds a lock that many may share; one that measures time holds it for itself. A second lock, held while one
waits for the first, keeps the others from passing it on the way.
"""

import fcntl
import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FIRST_PORT: Final = 12_000
PORTS_EACH: Final = 2_500
"""Ports below those that the kernel hands out: each worker has its own, so that what is free stays free."""


def worker() -> int:
    """Return this worker's number, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on, of this worker's own."""
    first = FIRST_PORT + worker() % 8 * PORTS_EACH
    while True:
        port = random.randrange(first, first + PORTS_EACH)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold a place beside the other workers while the context is open, or all places."""
    with (folder / "door.lock").open("w") as door, (folder / "room.lock").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield
