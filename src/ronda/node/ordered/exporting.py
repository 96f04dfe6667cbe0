"""Makes one sealed file out of the archive, up to the digest that the centre signs.

On the event loop; footage is read and written in the disk pool, some megabytes at a time.
"""

import errno
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from ronda.archive.archive import Archive
from ronda.archive.reading.gathering import LONGEST_STEP_90K
from ronda.archive.sealing.master import Master
from ronda.archive.sealing.writing import MasterWriter, SourceHash, Written
from ronda.base.causes import GapCause
from ronda.base.errors import StorageFailed
from ronda.bus.contract import Gap, Span
from ronda.bus.evidence import EncodingChange, ExportMade, MakeExport, PieceSealed, SegmentSealed
from ronda.evidence.seal.boxes import ExportUnit, MetaBox, SignatureSlot, TrackSource, loci_box, meta_box

T = TypeVar("T")
_RESERVE_BYTES: Final = 64 << 20
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A file that is copied and waits for its signature.

    Attributes:
        path: Where it is.
        written: Its hashes.
        meta: What stands at its end.
        made: What the centre is told.
    """

    path: Path
    written: Written
    meta: MetaBox
    made: ExportMade


async def make_export(
    archive: Archive, profile: str, order: MakeExport, folder: Path, progress: Callable[[float], None]
) -> Unsigned:
    """Copy what an order asks for into a folder; give it up by cancelling.

    Raises:
        NoFootage: Nothing of it is recorded.
        StorageFailed: The disk has no room, or refuses.
    """
    master = await archive.master(order.camera, profile, order.from_90k, order.to_90k)
    try:
        await archive.in_pool(partial(_check_room, folder, master.payload_bytes))
        meta = _meta(order, master)
        path = folder / f"{order.name}.mp4"
        written = await _copy(archive, master, path, _udta(order), meta.data, progress)
        timeline = await archive.timeline(order.camera, profile, order.from_90k, order.to_90k)
        gaps = holes(master.spans, timeline.gaps, order.from_90k, order.to_90k)
        return Unsigned(path, written, meta, _made(profile, master, written, meta, gaps))
    finally:
        await archive.in_pool(master.close)


async def _copy(
    archive: Archive, master: Master, path: Path, udta: bytes, tail: bytes, progress: Callable[[float], None]
) -> Written:
    writer = await archive.in_pool(partial(_translated, lambda: MasterWriter(master, path, udta)))
    try:
        while await archive.in_pool(partial(_translated, writer.step)):
            progress(writer.progress)
        return await archive.in_pool(partial(_translated, lambda: writer.finish(tail)))
    finally:
        await archive.in_pool(writer.close)


def _translated(work: Callable[[], T]) -> T:
    try:
        return work()
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFailed("the disk of the sealed exports is full", "make room, then export again") from error
        raise StorageFailed(f"the export cannot be written ({error.strerror or error})", "look at the disk") from error


def _check_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + _RESERVE_BYTES:
        raise StorageFailed(
            f"the export needs {size / 1e6:.0f} MB and its disk has {max(0, free - _RESERVE_BYTES) / 1e6:.0f} MB left",
            "make room, or ask for a shorter stretch",
        )


def _udta(order: MakeExport) -> bytes:
    place = order.place
    return b"" if place is None else loci_box(place.name, place.latitude, place.longitude)


def _meta(order: MakeExport, master: Master) -> MetaBox:
    unit = ExportUnit(name=order.unit, at_utc_90k=order.at_90k, operator=order.operator)
    source = TrackSource(name=order.camera_name, url=order.address, line=order.line)
    slot = SignatureSlot(bytes.fromhex(order.certificate), order.signature_bytes)
    return meta_box(unit, [source], master.first_90k, slot)


def holes(spans: Iterable[tuple[int, int]], known: Iterable[Gap], from_90k: int, to_90k: int) -> tuple[Gap, ...]:
    """Return what of a range the spans leave out, with the causes that are known."""
    known = tuple(known)
    found: list[Gap] = []
    reached = from_90k
    for start, end in [*spans, (to_90k, to_90k)]:
        if min(start, to_90k) - reached >= LONGEST_STEP_90K:
            found += _explained(reached, min(start, to_90k), known)
        reached = max(reached, end)
    return tuple(found)


def _explained(from_90k: int, to_90k: int, known: tuple[Gap, ...]) -> list[Gap]:
    """Return a hole, in pieces where its cause changes."""
    pieces: list[Gap] = []
    reached = from_90k
    for gap in known:
        start, end = max(gap.from_90k, reached), min(gap.to_90k, to_90k)
        if end - start < LONGEST_STEP_90K:
            continue
        if start - reached >= LONGEST_STEP_90K:
            pieces.append(Gap(from_90k=reached, to_90k=start, cause=GapCause.UNKNOWN))
        else:
            start = reached
        pieces.append(Gap(from_90k=start, to_90k=end, cause=gap.cause))
        reached = end
    if to_90k - reached >= LONGEST_STEP_90K:
        pieces.append(Gap(from_90k=reached, to_90k=to_90k, cause=GapCause.UNKNOWN))
    elif pieces:
        pieces[-1] = pieces[-1].model_copy(update={"to_90k": to_90k})
    return pieces


def _made(profile: str, master: Master, written: Written, meta: MetaBox, gaps: tuple[Gap, ...]) -> ExportMade:
    offsets = [one.head.anchor.clock_offset_90k for one in master.sources]
    return ExportMade(
        profile=profile,
        digest=written.digest.hex(),
        bytes=written.size,
        head_bytes=written.head_bytes,
        head_sha256=written.head_sha256,
        signature_offset=written.size - len(meta.data) + meta.signature_offset,
        start_90k=master.first_90k,
        codec=master.encoding.codec.value,
        width=master.encoding.width,
        height=master.encoding.height,
        delivered=tuple(Span(from_90k=start, to_90k=end) for start, end in master.spans),
        gaps=gaps,
        changes=tuple(
            EncodingChange(
                at_90k=one.at_90k,
                codec=one.encoding.codec.value,
                width=one.encoding.width,
                height=one.encoding.height,
            )
            for one in master.changes
        ),
        segments=tuple(map(_segment, written.hashes)),
        clock_offset_90k=next((offset for offset in offsets if offset is not None), None),
        signed_video=written.signed_video,
    )


def _segment(read: SourceHash) -> SegmentSealed:
    place, anchor = read.source.place, read.source.head.anchor
    row, growing = place.row, place.growing
    return SegmentSealed(
        file=row.file if row is not None else growing.file if growing is not None else place.path.name,
        from_90k=place.start_90k,
        to_90k=place.end_90k,
        bytes=read.bytes,
        sha256=read.sha256,
        kept_sha256=None if row is None else row.sha256,
        origin=anchor.origin.value,
        node=anchor.node,
        run=place.run,
        closed=row is not None,
        altered=read.altered,
        pieces=tuple(PieceSealed(**asdict(piece)) for piece in read.pieces),
    )
