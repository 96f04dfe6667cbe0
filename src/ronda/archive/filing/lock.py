"""One process at a time works on a volume."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Final

from ronda.archive.errors import FolderInUse, VolumeFailed
from ronda.archive.filing.layout import LOCK_NAME

_RUNNING: Final = b"running\n"
_STOPPED: Final = b"stopped\n"


class VolumeLock:
    """Holds a volume's lock until closed; the kernel lets go of it when the process dies.

    Attributes:
        crashed_90k: When the last life ended, if it did not end in order; None if it did, or there was none.
    """

    def __init__(self, folder: Path) -> None:
        """Lock `folder`, made when missing.

        Raises:
            FolderInUse: Another process holds it.
            VolumeFailed: The folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise VolumeFailed(
                f"the data folder {folder} cannot be written ({error.strerror})", "name another, or mend its rights"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise FolderInUse(
                f"the data folder {folder} is already in use", "stop the other ronda, or name another with --data"
            ) from error

        self.crashed_90k = self._last_beat()
        os.pwrite(self._descriptor, _RUNNING, 0)

    def _last_beat(self) -> int | None:
        if os.pread(self._descriptor, len(_RUNNING), 0) != _RUNNING:
            return None
        return os.fstat(self._descriptor).st_mtime_ns * 9 // 100_000

    def beat(self, utc_90k: int) -> None:
        """Leave a sign of life: the time at which the last life is found to have ended, should it crash."""
        at_ns = utc_90k * 100_000 // 9
        with contextlib.suppress(OSError):  # a disk that refuses this has an alarm already
            os.utime(self._descriptor, ns=(at_ns, at_ns))

    def stopped(self) -> None:
        """Leave word that everything was closed in order."""
        with contextlib.suppress(OSError):
            os.pwrite(self._descriptor, _STOPPED, 0)

    @property
    def descriptor(self) -> int:
        """An open descriptor on the volume."""
        return self._descriptor

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)
