"""Copying a master and hashing it, and each of its source segments whole, in one read; step by step.

Blocking: each `step` is a job of the disk pool of some megabytes, so that playback is not kept waiting and the work can
be given up between two.
"""

import hashlib
import os
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ronda.archive.reading.gathering import Part, Source
from ronda.archive.sealing.master import Master
from ronda.base.time import HZ_90K

BLOCK_BYTES: Final = 1 << 20
_BLOCKS: Final = 8
_PIECE_90K: Final = 10 * HZ_90K
"""So much time a piece of the pictures has that is hashed by itself: as exactly as that an altered byte is found."""
SIGNED_VIDEO: Final = bytes.fromhex("005bc93f2d715e95ada4796f90877a6f")
"""UUID of the SEI that ONVIF Media Signing puts before pictures, once in some GOPs at least."""


@dataclass(frozen=True, slots=True)
class PieceHash:
    """Some seconds of pictures, all of one segment, as they lie in the master.

    Attributes:
        offset: Where in the master they begin.
        bytes: How many there are.
        sha256: Of them.
        from_90k: Of when the first one is.
        to_90k: Until when the last one lasts.
    """

    offset: int
    bytes: int
    sha256: str
    from_90k: int
    to_90k: int


@dataclass(frozen=True, slots=True)
class SourceHash:
    """A source segment as it was read.

    Attributes:
        source: The segment.
        bytes: How much of it there was.
        sha256: Of these bytes.
        pieces: Its pictures in the master, in order, without a byte between them.
    """

    source: Source
    bytes: int
    sha256: str
    pieces: tuple[PieceHash, ...]

    @property
    def altered(self) -> bool:
        """Whether it is not what was kept when it was closed."""
        row = self.source.place.row
        return row is not None and (row.bytes, row.sha256) != (self.bytes, self.sha256)


@dataclass(slots=True)
class Written:
    """A master that is on the disk.

    Attributes:
        size: Its bytes.
        digest: SHA-256 of it as it stands: with the room for the signature empty.
        hashes: Its source segments.
        head_bytes: How much stands before the pictures.
        head_sha256: Of that.
        signed_video: Whether the camera's own signatures (ONVIF Media Signing) were seen in it.
        before_tail: The hash's state before the tail, from which that of the signed file follows.
        crc_before_tail: The same of CRC-32, which an archive of files needs.
    """

    size: int
    digest: bytes
    hashes: tuple[SourceHash, ...]
    head_bytes: int
    head_sha256: str
    signed_video: bool
    before_tail: "hashlib._Hash"
    crc_before_tail: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file's check sums."""

    sha256: str
    crc32: int


class MasterWriter:
    """Writes one master into a new file; used as a context, `step` until it returns False, then `finish`."""

    def __init__(self, master: Master, path: Path, udta: bytes) -> None:
        """Make the file and write its head.

        Raises:
            OSError: The disk refuses.
        """
        self._master = master
        self._whole = hashlib.sha256()
        self._crc = 0
        self._size = 0
        self._read_bytes = 0
        self._hashes: list[SourceHash] = []
        self._signed_video = False
        self._steps = self._copy()
        self._one_at_a_time = threading.Lock()
        self._hasher = ThreadPoolExecutor(1, thread_name_prefix="sealing")
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            self._put(memoryview(master.head(udta)))
            self._head_bytes, self._head_sha256 = self._size, self._whole.hexdigest()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def progress(self) -> float:
        """Which share has been read, 0..1."""
        return self._read_bytes / max(1, self._master.read_bytes)

    def step(self) -> bool:
        """Copy some megabytes; return whether there are more.

        Raises:
            OSError: The disk refuses, or a segment is shorter than its boxes say.
        """
        with self._one_at_a_time:
            return next(self._steps, False) if self._descriptor >= 0 else False

    def finish(self, tail: bytes) -> Written:
        """Write what stands behind the pictures, and bring all of it to the disk.

        Raises:
            OSError: The disk refuses.
        """
        with self._one_at_a_time:
            before_tail, crc = self._whole.copy(), self._crc
            self._put(memoryview(tail))
            os.fsync(self._descriptor)
        return Written(
            size=self._size,
            digest=self._whole.digest(),
            hashes=tuple(self._hashes),
            head_bytes=self._head_bytes,
            head_sha256=self._head_sha256,
            signed_video=self._signed_video,
            before_tail=before_tail,
            crc_before_tail=crc,
        )

    def close(self) -> None:
        """Close the file, once a step that was given up in its middle has ended: what that writes to stays its own."""
        with self._one_at_a_time:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1
            self._hasher.shutdown(wait=True)

    def _copy(self) -> Iterator[bool]:
        """Copy everything; pauses after each few blocks."""
        done = 0
        for source in self._master.sources:
            passing = _Passing(source, self._size)
            before = b""
            while passing.at < source.reader.limit:
                block = source.reader.read(passing.at, min(BLOCK_BYTES, source.reader.limit - passing.at))
                if not block:
                    raise OSError(None, f"{source.place.path.name} became shorter while it was read")
                # Hashing and copying release the interpreter: two threads, two cores.
                hashing = self._hasher.submit(passing.whole.update, block)
                for taken in passing.taken(block):
                    if not self._signed_video:
                        looked = before + taken.tobytes()  # a UUID may lie across two blocks
                        self._signed_video = SIGNED_VIDEO in looked
                        before = looked[-15:]
                    self._put(taken, passing.pictures)
                hashing.result()
                self._read_bytes += len(block)
                done += 1
                if done % _BLOCKS == 0:
                    yield True
            if passing.lacks:
                raise OSError(None, f"{source.place.path.name} is shorter than its boxes say")
            self._hashes.append(passing.hashed())

    def _put(self, data: memoryview, pictures: "hashlib._Hash | None" = None) -> None:
        counting = self._hasher.submit(self._count, data, pictures)
        self._whole.update(data)
        self._size += len(data)
        left = data
        while left:
            left = left[os.write(self._descriptor, left) :]
        counting.result()

    def _count(self, data: memoryview, pictures: "hashlib._Hash | None") -> None:
        self._crc = zlib.crc32(data, self._crc)
        if pictures is not None:
            pictures.update(data)


