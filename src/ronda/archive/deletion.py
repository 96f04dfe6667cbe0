"""Deleting footage because somebody ordered it: whole segments, on the disk when it is told, proof for ever.

A segment is deleted when all of it lies within what is ordered; one that also has footage from outside is never cut,
since its hash is in its day's signed tree, and is told. Blocking work is done on the volumes' writer threads, some
files at a time, so that recording goes on.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from ronda.archive.care import InPool, on_writer
from ronda.archive.index.index import SegmentRow
from ronda.archive.volume import Volume
from ronda.base.errors import Conflict
from ronda.base.identity import PROFILES
from ronda.bus.contract import Hold
from ronda.bus.deletion import DeleteByOrder, DeletedByOrder, SegmentDeleted, SegmentKept

_AT_ONCE: Final = 64


def order_said(order: DeleteByOrder) -> str:
    """Return what the journal keeps of an order with each segment: its id, then the court's number."""
    return f"{order.id} {order.number}"


async def delete_by_order(volumes: Sequence[Volume], in_pool: InPool, order: DeleteByOrder) -> DeletedByOrder:
    """Delete what lies within an order's stretch, and return all that the order ever deleted.

    Raises:
        Conflict: A hold is in the way that is not of a case that the order names; nothing is deleted.
        VolumeFailed: The disk refuses; the order can be done again.
    """
    for volume in volumes:
        await on_writer(volume, partial(_check_holds, volume, order))
    for volume in volumes:
        while await on_writer(volume, partial(_some, volume, order)):
            pass
    return await in_pool(partial(_told, volumes, order))


def _within(volume: Volume, order: DeleteByOrder) -> list[SegmentRow]:
    found = volume.ledger.index.overlapping(order.camera, order.from_90k, order.to_90k)
    return [one for one in found if order.from_90k <= one.start_90k and one.end_90k <= order.to_90k]


def _check_holds(volume: Volume, order: DeleteByOrder) -> None:
    """Go on only when no hold of something else keeps what would be deleted (writer thread)."""
    segments = _within(volume, order)
    holds = [one for one in volume.ledger.index.holds() if one.camera == order.camera and one.case not in order.cases]
    in_the_way = [hold for hold in holds if any(_keeps(hold, segment) for segment in segments)]
    if in_the_way:
        named = ", ".join(f"{one.id} (case {one.case})" if one.case else one.id for one in in_the_way[:5])
        raise Conflict(
            f"footage of {order.camera} then is held: {named}",
            "have the order name the case, if it is about it, or end the hold first",
        )


def _keeps(hold: Hold, segment: SegmentRow) -> bool:
    return hold.from_90k < segment.end_90k and segment.start_90k < hold.to_90k


def _some(volume: Volume, order: DeleteByOrder) -> bool:
    """Delete some segments (writer thread); return whether there are more."""
    _check_holds(volume, order)
    segments = _within(volume, order)
    volume.delete_ordered(segments[:_AT_ONCE], order_said(order))
    return len(segments) > _AT_ONCE


def _told(volumes: Sequence[Volume], order: DeleteByOrder) -> DeletedByOrder:
    deleted: list[SegmentRow] = []
    kept: dict[str, SegmentKept] = {}
    for volume in volumes:
        with volume.reader() as reader:
            deleted += [one.segment for one in reader.ordered_by(f"{order.id} ")]
            for profile in PROFILES:
                if (stream := reader.stream(order.camera, profile)) is not None:
                    for one in reader.segments(stream[0], order.from_90k, order.to_90k):
                        kept[one.file] = SegmentKept(
                            file=one.file, from_90k=one.start_90k, to_90k=one.end_90k, why="edge"
                        )
        for profile in PROFILES:
            for growing in volume.growing(order.camera, profile):
                if growing.start_90k < order.to_90k and growing.end_90k > order.from_90k:
                    kept.setdefault(
                        growing.file,
                        SegmentKept(
                            file=growing.file, from_90k=growing.start_90k, to_90k=growing.end_90k, why="growing"
                        ),
                    )
    return DeletedByOrder(
        deleted=tuple(
            SegmentDeleted(
                file=one.file, from_90k=one.start_90k, to_90k=one.end_90k, bytes=one.bytes, sha256=one.sha256
            )
            for one in sorted(deleted, key=lambda one: (one.start_90k, one.file))
        ),
        kept=tuple(sorted(kept.values(), key=lambda one: (one.from_90k, one.file))),
    )
