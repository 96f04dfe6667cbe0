"""Pictures that show what was seen, on the node's disk: bounded in bytes and days, the oldest given up first.

`<folder>/<YYYY-MM-DD>/<HH>/<camera>/<id>.jpg`, UTC. Files are written beside their name and renamed: a half one is
never found. Owns its folder, and a pool of one thread in which all of its work is done.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import Final

from ronda.base.errors import Busy, NotFound
from ronda.base.identity import camera_id
from ronda.base.logging import Repeated, get_logger
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock, format_rfc3339

_log = get_logger("node.vision")
_ID: Final = re.compile(r"([0-9]{1,18})-[0-9a-f]{8}")
_MOST_JOBS: Final = 500
_LEAST_FREE: Final = 500_000_000
"""Bytes that are left free on the disk, whatever the quota says: recordings need it more."""


class Sightings:
    """The pictures of a node.

    Args:
        folder: Where they lie.
        clock: The time.
        most_bytes: The most that they take.
        days: For how long they are kept.

    Attributes:
        pool: Where the work is done.
        dropped: Pictures that were not kept because the disk was slow, full or failed.
    """

    def __init__(self, folder: Path, clock: Clock, most_bytes: int, days: int) -> None:
        self.pool = Pool("sightings", 1, _MOST_JOBS)
        self.dropped = 0
        self._folder = folder
        self._clock = clock
        self._most_bytes = most_bytes
        self._days = days
        self._hours: dict[str, int] = {}
        self._scanned = False
        self._trouble = Repeated(_log, "pictures of what was seen cannot be kept", clock)

    @property
    def bytes_held(self) -> int:
        """How much they take, as far as is known."""
        return sum(self._hours.values())

    async def keep(self, camera: str, id: str, jpeg: bytes) -> None:
        """Keep a picture; one that the disk does not take is dropped and counted."""
        try:
            await self.pool.run(self._write, camera, id, jpeg)
        except (Busy, NotFound, OSError, RuntimeError) as error:  # the pool may have closed
            self.dropped += 1
            self._trouble.happened(camera=camera, reason=str(error))

    async def read(self, camera: str, id: str) -> bytes:
        """Return a picture.

        Raises:
            NotFound: It is not here, or not any more.
        """
        path = self._path(camera_id(camera), id)
        try:
            return await self.pool.run(path.read_bytes)
        except OSError as error:
            raise NotFound(f"there is no picture {id[:40]!r} of camera {camera!r}", "it may be too old") from error

    async def tidy(self) -> None:
        """Give up what is too old or too much; called now and then."""
        with contextlib.suppress(Busy):
            await self.pool.run(self._tidy)

    def close(self) -> None:
        """End the pool; what was begun is finished."""
        self.pool.close()

    def _path(self, camera: str, id: str) -> Path:
        return self._folder / hour_of(moment_of(id)) / camera / f"{id}.jpg"

    def _write(self, camera: str, id: str, jpeg: bytes) -> None:
        self._scan()
        path = self._path(camera, id)
        if shutil.disk_usage(self._folder).free < _LEAST_FREE:
            raise OSError("the disk is nearly full")
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{id}.part")
        beside.write_bytes(jpeg)
        beside.replace(path)
        hour = hour_of(moment_of(id))
        self._hours[hour] = self._hours.get(hour, 0) + len(jpeg)
        if self.bytes_held > self._most_bytes:
            self._tidy()

    def _tidy(self) -> None:
        self._scan()
        oldest = hour_of(self._clock.utc_90k() - self._days * 86_400 * HZ_90K)
        for hour in sorted(self._hours):
            if hour >= oldest and self.bytes_held <= self._most_bytes:
                break
            shutil.rmtree(self._folder / hour, ignore_errors=True)
            with contextlib.suppress(OSError):
                (self._folder / hour).parent.rmdir()
            del self._hours[hour]

    def _scan(self) -> None:
        """Find out what is there from before this start, once; halves of files are deleted."""
        if self._scanned:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place, _, names in os.walk(self._folder):
            relative = Path(place).relative_to(self._folder).parts
            for name in names:
                path = Path(place) / name
                if name.endswith(".part"):
                    path.unlink(missing_ok=True)
                elif len(relative) == 3:
                    hour = f"{relative[0]}/{relative[1]}"
                    self._hours[hour] = self._hours.get(hour, 0) + path.stat().st_size
        self._scanned = True


def moment_of(id: str) -> int:
    """Return when a picture was made, by its name.

    Raises:
        NotFound: This is no picture's name.
    """
    named = _ID.fullmatch(id)
    if named is None or int(named[1]) > 10**16:
        raise NotFound("there is no such picture", "its name is that of a sign or of a thing that passed")
    return int(named[1])


def hour_of(utc_90k: int) -> str:
    """Return the folder of a moment, such as `2026-11-21/19`."""
    text = format_rfc3339(utc_90k)
    return f"{text[:10]}/{text[11:13]}"