class _Passing:
    """A segment that is read from its beginning to its end, and what of it is taken."""

    def __init__(self, source: Source, offset: int) -> None:
        self._source = source
        self._parts = iter(source.parts)
        self._part = next(self._parts, None)
        self._pieces: list[PieceHash] = []
        self._offset = self._end = offset
        self._from_90k = self._to_90k = source.parts[0].start_90k
        self.at = 0
        self.whole = hashlib.sha256()
        self.pictures = hashlib.sha256()

    @property
    def lacks(self) -> bool:
        """Whether something is still to be taken."""
        return self._part is not None

    def taken(self, block: bytes) -> Iterator[memoryview]:
        """Yield what of the next block is taken; it belongs into `pictures` as that is then."""
        view, at, end = memoryview(block), self.at, self.at + len(block)
        while self._part is not None and self._part.offset < end:
            part = self._part
            if part.offset >= at:
                self._begin(part)
            taken = view[max(part.offset, at) - at : min(part.offset + part.size, end) - at]
            self._end += len(taken)
            yield taken
            if part.offset + part.size > end:
                break
            self._part = next(self._parts, None)
        self.at = end

    def hashed(self) -> SourceHash:
        """Return its hashes, once all of it has passed."""
        self._over()
        return SourceHash(self._source, self.at, self.whole.hexdigest(), tuple(self._pieces))

    def _begin(self, part: Part) -> None:
        """A part begins, and with it a new piece where the one before is long enough."""
        if part.start_90k - self._from_90k >= _PIECE_90K and self._end > self._offset:
            self._over()
            self._from_90k = part.start_90k
        self._to_90k = part.end_90k

    def _over(self) -> None:
        size, digest = self._end - self._offset, self.pictures.hexdigest()
        self._pieces.append(PieceHash(self._offset, size, digest, self._from_90k, self._to_90k))
        self._offset, self.pictures = self._end, hashlib.sha256()


def put_signature(path: Path, written: Written, tail: bytes, offset: int, signature: bytes) -> Signed:
    """Put a signature into the room that its tail has for it; return the check sums of the file that this makes.

    Args:
        path: The file.
        written: What was written.
        tail: The tail that was given to `finish`.
        offset: Where in the tail the room begins; it is as long as the signature.
        signature: It.

    Raises:
        ValueError: The tail has no such room.
        OSError: The disk refuses.
    """
    if offset + len(signature) > len(tail) or any(tail[offset : offset + len(signature)]):
        raise ValueError("there is no room for that signature")
    signed = tail[:offset] + signature + tail[offset + len(signature) :]
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.pwrite(descriptor, signature, written.size - len(tail) + offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    whole = written.before_tail.copy()
    whole.update(signed)
    return Signed(whole.hexdigest(), zlib.crc32(signed, written.crc_before_tail))
