"""Videos that people bring themselves: files in `<data>/own`, each the source of one camera.

All file work runs in a thread of its own, never in the loop.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Final, TypeVar
from urllib.parse import quote

from ronda.base.errors import BadInput, StorageFailed
from ronda.city.camera import AddressPart, Camera
from ronda.media.sources.address import StreamAddress

T = TypeVar("T")
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,5}")
_KEEP_FREE_BYTES: Final = 256 * 1024 * 1024


class OwnPictures:
    """Keeps uploaded videos under `folder`, at most `largest_bytes` each."""

    def __init__(self, folder: Path, largest_bytes: int = 2 * 1024**3) -> None:
        self.largest_bytes = largest_bytes
        self._folder = folder
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="own-pictures")

    async def save(self, id: str, file_name: str, chunks: AsyncIterator[bytes]) -> str:
        """Write a video for the camera `id` as it arrives and return its `file:` address.

        Only the ending of `file_name` is used. Nothing is left behind when it fails.

        Raises:
            BadInput: It is empty or larger than allowed.
            StorageFailed: The disk refused or is nearly full.
        """
        suffix = Path(file_name[-20:]).suffix
        path = self._folder / f"{id}{suffix.lower() if _SUFFIX.fullmatch(suffix) else '.video'}"
        try:
            file = await self._run(self._create, path)
            try:
                await self._copy(chunks, file)
            finally:
                await self._run(file.close)
        except OSError as error:
            await self.discard(path)
            raise StorageFailed(f"the video cannot be stored: {error.strerror}", "check the disk") from error
        except BaseException:
            await asyncio.shield(self.discard(path))
            raise
        return f"file://{quote(str(await self._run(path.resolve)))}"

    async def discard(self, path: Path) -> None:
        """Delete a file of ours; one that is not there is fine."""
        await self._run(lambda: path.unlink(missing_ok=True))

    async def discard_url(self, url: str) -> None:
        """Delete the video that `save` returned `url` for."""
        await self.discard(Path(StreamAddress.parse(url).path))

    async def removed(self, camera: Camera) -> None:
        """Delete the video of a camera that was removed, when it was one of ours."""
        address = camera.addresses[AddressPart.MAIN]
        if address.scheme == "file":
            path = Path(address.path)
            if path.parent == await self._run(self._folder.resolve):
                await self.discard(path)

    def close(self) -> None:
        """Let the thread end."""
        self._pool.shutdown(wait=False)

    async def _copy(self, chunks: AsyncIterator[bytes], file: BinaryIO) -> None:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > self.largest_bytes:
                raise BadInput("the video is too large", f"send at most {self.largest_bytes // 1024**2} MiB")
            await self._run(file.write, chunk)
        if not size:
            raise BadInput("the video is empty", "choose another file")
        await self._run(_settle, file)

    def _create(self, path: Path) -> BinaryIO:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stats = os.statvfs(self._folder)
        if stats.f_bavail * stats.f_frsize < _KEEP_FREE_BYTES:
            raise StorageFailed("the disk is nearly full", "remove something first")
        return path.open("xb")

    async def _run(self, work: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *values)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def own_id(name: str) -> str:
    """Return a fresh camera id that resembles `name`."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return f"{slug or 'own'}-{secrets.token_hex(3)}"
