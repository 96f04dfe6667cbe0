"""What the centre has not taken yet, on the disk: a node that ends while the centre is away loses none of it.

An append-only file of one batch a line, there only while something waits that could not be told at once. A batch may
be told twice after a restart; the centre takes each once. Owns that file and a pool of one thread.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ronda.base.errors import Busy
from ronda.base.logging import get_logger
from ronda.base.pools import Pool
from ronda.bus.observations import ObservationBatch

_log = get_logger("node.vision")
_MOST_BYTES: Final = 64_000_000
"""Days of alarms and counts; what comes beyond is in memory alone."""
_MOST_JOBS: Final = 4


class Backlog:
    """The file; its methods are called on the event loop, one at a time.

    Args:
        path: Where it is; None: nothing is kept.

    Attributes:
        pool: Where it is read and written.
    """

    def __init__(self, path: Path | None) -> None:
        self.pool = Pool("backlog", 1, _MOST_JOBS)
        self._path = path
        self._written = 0
        """The highest sequence in the file; 0 where there is no file."""

    async def read(self, limit: int) -> list[ObservationBatch]:
        """Return the newest batches of the file, oldest first; damaged lines are left out."""
        if self._path is None:
            return []
        found = await self.pool.run(_read, self._path, limit)
        self._written = found[-1].sequence if found else 0
        return found

    async def keep(self, batches: Iterable[ObservationBatch]) -> None:
        """Write down those that are not there yet; where the disk refuses that is logged, and memory has them."""
        new = [batch for batch in batches if batch.sequence > self._written]
        if self._path is None or not new:
            return
        self._written = new[-1].sequence
        try:
            await self.pool.run(_append, self._path, new)
        except (OSError, Busy) as error:
            _log.warning("what the centre does not take is not on the disk", problem=str(error))

    async def clear(self) -> None:
        """Nothing waits any more."""
        if self._path is None or not self._written:
            return
        self._written = 0
        try:
            await self.pool.run(self._path.unlink, missing_ok=True)
        except (OSError, Busy) as error:
            _log.warning("a file of observations stays", problem=str(error))

    def close(self) -> None:
        """Let the thread end."""
        self.pool.close()


def _read(path: Path, limit: int) -> list[ObservationBatch]:
    found: list[ObservationBatch] = []
    damaged = 0
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        _log.warning("observations of before cannot be read", problem=str(error))
        return []
    for line in [line for line in lines if line][-limit:]:
        try:
            found.append(ObservationBatch.model_validate_json(line))
        except ValidationError:
            damaged += 1
    if damaged:
        _log.warning("observations of before are damaged", batches=damaged)
    return sorted(found, key=lambda batch: batch.sequence)


def _append(path: Path, batches: Sequence[ObservationBatch]) -> None:
    with path.open("ab") as file:
        for batch in batches:
            line = batch.model_dump_json().encode()
            if file.tell() + len(line) > _MOST_BYTES:
                raise OSError(f"{path.name} has its {_MOST_BYTES // 10**6} MB")
            file.write(b"\n" + line)  # a line that was cut off before spoils no other
        file.flush()
        os.fsync(file.fileno())
