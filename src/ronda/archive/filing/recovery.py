"""Finishing what a crash, a cut or a full disk left: cut at the last whole fragment, then close."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ronda.archive.filing.disk import Disk
from ronda.archive.filing.layout import segment_file
from ronda.archive.filing.record import Closed, Dropped
from ronda.archive.filing.segment import Keyframe
from ronda.archive.filing.segment_reader import SegmentHead, SegmentReader
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.writer import mfra

_HASH_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a file really holds.

    Attributes:
        head: What stands before the fragments.
        end_90k: Timeline time of the end of its last whole fragment.
        keyframes: Where a decoder can start.
        whole_bytes: Up to the end of the last whole fragment.
        size: The file's size.
        finished: The last box stands right behind the last fragment and ends the file.
    """

    head: SegmentHead
    end_90k: int
    keyframes: tuple[Keyframe, ...]
    whole_bytes: int
    size: int
    finished: bool

    @property
    def named(self) -> str:
        """The path below a volume that its content asks for."""
        anchor = self.head.anchor
        return segment_file(anchor.camera, anchor.profile, anchor.run, anchor.start_90k)


def scan(path: Path) -> Scanned:
    """Walk through a segment without reading its pictures.

    Raises:
        BadMp4: It holds not even a head.
        OSError: It cannot be read.
    """
    with SegmentReader(path) as reader:
        head = reader.head()
        whole, end_90k = len(head.init), head.anchor.start_90k
        last, marks = None, []
        for seen in reader.skim(whole):
            if seen.keyframe:
                marks.append(Keyframe(seen.base_90k, seen.offset))
            last, whole = seen, seen.end
        final = next(reader.fragments(last.offset), None) if last is not None else None
        if final is not None:
            end_90k += final.header.base_90k + final.header.duration_90k
        finished = reader.read(whole, reader.limit - whole) == mfra(marks)
        return Scanned(head, end_90k, tuple(marks), whole, reader.limit, finished)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(_HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()


def finish(folder: Path, file: str, disk: Disk) -> Closed | Dropped:
    """Make an unfinished segment a finished one; remove it when it holds no picture.

    One whose name is not the one that its content asks for is left alone.

    Raises:
        OSError: The disk refuses; try again later.
    """
    path = folder / file
    try:
        found = scan(path)
    except FileNotFoundError:
        return Dropped(file)
    except BadMp4:
        disk.unlink(path)
        return Dropped(file)
    if found.named != file:
        return Dropped(file)
    if found.end_90k == found.head.anchor.start_90k:
        disk.unlink(path)
        return Dropped(file)
    if not found.finished:
        descriptor = disk.open(path)
        try:
            disk.truncate(descriptor, found.whole_bytes)
            disk.write(descriptor, [mfra(found.keyframes)])
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
    return Closed(file, found.head.anchor.start_90k, found.end_90k, os.stat(path).st_size, sha256_of(path))
