"""Photos that people send: looked at with suspicion, made anew without anything hidden in them, kept in a folder."""

import io
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from ronda.base.errors import BadInput, NotFound, StorageFailed
from ronda.base.pools import Pool

LARGEST_BYTES: Final = 12 * 1024 * 1024
_MOST_PIXELS: Final = {True: 50_000_000, False: 16_000_000}
"""Of a JPEG, which is unpacked at a fraction of its size, and of what is unpacked whole: a bomb of 100 kB can be."""
_LONGEST_SIDE: Final = 1600
_QUALITY: Final = 82
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_WAITING_AT_MOST: Final = 8


class Photos:
    """Keeps photos under `folder`; all work on them is done in a pool of its own, called `name`."""

    def __init__(self, folder: Path, name: str = "photos") -> None:
        self._folder = folder
        self.pool = Pool(name, 1, _WAITING_AT_MOST)

    async def save(self, id: str, data: bytes) -> None:
        """Keep the picture in `data` as the photo of `id`, a report or a dispatch, without its place, device or owner.

        Raises:
            BadInput: It is no picture, or one too large to open.
            Busy: Many are being looked at already.
            StorageFailed: The disk refused.
        """
        await self.pool.run(self._save, id, data)

    async def read(self, id: str) -> bytes:
        """Return a photo as JPEG.

        Raises:
            NotFound: There is none.
        """
        return await self.pool.run(self._read, id)

    async def kept(self, ids: Iterable[str]) -> frozenset[str]:
        """Return those of `ids` that there is a photo of."""
        asked = list(ids)
        return await self.pool.run(lambda: frozenset(id for id in asked if self._path(id).is_file()))

    async def discard_older(self, seconds: float) -> None:
        """Delete photos that were kept longer ago than so."""
        await self.pool.run(self._discard_older, time.time() - seconds)

    async def discard(self, id: str) -> None:
        """Delete a photo; one that is not there is fine."""
        await self.pool.run(lambda: self._path(id).unlink(missing_ok=True))

    def close(self) -> None:
        """Let the pool's thread end."""
        self.pool.close()

    def _save(self, id: str, data: bytes) -> None:
        picture = cleaned(data)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self._path(id).with_suffix(".part")
            unfinished.write_bytes(picture)
            unfinished.rename(self._path(id))
        except OSError as error:
            raise StorageFailed(f"the photo cannot be stored: {error.strerror}", "check the disk") from error

    def _discard_older(self, oldest_s: float) -> None:
        try:
            for path in self._folder.glob("*.jpg"):
                if path.stat().st_mtime < oldest_s:
                    path.unlink()
        except OSError as error:
            raise StorageFailed(f"old photos cannot be deleted: {error.strerror}", "check the disk") from error

    def _read(self, id: str) -> bytes:
        try:
            return self._path(id).read_bytes()
        except OSError as error:
            raise NotFound("there is no photo") from error

    def _path(self, id: str) -> Path:
        if not id.isalnum():
            raise NotFound("there is no photo")
        return self._folder / f"{id}.jpg"


def cleaned(data: bytes) -> bytes:
    """Return the picture in `data` as a JPEG of at most 1600 pixels a side, upright, with nothing beside the picture.

    Raises:
        BadInput: It is no JPEG, PNG or WebP picture, or one too large to open.
    """
    if len(data) > LARGEST_BYTES:
        raise BadInput("the photo is too large", f"send at most {LARGEST_BYTES // 1024**2} MiB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                in_parts = opened.format == "JPEG" and not opened.info.get("progressive")
                if opened.width * opened.height > _MOST_PIXELS[in_parts]:
                    raise BadInput("the photo has too many pixels", "take it with a smaller setting")
                opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                opened.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))  # before anything makes another copy of it
                upright = ImageOps.exif_transpose(opened).convert("RGB")
        plain = Image.new("RGB", upright.size)
        plain.paste(upright)
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=_QUALITY)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadInput("this is not a picture that can be opened", "send a JPEG, PNG or WebP photo") from error
    return out.getvalue()
