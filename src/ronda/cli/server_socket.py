"""Where the running server's Unix socket is: in the data folder, or near it where its path would be too long.

The kernel takes at most 108 bytes for the path of a Unix socket. In a deeper data folder the socket lies in a
short folder of its own, and a pointer file in `run/` says where.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ronda.config.folder import RUN_FOLDER

NAME: Final = "ronda.sock"
POINTER: Final = "ronda.sock.at"
_LONGEST_BYTES: Final = 107


def place_for_server(data: Path, environ: Mapping[str, str]) -> Path:
    """Return where the server of `data` listens; called with the data folder locked, `run/` made."""
    near = data / RUN_FOLDER / NAME
    pointer = data / RUN_FOLDER / POINTER
    if _fits(near):
        pointer.unlink(missing_ok=True)
        return near
    if (pointed := _pointed(pointer)) and pointed.parent.is_dir():
        return pointed
    runtime = environ.get("XDG_RUNTIME_DIR")
    parent = runtime if runtime and len(os.fsencode(runtime)) < 60 and os.access(runtime, os.W_OK) else "/tmp"  # noqa: S108 - the folder made in it is ours alone
    far = Path(tempfile.mkdtemp(prefix="ronda-", dir=parent), NAME)
    pointer.write_text(str(far))
    return far


def place_for_client(data: Path) -> Path | None:
    """Return where the server of `data` would listen; None when no such socket is there, or it is not ours to trust."""
    near = data / RUN_FOLDER / NAME
    place = near if _fits(near) else _pointed(data / RUN_FOLDER / POINTER)
    if place is None or not place.is_socket():
        return None
    return place if place.stat().st_uid in (os.geteuid(), data.stat().st_uid) else None


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= _LONGEST_BYTES


def _pointed(pointer: Path) -> Path | None:
    try:
        return Path(pointer.read_text().strip())
    except OSError:
        return None
