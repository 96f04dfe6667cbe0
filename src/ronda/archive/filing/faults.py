"""A disk that fails on demand: kept for good, beneath every test of what a disk may do."""

import errno
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ronda.archive.filing.disk import Disk, RealDisk, Space


class Operation(StrEnum):
    """Where a fault can strike."""

    CREATE = "create"
    WRITE = "write"
    SYNC = "sync"
    UNLINK = "unlink"
    TRUNCATE = "truncate"


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        operation: Where.
        number: The `errno` raised; 0 raises nothing (only slow).
        times: How often; None until it is lifted.
        matching: Only files whose path holds this text.
        after_bytes: For a write: how much of it still reaches the disk.
        seconds: How long the operation takes first.
    """

    operation: Operation
    number: int = errno.EIO
    times: int | None = None
    matching: str = ""
    after_bytes: int = 0
    seconds: float = 0.0


class FaultyDisk:
    """A disk beneath which faults are put and lifted, from any thread; without one it does as `beneath` does."""

    def __init__(self, beneath: Disk | None = None) -> None:
        self._beneath = beneath or RealDisk()
        self._faults: list[Fault] = []
        self._paths: dict[int, Path] = {}
        self._lock = threading.Lock()
        self.struck: Counter[Operation] = Counter()

    def inject(self, fault: Fault) -> Fault:
        """Let `fault` strike from now on."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """Lift every fault."""
        with self._lock:
            self._faults.clear()

    def make_folder(self, path: Path) -> None:
        """Make a folder; a `create` fault strikes here too when the folder is missing."""
        if not path.exists():
            self._strike(Operation.CREATE, path)
        self._beneath.make_folder(path)

    def create(self, path: Path) -> int:
        """Create a file."""
        self._strike(Operation.CREATE, path)
        descriptor = self._beneath.create(path)
        self._paths[descriptor] = path
        return descriptor

    def open(self, path: Path) -> int:
        """Open a file; only a missing one can strike."""
        if not path.exists():
            self._strike(Operation.CREATE, path)
        descriptor = self._beneath.open(path)
        self._paths[descriptor] = path
        return descriptor

    def write(self, descriptor: int, buffers: Sequence[bytes]) -> None:
        """Write, or write a part and fail."""
        fault = self._take(Operation.WRITE, self._paths.get(descriptor))
        if fault is not None:
            time.sleep(fault.seconds)
            if fault.number:
                self._beneath.write(descriptor, [b"".join(buffers)[: fault.after_bytes]])
                raise OSError(fault.number, os.strerror(fault.number))
        self._beneath.write(descriptor, buffers)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file."""
        self._strike(Operation.TRUNCATE, self._paths.get(descriptor))
        self._beneath.truncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        """Sync a file."""
        self._strike(Operation.SYNC, self._paths.get(descriptor))
        self._beneath.sync(descriptor)

    def sync_volume(self, descriptor: int) -> None:
        """Sync the file system."""
        self._strike(Operation.SYNC, self._paths.get(descriptor))
        self._beneath.sync_volume(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        self._paths.pop(descriptor, None)
        self._beneath.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Rename a file."""
        self._strike(Operation.CREATE, new)
        self._beneath.rename(old, new)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        self._strike(Operation.UNLINK, path)
        self._beneath.unlink(path)

    def space(self, path: Path) -> Space:
        """Return how full the file system is."""
        return self._beneath.space(path)

    def _take(self, operation: Operation, path: Path | None) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.operation is operation and fault.matching in str(path or "") and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    self.struck[operation] += 1
                    return fault
        return None

    def _strike(self, operation: Operation, path: Path | None) -> None:
        fault = self._take(operation, path)
        if fault is None:
            return
        time.sleep(fault.seconds)
        if fault.number:
            raise OSError(fault.number, os.strerror(fault.number), str(path))
