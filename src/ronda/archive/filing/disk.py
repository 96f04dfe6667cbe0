"""The disk as the archive sees it: few operations, so that faults can be put beneath each of them.

Only a volume's writer thread calls a `Disk`; each call may block.
"""

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

_BUFFERS_PER_CALL: Final = 1000  # IOV_MAX is 1024
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Space:
    """How full a file system is, in bytes."""

    total: int
    free: int


class Disk(Protocol):
    """What the archive asks of a disk. Every method raises `OSError` when the disk refuses."""

    def make_folder(self, path: Path) -> None:
        """Make a folder and its parents; an existing one is fine."""
        ...

    def create(self, path: Path) -> int:
        """Create a file that must not exist, and return its descriptor for writing."""
        ...

    def open(self, path: Path) -> int:
        """Open a file for reading and writing, made when missing, and return its descriptor."""
        ...

    def write(self, descriptor: int, buffers: Sequence[bytes]) -> None:
        """Write all of `buffers` at the descriptor's position.

        Raises:
            OSError: Some or nothing of it was written.
        """
        ...

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file at `size` bytes and move there."""
        ...

    def sync(self, descriptor: int) -> None:
        """Bring the file's data to the disk."""
        ...

    def sync_volume(self, descriptor: int) -> None:
        """Bring everything of the descriptor's file system to the disk."""
        ...

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        ...

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, replacing what was there."""
        ...

    def unlink(self, path: Path) -> None:
        """Remove a file; a missing one is fine."""
        ...

    def space(self, path: Path) -> Space:
        """Return how full the file system of `path` is."""
        ...


class RealDisk:
    """The operating system's files."""

    def make_folder(self, path: Path) -> None:
        """Make a folder and its parents; an existing one is fine."""
        path.mkdir(parents=True, exist_ok=True)

    def create(self, path: Path) -> int:
        """Create a file that must not exist, and return its descriptor for writing."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def open(self, path: Path) -> int:
        """Open a file for reading and writing, made when missing, and return its descriptor."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def write(self, descriptor: int, buffers: Sequence[bytes]) -> None:
        """Write all of `buffers` at the descriptor's position."""
        for first in range(0, len(buffers), _BUFFERS_PER_CALL):
            part = buffers[first : first + _BUFFERS_PER_CALL]
            wanted = sum(map(len, part))
            written = os.writev(descriptor, part)
            if written < wanted:  # rare: a signal, or a disk about to be full
                rest = memoryview(b"".join(part))[written:]
                while rest:
                    rest = rest[os.write(descriptor, rest) :]

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file at `size` bytes and move there."""
        os.ftruncate(descriptor, size)
        os.lseek(descriptor, size, os.SEEK_SET)

    def sync(self, descriptor: int) -> None:
        """Bring the file's data to the disk."""
        os.fdatasync(descriptor)

    def sync_volume(self, descriptor: int) -> None:
        """Bring everything of the descriptor's file system to the disk."""
        if _LIBC.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, replacing what was there."""
        old.replace(new)

    def unlink(self, path: Path) -> None:
        """Remove a file; a missing one is fine."""
        path.unlink(missing_ok=True)

    def space(self, path: Path) -> Space:
        """Return how full the file system of `path` is."""
        found = os.statvfs(path)
        return Space(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize)
