"""The pictures of boards: files named by their points, kept as long as the points are.

Owns a folder, and a pool of one thread in which all of its work is done.
"""

from pathlib import Path
from typing import Final

from ronda.base.errors import NotFound, StorageFailed
from ronda.base.pools import Pool

_WAITING_AT_MOST: Final = 64


class BoardPictures:
    """Keeps pictures under `folder`, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pool = Pool("board_pictures", 1, _WAITING_AT_MOST)

    async def save(self, id: str, jpeg: bytes) -> None:
        """Keep a picture as it is.

        Raises:
            Busy: Very many are being written.
            StorageFailed: The disk refused.
        """
        await self.pool.run(self._save, id, jpeg)

    async def read(self, id: str) -> bytes:
        """Return a picture.

        Raises:
            NotFound: There is none (any more).
        """
        return await self.pool.run(self._read, id)

    async def discard(self, ids: list[str]) -> None:
        """Delete pictures; one that is not there is fine.

        Raises:
            StorageFailed: The disk refused.
        """
        await self.pool.run(self._discard, ids)

    async def there(self) -> list[str]:
        """Return the names of all pictures; files that were never finished are deleted."""
        return await self.pool.run(self._there)

    def close(self) -> None:
        """Let the pool's thread end."""
        self.pool.close()

    def _save(self, id: str, jpeg: bytes) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self._path(id).with_suffix(".part")
            unfinished.write_bytes(jpeg)
            unfinished.rename(self._path(id))
        except OSError as error:
            raise StorageFailed(f"the picture cannot be kept: {error.strerror}", "look at the centre's disk") from error

    def _read(self, id: str) -> bytes:
        try:
            return self._path(id).read_bytes()
        except OSError as error:
            raise NotFound("there is no such picture (any more)") from error

    def _discard(self, ids: list[str]) -> None:
        try:
            for id in ids:
                self._path(id).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(f"pictures cannot be deleted: {error.strerror}", "look at the centre's disk") from error

    def _there(self) -> list[str]:
        if not self._folder.exists():
            return []
        for path in self._folder.glob("*.part"):
            path.unlink(missing_ok=True)
        return sorted(path.stem for path in self._folder.glob("*.jpg"))

    def _path(self, id: str) -> Path:
        if not id.isalnum():
            raise NotFound("there is no such picture")
        return self._folder / f"{id}.jpg"
