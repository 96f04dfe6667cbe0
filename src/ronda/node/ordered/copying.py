"""Makes one masked copy out of the archive: reads, burns masks in, writes an MP4; and single pictures of it.

On the event loop; files are read and written in the disk pool, pictures are made in the codec pool, a little at a time
so that stills do not wait for it.
"""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeVar

from ronda.archive.archive import Archive
from ronda.archive.errors import NoFootage
from ronda.archive.reading.cursor import Edge, Played
from ronda.base.errors import Busy, Conflict, StorageFailed
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.bus.contract import Gap, Span
from ronda.bus.copies import MakeCopy, MaskPlan, MaskRegion
from ronda.evidence.report.words import CAUSES
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.codec.burning import MOST_WIDTH, Burner, Burnt, Mark, picture_at, samples_of
from ronda.media.codec.caption import Caption
from ronda.media.codec.keyframe import StillFormat, still_of_frame
from ronda.media.codec.masks import Masks, filled
from ronda.media.codec.moving_masks import MovingMasks, MovingShape
from ronda.media.codec.transcoder import fitted
from ronda.media.codec.watermark import Watermark
from ronda.media.fmp4.box import full_box
from ronda.media.fmp4.progressive import Chunk, progressive
from ronda.node.ordered.exporting import holes

FILM: Final = "copy.mp4"
_PAYLOAD: Final = "payload"
_STEP_90K: Final = HZ_90K // 2
_LONGEST_GAP_90K: Final = HZ_90K
_LONGEST_GOP_90K: Final = 20 * HZ_90K
_BYTES_PER_SECOND: Final = 1_000_000
"""More than a copy takes, its payload written twice."""
_LIGHT_BYTES: Final = 300_000
"""The same of a light one."""
_LIGHT_WIDTH: Final = 960
_HOLE_90K: Final = 60 * HZ_90K
_SHORTEST_90K: Final = HZ_90K // 5
_LONGEST_S: Final = 4 * 3600
_RESERVE_BYTES: Final = 64 << 20
_PATIENCE: Final = 120
_BREATH_S: Final = 0.5
_UNDETERMINED: Final = b"\x55\xc4"
"""The language `und`, three letters of five bits (ISO/IEC 14496-12)."""
T = TypeVar("T")


def still_name(number: int) -> str:
    """Return the name of the picture with this number, from 1."""
    return f"still-{number}.jpg"


def masks_of(plan: MaskPlan, always: Masks, from_90k: int) -> MovingMasks:
    """Return what a plan paints, in timeline time, of a stretch that begins at `from_90k`."""

    def moment(seconds: float) -> int:
        return from_90k + round(seconds * HZ_90K)

    def shape(region: MaskRegion) -> MovingShape:
        keys = tuple((moment(key.at_s), key.corners) for key in region.keys)
        return MovingShape(moment(region.from_s), moment(region.to_s), keys)

    shown = tuple(shape(region) for region in plan.regions if region.does == "show")
    return MovingMasks(
        hidden=tuple(shape(region) for region in plan.regions if region.does == "hide"),
        shown=shown if plan.hides == "all-but" else None,
        always=always,
    )


@dataclass(frozen=True, slots=True)
class Tools:
    """What a copy is made with."""

    archive: Archive
    codec: Pool
    recorded_profile: Callable[[str], str]

    async def patiently(self, work: Callable[[], list[T]]) -> list[T]:
        """Run `work` in the codec pool, as soon as it has room.

        Raises:
            Busy: It has had none for a minute.
        """
        for _ in range(_PATIENCE):
            try:
                return await self.codec.run(work)
            except Busy:
                await asyncio.sleep(_BREATH_S)
        raise Busy("this machine has too many pictures to make", "try again when fewer people watch")


async def make_copy(tools: Tools, order: MakeCopy, folder: Path, progress: Callable[[float], None]) -> int:
    """Write the film and the stills of an order into a folder that exists; return the film's size in bytes.

    Raises:
        NoFootage: Some of the stretch is not recorded (any more).
        Conflict: The camera's format changes within it.
        StorageFailed: The disk is full, or refuses.
        Busy: Too many pictures are being made.
        CannotDecode: The footage cannot be decoded.
    """
    pool, length_90k = tools.archive.pool, order.to_90k - order.from_90k
    burnt: list[tuple[int, int, bool]] = []
    try:
        await pool.run(_check_space, folder, length_90k, _LIGHT_BYTES if order.light else _BYTES_PER_SECOND)
        parts = await _parts(tools, order)
        burner = Burner(
            masks_of(order.plan, order.always, order.from_90k).cover(),
            *(order.from_90k, order.to_90k),
            stills=[order.from_90k + round(seconds * HZ_90K) for seconds in order.stills_s],
            mark=_mark(order),
            light=order.light,
            size=await _size(tools, order, parts) if order.whole else None,
        )
        async with _within_reason():
            async for work, end_90k in _works(tools, order, parts, burner):
                await pool.run(_append, folder, await tools.patiently(work), burnt)
                progress(max(0.0, min(1.0, (end_90k - order.from_90k) / length_90k)))
            await pool.run(_append, folder, await tools.patiently(burner.finish), burnt)
        if burner.encoding is None or not burnt:
            raise NoFootage("nothing of that stretch can be shown", "choose another one")
        samples = samples_of(burnt, length_90k)
        head = progressive([burner.encoding], [Chunk(samples)], udta=_says(order.caption))
        return await pool.run(_finish, folder, head, burner.stills)
    except OSError as error:
        raise _refused(error) from error


