"""One archive file while it grows: `ftyp moov (prft? moof mdat)* mfra`, times relative to the file.

Only the writer thread calls `OpenSegment`; what `flushed` says may be read from anywhere.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ronda.archive.filing.anchor import Anchor
from ronda.archive.filing.disk import Disk
from ronda.archive.filing.layout import segment_file
from ronda.archive.filing.record import Closed
from ronda.media.fmp4.writer import init_segment, mfra, prft, restamp
from ronda.media.fragment import Fragment, Run


class Keyframe(NamedTuple):
    """Where a decoder can start in a file: decoding time from the file's zero, offset of the boxes."""

    time_90k: int
    offset: int


class Flushed(NamedTuple):
    """How much of a growing file can be read: bytes, timeline time of its end, keyframes so far."""

    bytes: int
    end_90k: int
    keyframes: int


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: node id and the fencing number of its assignment."""

    node: str
    revision: int


class OpenSegment:
    """A file being written, from its creation to its last box."""

    def __init__(self, folder: Path, disk: Disk, run: Run, first: Fragment, author: Author) -> None:
        """Name the file; nothing touches the disk yet."""
        self._disk = disk
        self.run = run
        self._zero_90k = first.start_90k
        self.start_90k = run.start_utc_90k + first.start_90k
        self.file = segment_file(run.camera, run.profile, run.id, self.start_90k)
        self.path = folder / self.file
        self.keyframes: list[Keyframe] = []
        self.flushed = Flushed(0, self.start_90k, 0)
        self.taken_90k = self.start_90k
        self.finished = False
        self._descriptor = -1
        self._sha = hashlib.sha256()
        self._sequence = 0
        self._pending: list[Fragment] = []
        anchor = Anchor(
            *(run.camera, run.profile, run.id, run.origin, self.start_90k, run.clock_offset_90k),
            *(author.node, author.revision),
        )
        self._head = init_segment(run.encoding, udta=anchor.box())

    def create(self) -> None:
        """Create the file and write its head.

        Raises:
            OSError: The disk refuses; the file may exist, empty or cut.
        """
        self._disk.make_folder(self.path.parent)
        self._descriptor = self._disk.create(self.path)
        self._write([self._head])

    def add(self, fragment: Fragment) -> None:
        """Take a fragment for the next `flush`."""
        self._pending.append(fragment)
        self.taken_90k = self.run.start_utc_90k + fragment.start_90k + fragment.duration_90k

    @property
    def end_90k(self) -> int:
        """Timeline time of the end of what is flushed."""
        return self.flushed.end_90k

    def flush(self) -> None:
        """Write what was taken, in one go.

        Raises:
            OSError: The disk refuses; call `abandon`.
        """
        if not self._pending:
            return
        pending, self._pending = self._pending, []
        buffers: list[bytes] = []
        offset, sequence = self.flushed.bytes, self._sequence
        marks: list[Keyframe] = []
        for fragment in pending:
            time_90k = fragment.start_90k - self._zero_90k
            sequence += 1
            if fragment.keyframe:
                marks.append(Keyframe(time_90k, offset))
                buffers.append(prft(self.start_90k + time_90k, time_90k))
                offset += len(buffers[-1])
            buffers += (restamp(fragment.moof, sequence, time_90k), fragment.mdat)
            offset += len(fragment.moof) + len(fragment.mdat)
        last = pending[-1]
        end_90k = self.start_90k + last.start_90k + last.duration_90k - self._zero_90k
        self._disk.write(self._descriptor, buffers)
        for buffer in buffers:
            self._sha.update(buffer)
        self._sequence = sequence
        self.keyframes += marks
        self.flushed = Flushed(offset, end_90k, len(self.keyframes))

    def finish(self) -> Closed:
        """Write the last box and close.

        Raises:
            OSError: The disk refuses; call `abandon`.
        """
        size = self.flushed.bytes
        self._write([mfra(self.keyframes)])
        self._disk.close(self._descriptor)
        self._descriptor = -1
        self.finished = True
        # What can be read stays what it was: readers of the growing file need no last box.
        total, self.flushed = self.flushed.bytes, self.flushed._replace(bytes=size)
        return Closed(self.file, self.start_90k, self.end_90k, total, self._sha.hexdigest())

    def abandon(self) -> None:
        """Give up writing: cut to what is whole if the disk lets us, and close without the last box."""
        self._pending.clear()
        self.finished = True
        if self._descriptor < 0:
            return
        try:
            self._disk.truncate(self._descriptor, self.flushed.bytes)
        except OSError:
            pass  # recovery cuts it at its last whole fragment
        finally:
            self._disk.close(self._descriptor)
            self._descriptor = -1

    def _write(self, buffers: list[bytes]) -> None:
        self._disk.write(self._descriptor, buffers)
        for buffer in buffers:
            self._sha.update(buffer)
        self.flushed = self.flushed._replace(bytes=self.flushed.bytes + sum(map(len, buffers)))
