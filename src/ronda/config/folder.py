"""The data folder: made, writable, and used by one server at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ronda.base.errors import BadInput, Conflict

LOCK_NAME: Final = "lock"
RUN_FOLDER: Final = "run"


def prepare(data: Path) -> Path:
    """Make the data folder when it is not there, and return its `run` folder.

    Raises:
        BadInput: It cannot be made, is no folder, or cannot be written.
    """
    run = data / RUN_FOLDER
    try:
        data.mkdir(parents=True, exist_ok=True)
        run.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"the data folder {data} cannot be written ({reason})", "choose another with --data") from error
    return run


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder for this process; the kernel lets go when the process ends, however it ends.

    Raises:
        BadInput: The folder cannot be written.
        Conflict: Another process holds it.
    """
    path = prepare(data) / LOCK_NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise Conflict(
                f"the data folder {data} is in use by process {holder}", "stop it, or choose another with --data"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