async def _parts(tools: Tools, order: MakeCopy) -> list[Gap | Span]:
    """Return what of a stretch is recorded and, of a whole copy, what is not, in order.

    Raises:
        NoFootage: None of it is recorded.
    """
    if not order.whole:
        return [Span(from_90k=order.from_90k, to_90k=order.to_90k)]
    profile = tools.recorded_profile(order.camera)
    known = await tools.archive.timeline(order.camera, profile, order.from_90k, order.to_90k)
    spans: list[tuple[int, int]] = []
    for one in known.coverage:
        if spans and one.from_90k - spans[-1][1] <= _LONGEST_GAP_90K:
            spans[-1] = (spans[-1][0], one.to_90k)
        elif one.to_90k - one.from_90k >= _SHORTEST_90K:
            spans.append((one.from_90k, one.to_90k))
    if not spans:
        raise _not_recorded(order.from_90k)
    missing = holes(spans, known.gaps, order.from_90k, order.to_90k)
    parts: list[Gap | Span] = [*missing, *(Span(from_90k=begin, to_90k=end) for begin, end in spans)]
    return sorted(parts, key=lambda part: part.from_90k)


async def _size(tools: Tools, order: MakeCopy, parts: Sequence[Gap | Span]) -> tuple[int, int]:
    """Return how large the pictures of a whole copy are: as those of its first footage."""
    first = next(part for part in parts if not isinstance(part, Gap))
    profile = tools.recorded_profile(order.camera)
    found = (await tools.archive.keyframe_at(order.camera, profile, first.from_90k)).encoding
    return fitted(found.width, found.height, _LIGHT_WIDTH if order.light else MOST_WIDTH)


async def _works(
    tools: Tools, order: MakeCopy, parts: Sequence[Gap | Span], burner: Burner
) -> AsyncGenerator[tuple[Callable[[], list[Burnt]], int]]:
    """Yield what is to be done in the codec pool, one after the other, and how far each reaches."""
    for part in parts:
        if not isinstance(part, Gap):
            async for units, end_90k in footage_of(tools, order.camera, part.from_90k, part.to_90k, any_=order.whole):
                yield partial(burner.feed, units), end_90k
            continue
        lines = _said(part)
        for begin_90k in range(part.from_90k, part.to_90k, _HOLE_90K):
            end_90k = min(begin_90k + _HOLE_90K, part.to_90k)
            yield partial(burner.hole, begin_90k, end_90k, lines), end_90k


def _said(gap: Gap) -> list[str]:
    begin, end = (format_rfc3339(at)[:19].replace("T", " ") for at in (gap.from_90k, gap.to_90k))
    cause = gap.cause.value
    return ["TIDAK ADA REKAMAN / NOT RECORDED", f"{CAUSES.get(cause, cause)} ({cause})", f"{begin} - {end} UTC"]


@asynccontextmanager
async def _within_reason() -> AsyncIterator[None]:
    """Give up what takes longer than anybody waits for.

    Raises:
        Busy: It does.
    """
    try:
        async with asyncio.timeout(_LONGEST_S):
            yield
    except TimeoutError:
        raise Busy(f"the copy was not made within {_LONGEST_S // 3600} hours", "make a shorter one") from None


async def masked_picture(tools: Tools, camera: str, at_90k: int, width: int, masks: MovingMasks) -> tuple[bytes, int]:
    """Return exactly the picture that is shown at a moment, masked, as JPEG, and since when it is shown.

    Raises:
        NoFootage: Nothing is recorded then.
        Busy: Too many pictures are being made.
        CannotDecode: It cannot be decoded.
    """
    units: list[AccessUnit] = []
    async for more, _ in footage_of(tools, camera, at_90k, at_90k + 1):
        units += more
        if units[-1].dts_90k - units[0].dts_90k > _LONGEST_GOP_90K:
            break
    cover = masks.cover()

    def make() -> tuple[bytes, int]:
        frame, shown_90k = picture_at(units, at_90k)
        even = frame.reformat(width=frame.width & ~1, height=frame.height & ~1, format="yuv420p")
        # What is shown at a moment is masked as at that moment: so it is in the film, whose pictures stand a while.
        painted = filled(even, cover(max(shown_90k, at_90k), even.width, even.height))
        return still_of_frame(painted, width, StillFormat.JPEG), shown_90k

    return await tools.codec.run(make)


async def footage_of(
    tools: Tools, camera: str, from_90k: int, to_90k: int, *, any_: bool = False
) -> AsyncGenerator[tuple[list[AccessUnit], int]]:
    """Yield a stretch as access units from the keyframe before it on, and how far they reach; a little at a time.

    Raises:
        NoFootage: Some of it is not recorded.
        Conflict: The camera's format changes within it, and not `any_` will do.
    """
    archive = tools.archive
    cursor = archive.cursor(camera, tools.recorded_profile(camera), from_90k)
    reached_90k, encoding, run = from_90k, None, ""
    try:
        while reached_90k < to_90k:
            units: list[AccessUnit] = []
            for piece in await archive.in_pool(partial(cursor.read, _STEP_90K)):
                if reached_90k >= to_90k:
                    break
                if isinstance(piece, Edge) and units:
                    break  # what is there first; it is asked again
                if isinstance(piece, Edge) and to_90k - reached_90k <= _LONGEST_GAP_90K:
                    return
                if not isinstance(piece, Played):
                    _check_hole(piece, reached_90k, to_90k)
                    continue
                _check_joint(piece, reached_90k, to_90k, None if any_ else encoding)
                units += _units(piece, begins=piece.run != run or piece.encoding != encoding)
                reached_90k, encoding, run = max(reached_90k, piece.end_90k), piece.encoding, piece.run
            if units:
                yield units, reached_90k
    finally:
        await archive.in_pool(cursor.close)


def _check_hole(piece: Gap | Edge, reached_90k: int, to_90k: int) -> None:
    if isinstance(piece, Gap) and min(piece.to_90k, to_90k) - max(piece.from_90k, reached_90k) <= _LONGEST_GAP_90K:
        return
    raise _not_recorded(reached_90k)


def _check_joint(piece: Played, reached_90k: int, to_90k: int, encoding: Encoding | None) -> None:
    if min(piece.start_90k, to_90k) - reached_90k > _LONGEST_GAP_90K:
        raise _not_recorded(reached_90k)
    if encoding is not None and piece.encoding != encoding:
        raise Conflict(
            f"the camera's picture changes its format at {format_rfc3339(piece.start_90k)}",
            "make one copy up to then, and one from then on",
        )


def _not_recorded(at_90k: int) -> NoFootage:
    return NoFootage(f"nothing is recorded at {format_rfc3339(at_90k)} (any more)", "choose another stretch")


def _units(piece: Played, *, begins: bool) -> Iterator[AccessUnit]:
    """Yield the pictures of a fragment; the first one of a run starts the decoder anew."""
    offsets = accumulate((sample.size for sample in piece.samples), initial=0)
    decoding_90k = piece.start_90k
    for number, (sample, offset) in enumerate(zip(piece.samples, offsets, strict=False)):
        first = begins and number == 0
        yield AccessUnit(
            piece.payload[offset : offset + sample.size],
            decoding_90k + sample.composition_offset_90k,
            decoding_90k,
            0.0,
            sample.keyframe,
            piece.encoding if first else None,
            first,
        )
        decoding_90k += sample.duration_90k


def _mark(order: MakeCopy) -> Mark | None:
    if order.mark:
        return Watermark(order.mark)
    return Caption(order.caption) if order.caption else None


def _says(caption: str) -> bytes:
    """Return the box in which players look for a description (3GPP TS 26.244, `dscp`); nothing for no words."""
    return full_box(b"dscp", 0, 0, _UNDETERMINED, f"{caption}\0".encode()) if caption else b""


def _check_space(folder: Path, length_90k: int, per_second: int) -> None:
    needed = length_90k // HZ_90K * per_second + _RESERVE_BYTES
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _append(folder: Path, made: list[Burnt], burnt: list[tuple[int, int, bool]]) -> None:
    with (folder / _PAYLOAD).open("ab") as payload:
        payload.writelines(one.data for one in made)
    burnt += [(len(one.data), one.at_90k, one.keyframe) for one in made]


def _finish(folder: Path, head: bytes, stills: list[bytes]) -> int:
    with (folder / FILM).open("xb") as film, (folder / _PAYLOAD).open("rb") as payload:
        film.write(head)
        shutil.copyfileobj(payload, film, 1 << 20)
        film.flush()
        os.fsync(film.fileno())
        size = film.tell()
    (folder / _PAYLOAD).unlink()
    for number, still in enumerate(stills, 1):
        (folder / still_name(number)).write_bytes(still)
    return size


def _refused(error: OSError) -> StorageFailed:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFailed("the disk has no room for the copy", "free some of it, or make a shorter copy")
    return StorageFailed(f"the copy cannot be written ({error.strerror or error})", "look at the node's disk")
